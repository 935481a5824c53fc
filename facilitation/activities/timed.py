"""The clock that all agenda items share: start, end, more time.

A clock never cuts anyone off: `ends_at` is a wish shown on the screens, and an item runs until somebody ends it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from facilitation.commands import Command, EndItem, Extend, StartItem
from facilitation.errors import BadRequest, WrongState
from facilitation.events import Entry, Event, ItemEnded, ItemExtended, ItemStarted
from facilitation.model import Item, Session
from facilitation.plan.clock import length

LONGEST_EXTENSION = 4 * 3600
"""Seconds; a longer wish is a slip of the finger."""


def decide(session: Session, command: Command, now: datetime) -> tuple[Event, ...]:
    """What starting, ending or extending an item amounts to."""
    match command:
        case StartItem(item=item_id):
            item = session.item_called(item_id)
            if item.started_at is not None:
                how = "is running" if item.running else "is over"
                raise WrongState(f"“{item.title}” {how} already.", "Start another item of the agenda.")
            return (ItemStarted(session.id, item_id),)
        case EndItem():
            return (ItemEnded(session.id, _running(session).id),)
        case Extend(seconds=seconds):
            if seconds == 0 or abs(seconds) > LONGEST_EXTENSION:
                raise BadRequest(
                    f"{seconds} seconds is not a sensible extension.",
                    f"Give a number of seconds up to {LONGEST_EXTENSION} (negative to shorten).",
                )
            return (ItemExtended(session.id, _running(session).id, seconds),)
    return ()


def apply(session: Session, entry: Entry) -> Session:
    """The session after an item started, ended or got more time."""
    match entry.event:
        case ItemStarted(item=item_id):
            ended = _with(session, session.current, ended_at=entry.at)
            planned = ended.item_called(item_id).planned
            now = {"started_at": entry.at, "ends_at": entry.at + planned, "skipped_at": None, "skip_reason": ""}
            started = replace(_with(ended, item_id, **now), current=item_id, started_at=session.started_at or entry.at)
            whole = [started.item_called(item_id), *started.coming]
            plan_end = session.plan_end or entry.at + timedelta(minutes=length(whole))
            return replace(started, plan_end=plan_end)
        case ItemEnded(item=item_id):
            return replace(_with(session, item_id, ended_at=entry.at), current=None)
        case ItemExtended(item=item_id, seconds=seconds):
            ends_at = session.item_called(item_id).ends_at or entry.at
            return _with(session, item_id, ends_at=ends_at + timedelta(seconds=seconds))
    return session


def _running(session: Session) -> Item:
    if session.item is None:
        raise WrongState("No agenda item is running.", "Start the next item first.")
    return session.item


def _with(session: Session, item_id: str | None, **changes: Any) -> Session:
    """The session with one item changed."""
    agenda = tuple(replace(item, **changes) if item.id == item_id else item for item in session.agenda)
    return replace(session, agenda=agenda)
