"""Majority judgement: for every option one bar of all its grades, best first, and the line in its middle.

Pure. Half of the ballots stand on either side of the middle line; the grade there is the majority grade, the lower one
of two where the line falls between them. Options stand as the rule orders them, level ones as the round names them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from facilitation.rules.majority_judgement import from_the_middle
from facilitation.rules.result import Share
from web.charts.bars import rows_of
from web.charts.lengths import FULL, length
from web.charts.scale import Segment

SHADES = 7
MIDDLE = FULL // 2
AFTER_NAMES = 2  # in a row of the table: the option, its majority grade, then the grades, worst first, then the missing


@dataclass(frozen=True)
class Graded:
    """One option: its majority grade, how many grade it so or better, its bar, and how many gave it no grade."""

    label: str
    majority: str
    count: int
    share: str
    kind: str
    segments: tuple[Segment, ...]
    without: int


@dataclass(frozen=True)
class Grades:
    """All options, first the one ahead, and the grades with their shades, best first."""

    scale: tuple[tuple[str, int], ...]
    options: tuple[Graded, ...]


def grades_of(result: Mapping[str, Any]) -> Grades:
    """The picture of a round by majority judgement.

    >>> from facilitation.rules import Electorate, every_rule, parse_count
    >>> asked = parse_count({"title": "?", "rule": "majority-judgement", "options": ["tram", "bus"]})
    >>> ballots = [(5, 2), (1, 3), (4, 3)]
    >>> drawn = grades_of(every_rule()["majority-judgement"].tally(asked, ballots, Electorate(3, 3)).as_json())
    >>> [(one.label, one.majority, one.count) for one in drawn.options]
    [('tram', 'very good', 2), ('bus', 'good', 2)]
    >>> [(part.label, part.start, part.length) for part in drawn.options[0].segments if part.count]
    [('excellent', 0, 333), ('very good', 333, 333), ('poor', 666, 334)]
    """
    table = next((table for table in result.get("tables", ()) if table["name"] == "grades"), None)
    names = table["columns"][AFTER_NAMES:-1] if table else []
    rows = sorted(rows_of(result, "grades"), key=_from_the_middle, reverse=True)
    return Grades(
        scale=tuple((name, shade_of(place, len(names))) for place, name in reversed(list(enumerate(names)))),
        options=tuple(_graded(row, names, result) for row in rows),
    )


def shade_of(place: int, grades: int) -> int:
    """The shade of a grade, from 0 for the worst to 6 for the best, however many there are.

    >>> [shade_of(place, 6) for place in range(6)], [shade_of(place, 2) for place in range(2)]
    ([0, 1, 2, 4, 5, 6], [0, 6])
    """
    return (2 * place * (SHADES - 1) + grades - 1) // (2 * (grades - 1))


def _from_the_middle(row: Sequence[Any]) -> bytes:
    counts = row[AFTER_NAMES:-1]
    return from_the_middle([grade for grade, count in enumerate(counts) for _ in range(count)])


def _graded(row: Sequence[Any], names: Sequence[str], result: Mapping[str, Any]) -> Graded:
    counts = row[AFTER_NAMES:-1]
    ballots, seen, segments = sum(counts), 0, []
    for place, name in reversed(list(enumerate(names))):
        start, seen = seen, seen + counts[place]
        begins, ends = (length(Fraction(n, ballots)) if ballots else 0 for n in (start, seen))
        share = Share(counts[place], ballots, "valid").text
        segments.append(Segment(name, counts[place], share, begins, ends - begins, shade_of(place, len(names)), MIDDLE))
    option = row[0]
    return Graded(
        label=option,
        majority=row[1] if ballots else "–",
        count=result["counts"][option],
        share=result["shares"]["valid"][option]["text"],
        kind="ahead" if option in result["winners"] else "plain",
        segments=tuple(segments),
        without=row[-1],
    )
