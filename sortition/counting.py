"""All panels of a small pool, by counting.

Pure. Depth first over the types; a branch is left as soon as the seats still open cannot bring some limit inside
its sides.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sortition.polytope import Polytope, TypePanel, Whole


class TooMany(Exception):
    """More steps than were allowed."""


def all_panels(polytope: Polytope, most_steps: int) -> tuple[TypePanel, ...] | None:
    """Every panel, in order; None if that takes more steps than allowed."""
    try:
        return tuple(_Count(polytope, most_steps).panels(0, np.zeros(len(polytope.limits), dtype=np.int64), ()))
    except TooMany:
        return None


class _Count:
    def __init__(self, polytope: Polytope, most_steps: int) -> None:
        self._left = most_steps
        self._matrix = polytope.matrix
        self._most = polytope.most
        beyond = int(np.abs(polytope.matrix).sum() * max(polytope.most, default=0)) + 1
        self._lows = np.array([-beyond if limit.low is None else limit.low for limit in polytope.limits])
        self._highs = np.array([beyond if limit.high is None else limit.high for limit in polytope.limits])
        reach = polytope.matrix * np.array(polytope.most, dtype=np.int64)
        self._can_add = _sums_from(np.maximum(reach, 0))
        self._can_take = _sums_from(np.minimum(reach, 0))

    def panels(self, t: int, values: Whole, seats: TypePanel) -> Iterator[TypePanel]:
        self._left -= 1
        if self._left < 0:
            raise TooMany
        short = np.any(values + self._can_add[t] < self._lows)
        if short or np.any(values + self._can_take[t] > self._highs):
            return
        if t == len(self._most):
            yield seats
            return
        for number in range(self._most[t] + 1):
            yield from self.panels(t + 1, values + number * self._matrix[:, t], (*seats, number))


def _sums_from(steps: Whole) -> Whole:
    """Row t: the sum over the columns from t on."""
    total = np.cumsum(steps[:, ::-1], axis=1)[:, ::-1].T
    return np.concatenate([total, np.zeros((1, steps.shape[0]), dtype=np.int64)])
