"""What a table writes down: notes, one at a time, each under a heading of the item.

Pure. Nothing that two people write at once is lost: whoever changes a note says which words they saw, and where others
have been faster, or the note has been withdrawn meanwhile, their words become a note beside it. A note keeps its
earlier versions, and the number of the table at which it was written, wherever its writer is sent afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, NotAtThisTable, NotFound, WrongState
from facilitation.event import Event
from facilitation.notes.commands import AddNote, ChangeNote, RestoreNote, WithdrawNote
from facilitation.notes.events import NoteAdded, NoteChanged, NoteRestored, NoteWithdrawn

LONGEST: Final = 500
"""Characters of one note: a bullet, not a page."""
MOST: Final = 40
"""Notes of one table under one heading."""


@dataclass(frozen=True)
class Note:
    """One note. `versions` are the ids of its texts, the newest last; `id` is that of its first."""

    id: str
    seq: int
    table: int
    heading: str
    versions: tuple[str, ...]
    beside: str = ""
    withdrawn: bool = False

    @property
    def text(self) -> str:
        """The id of the words that stand now."""
        return self.versions[-1]


def decide(
    notes: Mapping[str, Note], headings: Sequence[str], command: ItemCommand, place: tuple[str, str]
) -> tuple[Event, ...]:
    """What writing, changing or withdrawing a note amounts to. Nothing where it was carried out before."""
    match command:
        case AddNote(table=table, heading=heading, text=text, commitment=commitment):
            if heading not in headings:
                raise BadRequest("There is no such heading.", f"Write under one of: {', '.join(headings)}.")
            if _knows(notes, text):
                return ()
            _room(notes, table, heading)
            return (NoteAdded(*place, table, heading, text, commitment, ""),)
        case ChangeNote(note=note, text=text) if not _knows(notes, text):
            return (_changed(notes, _of_table(notes, note, command.table), command, place),)
        case WithdrawNote(note=note, table=table):
            found = _of_table(notes, note, table)
            return () if found.withdrawn else (NoteWithdrawn(*place, note),)
        case RestoreNote(note=note, table=table):
            found = _of_table(notes, note, table)
            return (NoteRestored(*place, note),) if found.withdrawn else ()
    return ()


def _changed(notes: Mapping[str, Note], found: Note, command: ChangeNote, place: tuple[str, str]) -> Event:
    if found.withdrawn or found.text != command.instead_of:
        _room(notes, found.table, found.heading)
        return NoteAdded(*place, found.table, found.heading, command.text, command.commitment, found.id)
    return NoteChanged(*place, found.id, command.text, command.commitment)


def _knows(notes: Mapping[str, Note], text: str) -> bool:
    return any(text in one.versions for one in notes.values())


def _of_table(notes: Mapping[str, Note], note: str, table: int | None) -> Note:
    if note not in notes:
        raise NotFound("There is no such note.", "Look at the notes again.")
    if table is not None and notes[note].table != table:
        raise NotAtThisTable(
            f"This note was written at table {notes[note].table}.", "Ask the host of that table, or the facilitator."
        )
    return notes[note]


def _room(notes: Mapping[str, Note], table: int, heading: str) -> None:
    written = sum(one.table == table and one.heading == heading and not one.withdrawn for one in notes.values())
    if written >= MOST:
        raise WrongState(
            f"Table {table} has {MOST} notes under “{heading}” already.", "Withdraw one first, or put two into one."
        )
