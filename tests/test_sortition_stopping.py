"""A draw that is stopped keeps the best lottery so far and says how far from the optimum it may be."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_pools import every_panel, problem_of, problems

from sortition.certificate import build, check
from sortition.fairness import FairLottery, leximin
from sortition.problem import DrawProblem
from sortition.progress import Enough, Progress, Stopped, heeding

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=40)


def stopped(problem: DrawProblem, after: int) -> FairLottery:
    """Leximin, told that it is enough once it has spoken so often of panels."""
    heard = 0

    def tell(progress: Progress) -> None:
        nonlocal heard
        heard += progress.may_stop
        if progress.may_stop and heard == after:
            raise Enough

    return leximin(problem, tell)


@small
@given(problems(), st.integers(1, 4))
def test_enough_keeps_a_lottery_with_its_true_distance(problem, after):
    if not every_panel(problem):
        return
    fair, full = stopped(problem, after), leximin(problem)
    chances = fair.lottery.chances()
    assert check(problem, fair.lottery, build(problem, fair.proof)) == ()
    assert sum(chances.values()) == problem.panel_size
    assert all(len({chances.get(id_, 0) for id_ in kind.members}) == 1 for kind in problem.types)
    for id_, chance in full.lottery.chances().items():
        assert fair.proof.proved <= (chances.get(id_, 0) == chance)
    worst = max(
        abs(chances.get(id_, Fraction(0)) - level.chance)
        for level in fair.proof.levels
        for t in level.types
        for id_ in problem.types[t].members
    )
    assert fair.proof.gap == worst
    assert fair.proof.proved is (worst == 0)


def a_pool_of_many_panels() -> DrawProblem:
    rows = [(f"a{n % 3}", f"b{n // 2 % 4}", f"c{n * n % 5 % 3}", "") for n in range(60)]
    quotas = {"a": {f"a{v}": (3, 5) for v in range(3)}, "b": {f"b{v}": (2, 4) for v in range(4)}}
    return problem_of(rows, quotas | {"c": {"c0": (1, 4), "c1": (5, 11)}}, 12)


def test_the_sooner_it_is_stopped_the_larger_its_gap():
    gaps = [stopped(a_pool_of_many_panels(), after).proof.gap for after in (1, 4, 10_000)]
    assert gaps[0] >= gaps[1] >= gaps[2] == 0
    assert gaps[0] > 0


def test_a_silent_solver_asks_too():
    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        raise Stopped

    with pytest.raises(Stopped), heeding(ask):
        leximin(a_pool_of_many_panels())
    assert asked == 1
