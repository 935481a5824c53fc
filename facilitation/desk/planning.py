"""The plan: agendas changed before and while they run, and further sessions. Its acts can be undone like the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facilitation.activities import planned
from facilitation.commands import (
    AddItem,
    Command,
    CorrectItem,
    MoveItem,
    PlanAgenda,
    PutItemBack,
    RemoveItem,
    SkipItem,
    SplitItem,
)
from facilitation.desk.core import FACILITATOR, Core
from facilitation.errors import BadRequest
from facilitation.events import SessionPlanned
from facilitation.model import Assembly, Session
from facilitation.panel import LONGEST_TEXT
from facilitation.plan_clock import planned_end
from facilitation.planning import plan_of
from facilitation.store import Transaction

MOST_SESSIONS = 60


class Planning(Core):
    """Items skipped, moved, split, added, corrected and removed; sessions added."""

    def skip_item(self, session_id: str, item_id: str, reason: str = "", *, seen_seq: int | None = None) -> int:
        """This item will not be held. Skipping it again changes nothing; to start it after all is allowed."""
        return self._command(session_id, SkipItem(session_id, FACILITATOR, item_id, reason), seen_seq)

    def put_item_back(self, session_id: str, item_id: str, *, seen_seq: int | None = None) -> int:
        """A skipped item is to be held after all."""
        return self._command(session_id, PutItemBack(session_id, FACILITATOR, item_id), seen_seq)

    def move_item(self, session_id: str, item_id: str, place: int, *, seen_seq: int | None = None) -> int:
        """Put an item that has not begun at this place of the agenda; 0 is the first."""
        return self._command(session_id, MoveItem(session_id, FACILITATOR, item_id, place), seen_seq)

    def split_item(
        self, session_id: str, item_id: str, minutes: int, title: str = "", *, seen_seq: int | None = None
    ) -> str:
        """Make two items of one: the first keeps so many minutes, the second gets the rest. The second one's id."""
        new = self._new_id()
        self._command(session_id, SplitItem(session_id, FACILITATOR, item_id, minutes, new, title), seen_seq)
        return new

    def add_item(
        self, session_id: str, row: Mapping[str, Any], place: int | None = None, *, seen_seq: int | None = None
    ) -> str:
        """One more item at this place, or at the end; its id. Sent twice, there are two."""
        new = self._new_id()

        def command(tx: Transaction, session: Session) -> Command:
            going_on = _going_on(self._state(tx, session_id), row)
            return AddItem(session.id, FACILITATOR, new, going_on, len(session.agenda) if place is None else place)

        self._decided(session_id, command, seen_seq)
        return new

    def correct_item(
        self, session_id: str, item_id: str, row: Mapping[str, Any], *, seen_seq: int | None = None
    ) -> int:
        """Change kind, title, note, minutes or start of an item that has not begun; what is left out stays."""

        def command(tx: Transaction, session: Session) -> Command:
            kind = {"kind": session.item_called(item_id).kind, **row}
            going_on = _going_on(self._state(tx, session_id), kind, item_id) if "continues" in row else row
            return CorrectItem(session.id, FACILITATOR, item_id, going_on)

        return self._decided(session_id, command, seen_seq)

    def remove_item(self, session_id: str, item_id: str, *, seen_seq: int | None = None) -> int:
        """Take an item that has not begun off the agenda."""
        return self._command(session_id, RemoveItem(session_id, FACILITATOR, item_id), seen_seq)

    def plan_agenda(self, session_id: str, rows: Sequence[Mapping[str, Any]], *, seen_seq: int | None = None) -> int:
        """Put these rows in the place of everything that has not begun; they follow what has."""

        def command(tx: Transaction, session: Session) -> Command:
            begun = [item for item in session.agenda if item.started_at is not None]
            state = self._state(tx, session_id)
            follow = [dict(_going_on(state, row)) for row in rows]
            if begun and follow:
                follow[0]["planned_start"] = planned_end(begun[-1])
            return PlanAgenda(session.id, FACILITATOR, planned(follow, [self._new_id() for _ in follow]))

        return self._decided(session_id, command, seen_seq)

    def add_session(self, assembly_id: str, name: str, agenda: Sequence[Mapping[str, Any]] | None = None) -> str:
        """Another session of an assembly, after those that it has; its id. Without an agenda it gets the last one's."""
        name = name.strip()
        if not name or len(name) > LONGEST_TEXT:
            raise BadRequest("The session needs a name.", f"Give it a name of 1 to {LONGEST_TEXT} characters.")
        session_id = self._new_id()
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            known = list(state.sessions.values())
            if any(one.name.casefold() == name.casefold() for one in known):
                raise BadRequest(f"This assembly has a session called “{name}” already.", "Give it another name.")
            if len(known) >= MOST_SESSIONS:
                raise BadRequest(f"An assembly has at most {MOST_SESSIONS} sessions.", "Found another assembly.")
            rows = [plan_of(item) for item in known[-1].agenda] if agenda is None else agenda
            plan = planned([_going_on(state, row) for row in rows], [self._new_id() for _ in rows])
            tx.journal.settle(session_id, state.id)
            self._append(tx, state, FACILITATOR, [SessionPlanned(session_id, name, plan)])
        return session_id


def _going_on(state: Assembly, row: Mapping[str, Any], item_id: str = "") -> Mapping[str, Any]:
    """The row, with the work that it goes on with in the place of the item that it names, in whichever session."""
    named = row.get("continues")
    if not named or type(named) is int:
        return row
    _, earlier = state.item_called(str(named))
    if earlier.id == item_id or earlier.kind != row.get("kind"):
        raise BadRequest(f"An item cannot go on with “{earlier.title}”.", "Choose an earlier item of the same kind.")
    return {**row, "continues": earlier.work_id}
