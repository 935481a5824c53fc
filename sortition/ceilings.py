"""The search for chances between a floor and a ceiling: maximin, minimax and Goldilocks.

`objectives.box` has the algebra and what proves the outcome. The highest floor is the first level of leximin above 0
(`levels`). The lowest ceiling above a given floor is found in the same three steps upside down, with x_t persons of
type t serving on average and n_t persons in it:

    1. the lowest ceiling:   minimise b,      x_t ≤ n_t b, x_t ≥ n_t·floor (types that are not set apart)
    2. who can come down:    maximise Σ s_t,  x_t ≤ n_t (b - s_t), 0 ≤ s_t ≤ a small common slack
    3. proof for the others: minimise Σ_{t∈T} x_t; types that still come down leave T, until the optimum is n_T b

At floor 0 a ceiling of 1 means that the types in T are certain, and they are set apart as well.

The multipliers of step 3 are small fractions; made exact they give a side, and the side gives b as an exact line over
all floors. For Goldilocks such lines are collected where they matter, until the best floor for the lines known is
also the best for the true ceiling there: J. E. Kelley, The cutting-plane method for solving convex programs (1960),
which ends here after a few lines because there are only finitely many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from sortition.errors import QuotasCannotBeMet, SolverFailed
from sortition.levels import each_level, exact_multipliers
from sortition.objectives.box import Apart, Plane, plane_of
from sortition.objectives.goldilocks import Weighing, mixtures, weighing
from sortition.panels import column, limit_sides, state
from sortition.polytope import Polytope
from sortition.proof import Level, Side
from sortition.solver import ACCURACY, NOISE, SLACK, Answer, Engine, Floats


class CeilingProgram:
    """The three programs of a ceiling in one model: only bounds and objective change."""

    def __init__(self, polytope: Polytope, apart: Apart) -> None:
        self.polytope = polytope
        self.apart = apart
        self._live = [t for t in range(polytope.count) if not apart.holds((t,))]
        model = state(polytope, whole=False)
        serves = model.variables()
        highest = model.add_variable("highest", 0, 1)
        for t in self._live:
            slack = model.add_variable(f"slack_{t}", 0, 0)
            size = polytope.sizes[t]
            model += serves[t] - size * highest + size * slack <= 0, f"ceiling_{t}"
        self._engine = Engine(model)
        self._rows = len(polytope.limits)
        self._engine.bound_rows(range(self._rows), *limit_sides(polytope))
        places = self._engine.columns
        self._serves = np.array([places[column(t)] for t in range(polytope.count)], dtype=np.int32)
        self._slack = np.array([places[f"slack_{t}"] for t in self._live], dtype=np.int32)
        self._highest = places["highest"]

    def side_above(self, floor: Fraction) -> tuple[Side, Plane]:
        """The side that proves the lowest ceiling above this floor, and its half-plane."""
        sizes = np.array(self.polytope.sizes, dtype=np.float64)
        most = np.array(self.polytope.most, dtype=np.float64)
        lows, highs = np.minimum(float(floor) * sizes, most), most.copy()
        highs[list(self.apart.barred)] = lows[list(self.apart.barred)] = 0.0
        lows[list(self.apart.certain)] = most[list(self.apart.certain)]
        self._engine.bound_columns(self._serves, lows, highs)
        self._hold_ceiling(0.0, 1.0)
        lowest = self._lower([self._highest])
        if lowest is None:
            raise QuotasCannotBeMet
        ceiling = -lowest.objective
        types, duals = self._proof(ceiling, self._stayers(ceiling))
        side = Side("ceiling", tuple(types), exact_multipliers(self.polytope, duals, upper=False))
        plane = plane_of(self.polytope, self.apart, side, Fraction(ceiling))
        if plane is None or abs(float(plane.least_ceiling(floor)) - ceiling) > NOISE:
            raise SolverFailed(f"The multipliers do not prove the solver's ceiling of {ceiling}.")
        return side, plane

    def _stayers(self, ceiling: float) -> list[int]:
        """Who stays at the ceiling when all come down together by a small common slack."""
        self._hold_ceiling(ceiling, ceiling)
        self._slacken(SLACK)
        costs = np.zeros(self._engine.width)
        costs[self._slack] = 1.0
        self._engine.weigh(costs)
        answer = self._engine.solve()
        self._slacken(0.0)
        if answer is None:
            raise SolverFailed("A ceiling of chances was lost between two questions.")
        return [t for t, place in zip(self._live, self._slack, strict=True) if answer.values[place] < SLACK / 2]

    def _proof(self, ceiling: float, tight: list[int]) -> tuple[list[int], Floats]:
        """Which of these cannot come down at all, with the multipliers of the limits that prove it."""
        self._hold_ceiling(ceiling, ceiling)
        while tight:
            answer = self._lower([self._serves[t] for t in tight])
            if answer is None:
                raise SolverFailed("A ceiling of chances was lost between two questions.")
            sizes = self.polytope.sizes
            stay = [t for t in tight if answer.values[self._serves[t]] >= sizes[t] * ceiling - NOISE]
            if len(stay) == len(tight):
                return tight, -answer.duals[: self._rows]
            tight = stay
        raise SolverFailed("Every volunteer's chance could be lowered, though the ceiling was lowest.")

    def _lower(self, places: Iterable[int]) -> Answer | None:
        costs = np.zeros(self._engine.width)
        costs[list(places)] = -1.0
        self._engine.weigh(costs)
        return self._engine.solve()

    def _hold_ceiling(self, low: float, high: float) -> None:
        self._engine.bound_columns([self._highest], np.array([low]), np.array([high]))

    def _slacken(self, most: float) -> None:
        self._engine.bound_columns(self._slack, np.zeros(len(self._slack)), np.full(len(self._slack), most))


@dataclass(frozen=True)
class Found:
    """A ceiling, what proves it, and the level of those whom no panel can hold."""

    ceiling: Fraction
    sides: tuple[Side, ...]
    barred: Level | None = None

    @property
    def certain(self) -> frozenset[int]:
        """The types that every panel holds whole."""
        return frozenset(t for side in self.sides if side.of == "certain" for t in side.types)


def floor_of(polytope: Polytope) -> tuple[Level | None, Level]:
    """The level of those whom no panel can hold, if there are any, and the first level above."""
    levels = each_level(polytope)
    first = next(levels)
    return (first, next(levels)) if first.chance == 0 else (None, first)


def above_zero(polytope: Polytope, barred: frozenset[int]) -> tuple[CeilingProgram, tuple[Side, ...]]:
    """The ceilings of those who are not set apart, and the side of those who are certain, if there are any."""
    program = CeilingProgram(polytope, Apart(barred))
    side, plane = program.side_above(Fraction(0))
    if plane.least_ceiling(Fraction(0)) < 1 or len(barred) + len(side.types) == polytope.count:
        return program, ()
    apart = Apart(barred, frozenset(side.types))
    return CeilingProgram(polytope, apart), (Side("certain", side.types, side.multipliers),)


def maximin(polytope: Polytope) -> Found:
    """The highest floor, then the lowest ceiling."""
    barred, lowest = floor_of(polytope)
    program, certain = above_zero(polytope, types_of(barred))
    side, plane = program.side_above(lowest.chance)
    floor_side = Side("floor", lowest.types, lowest.multipliers)
    return Found(plane.least_ceiling(lowest.chance), (*certain, floor_side, side), barred)


def minimax(polytope: Polytope) -> Found:
    """The lowest ceiling."""
    program, certain = above_zero(polytope, frozenset())
    side, plane = program.side_above(Fraction(0))
    return Found(plane.least_ceiling(Fraction(0)), (*certain, side))


def goldilocks(polytope: Polytope, gamma: Fraction) -> Found:
    """The floor and the ceiling that weigh least together."""
    barred, lowest = floor_of(polytope)
    program, certain = above_zero(polytope, types_of(barred))
    f = weighing(polytope, program.apart, gamma)
    known: list[tuple[Side, Plane]] = []
    floor, ceiling = lowest.chance, Fraction(0)
    while True:
        side, plane = program.side_above(floor)
        known.append((side, plane))
        if plane.least_ceiling(floor) - ceiling <= Fraction(ACCURACY):
            break
        floor, ceiling = best_pair(f, [plane for _, plane in known], lowest.chance)
    ceiling = max(ceiling, plane.least_ceiling(floor))
    top = Side("floor", lowest.types, lowest.multipliers)
    touching = [side for side, plane in known if plane.least_ceiling(floor) == ceiling]
    proofs = [*([top] if floor == lowest.chance else []), *dict.fromkeys(touching)]
    return Found(ceiling, (*certain, *_enough(program, proofs, (f, floor, ceiling))), barred)


def _enough(
    program: CeilingProgram, sides: Sequence[Side], best: tuple[Weighing, Fraction, Fraction]
) -> tuple[Side, ...]:
    """The one or two of these sides that prove most."""
    f, floor, ceiling = best
    planes = [plane_of(program.polytope, program.apart, side, ceiling) for side in sides]

    def proved(places: tuple[int, ...]) -> Fraction:
        own = [plane for place in places if (plane := planes[place]) is not None]
        return max((f.least(line) for line in mixtures(own, f.slope_at(floor))), default=Fraction(0))

    few = [*combinations(range(len(sides)), 1), *combinations(range(len(sides)), 2)]
    return tuple(sides[place] for place in max(few, key=proved))


def best_pair(f: Weighing, lines: Sequence[Plane], highest: Fraction) -> tuple[Fraction, Fraction]:
    """Floor and ceiling with the least f among those that these lines allow."""
    slopes = [line.t / line.u for line in lines if line.t > 0]
    floors = {highest, *(f.best_floor(slope) for slope in slopes)}
    for number, first in enumerate(lines):
        for second in lines[number + 1 :]:
            apart = first.t / first.u - second.t / second.u
            if apart:
                floors.add((second.v / second.u - first.v / first.u) / apart)
    pairs = [(a, max(line.least_ceiling(a) for line in lines)) for a in sorted(floors) if 0 < a <= highest]
    return min(pairs, key=lambda pair: (f.value(*pair), pair))


def types_of(level: Level | None) -> frozenset[int]:
    """The types of a level, none if there is none."""
    return frozenset(level.types if level else ())
