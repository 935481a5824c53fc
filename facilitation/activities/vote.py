"""Vote: rounds are drafted, opened once, and closed or cancelled for good.

One round is open at a time. A round may hang on a vote item of the agenda or stand alone. This room never sees a
ballot: the urn is counted by the desk in the transaction that closes the round, and only the result comes through here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from facilitation.activities import timed
from facilitation.errors import BadRequest, RoundNotOpen, WrongState
from facilitation.events import (
    CancelRound,
    CloseRound,
    Command,
    DraftRound,
    Entry,
    Event,
    OpenRound,
    ResultAcknowledged,
    RoundCancelled,
    RoundClosed,
    RoundDrafted,
    RoundOpened,
    RoundWithdrawn,
)
from facilitation.model import Item, Phase, Round, RoundState, Session
from facilitation.rules.definition import RoundDefinition

KIND = "vote"
LABEL = "Vote"
PHASE = Phase.PLENARY
MINUTES = 20

LONGEST_REASON = 500

state = timed.state


def decide(session: Session, command: Command, now: datetime) -> tuple[Event, ...]:
    """What a command about a round amounts to; commands about the clock go to the clock."""
    match command:
        case DraftRound(round=round_id, spec=spec):
            definition = RoundDefinition.from_json(spec)
            return (RoundDrafted(session.id, round_id, _vote_item(session), definition.as_json()),)
        case OpenRound(round=round_id):
            return (RoundOpened(session.id, _draft(session, round_id).id),)
        case CloseRound(round=round_id, result=result):
            return (RoundClosed(session.id, the_open_round(session, round_id).id, result),)
        case CancelRound():
            return (_cancelled(session, command),)
    return timed.decide(session, command, now)


def apply(session: Session, entry: Entry) -> Session:
    """The session after something happened to a round."""
    match entry.event:
        case RoundDrafted(round=round_id, item=item, definition=definition):
            drafted = Round(round_id, session.id, item, RoundDefinition.from_json(definition))
            return replace(session, rounds={**session.rounds, round_id: drafted})
        case RoundWithdrawn(round=round_id, reason=reason):
            return _with(session, round_id, state=RoundState.CANCELLED, ended_at=entry.at, reason=reason)
        case RoundOpened(round=round_id):
            opened = _with(session, round_id, state=RoundState.OPEN, opened_at=entry.at)
            return replace(opened, shown=round_id)
        case RoundClosed(round=round_id, result=result):
            return _with(session, round_id, state=RoundState.CLOSED, ended_at=entry.at, result=result)
        case RoundCancelled(round=round_id, reason=reason):
            void = _with(session, round_id, state=RoundState.CANCELLED, ended_at=entry.at, reason=reason)
            return replace(void, shown=None)
        case ResultAcknowledged():
            return replace(session, shown=None)
    return timed.apply(session, entry)


def screen(session: Session, item: Item) -> dict[str, Any]:
    """What a member reads while this item runs and no round is open."""
    return {"prompt": "A vote is coming. It will show here as soon as it opens."}


def the_open_round(session: Session, round_id: str) -> Round:
    """The round, if it takes ballots now; otherwise a refusal that says in which state it is."""
    found = session.round_called(round_id)
    title = found.definition.title
    match found.state:
        case RoundState.OPEN:
            return found
        case RoundState.DRAFT:
            raise RoundNotOpen(f"The round “{title}” is not open yet.", "Wait until the facilitator opens it.")
        case RoundState.CLOSED:
            raise RoundNotOpen(f"The round “{title}” is closed.", "Read its result; it takes no more ballots.")
        case RoundState.CANCELLED:
            raise RoundNotOpen(f"The round “{title}” was cancelled.", "Wait for the next round.")


def _draft(session: Session, round_id: str) -> Round:
    found = session.round_called(round_id)
    if found.state is not RoundState.DRAFT:
        raise WrongState(
            f"The round “{found.definition.title}” is {found.state.value} already.",
            "A round opens once. Prepare a new round to vote again.",
        )
    return found


def _cancelled(session: Session, command: CancelRound) -> Event:
    reason = command.reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadRequest(
            "A cancelled round needs a reason for the minutes.", f"Give a reason of 1 to {LONGEST_REASON} characters."
        )
    if session.round_called(command.round).state is RoundState.DRAFT:
        return RoundWithdrawn(session.id, command.round, reason)
    return RoundCancelled(session.id, the_open_round(session, command.round).id, reason, command.cast)


def _vote_item(session: Session) -> str | None:
    """The vote item a new round hangs on: the running one, else the next to come; None when it stands alone."""
    coming = [item for item in session.agenda if item.kind == KIND and item.ended_at is None]
    running = [item for item in coming if item.running]
    return (running or coming)[0].id if coming else None


def _with(session: Session, round_id: str, **changes: Any) -> Session:
    """The session with one round changed."""
    changed = replace(session.round_called(round_id), **changes)
    return replace(session, rounds={**session.rounds, round_id: changed})
