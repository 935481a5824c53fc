"""The plan: agendas changed before and while they run, and further sessions. Its acts can be undone like the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from facilitation.errors import BadRequest, WrongState
from facilitation.events import Event, SessionPlanned
from facilitation.item_forms import has_work
from facilitation.model import Assembly, Item, Session
from facilitation.plan.clock import planned_end
from facilitation.plan.planning import plan_of
from facilitation.session_events import SessionNamed
from facilitation.sittings import called, in_the_way, removed
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
            where = len(session.agenda) if place is None else place
            going_on = _going_on(self._state(tx, session_id), row, (session_id, where))
            return AddItem(session.id, FACILITATOR, new, going_on, where)

        self._decided(session_id, command, seen_seq)
        return new

    def correct_item(
        self, session_id: str, item_id: str, row: Mapping[str, Any], *, seen_seq: int | None = None
    ) -> int:
        """Change kind, title, note, minutes or start of an item that has not begun; what is left out stays."""

        def command(tx: Transaction, session: Session) -> Command:
            item, state = session.item_called(item_id), self._state(tx, session_id)
            if row.get("kind", item.kind) != item.kind:
                _nothing_goes_on(state, {item_id})
            place = (session_id, session.agenda.index(item))
            going_on = _going_on(state, {"kind": item.kind, **row}, place, item_id) if "continues" in row else row
            return CorrectItem(session.id, FACILITATOR, item_id, going_on)

        return self._decided(session_id, command, seen_seq)

    def remove_item(self, session_id: str, item_id: str, *, seen_seq: int | None = None) -> int:
        """Take an item that has not begun off the agenda."""

        def command(tx: Transaction, session: Session) -> Command:
            _nothing_goes_on(self._state(tx, session_id), {session.item_called(item_id).id})
            return RemoveItem(session_id, FACILITATOR, item_id)

        return self._decided(session_id, command, seen_seq)

    def plan_agenda(self, session_id: str, rows: Sequence[Mapping[str, Any]], *, seen_seq: int | None = None) -> int:
        """Put these rows in the place of everything that has not begun; they follow what has."""

        def command(tx: Transaction, session: Session) -> Command:
            begun = [item for item in session.agenda if item.started_at is not None]
            state = self._state(tx, session_id)
            _nothing_goes_on(state, {item.id for item in session.agenda} - {item.id for item in begun})
            follow = [dict(_going_on(state, row, (session_id, len(begun)))) for row in rows]
            if begun and follow:
                follow[0]["planned_start"] = planned_end(begun[-1])
            return PlanAgenda(session.id, FACILITATOR, planned(follow, [self._new_id() for _ in follow]))

        return self._decided(session_id, command, seen_seq)

    def earlier_work(self, session_id: str) -> list[Earlier]:
        """The items of the assembly with which others can go on."""
        with self._store.reading() as tx:
            return earlier_work(self._state(tx, session_id))

    def add_session(
        self, assembly_id: str, name: str, agenda: Sequence[Mapping[str, Any]] | None = None, *, day: str = ""
    ) -> str:
        """Another session of an assembly, after those that it has; its id. Without an agenda it gets the last one's."""
        session_id = self._new_id()
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            known, said = list(state.sessions.values()), called(state, name, day)
            if len(known) >= MOST_SESSIONS:
                raise BadRequest(f"An assembly has at most {MOST_SESSIONS} sessions.", "Found another assembly.")
            rows = [_afresh(known[-1], item) for item in known[-1].agenda] if agenda is None else agenda
            plan = planned([_going_on(state, row, (session_id, 0)) for row in rows], [self._new_id() for _ in rows])
            tx.journal.settle(session_id, state.id)
            events: list[Event] = [SessionPlanned(session_id, said.name, plan)]
            events += [SessionNamed(session_id, said.name, said.day)] if said.day else []
            self._append(tx, state, FACILITATOR, events)
        return session_id

    def name_session(self, session_id: str, name: str, day: str = "") -> int:
        """Call a session otherwise, and say on which day it is held. Sent twice, the second changes nothing."""
        with self._store.writing() as tx:
            state = self._state(tx, session_id)
            session, said = state.session_called(session_id), called(state, name, day, session_id)
            if (session.name, session.day) == (said.name, said.day):
                return state.seq
            return self._append(tx, state, FACILITATOR, [SessionNamed(session_id, said.name, said.day)])

    def remove_session(self, session_id: str) -> str:
        """Take a session that has not begun off the list; the id of the one that people look at then."""
        with self._store.writing() as tx:
            state = self._state(tx, session_id)
            self._append(tx, state, FACILITATOR, [removed(state, session_id)])
            for one in tx.hall_screens.of(session_id):
                tx.access.revoke_id(one.token)
                tx.hall_screens.remove(one.id)
            return self._state(tx, state.id).present_session.id

    def why_it_stays(self, session_id: str) -> str:
        """Why a session cannot be removed; nothing where it can."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            return in_the_way(state, state.session_called(session_id))


@dataclass(frozen=True)
class Earlier:
    """An item with which a later one can go on: the first of its work."""

    id: str
    kind: str
    title: str
    session_id: str
    session: str
    place: int


def earlier_work(state: Assembly) -> list[Earlier]:
    """The items with which others can go on, in the order of sessions and agendas."""
    return [
        Earlier(item.id, item.kind, item.title, session.id, session.name, place)
        for session in state.sessions.values()
        for place, item in enumerate(session.agenda)
        if not item.continues and has_work(item.kind)
    ]


def _going_on(state: Assembly, row: Mapping[str, Any], where: tuple[str, int], item_id: str = "") -> Mapping[str, Any]:
    """The row, with the work that it goes on with in the place of the item that it names, in whichever session.

    `where` is the session and the place in which the row stands: what it goes on with must come before.
    """
    named = row.get("continues")
    if not named or type(named) is int:
        return row
    session, earlier = state.item_called(str(named))
    order = [*state.sessions, where[0]]
    before = (order.index(session.id), session.agenda.index(earlier)) < (order.index(where[0]), where[1])
    if item_id in (earlier.id, earlier.work_id) or earlier.kind != row.get("kind") or not before:
        raise BadRequest(f"An item cannot go on with “{earlier.title}”.", "Choose an earlier item of the same kind.")
    return {**row, "continues": earlier.work_id}


def _nothing_goes_on(state: Assembly, gone: set[str]) -> None:
    """Refuse to take away items with which others, that stay, go on."""
    for session in state.sessions.values():
        for item in session.agenda:
            if item.continues in gone and item.id not in gone:
                raise WrongState(
                    f"“{item.title}” ({session.name}) goes on with it.", "Let that item begin its own work first."
                )


def _afresh(session: Session, item: Item) -> dict[str, Any]:
    """The plan of an item for another session: what goes on within its own session goes on within the copy."""
    row = plan_of(item)
    places = {one.id: place for place, one in enumerate(session.agenda, start=1)}
    return {**row, "continues": places.get(item.continues, item.continues)} if item.continues else row
