"""What can have happened in an assembly: the events of its journal.

An event is a fact: it is written once into the journal and never refused when read again. It carries ids and wordings,
never personal data, a ballot or a key. Each event says in `act` what a facilitator would call the deed; refusals list
the acts that the law allows. To add one: a dataclass here, a line in `lawful.LAW`, a clause in its activity's `apply`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from facilitation.action_events import ActionNoted, ActionSettled
from facilitation.drafts.events import EVENTS as OF_DRAFTS
from facilitation.evaluation.events import EVENTS as OF_EVALUATION
from facilitation.event import Event as Event
from facilitation.event import ItemEvent as ItemEvent
from facilitation.event import SessionEvent as SessionEvent
from facilitation.evidence.events import EVENTS as OF_EVIDENCE
from facilitation.help.events import HelpCalled, HelpComing, HelpDone, HelpWithdrawn
from facilitation.ideas.events import EVENTS as OF_IDEAS
from facilitation.livestream_events import LivestreamPlanned, LivestreamSwitched
from facilitation.member_events import CodeRenewed, MemberAdded, MemberCorrected, NeedsAsked
from facilitation.notes.events import EVENTS as OF_NOTES
from facilitation.opinions.events import EVENTS as OF_OPINIONS
from facilitation.plan.events import (
    AgendaPlanned,
    ItemAdded,
    ItemCorrected,
    ItemMoved,
    ItemPutBack,
    ItemRemoved,
    ItemSkipped,
    ItemSplit,
)
from facilitation.presence_events import MemberArrived as MemberArrived
from facilitation.presence_events import MemberBack, MemberLeft, MemberRemote
from facilitation.session_events import SessionNamed, SessionRemoved
from facilitation.speakers.events import (
    FloorExtended,
    FloorGiven,
    FloorTaken,
    SpeakerAsked,
    SpeakersClosed,
    SpeakersOpened,
    SpeakerWithdrawn,
    SpeakingTimeShared,
    TalkReported,
)
from facilitation.tables.events import TableMapShown, TablesMoved, TablesPlanned
from facilitation.times import in_text, moment


@dataclass(frozen=True)
class AssemblyFounded(Event):
    """The assembly exists; the first row of every journal."""

    kind = "assembly-founded"
    name: str


@dataclass(frozen=True)
class MemberSeated(Event):
    """A member has a seat; the commitment is a salted hash of what `people` knows of them."""

    kind = "member-seated"
    member: str
    table: int
    commitment: str


@dataclass(frozen=True)
class MemberWithdrawn(Event):
    """A member left the assembly; the seat is free. `reason` is a word of `seats.REASONS`, since this row stays."""

    kind = "member-withdrawn"
    member: str
    reason: str


@dataclass(frozen=True)
class AlternateSeated(Event):
    """Somebody else has the seat of the member who left; `source` is a word of `seats.SOURCES`: why this person."""

    kind = "alternate-seated"
    member: str
    table: int
    commitment: str
    replaces: str
    source: str


@dataclass(frozen=True)
class PersonErased(Event):
    """What was known of the person in this seat was erased; the seat and the chain stay."""

    kind = "person-erased"
    member: str


@dataclass(frozen=True)
class ContactsErased(Event):
    """What was known of so many members beside their names was erased, since its time was up."""

    kind = "contacts-erased"
    members: int


@dataclass(frozen=True)
class KeyChanged(Event):
    """The house signs with another key from now on: public halves, and the signatures of both over the change.

    By the old key's signature whoever trusted it trusts the new one; by the new key's, heads of the old one stay good.
    """

    kind = "key-changed"
    old: str
    new: str
    by_old: str
    by_new: str


@dataclass(frozen=True)
class SessionPlanned(SessionEvent):
    """A session with its agenda: rows of id, kind, title, note, planned_start and planned_minutes."""

    kind = "session-planned"
    name: str
    agenda: list[dict[str, Any]]


@dataclass(frozen=True)
class ItemStarted(SessionEvent):
    """An agenda item started; the one before it, if any, ended at the same moment."""

    kind = "item-started"
    act = "start an agenda item"
    item: str


@dataclass(frozen=True)
class ItemEnded(SessionEvent):
    """The running item ended and none follows yet."""

    kind = "item-ended"
    act = "end the agenda item"
    item: str


@dataclass(frozen=True)
class ItemExtended(SessionEvent):
    """The running item got more (or less) time."""

    kind = "item-extended"
    act = "give the agenda item more time"
    item: str
    seconds: int


@dataclass(frozen=True)
class RoundDrafted(SessionEvent):
    """A round was defined: what it asks and how it is held. This is its version 1."""

    kind = "round-drafted"
    act = "prepare a round"
    round: str
    item: str | None
    definition: Mapping[str, Any]
    conduct: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RoundRevised(SessionEvent):
    """A drafted round was changed; this is its next version, under a hash of its own. The opening freezes it."""

    kind = "round-revised"
    act = "change a prepared round"
    round: str
    definition: Mapping[str, Any]
    conduct: Mapping[str, Any]
    version: int


@dataclass(frozen=True)
class RoundWithdrawn(SessionEvent):
    """A drafted round will not be voted on."""

    kind = "round-withdrawn"
    act = "withdraw a prepared round"
    round: str
    reason: str


@dataclass(frozen=True)
class RoundOpened(SessionEvent):
    """The urn is open: members can vote."""

    kind = "round-opened"
    act = "open a round"
    round: str


@dataclass(frozen=True)
class RoundEnded(SessionEvent):
    """No tablet can vote any more; the scrutineer enters what came on paper and then confirms the close."""

    kind = "round-ended"
    act = "end the voting"
    round: str


@dataclass(frozen=True)
class RoundClosed(SessionEvent):
    """The urn is closed and counted; the result, and the root over its ballots, are in the journal for good."""

    kind = "round-closed"
    act = "close the round"
    round: str
    result: Mapping[str, Any]
    root: str = ""


@dataclass(frozen=True)
class ResultShown(SessionEvent):
    """A result that was held back is on the screens, and may be published."""

    kind = "result-shown"
    act = "show the result"
    round: str


@dataclass(frozen=True)
class CastingVote(SessionEvent):
    """The chair broke a tie, where the definition gave a casting vote before anybody voted; the result with it."""

    kind = "casting-vote"
    act = "give the casting vote"
    round: str
    option: str
    result: Mapping[str, Any]


@dataclass(frozen=True)
class ResultCountersigned(SessionEvent):
    """The scrutineer stands by the result whose hash this is."""

    kind = "result-countersigned"
    act = "countersign the result"
    round: str
    result_hash: str


@dataclass(frozen=True)
class RoundRecounted(SessionEvent):
    """The ballots in the urn were counted again, for this reason; `agrees` says whether the result is the same."""

    kind = "round-recounted"
    act = "order a recount"
    round: str
    reason: str
    agrees: bool


@dataclass(frozen=True)
class PaperStruck(SessionEvent):
    """What was typed of a paper ballot is void, for this reason. Which one it was stands nowhere."""

    kind = "paper-struck"
    act = "strike a paper ballot"
    round: str
    reason: str


@dataclass(frozen=True)
class RoundCancelled(SessionEvent):
    """The open round is void: no tally, and its ballots are destroyed."""

    kind = "round-cancelled"
    act = "cancel the round"
    round: str
    reason: str
    destroyed: int


@dataclass(frozen=True)
class ResultAcknowledged(SessionEvent):
    """The result was taken off the screens and the agenda goes on."""

    kind = "result-acknowledged"
    act = "acknowledge the result"


@dataclass(frozen=True)
class ActionUndone(SessionEvent):
    """The facilitator took back the act with this number; the journal keeps both."""

    kind = "action-undone"
    undone: int
    what: str


@dataclass(frozen=True)
class SessionClosed(SessionEvent):
    """The sitting is over."""

    kind = "session-closed"
    act = "close the session"


EVENTS: tuple[type[Event], ...] = (
    *(AssemblyFounded, MemberSeated, MemberWithdrawn, AlternateSeated, PersonErased, SessionPlanned, MemberArrived),
    *(ItemStarted, ItemEnded, ItemExtended, RoundDrafted, RoundRevised, RoundWithdrawn, RoundOpened, RoundEnded),
    *(RoundClosed, RoundCancelled, ResultShown, CastingVote, ResultCountersigned, RoundRecounted, PaperStruck),
    *(SpeakersOpened, SpeakersClosed, SpeakerAsked, SpeakerWithdrawn, FloorGiven, FloorExtended, FloorTaken),
    *(SpeakingTimeShared, TalkReported, MemberAdded, MemberCorrected, CodeRenewed, NeedsAsked),
    *(MemberLeft, MemberBack, MemberRemote),
    *(HelpCalled, HelpComing, HelpDone, HelpWithdrawn),
    *(AgendaPlanned, ItemAdded, ItemCorrected, ItemRemoved, ItemMoved, ItemSplit, ItemSkipped, ItemPutBack),
    *(LivestreamPlanned, LivestreamSwitched),
    *(TablesPlanned, TablesMoved, TableMapShown, ResultAcknowledged, ActionUndone, SessionClosed),
    *(ActionNoted, ActionSettled),
    *(SessionNamed, SessionRemoved),
    *(KeyChanged, ContactsErased),
    *(*OF_EVIDENCE, *OF_NOTES, *OF_IDEAS, *OF_OPINIONS, *OF_DRAFTS, *OF_EVALUATION),
)
KINDS: Mapping[str, type[Event]] = {event.kind: event for event in EVENTS}


@dataclass(frozen=True)
class Entry:
    """One row of the journal: an event with its number, its moment and who did it (a role and a device, no name)."""

    seq: int
    at: datetime
    actor: str
    event: Event

    def link(self, assembly: str, previous: str) -> Link:
        """The row as the database keeps it, chained to the hash of the row before."""
        data = json.dumps(self.event.data(), separators=(",", ":"), ensure_ascii=False)
        link = Link(self.seq, in_text(self.at), self.actor, self.event.kind, data, hash="")
        return replace(link, hash=link.chained(assembly, previous))


class Act(NamedTuple):
    """What somebody (a role and a device, no name) did at a moment: a row of the journal that has no number yet."""

    actor: str
    event: Event
    at: datetime


@dataclass(frozen=True)
class Link:
    """A row as it stands in the database, with the hash written beside it."""

    seq: int
    at: str
    actor: str
    kind: str
    data: str
    hash: str

    def chained(self, assembly: str, previous: str) -> str:
        """SHA-256 over the hash of the row before and everything this row says, to the letter."""
        row = [previous, assembly, self.seq, self.at, self.actor, self.kind, self.data]
        return hashlib.sha256(canonical(row).encode()).hexdigest()

    @property
    def entry(self) -> Entry:
        """The row read as an event."""
        return Entry(self.seq, moment(self.at), self.actor, KINDS[self.kind](**json.loads(self.data)))


def canonical(value: object) -> str:
    """JSON with one spelling: sorted keys, no spaces, no escapes beyond what JSON asks for."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def first_broken(assembly: str, links: Iterable[Link]) -> int | None:
    """The number of the first row that does not fit the chain; None when all do.

    Finds altered, deleted and reordered rows. Rows cut off at the end are found by comparing the head with a witness.
    """
    previous = ""
    for expected, link in enumerate(links, start=1):
        if link.seq != expected or link.chained(assembly, previous) != link.hash:
            return expected
        previous = link.hash
    return None
