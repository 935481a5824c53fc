"""What proves that a lottery is fair, in exact fractions; and the sums that a level of leximin needs.

Pure. Leximin raises the lowest chance as far as it goes, then the next lowest, and so on. A *level* is a chance z
and the types T that cannot go above it unless somebody at or below it falls. That is a statement about a linear
program,

    maximise Σ_{t∈T} x_t   over all points that keep the limits,
    with x_t ≥ (persons of t)·(chance of t's level) for every earlier level, and x_t ≥ (persons of t)·z for all others,

whose optimum is (persons in T)·z. Multipliers y of the limits prove it without any solver, by weak duality:

    Σ_{t∈T} x_t ≤ Σ_i y_i b_i + Σ_t max(r_t·floor_t, r_t·highest_t),    r_t = [t∈T] - Σ_i y_i a_it,

where b_i is the upper side of limit i if y_i > 0 and the lower side if y_i < 0. Anyone can redo this sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from sortition.polytope import Limit, Point, Polytope


@dataclass(frozen=True)
class Level:
    """Types `types` have exactly this chance; `multipliers` (one per limit) prove that they cannot have more."""

    chance: Fraction
    types: tuple[int, ...]
    multipliers: tuple[Fraction, ...]


SIDES = ("floor", "ceiling", "certain")


@dataclass(frozen=True)
class Side:
    """Types and multipliers that bound the lowest chance from above (a floor) or the largest from below (a ceiling).

    Or that prove these types certain: every panel holds them whole.
    """

    of: str
    types: tuple[int, ...]
    multipliers: tuple[Fraction, ...]


@dataclass(frozen=True)
class FairnessProof:
    """What proves that a lottery is fair in one sense, over the limits of the problem and these cuts.

    Levels settle the chances; sides prove a floor and a ceiling; multipliers prove a largest product; `gamma` is how
    much the lowest chance weighs (each only for the ideas of fair that need it). `gap` is the distance of chances
    that is left unproved, `value_gap` that of the objective, whose value `value` is.
    """

    fairness: str
    levels: tuple[Level, ...]
    cuts: tuple[Limit, ...]
    gap: Fraction
    proved: bool
    sides: tuple[Side, ...] = ()
    multipliers: tuple[Fraction, ...] = ()
    gamma: Fraction | None = None
    value: Fraction | None = None
    value_gap: Fraction | None = None

    @property
    def kind(self) -> str:
        """“quotas”: the quotas alone bound the chances; “panels”: so do limits found by searching all panels."""
        return "panels" if self.cuts else "quotas"


def reduced(polytope: Polytope, types: Sequence[int], multipliers: Sequence[Fraction]) -> list[Fraction]:
    """r_t = [t∈T] - Σ_i y_i a_it."""
    common = lcm(*(y.denominator for y in multipliers))
    used = [(int(y * common), row) for y, row in zip(multipliers, polytope.matrix, strict=True) if y]
    small = sum(abs(y) for y, _ in used) * int(np.abs(polytope.matrix).max(initial=1)) + common < 2**62
    kind = np.int64 if small else object
    rest = np.zeros(polytope.count, dtype=kind)
    rest[list(types)] += common
    for y, row in used:
        rest -= y * row.astype(kind)
    return [Fraction(int(r), common) for r in rest]


def sides(polytope: Polytope, multipliers: Sequence[Fraction]) -> Fraction | None:
    """Σ_i y_i b_i; None if a multiplier leans on a side that does not exist."""
    total = Fraction(0)
    for y, limit in zip(multipliers, polytope.limits, strict=True):
        side = limit.high if y > 0 else limit.low
        if y and side is None:
            return None
        if y and side is not None:
            total += y * side
    return total


def proven_bound(polytope: Polytope, level: Level, floors: Sequence[Fraction]) -> Fraction | None:
    """The exact upper bound on Σ_{t∈T} x_t that the level's multipliers prove; None if they prove nothing."""
    total = sides(polytope, level.multipliers)
    if total is None:
        return None
    for t, r in enumerate(reduced(polytope, level.types, level.multipliers)):
        total += max(r * floors[t], r * polytope.highest[t])
    return total


def floors_at(polytope: Polytope, levels: Sequence[Level], number: int) -> list[Fraction]:
    """What every type has at least while level `number` is proved: its own level's chance, or this one if lower."""
    floors = [levels[number].chance * size for size in polytope.sizes]
    for level in levels[:number]:
        for t in level.types:
            floors[t] = level.chance * polytope.sizes[t]
    return floors


def gap_of(polytope: Polytope, levels: Sequence[Level]) -> Fraction | None:
    """The largest distance, over the levels, between the chance given and the proven bound; 0 is a full proof."""
    worst = Fraction(0)
    for number, level in enumerate(levels):
        bound = proven_bound(polytope, level, floors_at(polytope, levels, number))
        if bound is None:
            return None
        persons = sum(polytope.sizes[t] for t in level.types)
        worst = max(worst, bound / persons - level.chance)
    return worst


def point_of(polytope: Polytope, levels: Sequence[Level]) -> Point:
    """Σ of chances per type that these levels give."""
    point = [Fraction(0)] * polytope.count
    for level in levels:
        for t in level.types:
            point[t] = level.chance * polytope.sizes[t]
    return tuple(point)
