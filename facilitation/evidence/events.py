"""What can have happened in the work of an item: evidence."""

from __future__ import annotations

from facilitation.event import ItemEvent

EVENTS: tuple[type[ItemEvent], ...] = ()
