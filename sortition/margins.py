"""How many seats each type may hold on all tickets, so that its volunteers' chances stay near the exact ones.

Pure, in whole numbers. A type of n volunteers whose exact share is m = Mz tickets each stays within δ tickets of it if
it holds between n·⌈m - δ⌉ and n·⌊m + δ⌋ seats. Less than one ticket away means ⌊m⌋ or ⌈m⌉: the strict margins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np

from sortition.polytope import Whole


@dataclass(frozen=True)
class Margins:
    """At least `fewest` and at most `fullest` seats, by type."""

    fewest: Whole
    fullest: Whole

    def faults(self, seats: Whole) -> int:
        """How many seats are missing or too many."""
        return int(np.sum(np.maximum(self.fewest - seats, 0) + np.maximum(seats - self.fullest, 0)))

    def blame(self, seats: Whole) -> Whole:
        """1 for types with too many seats, -1 for those with too few, else 0."""
        return (seats > self.fullest).astype(np.int64) - (seats < self.fewest).astype(np.int64)

    def room(self, seats: Whole) -> tuple[Whole, Whole]:
        """How far each type may go down and up without a new fault, and without mending past the nearer side."""
        short, over = seats < self.fewest, seats > self.fullest
        down = np.where(over, seats - self.fullest, np.maximum(seats - self.fewest, 0))
        up = np.where(short, self.fewest - seats, np.maximum(self.fullest - seats, 0))
        return down, up


def strict_margins(means: Sequence[Fraction], sizes: Sequence[int]) -> Margins:
    """Less than one ticket away for everyone; `means` are seats of whole types."""
    each = [mean / size for mean, size in zip(means, sizes, strict=True)]
    return Margins(
        np.array([floor(m) * size for m, size in zip(each, sizes, strict=True)], dtype=np.int64),
        np.array([ceil(m) * size for m, size in zip(each, sizes, strict=True)], dtype=np.int64),
    )


def margins_within(means: Sequence[Fraction], sizes: Sequence[int], off: Fraction) -> Margins:
    """At most `off` tickets away for everyone.

    >>> margins_within([Fraction(5)], [2], Fraction(1))
    Margins(fewest=array([4]), fullest=array([6]))
    """
    each = [mean / size for mean, size in zip(means, sizes, strict=True)]
    return Margins(
        np.array([max(ceil(m - off), 0) * size for m, size in zip(each, sizes, strict=True)], dtype=np.int64),
        np.array([floor(m + off) * size for m, size in zip(each, sizes, strict=True)], dtype=np.int64),
    )
