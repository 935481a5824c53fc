"""Panels found by exchanging members: always panels of their face, the same every time, nearly always found."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_pools import Shape, make_pool
from small_pools import problems

from sortition.counting import all_panels
from sortition.files import read_bytes, read_pool, read_quotas_file
from sortition.panels import PanelModel
from sortition.polytope import Face, Polytope, polytope_of
from sortition.problem import DrawProblem

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=60)


@small
@given(problems(), st.lists(st.integers(-5, 5), min_size=10, max_size=10))
def test_what_swaps_find_is_a_panel_of_the_face(problem, weights):
    polytope = polytope_of(problem)
    panels = all_panels(polytope, 1_000_000) or ()
    model = PanelModel(polytope)
    own = np.array(weights[: polytope.count], dtype=np.float64)
    found = model.near(own)
    assert found is None or found in panels
    if not panels:
        return
    wanted = panels[0]
    rows = polytope.matrix @ np.array(wanted)
    face = Face(np.array(wanted), np.array(wanted), rows.astype(np.float64), rows.astype(np.float64))
    assert face.open == 0
    assert face.holds(polytope, wanted)
    assert not any(face.holds(polytope, panel) for panel in panels if panel != wanted)
    model.narrow(face)
    assert model.near(own) == wanted
    assert model.met == {panel for panel in (found, wanted) if panel}


def test_sifting_leads_to_panels_as_heavy_as_the_whole_program(tmp_path, monkeypatch):
    polytope = a_tight_pool(tmp_path / "pool")
    wish = np.linspace(-1, 1, polytope.count)
    whole = PanelModel(polytope).near(wish)
    monkeypatch.setattr("sortition.sifting.MANY", 100)
    monkeypatch.setattr("sortition.sifting.DOUBTFUL", 80)
    model = PanelModel(polytope)
    model.near(wish)  # by the whole program, which leaves its multipliers
    changed = wish.copy()
    changed[::7] += 0.2
    sifted = model.near(changed)
    assert whole is not None
    assert sifted is not None
    assert polytope.allows(sifted)
    assert changed @ np.array(sifted) > 0.8 * (changed @ np.array(PanelModel(polytope).near(changed)))


def a_tight_pool(folder) -> Polytope:
    """Eight features and thirty members, hardly any slack in the quotas: the hardest kind of pool that is known."""
    make_pool(folder, Shape(321, 30, 8), "a tight pool")
    quotas = read_quotas_file(*read_bytes(str(folder / "quotas.csv")))
    pool = read_pool(*read_bytes(str(folder / "pool.csv")), quotas.quotas, ())
    return polytope_of(DrawProblem(pool.pool, quotas.quotas, 30))


def test_a_tight_pool_is_searched_without_integer_programs_and_always_in_the_same_way(tmp_path):
    polytope = a_tight_pool(tmp_path / "pool")
    wishes = np.random.default_rng(5).normal(size=(20, polytope.count))
    runs = []
    for _ in range(2):
        model = PanelModel(polytope)
        runs.append([model.near(wish) for wish in wishes])
    assert runs[0] == runs[1]
    found = [panel for panel in runs[0] if panel]
    assert len(found) >= 18
    assert all(polytope.allows(panel) for panel in found)
    assert len(set(found)) > 10
