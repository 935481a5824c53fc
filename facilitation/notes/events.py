"""What can have happened at the tables of a discussion, and to what they wrote down.

Ids and numbers alone: the words of notes stand in the store, where they can be forgotten. A tap, a note and an act of
putting together are each known by the row in which it happened, or by the id of its first text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from facilitation.event import ItemEvent


@dataclass(frozen=True)
class TurnStarted(ItemEvent):
    """A member begins to speak in their table's go-round; whoever spoke there before has finished."""

    kind = "turn-started"
    act = "begin somebody's turn"
    table: int
    member: str


@dataclass(frozen=True)
class TurnEnded(ItemEvent):
    """The one who speaks at this table has finished."""

    kind = "turn-ended"
    act = "end a turn"
    table: int


@dataclass(frozen=True)
class TurnPassed(ItemEvent):
    """A member does not want to speak in this go-round; they still may."""

    kind = "turn-passed"
    act = "pass"
    table: int
    member: str


@dataclass(frozen=True)
class GoRoundBegun(ItemEvent):
    """Everybody at the table has had a turn, and it goes round once more."""

    kind = "go-round-begun"
    act = "begin another go-round"
    table: int


@dataclass(frozen=True)
class TapUndone(ItemEvent):
    """The last tap of a table's go-round was a slip of the finger."""

    kind = "tap-undone"
    act = "undo a tap"
    table: int
    tap: int


@dataclass(frozen=True)
class NoteAdded(ItemEvent):
    """A table has written something down; `beside` is the note of which this is another version, written at once."""

    kind = "note-added"
    act = "write a note"
    table: int
    heading: str
    text: str
    commitment: str
    beside: str


@dataclass(frozen=True)
class NoteChanged(ItemEvent):
    """The table says it in other words."""

    kind = "note-changed"
    act = "change a note"
    note: str
    text: str
    commitment: str


@dataclass(frozen=True)
class NoteWithdrawn(ItemEvent):
    """The table takes the note back."""

    kind = "note-withdrawn"
    act = "withdraw a note"
    note: str


@dataclass(frozen=True)
class NoteRestored(ItemEvent):
    """The note stands again."""

    kind = "note-restored"
    act = "put a note back"
    note: str


@dataclass(frozen=True)
class NotesGrouped(ItemEvent):
    """Notes under one heading belong together, under a name; `group` is a new one, or one that grows."""

    kind = "notes-grouped"
    act = "put notes together"
    heading: str
    group: str
    notes: Sequence[str]
    text: str
    commitment: str


@dataclass(frozen=True)
class NotesParted(ItemEvent):
    """These notes stand by themselves again."""

    kind = "notes-parted"
    act = "take notes apart"
    notes: Sequence[str]


@dataclass(frozen=True)
class GroupingUndone(ItemEvent):
    """The last act of putting together or taking apart is taken back."""

    kind = "grouping-undone"
    act = "undo what was put together"
    step: int


@dataclass(frozen=True)
class NotesShown(ItemEvent):
    """The hall looks at the notes under this heading, or at none any more (empty)."""

    kind = "notes-shown"
    act = "show the notes"
    heading: str


EVENTS: tuple[type[ItemEvent], ...] = (
    *(TurnStarted, TurnEnded, TurnPassed, GoRoundBegun, TapUndone),
    *(NoteAdded, NoteChanged, NoteWithdrawn, NoteRestored),
    *(NotesGrouped, NotesParted, GroupingUndone, NotesShown),
)
