"""What can have happened to the list of an assembly's sessions."""

from __future__ import annotations

from dataclasses import dataclass

from facilitation.event import Event


@dataclass(frozen=True)
class SessionNamed(Event):
    """A session has this name, and is held on this day (as 2027-03-06; empty where nobody has said)."""

    kind = "session-named"
    session: str
    name: str
    day: str


@dataclass(frozen=True)
class SessionRemoved(Event):
    """A session that had not begun is no longer planned."""

    kind = "session-removed"
    session: str
