"""The tests of a draft as bars: the five answers side by side, the line that must be reached, and how they changed.

Pure. The comfortable answers stand to the left, so that they reach the line or do not; two tests stand below one
another with a band for every answer between them. The bands join public counts: they say nothing of anybody's way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.rules.support import SCALE
from web.charts.lengths import FULL
from web.charts.scale import Segment

SHADES = dict(zip(SCALE, (6, 5, 4, 1, 0), strict=True))


@dataclass(frozen=True)
class Comfort:
    """A bar of five parts from the left, and where the line stands."""

    segments: tuple[Segment, ...]
    line: int


def comfort_of(test: Mapping[str, Any]) -> Comfort | None:
    """The bar of a test; None where its counts are not told.

    >>> counts = {"love": 1, "like": 1, "live with": 2, "lament": 0, "loathe": 1}
    >>> drawn = comfort_of({"counts": counts, "answered": 5, "line_at": 800})
    >>> [(part.label, part.start, part.length) for part in drawn.segments], drawn.line
    ([('love', 0, 200), ('like', 200, 200), ('live with', 400, 400), ('lament', 800, 0), ('loathe', 800, 200)], 800)

    A count is never written under the line: it stands in the larger part beside it.

    >>> crossed = comfort_of({"counts": {**counts, "live with": 3, "loathe": 0}, "answered": 5, "line_at": 800})
    >>> [(part.start, part.length, part.middle) for part in crossed.segments if part.label == "live with"]
    [(400, 600, 600)]
    """
    if test["counts"] is None or not test["answered"]:
        return None
    parts, before, line = [], 0, min(FULL, test["line_at"])
    for answer in SCALE:
        count = test["counts"][answer]
        start, end = (FULL * sum_ // test["answered"] for sum_ in (before, before + count))
        parts.append(Segment(answer, count, "", start, end - start, SHADES[answer], line))
        before += count
    return Comfort(tuple(parts), line)


@dataclass(frozen=True)
class Band:
    """The way of one answer's part from the bar before to the bar of now, as the points of a polygon."""

    shade: int
    points: str


def bands(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Band, ...]:
    """Between two bars, in a picture of a thousand by a hundred.

    >>> counts = {"love": 0, "like": 0, "live with": 5, "lament": 5, "loathe": 0}
    >>> better = {**counts, "live with": 8, "lament": 2}
    >>> test = {"answered": 10, "line_at": 800}
    >>> [band.points for band in bands({**test, "counts": counts}, {**test, "counts": better})]
    ['0,0 500,0 800,100 0,100', '500,0 1000,0 1000,100 800,100']
    """
    above, below = comfort_of(before), comfort_of(now)
    if above is None or below is None:
        return ()
    found = []
    for old, new in zip(above.segments, below.segments, strict=True):
        if old.length or new.length:
            corners = ((old.start, 0), (old.start + old.length, 0), (new.start + new.length, 100), (new.start, 100))
            found.append(Band(old.shade, " ".join(f"{x},{y}" for x, y in corners)))
    return tuple(found)
