"""Pictures of numbers: what a chart shows, worked out in whole numbers; the templates only draw it.

Pure. A bar is a share of a named base and never stands without it; the line that decides is drawn in the same scale.
Lengths are thousandths of the full width, so that a picture is the same for the same count on every machine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

FULL = 1000
ACCEPTED = "love, like or live with"  # what the threshold of a support round tests
NICE_STEPS = (Fraction(1, 100), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10), Fraction(1, 5))
MOST_BINS = 14


@dataclass(frozen=True)
class Bar:
    """One option of a result: its count, its share of the base as text (empty outside the base), its length."""

    label: str
    count: int
    share: str
    length: int
    kind: str
    tested: bool = False
    """Whether the deciding line is drawn in this bar: the threshold tests it."""

    def __post_init__(self) -> None:
        if not 0 <= self.length <= FULL:
            raise ValueError(f"a bar of {self.length} thousandths does not fit")


@dataclass(frozen=True)
class ResultPicture:
    """A result as it is shown: the verdict in words, the bars, and where the deciding line stands in them."""

    verdict: str
    sentence: str
    base_words: str
    base_size: int
    bars: tuple[Bar, ...]
    line: int | None
    line_words: str
    cast: int
    spoilt: int
    entitled: int
    stages: tuple[Mapping[str, Any], ...]


def picture_of(round_: Mapping[str, Any], result: Mapping[str, Any]) -> ResultPicture:
    """The picture of a closed round, from its screen.

    >>> shares = {"yes+no": {"yes": {"exact": "31/50", "text": "62.0 %"}, "no": {"exact": "19/50", "text": "38.0 %"}}}
    >>> result = {"counts": {"yes": 31, "no": 19, "abstain": 2}, "cast": 52, "spoilt": 0, "entitled": 60,
    ...     "verdict": "passed", "sentence": "Passed", "winners": ["yes"], "base": "yes+no",
    ...     "base_words": "yes-or-no votes", "shares": shares, "rounds": [], "measure": None}
    >>> threshold = {"share": "1/2", "op": ">", "base": "yes+no", "words": "more than half"}
    >>> picture = picture_of({"threshold": threshold}, result)
    >>> [(bar.label, bar.length, bar.kind) for bar in picture.bars], picture.line
    ([('yes', 620, 'ahead'), ('no', 380, 'plain'), ('abstain', 0, 'outside')], 500)
    """
    threshold = round_.get("threshold")
    shares = result["shares"].get(result["base"], {})
    measure = result.get("measure") or {}
    bars = [
        _bar(label, count, shares.get(label), label in result["winners"]) for label, count in result["counts"].items()
    ]
    if round_.get("rule") == "support" and measure:
        bars.insert(0, replace(_bar(ACCEPTED, measure["count"], measure, ahead=True), tested=True))
    elif threshold:
        alone = measure.get("name") in result["counts"]
        bars = [replace(bar, tested=not alone or bar.label == measure["name"]) for bar in bars]
    return ResultPicture(
        verdict=result["verdict"],
        sentence=result["sentence"],
        base_words=result["base_words"],
        base_size=_base_size(shares.values()),
        bars=tuple(bars),
        line=int(FULL * Fraction(threshold["share"])) if threshold else None,
        line_words=threshold["words"] if threshold else "",
        cast=result["cast"],
        spoilt=result["spoilt"],
        entitled=result["entitled"],
        stages=tuple(result["rounds"]),
    )


def _bar(label: str, count: int, share: Mapping[str, Any] | None, ahead: bool) -> Bar:
    if share is None:
        return Bar(label, count, "", 0, "outside")
    length = int(FULL * _fraction(share["exact"]))
    return Bar(label, count, share["text"], length, "ahead" if ahead else "plain")


def _fraction(exact: str | None) -> Fraction:
    return Fraction(exact) if exact else Fraction(0)


def _base_size(shares: Any) -> int:
    for share in shares:
        if share["exact"]:
            return int(share["exact"].partition("/")[2])
    return 0


# ------------------------------------------------------------------------------------------------ chances


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


def percent(share: Fraction, most_digits: int = 1) -> str:
    """A percentage with at most this many decimals, none where none is needed.

    >>> percent(Fraction(1, 8)), percent(Fraction(1, 10)), percent(Fraction(1, 3))
    ('12.5 %', '10 %', '33.3 %')
    """
    unit = 10**most_digits
    whole, rest = divmod((2 * 100 * unit * share.numerator + share.denominator) // (2 * share.denominator), unit)
    return f"{whole}.{rest:0{most_digits}d} %" if rest else f"{whole} %"
