"""The law of rounds: they are drafted, revised, opened once, and closed or cancelled for good.

One round is open at a time. A round may hang on a vote item of the agenda or stand alone, and it may exist only once an
earlier round has passed, or failed: when that one ends otherwise, it is withdrawn. This room never sees a ballot: the
urn is counted by the desk in the transaction that closes the round, and only the result comes through here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from facilitation.activities import timed
from facilitation.classes import check_rule
from facilitation.commands import (
    CancelRound,
    CloseRound,
    Command,
    Countersign,
    DraftRound,
    EndRound,
    GiveCastingVote,
    OpenRound,
    Recount,
    ReviseRound,
    ShowResult,
    StrikePaper,
)
from facilitation.conduct import Conduct, read_conduct
from facilitation.errors import BadRequest, NoResultYet, RoundNotOpen, WrongState
from facilitation.events import (
    CastingVote,
    Entry,
    Event,
    PaperStruck,
    ResultAcknowledged,
    ResultCountersigned,
    ResultShown,
    RoundCancelled,
    RoundClosed,
    RoundDrafted,
    RoundEnded,
    RoundOpened,
    RoundRecounted,
    RoundRevised,
    RoundWithdrawn,
    canonical,
)
from facilitation.model import Recounted, Round, RoundState, Session
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.yes_no import with_casting_vote

VOTE = "vote"
"""The kind of agenda item on which rounds hang."""
LONGEST_REASON = 500


def decide(session: Session, command: Command, now: datetime) -> tuple[Event, ...]:
    """What a command about a round amounts to; commands about the clock go to the clock."""
    match command:
        case DraftRound(round=round_id, spec=spec):
            definition, conduct = _read(session, round_id, spec)
            item = _vote_item(session)
            return (RoundDrafted(session.id, round_id, item, definition.as_json(), conduct.as_json()),)
        case ReviseRound(round=round_id, spec=spec):
            definition, conduct = _read(session, round_id, spec)
            version = _draft(session, round_id).version + 1
            return (RoundRevised(session.id, round_id, definition.as_json(), conduct.as_json(), version),)
        case OpenRound(round=round_id):
            return (RoundOpened(session.id, _its_turn(session, _draft(session, round_id)).id),)
        case EndRound(round=round_id):
            return (RoundEnded(session.id, the_open_round(session, round_id).id),)
        case CloseRound(round=round_id, result=result, root=root):
            closing = to_be_counted(session, round_id)
            counted = RoundClosed(session.id, closing.id, result, root)
            if replace(closing, result=result).awaits_casting_vote:
                return (counted,)
            return (counted, *_without_their_turn(session, closing.id, str(result["verdict"])))
        case GiveCastingVote(round=round_id, option=option):
            level = the_closed_round(session, round_id)
            decided = with_casting_vote(level.definition, level.result or {}, option)
            without = _without_their_turn(session, level.id, str(decided["verdict"]))
            return (CastingVote(session.id, level.id, option, decided), *without)
        case ShowResult(round=round_id):
            return (ResultShown(session.id, _held(session, round_id).id),)
        case Countersign(round=round_id):
            closed = the_closed_round(session, round_id)
            return (ResultCountersigned(session.id, closed.id, result_hash(closed)),)
        case Recount(round=round_id, reason=reason, agrees=agrees):
            closed = the_closed_round(session, round_id)
            return (RoundRecounted(session.id, closed.id, _reason(reason, "A recount"), agrees),)
        case StrikePaper(round=round_id, reason=reason):
            return (PaperStruck(session.id, round_id, _reason(reason, "To strike a paper ballot")),)
        case CancelRound():
            return (_cancelled(session, command), *_without_their_turn(session, command.round, "cancelled"))
    return timed.decide(session, command, now)


def apply(session: Session, entry: Entry) -> Session:
    """The session after something happened to a round."""
    match entry.event:
        case RoundDrafted(round=round_id, item=item, definition=definition, conduct=conduct):
            asked = RoundDefinition.from_json(definition)
            drafted = Round(round_id, session.id, item, asked, conduct=read_conduct(conduct))
            return replace(session, rounds={**session.rounds, round_id: drafted})
        case RoundRevised(round=round_id, definition=definition, conduct=conduct, version=version):
            asked = RoundDefinition.from_json(definition)
            return _with(session, round_id, definition=asked, conduct=read_conduct(conduct), version=version)
        case RoundWithdrawn(round=round_id, reason=reason):
            return _with(session, round_id, state=RoundState.CANCELLED, ended_at=entry.at, reason=reason)
        case RoundOpened(round=round_id):
            here = _kept_once(session)
            opened = _with(session, round_id, state=RoundState.OPEN, opened_at=entry.at, present_at_opening=here)
            return replace(opened, shown=round_id)
        case RoundEnded(round=round_id):
            here = _kept_once(session)
            return _with(session, round_id, state=RoundState.ENDED, ended_at=entry.at, present_at_end=here)
        case RoundClosed():
            return _closed(session, entry, entry.event)
        case RoundCancelled(round=round_id, reason=reason):
            shown = None if session.shown == round_id else session.shown
            void = _with(session, round_id, state=RoundState.CANCELLED, ended_at=entry.at, reason=reason)
            return replace(void, shown=shown)
        case ResultAcknowledged():
            return replace(session, shown=None)
        case ResultShown(round=round_id):
            return replace(_with(session, round_id, shown=True), shown=round_id)
        case CastingVote(round=round_id, option=option, result=result):
            given = (entry.at, entry.actor, option)  # whoever countersigned stood by the tie
            return _with(session, round_id, result=result, casting_vote=given, countersigned=())
        case ResultCountersigned(round=round_id):
            signed = (*session.round_called(round_id).countersigned, (entry.at, entry.actor))
            return _with(session, round_id, countersigned=signed)
        case PaperStruck(round=round_id, reason=reason):
            return _with(session, round_id, struck=(*session.round_called(round_id).struck, reason))
        case RoundRecounted(round=round_id, reason=reason, agrees=agrees):
            counted = (*session.round_called(round_id).recounts, Recounted(entry.at, reason, agrees))
            return _with(session, round_id, recounts=counted)
    return timed.apply(session, entry)


def the_open_round(session: Session, round_id: str) -> Round:
    """The round, if it takes ballots now; otherwise a refusal that says in which state it is."""
    found = session.round_called(round_id)
    title = found.definition.title
    match found.state:
        case RoundState.OPEN:
            return found
        case RoundState.DRAFT:
            raise RoundNotOpen(f"The round “{title}” is not open yet.", "Wait until the facilitator opens it.")
        case RoundState.ENDED:
            raise RoundNotOpen(f"Voting in the round “{title}” has ended.", "Wait for its result.")
        case RoundState.CLOSED:
            raise RoundNotOpen(f"The round “{title}” is closed.", "Read its result; it takes no more ballots.")
        case RoundState.CANCELLED:
            raise RoundNotOpen(f"The round “{title}” was cancelled.", "Wait for the next round.")


def to_be_counted(session: Session, round_id: str) -> Round:
    """The round, if it can be closed and counted now: open, or ended and waiting for the scrutineer."""
    found = session.round_called(round_id)
    return found if found.state is RoundState.ENDED else the_open_round(session, round_id)


def the_closed_round(session: Session, round_id: str) -> Round:
    """The round, if it has been counted."""
    found = session.round_called(round_id)
    if found.result is None:
        state = "was cancelled, so there is none" if found.state is RoundState.CANCELLED else f"is {found.state.value}"
        raise NoResultYet(
            f"The round “{found.definition.title}” {state}.", "A result can be read once the round is closed."
        )
    return found


def result_hash(closed: Round) -> str:
    """SHA-256 over the definition's fingerprint, the result and the root: what a countersignature stands by."""
    stood_by = {"hash": closed.hash, "result": closed.result, "root": closed.root}
    return hashlib.sha256(canonical(stood_by).encode()).hexdigest()


def _read(session: Session, round_id: str, spec: Mapping[str, Any]) -> tuple[RoundDefinition, Conduct]:
    """What the round asks and how it is held; the round that it hangs on must be there and not be itself."""
    conduct = read_conduct(spec.get("conduct"))
    definition = RoundDefinition.from_json({key: value for key, value in spec.items() if key != "conduct"})
    check_rule(definition, conduct)
    if conduct.after is not None:
        earlier, seen = session.round_called(conduct.after.round), {round_id}
        while earlier.id not in seen and earlier.conduct.after is not None:
            seen.add(earlier.id)
            earlier = session.round_called(earlier.conduct.after.round)
        if earlier.id in seen or earlier.state is RoundState.CANCELLED:
            raise WrongState(
                f"The round “{earlier.definition.title}” cannot come before this one.", "Choose another earlier round."
            )
    _nothing_on_practice(session, round_id, conduct)
    return definition, conduct


def _nothing_on_practice(session: Session, round_id: str, conduct: Conduct) -> None:
    """No real round exists because a practice round passed, or failed; one practice round may hang on another."""
    earlier = None if conduct.after is None else session.round_called(conduct.after.round).conduct
    mine = [one.conduct for one in session.rounds.values() if one.state is RoundState.DRAFT]
    later = [one for one in mine if one.after is not None and one.after.round == round_id and not one.practice]
    if (earlier is not None and earlier.practice and not conduct.practice) or (conduct.practice and later):
        raise WrongState(
            "A real round would hang on a practice round.", "Let it hang on a real one, or make both of them practice."
        )


def _its_turn(session: Session, draft: Round) -> Round:
    """The drafted round, unless it waits for an earlier one."""
    after = draft.conduct.after
    if after is None:
        return draft
    earlier = session.round_called(after.round)
    if earlier.result is None or earlier.result["verdict"] != after.verdict:
        raise WrongState(
            f"The round “{draft.definition.title}” is held only if “{earlier.definition.title}” has {after.verdict}.",
            "Hold the earlier round first, or change this one.",
        )
    if not earlier.shown:
        raise WrongState(
            f"The result of “{earlier.definition.title}” has not been shown yet, and opening “{draft.definition.title}”"
            " would tell it.",
            "Show the result first.",
        )
    return draft


def _without_their_turn(session: Session, ended: str, verdict: str) -> Iterator[Event]:
    """Drafts never to be held, since the round that they hang on ended otherwise; and those that hang on them."""
    for draft in session.rounds.values():
        after = draft.conduct.after
        if draft.state is RoundState.DRAFT and after is not None and after.round == ended and after.verdict != verdict:
            earlier = session.round_called(ended).definition.title
            why = f"To be held only if “{earlier}” {after.verdict}, which it did not."
            yield RoundWithdrawn(session.id, draft.id, why[:LONGEST_REASON])
            yield from _without_their_turn(session, draft.id, "cancelled")


def _draft(session: Session, round_id: str) -> Round:
    found = session.round_called(round_id)
    if found.state is not RoundState.DRAFT:
        raise WrongState(
            f"The round “{found.definition.title}” is {found.state.value} already.",
            "A round opens once. Prepare a new round to vote again.",
        )
    return found


def _held(session: Session, round_id: str) -> Round:
    found = the_closed_round(session, round_id)
    if found.shown:
        raise WrongState(f"The result of “{found.definition.title}” has been shown already.", "Nothing more to do.")
    return found


def _closed(session: Session, entry: Entry, event: RoundClosed) -> Session:
    before = session.round_called(event.round)
    return _with(
        session,
        event.round,
        state=RoundState.CLOSED,
        ended_at=before.ended_at or entry.at,
        result=event.result,
        root=event.root,
        shown=not before.held,
        closed_by=entry.actor,
    )


def _cancelled(session: Session, command: CancelRound) -> Event:
    reason = _reason(command.reason, "A cancelled round")
    found = session.round_called(command.round)
    if found.state is RoundState.DRAFT:
        return RoundWithdrawn(session.id, command.round, reason)
    return RoundCancelled(session.id, to_be_counted(session, command.round).id, reason, command.cast)


def _reason(typed: str, what: str) -> str:
    reason = typed.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadRequest(
            f"{what} needs a reason for the minutes.", f"Give a reason of 1 to {LONGEST_REASON} characters."
        )
    return reason


def _vote_item(session: Session) -> str | None:
    """The vote item a new round hangs on: the running one, else the next to come; None when it stands alone."""
    coming = [item for item in session.agenda if item.kind == VOTE and item.ended_at is None]
    running = [item for item in coming if item.running]
    return (running or coming)[0].id if coming else None


def _kept_once(session: Session) -> frozenset[str]:
    """Who is present: the very set of an earlier round, where they are the same people.

    Of five hundred members it takes 32 KB, and a day has fifty rounds.
    """
    known = [kept for one in session.rounds.values() for kept in (one.present_at_opening, one.present_at_end) if kept]
    return next((kept for kept in reversed(known) if kept == session.present), session.present)


def _with(session: Session, round_id: str, **changes: Any) -> Session:
    """The session with one round changed."""
    changed = replace(session.round_called(round_id), **changes)
    return replace(session, rounds={**session.rounds, round_id: changed})
