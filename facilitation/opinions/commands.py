"""What can be asked of the work of an item: opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.commands import ItemCommand


@dataclass(frozen=True)
class AddStatement(ItemCommand):
    """Add a statement whose words are kept already; `actor` says whether a member or the facilitator wrote it."""

    text: str
    commitment: str


@dataclass(frozen=True)
class JudgeStatement(ItemCommand):
    """Show a statement, hold it back, or withdraw it."""

    text: str
    state: str
    reason: str


@dataclass(frozen=True)
class CloseOpinions(ItemCommand):
    """Take no more answers; they have been counted, and cut from the people, in the same transaction."""

    people: int
    answers: int
    straight: int


@dataclass(frozen=True)
class DrawOpinions(ItemCommand):
    """Keep the picture that was worked out of the answers."""

    picture: Mapping[str, Any]


@dataclass(frozen=True)
class ShowOpinions(ItemCommand):
    """Let members, or the hall, see the picture, or take it away again."""

    members: bool
    hall: bool
