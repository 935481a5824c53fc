"""The lottery of the largest product of chances (Nash): the climb in floating point, its outcome in fractions.

`objectives.nash` says what proves the outcome. First, linear programs find a point that is inside every limit which
has an inside at all; limits that all points meet with equality are equations from then on. From there `interior`
climbs to the top and says which sides hold it. The point is then written in fractions: most types as short fractions
or with twelve digits, and a few basic ones such that every equation holds exactly. Multipliers come from one more
linear program, with the gradient n_t/x_t as prices; restricted to the limits that hold the point they are found again
to the last digit, so that what is lost is far below what anybody can notice, and the certificate tells it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sortition.errors import SolverFailed
from sortition.exact import solve
from sortition.interior import Climb, Marks, Region, Tight, polished
from sortition.panels import column, limit_sides, state
from sortition.polytope import Point, Polytope, Whole
from sortition.solver import BARRIER, FINEST, NOISE, SLACK, Engine, Floats, Indices

DIGITS = 10**12
PRIME = 2_147_483_629
Multipliers = tuple[Fraction, ...]


def largest_product(polytope: Polytope, barred: frozenset[int]) -> tuple[Point, Multipliers]:
    """A point of fractions that is as good as the best, and the multipliers of the limits that prove it."""
    live = np.array([t not in barred for t in range(polytope.count)])
    inside, always = inner_point(polytope, live)
    top, tight = _climb(polytope, live, inside, always)
    point = exact_point(polytope, live, top, tight)
    return point, exact_prices(polytope, live, point, tight)


def inner_point(polytope: Polytope, live: Marks) -> tuple[Floats, Tight]:
    """A point off every side that some point is off, and the sides that none is off.

    Again and again the sum of the rooms at those sides is raised that no point found so far is off, each room counted
    up to a small slack; the average of all these points is off every side that one of them is off.
    """
    program = Rooms(polytope, live)
    points, held = [], np.arange(program.sides, dtype=np.int32)
    while True:
        point, rooms = program.widest(held)
        points.append(point)
        stay = held[rooms[held] <= NOISE]
        if len(stay) == len(held) or len(stay) == 0:
            return np.mean(points, axis=0), program.tight(stay)
        held = stay


class Rooms:
    """The linear program behind `inner_point`: one room for each side of a limit or of a type's seats."""

    def __init__(self, polytope: Polytope, live: Marks) -> None:
        self._engine = Engine(state(polytope, whole=False))
        self._count, self._rows = polytope.count, len(polytope.limits)
        lows, highs = limit_sides(polytope)
        self._engine.bound_rows(range(self._rows), lows, highs)
        self._serves = np.array([self._engine.columns[column(t)] for t in range(polytope.count)], dtype=np.int32)
        most = np.where(live, np.array(polytope.most, dtype=np.float64), 0.0)
        self._engine.bound_columns(self._serves, np.zeros(polytope.count), most)
        self._of: list[tuple[str, int]] = []
        for number, limit in enumerate(polytope.limits):
            places = [int(self._serves[t]) for t, c in enumerate(limit.of) if c]
            values = [float(c) for c in limit.of if c]
            if limit.low != limit.high:
                if limit.low is not None:
                    self._add(("low", number), places, [-v for v in values], -float(limit.low))
                if limit.high is not None:
                    self._add(("high", number), places, values, float(limit.high))
        for t in np.flatnonzero(live):
            self._add(("full", int(t)), [int(self._serves[t])], [1.0], float(polytope.most[t]))
            self._add(("none", int(t)), [int(self._serves[t])], [-1.0], 0.0)

    def _add(self, of: tuple[str, int], places: list[int], values: list[float], high: float) -> None:
        self._of.append(of)
        self._engine.add_column(0.0, SLACK, [], [])
        self._engine.add_row([*places, self._engine.width - 1], [*values, 1.0], -np.inf, high)

    @property
    def sides(self) -> int:
        return len(self._of)

    def widest(self, held: Indices) -> tuple[Floats, Floats]:
        """The point that raises these rooms most, and all rooms."""
        costs = np.zeros(self._engine.width)
        first = len(costs) - self.sides
        costs[first + held] = 1.0
        self._engine.weigh(costs)
        answer = self._engine.solve()
        if answer is None:
            raise SolverFailed("The averages of panels were lost between two questions.")
        return answer.values[self._serves], answer.values[first:]

    def tight(self, held: Indices) -> Tight:
        low, high, full = np.zeros(self._rows, bool), np.zeros(self._rows, bool), np.zeros(self._count, bool)
        marks = {"low": low, "high": high, "full": full}
        for side in held:
            of, number = self._of[int(side)]
            if of == "none":
                raise SolverFailed("A volunteer who could be chosen has lost every chance.")
            marks[of][number] = True
        return Tight(low, high, full)


def _climb(polytope: Polytope, live: Marks, inside: Floats, always: Tight) -> tuple[Floats, Tight]:
    """The best point in floating point, and all sides that hold it."""
    most, sizes = np.array(polytope.most, dtype=np.float64), np.array(polytope.sizes, dtype=np.float64)
    matrix = polytope.matrix.astype(np.float64)
    lows, highs = limit_sides(polytope)
    equal = (lows == highs) | always.low | always.high
    sides = np.where(always.high, highs, lows)

    def region(full: Marks) -> tuple[Region, Marks]:
        free = live & ~full
        held = matrix @ np.where(live & full, most, 0.0)
        low, high = np.where(equal, sides, lows) - held, np.where(equal, sides, highs) - held
        return Region(matrix[:, free], low, high, equal, most[free], sizes[free]), free

    first, free = region(always.full)
    climb = Climb(first, inside[free])
    found = climb.to_the_top()
    full = always.full.copy()
    full[free] = found.full
    tight = Tight(always.low | found.low | (lows == highs), always.high | found.high, full)
    top = np.where(live, most, 0.0)
    top[free] = climb.x
    last, free = region(full)
    rows = tight.low | tight.high
    right = np.where(tight.low, last.lows, last.highs)[rows]
    top = np.where(full & live, most, top)
    top[free] = polished(last.matrix[rows], right, sizes[free], top[free])
    return top, tight


def exact_point(polytope: Polytope, live: Marks, top: Floats, tight: Tight) -> Point:
    """The point in fractions, with equality exactly where it is tight."""
    point = [Fraction(0)] * polytope.count
    for t in np.flatnonzero(live):
        point[t] = Fraction(polytope.most[t]) if tight.full[t] else short(top[t])
    free = np.flatnonzero(live & ~tight.full)
    room = np.minimum(top[free], np.array(polytope.most)[free] - top[free])
    free = free[np.argsort(-room, kind="stable")]
    rows = np.flatnonzero(tight.low | tight.high)
    basic = free[pivots(polytope.matrix[np.ix_(rows, free)])]
    for t in basic:
        point[t] = Fraction(0)
    limits = [polytope.limits[row] for row in rows]
    sides = [limit.low if tight.low[row] else limit.high for row, limit in zip(rows, limits, strict=True)]
    right = [(side or 0) - limit.value(point) for side, limit in zip(sides, limits, strict=True)]
    found = solve(polytope.matrix[np.ix_(rows, basic)], right) if len(basic) else []
    for t, value in zip(basic, found or (), strict=True):
        point[t] = value
    if found is None or polytope.faults_of(point):
        raise SolverFailed("The largest product of chances could not be written in fractions.")
    return tuple(point)


def short(value: float) -> Fraction:
    """A short fraction if one is as near as can be told, otherwise twelve digits."""
    fraction = Fraction(value).limit_denominator(FINEST)
    return fraction if abs(float(fraction) - value) <= BARRIER else Fraction(round(value * DIGITS), DIGITS)


def pivots(matrix: Whole) -> Indices:
    """The first columns that are independent of those before, as many as the rank (modulo a prime)."""
    work, chosen, row = matrix % PRIME, [], 0
    for place in range(matrix.shape[1]):
        hits = np.flatnonzero(work[row:, place])
        if len(hits) == 0:
            continue
        pivot = row + int(hits[0])
        work[[row, pivot]] = work[[pivot, row]]
        work[row] = work[row] * pow(int(work[row, place]), -1, PRIME) % PRIME
        below = work[row + 1 :, place].copy()
        work[row + 1 :] = (work[row + 1 :] - below[:, None] * work[row][None, :]) % PRIME
        chosen.append(place)
        row += 1
        if row == len(matrix):
            break
    return np.array(chosen, dtype=np.int32)


def exact_prices(polytope: Polytope, live: Marks, point: Point, tight: Tight) -> Multipliers:
    """Multipliers of the limits that hold the point, as near as floating point goes to its gradient."""
    gradient = np.array([n / float(p) if p else 0.0 for n, p in zip(polytope.sizes, point, strict=True)])
    lows, highs = limit_sides(polytope)
    engine = Engine(state(polytope, whole=False))
    engine.bound_rows(range(len(lows)), lows, highs)
    serves = np.array([engine.columns[column(t)] for t in range(polytope.count)], dtype=np.int32)
    engine.bound_columns(serves, np.zeros(polytope.count), np.where(live, np.array(polytope.most, float), 0.0))
    engine.weigh(gradient)
    answer = engine.solve()
    if answer is None:
        raise SolverFailed("The averages of panels were lost between two questions.")
    rows = np.flatnonzero((np.abs(answer.duals) > NOISE) & (tight.low | tight.high))
    matrix = polytope.matrix[np.ix_(rows, np.flatnonzero(live))].astype(np.float64) / gradient[live]
    target = np.where(tight.full[live], np.minimum(answer.duals[rows] @ matrix, 1.0), 1.0)
    found = np.linalg.lstsq(matrix.T, target, rcond=None)[0]  # every type's price is to be right in proportion
    multipliers = [Fraction(0)] * len(lows)
    for row, y in zip(rows, found, strict=True):
        leans = polytope.limits[row].high if y > 0 else polytope.limits[row].low
        if leans is not None:
            multipliers[row] = short(float(y))
    return tuple(multipliers)
