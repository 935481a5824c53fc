"""The demo's day: a working day of a citizens' assembly from nine to five, with every kind of agenda item in it.

It is also what a rehearsal runs through (`folkmoot dress-rehearsal`), and what the browser test of the whole day plays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

IDEAS_ASKED = "What would make you leave the car at home?"

AGENDA: Sequence[Mapping[str, Any]] = (
    {
        "kind": "welcome",
        "title": "Arrivals",
        "note": "Check in, say what you need today, find your seat.",
        "planned_minutes": 20,
    },
    {"kind": "welcome", "title": "Welcome, and what we decided last time", "planned_minutes": 10},
    {"kind": "evaluation", "title": "Before we begin", "planned_minutes": 5, "terms": {"when": "before"}},
    {
        "kind": "discussion",
        "title": "How we want to work together",
        "note": "A go-round: everyone speaks once before anyone speaks twice.",
        "planned_minutes": 15,
        "terms": {"headings": ["What we ask of one another", "What worries us"], "seconds": 45},
    },
    {
        "kind": "evidence",
        "title": "How Northmoor travels, and what buses cost",
        "note": "Three speakers, ten minutes each. Keep your questions for the table.",
        "planned_minutes": 30,
        "terms": {
            "questions": 2,
            "speakers": [
                {"name": "Dr Amina Rahman", "subject": "How people here get about", "minutes": 10},
                {"name": "Sian Pugh", "subject": "What a bus costs, and who pays", "minutes": 10},
                {"name": "Tomasz Nowak", "subject": "Driving the 39: a view from the cab", "minutes": 10},
            ],
        },
    },
    {
        "kind": "discussion",
        "title": "What stood out, and what is missing?",
        "note": "The livestream is off. What is said at the tables stays there.",
        "planned_minutes": 20,
        "terms": {"headings": ["What stood out", "What is missing"], "seconds": 60},
    },
    {"kind": "evidence", "title": "Questions to the speakers", "planned_minutes": 30, "continues": 5},
    {"kind": "break", "title": "Break", "planned_minutes": 15},
    {
        "kind": "ideas",
        "title": "Ideas",
        "note": "Five minutes of silence, then one idea each in turn.",
        "planned_minutes": 45,
        "terms": {"question": IDEAS_ASKED, "minutes": 5},
    },
    {"kind": "ideas", "title": "Group the ideas, and name them", "planned_minutes": 40, "continues": 9},
    {"kind": "break", "title": "Lunch", "planned_minutes": 60},
    {"kind": "opinions", "title": "Where do we stand?", "planned_minutes": 15},
    {
        "kind": "drafts",
        "title": "Drafting in theme groups",
        "note": "Choose a theme. Write what should happen, who should do it, and why.",
        "planned_minutes": 45,
        "terms": {"step": "write"},
    },
    {
        "kind": "drafts",
        "title": "Gallery of the drafts",
        "note": "Read every draft, and say whether you can live with it.",
        "planned_minutes": 25,
        "continues": 13,
        "terms": {"step": "test"},
    },
    {
        "kind": "drafts",
        "title": "Drafts, once more",
        "planned_minutes": 25,
        "continues": 13,
        "terms": {"step": "redraft"},
    },
    {
        "kind": "speakers",
        "title": "Read-through",
        "note": "A minute and a half for each speech.",
        "planned_minutes": 30,
    },
    {"kind": "vote", "title": "Votes", "note": "Secret. You may take your time.", "planned_minutes": 30},
    {
        "kind": "evaluation",
        "title": "What did you think of it?",
        "planned_minutes": 10,
        "continues": 3,
        "terms": {"when": "after"},
    },
    {"kind": "close", "title": "Closing round", "planned_minutes": 10},
)
VOTE = 16
"""The place of the vote in the agenda; 0 is the first item."""
