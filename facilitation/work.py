"""What the work of an agenda item is decided by and shown from: the assembly around it, the words, the answers.

Words that people wrote never stand in the journal, since they may have to be forgotten: an event carries the id of a
text and a salted hash of it, and `Seen.texts` has the words. Answers (to statements, tests and questionnaires) stand in
no event at all: an event says how many there were of each once they are closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from facilitation.model import Assembly, Item, Session

Audience = Literal["member", "hall", "facilitator", "host"]
AUDIENCES: tuple[Audience, ...] = ("member", "hall", "facilitator", "host")
Sheet = Mapping[str, Mapping[str, str]]
"""The answers of one sheet: voice → part → value. A voice is a member until the sheet is cut, then a random word."""


@dataclass(frozen=True)
class Context:
    """Where a command about an item's work is decided."""

    state: Assembly
    session: Session
    item: Item
    now: datetime


@dataclass(frozen=True)
class Answers:
    """The answers to what one item's work asked, by sheet."""

    sheets: Mapping[str, Sheet] = field(default_factory=dict)

    def of(self, sheet: str) -> Sheet:
        """Those of one sheet; empty where nobody has answered."""
        return self.sheets.get(sheet, {})

    @property
    def count(self) -> int:
        """How many answers there are in all."""
        return sum(len(parts) for sheet in self.sheets.values() for parts in sheet.values())


def here_or_answered(state: Assembly, session: Session, voices: Iterable[str]) -> int:
    """Of how many so many have answered: of who is here, and of who has answered though they have left since."""
    here = {member for member in session.present & state.seated.keys() if not state.members[member].erased}
    return len(here | set(voices))


@dataclass(frozen=True)
class Seen:
    """What an item's work is shown from. A text that was withdrawn or erased is missing."""

    state: Assembly
    session: Session
    item: Item
    names: Mapping[str, str]
    texts: Mapping[str, str]
    answers: Answers
    now: datetime
