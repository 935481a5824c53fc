"""The quotas as inequalities over types: what every panel, and every average of panels, must keep.

Pure. A panel is seen here as whole numbers x_t, how many members of each type it has; a lottery as their averages.

    size:       Σ_t x_t = k
    quotas:     min ≤ Σ_{t has value} x_t ≤ max
    households: Σ_{t in class} x_t ≤ number of the class's households        (classes with several types)
    seats:      0 ≤ x_t ≤ one per household
    cuts:       Σ_t w_t x_t ≤ U, kept by every panel though the limits above do not say so
    ceiling:    x_t ≤ ceiling·(persons of t), only where an idea of fair asks for a highest chance

Averages of panels keep all of these, so whatever is best among the points that keep them bounds every lottery.
Sources: Flanigan, Gölz, Gupta, Hennig, Procaccia, Fair algorithms for selecting citizens' assemblies, Nature 596
(2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sortition.problem import DrawProblem

Point = tuple[Fraction, ...]
TypePanel = tuple[int, ...]
Whole = npt.NDArray[np.int64]
Sides = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """low ≤ Σ_t of_t x_t ≤ high; a missing side does not bind."""

    name: str
    of: tuple[int, ...]
    low: int | None
    high: int | None

    def value(self, point: Sequence[Fraction]) -> Fraction:
        return sum((c * p for c, p in zip(self.of, point, strict=True) if c and p), Fraction(0))


@dataclass(frozen=True)
class Polytope:
    """All limits of a problem; `most` seats and `sizes` persons per type.

    Nobody's chance is above the `ceiling`, except for those types that every panel holds whole.
    """

    limits: tuple[Limit, ...]
    most: tuple[int, ...]
    sizes: tuple[int, ...]
    ceiling: Fraction = Fraction(1)
    certain: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        return len(self.most)

    @cached_property
    def matrix(self) -> Whole:
        """One row per limit, one column per type."""
        return np.array([limit.of for limit in self.limits], dtype=np.int64).reshape(len(self.limits), self.count)

    @cached_property
    def highest(self) -> tuple[Fraction, ...]:
        """What a type can have on average: its seats, or less under the ceiling."""
        seats = enumerate(zip(self.most, self.sizes, strict=True))
        return tuple(Fraction(m) if t in self.certain else min(Fraction(m), self.ceiling * n) for t, (m, n) in seats)

    def below(self, ceiling: Fraction, certain: frozenset[int] = frozenset()) -> Polytope:
        return replace(self, ceiling=ceiling, certain=certain)

    def with_cuts(self, cuts: Sequence[Limit]) -> Polytope:
        return replace(self, limits=(*self.limits, *cuts))

    def faults_of(self, point: Sequence[Fraction]) -> tuple[str, ...]:
        """The names of the limits that this point breaks, exactly."""
        faults = [limit.name for limit in self.limits if not _within(limit.value(point), limit.low, limit.high)]
        seats = [f"seats of type {t}" for t, p in enumerate(point) if not 0 <= p <= self.most[t]]
        return tuple(faults + seats)

    def allows(self, panel: Sequence[int]) -> bool:
        """Whether these whole numbers are a panel."""
        x = np.asarray(panel, dtype=np.int64)
        if x.min(initial=0) < 0 or np.any(x > np.asarray(self.most)):
            return False
        return all(
            _within(int(v), limit.low, limit.high) for v, limit in zip(self.matrix @ x, self.limits, strict=True)
        )


@dataclass(frozen=True)
class Face:
    """Some of the panels: within these seats per type and these sides of the limits, infinite where missing."""

    fewest: Whole
    most: Whole
    lows: Sides
    highs: Sides

    @property
    def open(self) -> int:
        """How many types are not settled."""
        return int(np.count_nonzero(self.fewest < self.most))

    def holds(self, polytope: Polytope, panel: TypePanel) -> bool:
        """Whether this panel is one of them."""
        x = np.asarray(panel, dtype=np.int64)
        rows = polytope.matrix @ x
        seats = np.all(x >= self.fewest) and np.all(x <= self.most)
        return bool(seats and np.all(rows >= self.lows) and np.all(rows <= self.highs))


def polytope_of(problem: DrawProblem) -> Polytope:
    """The limits of this problem, in a fixed order: size, quotas, households."""
    types = problem.types
    features = problem.quotas.features
    limits = [Limit("panel size", (1,) * len(types), problem.panel_size, problem.panel_size)]
    for quota in problem.quotas.rows:
        place = features.index(quota.feature)
        holders = tuple(int(one.profile[place] == quota.value) for one in types)
        limits.append(Limit(f"{quota.feature}={quota.value}", holders, quota.min, quota.max))
    own: dict[int, list[int]] = {}
    for place, kind in enumerate(types):
        own.setdefault(kind.household_class, []).append(place)
    for number, one in enumerate(problem.household_classes):
        if len(own[number]) > 1:
            inside = [0] * len(types)
            for place in own[number]:
                inside[place] = 1
            limits.append(Limit(f"households of class {number}", tuple(inside), None, len(one)))
    return Polytope(tuple(limits), tuple(one.most for one in types), tuple(len(one) for one in types))


def _within(value: Fraction | int, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
