"""An average of panels written as a lottery over panels, or a limit that it breaks and every panel keeps.

First the walk (`walk`), which needs panels but no optimisation. Where it ends on a face without panels, column
generation finishes: with the panels known so far,

    minimise Σ_t e_t   with   Σ_P λ_P x_P,t + e_t ≥ p_t,   Σ_P λ_P = 1,   λ, e ≥ 0,

whose multipliers w say which panel is missing: one with w·x above what the known ones reach. At 0 the weights are
made exact (`exact`). If no panel is missing though Σ e > 0, then w·x ≤ U holds for every panel but not for the
average, where U is the largest weight of a panel, found by exhaustive search: such a *cut* is a new limit, and
leximin starts again with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.errors import SolverFailed
from sortition.exact import solve
from sortition.panels import PanelModel, state_mixture
from sortition.polytope import Limit, Point, TypePanel
from sortition.solver import ACCURACY, NOISE, Answer, Engine, Floats

Weights = dict[TypePanel, Fraction]
TRIES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 60, 120, 360, 720, 2520)  # scales that make most cuts whole at once
COARSE = (10_000, 1_000_000)


@dataclass(frozen=True)
class Missing:
    """The point is no average of panels: this limit says so."""

    cut: Limit


class Mixture:
    """The known panels and how near their averages come to the point."""

    def __init__(self, point: Point, panels: Collection[TypePanel]) -> None:
        self.point = point
        self.panels = sorted(panels)
        self._engine = Engine(state_mixture(point, self.panels))
        costs = np.zeros(self._engine.width)
        costs[len(self.panels) :] = -1.0
        self._engine.weigh(costs)
        self._places = list(range(len(self.panels)))

    def add(self, panel: TypePanel) -> None:
        seats = [t for t, x in enumerate(panel) if x]
        self._places.append(self._engine.width)
        self.panels.append(panel)
        rows = [*seats, len(self.point)]
        self._engine.add_column(0.0, 1.0, rows, [*(float(panel[t]) for t in seats), 1.0])

    def nearest(self) -> tuple[float, Floats, float, Floats]:
        """Shortage, weights of the types, what the known panels reach in them, and the panels' shares."""
        answer = self._solved()
        weights = np.maximum(-answer.duals[: len(self.point)], 0.0)
        weights[weights < ACCURACY] = 0.0
        return -answer.objective, weights, float(answer.duals[-1]), answer.values[self._places]

    def _solved(self) -> Answer:
        answer = self._engine.solve()
        if answer is None:
            raise SolverFailed("A mixture of known panels was lost.")
        return answer

    def exact(self, shares: Floats) -> Weights | None:
        """Exact weights of the panels in use, if they make the point exactly."""
        used = [panel for panel, share in zip(self.panels, shares, strict=True) if share > ACCURACY]
        matrix = np.concatenate([np.array(used, dtype=np.int64).T, np.ones((1, len(used)), dtype=np.int64)])
        found = solve(matrix, [*self.point, Fraction(1)])
        if found is None or min(found) < 0:
            return None
        return {panel: weight for panel, weight in zip(used, found, strict=True) if weight}


def finish(model: PanelModel, mixture: Mixture, tell: Callable[[float, int], None]) -> Weights | Missing:
    """Column generation until the point is a mixture of panels, or a cut shows that it is none."""
    while True:
        shortage, weights, reached, shares = mixture.nearest()
        tell(shortage, len(mixture.panels))
        if shortage <= NOISE:
            exact = mixture.exact(shares)
            if exact is not None:
                return exact
        if shortage <= ACCURACY:
            return _nearly(mixture, shares)
        panel = model.reaching(weights, reached + shortage / 2)
        gain = float(np.dot(weights, panel)) - reached
        if gain > shortage * ACCURACY and panel not in mixture.panels:
            mixture.add(panel)
            continue
        return Missing(cut_of(model, mixture.point, weights))


def _nearly(mixture: Mixture, shares: Floats) -> Weights:
    """Rounded shares; the certificate will state the distance that remains."""
    whole = np.rint(np.maximum(shares, 0.0) / ACCURACY).astype(np.int64)
    total = int(whole.sum())
    return {panel: Fraction(int(w), total) for panel, w in zip(mixture.panels, whole, strict=True) if w}


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


def panels_of(found: Sequence[Weights]) -> set[TypePanel]:
    return {panel for weights in found for panel in weights}
