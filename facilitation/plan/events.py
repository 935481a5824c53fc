"""What can have happened to the plan of a session. What has begun stays; the running item may split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facilitation.event import SessionEvent


@dataclass(frozen=True)
class AgendaPlanned(SessionEvent):
    """All that had not begun was replaced by these rows (of id, kind, title, note, planned_start, planned_minutes)."""

    kind = "agenda-planned"
    act = "plan the agenda anew"
    agenda: list[dict[str, Any]]


@dataclass(frozen=True)
class ItemAdded(SessionEvent):
    """One more item, at this place of the agenda (0 is the first)."""

    kind = "item-added"
    act = "add an agenda item"
    item: dict[str, Any]
    place: int


@dataclass(frozen=True)
class ItemCorrected(SessionEvent):
    """An item that had not begun got this plan."""

    kind = "item-corrected"
    act = "correct an agenda item"
    item: dict[str, Any]


@dataclass(frozen=True)
class ItemRemoved(SessionEvent):
    """An item that had not begun is no longer on the agenda."""

    kind = "item-removed"
    act = "remove an agenda item"
    item: str


@dataclass(frozen=True)
class ItemMoved(SessionEvent):
    """An item that had not begun stands at another place; what lay between moved by one."""

    kind = "item-moved"
    act = "move an agenda item"
    item: str
    place: int


@dataclass(frozen=True)
class ItemSplit(SessionEvent):
    """An item became two: it keeps so many of its minutes, and a new one right after it has the rest."""

    kind = "item-split"
    act = "split an agenda item"
    item: str
    minutes: int
    rest: str
    title: str


@dataclass(frozen=True)
class ItemSkipped(SessionEvent):
    """An item will not be held, unless somebody starts it after all."""

    kind = "item-skipped"
    act = "skip an agenda item"
    item: str
    reason: str


@dataclass(frozen=True)
class ItemPutBack(SessionEvent):
    """An item that was skipped is to be held after all."""

    kind = "item-put-back"
    act = "put an agenda item back"
    item: str
