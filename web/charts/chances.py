"""How the chances of the volunteers are spread: a histogram in bins of one nice width.

Pure; exact fractions from the file to the picture.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from web.charts.lengths import percent

NICE_STEPS = (Fraction(1, 100), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10), Fraction(1, 5))
MOST_BINS = 14


@dataclass(frozen=True)
class Bin:
    """So many volunteers have a chance from `low` up to (not including, unless it is 100 %) `high`."""

    low: Fraction
    high: Fraction
    volunteers: int

    @property
    def words(self) -> str:
        """“8 % to 10 %”."""
        return f"{percent(self.low)} to {percent(self.high)}"


@dataclass(frozen=True)
class ChancesPicture:
    """How the chances of all volunteers are spread, with the figures people ask for."""

    bins: tuple[Bin, ...]
    lowest: Fraction
    middle: Fraction
    highest: Fraction
    at_lowest: int
    volunteers: int

    @property
    def tallest(self) -> int:
        """The number in the fullest bin."""
        return max((bin_.volunteers for bin_ in self.bins), default=0)


def chances_picture(chances: Sequence[Fraction]) -> ChancesPicture:
    """Bins of one nice width, from nothing up to the highest chance; certainty counts in the last bin, up to 100 %.

    >>> picture = chances_picture([Fraction(1, 10), Fraction(1, 10), Fraction(1, 4)])
    >>> [(bin_.words, bin_.volunteers) for bin_ in picture.bins if bin_.volunteers]
    [('10 % to 12 %', 2), ('24 % to 26 %', 1)]
    >>> chances_picture([Fraction(1, 2), Fraction(1)]).bins[-1]
    Bin(low=Fraction(9, 10), high=Fraction(1, 1), volunteers=1)
    """
    ordered = sorted(chances)
    if not ordered:
        raise ValueError("there are no chances to draw")
    highest = ordered[-1]
    step = next((step for step in NICE_STEPS if highest / step < MOST_BINS), NICE_STEPS[-1])
    number = min(int(highest / step) + 1, int(1 / step))
    counts = [0] * number
    for chance in ordered:
        counts[min(int(chance / step), number - 1)] += 1
    bins = tuple(Bin(step * place, step * (place + 1), count) for place, count in enumerate(counts))
    lowest = ordered[0]
    return ChancesPicture(bins, lowest, _middle(ordered), highest, ordered.count(lowest), len(ordered))


def _middle(ordered: Sequence[Fraction]) -> Fraction:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def read_chances(chances_csv: bytes, without: Collection[str] = ()) -> list[Fraction]:
    """The column `chance` of chances.csv, exactly as written, but for those whom no lot decides about.

    >>> read_chances(b"id,chance,ticket_chance\\nv1,0.125000000000,0.125000000000\\nv2,1,1\\n", {"v2"})
    [Fraction(1, 8)]
    """
    rows = csv.DictReader(io.StringIO(chances_csv.decode("utf-8")))
    return [Fraction(row["chance"]) for row in rows if row["id"] not in without]
