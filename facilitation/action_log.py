"""The list of actions: what somebody is to do, noted in one session and done in this one or a later one.

Pure. It belongs to the assembly, so that the next session sees what was promised in the last; an action is never taken
off, since the minutes have told of it: it is done, or it is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from facilitation.action_events import ActionNoted, ActionSettled
from facilitation.commands import Command
from facilitation.errors import NotFound
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.model import Assembly, NotedAction
from facilitation.times import in_text, in_text_or_none

LONGEST: Final[Mapping[str, int]] = {"what": 1000, "who": 200, "by": 100}
"""Characters of each part of an action."""


@dataclass(frozen=True)
class NoteAction(Command):
    """Note what somebody is to do."""

    text: str
    commitment: str


@dataclass(frozen=True)
class SettleAction(Command):
    """It is done, or open after all."""

    text: str
    done: bool


def decide(state: Assembly, command: Command) -> tuple[Event, ...]:
    """What a command about the list amounts to; to note or to settle twice is to do it once."""
    known = {one.text: one for one in state.action_log}
    match command:
        case NoteAction(text=text, commitment=commitment):
            return () if text in known else (ActionNoted(command.session, text, commitment),)
        case SettleAction(text=text, done=done):
            if text not in known:
                raise NotFound("There is no such action on the list.", "Choose one from the list.")
            return () if (known[text].done_at is not None) is done else (ActionSettled(command.session, text, done),)
    return ()


def apply(state: Assembly, entry: Entry) -> Assembly:
    """The assembly after something happened to its list."""
    match entry.event:
        case ActionNoted(session=session, text=text):
            return replace(state, action_log=(*state.action_log, NotedAction(text, session, entry.at)))
        case ActionSettled(text=text, done=done):
            at: datetime | None = entry.at if done else None
            rows = (replace(one, done_at=at) if one.text == text else one for one in state.action_log)
            return replace(state, action_log=tuple(rows))
    return state


def rows(state: Assembly, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The list as JSON values, the open ones first; one whose words were erased says so."""
    found = []
    for one in sorted(state.action_log, key=lambda one: (one.done_at is not None, one.at)):
        said = json.loads(texts[one.text]) if one.text in texts else {"what": "(erased)", "who": "", "by": ""}
        times = {"at": in_text(one.at), "done_at": in_text_or_none(one.done_at)}
        found.append({"id": one.text, "session": one.session, **said, **times})
    return found


def of_session(state: Assembly, session_id: str, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """For the minutes of a session: what it noted, and what was open when it began or was done in it."""
    session = state.session_called(session_id)
    began, over = session.started_at, session.closed_at

    def belongs(row: Mapping[str, Any]) -> bool:
        if row["session"] == session_id:
            return True
        noted_before = over is None or row["at"] <= in_text(over)
        still_open = row["done_at"] is None or (began is not None and row["done_at"] >= in_text(began))
        return bool(noted_before and still_open and _earlier(state, row["session"], session_id))

    return [row for row in rows(state, texts) if belongs(row)]


def _earlier(state: Assembly, one: str, other: str) -> bool:
    order = list(state.sessions)
    return order.index(one) < order.index(other)
