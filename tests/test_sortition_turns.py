"""Everyone of a type sits equally long, nobody beside somebody of the same household, and few panels do it."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.seating import seat_tickets
from sortition.turns import take_turns

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def red_and_blue(red: int, blue: int, together: int) -> DrawProblem:
    """Red and blue volunteers, the red ones in households of so many; four members."""
    people = [Volunteer(f"r{n:02d}", ("red",), f"home {n // together}") for n in range(red * together)]
    people += [Volunteer(f"b{n:02d}", ("blue",)) for n in range(blue)]
    quotas = Quotas((Quota("colour", "red", 0, 4), Quota("colour", "blue", 0, 4)))
    return DrawProblem(Pool(("colour",), tuple(people)), quotas, 4)


@st.composite
def mixtures(draw: st.DrawFn) -> tuple[DrawProblem, dict[tuple[int, ...], int]]:
    problem = red_and_blue(draw(st.integers(4, 9)), draw(st.integers(4, 9)), draw(st.integers(1, 3)))
    panels = st.integers(0, 4).map(lambda red: tuple(4 - red if t.profile == ("blue",) else red for t in problem.types))
    return problem, draw(st.dictionaries(panels, st.integers(1, 40), min_size=1))


@small
@given(mixtures())
def test_everyone_of_a_type_sits_exactly_as_long_as_the_others(mixture):
    problem, counts = mixture
    total = sum(counts.values())
    lottery = take_turns(problem, {panel: Fraction(number, total) for panel, number in counts.items()})
    assert all(problem.allows(panel) for panel in lottery.panels)
    chances = lottery.chances()
    for t, kind in enumerate(problem.types):
        mean = Fraction(sum(panel[t] * number for panel, number in counts.items()), total * len(kind))
        assert {chances.get(id_, Fraction(0)) for id_ in kind.members} == {mean}


@small
@given(mixtures())
def test_everyone_of_a_type_sits_on_as_many_tickets_as_the_others_or_one_less(mixture):
    problem, counts = mixture
    seated = seat_tickets(problem, [panel for panel, number in counts.items() for _ in range(number)])
    assert len(seated) == sum(counts.values())
    assert all(problem.allows(panel) for panel in seated)
    for kind in problem.types:
        numbers = [sum(id_ in panel for panel in seated) for id_ in kind.members]
        assert max(numbers) - min(numbers) <= 1


def test_a_class_cuts_only_where_one_volunteer_follows_another():
    problem = red_and_blue(31, 29, 1)
    blue_first = problem.types[0].profile == ("blue",)
    weights = {(n, 4 - n) if blue_first else (4 - n, n): Fraction(1, 3) for n in (1, 2, 3)}
    assert len(take_turns(problem, weights).panels) <= len(weights) + (31 - 1) + (29 - 1)
