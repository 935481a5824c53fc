"""Calls for help: a table asks, somebody of the team is coming, it is done; or whoever asked takes it back.

Pure. A table has at most one open call of each kind, so that asking twice, on the host's tablet and on a member's, is
asking once. The order in which the team sees the calls: access and first aid before all others, then whoever has
waited longest. Calls hang on the session and not on an agenda item: help is needed in breaks and votes, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from facilitation.commands import AnswerHelp, CallForHelp, Command, FinishHelp, WithdrawHelp
from facilitation.errors import BadRequest, NotAtThisTable, NotFound
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.help.events import HelpCalled, HelpComing, HelpDone, HelpWithdrawn

KINDS_OF_HELP: Final[Mapping[str, str]] = {
    "access": "Access or first aid",
    "facilitator": "The facilitator",
    "technician": "A technician",
}
"""What a table can ask for, in the order in which it is answered; people first."""


@dataclass(frozen=True)
class Call:
    """One call: since when, of which table, for what, by which member (empty: the host), and when somebody went."""

    id: int
    at: datetime
    table: int
    what: str
    member: str = ""
    coming_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the table still needs help."""
        return self.ended_at is None

    @property
    def words(self) -> str:
        """The state in a word."""
        return "done" if not self.open else "called" if self.coming_at is None else "coming"


@dataclass(frozen=True)
class Help:
    """All calls of a session, in the order in which they were made."""

    calls: tuple[Call, ...] = ()

    @property
    def waiting(self) -> tuple[Call, ...]:
        """The open calls in the order in which they should be answered."""
        return tuple(sorted((one for one in self.calls if one.open), key=lambda one: (one.what != "access", one.id)))

    def of(self, table: int) -> tuple[Call, ...]:
        """The open calls of one table."""
        return tuple(one for one in self.waiting if one.table == table)

    def called(self, call: int) -> Call:
        """The call of this number."""
        found = next((one for one in self.calls if one.id == call), None)
        if found is None:
            raise NotFound(f"There is no call for help {call}.", "Look at the list of calls again.")
        return found


def decide(session: str, known: Help, command: Command) -> tuple[Event, ...]:
    """What a command about help amounts to; nothing where it was carried out before."""
    match command:
        case CallForHelp(table=table, what=what, member=member):
            if what not in KINDS_OF_HELP:
                raise BadRequest("There is no such kind of help.", f"Ask for one of: {', '.join(KINDS_OF_HELP)}.")
            asked = any(one.what == what for one in known.of(table))
            return () if asked else (HelpCalled(session, table, what, member),)
        case AnswerHelp(call=call):
            one = known.called(call)
            return (HelpComing(session, call),) if one.words == "called" else ()
        case FinishHelp(call=call):
            return (HelpDone(session, call),) if known.called(call).open else ()
        case WithdrawHelp(call=call, table=table, member=member):
            one = known.called(call)
            if one.table != table or (member and member != one.member):
                raise NotAtThisTable("This call for help is not yours to take back.", "Ask whoever called.")
            return (HelpWithdrawn(session, call),) if one.open else ()
    return ()


def apply(known: Help, entry: Entry) -> Help:
    """The calls after something happened to one."""
    match entry.event:
        case HelpCalled(table=table, what=what, member=member):
            return Help((*known.calls, Call(entry.seq, entry.at, table, what, member)))
        case HelpComing(call=call):
            return _with(known, call, coming_at=entry.at)
        case HelpDone(call=call) | HelpWithdrawn(call=call):
            return _with(known, call, ended_at=entry.at)
    return known


def _with(known: Help, call: int, **changes: datetime) -> Help:
    return Help(tuple(replace(one, **changes) if one.id == call else one for one in known.calls))  # type: ignore[arg-type]  # fields of Call
