"""Moments as text: UTC, milliseconds, a Z at the end; clock times of a plan, and of the place.

Pure: the clock itself is always an argument.

>>> in_text(datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
'2027-03-06T10:00:00.000Z'
>>> moment("2027-03-06T10:00:00.000Z") == datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
True
>>> later("11:45", 20), later("23:50", 20)
('12:05', '00:10')
>>> local("2027-03-06T10:00:00.000Z"), local("2027-07-06T10:00:00.000Z")  # summer time
('2027-03-06T10:00', '2027-07-06T11:00')
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

ZONE = "Europe/London"
"""What a clock on the wall of the hall shows; combined authorities are in England."""


def in_text(at: datetime) -> str:
    """The moment as the journal and the screens write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_text_or_none(at: datetime | None) -> str | None:
    """The same for a moment that may not have come."""
    return None if at is None else in_text(at)


def moment(text: str) -> datetime:
    """The moment that `in_text` wrote."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """The same where there may be none."""
    return None if text is None else moment(text)


def later(clock: str, minutes: int) -> str:
    """A planned clock time so many minutes later."""
    hours, rest = divmod(int(clock[:2]) * 60 + int(clock[3:5]) + minutes, 60)
    return f"{hours % 24:02d}:{rest:02d}"


def local(text: str) -> str:
    """What a clock in the hall showed at the moment that `in_text` wrote: date and time to the minute."""
    return f"{on_the_wall(moment(text)):%Y-%m-%dT%H:%M}"


def on_the_wall(at: datetime) -> datetime:
    """The moment in the time of the hall."""
    return at.astimezone(_zone())


@cache
def _zone() -> ZoneInfo:
    return ZoneInfo(ZONE)


def wall() -> datetime:
    """The machine's clock, which somebody may set."""
    return datetime.now(UTC)


class SteadyClock:
    """The machine's clock, but never back: where that is set back, we go on as a stopwatch does until it has caught up.

    Timers, the journal's times and everything that is good for a while then hold in a running program. What is set
    forward is followed, also after a laptop has slept, when a stopwatch knows nothing of the time between.

    >>> told, stopwatch = [datetime(2027, 3, 6, 10, tzinfo=UTC)], [0.0]
    >>> clock = SteadyClock(lambda: told[0], lambda: stopwatch[0])
    >>> at = clock()
    >>> told[0], stopwatch[0] = told[0] - timedelta(hours=1), 5.0
    >>> (clock() - at).total_seconds()
    5.0
    """

    def __init__(self, machine: Clock, stopwatch: Callable[[], float]) -> None:
        self._machine, self._stopwatch = machine, stopwatch
        self._last = machine(), stopwatch()

    def __call__(self) -> datetime:
        """The moment."""
        (at, ticked), now, ticks = self._last, self._machine(), self._stopwatch()
        if now < at:
            now = at + timedelta(seconds=ticks - ticked)
        self._last = now, ticks
        return now
