"""The list of an assembly's sessions: what each is called, when it is held, and whether it may be taken off the list.

Pure. A session that has begun is history. One that has not can be removed as long as nobody came, no vote hangs on it
and no item of another session goes on with its items.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from facilitation.errors import BadRequest, WrongState
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.model import Assembly, RoundState, Session
from facilitation.session_events import SessionNamed, SessionRemoved

LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Called:
    """A session's name and its day as they may stand in the journal."""

    name: str
    day: str


def called(state: Assembly, name: str, day: str, session_id: str = "") -> Called:
    """Name and day of a session, checked; `session_id` is the session that is being renamed."""
    tidy, held = " ".join(name.split()), day.strip()
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise BadRequest("The session needs a name.", f"Give it a name of 1 to {LONGEST_NAME} characters.")
    if any(one.name.casefold() == tidy.casefold() and one.id != session_id for one in state.sessions.values()):
        raise BadRequest(f"This assembly has a session called “{tidy}” already.", "Give it another name.")
    if held and not _is_day(held):
        raise BadRequest(f"“{held[:20]}” is not a day.", "Write it like 2027-03-06, or leave it out.")
    return Called(tidy, held)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and text.isascii() and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def in_the_way(state: Assembly, session: Session) -> str:
    """Why this session cannot be removed; nothing where it can."""
    if session.started_at is not None or session.closed_at is not None:
        return "It has begun."
    if session.stays:
        return "People have arrived at it."
    if any(one.state is not RoundState.CANCELLED for one in session.rounds.values()):
        return "A vote is prepared for it."
    if len(state.sessions) == 1:
        return "It is the only session."
    own = {item.id for item in session.agenda}
    for other in state.sessions.values():
        if other.id != session.id and any(item.continues in own for item in other.agenda):
            return f"“{other.name}” goes on with its work."
    return ""


def removed(state: Assembly, session_id: str) -> Event:
    """The event by which a session leaves the list, or a refusal."""
    session = state.session_called(session_id)
    if why := in_the_way(state, session):
        raise WrongState(f"The session “{session.name}” cannot be removed. {why}", "Keep it, or rename it.")
    return SessionRemoved(session_id)


def apply(state: Assembly, entry: Entry) -> Assembly:
    """The assembly after a session was named or removed."""
    match entry.event:
        case SessionNamed(session=session_id, name=name, day=day):
            session = replace(state.session_called(session_id), name=name, day=day)
            return replace(state, sessions={**state.sessions, session_id: session})
        case SessionRemoved(session=session_id):
            return replace(state, sessions={key: one for key, one in state.sessions.items() if key != session_id})
    return state
