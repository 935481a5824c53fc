"""A result by groups of members: each with its verdict, and with its figures where they may be told.

Pure. With a double majority the verdict of the whole is that of all groups together; `together` then says what the
whole hall alone would have come to. What was withheld from a result stays withheld here: there is nothing to draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from web.charts.lengths import exactly, figure, length

VERDICTS = {"passed": "passed", "failed": "not passed", "tie": "tie", "no-decision": "no decision"}


@dataclass(frozen=True)
class Group:
    """One group: what it came to in a word and a sentence, and the share that the line tests, if it may be told."""

    name: str
    verdict: str
    sentence: str
    share: str
    length: int | None
    turnout: str


@dataclass(frozen=True)
class Groups:
    """All groups, the place of the line in their bars, what the whole came to, and the counts side by side."""

    groups: tuple[Group, ...]
    line: int | None
    together: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def groups_of(round_: Mapping[str, Any], result: Mapping[str, Any]) -> Groups | None:
    """The groups of a result, or None when it was not counted by groups.

    >>> told = {"name": "Residents", "told": True, "verdict": "passed", "sentence": "Passed.", "cast": 10,
    ...     "entitled": 12, "measure": {"exact": "6/9", "count": 6, "of": 9, "text": "66.7 %"}, "counts": {"yes": 6}}
    >>> kept = {"name": "Councillors", "told": False, "verdict": "failed", "sentence": "Not passed. Withheld.",
    ...     "cast": None, "entitled": 9, "measure": None, "counts": None}
    >>> drawn = groups_of({"threshold": {"share": "1/2"}}, {"counts": {"yes": 9}, "classes": [told, kept]})
    >>> [(one.name, one.verdict, one.share, one.length) for one in drawn.groups]
    [('Residents', 'passed', '6 of 9 · 66.7 %', 666), ('Councillors', 'not passed', '', None)]
    >>> drawn.rows
    (('yes', ('6', 'withheld')),)
    """
    classes = result.get("classes")
    if not classes:
        return None
    threshold = round_.get("threshold")
    return Groups(
        groups=tuple(map(_group, classes)),
        line=length(Fraction(threshold["share"])) if threshold else None,
        together=(result.get("counted") or {}).get("sentence", ""),
        rows=tuple((option, tuple(_count(one, option) for one in classes)) for option in result["counts"]),
    )


def _group(one: Mapping[str, Any]) -> Group:
    measure = one["measure"] or {}
    told = bool(measure.get("exact"))
    voted = "" if one["cast"] is None else f"{figure(one['cast'])} of {figure(one['entitled'])} members voted."
    return Group(
        name=one["name"],
        verdict=VERDICTS.get(one["verdict"] or "", ""),
        sentence=one["sentence"],
        share=f"{figure(measure['count'])} of {figure(measure['of'])} · {measure['text']}" if told else "",
        length=length(exactly(measure["exact"])) if told else None,
        turnout=voted,
    )


def _count(one: Mapping[str, Any], option: str) -> str:
    return "withheld" if one["counts"] is None else figure(one["counts"][option])
