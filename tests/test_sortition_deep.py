"""Leximin over the panels themselves, for pools whose limits promise more than panels can give."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from small_pools import every_panel, leximin_by_counting, problem_of, problems

from sortition import fairness
from sortition.certificate import build, check
from sortition.deep import levels_over_panels, whole_weights
from sortition.fairness import fair_lottery, leximin
from sortition.panels import PanelModel
from sortition.polytope import polytope_of
from sortition.progress import Enough
from sortition.proof import gap_of, point_of

NEAR = Fraction(1, 1_000_000)


class Silent:
    def walked(self, left, panels): ...

    def mixed(self, shortage, panels): ...


def deep_chances(problem):
    """Everyone's chance by this way alone, after its own checks."""
    problem = problem.by_name
    base = polytope_of(problem)
    found = levels_over_panels(PanelModel(base), Silent())
    polytope = base.with_cuts(found.cuts)
    assert gap_of(polytope, found.levels) == 0
    assert all(base.allows(panel) for panel in found.weights)
    assert sum(found.weights.values()) == 1
    point = point_of(polytope, found.levels)
    got = [sum(w * panel[t] for panel, w in found.weights.items()) for t in range(base.count)]
    assert max(abs(a - b) / size for a, b, size in zip(got, point, base.sizes, strict=True)) <= NEAR
    return {id_: p / len(kind) for kind, p in zip(problem.types, point, strict=True) for id_ in kind.members}


@pytest.mark.slow
@settings(deadline=None, derandomize=True, max_examples=250, suppress_health_check=list(HealthCheck))
@given(problems())
def test_the_levels_over_panels_are_those_of_counting_all_panels(problem):
    if not every_panel(problem):
        return
    expected, got = leximin_by_counting(problem), deep_chances(problem)
    assert {id_: abs(got[id_] - chance) <= NEAR for id_, chance in expected.items()} == dict.fromkeys(expected, True)


# Each of the first three uses up two of three features; the quotas alone would let half a person of each kind serve.
ROWS = [("x", "x", "o", ""), ("x", "o", "x", ""), ("o", "x", "x", ""), *[("o", "o", "o", "")] * 3]
PARITY = problem_of(ROWS, {feature: {"x": (0, 1), "o": (0, 9)} for feature in "abc"}, 3)


def test_a_pool_that_needs_limits_is_drawn_over_its_panels_and_proved(monkeypatch):
    usual = leximin(PARITY)
    assert usual.proof.cuts, "this pool must need a limit, or the test shows nothing"
    monkeypatch.setattr(fairness, "MOST_CUTS", 1)
    fair = leximin(PARITY)
    chances, expected = fair.lottery.chances(), leximin_by_counting(PARITY)
    assert max(abs(chances.get(id_, 0) - chance) for id_, chance in expected.items()) <= NEAR
    assert fair.proof.gap <= NEAR
    assert check(PARITY, fair.lottery, build(PARITY, fair.proof)) == ()


@pytest.mark.parametrize("idea", ["maximin", "nash", "goldilocks", "minimax"])
def test_another_idea_of_fair_ends_too_and_states_its_gap(monkeypatch, idea):
    monkeypatch.setattr(fairness, "MOST_CUTS", 1)
    fair = fair_lottery(PARITY, idea)
    assert check(PARITY, fair.lottery, build(PARITY, fair.proof)) == ()


def test_a_search_over_panels_that_is_stopped_keeps_a_lottery_with_its_gap(monkeypatch):
    monkeypatch.setattr(fairness, "MOST_CUTS", 1)
    monkeypatch.setattr(fairness, "levels_over_panels", stopped)
    fair = leximin(PARITY)
    assert check(PARITY, fair.lottery, build(PARITY, fair.proof)) == ()
    assert fair.proof.gap > 0
    assert not fair.proof.proved


def stopped(model, teller):
    raise Enough


def test_weights_become_whole_where_they_are_fractions_of_small_numbers():
    import numpy as np

    assert whole_weights(np.array([1, 1.5, 1 / 3, 0])) == [6, 9, 2, 0]
    assert max(whole_weights(np.array([1, 2**0.5]))) == 1_000_000
