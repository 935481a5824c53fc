"""Mixtures of known panels: how near they come to a point, and what is missing.

With the panels known so far,

    minimise Σ_t e_t   with   Σ_P λ_P x_P,t + e_t ≥ p_t,   Σ_P λ_P = 1,   λ, e ≥ 0,

whose multipliers w say which panel is missing: one with w·x above what the known ones reach. At 0 the shares λ are
made exact (`exact`). Shares that are only near are rounded, and the proof of the lottery states how near.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.errors import SolverFailed
from sortition.exact import solve
from sortition.panels import state_compromise, state_mixture
from sortition.polytope import Point, TypePanel
from sortition.progress import heeding
from sortition.solver import ACCURACY, Engine, Floats

Weights = dict[TypePanel, Fraction]


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
        self._engine = Engine(state_mixture(point, self.panels), from_columns=True)
        costs = np.zeros(self._engine.width)
        costs[len(self.panels) :] = -1.0
        self._engine.weigh(costs)
        self._places = list(range(len(self.panels)))

    def add(self, panel: TypePanel) -> None:
        """From now on this panel is known."""
        seats = [t for t, x in enumerate(panel) if x]
        self._places.append(self._engine.width)
        self.panels.append(panel)
        self.known.add(panel)
        rows = [*seats, len(self.point)]
        self._engine.add_column(0.0, 1.0, rows, [*(float(panel[t]) for t in seats), 1.0])

    def nearest(self) -> Nearest:
        """The mixture that lacks least."""
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
