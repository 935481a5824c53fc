"""An average of panels written as a lottery over panels, or a limit that it breaks and every panel keeps.

First the walk (`walk`), which needs panels but no optimisation. Where it ends on a face without panels, some steps
are undone, and the larger face they left is searched by column generation finishes: with the panels known so far,

    minimise Σ_t e_t   with   Σ_P λ_P x_P,t + e_t ≥ p_t,   Σ_P λ_P = 1,   λ, e ≥ 0,

whose multipliers w say which panel is missing: one with w·x above what the known ones reach. At 0 the weights are
made exact (`exact`). If no panel is missing though Σ e > 0, then w·x ≤ U holds for every panel but not for the
average, where U is the largest weight of a panel, found by exhaustive search: such a *cut* is a new limit, and
leximin starts again with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from sortition.errors import SolverFailed
from sortition.exact import solve
from sortition.panels import PanelModel, state_compromise, state_mixture
from sortition.polytope import Limit, Point, TypePanel
from sortition.progress import Enough, heeding
from sortition.solver import ACCURACY, NOISE, Engine, Floats
from sortition.walk import Remainder, Step, walk

Weights = dict[TypePanel, Fraction]
TRIES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 60, 120, 360, 720, 2520)  # scales that make most cuts whole at once
COARSE = (10_000, 1_000_000)
FIRST_BACK = 24  # steps undone first when the walk ends on a face without panels; doubled until it helps


@dataclass(frozen=True)
class Missing:
    """The point is no average of panels: this limit says so."""

    cut: Limit


class Teller(Protocol):
    """Hears how the search for panels goes on."""

    def walked(self, left: Fraction, panels: int) -> None: ...

    def mixed(self, shortage: float, panels: int) -> None: ...


@dataclass(frozen=True)
class Nearest:
    """How much the known panels lack, the weights that show it, what they reach in them, and the panels' shares."""

    shortage: float
    weights: Floats
    reached: float
    shares: Floats


class Mixture:
    """The known panels and how near their averages come to the point."""

    def __init__(self, point: Point, panels: Collection[TypePanel]) -> None:
        self.point = point
        self.panels = sorted(panels)
        self.known = set(panels)
        self._engine = Engine(state_mixture(point, self.panels))
        costs = np.zeros(self._engine.width)
        costs[len(self.panels) :] = -1.0
        self._engine.weigh(costs)
        self._places = list(range(len(self.panels)))

    def add(self, panel: TypePanel) -> None:
        seats = [t for t, x in enumerate(panel) if x]
        self._places.append(self._engine.width)
        self.panels.append(panel)
        self.known.add(panel)
        rows = [*seats, len(self.point)]
        self._engine.add_column(0.0, 1.0, rows, [*(float(panel[t]) for t in seats), 1.0])

    def nearest(self) -> Nearest:
        answer = self._engine.solve()
        if answer is None:
            raise SolverFailed("A mixture of known panels was lost.")
        weights = np.maximum(-answer.duals[: len(self.point)], 0.0)
        weights[weights < ACCURACY] = 0.0
        return Nearest(-answer.objective, weights, float(answer.duals[-1]), answer.values[self._places])

    def gains(self, panel: TypePanel, now: Nearest) -> bool:
        """Whether this panel would bring the mixture nearer."""
        return panel not in self.known and float(np.dot(now.weights, panel)) - now.reached > ACCURACY

    def exact(self, shares: Floats) -> Weights | None:
        """Exact weights of the panels in use, if they make the point exactly."""
        used = [panel for panel, share in zip(self.panels, shares, strict=True) if share > ACCURACY]
        matrix = np.concatenate([np.array(used, dtype=np.int64).T, np.ones((1, len(used)), dtype=np.int64)])
        found = solve(matrix, [*self.point, Fraction(1)])
        if found is None or min(found) < 0:
            return None
        return {panel: weight for panel, weight in zip(used, found, strict=True) if weight}


def nearly(panels: Sequence[TypePanel], shares: Floats) -> Weights:
    """Rounded shares, where no exact ones were found; the certificate states the distance that remains."""
    whole = np.rint(np.maximum(shares, 0.0) / ACCURACY).astype(np.int64)
    total = int(whole.sum())
    return {panel: Fraction(int(w), total) for panel, w in zip(panels, whole, strict=True) if w}


def decompose(model: PanelModel, point: Point, panels: set[TypePanel], teller: Teller) -> Weights | Missing:
    """The point as an exact mixture of panels, or a cut; every panel met on the way is added to `panels`.

    When the search is stopped by `Enough`, the mixture of the panels known so far that is nearest to the point.
    """
    try:
        return _search(model, point, panels, teller)
    except Enough:
        return compromise(model.polytope.sizes, point, panels | model.met)
    finally:
        panels.update(model.met)


def compromise(sizes: Sequence[int], point: Point, panels: Collection[TypePanel]) -> Weights:
    """Weights of these panels that leave nobody further from their chance than they must."""
    known = sorted(panels)
    with heeding(None):
        engine = Engine(state_compromise(point, sizes, known))
    costs = np.zeros(engine.width)
    costs[engine.columns["the_distance"]] = -1.0
    engine.weigh(costs)
    answer = engine.solve()
    if answer is None:
        raise SolverFailed("A mixture of known panels was lost.")
    return nearly(known, answer.values[: len(known)])


def _search(model: PanelModel, point: Point, panels: set[TypePanel], teller: Teller) -> Weights | Missing:
    steps, rest = walk(model, Remainder(model.polytope, point), teller.walked)
    back = FIRST_BACK
    while rest.mass and back // 2 < len(steps):
        kept = max(0, len(steps) - back)
        ending = _other_ending(model, steps[kept:], teller)
        if ending is not None:
            return _total(steps[:kept], steps[kept].before.left if kept else Fraction(1), ending)
        back *= 2
    if rest.mass == 0:
        return _total(steps, Fraction(0), {})
    mixture = Mixture(point, panels | model.met)
    found = mix(model, mixture, teller)
    return found or Missing(cut_of(model, point, mixture.nearest().weights))


def _other_ending(model: PanelModel, undone: Sequence[Step], teller: Teller) -> Weights | None:
    """What was there before these steps, mixed from panels of its own small face."""
    before = undone[0].before
    model.narrow(before.face())
    found = mix(model, Mixture(before.point(), {step.panel for step in undone}), teller)
    model.widen()
    return found


def _total(steps: Sequence[Step], left: Fraction, ending: Weights) -> Weights:
    weights: Weights = {}
    for step in steps:
        weights[step.panel] = weights.get(step.panel, Fraction(0)) + step.weight
    for panel, weight in ending.items():
        weights[panel] = weights.get(panel, Fraction(0)) + weight * left
    return weights


def mix(model: PanelModel, mixture: Mixture, teller: Teller) -> Weights | None:
    """Column generation over the model's panels, until the mixture makes its point; None if no panels can."""
    while True:
        now = mixture.nearest()
        teller.mixed(now.shortage, len(mixture.panels))
        if now.shortage <= NOISE:
            exact = mixture.exact(now.shares)
            if exact is not None:
                return exact
        panel = model.reaching(now.weights, now.reached + now.shortage / 2)
        if not mixture.gains(panel, now):
            return nearly(mixture.panels, now.shares) if now.shortage <= NOISE else None
        mixture.add(panel)


def cut_of(model: PanelModel, point: Point, weights: Floats) -> Limit:
    """The weights as whole numbers, with the largest weight of any panel on the right-hand side."""
    for scale in (*TRIES, *COARSE):
        scaled = weights / weights.max() * scale
        whole = [int(v) for v in np.rint(scaled)]
        if scale not in COARSE and np.abs(scaled - whole).max() > NOISE * scale:
            continue
        _, most = model.heaviest(whole)
        if sum((w * p for w, p in zip(whole, point, strict=True)), Fraction(0)) > most:
            return Limit("cut", tuple(whole), None, most)
    raise SolverFailed("The chances are no average of panels, but no limit was found that says so.")
