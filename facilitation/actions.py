"""What the facilitator can do now, the most likely act first: the next-action button is the first of the list.

Nothing is offered that the law would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from facilitation.events import (
    CastingVote,
    Event,
    ItemEnded,
    ItemExtended,
    ItemStarted,
    ResultAcknowledged,
    ResultShown,
    RoundCancelled,
    RoundClosed,
    RoundDrafted,
    RoundEnded,
    RoundOpened,
    RoundWithdrawn,
    SessionClosed,
)
from facilitation.lawful import LAW
from facilitation.model import Round, RoundState, Session
from facilitation.rules.yes_no import sides


@dataclass(frozen=True)
class Action:
    """One act: its name for programs, its words for the button, what it acts on, and the event it leads to."""

    id: str
    label: str
    event: type[Event]
    round: str | None = None
    item: str | None = None
    option: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the facilitator's screen."""
        return {key: value for key, value in asdict(self).items() if key != "event"}


def actions(session: Session) -> tuple[Action, ...]:
    """All acts that the law allows now, the next one first."""
    lawful = LAW[session.phase]
    return tuple(action for action in _wished(session) if action.event in lawful)


def _wished(session: Session) -> Iterator[Action]:
    shown, item, coming = session.shown_round, session.item, session.next_item
    drafts = [one for one in session.rounds.values() if one.state is RoundState.DRAFT]
    ready = [one for one in drafts if _has_its_turn(session, one)]
    due = [one for one in ready if one.item in (None, session.current)]
    if shown is not None and shown.state is RoundState.OPEN:
        yield _closing(shown)
        yield Action("cancel-round", f"Cancel “{shown.definition.title}”", RoundCancelled, round=shown.id)
    counted = [one for one in session.rounds.values() if one.result is not None and not one.shown]
    for one in counted:
        yield Action("show-result", f"Show the result of “{one.definition.title}”", ResultShown, round=one.id)
    yield Action("acknowledge", "Take the result off the screens", ResultAcknowledged)
    if shown is not None:
        yield from _casting(shown)
    yield from (_opening(one) for one in due)
    if coming is not None:
        yield Action("start-item", f"Start “{coming.title}”", ItemStarted, item=coming.id)
    else:
        yield Action("close-session", "Close the session", SessionClosed)
    if item is not None:
        yield Action("extend", f"Give “{item.title}” more time", ItemExtended, item=item.id)
        yield Action("end-item", f"End “{item.title}”", ItemEnded, item=item.id)
    for one in session.rounds.values():
        if one is not shown:
            yield from _casting(one)
    yield from (_opening(one) for one in ready if one not in due)
    yield Action("create-round", "Prepare a round", RoundDrafted)
    for one in session.rounds.values():
        if one.state is RoundState.ENDED:
            yield Action("cancel-round", f"Cancel “{one.definition.title}”", RoundCancelled, round=one.id)
    for one in drafts:
        yield Action("cancel-round", f"Withdraw “{one.definition.title}”", RoundWithdrawn, round=one.id)
    if coming is not None:
        yield Action("close-session", "Close the session", SessionClosed)


def _has_its_turn(session: Session, draft: Round) -> bool:
    """Whether the earlier vote that this one hangs on, if there is one, has ended as it must."""
    after = draft.conduct.after
    if after is None:
        return True
    earlier = session.rounds.get(after.round)
    return earlier is not None and earlier.shown and (earlier.result or {})["verdict"] == after.verdict


def _closing(one: Round) -> Action:
    title = one.definition.title
    if one.conduct.scrutiny:
        return Action("close-round", f"End the voting on “{title}”", RoundEnded, round=one.id)
    return Action("close-round", f"Close “{title}” and count", RoundClosed, round=one.id)


def _casting(one: Round) -> Iterator[Action]:
    """Either side, never the first thing to do: nobody gives a casting vote by pressing on."""
    for side in sides(one.definition) if one.awaits_casting_vote else ():
        yield Action("casting-vote", f"Casting vote of the chair: {side}", CastingVote, round=one.id, option=side)


def _opening(one: Round) -> Action:
    return Action("open-round", f"Open “{one.definition.title}”", RoundOpened, round=one.id)
