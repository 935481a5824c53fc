"""The demo's day: its agenda, its questions, and a morning played at the desk.

Pure of clocks: the caller's clock goes when it is told, so the minutes of the made-up morning look like minutes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from facilitation.desk import Desk, Seated

ROBOTS = 40
PRESENT_BY_HAND = 6  # members who are in the room but whose tablets nobody drives
MORNING_MINUTES = 84

AGENDA: Sequence[Mapping[str, Any]] = (
    {"kind": "welcome", "title": "Welcome and what we decided last time", "planned_minutes": 15},
    {
        "kind": "evidence",
        "title": "Evidence: how Northmoor travels, and what buses cost",
        "note": "Two speakers, ten minutes each, then questions from the tables.",
        "planned_minutes": 30,
    },
    {
        "kind": "discussion",
        "title": "At your tables: what would make you leave the car at home?",
        "note": "Everyone speaks once before anyone speaks twice.",
        "planned_minutes": 30,
    },
    {"kind": "vote", "title": "Votes", "note": "Secret. You may take your time.", "planned_minutes": 20},
    {"kind": "close", "title": "Closing round", "planned_minutes": 10},
)

SURVEY: Mapping[str, Any] = {
    "title": "Every home in Northmoor is offered a free energy survey by 2030",
    "rule": "support",
    "threshold": {"share": "4/5", "op": ">=", "base": "cast"},
}
BUSES: Mapping[str, Any] = {
    "title": "Should buses be free for everyone under 22?",
    "rule": "yes-no",
    "threshold": {"share": "2/3", "op": ">=", "base": "yes+no", "minimum_turnout": "1/2"},
}
COMING: Sequence[Mapping[str, Any]] = (
    {
        "title": "Which should come first?",
        "rule": "irv",
        "options": ["Safe routes to school", "More evening buses", "Cheaper train fares", "Charging points"],
    },
    {
        "title": "Which of these could you live with?",
        "rule": "approval",
        "options": [
            "A charge on second cars",
            "Lower speed limits in towns",
            "Fewer parking places",
            "Car-free Sundays",
        ],
    },
    {
        "title": "What shall the climate fund pay for?",
        "rule": "equal-shares",
        "options": [
            "Solar panels for two schools",
            "A repair workshop",
            "Insulation for the village hall",
            "Trees along Mill Lane",
            "Cargo bikes to borrow",
            "A car-sharing club",
            "Water points in town",
        ],
        "terms": {
            "budget": "50000",
            "costs": ["26000", "5000", "18000", "8000", "14000", "22000", "3000"],
            "completion": "utilitarian",
        },
    },
)
SUPPORT_LEANING = {"love": 13, "like": 14, "live with": 8, "lament": 3, "loathe": 2}


class Watch(Protocol):
    """A clock that can be told to go."""

    def go(self, minutes: float) -> None:
        """Let time pass."""


def play_the_morning(desk: Desk, seated: Seated, clock: Watch, chance: random.Random) -> tuple[str, ...]:
    """Arrivals, three items, one counted vote, and a second one just opened; the tokens of the robots."""
    session = seated.session_id
    items = [item["id"] for item in desk.public_screens(session)["facilitator"]["agenda"]]
    tokens = [desk.join(seat.code).token for seat in seated.members[:ROBOTS]]
    for seat in seated.members[-PRESENT_BY_HAND:]:
        desk.join(seat.code)
    for item, minutes in zip(items[:3], (16, 33, 29), strict=True):
        desk.start_item(session, item)
        clock.go(minutes)
    desk.start_item(session, items[3])
    first = desk.create_round(session, SURVEY)
    desk.open_round(first)
    clock.go(4)
    leanings = [choice for choice, count in SUPPORT_LEANING.items() for _ in range(count)]
    chance.shuffle(leanings)
    for token, choice in zip(tokens, leanings, strict=True):
        member = desk.identify(token)
        assert member is not None
        assert member.member_id is not None
        desk.cast_ballot(first, member.member_id, new_key(chance), choice)
    desk.close_round(first)
    clock.go(1.5)
    desk.acknowledge(session)
    second = desk.create_round(session, BUSES)
    for spec in COMING:
        desk.create_round(session, spec)
    clock.go(0.5)
    desk.open_round(second)
    return tuple(tokens)


def new_key(chance: random.Random) -> str:
    """An idempotency key in the shape of a UUID (version 4)."""
    digits = chance.randbytes(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
