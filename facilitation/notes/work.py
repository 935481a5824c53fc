"""The work of a discussion at the tables: the notes, the taps of the go-rounds, what was put together and shown.

Pure. `decide` may refuse, `apply` never does. A table goes round while the item runs; notes can be written for two
minutes longer, so that nobody loses the sentence they are in the middle of. The facilitator puts notes together, and
takes back those that should not be shown, as long as the session is not closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, WrongState
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.model import Assembly, Item, Session
from facilitation.notes import go_round, merging, note, terms
from facilitation.notes.commands import (
    AddNote,
    BeginGoRound,
    ChangeNote,
    EndTurn,
    PassTurn,
    RestoreNote,
    ShowNotes,
    StartTurn,
    UndoTap,
    WithdrawNote,
)
from facilitation.notes.events import (
    GoRoundBegun,
    GroupingUndone,
    NoteAdded,
    NoteChanged,
    NoteRestored,
    NotesGrouped,
    NotesParted,
    NotesShown,
    NoteWithdrawn,
    TapUndone,
    TurnEnded,
    TurnPassed,
    TurnStarted,
)
from facilitation.notes.go_round import Table, Tap
from facilitation.notes.merging import Step
from facilitation.notes.note import Note
from facilitation.work import Context

GRACE: Final = timedelta(minutes=2)
"""How long after the end of an item notes are still taken."""


@dataclass(frozen=True)
class Work:
    """Everything that came of it. `shown` is the heading that the hall looks at; `told` those it has looked at."""

    notes: Mapping[str, Note] = field(default_factory=dict)
    taps: tuple[Tap, ...] = ()
    steps: tuple[Step, ...] = ()
    shown: str = ""
    told: tuple[str, ...] = ()
    written: Mapping[int, datetime] = field(default_factory=dict)
    """When each table last wrote something."""

    @property
    def standing(self) -> list[Note]:
        """The notes that have not been withdrawn, in the order in which they were written."""
        return [one for one in self.notes.values() if not one.withdrawn]


def decide(work: Work, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """What a command amounts to; nothing where it was carried out before."""
    place = (context.session.id, context.item.work_id)
    rules = terms.of(context.item.terms)
    match command:
        case StartTurn() | EndTurn() | PassTurn() | BeginGoRound() | UndoTap():
            _running(context.item)
            if not rules.go_round:
                raise WrongState(f"“{context.item.title}” has no go-round.", "Write notes; everybody may speak freely.")
            return go_round.decide(work.taps, command, place, table_of(context.state, context.session, command.table))
        case AddNote() | ChangeNote() | WithdrawNote() | RestoreNote():
            if command.table is not None and not takes_notes(context.item, context.now):
                _running(context.item)
            return note.decide(work.notes, headings(work, context.item), command, place)
        case ShowNotes(heading=heading):
            if heading and heading not in headings(work, context.item):
                raise BadRequest("There is no such heading.", "Choose one of the item's headings.")
            return () if heading == work.shown else (NotesShown(*place, heading),)
    return merging.decide(work.steps, work.notes, command, place)


def apply(work: Work, entry: Entry) -> Work:
    """The work after something happened."""
    tap = _tap(entry)
    if tap is not None:
        return replace(work, taps=(*work.taps, tap))
    match entry.event:
        case TapUndone(tap=seq):
            return replace(work, taps=tuple(one for one in work.taps if one.seq != seq))
        case NoteAdded(table=table, heading=heading, text=text, beside=beside):
            new = Note(text, entry.seq, table, heading, (text,), beside)
            return replace(work, notes={**work.notes, text: new}, written={**work.written, table: entry.at})
        case NoteChanged(note=known, text=text):
            before = work.notes[known]
            after = replace(before, versions=(*before.versions, text))
            written = {**work.written, before.table: entry.at}
            return replace(work, notes={**work.notes, known: after}, written=written)
        case NoteWithdrawn(note=known):
            return replace(work, notes={**work.notes, known: replace(work.notes[known], withdrawn=True)})
        case NoteRestored(note=known):
            return replace(work, notes={**work.notes, known: replace(work.notes[known], withdrawn=False)})
        case NotesGrouped(heading=heading, group=group, notes=chosen, text=text):
            return replace(work, steps=(*work.steps, Step(entry.seq, heading, group, tuple(chosen), text)))
        case NotesParted(notes=chosen):
            return replace(work, steps=(*work.steps, Step(entry.seq, "", "", tuple(chosen))))
        case GroupingUndone(step=seq):
            return replace(work, steps=tuple(one for one in work.steps if one.seq != seq))
        case NotesShown(heading=heading):
            told = work.told if not heading or heading in work.told else (*work.told, heading)
            return replace(work, shown=heading, told=told)
    return work


def _tap(entry: Entry) -> Tap | None:
    match entry.event:
        case TurnStarted(table=table, member=member):
            return Tap(entry.seq, entry.at, table, "start", member)
        case TurnPassed(table=table, member=member):
            return Tap(entry.seq, entry.at, table, "pass", member)
        case TurnEnded(table=table):
            return Tap(entry.seq, entry.at, table, "end")
        case GoRoundBegun(table=table):
            return Tap(entry.seq, entry.at, table, "round")
    return None


def headings(work: Work, item: Item) -> tuple[str, ...]:
    """The template's headings, and those of earlier items of the same work under which something stands."""
    own = terms.of(item.terms).headings
    return tuple(dict.fromkeys([*own, *(one.heading for one in work.standing)]))


def table_of(state: Assembly, session: Session, number: int) -> Table:
    """Who sits at this table now: those who are here, and those who are not."""
    people = [one.id for one in state.seated.values() if one.table == number]
    here = tuple(one for one in people if one in session.present)
    return Table(number, here, tuple(one for one in people if one not in session.present))


def numbers(state: Assembly) -> list[int]:
    """The tables at which somebody has a seat."""
    return sorted({one.table for one in state.seated.values()})


def _running(item: Item) -> None:
    if not item.running:
        how = "is over" if item.ended_at is not None else "has not begun"
        raise WrongState(f"“{item.title}” {how}.", "Look at what is on now.")


def takes_notes(item: Item, now: datetime) -> bool:
    """Whether notes can be written now."""
    return item.running or (item.ended_at is not None and now - item.ended_at <= GRACE)
