"""Leximin among all points that keep the limits: one level of chances after another, each with its proof.

Per level, with x_t persons of type t serving on average, n_t persons in it, and floors x_t ≥ n_t z (types still free)
and x_t ≥ n_t z_l (types of earlier level l), which are bounds of the unknowns, so that no program has more rows than
there are limits:

    1. the highest floor:    the largest z that breaks no limit. Above it, minimise by how much limits are broken; the
                             multipliers say how that falls with z, and where it would be nothing is the next z to try
                             (Newton's method, which ends because the sum broken is convex in z and made of few lines)
    2. who can rise:         maximise Σ s_t,  x_t ≥ n_t (z + s_t), 0 ≤ s_t ≤ a small common slack; again, with less
                             slack, for those who did not rise, until nobody does
    3. proof for the others: maximise Σ_{t∈T} x_t; types that still rise leave T, until the optimum is n_T z

The multipliers of step 3 are small fractions; made exact they give the level's chance as an exact fraction
(see `proof`), and the resulting point is checked exactly against every limit.
Citation: Flanigan et al. (Nature 2021), here in the space of types instead of panels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sortition.errors import QuotasCannotBeMet, SolverFailed
from sortition.panels import limit_sides, state
from sortition.polytope import Polytope
from sortition.proof import Level, reduced, sides
from sortition.solver import ACCURACY, FINEST, INFINITE, NOISE, SLACK, Answer, Engine, Floats, Indices


class LevelProgram:
    """The three programs of a level in one model: only bounds and objective change.

    Unknowns: the persons of each type that serve; how many of these are a common rise; how much of a limit is broken.
    """

    def __init__(self, polytope: Polytope) -> None:
        self.polytope = polytope
        count, self._rows = polytope.count, len(polytope.limits)
        self._engine = Engine(state(polytope, whole=False))
        self._engine.bound_rows(range(self._rows), *limit_sides(polytope))
        for own in polytope.matrix.T:
            rows = np.flatnonzero(own)
            self._engine.add_column(0.0, 0.0, rows.tolist(), own[rows].tolist())
        for row in range(self._rows):
            for sign in (1.0, -1.0):
                self._engine.add_column(0.0, 0.0, [row], [sign])
        ends = np.cumsum([0, count, count, 2 * self._rows])
        self._serves, self._rise, self._broken = (
            np.arange(begin, end, dtype=np.int32) for begin, end in pairwise(ends)
        )
        self._sizes = np.array(polytope.sizes, dtype=np.float64)
        self._highest = np.array(polytope.highest, dtype=np.float64)
        self._settled = np.zeros(count)
        self._free = np.ones(count, dtype=bool)

    def fix(self, types: Sequence[int], chance: Fraction) -> None:
        """From now on these types have at least this chance and no longer lift the floor."""
        self._settled[types] = np.minimum(float(chance) * self._sizes[types], self._highest[types])
        self._free[types] = False

    def highest_floor(self) -> float | None:
        """The largest chance that all free types can have together; None if there are no panels at all."""
        free = self._free
        floor = float(np.min(self._highest[free] / self._sizes[free]))
        self._break(INFINITE)
        while True:
            self._hold(floor, 0.0)
            answer = self._maximise(self._broken, -1.0)
            if answer is None:
                raise SolverFailed("Limits could not even be broken.")
            if -answer.objective <= ACCURACY:
                break
            falls = -float(np.minimum(answer.prices[self._serves[free]], 0.0) @ self._sizes[free])
            floor += answer.objective / falls if falls > ACCURACY else -INFINITE
            if floor < -NOISE:
                return None
        self._break(0.0)
        return self._kept(floor)

    def _kept(self, floor: float) -> float:
        """The floor, or one that is lower by as little as floating point needs to keep it."""
        for lower in (0.0, ACCURACY, 10 * ACCURACY):
            self._hold(max(floor - lower, 0.0), 0.0)
            if self._maximise(self._rise, 0.0) is not None:
                return max(floor - lower, 0.0)
        raise SolverFailed("A floor of chances was lost between two questions.")

    def risers(self, floor: float) -> list[int]:
        """Who stays at the floor when all rise together by a small common slack, and then those who stayed by less."""
        tight, slack = np.flatnonzero(self._free), SLACK
        while len(tight):
            self._hold(floor, slack)
            answer = self._maximise(self._rise[tight], 1.0 / self._sizes[tight])
            if answer is None:
                raise SolverFailed("A floor of chances was lost between two questions.")
            stay = tight[answer.values[self._rise[tight]] < slack / 2 * self._sizes[tight]]
            if len(stay) == len(tight):
                break
            tight, slack = stay, max(slack / 10, 10 * NOISE)
        return [int(t) for t in tight]

    def proof(self, floor: float, tight: list[int]) -> tuple[list[int], Floats]:
        """Which of these cannot rise at all, with the multipliers of the limits that prove it."""
        self._hold(floor, 0.0)
        while tight:
            answer = self._maximise(self._serves[tight], 1.0)
            if answer is None:
                raise SolverFailed("A floor of chances was lost between two questions.")
            stay = [t for t in tight if answer.values[t] <= self._sizes[t] * floor + NOISE]
            if len(stay) == len(tight):
                return tight, answer.duals[: self._rows]
            tight = stay
        raise SolverFailed("Every volunteer's chance could be raised, though the floor was highest.")

    def _maximise(self, places: Indices, weight: Floats | float) -> Answer | None:
        costs = np.zeros(self._engine.width)
        costs[places] = weight
        self._engine.weigh(costs)
        return self._engine.solve()

    def _hold(self, floor: float, slack: float) -> None:
        """Everybody at this floor or where they are settled, and free to rise together by this slack."""
        lows = np.where(self._free, np.minimum(floor * self._sizes, self._highest), self._settled)
        rise = np.where(self._free, np.minimum(slack * self._sizes, self._highest - lows), 0.0)
        self._engine.bound_columns(self._serves, lows, self._highest - rise)
        self._engine.bound_columns(self._rise, np.zeros(len(rise)), rise)

    def _break(self, most: float) -> None:
        self._engine.bound_columns(self._broken, np.zeros(len(self._broken)), np.full(len(self._broken), most))


def leximin_levels(polytope: Polytope, tell: Callable[[Level, int], None]) -> tuple[Level, ...]:
    """All levels from the lowest chance to the highest; `tell` hears each with the number of types still free."""
    free = polytope.count
    levels = []
    for level in each_level(polytope):
        levels.append(level)
        free -= len(level.types)
        tell(level, free)
    return tuple(levels)


def each_level(polytope: Polytope) -> Iterator[Level]:
    """One level after the other, each found when it is asked for."""
    program = LevelProgram(polytope)
    levels: list[Level] = []
    free = list(range(polytope.count))
    while free:
        floor = program.highest_floor()
        if floor is None:
            raise QuotasCannotBeMet
        tight, multipliers = program.proof(floor, program.risers(floor))
        level = exact_level(polytope, levels, tight, multipliers)
        if abs(float(level.chance) - floor) > NOISE:
            raise SolverFailed(f"The proof gives a level of {float(level.chance)}, the solver one of {floor}.")
        program.fix(tight, level.chance)
        levels.append(level)
        free = sorted(set(free) - set(tight))
        yield level


def exact_level(polytope: Polytope, earlier: list[Level], types: list[int], duals: Floats) -> Level:
    """The level that these multipliers, made exact, prove: (persons in T)·z = the bound, solved for z."""
    return level_of(polytope, earlier, types, exact_multipliers(polytope, duals))


def level_of(
    polytope: Polytope, earlier: Sequence[Level], types: Sequence[int], multipliers: tuple[Fraction, ...]
) -> Level:
    """The level that these multipliers prove."""
    total = sides(polytope, multipliers)
    persons = Fraction(sum(polytope.sizes[t] for t in types))
    settled = {t: level.chance for level in earlier for t in level.types}
    if total is None:
        raise SolverFailed("A multiplier leans on a quota side that does not exist.")
    for t, r in enumerate(reduced(polytope, types, multipliers)):
        if r > 0:
            total += r * polytope.highest[t]
        elif r < 0 and t in settled:
            total += r * settled[t] * polytope.sizes[t]
        elif r < 0:
            persons -= r * polytope.sizes[t]
    return Level(total / persons, tuple(types), multipliers)


def exact_multipliers(polytope: Polytope, duals: Floats, *, upper: bool = True) -> tuple[Fraction, ...]:
    """The solver's multipliers as fractions; a positive one leans on its limit's upper side, or else on the lower."""
    multipliers = []
    for limit, multiplier in zip(polytope.limits, duals, strict=True):
        exact = Fraction(float(multiplier)).limit_denominator(FINEST)
        exists = limit.high is not None if (exact > 0) is upper else limit.low is not None
        multipliers.append(exact if exists else Fraction(0))
    return tuple(multipliers)
