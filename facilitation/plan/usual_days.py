"""Agendas to start from: rows of kind, title and minutes, as facilitators of assemblies have told of their days.

The whole day follows what is common to the days that are described for Ireland, France, the United Kingdom and the
juries of Australia: arrivals, agreements, evidence with its questions, ideas, drafts, a gallery, a vote, an evaluation;
two breaks and a long lunch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class UsualDay:
    """A template: what it is called, when it starts, and its rows of kind, title, minutes and note.

    `more` says for some rows, by their number from 1 on, their terms and with which earlier row they go on.
    """

    name: str
    start: str
    rows: tuple[tuple[str, str, int, str], ...]
    more: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(row[2] for row in self.rows)

    def agenda(self, start: str = "") -> list[dict[str, Any]]:
        """The rows of an agenda; only the first one says when it starts, the others follow it."""
        found: list[dict[str, Any]] = [
            {"kind": kind, "title": title, "planned_minutes": minutes, "note": note, **self.more.get(number, {})}
            for number, (kind, title, minutes, note) in enumerate(self.rows, start=1)
        ]
        return [{**row, "planned_start": start or self.start} if not place else row for place, row in enumerate(found)]


DAY = UsualDay(
    "A whole day, nine to five",
    "09:00",
    (
        ("welcome", "Arrivals", 30, "Check in, confirm access needs, find your seat."),
        ("welcome", "Welcome, and what was decided last time", 15, ""),
        ("discussion", "Working agreements at the tables", 15, "A go-round: everyone speaks once."),
        ("evidence", "Evidence", 30, "Three speakers, ten minutes each. Captions on."),
        ("discussion", "What stood out, and what is missing?", 20, "Livestream off: the tables are private."),
        ("evidence", "Questions to the speakers", 30, "Two questions from each table; a minute for each answer."),
        ("break", "Break", 15, ""),
        ("discussion", "Ideas, at new tables", 45, "Five minutes of silence, then one idea each in turn."),
        ("discussion", "Group the ideas and name them", 40, ""),
        ("break", "Lunch", 60, ""),
        ("discussion", "Drafting in theme groups", 60, "Title, what should happen, who, why, concerns."),
        ("discussion", "Gallery of the drafts", 25, "Love, like, live with, lament or loathe, with a reason."),
        ("discussion", "Drafts, once more", 25, ""),
        ("speakers", "Read-through and amendments", 30, "A minute and a half for each speech."),
        ("vote", "Vote", 30, "A practice question first."),
        ("close", "Closing round and evaluation", 10, ""),
    ),
)
EVENING = UsualDay(
    "An evening, six to half past eight",
    "18:00",
    (
        ("welcome", "Arrivals and welcome", 15, ""),
        ("evidence", "Evidence", 20, "One or two speakers."),
        ("evidence", "Questions to the speakers", 20, ""),
        ("discussion", "At the tables: what do we make of it?", 35, "Everyone speaks once before anyone speaks twice."),
        ("break", "Break", 10, ""),
        ("speakers", "What the tables found", 25, ""),
        ("vote", "Vote", 15, ""),
        ("close", "Closing round", 10, ""),
    ),
)
SHORT = UsualDay(
    "Two hours with one vote",
    "10:00",
    (
        ("welcome", "Welcome", 15, ""),
        ("evidence", "Evidence", 45, ""),
        ("discussion", "Table discussion", 30, ""),
        ("vote", "Vote", 20, ""),
        ("close", "Close", 10, ""),
    ),
)
WORKING_DAY = UsualDay(
    "A working day of an assembly, with every kind of item",
    "09:00",
    (
        ("welcome", "Arrivals", 30, "Check in, say what you need today, find your seat."),
        ("welcome", "Welcome, and what was decided last time", 10, ""),
        ("evaluation", "Before we begin", 5, ""),
        ("discussion", "Working agreements", 15, "A go-round: everyone speaks once before anyone speaks twice."),
        ("evidence", "Evidence", 30, "Three speakers, ten minutes each."),
        ("discussion", "What stood out, and what is missing?", 20, "The livestream is off: the tables are private."),
        ("evidence", "Questions to the speakers", 30, "Two questions from each table; a minute for each answer."),
        ("break", "Break", 15, ""),
        ("ideas", "Ideas, at new tables", 45, "Five minutes of silence, then one idea each in turn."),
        ("ideas", "Group the ideas, and name them", 40, ""),
        ("break", "Lunch", 60, ""),
        ("opinions", "Where do we stand?", 15, "Agree, disagree or pass."),
        ("drafts", "Drafting in theme groups", 45, "Title, what should happen, who, why, concerns."),
        ("drafts", "Gallery of the drafts", 25, "Love, like, live with, lament or loathe, with a reason."),
        ("drafts", "Drafts, once more", 25, ""),
        ("speakers", "Read-through and amendments", 30, "A minute and a half for each speech."),
        ("vote", "Vote", 20, "A practice question first."),
        ("evaluation", "What did you think of it?", 10, ""),
        ("close", "Closing round", 10, ""),
    ),
    MappingProxyType(
        {
            3: {"terms": {"when": "before"}},
            4: {"terms": {"headings": ["What we ask of one another", "What worries us"], "seconds": 45}},
            7: {"continues": 5},
            10: {"continues": 9},
            13: {"terms": {"step": "write"}},
            14: {"continues": 13, "terms": {"step": "test"}},
            15: {"continues": 13, "terms": {"step": "redraft"}},
            18: {"continues": 3, "terms": {"when": "after"}},
        }
    ),
)
"""Nine to five: the rows add up to eight hours."""
USUAL_DAYS: Mapping[str, UsualDay] = MappingProxyType(
    {"working": WORKING_DAY, "day": DAY, "evening": EVENING, "short": SHORT}
)
