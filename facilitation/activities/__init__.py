"""The kinds of agenda items: one file each, all with the same doors.

`state` is the work before anything happened in it, `decide` turns a command into events (and may refuse), `apply` turns
an event into the next work (and never refuses), `screen` says what an audience sees; beside them `terms` reads what the
agenda says of such an item, `own` is what one member alone sees, and `minutes` what is written down. The clock is the
same for all (`timed`). A new kind is one file and one line in `ACTIVITIES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

from facilitation.activities import (
    close,
    discussion,
    drafts,
    evaluation,
    evidence,
    ideas,
    opinions,
    pause,
    speakers,
    vote,
    welcome,
)
from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest
from facilitation.events import Entry, Event
from facilitation.model import Phase
from facilitation.times import later
from facilitation.work import Audience, Context, Seen


class Activity(Protocol):
    """The doors of a kind of agenda item, with its name, its phase and its usual length."""

    KIND: str
    LABEL: str
    PHASE: Phase
    MINUTES: int

    def terms(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the agenda says of an item of this kind, checked; JSON values."""

    def state(self) -> Any:
        """The work before anything happened in it."""

    def decide(self, work: Any, command: ItemCommand, context: Context) -> tuple[Event, ...]:
        """The events a command amounts to, none where it was carried out before; may refuse."""

    def apply(self, work: Any, entry: Entry) -> Any:
        """The work after an event; never refuses."""

    def screen(self, work: Any, seen: Seen, audience: Audience) -> dict[str, Any]:
        """What an audience sees of it."""

    def own(self, work: Any, seen: Seen, member: str) -> dict[str, Any]:
        """What this member alone sees of it."""

    def minutes(self, work: Any, seen: Seen) -> list[str]:
        """What is written down of it, without names; a line that begins with “## ” is a heading, with “- ” a point."""


ACTIVITIES: Mapping[str, Activity] = MappingProxyType(
    {
        activity.KIND: activity
        for activity in (
            *(welcome, evidence, discussion, ideas, opinions, drafts),
            *(speakers, pause, vote, evaluation, close),
        )
    }
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
        item = {"id": item_id, **planned_item(number, _continuing(number, row, agenda), start)}
        agenda.append(item)
        start = later(item["planned_start"], item["planned_minutes"])
    return agenda


def _continuing(number: int, row: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The row, with the id of the earlier item that it goes on with where it names that one by its place from 1 on."""
    place = row.get("continues")
    if type(place) is not int:
        return row
    if not 0 < place < number or before[place - 1]["kind"] != row.get("kind"):
        raise BadRequest(
            f"Agenda item {number} cannot go on with item {place}.", "Name an earlier item of the same kind."
        )
    return {**row, "continues": before[place - 1].get("continues") or before[place - 1]["id"]}


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
    plan = {"kind": kind, "title": title, "note": note, "planned_start": planned_start, "planned_minutes": minutes}
    terms = ACTIVITIES[kind].terms(_given(number, row))
    continues = str(row.get("continues") or "")
    return {**plan, **({"terms": terms} if terms else {}), **({"continues": continues} if continues else {})}


def _given(number: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    given = row.get("terms") or {}
    if not isinstance(given, Mapping):
        raise BadRequest(f"Agenda item {number}: its terms are not named values.", "Give them as an object.")
    return given


def _is_clock(text: str) -> bool:
    hours, colon, minutes = text[:2], text[2:3], text[3:]
    digits = len(text) == 5 and colon == ":" and (hours + minutes).isascii() and (hours + minutes).isdigit()
    return digits and int(hours) < 24 and int(minutes) < 60
