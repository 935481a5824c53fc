"""The support scale as one bar that leans: those who can at least live with it to the right, the others to the left.

Pure. The two sides meet at nought, and the deciding line is drawn from there in the same scale. The bar keeps its
length and moves, so that two rounds can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from facilitation.rules.result import Share
from facilitation.rules.support import COMFORTABLE, SCALE
from facilitation.told import told
from web.charts.bars import Bar, bar, percentages_of, rows_of
from web.charts.lengths import FULL, exactly, length, percent, size_of

ACCEPTED = told("love, like or live with")  # what the threshold of a support round tests
LEAST_LEFT = Fraction(1, 5)  # the left side always has room for a fifth, so that most results are drawn alike


@dataclass(frozen=True)
class Segment:
    """One part of a bar of several: where it begins, how long it is, and its shade from 0 (worst) to 6 (best)."""

    label: str
    count: int
    share: str
    start: int
    length: int
    shade: int
    line: int | None = None
    """A line that may cross it: its label stands beside that."""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.start + self.length <= FULL:
            raise ValueError(f"a part from {self.start} of {self.length} thousandths does not fit")

    @property
    def label_room(self) -> tuple[int, int]:
        """The widest part without the line: from here to there."""
        end = self.start + self.length
        if self.line is None or not self.start < self.line < end:
            return self.start, end
        return max((self.start, self.line), (self.line, end), key=lambda part: part[1] - part[0])

    @property
    def middle(self) -> int:
        """Where its label stands."""
        return sum(self.label_room) // 2

    @property
    def has_room(self) -> bool:
        """Whether its count can be written inside on the narrowest screen."""
        start, end = self.label_room
        return end - start >= 35 + 35 * len(str(self.count))

    @property
    def dark(self) -> bool:
        """Whether its label is written in white."""
        return self.shade not in (2, 3, 4)


@dataclass(frozen=True)
class Scale:
    """The leaning bar: its parts from the left, where its two sides meet, and where the deciding line stands."""

    segments: tuple[Segment, ...]
    zero: int
    line: int | None
    content: Bar
    unhappy: Bar
    beside: str = ""
    """The answer in the middle and the net support, where the result tells them."""


def scale_of(round_: Mapping[str, Any], result: Mapping[str, Any]) -> Scale:
    """The bar of a support round.

    >>> from facilitation.rules import Electorate, every_rule, parse_count
    >>> asked = parse_count({"title": "?", "rule": "support"})
    >>> ballots = ["love"] * 3 + ["live with"] * 5 + ["loathe"] * 2
    >>> drawn = scale_of({}, every_rule()["support"].tally(asked, ballots, Electorate(10, 10)).as_json())
    >>> drawn.zero, [(part.label, part.start, part.length) for part in drawn.segments if part.count]
    (166, [('loathe', 0, 166), ('live with', 166, 417), ('love', 583, 250)])
    """
    shares = result["shares"][result["base"]]
    exact = {option: exactly(shares[option]["exact"]) for option in SCALE}
    left = sum((exact[option] for option in SCALE if option not in COMFORTABLE), Fraction(0))
    tenths = -(-left.numerator * 10 // left.denominator)
    room = max(LEAST_LEFT, Fraction(tenths, 10))
    unit = 1 / (1 + room)
    zero = length(room * unit)
    threshold = round_.get("threshold")
    line = length((room + Fraction(threshold["share"])) * unit) if threshold else None
    place, segments = room - left, []
    for shade, option in zip((0, 1, 4, 5, 6), reversed(SCALE), strict=True):
        start, place = length(place * unit), place + exact[option]
        share = shares[option]["text"]
        segments.append(
            Segment(option, result["counts"][option], share, start, length(place * unit) - start, shade, line)
        )
    size, counts = size_of(shares), result["counts"]
    unhappy = sum(counts[option] for option in SCALE if option not in COMFORTABLE)
    against = {"exact": f"{unhappy}/{size}" if size else None, "text": Share(unhappy, size, "valid").text}
    return Scale(
        tuple(segments), zero, line, _accepted(result), bar("lament or loathe", unhappy, against, False), beside(result)
    )


def beside(result: Mapping[str, Any]) -> str:
    """What the scale says beside its counts.

    >>> rows = [["comfort share", "0.8"], ["net support", "0.4"], ["median answer", "like"]]
    >>> beside({"tables": [{"name": "the scale", "rows": rows}]})
    'Put in a row, the answers have “like” in the middle. Net support, love and like less lament and loathe: +40 %.'
    """
    told = dict(rows_of(result, "the scale"))
    if "median answer" not in told or "net support" not in told:
        return ""
    net = exactly(told["net support"])
    sign = "−" if net < 0 else "+" if net else ""
    middle = f"Put in a row, the answers have “{told['median answer']}” in the middle."
    return f"{middle} Net support, love and like less lament and loathe: {sign}{percent(abs(net))}."


def _accepted(result: Mapping[str, Any]) -> Bar:
    measure = result["measure"]
    return Bar(ACCEPTED, measure["count"], measure["text"], length(exactly(measure["exact"])), "ahead", tested=True)


def scale_bars(result: Mapping[str, Any]) -> tuple[tuple[Bar, ...], str]:
    """The rows of the table beside the bar, the comfort share first, and their base."""
    shares = result["shares"][result["base"]]
    rows = [bar(option, count, shares[option], False) for option, count in result["counts"].items()]
    return (_accepted(result), *rows), percentages_of(size_of(shares), result["base_words"])
