"""The tables of a session: whom to seat, a plan in use, people sent to their tables. Sending twice is sending once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facilitation import needs
from facilitation.commands import Command, MoveTables, ShowTables, UseTables
from facilitation.desk.core import FACILITATOR
from facilitation.desk.needs import Needs
from facilitation.errors import WrongState
from facilitation.model import Assembly, Session
from facilitation.seats import table_of
from facilitation.store import Person, Transaction
from facilitation.tables.plan import Seats, TablePlan, check


@dataclass(frozen=True)
class ToSeat:
    """Whom a plan is made for: the rows of the panel's file with what members need today, the member behind each id of
    it, who is here, and the plan in use, with everyone who took a seat in the place of whoever had it. Rows without a
    member are chairs for those who come to support one.
    """

    rows: tuple[Mapping[str, str], ...]
    members: Mapping[str, str]
    here: frozenset[str]
    plan: TablePlan


BESIDE = "supporter"
"""Ends the id of a chair that stands beside a member's."""


class Tables(Needs):
    """The plan of the tables."""

    def to_seat(self, session_id: str) -> ToSeat:
        """The members of now, for a plan of their tables."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
            known = {one.member: one for one in tx.people.of(state.id)}
            wanted = self._seat_needs(tx, state, known)
        rows, members, chairs = [], {}, []
        for member in state.seated:
            person = known[member]
            panel_id = person.panel_id or member  # of somebody whose data were erased
            needed, beside = wanted.get(member, ("", False))
            said = {**person.columns, **({"needs": needed} if needed or "needs" in person.columns else {})}
            rows.append({**said, "id": panel_id, "name": person.name})
            members[panel_id] = member
            if beside:
                chairs.append({"id": f"{panel_id} {BESIDE}", "name": f"Beside {person.name}", "supports": panel_id})
        now = [
            {one: table for one in state.seated if (table := table_of(state, one, seats, 0))}
            for seats in session.tables.rounds
        ]
        plan = TablePlan(tuple(now), session.tables.now, session.tables.made)
        return ToSeat((*rows, *chairs), members, session.present & state.seated.keys(), plan)

    def _seat_needs(self, tx: Transaction, state: Assembly, known: Mapping[str, Person]) -> dict[str, tuple[str, bool]]:
        """What the seating reads of every member's needs, and whether a chair stands beside theirs."""
        columns = self._needs_columns(state, {member: person.columns for member, person in known.items()})
        answered, found = tx.needs.of(state.id), {}
        for member in state.seated:
            said = known[member].columns
            record = needs.record(columns, said, answered.get(member))
            found[member] = (needs.seat_words(said, record), needs.SUPPORTER in record.wishes and record.own)
        return found

    def use_tables(self, session_id: str, rounds: Sequence[Seats], *, instead_of: int) -> int:
        """Use this plan for all members; `instead_of` is the plan it replaces, as the journal's row, 0 for none."""

        def command(tx: Transaction, session: Session) -> Command:
            state = self._state(tx, session_id)
            names = {one.member: one.name for one in tx.people.of(state.id)}
            check(rounds, names, state.seated, state.seated)
            return UseTables(session_id, FACILITATOR, rounds, 0, instead_of)

        return self._decided(session_id, command)

    def use_again(self, session_id: str, rounds: Sequence[Seats], number: int, *, instead_of: int) -> int:
        """Use these rounds, the first of them as round `number` and at once, for those who are here; the rounds before
        stay as they were.
        """

        def command(tx: Transaction, session: Session) -> Command:
            state = self._state(tx, session_id)
            names = {one.member: one.name for one in tx.people.of(state.id)}
            check(rounds, names, state.seated, session.present & state.seated.keys())
            before = session.tables.rounds[: number - 1]
            if number < 1 or len(before) + len(rounds) != len(session.tables.rounds):
                raise WrongState("Another plan has come into use meanwhile.", "Look at it first, then seat again.")
            return UseTables(session_id, FACILITATOR, (*before, *rounds), number, instead_of)

        return self._decided(session_id, command)

    def move_tables(self, session_id: str, number: int) -> int:
        """Send everyone to their table of this round."""
        return self._command(session_id, MoveTables(session_id, FACILITATOR, number))

    def show_tables(self, session_id: str, shown: bool) -> int:
        """Show the map of the tables in the hall, or take it down."""
        return self._command(session_id, ShowTables(session_id, FACILITATOR, shown))
