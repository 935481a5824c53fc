"""Finding panels, counting them, taking averages apart, solving exactly."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_pools import every_panel, problem_of, problems

from sortition.counting import all_panels
from sortition.exact import solve
from sortition.panels import PanelModel
from sortition.polytope import polytope_of
from sortition.turns import take_turns
from sortition.walk import Remainder, again, walk

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=40)


@small
@given(problems(most=8))
def test_type_panels_are_the_panels_seen_by_type(problem):
    polytope = polytope_of(problem)
    place = {id_: t for t, kind in enumerate(problem.types) for id_ in kind.members}
    seen = set()
    for panel in every_panel(problem):
        seats = [0] * len(problem.types)
        for id_ in panel:
            seats[place[id_]] += 1
        seen.add(tuple(seats))
    assert set(all_panels(polytope, 1_000_000) or ()) == seen


@small
@given(problems(), st.lists(st.integers(-5, 5), min_size=10, max_size=10))
def test_the_heaviest_panel_is_heaviest(problem, weights):
    polytope = polytope_of(problem)
    panels = all_panels(polytope, 1_000_000)
    if not panels:
        assert PanelModel(polytope).any(np.zeros(polytope.count)) is None
        return
    own = weights[: polytope.count]
    panel, most = PanelModel(polytope).heaviest(own)
    assert most == max(sum(w * x for w, x in zip(own, other, strict=True)) for other in panels)
    assert panel in panels


def test_counting_gives_up_where_told():
    problem = problem_of([("any", "")] * 20, {"kind": {"any": (0, 20)}}, 10)
    assert all_panels(polytope_of(problem), 3) is None


@small
@given(problems(), st.data())
def test_seats_of_a_type_are_shared_equally(problem, data):
    panels = all_panels(polytope_of(problem), 1_000_000)
    if not panels:
        return
    chosen = data.draw(st.lists(st.sampled_from(panels), min_size=1, max_size=4, unique=True))
    lottery = take_turns(problem, {panel: Fraction(1, len(chosen)) for panel in chosen})
    chances = lottery.chances()
    assert all(problem.allows(panel) for panel in lottery.panels)
    for t, kind in enumerate(problem.types):
        seats = sum(Fraction(panel[t], len(chosen)) for panel in chosen)
        assert all(chances.get(id_, 0) == seats / len(kind) for id_ in kind.members)


@small
@given(st.integers(1, 6), st.integers(0, 3), st.data())
def test_linear_systems_are_solved_exactly(size, more, data):
    entries = st.integers(-9, 9)
    matrix = np.array([[data.draw(entries) for _ in range(size)] for _ in range(size + more)], dtype=np.int64)
    wanted = [Fraction(data.draw(entries), data.draw(st.integers(1, 10**9))) for _ in range(size)]
    right = [sum((int(a) * x for a, x in zip(row, wanted, strict=True)), Fraction(0)) for row in matrix]
    found = solve(matrix, right)
    if np.linalg.matrix_rank(matrix) < size:
        assert found is None
    else:
        assert found == wanted


@pytest.mark.parametrize("right", [[1, 1], [0, 1]])
def test_a_system_without_one_answer_has_none(right):
    assert solve(np.array([[1, 1], [2, 2]]), [Fraction(r) for r in right]) is None


@pytest.mark.parametrize("digits", [30, 60, 61, 62, 63, 64, 200])
def test_the_walk_is_exact_beyond_machine_numbers(digits):
    problem = problem_of([("a", ""), ("b", "")] * 20, {"kind": {"a": (9, 11), "b": (0, 20)}}, 20)
    point = (10 + Fraction(1, 2**digits), 10 - Fraction(1, 2**digits))
    start = Remainder(polytope_of(problem), point)
    assert min(start.slacks) == 0
    steps, rest = walk(PanelModel(polytope_of(problem)), start, 0, lambda left, panels: None)
    assert rest.mass == 0
    assert sum(step.weight for step in steps) == 1
    assert sum(step.weight * step.panel[0] for step in steps) == point[0]


def test_a_walk_can_be_taken_again_up_to_any_step():
    rows = [(f"a{n % 3}", f"b{n % 4}", "") for n in range(24)]
    problem = problem_of(rows, {"a": {f"a{v}": (1, 3) for v in range(3)}, "b": {f"b{v}": (1, 3) for v in range(4)}}, 7)
    polytope = polytope_of(problem)
    start = Remainder(polytope, tuple(Fraction(7 * size, 24) for size in polytope.sizes))
    steps, rest = walk(PanelModel(polytope), start, 0, lambda left, panels: None)
    assert len(steps) > 3
    for kept in range(len(steps) + 1):
        left = again(start, steps[:kept])
        assert left.left == 1 - sum(step.weight for step in steps[:kept])
    assert start.left == 1
    assert (rest.mass, left.mass) == (0, 0)
