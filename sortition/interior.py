"""An interior-point method for the largest product of chances, in floating point.

    maximise Σ_t n_t log x_t   with   A x = b (equations),   low ≤ A x ≤ high (the other rows),   0 ≤ x_t ≤ most_t

From a point inside, primal-dual steps with the barrier μ: multipliers p, q of the rows' lower and upper sides and g
of the seats, with p·(A x - low) = q·(high - A x) = g·(most - x) = μ. With y = q - p, D = n/x² + g/(most - x) and
W = 1/(p/(A x - low) + q/(high - A x)), 0 for equations, each step solves

    D dx + Aᵀ dy = …,    A dx - W dy = …                through the small matrix A D⁻¹ Aᵀ + W.

Then the sides that have more multiplier than room become equations, and Newton's method on those alone comes as near
to the optimum as floating point goes. Nothing here is believed: `products` writes the outcome in fractions, and the
certificate tells how good they are. Citation: S. Wright, Primal-dual interior-point methods (1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sortition.errors import SolverFailed
from sortition.solver import BARRIER, INFINITE, NOISE, Floats

Marks = npt.NDArray[np.bool_]
STEPS = 200
POLISH = 20
SHRINK = 0.1  # μ aims at a tenth of what it is
SHORT = 0.99  # of the way to the border


@dataclass(frozen=True)
class Region:
    """Rows with their sides, and the most seats of each type with how many persons share them.

    `equal` marks the rows that are equations, with `lows` as their right-hand sides.
    """

    matrix: Floats
    lows: Floats
    highs: Floats
    equal: Marks
    most: Floats
    sizes: Floats


@dataclass(frozen=True)
class Tight:
    """Which sides hold a point: rows from below, rows from above, and types with all their seats."""

    low: Marks
    high: Marks
    full: Marks


class Climb:
    """The state of the method: a point and its multipliers."""

    def __init__(self, region: Region, inside: Floats) -> None:
        self.region, self.x = region, inside
        r = region
        self.has_low = ~r.equal & (r.lows > -INFINITE)
        self.has_high = ~r.equal & (r.highs < INFINITE)
        below, above, room = self._rooms(inside)
        mu = 1.0
        self.p, self.q = np.where(self.has_low, mu / below, 0.0), np.where(self.has_high, mu / above, 0.0)
        self.g, self.y = mu / room, np.zeros(len(r.lows))

    def _rooms(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """How far the point is from the rows' sides and from all seats; 1 where there is no side."""
        r, value = self.region, self.region.matrix @ x
        below = np.where(self.has_low, value - np.where(self.has_low, r.lows, 0.0), 1.0)
        above = np.where(self.has_high, np.where(self.has_high, r.highs, 0.0) - value, 1.0)
        return below, above, r.most - x

    def to_the_top(self) -> Tight:
        """Steps until the barrier is as good as gone; then what holds the point."""
        for _ in range(STEPS):
            below, above, room = self._rooms(self.x)
            products = np.concatenate([(self.p * below)[self.has_low], (self.q * above)[self.has_high], self.g * room])
            mu = float(products.mean()) if len(products) else 0.0
            if self._step(max(mu, BARRIER) * SHRINK) <= NOISE and mu <= BARRIER:
                break
        else:
            raise SolverFailed("The largest product of chances was not found.")
        below, above, room = self._rooms(self.x)
        return Tight(self.has_low & (self.p > below), self.has_high & (self.q > above), self.g > room)

    def _step(self, mu: float) -> float:
        """One step; how large the point's relative change was."""
        r, x = self.region, self.x
        below, above, room = self._rooms(x)
        pull = np.where(self.has_high, mu / above - self.q, 0.0) - np.where(self.has_low, mu / below - self.p, 0.0)
        stiff = self.p / below + self.q / above
        weights = np.where(r.equal, 0.0, 1 / np.where(stiff > 0, stiff, 1.0))
        rest = -r.sizes / x + r.matrix.T @ self._prices() + self.g
        first = -rest - (mu / room - self.g)
        second = np.where(r.equal, np.where(r.equal, r.lows, 0.0) - r.matrix @ x, -pull * weights)
        dx, dy = solve_step(r.matrix, r.sizes / x**2 + self.g / room, weights, (first, second))
        move = r.matrix @ dx
        dp = np.where(self.has_low, (mu - self.p * move) / below - self.p, 0.0)
        dq = np.where(self.has_high, (mu + self.q * move) / above - self.q, 0.0)
        dg = (mu + self.g * dx) / room - self.g
        pairs = [(x, dx), (self.p, dp), (self.q, dq), (self.g, dg), (room, -dx)]
        pairs += [(below[self.has_low], move[self.has_low]), (above[self.has_high], -move[self.has_high])]
        length = min(1.0, *(_reach(have, change) for have, change in pairs))
        self.x, self.g, self.y = x + length * dx, self.g + length * dg, self.y + length * np.where(r.equal, dy, 0.0)
        self.p, self.q = self.p + length * dp, self.q + length * dq
        return float(np.abs(dx / x).max(initial=0.0))

    def _prices(self) -> Floats:
        return np.where(self.region.equal, self.y, self.q - self.p)


def _reach(have: Floats, change: Floats) -> float:
    """How far one can go before something that is positive vanishes, a little less."""
    falls = change < 0
    return float(SHORT * (have[falls] / -change[falls]).min()) if falls.any() else 1.0


def solve_step(matrix: Floats, curve: Floats, weights: Floats, right: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """dx, dy with curve·dx + Aᵀ dy = right[0] and A dx - weights·dy = right[1].

    Each row and column of the small matrix is scaled to a diagonal of 1, as the weights differ by many powers of ten.
    """
    scaled = matrix / curve
    small = scaled @ matrix.T + np.diag(weights)
    size = np.diag(small)
    scale = 1 / np.sqrt(np.where(size > 0, size, 1.0))
    answer = np.linalg.lstsq(scale[:, None] * small * scale, scale * (scaled @ right[0] - right[1]), rcond=None)
    dy = scale * answer[0]
    return (right[0] - matrix.T @ dy) / curve, dy


def polished(matrix: Floats, right: Floats, sizes: Floats, start: Floats) -> Floats:
    """Newton's method for the largest product under equations alone, from a point near by."""
    x, y = start, np.zeros(len(right))
    for _ in range(POLISH):
        rest = -sizes / x + matrix.T @ y
        dx, dy = solve_step(matrix, sizes / x**2, np.zeros(len(right)), (-rest, right - matrix @ x))
        length = min(1.0, _reach(x, dx))
        x, y = x + length * dx, y + length * dy
    return x
