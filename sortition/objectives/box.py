"""Chances between a floor a and a ceiling b: which pairs (a, b) are possible, and the half-planes that say so.

Pure. Three ideas of fair look at the lowest chance a and the largest chance b alone. Set apart, each with a proof,
are types that no panel can hold (x_t = 0) and types that every panel must hold whole (x_t = n_t): no lottery changes
anything for them. All points x that keep the limits and have n_t a ≤ x_t ≤ n_t b for every other type t of n_t
persons obey, for any set T of them and any multipliers y of the limits, with r_t = [t∈T] - Σ_i y_i a_it,

    a floor's side:     n_T a ≤ Σ_{t∈T} x_t ≤ Σ_i y_i b_i + Σ_{r_t>0} r_t most_t - Σ_{r_t<0} |r_t| n_t a
    a ceiling's side:   n_T b ≥ Σ_{t∈T} x_t ≥ Σ_i y_i b_i + Σ_{r_t>0} r_t n_t a - Σ_{r_t<0} |r_t| min(n_t b, most_t)
    a certain side:               Σ_{t∈T} x_t ≥ Σ_i y_i b_i - Σ_{r_t<0} |r_t| most_t = n_T, so T is in every panel

with r_t x_t itself for types set apart, where b_i is that side of limit i on which y_i leans (upper for y_i > 0 in
the first line, lower in the others). The first two are half-planes u·b ≥ v + t·a, and anyone can redo these sums. In
min(n_t b, most_t) either number makes a true inequality; the smaller one at the ceiling in question is taken.

Many lotteries share their lowest and largest chance. Among them the leximin one is chosen: under the ceiling b the
lowest chance as high as it goes, then the next. So the chances are unique, and levels prove them (`proof`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sortition.objectives.gaps import barred_gap, distance, never
from sortition.polytope import Polytope
from sortition.proof import FairnessProof, Side, gap_of, reduced, sides


@dataclass(frozen=True)
class Plane:
    """u·b ≥ v + t·a for the lowest chance a and the largest chance b of every lottery; u, t ≥ 0."""

    u: Fraction
    t: Fraction
    v: Fraction

    def least_ceiling(self, floor: Fraction) -> Fraction:
        """No b is lower at this a; u > 0."""
        return (self.v + self.t * floor) / self.u

    def highest_floor(self) -> Fraction:
        """No a is higher; u = 0 and t > 0."""
        return -self.v / self.t


@dataclass(frozen=True)
class Apart:
    """The types for which no lottery changes anything: in no panel, or whole in every panel."""

    barred: frozenset[int] = frozenset()
    certain: frozenset[int] = frozenset()

    def holds(self, types: Sequence[int]) -> bool:
        """Whether all of these are set apart."""
        return (self.barred | self.certain).issuperset(types)


def plane_of(polytope: Polytope, apart: Apart, side: Side, ceiling: Fraction) -> Plane | None:
    """What this side proves; None if a multiplier leans on a side of a limit that does not exist."""
    rest = reduced(polytope, side.types, side.multipliers)
    persons = Fraction(sum(polytope.sizes[t] for t in side.types))
    fixed = sum((rest[t] * polytope.most[t] for t in sorted(apart.certain)), Fraction(0))
    live = [(r, polytope.sizes[t], polytope.most[t]) for t, r in enumerate(rest) if not apart.holds((t,))]
    if side.of == "floor":
        total = sides(polytope, side.multipliers)
        if total is None:
            return None
        total += fixed + sum((r * most for r, _, most in live if r > 0), Fraction(0))
        return Plane(Fraction(0), persons - sum((r * n for r, n, _ in live if r < 0), Fraction(0)), -total)
    total = sides(polytope, [-y for y in side.multipliers])
    if total is None:
        return None
    below = sum((r * n for r, n, _ in live if r > 0), Fraction(0))
    total = fixed - total + sum((r * most for r, n, most in live if r < 0 and most < ceiling * n), Fraction(0))
    above = -sum((r * n for r, n, most in live if r < 0 and most >= ceiling * n), Fraction(0))
    return Plane(persons + above, below, total)


def uncertain(polytope: Polytope, barred: frozenset[int], side: Side) -> Fraction | None:
    """How many seats the types of a certain side might be without, as far as it proves; 0 if truly none."""
    total = sides(polytope, [-y for y in side.multipliers])
    if total is None:
        return None
    for t, r in enumerate(reduced(polytope, side.types, side.multipliers)):
        total -= min(r * polytope.most[t], Fraction(0)) if t not in barred else 0
    return total + sum(polytope.sizes[t] for t in side.types)


@dataclass(frozen=True)
class Box:
    """What the levels of a lottery between a floor and a ceiling claim, and what the sides prove."""

    apart: Apart
    floor: Fraction
    ceiling: Fraction
    planes: tuple[Plane, ...]
    unproved: Fraction


def box_of(polytope: Polytope, proof: FairnessProof, chances: Sequence[Fraction], *, zeros: bool = False) -> Box | None:
    """Floor and ceiling as claimed; unproved is what the levels leave open, and the distance from the lottery.

    `zeros`: a chance of 0 is one like any other, and nobody claims that no panel can hold those who have it.
    """
    told = [side for side in proof.sides if side.of == "certain"]
    certain = frozenset(t for side in told for t in side.types)
    apart = Apart(frozenset() if zeros else never(proof.levels), certain)
    live = [level.chance for level in proof.levels if not apart.holds(level.types)] or [Fraction(1)]
    floor, ceiling = live[0], live[-1]
    parts = [uncertain(polytope, apart.barred, side) for side in told]
    parts += [gap_of(polytope.below(ceiling, certain), proof.levels)]
    parts += [Fraction(0) if zeros else barred_gap(polytope, proof.levels)]
    planes = [plane_of(polytope, apart, side, ceiling) for side in proof.sides if side.of != "certain"]
    open_, drawn = [part for part in parts if part is not None], [plane for plane in planes if plane is not None]
    if len(open_) < len(parts) or len(drawn) < len(planes):
        return None
    return Box(apart, floor, ceiling, tuple(drawn), sum(open_, distance(proof, chances)))
