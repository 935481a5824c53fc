"""What can be asked of a discussion at the tables. `table` is the table for which the sender may speak."""

from __future__ import annotations

from dataclasses import dataclass

from facilitation.commands import ItemCommand


@dataclass(frozen=True)
class StartTurn(ItemCommand):
    """A member begins to speak."""

    table: int
    member: str


@dataclass(frozen=True)
class EndTurn(ItemCommand):
    """This member has finished."""

    table: int
    member: str


@dataclass(frozen=True)
class PassTurn(ItemCommand):
    """A member does not want to speak this time."""

    table: int
    member: str


@dataclass(frozen=True)
class BeginGoRound(ItemCommand):
    """Once more round the table; `round` is the one that is to begin."""

    table: int
    round: int


@dataclass(frozen=True)
class UndoTap(ItemCommand):
    """Take the last tap of this table back."""

    table: int
    tap: int


@dataclass(frozen=True)
class AddNote(ItemCommand):
    """Write something down under a heading."""

    table: int
    heading: str
    text: str
    commitment: str


@dataclass(frozen=True)
class ChangeNote(ItemCommand):
    """Other words for a note; `instead_of` is the text that the writer saw."""

    table: int
    note: str
    instead_of: str
    text: str
    commitment: str


@dataclass(frozen=True)
class WithdrawNote(ItemCommand):
    """Take a note back; `table` is None for the facilitator, who may do so at every table."""

    table: int | None
    note: str


@dataclass(frozen=True)
class RestoreNote(ItemCommand):
    """Let a note stand again."""

    table: int | None
    note: str


@dataclass(frozen=True)
class GroupNotes(ItemCommand):
    """Put notes together under a name."""

    notes: tuple[str, ...]
    text: str
    commitment: str


@dataclass(frozen=True)
class GrowGroup(ItemCommand):
    """Put more notes into a group that has a name."""

    group: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class PartNotes(ItemCommand):
    """Let notes stand by themselves again."""

    notes: tuple[str, ...]


@dataclass(frozen=True)
class UndoGrouping(ItemCommand):
    """Take back the last act of putting together or taking apart; `step` is its row."""

    step: int


@dataclass(frozen=True)
class ShowNotes(ItemCommand):
    """Show the notes under this heading in the hall; empty: none any more."""

    heading: str


@dataclass(frozen=True)
class NameGroup(ItemCommand):
    """Give a group another name."""

    group: str
    text: str
    commitment: str
