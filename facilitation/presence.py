"""The presence log: who came when, left early, came back, came late, took part from afar. It is the base of quorum.

Pure. Present is who has arrived and has not left; who takes part from afar is as present as the others. In a vote the
base “present” are the seats of who is present when it is counted (when the last tablet could vote, where the count
waits for the scrutineer), and of who has a ballot in the urn, though they may have left since. Late is who arrived
after the first item of the agenda had started.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from facilitation.commands import Arrive, Command, Leave, TakePartFromAfar
from facilitation.errors import NotPresent
from facilitation.event import Event
from facilitation.presence_events import MemberArrived, MemberBack, MemberLeft, MemberRemote

if TYPE_CHECKING:
    from facilitation.events import Entry


@dataclass(frozen=True)
class Spell:
    """A stretch of time in the room; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Stay:
    """One member's day: the spells in the room, in order, and whether they take part from afar."""

    spells: tuple[Spell, ...]
    remote: bool = False

    @property
    def arrived_at(self) -> datetime:
        """When they first came."""
        return self.spells[0].since

    @property
    def left_at(self) -> datetime | None:
        """When they left for good, as far as anybody knows; None while they are here."""
        return self.spells[-1].until

    def seconds(self, until: datetime) -> int:
        """How long they have been here up to this moment."""
        whole = sum(((one.until or max(until, one.since)) - one.since for one in self.spells), timedelta())
        return whole // timedelta(seconds=1)

    def ended(self, at: datetime) -> Stay:
        """The stay once they have gone; to go twice changes nothing."""
        if self.left_at is not None:
            return self
        return replace(self, spells=(*self.spells[:-1], replace(self.spells[-1], until=at)))

    def resumed(self, at: datetime) -> Stay:
        """The stay once they are back."""
        return self if self.left_at is None else replace(self, spells=(*self.spells, Spell(at)))


Stays = Mapping[str, Stay]


def decide(session: str, stays: Stays, command: Command) -> tuple[Event, ...]:
    """What a command about somebody's presence amounts to; what is so already is nothing."""
    match command:
        case Arrive(member=member):
            if member not in stays:
                return (MemberArrived(session, member),)
            return () if stays[member].left_at is None else (MemberBack(session, member),)
        case Leave(member=member):
            return () if _arrived(stays, member).left_at is not None else (MemberLeft(session, member),)
        case TakePartFromAfar(member=member, remote=remote):
            change = (MemberRemote(session, member, remote),)
            if not remote:
                return change if _arrived(stays, member).remote else ()
            arrival = decide(session, stays, Arrive(session, command.actor, member))
            return arrival if member in stays and stays[member].remote else (*arrival, *change)
    return ()


def _arrived(stays: Stays, member: str) -> Stay:
    if member not in stays:
        raise NotPresent("This member has not arrived yet.", "Mark them as arrived first.")
    return stays[member]


def apply(stays: Stays, entry: Entry) -> Stays:
    """The log after one more row."""
    match entry.event:
        case MemberArrived(member=member) | MemberBack(member=member):
            known = stays.get(member)
            return {**stays, member: Stay((Spell(entry.at),)) if known is None else known.resumed(entry.at)}
        case MemberLeft(member=member) if member in stays:
            return {**stays, member: stays[member].ended(entry.at)}
        case MemberRemote(member=member, remote=remote) if member in stays:
            return {**stays, member: replace(stays[member], remote=remote)}
    return stays


def here(stays: Stays) -> frozenset[str]:
    """Who is present."""
    return frozenset(member for member, stay in stays.items() if stay.left_at is None)


@dataclass(frozen=True)
class Totals:
    """A session in numbers."""

    came: int
    late: int
    remote: int
    left_early: int
    present: int


def totals(stays: Stays, started_at: datetime | None) -> Totals:
    """The numbers for the minutes."""
    late = [one for one in stays.values() if started_at is not None and one.arrived_at > started_at]
    now = len(here(stays))
    remote = sum(one.remote for one in stays.values())
    return Totals(len(stays), len(late), remote, len(stays) - now, now)
