"""Goldilocks: no chance too high and none too low, both weighed together.

Pure. With n volunteers whom some panel holds and some panel lacks, k seats for them, lowest chance a and largest
chance b, minimise

    f(a, b) = (n/k)·b + γ·(k/n)/a,      γ = 1 unless told otherwise,

so that both terms are 1 if all chances are equal. The least b possible at a floor a is a convex function of a with
straight pieces, and its half-planes (`box`) prove the optimum: from u·b ≥ v + t·a, scaled to u = 1, follows

    f ≥ (n/k)·(v + t·a) + γ·(k/n)/a ≥ (n/k)·v + 2·√(γ·t)        (arithmetic and geometric mean),

and likewise from every mixture of two of them. Where a piece ends, the mixture with slope t = γ·(k/n)²/a² makes this
exact; inside a piece the best a is a square root, mostly irrational, and the certificate states the distance in f,
far below anything that matters. Between a and b the leximin lottery is taken.
Citation: Baharav, Flanigan, Fair, manipulation-robust, and transparent sortition, EC (2024).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sortition.objectives.box import Apart, Plane, box_of
from sortition.objectives.gaps import Gaps, above, root_below
from sortition.polytope import Polytope
from sortition.proof import FairnessProof

GAMMA = Fraction(1)


@dataclass(frozen=True)
class Weighing:
    """f for a pool: the chance that all would have if all were equal, and γ."""

    equal: Fraction
    gamma: Fraction = GAMMA

    def value(self, floor: Fraction, ceiling: Fraction) -> Fraction:
        """f(a, b)."""
        return ceiling / self.equal + self.gamma * self.equal / floor

    def best_floor(self, slope: Fraction) -> Fraction:
        """The best a along a line b = v + slope·a, rounded where it is irrational."""
        exact = self.equal * root_below(self.gamma / slope)
        return exact if exact.denominator < SHORT else exact.limit_denominator(SHORT)

    def slope_at(self, floor: Fraction) -> Fraction:
        """The slope of a line along which a is best."""
        return self.gamma * (self.equal / floor) ** 2

    def least(self, line: Plane) -> Fraction:
        """What f cannot go below, by one half-plane with u > 0."""
        return line.v / line.u / self.equal + 2 * root_below(self.gamma * line.t / line.u)


SHORT = 10**6


def weighing(polytope: Polytope, apart: Apart, gamma: Fraction) -> Weighing:
    """f for these limits; the panel size is the first of them."""
    volunteers = sum(size for t, size in enumerate(polytope.sizes) if not apart.holds((t,)))
    seats = (polytope.limits[0].high or 0) - sum(polytope.sizes[t] for t in apart.certain)
    return Weighing(Fraction(max(seats, 1), max(volunteers, 1)), gamma)


def gaps(polytope: Polytope, proof: FairnessProof, chances: Sequence[Fraction]) -> Gaps | None:
    """How far f is from its least value at most, and the chances from those between floor and ceiling."""
    box = box_of(polytope, proof, chances)
    if box is None or box.floor <= 0 or proof.gamma is None or proof.gamma <= 0:
        return None
    f = weighing(polytope, box.apart, proof.gamma)
    bounds = [f.least(line) for line in mixtures(box.planes, f.slope_at(box.floor))]
    if not bounds:
        return None
    reached = f.value(box.floor, box.ceiling)
    return Gaps(box.unproved, above(reached - max(bounds)), reached)


def mixtures(planes: Sequence[Plane], slope: Fraction) -> Iterator[Plane]:
    """The half-planes with u > 0, and mixtures of any two of them that have this slope."""
    for plane in planes:
        if plane.u > 0:
            yield plane
    for number, first in enumerate(planes):
        for second in planes[number + 1 :]:
            p, q = first.t - slope * first.u, second.t - slope * second.u
            if p * q < 0:
                x, y = abs(q), abs(p)
                yield Plane(x * first.u + y * second.u, x * first.t + y * second.t, x * first.v + y * second.v)
