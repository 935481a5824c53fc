"""How long personal data is kept, and what is to be deleted when.

Pure. Three kinds of it are kept for different ends (UK GDPR article 5(1)(e), storage limitation):

- **volunteers** who were not selected: for the draw, and for replacing members at first. They go so many days after the
  members are confirmed, which is when the assembly is seated; where nobody was ever seated, so many days after the
  recruitment began;
- **contacts and answers** of members (every column of the panel's file, needs, join codes, devices): so many days after
  the last session;
- **names** of members: so many days after the last session, for whoever reads votes that were held by name.

What stays has no person in it: the journal, counts, minutes, the lottery with its proofs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from facilitation.errors import BadRequest
from facilitation.model import Assembly

LONGEST_DAYS: Final = 3650
KINDS: Final[Mapping[str, str]] = {
    "volunteers": "Volunteers who were not selected: their file, their answers, the tables and letters of every draw",
    "contacts": "What is known of members beside their name: contacts, answers, needs, codes, tablets",
    "names": "Names of members",
}


@dataclass(frozen=True)
class Periods:
    """After how many days each goes."""

    volunteers: int = 30
    contacts: int = 90
    names: int = 365
    unseated: int = 365

    def as_json(self) -> dict[str, int]:
        """As it is kept."""
        return asdict(self)


@dataclass(frozen=True)
class Due:
    """Something that goes at a moment; None where the moment is not known yet, and `why` says what it waits for."""

    kind: str
    thing: str
    of: str
    at: datetime | None
    why: str
    people: int

    def is_due(self, now: datetime) -> bool:
        """Whether it should be gone by now."""
        return self.at is not None and self.at <= now


def read_periods(said: Mapping[str, Any]) -> Periods:
    """The periods that somebody typed, whole days each; what is not said stays as it is usually.

    >>> read_periods({"contacts": "60"}).contacts, read_periods({}).volunteers
    (60, 30)
    """
    found: dict[str, int] = {}
    for part in fields(Periods):
        text = str(said.get(part.name, part.default)).strip()
        if not (text.isascii() and text.isdigit()) or int(text[:6]) > LONGEST_DAYS:
            raise BadRequest(
                f"“{text[:20]}” is no number of days to keep {part.name}.", f"Type whole days, 0 to {LONGEST_DAYS}."
            )
        found[part.name] = int(text)
    periods = Periods(**found)
    if periods.names < periods.contacts:
        raise BadRequest("Names cannot go before contacts do.", "Keep names as long as contacts, or longer.")
    return periods


def last_session_end(state: Assembly) -> tuple[datetime | None, str]:
    """When the last session was over; None and why it is not known yet."""
    if not state.sessions:
        return None, "no session is planned"
    ends = []
    for session in state.sessions.values():
        if session.closed_at is not None:
            ends.append(session.closed_at)
        elif session.day:
            ends.append(datetime.combine(date.fromisoformat(session.day), time(23, 59), UTC))
        else:
            return None, f"the session “{session.name}” is not closed, and has no day"
    return max(ends), ""


def after(moment: datetime, days: int) -> datetime:
    """So many days later.

    >>> after(datetime(2027, 3, 6, 17, tzinfo=UTC), 30).date().isoformat()
    '2027-04-05'
    """
    return moment + timedelta(days=days)
