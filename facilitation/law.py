"""The law of a session: what may happen when.

Pure: no database, no clock, no chance. Every phase change is decided by `LAW` and nowhere else. `decide` may refuse and
changes nothing; `apply` never refuses, because the past is a fact. To add an act: an event in events.py, a line in
`lawful.LAW`, a clause in its room. What happens in the work of an agenda item belongs to its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType, ModuleType
from typing import Any

from facilitation import action_log, livestream, presence, round_law, seats, sittings
from facilitation.action_events import ActionNoted, ActionSettled
from facilitation.action_log import NoteAction, SettleAction
from facilitation.activities import ACTIVITIES, speakers, timed
from facilitation.commands import (
    Acknowledge,
    CloseSession,
    Command,
    ItemCommand,
    MoveTables,
    ShowTables,
    Undo,
    UseTables,
)
from facilitation.errors import CannotUndo, NotNow, Refusal, WrongState
from facilitation.events import (
    ActionUndone,
    AlternateSeated,
    AssemblyFounded,
    CastingVote,
    Entry,
    Event,
    ItemEnded,
    ItemEvent,
    ItemExtended,
    ItemStarted,
    MemberSeated,
    MemberWithdrawn,
    PaperStruck,
    PersonErased,
    ResultAcknowledged,
    ResultCountersigned,
    ResultShown,
    RoundCancelled,
    RoundClosed,
    RoundEnded,
    RoundOpened,
    RoundRecounted,
    RoundRevised,
    SessionClosed,
    SessionEvent,
    SessionPlanned,
)
from facilitation.help import helping
from facilitation.lawful import ACTIONS, HELP, LAW, PLAN, PRESENCE, STAY, STREAM, TABLES, TALK, Turn, is_lawful
from facilitation.livestream import PlanLivestream, SwitchLivestream
from facilitation.member_events import MemberAdded, MemberCorrected, NeedsAsked
from facilitation.model import Assembly, Item, Member, Phase, Round, RoundState, Session, UndoPoint
from facilitation.plan import planning
from facilitation.presence_events import MemberLeft
from facilitation.session_events import SessionNamed, SessionRemoved
from facilitation.speakers import speaking
from facilitation.speakers.events import TalkReported
from facilitation.tables import plan as table_plan
from facilitation.tables.events import TableMapShown, TablesMoved, TablesPlanned
from facilitation.work import Context

UNDO_SECONDS = 10
UNDOABLE: frozenset[type[Event]] = frozenset({ItemStarted, ItemEnded, ItemExtended, RoundOpened, *PLAN})
"""Closing a round can never be undone, and a member's arrival is not the facilitator's act."""

_CLOCK = (ItemStarted, ItemEnded, ItemExtended)


def decide(state: Assembly, command: Command, now: datetime) -> tuple[Event, ...]:
    """The events that the command amounts to, or a refusal; the state is not touched."""
    session = state.session_called(command.session)
    match command:
        case ItemCommand():
            events = _of_the_work(state, session, command, now)
        case NoteAction() | SettleAction():
            events = action_log.decide(state, command)
        case _:
            events = _asked(session, command, now)
    for event in events:
        if not isinstance(event, ActionUndone) and not is_lawful(session, type(event)):
            raise NotNow(event.act, session.phase.value, allowed(session))
    return events


def apply(state: Assembly, entry: Entry) -> Assembly:
    """The assembly after one more row of its journal."""
    state = replace(state, seq=entry.seq)
    match entry.event:
        case AssemblyFounded(name=name):
            return replace(state, name=name)
        case MemberSeated(member=member, table=table, commitment=commitment):
            seat = Member(member, table, commitment)
            return replace(state, members={**state.members, member: seat})
        case MemberWithdrawn() | AlternateSeated() | MemberAdded() | MemberCorrected():
            return seats.apply(state, entry)
        case NeedsAsked(columns=columns):
            return replace(state, needs_columns=tuple(columns))
        case PersonErased(member=member):
            erased = replace(state.members[member], erased=True)
            rooms = {one.id: seats.off_the_list(one, member, entry.at) for one in state.sessions.values()}
            return replace(state, members={**state.members, member: erased}, sessions=rooms)
        case SessionPlanned(session=session_id, name=name, agenda=agenda):
            items = tuple(Item(**plan) for plan in agenda)
            return replace(state, sessions={**state.sessions, session_id: Session(session_id, name, items)})
        case SessionNamed() | SessionRemoved():
            return sittings.apply(state, entry)
        case TablesPlanned() | TablesMoved() | TableMapShown():
            return seats.at_tables(state, entry)
        case ActionNoted() | ActionSettled():
            return action_log.apply(state, entry)
        case ItemEvent():
            return replace(state, work={**state.work, entry.event.item: _worked(state, entry.event, entry)})
        case SessionEvent(session=session_id):
            changed = _apply(state.sessions[session_id], entry)
            if isinstance(entry.event, SessionClosed):
                changed = replace(changed, entitled=len(state.seated))
            return replace(state, sessions={**state.sessions, session_id: changed})
    return state


def replay(assembly: str, entries: Iterable[Entry]) -> Assembly:
    """The assembly as its journal tells it."""
    state = Assembly(assembly)
    for entry in entries:
        state = apply(state, entry)
    return state


def allowed(session: Session) -> list[str]:
    """The facilitator's acts that the table allows now and for which there is a round, as the words of a sentence."""
    unsaid = (*PRESENCE, *OF_THE_SCRUTINEER, *TALK, *PLAN, *TABLES, *STREAM, *HELP, *ACTIONS)
    acts = (event for event in LAW[session.phase] if event not in unsaid)
    return [event.act for event in acts if any(map(FOR_ROUNDS.get(event, _any), session.rounds.values() or (None,)))]


def _any(one: Round | None) -> bool:
    return True


OF_THE_SCRUTINEER = (ResultCountersigned, RoundRecounted, PaperStruck)
FOR_ROUNDS: Mapping[type[Event], Callable[[Round | None], bool]] = MappingProxyType(
    {
        RoundRevised: lambda one: one is not None and one.state is RoundState.DRAFT,
        RoundEnded: lambda one: one is not None and one.state is RoundState.OPEN and one.conduct.scrutiny,
        RoundClosed: lambda one: one is not None and one.state in (RoundState.OPEN, RoundState.ENDED),
        RoundCancelled: lambda one: one is not None and one.state in (RoundState.OPEN, RoundState.ENDED),
        CastingVote: lambda one: one is not None and one.awaits_casting_vote,
        ResultShown: lambda one: one is not None and one.result is not None and not one.shown,
    }
)
"""Acts that need a round in the right state."""


def phase_of_the_item(session: Session) -> Phase:
    """The phase that the agenda alone would give."""
    if session.item is not None:
        return ACTIVITIES[session.item.kind].PHASE
    return Phase.WAITING if session.started_at is None else Phase.PLENARY


def _asked(session: Session, command: Command, now: datetime) -> tuple[Event, ...]:
    match command:
        case Acknowledge():
            return (ResultAcknowledged(session.id),)
        case CloseSession(talk=talk):
            reported = () if talk is None else (TalkReported(session.id, talk),)
            return (_session_closed(session), *reported)
        case Undo(cast=cast):
            return (_undone(session, command, now, cast),)
        case UseTables() | MoveTables() | ShowTables():
            return table_plan.decide(session.id, session.tables, command)
        case PlanLivestream() | SwitchLivestream():
            return livestream.decide(session.id, session.stream, command)
    return (
        presence.decide(session.id, session.stays, command)
        or speaking.decide(session.id, session.talk, command)
        or helping.decide(session.id, session.help, command)
        or planning.decide(session, command, now)
        or round_law.decide(session, command, now)
    )


def _of_the_work(state: Assembly, session: Session, command: ItemCommand, now: datetime) -> tuple[Event, ...]:
    item = session.item_called(command.item)
    activity = ACTIVITIES[item.kind]
    work = state.work.get(item.work_id, activity.state())
    return activity.decide(work, command, Context(state, session, item, now))


def _worked(state: Assembly, event: ItemEvent, entry: Entry) -> Any:
    """The work after one more event: what it is for, the item knows with which it began, wherever that stands."""
    activity = ACTIVITIES[state.kind_of_work(event.item)]
    return activity.apply(state.work.get(event.item, activity.state()), entry)


def _session_closed(session: Session) -> Event:
    for one in session.rounds.values():
        if one.state is RoundState.ENDED:
            raise WrongState(
                f"The round “{one.definition.title}” is still being counted.",
                "Let the scrutineer confirm its close first, or cancel it.",
            )
    return SessionClosed(session.id)


def _undone(session: Session, command: Undo, now: datetime, cast: int) -> Event:
    point = session.undo
    if point is None:
        last = f"The last act ({session.acted}) cannot be undone." if session.acted else "Nothing has been done yet."
        raise _no_undo(session, last)
    if point.actor != command.actor:
        raise _no_undo(session, f"Someone else has acted since: {point.what}.")
    if abs(now - point.at) > timedelta(seconds=UNDO_SECONDS):  # the clock may have been set back meanwhile
        raise _no_undo(session, f"Undo is open for {UNDO_SECONDS} seconds; “{point.what}” is longer ago.")
    if cast and point.before.phase is not Phase.VOTING:
        raise _no_undo(session, "The first ballot is in the urn, so the opening can no longer be undone.")
    return ActionUndone(session.id, point.seq, point.what)


def _no_undo(session: Session, message: str) -> Refusal:
    acts = allowed(session)
    return CannotUndo(message, f"Now possible: {', '.join(acts)}." if acts else "The session is closed.")


def _apply(session: Session, entry: Entry) -> Session:
    event = entry.event
    if type(event) in PRESENCE:  # not the facilitator's act on the agenda, either
        talk = speaking.gone(session.talk, event.member, entry.at) if isinstance(event, MemberLeft) else session.talk
        return replace(session, stays=presence.apply(session.stays, entry), talk=talk)
    if type(event) in TALK:  # not the facilitator's next act: nobody's picture of the agenda is stale by it
        return replace(session, talk=speaking.apply(session.talk, entry))
    if type(event) in STREAM:
        return replace(session, stream=livestream.apply(session.stream, entry))
    if type(event) in HELP:
        return replace(session, help=helping.apply(session.help, entry))
    acted = replace(session, acted_seq=entry.seq, acted=_what(session, event), undo=None)
    if isinstance(event, ActionUndone):
        if session.undo is None:
            return acted
        before = session.undo.before
        same = before.current == session.current
        talk = session.talk if same else speaking.taken_up_again(before.talk, session.stays)
        kept = replace(before, stays=session.stays, talk=talk, tables=session.tables)
        kept = replace(kept, stream=session.stream, help=session.help)
        return replace(kept, acted_seq=entry.seq, acted=acted.acted)
    after = _closed(acted, entry) if isinstance(event, SessionClosed) else _room_of(event).apply(acted, entry)
    if isinstance(event, ItemStarted):
        kind = after.item_called(event.item).kind
        talk = speaking.new_item(after.talk, entry.at, opens=kind == speakers.KIND)
        after = replace(after, talk=talk, stream=livestream.new_item(after.stream, kind, entry.at))
    target = LAW[session.phase].get(type(event), STAY)
    phase = _turned(target, session, after, event)
    after = replace(after, phase=phase, shown=after.shown if phase in (Phase.VOTING, Phase.RESULT) else None)
    if type(event) not in UNDOABLE:
        return after
    before = replace(session, undo=None)
    return replace(after, undo=UndoPoint(entry.seq, entry.at, entry.actor, after.acted, before))


def _room_of(event: Event) -> ModuleType:
    if type(event) in PLAN:
        return planning
    return timed if isinstance(event, _CLOCK) else round_law


def _turned(target: Phase | Turn, before: Session, after: Session, event: Event) -> Phase:
    if isinstance(target, Phase):
        return target
    if isinstance(event, RoundClosed | RoundCancelled):
        return _after_the_round(before, after, event)
    return before.phase if target is STAY else phase_of_the_item(after)


def _after_the_round(before: Session, after: Session, event: RoundClosed | RoundCancelled) -> Phase:
    """A round on the screens leads to its result, or, when that is held or void, back; another one changes nothing."""
    if before.shown != event.round or before.phase is not Phase.VOTING:
        return before.phase
    return Phase.RESULT if after.rounds[event.round].shown else phase_of_the_item(after)


def _closed(session: Session, entry: Entry) -> Session:
    agenda = tuple(replace(item, ended_at=entry.at) if item.running else item for item in session.agenda)
    return replace(session, agenda=agenda, current=None, closed_at=entry.at, talk=session.talk.ended(entry.at))


def _what(session: Session, event: Event) -> str:
    """The act in words, for the undo button and for refusals."""
    match event:
        case ItemStarted(item=item):
            return f"started “{session.item_called(item).title}”"
        case ItemEnded(item=item):
            return f"ended “{session.item_called(item).title}”"
        case ItemExtended(item=item, seconds=seconds):
            return f"changed the time of “{session.item_called(item).title}” by {seconds} seconds"
        case RoundOpened(round=round_id):
            return f"opened the round “{session.round_called(round_id).definition.title}”"
        case ActionUndone(what=what):
            return f"undid: {what}"
    return planning.words(session, event)
