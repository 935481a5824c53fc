"""Bars: one for each option, its length a share of a named base, or of the largest where points are counted.

Pure. A share never stands without its base, and what is outside the base has no bar. Answers that stand in an order of
their own (yes, no, abstain) keep it; options that compete stand most first, level ones as the round names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from facilitation.rules.score import HIGHEST
from web.charts.lengths import FULL, Shown, exactly, figure, length, size_of

IN_THEIR_ORDER = frozenset({"yes-no", "consent", "temperature", "support"})


@dataclass(frozen=True)
class Bar:
    """One option of a result: its count, its share of the base as text (empty outside the base), its length."""

    label: str
    count: Shown
    share: str
    length: int
    kind: str
    tested: bool = False
    """Whether the deciding line is drawn in this bar: the threshold tests it."""
    aside: str = ""
    """What more is to be said of it, such as how many ballots gave it any points."""

    def __post_init__(self) -> None:
        if not 0 <= self.length <= FULL:
            raise ValueError(f"a bar of {self.length} thousandths does not fit")

    @property
    def figure(self) -> str:
        """The count as people read it."""
        return figure(self.count)


@dataclass(frozen=True)
class Bars:
    """The bars of a result, what they count, and how to read their lengths."""

    bars: tuple[Bar, ...]
    counted: str
    reading: str = ""


def bar(label: str, count: Shown, share: Mapping[str, Any] | None, ahead: bool) -> Bar:
    """A bar as long as its share, if it has one."""
    if share is None:
        return Bar(label, count, "", 0, "outside")
    return Bar(label, count, share["text"], length(exactly(share["exact"])), "ahead" if ahead else "plain")


def share_bars(round_: Mapping[str, Any], result: Mapping[str, Any]) -> Bars:
    """Shares of ballots or of people, with the line where it is tested.

    >>> shares = {"valid": {"tram": {"exact": "2/6", "text": "33.3 %"}, "bus": {"exact": "4/6", "text": "66.7 %"}}}
    >>> result = {"counts": {"tram": 2, "bus": 4}, "base": "valid", "base_words": "valid ballots", "shares": shares,
    ...     "winners": ["bus"], "measure": None}
    >>> drawn = share_bars({"rule": "approval"}, result)
    >>> [(bar.label, bar.length, bar.kind) for bar in drawn.bars], drawn.reading
    ([('bus', 666, 'ahead'), ('tram', 333, 'plain')], 'Percentages are of the 6 valid ballots.')
    """
    shares = result["shares"].get(result["base"], {})
    bars = [bar(o, count, shares.get(o), o in result["winners"]) for o, count in result["counts"].items()]
    if round_.get("threshold"):
        measured = (result.get("measure") or {}).get("name")
        alone = measured in result["counts"]
        bars = [replace(one, tested=not alone or one.label == measured) for one in bars]
    if round_.get("rule") not in IN_THEIR_ORDER:
        bars = most_first(bars)
    counted = {"approval": "Approvals"}.get(round_.get("rule", ""), "Votes")
    return Bars(tuple(bars), counted, percentages_of(size_of(shares), result["base_words"]))


def percentages_of(size: int, base: str) -> str:
    """The base in words; nothing where there is none to take a share of."""
    return f"Percentages are of the {figure(size)} {base}." if size else ""


def most_first(bars: Iterable[Bar]) -> list[Bar]:
    """The longest bar first; level ones stay in their order."""
    return sorted(bars, key=lambda one: -exactly(one.count))


def point_bars(round_: Mapping[str, Any], result: Mapping[str, Any]) -> Bars:
    """Points that were given: the longest bar is the option with the most, since no share of people is meant.

    >>> result = {"counts": {"a": "1.5", "b": 3}, "base": "points", "base_words": "points given", "winners": ["b"],
    ...     "shares": {"points": {"a": {"exact": "3/9", "text": "33.3 %"}, "b": {"exact": "6/9", "text": "66.7 %"}}}}
    >>> [(bar.label, bar.length, bar.share) for bar in point_bars({"rule": "borda"}, result).bars]
    [('b', 1000, '66.7 %'), ('a', 500, '33.3 %')]
    """
    shares = result["shares"].get(result["base"], {})
    most = max((exactly(count) for count in result["counts"].values()), default=Fraction(0))
    asides = {row[0]: row[2] for row in rows_of(result, "points")}
    counted = {"dots": "Dots", "quadratic": "Votes"}.get(round_.get("rule", ""), "Points")
    bars = [
        Bar(
            option,
            count,
            shares[option]["text"],
            length(exactly(count) / most) if most else 0,
            "ahead" if option in result["winners"] else "plain",
            aside=f"from {ballots(asides[option])}" if option in asides else "",
        )
        for option, count in result["counts"].items()
    ]
    total = figure(sum((exactly(count) for count in result["counts"].values()), Fraction(0)))
    reading = f"The longest bar has the most. Percentages are of all {total} {counted.lower()} given."
    return Bars(tuple(most_first(bars)), counted, reading if most else "")


def score_bars(round_: Mapping[str, Any], result: Mapping[str, Any]) -> Bars:
    """Scores: the mean of those who scored on the whole scale, or the total where no score counts as nought.

    >>> table = {"name": "scores", "rows": [["tram", 1, 1, 4, 4], ["bus", 2, 0, 5, "2.5"]]}
    >>> result = {"counts": {"tram": 4, "bus": 5}, "base": "possible", "shares": {}, "winners": ["tram"],
    ...     "tables": [table]}
    >>> [(bar.label, bar.count, bar.length, bar.aside) for bar in score_bars({}, result).bars]
    [('tram', 4, 800, 'mean, from 1 ballot'), ('bus', '2.5', 500, 'mean, from 2 ballots')]
    """
    terms = round_.get("terms") or {}
    highest = terms.get("highest") or HIGHEST
    winners = result["winners"]
    if terms.get("missing") == "zero":
        shares = result["shares"].get(result["base"], {})
        bars = [bar(o, count, shares[o], o in winners) for o, count in result["counts"].items()]
        return Bars(tuple(most_first(bars)), "Points", percentages_of(size_of(shares), "points possible"))
    bars = [
        Bar(
            row[0],
            row[4] if row[1] else "0",
            "",
            length(exactly(row[4]) / highest),
            "ahead" if row[0] in winners else "plain" if row[1] else "outside",
            aside=f"mean, from {ballots(row[1])}" if row[1] else "nobody scored it",
        )
        for row in rows_of(result, "scores")
    ]
    return Bars(tuple(most_first(bars)), "Mean", f"A full bar is a mean of {highest}, the highest score.")


def ballots(number: int) -> str:
    """So many ballots.

    >>> ballots(1), ballots(1200)
    ('1 ballot', '1,200 ballots')
    """
    return f"{number:,} ballot{'' if number == 1 else 's'}"


def rows_of(result: Mapping[str, Any], name: str) -> list[list[Any]]:
    """The rows of the result's table of this name; none when it has no such table."""
    return next((table["rows"] for table in result.get("tables", ()) if table["name"] == name), [])
