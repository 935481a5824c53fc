"""Ideas: everyone writes in silence, cards are read out one at a time, put together, grouped and named.

The room `facilitation/ideas` has the whole of it; this file is its doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facilitation.commands import ItemCommand
from facilitation.events import Entry, Event
from facilitation.ideas import deciding, folding, minute_lines, showing
from facilitation.ideas import terms as of_the_agenda
from facilitation.ideas.work import Work
from facilitation.model import Phase
from facilitation.work import Audience, Context, Seen

KIND = "ideas"
LABEL = "Ideas"
PHASE = Phase.DISCUSSION
MINUTES = 45


def terms(row: Mapping[str, Any]) -> dict[str, Any]:
    """The question, the minutes of silence, the length and number of cards, and who groups them."""
    return of_the_agenda.read(row)


def state() -> Work:
    """No card yet, and everyone writing."""
    return Work()


def decide(work: Work, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """See `ideas.deciding` and `ideas.merging`."""
    return deciding.decide(work, command, context)


def apply(work: Work, entry: Entry) -> Work:
    """See `ideas.folding`."""
    return folding.apply(work, entry)


def screen(work: Work, seen: Seen, audience: Audience) -> dict[str, Any]:
    """See `ideas.showing`."""
    return showing.screen(work, seen, audience)


def own(work: Work, seen: Seen, member: str) -> dict[str, Any]:
    """A member's own cards and names."""
    return showing.own(work, seen, member)


def minutes(work: Work, seen: Seen) -> list[str]:
    """The question and the groups with their cards."""
    return minute_lines.minutes(work, seen)
