"""The values of an assembly: what a fold over its journal amounts to.

All frozen and free of personal data: a member is an id, a table and a commitment. Names live in the store's `people`,
where they can be erased without touching anything here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from facilitation.conduct import SECRET, Conduct, fingerprint
from facilitation.errors import NotFound
from facilitation.help.helping import Help
from facilitation.livestream import Livestream
from facilitation.presence import Stay, here
from facilitation.rules.definition import RoundDefinition
from facilitation.speakers.speaking import Talk
from facilitation.tables.plan import TablePlan

TABLE_SEATS = 8
"""Members at one table when the panel brings no tables of its own."""


class Phase(StrEnum):
    """What the hall is doing as a whole."""

    WAITING = "waiting"
    PLENARY = "plenary"
    DISCUSSION = "discussion"
    VOTING = "voting"
    RESULT = "result"
    CLOSED = "closed"


class RoundState(StrEnum):
    """The life of a round: drafted, opened once, ended where the scrutineer confirms, closed or cancelled for good."""

    DRAFT = "draft"
    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Member:
    """A seat in the assembly; who sits there is known to `people` alone. `left` says why, once they have left."""

    id: str
    table: int
    commitment: str
    erased: bool = False
    replaces: str | None = None
    left: str = ""


@dataclass(frozen=True)
class SeatChange:
    """A member left (`why` is the reason), or somebody took a free seat (`why` is where they came from)."""

    at: datetime
    seat: str
    left: bool
    why: str


@dataclass(frozen=True)
class Item:
    """One part of the agenda: its plan and, once it runs, its times."""

    id: str
    kind: str
    title: str
    note: str
    planned_start: str
    planned_minutes: int
    started_at: datetime | None = None
    ends_at: datetime | None = None
    ended_at: datetime | None = None
    skipped_at: datetime | None = None
    skip_reason: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    """What the agenda says of this item beyond title and time: what that may be, its kind knows."""
    continues: str = ""
    """The id of an earlier item with whose work this one goes on; empty where it begins its own."""

    @property
    def work_id(self) -> str:
        """Under which id the work of this item is kept."""
        return self.continues or self.id

    @property
    def planned(self) -> timedelta:
        """The planned length."""
        return timedelta(minutes=self.planned_minutes)

    @property
    def running(self) -> bool:
        """Started and not ended; running past `ends_at` is allowed, nobody is cut off."""
        return self.started_at is not None and self.ended_at is None


@dataclass(frozen=True)
class Round:
    """One vote. What it asks and how it is held are frozen from the opening on; the result exists once it is closed.

    `ended_at` is when the last tablet could vote; where the count waits for the scrutineer, `present_at_end` are those
    who were in the hall then. `shown` says whether the result is public: at once, or when the facilitator shows a held
    one. `countersigned` are the moments and the actors who stand by the result,
    `casting_vote` is when the chair broke a tie, on which device, and how.
    """

    id: str
    session: str
    item: str | None
    definition: RoundDefinition
    state: RoundState = RoundState.DRAFT
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    present_at_end: frozenset[str] | None = None
    present_at_opening: frozenset[str] = frozenset()
    result: Mapping[str, Any] | None = None
    reason: str = ""
    conduct: Conduct = SECRET
    version: int = 1
    root: str = ""
    shown: bool = False
    closed_by: str = ""
    casting_vote: tuple[datetime, str, str] | None = None
    countersigned: tuple[tuple[datetime, str], ...] = ()
    recounts: tuple[Recounted, ...] = ()
    struck: tuple[str, ...] = ()
    """Why paper ballots were struck after their first typing; the papers themselves may have been typed anew."""

    @property
    def hash(self) -> str:
        """The fingerprint of this version."""
        return fingerprint(self.definition, self.conduct, self.version)

    @property
    def held(self) -> bool:
        """Whether its result waits for the facilitator once it is counted."""
        return self.conduct.hold or self.conduct.scrutiny

    @property
    def awaits_casting_vote(self) -> bool:
        """Whether the sides are level and the definition leaves it to the chair."""
        level = self.result is not None and self.result["verdict"] == "tie"
        return level and self.definition.terms.level == "casting-vote"

    @property
    def public_result(self) -> Mapping[str, Any] | None:
        """The result that everyone may see."""
        return self.result if self.shown else None


@dataclass(frozen=True)
class Recounted:
    """A recount: when, why, and whether it came to the same result."""

    at: datetime
    reason: str
    agrees: bool


@dataclass(frozen=True)
class NotedAction:
    """What somebody is to do, as a text; noted in this session, and done once `done_at` is there."""

    text: str
    session: str
    at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True)
class UndoPoint:
    """The last act of the facilitator, and the session as it was before."""

    seq: int
    at: datetime
    actor: str
    what: str
    before: Session


@dataclass(frozen=True)
class Session:
    """One sitting of the assembly."""

    id: str
    name: str
    agenda: tuple[Item, ...]
    phase: Phase = Phase.WAITING
    current: str | None = None
    rounds: Mapping[str, Round] = field(default_factory=dict)
    shown: str | None = None
    stays: Mapping[str, Stay] = field(default_factory=dict)
    """The presence log: of everyone who has ever arrived, also of members who have left the assembly since."""
    undo: UndoPoint | None = None
    acted_seq: int = 0
    acted: str = ""
    started_at: datetime | None = None
    closed_at: datetime | None = None
    talk: Talk = field(default_factory=Talk)
    tables: TablePlan = field(default_factory=TablePlan)
    stream: Livestream = field(default_factory=Livestream)
    help: Help = field(default_factory=Help)
    entitled: int | None = None
    """How many seats were taken when the session was closed; None before."""
    day: str = ""
    """The day on which it is to be held, as 2027-03-06; empty where nobody has said."""
    plan_end: datetime | None = None
    """When it should be over: fixed by the first item's start, and not moved by what is changed afterwards."""

    @cached_property
    def present(self) -> frozenset[str]:
        """Who has arrived and has not left; worked out once, since a session that has changed is another one."""
        return here(self.stays)

    @property
    def item(self) -> Item | None:
        """The agenda item that is running."""
        return None if self.current is None else self.item_called(self.current)

    @property
    def coming(self) -> tuple[Item, ...]:
        """The items after the running (or last ended) one that are still to be held."""
        started = [place for place, item in enumerate(self.agenda) if item.started_at is not None]
        later = self.agenda[max(started) + 1 if started else 0 :]
        return tuple(item for item in later if item.skipped_at is None)

    @property
    def next_item(self) -> Item | None:
        """The first of them."""
        return self.coming[0] if self.coming else None

    @property
    def shown_round(self) -> Round | None:
        """The round on the screens: the open one, or the one whose result is being shown."""
        return None if self.shown is None else self.rounds[self.shown]

    def item_called(self, item_id: str) -> Item:
        """The agenda item of this id."""
        for item in self.agenda:
            if item.id == item_id:
                return item
        raise NotFound(f"The agenda of “{self.name}” has no item {item_id}.", "Choose an item from the agenda.")

    def round_called(self, round_id: str) -> Round:
        """The round of this id."""
        if round_id not in self.rounds:
            raise NotFound(f"The session “{self.name}” has no round {round_id}.", "Choose a round of this session.")
        return self.rounds[round_id]


@dataclass(frozen=True)
class Assembly:
    """The whole of one journal."""

    id: str
    name: str = ""
    seq: int = 0
    members: Mapping[str, Member] = field(default_factory=dict)
    sessions: Mapping[str, Session] = field(default_factory=dict)
    changes: tuple[SeatChange, ...] = ()
    work: Mapping[str, Any] = field(default_factory=dict)
    """What came of the agenda items, by the id of the item with which it began; each kind knows its own."""
    action_log: tuple[NotedAction, ...] = ()
    needs_columns: tuple[str, ...] | None = None
    """The columns of the panel's file that say what members need, where they were chosen."""

    @cached_property
    def seated(self) -> Mapping[str, Member]:
        """The members of now, in the order of the panel: everyone who has not left. Worked out once, as above."""
        return {member.id: member for member in self.members.values() if not member.left}

    def seat_of(self, member: str) -> str:
        """The seat, named after who sat there first: it is one vote, whoever sits there when it is cast."""
        while (before := self.members[member].replaces) is not None:
            member = before
        return member

    def sitters(self, member: str) -> tuple[str, ...]:
        """This member, and those who had the seat before."""
        before = self.members[member].replaces
        return (member,) if before is None else (member, *self.sitters(before))

    def seats_of(self, members: Iterable[str]) -> frozenset[str]:
        """The seats of these members; two who had the same seat one after the other count once."""
        return frozenset(self.seat_of(member) for member in members)

    def kind_of_work(self, work_id: str) -> str:
        """The kind of the items, in whichever session, that share this work."""
        for session in self.sessions.values():
            for item in session.agenda:
                if item.work_id == work_id:
                    return item.kind
        raise NotFound(f"No agenda item has the work {work_id[:40]}.", "Choose an item from the agenda.")

    def item_called(self, item_id: str) -> tuple[Session, Item]:
        """The agenda item of this id with the session in which it stands."""
        for session in self.sessions.values():
            for item in session.agenda:
                if item.id == item_id:
                    return session, item
        raise NotFound(f"There is no agenda item {item_id[:40]} here.", "Choose an item from the agenda.")

    def session_called(self, session_id: str) -> Session:
        """The session of this id."""
        if session_id not in self.sessions:
            raise NotFound(f"There is no session {session_id} here.", "Check the session's id.")
        return self.sessions[session_id]

    def session_of_round(self, round_id: str) -> Session:
        """The session in which this round is voted."""
        for session in self.sessions.values():
            if round_id in session.rounds:
                return session
        raise NotFound(f"There is no round {round_id} here.", "Check the round's id.")

    @property
    def present_session(self) -> Session:
        """The session that people arrive at now: the first one not closed, otherwise the last."""
        if not self.sessions:
            raise NotFound(f"The assembly “{self.name}” has no session.", "Seat the assembly again.")
        ordered = list(self.sessions.values())
        return next((session for session in ordered if session.phase is not Phase.CLOSED), ordered[-1])


def tables_for(members: int) -> int:
    """How many tables seat so many members, at most eight at each.

    >>> tables_for(50), tables_for(8), tables_for(1)
    (7, 1, 1)
    """
    return max(1, -(-members // TABLE_SEATS))
