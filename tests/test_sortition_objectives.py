"""Every idea of fair does what it says: against all panels of small pools, and by its properties."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from math import prod
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from small_pools import every_panel, heaviest_box, leximin_by_counting, open_to_chance, problem_of, problems

from sortition.certificate import build, check
from sortition.errors import QuotasCannotBeMet
from sortition.fairness import FairLottery, fair_lottery
from sortition.objectives import FAIRNESS
from sortition.pool import Pool
from sortition.problem import DrawProblem
from sortition.progress import Enough, Progress
from sortition.quotas import Quotas

small = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a failing pool is small enough as it is
)
OTHERS = [name for name in FAIRNESS if name != "leximin"]
TINY = Fraction(1, 10**8)  # the certificates prove less; the tangents and sums here feel roundings more strongly


def drawn(problem: DrawProblem, fairness: str) -> tuple[FairLottery, dict[str, Fraction]]:
    """The lottery with its proof checked, and the chances of all whom some panel holds and some panel lacks."""
    fair = fair_lottery(problem, fairness)
    panels = every_panel(problem)
    assert set(fair.lottery.panels) <= set(panels)
    assert fair.proof.proved
    assert check(problem, fair.lottery, json.loads(json.dumps(build(problem, fair.proof)))) == ()
    chances = fair.lottery.chances()
    assert sum(chances.values()) == problem.panel_size
    for kind in problem.types:
        assert len({chances.get(id_, 0) for id_ in kind.members}) == 1
    return fair, {id_: chances.get(id_, Fraction(0)) for id_ in open_to_chance(problem)}


def is_leximin_below(problem: DrawProblem, chances: dict[str, Fraction], ceiling: Fraction) -> None:
    expected = leximin_by_counting(problem, ceiling)
    assert chances == {id_: expected[id_] for id_ in chances}


def holds_maximin(problem: DrawProblem) -> None:
    fair, chances = drawn(problem, "maximin")
    assert fair.proof.gap == 0
    if chances:
        floor = min(chances.values())
        assert floor == heaviest_box(problem, Fraction(1), Fraction(0), Fraction(0))
        ceiling = -heaviest_box(problem, Fraction(0), Fraction(1), floor)
        assert max(chances.values()) == ceiling
        is_leximin_below(problem, chances, ceiling)


def holds_minimax(problem: DrawProblem) -> None:
    fair, chances = drawn(problem, "minimax")
    assert fair.proof.gap == 0
    if chances:
        ceiling = -heaviest_box(problem, Fraction(0), Fraction(1), Fraction(0))
        assert max(chances.values()) == ceiling
        is_leximin_below(problem, chances, ceiling)


def holds_goldilocks(problem: DrawProblem) -> None:
    """f is convex, so a tangent at the floor bounds it: f ≥ b·n/k + (k/n)(2/a₀ - a/a₀²) over all lotteries."""
    _, chances = drawn(problem, "goldilocks")
    if chances:
        floor, ceiling = min(chances.values()), max(chances.values())
        equal = sum(chances.values()) / len(chances)
        value = ceiling / equal + equal / floor
        tangent = -heaviest_box(problem, equal / floor**2, 1 / equal, Fraction(0))
        assert value - (tangent + 2 * equal / floor) <= TINY
        is_leximin_below(problem, chances, ceiling)


def holds_nash(problem: DrawProblem) -> None:
    """At the largest product, no panel's members have more than n in the sum of 1/chance."""
    fair, _ = drawn(problem, "nash")
    chances = fair.lottery.chances()
    assert set(chances) == {id_ for panel in every_panel(problem) for id_ in panel}
    heaviest = max(sum(1 / chances[id_] for id_ in panel) for panel in every_panel(problem))
    assert heaviest <= len(chances) * (1 + TINY)
    assert fair.proof.gap <= Fraction(1, 10**6)


HOLDS = {"maximin": holds_maximin, "minimax": holds_minimax, "goldilocks": holds_goldilocks, "nash": holds_nash}


def holds(problem: DrawProblem, fairness: str) -> None:
    if every_panel(problem):
        HOLDS[fairness](problem)
    else:
        with pytest.raises(QuotasCannotBeMet, match="folkmoot check"):
            fair_lottery(problem, fairness)


@pytest.mark.parametrize("fairness", OTHERS)
def test_it_agrees_with_counting_all_panels(fairness):
    @settings(small, max_examples=25)
    @given(problems())
    def agrees(problem):
        holds(problem, fairness)

    agrees()


@pytest.mark.slow
@pytest.mark.parametrize("fairness", OTHERS)
def test_it_agrees_with_counting_all_panels_of_five_hundred_pools(fairness):
    @settings(small, max_examples=500)
    @given(problems())
    def agrees(problem):
        holds(problem, fairness)

    agrees()


@settings(small, max_examples=10)
@given(problems(), st.randoms(use_true_random=False))
def test_no_lottery_cares_who_is_listed_first(problem, shuffler):
    assume(every_panel(problem))
    rows, limits = list(problem.pool.volunteers), list(problem.quotas.rows)
    shuffler.shuffle(rows)
    shuffler.shuffle(limits)
    shuffled = DrawProblem(Pool(problem.pool.features, tuple(rows)), Quotas(tuple(limits)), problem.panel_size)
    for fairness in OTHERS:
        assert fair_lottery(shuffled, fairness) == fair_lottery(problem, fairness)


@settings(small, max_examples=10)
@given(problems(), st.randoms(use_true_random=False))
def test_no_chance_depends_on_what_somebody_is_called(problem, shuffler):
    """Anonymity: with the ids dealt out anew, everyone has the chance of whoever stood there before."""
    assume(every_panel(problem))
    ids = list(problem.pool.ids)
    shuffler.shuffle(ids)
    new = dict(zip(problem.pool.ids, ids, strict=True))
    people = tuple(replace(one, id=new[one.id]) for one in problem.pool.volunteers)
    renamed = DrawProblem(Pool(problem.pool.features, people), problem.quotas, problem.panel_size)
    for fairness in OTHERS:
        before, after = (
            fair_lottery(problem, fairness).lottery.chances(),
            fair_lottery(renamed, fairness).lottery.chances(),
        )
        assert {new[id_]: chance for id_, chance in before.items()} == after


def a_few_rare_people() -> DrawProblem:
    """Two old women among twenty people, and half of a panel of four is to be old, half women."""
    rows = (
        [("man", "young", "")] * 9
        + [("woman", "young", "")] * 5
        + [("man", "old", "")] * 4
        + [("woman", "old", "")] * 2
    )
    return problem_of(rows, {"g": {"man": (2, 2), "woman": (2, 2)}, "a": {"young": (2, 2), "old": (2, 2)}}, 4)


def test_the_ideas_of_fair_differ_as_they_should():
    chances = {name: sorted(fair_lottery(a_few_rare_people(), name).lottery.chances().values()) for name in FAIRNESS}
    lowest, largest = {n: c[0] for n, c in chances.items()}, {n: c[-1] for n, c in chances.items()}
    assert lowest["leximin"] == lowest["maximin"] == max(lowest.values())
    assert largest["minimax"] == min(largest.values())
    assert largest["maximin"] <= largest["leximin"]
    products = {name: prod(found) for name, found in chances.items()}
    assert products["nash"] == max(products.values())
    weighed = {name: largest[name] * 5 + 1 / (5 * lowest[name]) for name in FAIRNESS}
    assert weighed["goldilocks"] == min(weighed.values())


def test_minimax_may_leave_somebody_without_a_chance():
    """At most one of four people at home C serves. A panel with the one of them who is z needs more of the others,
    whose chances are the largest already."""
    rows = [("x", "")] * 3 + [("x", "C"), ("x", "C"), ("y", ""), ("z", ""), ("z", "C")]
    problem = problem_of(rows, {"f": {"x": (3, 4), "y": (0, 1), "z": (0, 1)}}, 4)
    chances = fair_lottery(problem, "minimax").lottery.chances()
    assert max(chances.values()) == Fraction(2, 3)
    assert "v007" not in chances
    assert fair_lottery(problem, "maximin").lottery.chances()["v007"] == Fraction(1, 3)


@pytest.mark.parametrize("fairness", ["maximin", "goldilocks", "minimax"])
def test_who_is_on_every_panel_does_not_spoil_the_ceiling_of_the_others(fairness):
    """Both old people must serve; the rest of the seats is fair between all others as if they were not there."""
    rows = [("old", "")] * 2 + [("young", "")] * 8
    fair, chances = drawn(problem_of(rows, {"a": {"old": (2, 2), "young": (0, 4)}}, 6), fairness)
    assert set(chances.values()) == {Fraction(1, 2)}
    assert fair.lottery.chances()["v000"] == 1


def test_a_larger_gamma_raises_the_smallest_chance():
    problem = a_few_rare_people()
    floors = [min(fair_lottery(problem, "goldilocks", gamma=Fraction(g)).lottery.chances().values()) for g in (1, 9)]
    assert floors[0] <= floors[1] <= min(fair_lottery(problem).lottery.chances().values())


DRAW = """
import json, sys
sys.path.insert(0, "tests")
from small_pools import problem_of
from sortition.certificate import build
from sortition.fairness import fair_lottery
from sortition.objectives import FAIRNESS
rows = [(f"v{n % 3}", f"v{n * n % 7 % 3}", f"v{n % 2}", f"home {n // 2}" if n < 10 else "") for n in range(40)]
quotas = {f: {f"v{v}": (1, 6) for v in range(3)} for f in "ab"} | {"c": {"v0": (3, 6), "v1": (3, 6)}}
problem = problem_of(rows, quotas, 9)
for name in FAIRNESS:
    fair = fair_lottery(problem, name)
    print(json.dumps([fair.lottery.panels, fair.lottery.weights, build(problem, fair.proof)]))
"""


def test_the_same_problem_gives_the_same_bytes_under_any_hash_seed():
    answers = [
        subprocess.run(
            [sys.executable, "-c", DRAW],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2718")
    ]
    assert answers[0] == answers[1]
    assert len(answers[0].splitlines()) == len(FAIRNESS)


@pytest.mark.parametrize("fairness", FAIRNESS)
def test_a_search_that_is_told_enough_states_an_honest_gap(fairness):
    def enough(step: Progress) -> None:
        if step.may_stop:
            raise Enough

    problem = a_few_rare_people()
    fair = fair_lottery(problem, fairness, enough)
    assert not fair.proof.proved
    assert check(problem, fair.lottery, json.loads(json.dumps(build(problem, fair.proof)))) == ()
    best = fair_lottery(problem, fairness).lottery.chances()
    chances = fair.lottery.chances()
    assert max(abs(best[id_] - chances.get(id_, 0)) for id_ in best) <= fair.proof.gap
