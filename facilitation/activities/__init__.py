"""The kinds of agenda items: one file each, all with the same four doors.

`state` makes the item from its plan, `decide` turns a command into events (and may refuse), `apply` turns an event into
the next state (and never refuses), `screen` says what people see. A new kind is one file and one line in `ACTIVITIES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from facilitation.activities import close, discussion, evidence, pause, speakers, vote, welcome
from facilitation.commands import Command
from facilitation.errors import BadRequest
from facilitation.events import Entry, Event
from facilitation.model import Item, Phase, Session
from facilitation.times import later


class Activity(Protocol):
    """The four doors of a kind of agenda item, with its name, its phase and its usual length."""

    KIND: str
    LABEL: str
    PHASE: Phase
    MINUTES: int

    def state(self, plan: Mapping[str, Any]) -> Item:
        """The item before it starts."""

    def decide(self, session: Session, command: Command, now: datetime) -> tuple[Event, ...]:
        """The events a command amounts to; may refuse."""

    def apply(self, session: Session, entry: Entry) -> Session:
        """The session after an event; never refuses."""

    def screen(self, session: Session, item: Item) -> dict[str, Any]:
        """What people see while the item runs."""


ACTIVITIES: Mapping[str, Activity] = MappingProxyType(
    {activity.KIND: activity for activity in (welcome, evidence, discussion, speakers, pause, vote, close)}
)

FIRST_START = "10:00"
DEFAULT_AGENDA: tuple[Mapping[str, Any], ...] = tuple(
    {"kind": activity.KIND} for activity in (welcome, evidence, discussion, vote, close)
)
LONGEST_TITLE, LONGEST_NOTE, LONGEST_ITEM = 200, 2000, 24 * 60


def planned(rows: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> list[dict[str, Any]]:
    """An agenda as the journal keeps it: titles, lengths and start times filled in where the rows are silent.

    >>> [(item["title"], item["planned_start"]) for item in planned(DEFAULT_AGENDA, "abcde")]
    [('Welcome', '10:00'), ('Evidence', '10:15'), ('Table discussion', '11:00'), ('Vote', '11:45'), ('Close', '12:05')]
    """
    agenda: list[dict[str, Any]] = []
    start = FIRST_START
    for number, (row, item_id) in enumerate(zip(rows, ids, strict=True), start=1):
        item = {"id": item_id, **planned_item(number, row, start)}
        agenda.append(item)
        start = later(item["planned_start"], item["planned_minutes"])
    return agenda


def planned_item(number: int, row: Mapping[str, Any], start: str) -> dict[str, Any]:
    """One row as the journal keeps it, without its id; `number` is its place, for refusals."""
    kind = str(row.get("kind", ""))
    if kind not in ACTIVITIES:
        raise BadRequest(f"Agenda item {number}: “{kind}” is not a kind of item.", f"Use {', '.join(ACTIVITIES)}.")
    minutes = row.get("planned_minutes", ACTIVITIES[kind].MINUTES)
    if type(minutes) is not int or not 0 < minutes <= LONGEST_ITEM:
        raise BadRequest(f"Agenda item {number}: {minutes!r} is not a length.", "Give whole minutes from 1 to 1440.")
    title, note = str(row.get("title") or ACTIVITIES[kind].LABEL), str(row.get("note") or "")
    if len(title) > LONGEST_TITLE or len(note) > LONGEST_NOTE:
        raise BadRequest(
            f"Agenda item {number} has too long a title or note.",
            f"Keep the title within {LONGEST_TITLE} characters and the note within {LONGEST_NOTE}.",
        )
    planned_start = str(row.get("planned_start") or start)
    if not _is_clock(planned_start):
        raise BadRequest(f"Agenda item {number}: “{planned_start}” is not a clock time.", "Write it like 09:30.")
    return {"kind": kind, "title": title, "note": note, "planned_start": planned_start, "planned_minutes": minutes}


def _is_clock(text: str) -> bool:
    hours, colon, minutes = text[:2], text[2:3], text[3:]
    digits = len(text) == 5 and colon == ":" and (hours + minutes).isascii() and (hours + minutes).isdigit()
    return digits and int(hours) < 24 and int(minutes) < 60
