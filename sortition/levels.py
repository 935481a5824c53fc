"""Leximin among all points that keep the limits: one level of chances after another, each with its proof.

Per level, with x_t persons of type t serving on average and n_t persons in it:

    1. the highest floor:    maximise z,      x_t ≥ n_t z (types still free), x_t ≥ n_t z_l (types of earlier level l)
    2. who can rise:         maximise Σ s_t,  x_t ≥ n_t (z + s_t), 0 ≤ s_t ≤ a small common slack
    3. proof for the others: maximise Σ_{t∈T} x_t; types that still rise leave T, until the optimum is n_T z

The multipliers of step 3 are small fractions; made exact they give the level's chance as an exact fraction
(see `proof`), and the resulting point is checked exactly against every limit.
Citation: Flanigan et al. (Nature 2021), here in the space of types instead of panels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from sortition.errors import QuotasCannotBeMet, SolverFailed
from sortition.panels import column, limit_sides, state
from sortition.polytope import Polytope
from sortition.proof import Level, reduced, sides
from sortition.solver import FINEST, INFINITE, NOISE, SLACK, Answer, Engine, Floats


class LevelProgram:
    """The three programs of a level in one model: only bounds and objective change."""

    def __init__(self, polytope: Polytope) -> None:
        self.polytope = polytope
        count, rows = polytope.count, len(polytope.limits)
        model = state(polytope, whole=False)
        serves = model.variables()
        lowest = model.add_variable("lowest", 0, 1)
        for t, size in enumerate(polytope.sizes):
            slack = model.add_variable(f"slack_{t}", 0, 0)
            model += serves[t] - size * lowest - size * slack >= 0, f"chance_{t}"
        self._engine = Engine(model)
        self._engine.bound_rows(range(rows), *limit_sides(polytope))
        places = self._engine.columns
        self._serves = np.array([places[column(t)] for t in range(count)], dtype=np.int32)
        self._engine.bound_columns(self._serves, np.zeros(count), np.array(polytope.highest, dtype=np.float64))
        self._slack = np.array([places[f"slack_{t}"] for t in range(count)], dtype=np.int32)
        self._lowest = places["lowest"]
        self._rows = rows

    def fix(self, types: Iterable[int], chance: Fraction) -> None:
        """From now on these types have at least this chance and no longer lift the floor."""
        chosen = np.array(sorted(types), dtype=np.int32)
        persons = np.array([self.polytope.sizes[t] for t in chosen], dtype=np.float64)
        most = np.array([self.polytope.highest[t] for t in chosen], dtype=np.float64)
        self._engine.bound_columns(self._serves[chosen], np.minimum(float(chance) * persons, most), most)
        unbound = np.full(len(chosen), INFINITE)
        self._engine.bound_rows(self._rows + chosen, -unbound, unbound)

    def highest_floor(self) -> float | None:
        self._hold_floor(0.0, 1.0)
        self._slacken(0.0)
        answer = self._maximise([self._lowest])
        return None if answer is None else answer.objective

    def risers(self, floor: float, free: list[int]) -> list[int]:
        """Who stays at the floor when all rise together by a small common slack."""
        self._hold_floor(floor, floor)
        self._slacken(SLACK)
        answer = self._maximise([self._slack[t] for t in free])
        self._slacken(0.0)
        if answer is None:
            raise SolverFailed("A floor of chances was lost between two questions.")
        return [t for t in free if answer.values[self._slack[t]] < SLACK / 2]

    def proof(self, floor: float, tight: list[int]) -> tuple[list[int], Floats]:
        """Which of these cannot rise at all, with the multipliers of the limits that prove it."""
        self._hold_floor(floor, floor)
        while tight:
            answer = self._maximise([self._serves[t] for t in tight])
            if answer is None:
                raise SolverFailed("A floor of chances was lost between two questions.")
            stay = [t for t in tight if answer.values[self._serves[t]] <= self.polytope.sizes[t] * floor + NOISE]
            if len(stay) == len(tight):
                return tight, answer.duals[: self._rows]
            tight = stay
        raise SolverFailed("Every volunteer's chance could be raised, though the floor was highest.")

    def _maximise(self, places: Iterable[int]) -> Answer | None:
        costs = np.zeros(self._engine.width)
        costs[list(places)] = 1.0
        self._engine.weigh(costs)
        return self._engine.solve()

    def _hold_floor(self, low: float, high: float) -> None:
        self._engine.bound_columns([self._lowest], np.array([low]), np.array([high]))

    def _slacken(self, most: float) -> None:
        self._engine.bound_columns(self._slack, np.zeros(len(self._slack)), np.full(len(self._slack), most))


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
        tight, multipliers = program.proof(floor, program.risers(floor, free))
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
