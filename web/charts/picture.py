"""A result as it is shown: one value for every rule, from the JSON of its round and of its result.

Pure. `picture_of` asks the rule's family for its drawing and adds what every result has: the verdict as a sentence, the
base in words, who voted and how, lots, remarks, the banner of what does not count. The templates only draw it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from facilitation.minutes import channel_lines
from web.charts.bars import IN_THEIR_ORDER, Bar, Bars, percentages_of, point_bars, score_bars, share_bars
from web.charts.grades import Grades, grades_of
from web.charts.groups import Groups, groups_of
from web.charts.lengths import FULL, figure, length, size_of
from web.charts.money import Money, money_of
from web.charts.pairs import Pairs, pairs_of
from web.charts.rounds import Column, columns_of
from web.charts.scale import Scale, scale_bars, scale_of
from web.charts.streams import Streams, Words, lanes_of, streams_of

Family = Literal["bars", "scale", "grades", "pairs", "rounds", "money"]
Told: TypeAlias = Mapping[str, Any]

FAMILIES: Mapping[str, Family] = {
    "support": "scale",
    "majority-judgement": "grades",
    "schulze": "pairs",
    "irv": "rounds",
    "stv": "rounds",
    "greedy": "money",
    "equal-shares": "money",
    "phragmen": "money",
}
"""The rules with a picture of their own; all others have bars."""


@dataclass(frozen=True)
class Rounds:
    """A count in rounds: its columns, what a round is called, and the picture of what moved."""

    columns: tuple[Column, ...]
    word: str
    streams: Streams
    by_seats: bool


@dataclass(frozen=True)
class ResultPicture:
    """A result as it is shown: the verdict in words, the bars, and where the deciding line stands in them.

    `reading` says how to read the bars, with the base in words; `turnout` who voted. Of the families' drawings at most
    one is there. `channels` say by which ways the ballots came, when they came by more than one; `words` are the four
    words of the Merkle root, when the ballots have been published.
    """

    verdict: str
    sentence: str
    family: Family
    bars: tuple[Bar, ...]
    counted: str
    reading: str
    line: int | None
    line_words: str
    turnout: str
    mark: str
    lots: tuple[str, ...]
    remarks: tuple[str, ...]
    binding: bool = True
    practice: bool = False
    scale: Scale | None = None
    grades: Grades | None = None
    pairs: Pairs | None = None
    rounds: Rounds | None = None
    money: Money | None = None
    groups: Groups | None = None
    channels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def picture_of(round_: Told, result: Told) -> ResultPicture:
    """The picture of a counted round, from its screen.

    >>> shares = {"yes+no": {"yes": {"exact": "31/50", "text": "62.0 %"}, "no": {"exact": "19/50", "text": "38.0 %"}}}
    >>> result = {"counts": {"yes": 31, "no": 19, "abstain": 2}, "cast": 52, "spoilt": 0, "entitled": 60,
    ...     "verdict": "passed", "sentence": "Passed", "winners": ["yes"], "base": "yes+no", "rule": "yes-no",
    ...     "base_words": "yes-or-no votes", "shares": shares, "rounds": [], "measure": None}
    >>> threshold = {"share": "1/2", "op": ">", "base": "yes+no", "words": "more than half"}
    >>> picture = picture_of({"threshold": threshold, "rule": "yes-no"}, result)
    >>> [(bar.label, bar.length, bar.kind) for bar in picture.bars], picture.line
    ([('yes', 620, 'ahead'), ('no', 380, 'plain'), ('abstain', 0, 'outside')], 500)
    >>> picture.reading, picture.turnout
    ('Percentages are of the 50 yes-or-no votes.', '52 of 60 members voted.')
    """
    rule = result["rule"]
    threshold = round_.get("threshold")
    family = FAMILIES.get(rule, "bars")
    drawn, drawings = draw(family, round_, result)
    return ResultPicture(
        verdict=result["verdict"],
        sentence=result["sentence"],
        family=family,
        bars=drawn.bars,
        counted=drawn.counted,
        reading=drawn.reading,
        line=length(Fraction(threshold["share"])) if threshold else None,
        line_words=threshold["words"] if threshold else "",
        turnout=turnout_words(result),
        mark=mark_of(round_, result),
        lots=tuple(result.get("lots", ())),
        remarks=tuple(result.get("remarks", ())),
        binding=result.get("binding", True),
        practice=bool((round_.get("conduct") or {}).get("practice")),
        groups=groups_of(round_, result),
        channels=ways_of(result),
        **drawings,
    )


def draw(family: Family, round_: Told, result: Told) -> tuple[Bars, dict[str, Any]]:
    """The bars or rows of a result, and the drawing of its family."""
    if family == "scale":
        rows, reading = scale_bars(result)
        return Bars(rows, "Votes", reading), {"scale": scale_of(round_, result)}
    if family == "grades":
        size = figure(size_of(result["shares"]["valid"]))
        reading = f"Each bar is all {size} valid ballots: the best grades on the left, the worst on the right."
        return Bars((), "Grades", reading), {"grades": grades_of(result)}
    if family == "pairs":
        return Bars(pair_bars(result), "Ahead of"), {"pairs": pairs_of(result)}
    if family == "rounds":
        first, rounds = share_bars({"rule": result["rule"]}, result), rounds_of(round_, result)
        return (replace(first, reading="") if len(rounds.columns) > 1 else first), {"rounds": rounds}
    if family == "money":
        reading = percentages_of(size_of(result["shares"]["valid"]), "valid ballots")
        return Bars((), "Votes", reading), {"money": money_of(round_, result)}
    if result["rule"] == "score":
        return score_bars(round_, result), {}
    points = result["rule"] in ("dots", "quadratic", "borda")
    return (point_bars if points else share_bars)(round_, result), {}


def pair_bars(result: Told) -> tuple[Bar, ...]:
    """Of how many others each option is ahead."""
    others = max(len(result["counts"]) - 1, 1)
    bars = [
        Bar(o, n, "", n * FULL // others, "ahead" if o in result["winners"] else "plain", aside=f"of {others} others")
        for o, n in result["counts"].items()
    ]
    return tuple(sorted(bars, key=lambda one: -int(one.count)))


def rounds_of(round_: Told, result: Told) -> Rounds:
    """The rounds of a count, and their picture."""
    by_seats = result["rule"] == "stv"
    columns = columns_of(round_, result)
    ahead = "level" if result["verdict"] == "tie" else "wins"
    told = ("elected in stage", "out in stage") if by_seats else ("wins in round", "leaves after round")
    words = Words(*told, tuple(result["winners"]), ahead)
    lanes = lanes_of(tuple(result["counts"]), columns, words)
    return Rounds(columns, "Stage" if by_seats else "Round", streams_of(lanes, columns), by_seats)


def mark_of(round_: Told, result: Told) -> str:
    """What is written beside the options ahead, so that no colour has to say it."""
    if result["verdict"] == "tie":
        return "not decided" if result["rule"] == "stv" else "level"  # who waits for STV's lot may differ in votes
    if result["rule"] in IN_THEIR_ORDER:
        return ""
    if (round_.get("terms") or {}).get("seats", 1) > 1:
        return "chosen"
    return "ahead"


def ways_of(result: Told) -> tuple[str, ...]:
    """By which ways the ballots came; nothing when all came by tablet, or when no number may be told.

    >>> ways_of({"channels": {"tablet": 41, "assisted": 0, "paper": 12, "phone": 0}})
    ('By tablet: 41; with help: 0; on paper: 12; by phone: 0.',)
    >>> ways_of({"channels": {"tablet": 41, "assisted": 0, "paper": 0, "phone": 0}})
    ()
    >>> ways_of({"channels": {"tablet": None, "assisted": None, "paper": None, "phone": None}})
    ()
    """
    channels = result.get("channels") or {}
    if not any(channels.values()) or all(number == 0 for way, number in channels.items() if way != "tablet"):
        return ()
    return tuple(channel_lines(channels))


def turnout_words(result: Told) -> str:
    """Who voted, and what was not counted for any option.

    >>> turnout_words({"cast": 52, "entitled": 60, "spoilt": 2, "blank": 1})
    '52 of 60 members voted; of these ballots, 2 were spoilt and 1 was blank.'
    """
    voted = f"{figure(result['cast'])} of {figure(result['entitled'])} members voted"
    counts = (("spoilt", result["spoilt"]), ("blank", result.get("blank", 0)))
    aside = [f"{figure(number)} {'was' if number == 1 else 'were'} {what}" for what, number in counts if number]
    return f"{voted}; of these ballots, {' and '.join(aside)}." if aside else f"{voted}."
