"""What every event is: a fact with a word in the journal, written once and never refused when read again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """The base of all events; `kind` is the word in the journal, `act` the deed in a sentence (“Now possible: …”)."""

    kind: ClassVar[str] = ""
    act: ClassVar[str] = ""

    def data(self) -> dict[str, Any]:
        """The event as JSON values."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


@dataclass(frozen=True)
class SessionEvent(Event):
    """Something that happened in one session."""

    session: str


@dataclass(frozen=True)
class ItemEvent(SessionEvent):
    """Something in the work of an agenda item; `item` is the id of the item with which that work began."""

    afterwards: ClassVar[bool] = False
    """Whether it may happen when the session is closed, too."""

    item: str
