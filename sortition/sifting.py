"""The heaviest average of a face of very many types, found among the types that are in doubt.

Given multipliers of the limits, most types are clear: what they weigh is far more or far less than what their seats
cost. The multipliers of the last question nearly fit the next one of a walk. So the clear types are put at their sides,
and the small program of the others gives new multipliers. What comes out is nearly the heaviest average, from a
program whose size does not grow with the pool; panels are looked for near it, so nearly is enough.
Source: R. E. Bixby et al., Very large-scale linear programming (1992), where sifting goes on until it is exact.
"""

from __future__ import annotations

import numpy as np

from sortition.polytope import Face, Polytope
from sortition.solver import INFINITE, Engine, Floats

MANY = 3000  # open types from which on sifting pays
DOUBTFUL = 1200  # types left to the small program


class Sifted:
    """The small program, and the multipliers it was last given or found."""

    def __init__(self, polytope: Polytope, empty: Engine) -> None:
        """With an engine that knows neither unknowns nor limits yet."""
        self._of = polytope.matrix.astype(np.float64)
        self._duals: Floats | None = None
        self._engine = empty
        for _ in self._of:
            self._engine.add_row([], [], -INFINITE, INFINITE)

    def learn(self, duals: Floats) -> None:
        """Start from these multipliers."""
        self._duals = duals

    def average(self, face: Face, weights: Floats) -> tuple[Floats, Floats] | None:
        """Seats of all types, and what each type weighs beyond its cost; None where this is not the way."""
        if self._duals is None or face.open <= MANY:
            return None
        open_ = np.flatnonzero(face.fewest < face.most)
        prices = weights - self._duals @ self._of
        doubtful = np.sort(open_[np.argpartition(np.abs(prices[open_]), DOUBTFUL)[:DOUBTFUL]])
        seats = np.where(prices > 0, face.most, face.fewest).astype(np.float64)
        seats[doubtful] = 0.0
        taken = self._of @ seats
        lows, highs = face.fewest[doubtful].astype(np.float64), face.most[doubtful].astype(np.float64)
        self._engine.replace_columns(self._of[:, doubtful], lows, highs)
        self._engine.bound_rows(range(len(taken)), face.lows - taken, face.highs - taken)
        self._engine.weigh(weights[doubtful])
        answer = self._engine.solve()
        if answer is None:
            self._duals = None
            return None
        self._duals = answer.duals
        seats[doubtful] = answer.values
        return seats, weights - answer.duals @ self._of
