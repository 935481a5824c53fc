"""The demo's votes: the questions, and the day played at the desk until the second of them is open.

Pure of clocks: the caller's clock goes when it is told, so the minutes of the made-up day look like minutes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from facilitation.desk import Desk, Seated
from web.rehearsal.day_agenda import AGENDA, VOTE
from web.rehearsal.day_played import play_the_day

ROBOTS = 40
PRESENT_BY_HAND = 6  # members who are in the room but whose tablets nobody drives
VOTING_MINUTES = 6
"""From the beginning of the votes until now."""
SO_FAR = sum(int(item["planned_minutes"]) for item in AGENDA[:VOTE]) + 20
"""Minutes from the beginning of the day until now: what was planned, and what it ran over."""

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


class DayClock(Protocol):
    """A clock that can be told to go, and by when the day's story must have come to the votes."""

    at: datetime
    until: datetime

    def go(self, minutes: float) -> None:
        """Let time pass."""


def play(desk: Desk, seated: Seated, clock: DayClock, chance: random.Random) -> tuple[str, ...]:
    """The whole day up to the votes, one counted vote, and a second one just opened; the tokens of the robots."""
    session = seated.session_id
    joined = [desk.join(seat.code) for seat in seated.members[:ROBOTS]]
    for seat in seated.members[-PRESENT_BY_HAND:]:
        desk.join(seat.code)
    play_the_day(desk, seated, [str(one.member["id"]) for one in joined], clock, chance)
    clock.at = max(clock.at, clock.until - timedelta(minutes=VOTING_MINUTES))
    first = desk.create_round(session, SURVEY)
    desk.open_round(first)
    clock.go(4)
    leanings = [choice for choice, count in SUPPORT_LEANING.items() for _ in range(count)]
    chance.shuffle(leanings)
    for one, choice in zip(joined, leanings, strict=True):
        desk.cast_ballot(first, str(one.member["id"]), new_key(chance), choice)
    desk.close_round(first)
    clock.go(1.5)
    desk.acknowledge(session)
    second = desk.create_round(session, BUSES)
    prepare_priorities(desk, session)
    for spec in COMING:
        desk.create_round(session, spec)
    clock.go(0.5)
    desk.open_round(second)
    return tuple(one.token for one in joined)


def prepare_priorities(desk: Desk, session: str) -> None:
    """A vote on the drafts that enough members can live with."""
    agenda = desk.public_screens(session)["facilitator"]["agenda"]
    item = next(row["id"] for row in agenda if row["kind"] == "drafts")
    drafts = desk.item_screen(session, item, "facilitator")["work"]["drafts"]
    desk.ask_priorities(session, item, "irv", [row["id"] for row in drafts if row["state"] == "reached"])


def new_key(chance: random.Random) -> str:
    """An idempotency key in the shape of a UUID (version 4)."""
    digits = chance.randbytes(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
