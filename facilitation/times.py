"""Moments as text: UTC, milliseconds, a Z at the end; and clock times of a plan.

Pure: the clock itself is always an argument.

>>> in_text(datetime(2027, 3, 6, 10, 0, tzinfo=UTC))
'2027-03-06T10:00:00.000Z'
>>> moment("2027-03-06T10:00:00.000Z") == datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
True
>>> later("11:45", 20), later("23:50", 20)
('12:05', '00:10')
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def in_text(at: datetime) -> str:
    """The moment as the journal and the screens write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_text_or_none(at: datetime | None) -> str | None:
    """The same for a moment that may not have come."""
    return None if at is None else in_text(at)


def moment(text: str) -> datetime:
    """The moment that `in_text` wrote."""
    return datetime.fromisoformat(text)


def later(clock: str, minutes: int) -> str:
    """A planned clock time so many minutes later."""
    hours, rest = divmod(int(clock[:2]) * 60 + int(clock[3:5]) + minutes, 60)
    return f"{hours % 24:02d}:{rest:02d}"
