"""A certificate holds for its lottery, and for nothing else."""

import copy
import json
from fractions import Fraction
from typing import Any

import pytest
from small_pools import problem_of

from sortition.certificate import build, check
from sortition.fairness import FairLottery, fair_lottery
from sortition.lottery import Lottery
from sortition.objectives import FAIRNESS
from sortition.problem import DrawProblem


def a_problem_with_cuts() -> DrawProblem:
    rows = [("x", "x", "o", ""), ("x", "o", "x", ""), ("o", "x", "x", ""), *[("o", "o", "o", "")] * 3]
    return problem_of(rows, {f: {"x": (0, 1), "o": (0, 9)} for f in "abc"}, 3)


def a_problem_with_levels() -> DrawProblem:
    rows = [("man", "old", "")] * 6 + [("man", "young", "A"), ("woman", "young", "A"), ("woman", "old", "")]
    return problem_of(rows, {"g": {"man": (2, 2), "woman": (2, 2)}, "a": {"old": (2, 3), "young": (1, 2)}}, 4)


def a_problem_with_slopes() -> DrawProblem:
    """Two old women among twenty people, and half of a panel of four is to be old, half women."""
    rows = [("man", "young", "")] * 9 + [("woman", "young", "")] * 5
    rows += [("man", "old", "")] * 4 + [("woman", "old", "")] * 2
    return problem_of(rows, {"g": {"man": (2, 2), "woman": (2, 2)}, "a": {"young": (2, 2), "old": (2, 2)}}, 4)


def certified(problem: DrawProblem, fairness: str = "leximin") -> tuple[FairLottery, dict[str, Any]]:
    fair = fair_lottery(problem, fairness)
    return fair, json.loads(json.dumps(build(problem, fair.proof)))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every leaf of a JSON value."""
    if isinstance(value, dict):
        return [found for key in value for found in places(value[key], (*path, key))]
    if isinstance(value, list):
        return [found for number, one in enumerate(value) for found in places(one, (*path, number))]
    return [path]


def altered(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    try:
        return str(Fraction(value) + Fraction(1, 1000))
    except ValueError:
        return value + "!"


@pytest.mark.parametrize("fairness", FAIRNESS)
@pytest.mark.parametrize("make", [a_problem_with_cuts, a_problem_with_levels])
def test_a_certificate_holds_after_a_journey_through_json(make, fairness):
    problem = make()
    fair, certificate = certified(problem, fairness)
    assert check(problem, fair.lottery, certificate) == ()
    assert certificate["proved"] is True
    assert Fraction(certificate["gap"]) <= (Fraction(1, 10**9) if fairness == "nash" else 0)


@pytest.mark.parametrize("fairness", FAIRNESS)
@pytest.mark.parametrize("make", [a_problem_with_cuts, a_problem_with_levels, a_problem_with_slopes])
def test_every_altered_claim_is_found(make, fairness):
    problem = make()
    fair, certificate = certified(problem, fairness)
    for path in places(certificate):
        if path[-1] == "multiplier":  # no claim but evidence: another one may prove the same
            continue
        changed = copy.deepcopy(certificate)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = altered(inner[path[-1]])
        assert check(problem, fair.lottery, changed), path


@pytest.mark.parametrize("fairness", FAIRNESS)
@pytest.mark.parametrize("make", [a_problem_with_cuts, a_problem_with_levels])
def test_multipliers_that_prove_nothing_are_found(make, fairness):
    problem = make()
    fair, certificate = certified(problem, fairness)
    for part in [*certificate["levels"], *certificate.get("sides", []), certificate]:
        if "multipliers" in part:
            part["multipliers"] = []
    assert any("gap" in fault or "prove" in fault for fault in check(problem, fair.lottery, certificate))


@pytest.mark.parametrize("fairness", ["nash", "goldilocks"])
def test_no_digit_of_a_tight_proof_can_be_changed(fairness):
    problem = a_problem_with_slopes()
    fair, certificate = certified(problem, fairness)
    parts = [certificate] if fairness == "nash" else certificate["sides"]
    assert any(part["multipliers"] for part in parts)
    for part in parts:
        for one in part["multipliers"]:
            kept, one["multiplier"] = one["multiplier"], altered(one["multiplier"])
            assert check(problem, fair.lottery, certificate)
            one["multiplier"] = kept


@pytest.mark.parametrize("fairness", FAIRNESS)
@pytest.mark.parametrize("make", [a_problem_with_cuts, a_problem_with_levels])
def test_a_missing_or_an_added_claim_is_found(make, fairness):
    problem = make()
    fair, certificate = certified(problem, fairness)
    for key in certificate:
        assert check(problem, fair.lottery, {k: v for k, v in certificate.items() if k != key}), key
    assert check(problem, fair.lottery, {**certificate, "more": 1})
    if certificate["levels"]:
        assert check(problem, fair.lottery, {**certificate, "levels": certificate["levels"][:-1]})


@pytest.mark.parametrize("fairness", FAIRNESS)
def test_the_certificate_of_another_idea_of_fair_is_found(fairness):
    problem = a_problem_with_slopes()
    fair, _ = certified(problem, fairness)
    for other in FAIRNESS:
        _, certificate = certified(problem, other)
        assert bool(check(problem, fair.lottery, {**certificate, "fairness": fairness})) is (other != fairness)


def test_another_lottery_does_not_fit_the_certificate():
    problem = a_problem_with_levels()
    fair, certificate = certified(problem)
    one = Lottery(fair.lottery.panels[:1], (1,))
    assert check(problem, one, certificate)
    heavier = Lottery(fair.lottery.panels, (fair.lottery.weights[0] + 1, *fair.lottery.weights[1:]))
    assert check(problem, heavier, certificate)


def test_a_panel_that_breaks_a_quota_is_found():
    problem = a_problem_with_levels()
    fair, certificate = certified(problem)
    wrong = Lottery((*fair.lottery.panels, ("v005", "v006", "v007", "v008")), (*fair.lottery.weights, 1))
    assert any("Panel" in fault for fault in check(problem, wrong, certificate))


def test_the_certificate_says_which_proof_holds():
    assert certified(a_problem_with_cuts())[1]["proof"] == "panels"
    assert certified(a_problem_with_levels())[1]["proof"] == "quotas"
