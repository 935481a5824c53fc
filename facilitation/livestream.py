"""Private mode: whether what is said in the hall leaves it.

Pure. A session that is streamed says on every screen whether the stream is on. The camera is not ours, so the screens
follow people and never the other way round, and where they must guess they guess the safe way: when a part of the day
begins that is usually streamed, they say “on” at once; when one begins that is usually private, they go on saying “on”,
and the facilitator is asked to see to the camera and to press “off”. Nobody is told that a room is private before a
person has said so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from facilitation.commands import Command
from facilitation.errors import WrongState
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.livestream_events import LivestreamPlanned, LivestreamSwitched
from facilitation.times import on_the_wall
from facilitation.told import told

STREAMED: Final = frozenset({"welcome", "evidence", "speakers", "vote", "close"})
"""Kinds of items that are usually streamed, where anything is. At the tables people talk in private."""
ON: Final = told("Livestream on")
OFF: Final = told("Livestream off – what is said now stays in the room")


@dataclass(frozen=True)
class PlanLivestream(Command):
    """Say whether this session is streamed."""

    used: bool


@dataclass(frozen=True)
class SwitchLivestream(Command):
    """The stream has been switched on or off."""

    on: bool


@dataclass(frozen=True)
class Livestream:
    """Whether the session is streamed, whether it is now, and since when it was on and off."""

    used: bool = False
    on: bool = False
    log: tuple[tuple[datetime, bool], ...] = ()

    @property
    def words(self) -> str:
        """What the screens say; nothing in a session that is not streamed."""
        return "" if not self.used else ON if self.on else OFF

    def wants(self, kind: str | None) -> bool | None:
        """What the facilitator is asked to see to in an item of this kind; None where all is as it usually is."""
        if not self.used or kind is None or self.on == (kind in STREAMED):
            return None
        return kind in STREAMED


def decide(session: str, stream: Livestream, command: PlanLivestream | SwitchLivestream) -> tuple[Event, ...]:
    """What a command amounts to; to say what is known already changes nothing."""
    if isinstance(command, PlanLivestream):
        return () if stream.used == command.used else (LivestreamPlanned(session, command.used),)
    if not stream.used:
        raise WrongState("This session is not streamed.", "Say first that it is.")
    return () if stream.on == command.on else (LivestreamSwitched(session, command.on),)


def apply(stream: Livestream, entry: Entry) -> Livestream:
    """The stream after something was said of it. It is taken to be on from the moment when it is said to be used."""
    match entry.event:
        case LivestreamPlanned(used=used):
            return _turned(replace(stream, used=used), entry.at, on=used)
        case LivestreamSwitched(on=on):
            return _turned(stream, entry.at, on=on)
    return stream


def new_item(stream: Livestream, kind: str, at: datetime) -> Livestream:
    """An agenda item begins: one that is usually streamed puts the stream on; none puts it off by itself."""
    return _turned(stream, at, on=True) if stream.used and kind in STREAMED else stream


def stream_json(stream: Livestream, kind: str | None) -> dict[str, Any]:
    """What every screen says of it; `wants` is for the facilitator, in an item of this kind."""
    return {"used": stream.used, "on": stream.on, "words": stream.words, "wants": stream.wants(kind)}


def written(stream: Livestream, closed_at: datetime | None) -> list[str]:
    """The times for the minutes, by the clock in the hall.

    >>> at = [datetime.fromisoformat(f"2027-03-06T{clock}:00+00:00") for clock in ("10:00", "10:30", "11:00")]
    >>> written(Livestream(True, True, ((at[0], True), (at[1], False), (at[2], True))), None)
    ['Livestream on: 10:00–10:30, from 11:00. Off: 10:30–11:00.']
    """
    if not stream.log:
        return []
    spans: dict[bool, list[str]] = {True: [], False: []}
    ends = [*(at for at, _ in stream.log[1:]), closed_at]
    for (began, on), ended in zip(stream.log, ends, strict=True):
        start, end = on_the_wall(began), None if ended is None else on_the_wall(ended)
        spans[on].append(f"{start:%H:%M}–{end:%H:%M}" if end is not None else f"from {start:%H:%M}")
    off = f" Off: {', '.join(spans[False])}." if spans[False] else ""
    return [f"Livestream on: {', '.join(spans[True])}.{off}"]


def _turned(stream: Livestream, at: datetime, *, on: bool) -> Livestream:
    return stream if stream.on == on else replace(stream, on=on, log=(*stream.log, (at, on)))
