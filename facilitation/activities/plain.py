"""A plain item: only its clock moves, and people read one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facilitation.commands import ItemCommand
from facilitation.errors import WrongState
from facilitation.events import Entry, Event
from facilitation.work import Audience, Context, Seen


def terms(row: Mapping[str, Any]) -> dict[str, Any]:
    """The agenda says nothing more of a plain item."""
    return {}


def state() -> None:
    """Nothing comes of it that would have to be kept."""


def decide(work: object, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """Nothing can be asked of it."""
    raise WrongState(
        f"“{context.item.title}” is not an item in which this can be done.", "Look at what is on now, and try there."
    )


def apply(work: object, entry: Entry) -> object:
    """Nothing happens in it."""
    return work


def own(work: object, seen: Seen, member: str) -> dict[str, Any]:
    """Nothing is private."""
    return {}


def minutes(work: object, seen: Seen) -> list[str]:
    """Its title and its times are all."""
    return []


def screen(work: object, seen: Seen, audience: Audience) -> dict[str, Any]:
    """Nothing but the title."""
    return {}
