"""Carathéodory's walk: an average of panels taken apart into the panels, in exact whole numbers.

The average p is a point of the polytope of limits. What is left of it is (R, m), at first (p, 1). Each step takes
any panel x on the smallest face that holds R/m (limits that R/m meets with equality, x meets with equality) and
subtracts it with the largest weight λ that keeps (R - λx, m - λ) inside all limits; another limit becomes tight, so
the walk ends after at most as many steps as there are dimensions: with nothing left, or on a face without panels
(the caller's affair).

All slacks of the limits are kept as whole numbers over one common denominator; there is no rounding anywhere.
Citation: the constructive proof of Carathéodory's theorem; Grötschel, Lovász, Schrijver, Geometric Algorithms
(1988), 6.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, lcm

import numpy as np
import numpy.typing as npt

from sortition.panels import PanelModel
from sortition.polytope import Face, Point, Polytope, TypePanel, Whole
from sortition.solver import INFINITE, Floats

Exact = npt.NDArray[np.object_]


class Remainder:
    """(R, m): what is left to be taken apart, seen through its slacks.

    Slack order: limits from below, limits from above, seats from below, seats from above. A missing side has none.
    """

    def __init__(self, polytope: Polytope, point: Point) -> None:
        self._matrix = polytope.matrix
        self.floors = np.array([floor(p) for p in point], dtype=np.int64)
        self.ceilings = np.array([ceil(p) for p in point], dtype=np.int64)
        limits = polytope.limits
        self._below = np.array([i for i, limit in enumerate(limits) if limit.low is not None], dtype=np.int64)
        self._above = np.array([i for i, limit in enumerate(limits) if limit.high is not None], dtype=np.int64)
        self._lows = np.array([limits[i].low for i in self._below], dtype=np.int64)
        self._highs = np.array([limits[i].high for i in self._above], dtype=np.int64)
        self.mass = lcm(1, *(p.denominator for p in point))
        self._whole = self.mass
        scaled = np.array([int(p * self.mass) for p in point], dtype=object)
        self.slacks: Exact = self._slacks_of(scaled, self.mass)

    def _slacks_of(self, seats: Exact | Whole, mass: int) -> Exact:
        rows = self._matrix.astype(object) @ seats if seats.dtype == object else self._matrix @ seats
        sides = (self._lows, self._highs, self.floors, self.ceilings)
        lows, highs, floors, ceilings = (side.astype(object) * mass for side in sides)  # beyond 64 bits in large pools
        return np.concatenate([rows[self._below] - lows, highs - rows[self._above], seats - floors, ceilings - seats])

    @property
    def left(self) -> Fraction:
        return Fraction(self.mass, self._whole)

    def take(self, panel: TypePanel) -> Fraction:
        """Subtract this panel with the largest weight; that weight, as a share of the original whole."""
        needs = self._slacks_of(np.array(panel, dtype=np.int64), 1)
        best_have, best_need = self.mass, 1
        for need, have in zip(needs, self.slacks, strict=True):
            if need and have * best_need < best_have * need:
                best_have, best_need = have, need
        shared = gcd(best_have, best_need)
        have, need = int(best_have // shared), int(best_need // shared)
        if have == 0:
            raise ValueError("This panel is not on the face of what is left.")
        self.slacks = self.slacks * need - needs * have
        self.mass = self.mass * need - have
        self._whole *= need
        return Fraction(have, self._whole)

    def shrink(self) -> None:
        """Divide everything by the common factor, so that the numbers stay short."""
        common = gcd(self.mass, self._whole, *(int(s) for s in self.slacks))
        if common > 1:
            self.slacks = self.slacks // common
            self.mass //= common
            self._whole //= common

    def point(self) -> Point:
        """R/m: the average that is left to be taken apart."""
        count = len(self.floors)
        above = self.slacks[-2 * count : -count]
        return tuple(int(low) + Fraction(int(s), self.mass) for low, s in zip(self.floors, above, strict=True))

    def face(self) -> Face:
        """What a panel on the smallest face must keep."""
        first, second = len(self._below), len(self._below) + len(self._above)
        tight = self.slacks == 0
        lows = np.full(len(self._matrix), -INFINITE)
        highs = np.full(len(self._matrix), INFINITE)
        lows[self._below], highs[self._above] = self._lows, self._highs
        on_low, on_high = self._below[tight[:first]], self._above[tight[first:second]]
        highs[on_low] = lows[on_low]
        lows[on_high] = highs[on_high]
        count = len(self.floors)
        at_floor, at_ceiling = tight[second : second + count], tight[second + count :]
        fewest = np.where(at_ceiling, self.ceilings, self.floors)
        return Face(fewest, np.where(at_floor, self.floors, self.ceilings), lows, highs)

    def lean(self) -> Floats:
        """How near each type is to its ceiling, from -1 (at the floor) to 1: panels that follow make large steps."""
        count = len(self.floors)
        from_floor = self.slacks[-2 * count : -count]
        return np.array([2 * (int(s) / self.mass) - 1 for s in from_floor], dtype=np.float64)


@dataclass(frozen=True)
class Step:
    """A panel taken with this weight."""

    panel: TypePanel
    weight: Fraction


def walk(
    model: PanelModel, start: Remainder, few: int, tell: Callable[[Fraction, int], None]
) -> tuple[list[Step], Remainder]:
    """Take apart until at most a few types are open, or no panel is found; `tell` hears the weight left and the steps.

    The model is left with the face of the remainder.
    """
    steps: list[Step] = []
    remainder = copy(start)
    while remainder.mass:
        face = remainder.face()
        model.narrow(face)
        if 0 < face.open <= few:
            break
        panel = model.any(remainder.lean())
        if panel is None:
            break
        steps.append(Step(panel, remainder.take(panel)))
        remainder.shrink()
        tell(remainder.left, len(steps))
    return steps, remainder


def again(start: Remainder, steps: Sequence[Step]) -> Remainder:
    """What these first steps of a walk leave; to keep every remainder would take gigabytes for a large pool."""
    remainder = copy(start)
    for step in steps:
        remainder.take(step.panel)
        remainder.shrink()
    return remainder
