"""Tickets are whole numbers, and nobody's chance moves by as much as one where that can be had."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_pools import every_panel, problem_of, problems

from sortition.errors import BadLottery
from sortition.fairly_near import plainly_rounded
from sortition.fairness import leximin
from sortition.lottery import Lottery, number_tickets
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.seating import balance, seat_tickets, share_tickets

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@settings(small, max_examples=40)
@given(problems(), st.sampled_from([1, 7, 100]))
def test_tickets_are_panels_and_no_worse_than_plain_rounding(problem, total):
    assume(every_panel(problem))
    lottery = leximin(problem).lottery
    drawn = share_tickets(problem, lottery, total)
    assert len(drawn) == total
    assert all(problem.allows(panel) for panel in drawn)
    assert number_tickets(lottery, drawn, "").deviation <= plainly_rounded(lottery, total).deviation


def forty() -> DrawProblem:
    rows = [(f"v{n % 3}", f"v{n * n % 7 % 3}", f"v{n % 2}", "") for n in range(40)]
    quotas = {f: {f"v{v}": (1, 6) for v in range(3)} for f in "ab"} | {"c": {"v0": (3, 6), "v1": (3, 6)}}
    return problem_of(rows, quotas, 9)


@pytest.mark.parametrize("total", [10, 100, 1000])
def test_everyones_tickets_are_the_exact_share_rounded_up_or_down(total):
    problem = forty()
    lottery = leximin(problem).lottery
    tickets = number_tickets(lottery, share_tickets(problem, lottery, total), "seed")
    assert tickets.deviation < Fraction(1, total)
    drawn = tickets.chances()
    for kind in problem.types:
        mine = [drawn.get(id_, Fraction(0)) for id_ in kind.members]
        assert max(mine) - min(mine) <= Fraction(1, total)


def couples(number: int) -> DrawProblem:
    people = [Volunteer(f"{sex}{n:02d}", (sex,), f"home {n}") for n in range(number) for sex in ("man", "woman")]
    quotas = Quotas((Quota("sex", "man", 0, number), Quota("sex", "woman", 0, number)))
    return DrawProblem(Pool(("sex",), tuple(people)), quotas, number - 1)


@settings(small, max_examples=40)
@given(st.integers(2, 7), st.data())
def test_households_share_seats_evenly_and_never_sit_together(number, data):
    problem = couples(number)
    men = data.draw(st.lists(st.integers(0, number - 1), max_size=30))
    seated = seat_tickets(problem, [(some, number - 1 - some) for some in men])
    assert all(problem.allows(panel) for panel in seated)
    for kind in problem.types:
        counts = [sum(id_ in panel for panel in seated) for id_ in kind.members]
        assert max(counts) - min(counts) <= 1


def test_two_households_who_always_sat_in_the_same_place_swap():
    seats = [{0: 0, 1: 1}, {0: 0, 1: 1}, {0: 0}, {1: 1}]
    balance(seats, 2, 2)
    assert [sorted(ticket.values()) for ticket in seats] == [[0, 1], [0, 1], [0], [1]]
    for place in (0, 1):
        counts = [sum(ticket.get(house) == place for ticket in seats) for house in (0, 1)]
        assert abs(counts[0] - counts[1]) <= 1


def test_no_tickets_at_all_are_refused():
    with pytest.raises(BadLottery):
        share_tickets(forty(), Lottery((("v000",),), (1,)), 0)
