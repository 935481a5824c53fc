"""Many panels, the same chances: more pairs can meet, nobody gains or loses, nobody is kept apart without reason."""

import json
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from small_pools import every_panel, maximise, problem_of, problems
from test_sortition_fairness_cli import drawn, folkmoot

from sortition.diversity import spread_tickets
from sortition.fairness import fair_lottery
from sortition.lottery import number_tickets
from sortition.meeting import meeting, meetings
from sortition.problem import DrawProblem
from sortition.strangers import Diverse, Strangers, diverse

small = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


def pairs_of(panels) -> set[tuple[str, str]]:
    return {pair for panel in panels for pair in combinations(panel, 2)}


def spread_out(problem: DrawProblem, fairness: str = "leximin") -> tuple[set[tuple[str, str]], Diverse]:
    """The lottery spread, with everything checked that must stay; and who could meet before."""
    fair = fair_lottery(problem, fairness)
    many = diverse(problem, fair.lottery, fair.proof.cuts)
    assert many.lottery.chances() == fair.lottery.chances()
    assert all(problem.allows(panel) for panel in many.lottery.panels)
    before = pairs_of(fair.lottery.panels)
    assert before <= pairs_of(many.lottery.panels)
    told = meeting(problem, many.lottery.panels)
    assert (told.panels, told.met) == (len(many.lottery.panels), len(pairs_of(many.lottery.panels)))
    assert told.pairs - told.met == many.apart + many.open
    return before, many


def test_nobody_is_kept_apart_where_the_chances_let_all_meet():
    rows = [(f"v{n % 3}", f"v{n % 2}", "") for n in range(24)]
    problem = problem_of(rows, {"a": {f"v{v}": (1, 4) for v in range(3)}, "b": {f"v{v}": (3, 3) for v in range(2)}}, 6)
    before, many = spread_out(problem)
    after = pairs_of(many.lottery.panels)
    assert len(before) < len(after) == 24 * 23 // 2
    assert (many.apart, many.open) == (0, 0)


@pytest.mark.parametrize("fairness", ["leximin", "nash", "minimax"])
@settings(small, max_examples=20)
@given(problems())
def test_spreading_moves_no_chance_and_takes_no_meeting_away(fairness, problem):
    assume(every_panel(problem))
    spread_out(problem, fairness)


def most_often_together(problem: DrawProblem, chances: dict[str, Fraction], pair: tuple[str, str]) -> Fraction:
    """The largest probability of sitting together that any lottery with these chances gives to two volunteers."""
    panels = every_panel(problem)
    rows, right = [], []
    for id_ in sorted({id_ for panel in panels for id_ in panel}):
        for sign in (1, -1):
            rows.append([sign * int(id_ in panel) for panel in panels])
            right.append(sign * chances.get(id_, Fraction(0)))
    return maximise([int(set(pair) <= set(panel)) for panel in panels], rows, right)[0]


@settings(small, max_examples=40)
@given(problems())
def test_who_is_said_to_be_kept_apart_by_the_chances_is(problem):
    """Two volunteers meet after the spread if and only if some lottery with these chances lets them."""
    assume(every_panel(problem))
    _, many = spread_out(problem)
    chances, met = many.lottery.chances(), pairs_of(many.lottery.panels)
    for pair in combinations(sorted(chances), 2):
        if pair not in met:
            assert most_often_together(problem, chances, pair) == 0
    assert many.open == 0


@settings(small, max_examples=60)
@given(problems())
def test_the_search_alone_keeps_nobody_apart_who_could_meet(problem):
    """Without any exchange before it: its verdict on two types holds for all their volunteers."""
    assume(every_panel(problem))
    problem = problem.by_name
    fair = fair_lottery(problem)
    _, apart = Strangers(problem, fair.lottery, fair.proof.cuts).panels(fair.lottery)
    chances = fair.lottery.chances()
    for s, t in apart:
        for pair in product(problem.types[s].members, problem.types[t].members):
            if len(set(pair)) == 2:
                assert most_often_together(problem, chances, pair) == 0


def test_two_who_no_panel_can_hold_are_told_apart_from_those_not_found():
    """Either of two chairs, never both: no panel holds both, whatever the lottery."""
    problem = problem_of([("chair", "")] * 2 + [("member", "")] * 4, {"f": {"chair": (1, 1), "member": (2, 2)}}, 3)
    _, many = spread_out(problem)
    assert ("v000", "v001") not in pairs_of(many.lottery.panels)
    assert (many.apart, many.open) == (1, 0)


def test_tickets_are_spread_too_and_everybody_keeps_their_number():
    rows = [(f"v{n % 3}", f"v{n % 2}", f"home {n // 2}" if n < 8 else "") for n in range(24)]
    problem = problem_of(rows, {"a": {f"v{v}": (1, 4) for v in range(3)}, "b": {f"v{v}": (3, 3) for v in range(2)}}, 6)
    lottery = fair_lottery(problem).lottery
    tickets = [panel for panel, weight in zip(lottery.panels, lottery.weights, strict=True) for _ in range(10 * weight)]
    many = spread_tickets(problem, tickets)
    assert len(many) == len(tickets)
    assert number_tickets(lottery, many, "s").chances() == lottery.chances()
    assert all(problem.allows(panel) for panel in many)
    assert pairs_of(tickets) < pairs_of(many)


def test_the_same_lottery_is_spread_the_same_way():
    rows = [(f"v{n % 3}", f"v{n % 2}", "") for n in range(24)]
    problem = problem_of(rows, {"a": {f"v{v}": (1, 4) for v in range(3)}, "b": {f"v{v}": (3, 3) for v in range(2)}}, 6)
    assert spread_out(problem)[1] == spread_out(problem)[1]


def test_a_diverse_draw_tells_and_verify_counts_who_can_meet(tmp_path):
    plain = json.loads(drawn(tmp_path / "plain")["report.json"])["meetings"]
    files = drawn(tmp_path / "wide", "--diversity")
    wide = json.loads(files["report.json"])["meetings"]
    assert wide["lottery"]["pairs"] == plain["lottery"]["pairs"]
    assert wide["lottery"]["met"] > plain["lottery"]["met"]
    assert wide["tickets"]["met"] > plain["tickets"]["met"]
    assert "Of all pairs of volunteers" in files["report.html"].decode()
    checked = folkmoot("verify", str(tmp_path / "wide"))
    assert checked.exit_code == 0, checked.output


def test_meetings_are_counted_in_the_lottery_and_by_ticket():
    problem = problem_of([("any", "")] * 4, {"kind": {"any": (2, 2)}}, 2)
    lottery = fair_lottery(problem).lottery
    tickets = number_tickets(lottery, [lottery.panels[0]], "s")
    assert meetings(problem, tickets).tickets.met == 1
    assert meetings(problem, tickets).lottery.met == len(pairs_of(lottery.panels))
