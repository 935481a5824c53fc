"""The plan against the clock: when each item should start, when all of it should end, and when it will.

Pure. A plan is a row of items with pauses between them (lunch that nobody listed, say). A pause belongs to its place
and not to the item behind it, so that to swap or to split items changes neither the minutes nor the end of the plan.
Who starts the first item fixes the planned end: that moment plus the length of the plan. From then on

    end as it goes now = max(now, wished end of the running item) + minutes of all items still to come
    behind             = end as it goes now - planned end

in which pauses count as time in hand, and items that were skipped do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from facilitation.model import Item, Phase, Session
from facilitation.times import later

DAY: Final = 24 * 60
OVERLAP: Final = DAY // 2
"""A start that looks more than half a day later lies before the end of the item before."""


def minutes_between(earlier: str, start: str) -> int | None:
    """From one clock time to the next, over midnight too; None where the second lies before the first.

    >>> minutes_between("11:45", "12:00"), minutes_between("23:50", "00:10"), minutes_between("12:00", "11:45")
    (15, 20, None)
    """
    first, second = (int(clock[:2]) * 60 + int(clock[3:5]) for clock in (earlier, start))
    found = (second - first) % DAY
    return None if found > OVERLAP else found


def planned_end(item: Item) -> str:
    """The clock time at which this item should be over."""
    return later(item.planned_start, item.planned_minutes)


def pauses(items: Sequence[Item]) -> list[int]:
    """The minutes before each item in which nothing is planned; none before the first."""
    return [0][: len(items)] + [
        minutes_between(planned_end(one), two.planned_start) or 0 for one, two in pairwise(items)
    ]


def length(items: Sequence[Item]) -> int:
    """The minutes of a plan from its start to its end."""
    return sum(item.planned_minutes for item in items) + sum(pauses(items))


def timed_anew(items: Sequence[Item], between: Sequence[int], first: str) -> tuple[Item, ...]:
    """The items with the planned starts that follow from their order; what has begun keeps its own."""
    found: list[Item] = []
    for item, pause in zip(items, between, strict=True):
        start = later(planned_end(found[-1]), pause) if found else first
        found.append(item if item.started_at is not None else replace(item, planned_start=start))
    return tuple(found)


@dataclass(frozen=True)
class Forecast:
    """When the session ends as it goes now, beside its plan."""

    planned: datetime
    expected: datetime
    rest_minutes: int
    """Of the items still to come, without the running one."""

    @property
    def behind(self) -> timedelta:
        """How much later than planned; negative when there is time in hand."""
        return self.expected - self.planned


def forecast(session: Session, now: datetime) -> Forecast | None:
    """None before the first item has started and after the session is closed."""
    if session.plan_end is None or session.phase is Phase.CLOSED:
        return None
    running = session.item
    reached = now if running is None or running.ends_at is None else max(now, running.ends_at)
    rest = sum(item.planned_minutes for item in session.coming)
    return Forecast(session.plan_end, reached + timedelta(minutes=rest), rest)
