"""What can be asked of a piece of evidence. The desk puts words away and counts voices before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facilitation.commands import ItemCommand


@dataclass(frozen=True)
class ChangeSpeakers(ItemCommand):
    """Let these speak, as lines or as the agenda has them; who has begun stays at their place."""

    speakers: str | Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class StartSlot(ItemCommand):
    """Let this speaker begin (the number in the plan, from 1); whoever speaks has finished."""

    speaker: int


@dataclass(frozen=True)
class ExtendSlot(ItemCommand):
    """Give the speaker more time."""

    seconds: int


@dataclass(frozen=True)
class EndSlot(ItemCommand):
    """The speaker has finished."""


@dataclass(frozen=True)
class AllowQuestions(ItemCommand):
    """Let every table ask so many questions in this item; none closes the bank."""

    each: int


@dataclass(frozen=True)
class AskQuestion(ItemCommand):
    """Ask for a table."""

    table: int
    text: str
    commitment: str


@dataclass(frozen=True)
class WithdrawQuestion(ItemCommand):
    """Withdraw a question of this table; `table` None: the facilitator withdraws any."""

    text: str
    table: int | None


@dataclass(frozen=True)
class SupportQuestion(ItemCommand):
    """So many members are for this question, with the one who has just said so."""

    text: str
    votes: int


@dataclass(frozen=True)
class MergeQuestions(ItemCommand):
    """Put one question under another; so many are for one of the two."""

    text: str
    under: str
    votes: int


@dataclass(frozen=True)
class PartQuestion(ItemCommand):
    """Take a question out from under the other; so many are for it, and so many for what is left."""

    text: str
    votes: int
    left: int


@dataclass(frozen=True)
class MarkQuestion(ItemCommand):
    """Say what became of a question; the note, if any, has been put away."""

    text: str
    mark: str
    note: str = ""
    commitment: str = ""


@dataclass(frozen=True)
class AttachPaper(ItemCommand):
    """Put a paper into the files; its bytes have been looked at and kept."""

    text: str
    commitment: str
    form: str
    size: int
    sha256: str


@dataclass(frozen=True)
class RemovePaper(ItemCommand):
    """Take a paper out of the files."""

    text: str
