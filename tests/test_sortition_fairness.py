"""The leximin lottery is the leximin lottery: against counting, and by its properties."""

import json
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_pools import every_panel, leximin_by_counting, problem_of, problems

from sortition.certificate import build, check
from sortition.errors import QuotasCannotBeMet
from sortition.fairness import FairLottery, leximin
from sortition.pool import Pool
from sortition.problem import DrawProblem
from sortition.progress import Progress
from sortition.quotas import Quotas

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def holds_leximin(problem: DrawProblem) -> FairLottery | None:
    """Compare with counting; None if no panel exists, which must then have been refused."""
    panels = every_panel(problem)
    if not panels:
        with pytest.raises(QuotasCannotBeMet, match="folkmoot check"):
            leximin(problem)
        return None
    fair = leximin(problem)
    chances = fair.lottery.chances()
    expected = leximin_by_counting(problem)
    assert {id_: chances.get(id_, Fraction(0)) for id_ in expected} == expected
    assert set(fair.lottery.panels) <= set(panels)
    assert sum(chances.values()) == problem.panel_size
    assert fair.proof.proved
    assert check(problem, fair.lottery, build(problem, fair.proof)) == ()
    return fair


@settings(small, max_examples=60)
@given(problems())
def test_leximin_agrees_with_counting_all_panels(problem):
    holds_leximin(problem)


@pytest.mark.slow
@settings(small, max_examples=500)
@given(problems())
def test_leximin_agrees_with_counting_all_panels_of_five_hundred_pools(problem):
    holds_leximin(problem)


@settings(small, max_examples=30)
@given(problems(), st.randoms(use_true_random=False))
def test_the_lottery_does_not_care_who_is_listed_first(problem, shuffler):
    assume(every_panel(problem))
    rows = list(problem.pool.volunteers)
    shuffler.shuffle(rows)
    shuffled = DrawProblem(Pool(problem.pool.features, tuple(rows)), problem.quotas, problem.panel_size)
    assert leximin(shuffled) == leximin(problem)


@settings(small, max_examples=30)
@given(problems(), st.randoms(use_true_random=False))
def test_the_lottery_does_not_care_which_quota_is_listed_first(problem, shuffler):
    assume(every_panel(problem))
    rows = list(problem.quotas.rows)
    shuffler.shuffle(rows)
    shuffled = DrawProblem(problem.pool, Quotas(tuple(rows)), problem.panel_size)
    fair, other = leximin(problem), leximin(shuffled)
    assert other == fair
    assert build(shuffled, other.proof) == build(problem, fair.proof)


@settings(small, max_examples=30)
@given(problems())
def test_volunteers_of_a_type_have_exactly_equal_chances(problem):
    assume(every_panel(problem))
    chances = leximin(problem).lottery.chances()
    for kind in problem.types:
        assert len({chances.get(id_, 0) for id_ in kind.members}) == 1


def test_couples_share_chances_and_never_serve_together():
    couples = [("any", f"home {n // 2}") for n in range(20)]
    problem = problem_of(couples, {"kind": {"any": (2, 2)}}, 2)
    fair = holds_leximin(problem)
    assert fair is not None
    assert set(fair.lottery.chances().values()) == {Fraction(1, 10)}
    assert all(int(a[1:]) // 2 != int(b[1:]) // 2 for a, b in fair.lottery.panels)


def a_triangle_twice() -> DrawProblem:
    """Each seat holder uses up two of three features; quotas alone would let half a person of each kind serve."""
    rows = [("x", "x", "o", ""), ("x", "o", "x", ""), ("o", "x", "x", ""), *[("o", "o", "o", "")] * 3]
    some, none = (0, 1), (0, 9)
    return problem_of(rows, {f: {"x": some, "o": none} for f in "abc"}, 3)


def test_where_panels_cannot_attain_the_bound_of_the_quotas_a_cut_proves_it():
    fair = holds_leximin(a_triangle_twice())
    assert fair is not None
    assert fair.proof.kind == "panels"
    # one of the first three serves at a time, though the quotas' averages would let one and a half of them
    assert fair.lottery.chances()["v000"] == Fraction(1, 3)


def test_a_volunteer_in_no_panel_has_no_chance_and_a_proof_of_it():
    rows = [("x", "x", ""), ("x", "o", ""), ("o", "x", ""), ("o", "o", "")]
    problem = problem_of(rows, {"a": {"x": (1, 1), "o": (1, 1)}, "b": {"x": (2, 2), "o": (0, 0)}}, 2)
    fair = holds_leximin(problem)
    assert fair is not None
    assert fair.lottery.panels == (("v000", "v002"),)


def test_impossible_quotas_are_refused_with_the_way_to_repair():
    problem = problem_of([("man", ""), ("man", "")], {"gender": {"man": (0, 1), "woman": (1, 1)}}, 2)
    with pytest.raises(QuotasCannotBeMet) as refused:
        leximin(problem)
    assert "folkmoot check" in refused.value.remedy


def test_a_fraction_of_a_panel_is_no_panel():
    problem = problem_of([("x", "x", "o", ""), ("x", "o", "x", ""), ("o", "x", "x", "")], odd_quotas(), 2)
    assert every_panel(problem) == []
    with pytest.raises(QuotasCannotBeMet):
        leximin(problem)


def odd_quotas() -> dict[str, dict[str, tuple[int, int]]]:
    return {f: {"x": (0, 1), "o": (0, 2)} for f in "abc"}


def test_progress_tells_stage_bound_and_gap():
    heard: list[Progress] = []
    leximin(a_triangle_twice(), heard.append)
    assert {"levels", "panels", "seats"} <= {one.stage for one in heard}
    assert all(one.bound is not None for one in heard if one.stage != "levels")


def test_every_pair_may_meet_where_nothing_forbids_it():
    problem = problem_of([("any", "")] * 6, {"kind": {"any": (0, 6)}}, 5)
    pairs = {pair for panel in leximin(problem).lottery.panels for pair in combinations(panel, 2)}
    assert len(pairs) == 15


DRAW = """
import json, sys
sys.path.insert(0, "tests")
from small_pools import problem_of
from sortition.certificate import build
from sortition.fairness import leximin
from sortition.lottery import number_tickets
from sortition.drawing import share_tickets
rows = [(f"v{n % 3}", f"v{n * n % 7 % 3}", f"v{n % 2}", f"home {n // 2}" if n < 10 else "") for n in range(40)]
quotas = {f: {f"v{v}": (1, 6) for v in range(3)} for f in "ab"} | {"c": {"v0": (3, 6), "v1": (3, 6)}}
problem = problem_of(rows, quotas, 9)
fair = leximin(problem)
tickets = number_tickets(fair.lottery, share_tickets(problem, fair.lottery, 100).panels, "seed")
print(json.dumps([fair.lottery.panels, fair.lottery.weights, tickets.places, tickets.more, build(problem, fair.proof)]))
"""


def test_the_same_draw_gives_the_same_bytes_under_any_hash_seed():
    answers = [
        subprocess.run(
            [sys.executable, "-c", DRAW],
            env={"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2718")
    ]
    assert answers[0] == answers[1]
    assert len(json.loads(answers[0])) == 5
