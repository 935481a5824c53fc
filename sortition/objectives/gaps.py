"""What is left unproved of a lottery, and fractions that are safely above or below a number that is none.

Pure and exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from sortition.polytope import Polytope
from sortition.proof import FairnessProof, Level, proven_bound

FINE = 10**30


@dataclass(frozen=True)
class Gaps:
    """How far the chances may be from the fairest ones, and how far the objective from its best value.

    `value` is None where the objective is a chance itself, or where no distance can be told; `reached` is the
    objective's own value where it is a fraction and no chance.
    """

    chances: Fraction
    value: Fraction | None = None
    reached: Fraction | None = None


def distance(proof: FairnessProof, chances: Sequence[Fraction]) -> Fraction:
    """The largest distance between a type's chance in the lottery and the one its level claims."""
    return max(abs(chances[t] - level.chance) for level in proof.levels for t in level.types)


def never(levels: Sequence[Level]) -> frozenset[int]:
    """The types that have no chance."""
    return frozenset(t for level in levels[:1] if level.chance == 0 for t in level.types)


def barred_gap(polytope: Polytope, levels: Sequence[Level]) -> Fraction | None:
    """How much chance the volunteers without any may be denied, as far as their level proves; 0 if truly none."""
    if not never(levels):
        return Fraction(0)
    bound = proven_bound(polytope.below(Fraction(1)), levels[0], [Fraction(0)] * polytope.count)
    return None if bound is None else bound / sum(polytope.sizes[t] for t in levels[0].types)


def above(value: Fraction) -> Fraction:
    """A short fraction that is at least this one; whole numbers stay.

    >>> above(Fraction(1, 3)) > Fraction(1, 3), above(Fraction(2))
    (True, Fraction(2, 1))
    """
    return Fraction(-(-value.numerator * FINE // value.denominator), FINE)


def root_below(value: Fraction) -> Fraction:
    """A fraction at or just below the square root; exact where the root is a fraction.

    >>> root_below(Fraction(4, 9)), root_below(Fraction(2)) ** 2 < 2
    (Fraction(2, 3), True)
    """
    return Fraction(isqrt(value.numerator * value.denominator * FINE**2), value.denominator * FINE)


def root_above(value: Fraction) -> Fraction:
    """A fraction at or just above the square root.

    >>> root_above(Fraction(4, 9)), root_above(Fraction(2)) ** 2 > 2
    (Fraction(2, 3), True)
    """
    below = root_below(value)
    return below if below**2 == value else below + Fraction(1, value.denominator * FINE)
