"""Who is here: arrivals by name, leaving early, coming back, taking part from afar. Each may be said twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from facilitation.commands import Arrive, Command, Leave, TakePartFromAfar
from facilitation.desk.core import FACILITATOR
from facilitation.desk.entrance import Entrance
from facilitation.errors import NotAMember
from facilitation.model import Session
from facilitation.presence import Stay, Totals, totals
from facilitation.store import Transaction


@dataclass(frozen=True)
class Attendance:
    """A member's line in the presence log. `seconds` is how long they have been here so far."""

    member: str
    name: str
    table: int
    stay: Stay | None
    late: bool
    seconds: int

    @property
    def state(self) -> str:
        """Missing, here or gone."""
        return "missing" if self.stay is None else "here" if self.stay.left_at is None else "gone"


@dataclass(frozen=True)
class PresenceLog:
    """The whole log of a session: the members of now by name, and its numbers, those who left the assembly included."""

    rows: tuple[Attendance, ...]
    totals: Totals
    started_at: datetime | None
    closed: bool


class Presence(Entrance):
    """The presence log of a session."""

    def mark_arrived(self, session_id: str, member_id: str, *, actor: str = FACILITATOR) -> int:
        """A member is here, or here again: found by name at the door, or pressing “I am back”."""
        return self._of_a_member(session_id, member_id, lambda one: Arrive(one.id, actor, member_id))

    def mark_left(self, session_id: str, member_id: str, *, actor: str = FACILITATOR) -> int:
        """A member leaves before the end."""
        return self._of_a_member(session_id, member_id, lambda one: Leave(one.id, actor, member_id))

    def mark_remote(self, session_id: str, member_id: str, remote: bool = True, *, actor: str = FACILITATOR) -> int:
        """A member takes part from afar (and is present by that), or in the room after all."""
        return self._of_a_member(session_id, member_id, lambda one: TakePartFromAfar(one.id, actor, member_id, remote))

    def _of_a_member(self, session_id: str, member_id: str, command: Callable[[Session], Command]) -> int:
        def decided(tx: Transaction, session: Session) -> Command:
            if member_id not in self._state(tx, session_id).seated:
                raise NotAMember("Only members of this assembly are marked as present.", "Choose one from the list.")
            return command(session)

        return self._decided(session_id, decided)

    def presence_log(self, session_id: str) -> PresenceLog:
        """Who came when and who is here now; for the facilitator."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session, names, now = state.session_called(session_id), self._names(tx, state), self._now()
        until = session.closed_at or now
        rows = []
        for member in state.seated.values():
            stay = session.stays.get(member.id)
            late = stay is not None and session.started_at is not None and stay.arrived_at > session.started_at
            seconds = 0 if stay is None else stay.seconds(until)
            rows.append(Attendance(member.id, names.get(member.id, ""), member.table, stay, late, seconds))
        rows.sort(key=lambda row: (row.name.casefold(), row.member))
        return PresenceLog(
            tuple(rows), totals(session.stays, session.started_at), session.started_at, session.closed_at is not None
        )
