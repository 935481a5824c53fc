"""Members added and corrected in the middle of a day, by the facilitator. Who leaves and who comes: see `replacing`.

To add is not idempotent: the form carries an id of the new member, and the second time it is refused as taken.
To correct twice is to correct once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from facilitation import electorate, seats
from facilitation.codes import new_code
from facilitation.desk.core import FACILITATOR
from facilitation.desk.replacing import MemberRow, Replacing, may_sit
from facilitation.errors import BadRequest, LeftTheAssembly, NotFound
from facilitation.member_events import CodeRenewed, MemberAdded, MemberCorrected
from facilitation.model import Assembly
from facilitation.panel import LONGEST_TEXT, MOST_TABLES, cleaned
from facilitation.store import Person, Transaction

OWN_COLUMNS = ("table",)
"""Columns of the panel's file that the journal knows better."""


@dataclass(frozen=True)
class Known:
    """What is known of a member, for the form that corrects it."""

    row: MemberRow
    columns: Mapping[str, str]
    erased: bool


class Membership(Replacing):
    """The facilitator’s page of members."""

    def member(self, assembly_id: str, member_id: str) -> Known:
        """One member."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            person = _person(tx, state, member_id)
            free = {one.id for one in seats.free_seats(state)}
            columns = {name: said for name, said in person.columns.items() if name not in OWN_COLUMNS}
            return Known(self._row(state, person, free), columns, state.members[member_id].erased)

    def consequences(self, assembly_id: str) -> list[str]:
        """What it means for votes to add or remove a member now."""
        with self._store.reading() as tx:
            return electorate.consequences(self._state(tx, assembly_id))

    def add_member(
        self, assembly_id: str, row: Mapping[str, str], table: int, *, actor: str = FACILITATOR
    ) -> tuple[str, str]:
        """One more member at this table, with a fresh code; the id of the seat and the code.

        The row's id is their id in the panel's file; without one they are called after their seat.
        """
        name, said = _name(row), _columns(row)
        table = _table(table)
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            known = tx.people.of(state.id)
            number = sum(one.replaces is None for one in state.members.values()) + 1
            panel_id = cleaned(row.get("id") or "")[:LONGEST_TEXT] or f"added-{number}"
            may_sit(state, known, panel_id, "by-hand")
            code = new_code(self._chance, tx.people.codes())
            new = Person(self._new_id(), panel_id, name, said, self._new_secret(), code)
            tx.people.add(state.id, [new], first_place=len(known))
            self._append(tx, state, actor, [MemberAdded(new.member, table, new.commitment)])
        return new.member, code

    def correct_member(
        self, assembly_id: str, member_id: str, row: Mapping[str, str], table: int, *, actor: str = FACILITATOR
    ) -> bool:
        """Correct the name, the table and the columns that the row names; whether anything was another before.

        The journal commits to what is known now by a fresh salt, so that nobody can try out what it was.
        """
        name, said = _name(row), _columns(row)
        table = _table(table)
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            before = _person(tx, state, member_id)
            member = state.members[member_id]
            if member.left or member.erased:
                raise LeftTheAssembly(
                    "This member has left the assembly, or was erased.", "Seat them again first, or leave it."
                )
            named = {column for column in row if column not in ("id", "name")}
            kept = {column: text for column, text in before.columns.items() if column not in named}
            after = replace(before, name=name, columns={**kept, **said})
            electorate.refuse_fixed(state, before.columns, after.columns)
            if after == before and table == member.table:
                return False
            after = replace(after, salt=self._new_secret())
            tx.people.correct(after)
            self._append(tx, state, actor, [MemberCorrected(member_id, table, after.commitment)])
        self._store.tidy()
        return True

    def code_of(self, member_id: str) -> str | None:
        """The join code of this seat; None for a seat that is not there or was erased."""
        with self._store.reading() as tx:
            return tx.people.code_of(member_id)

    def renew_code(self, assembly_id: str, member_id: str, lost: str, *, actor: str = FACILITATOR) -> str:
        """The badge with the code `lost` is lost: the member gets a fresh code.

        Code, square and every tablet that used them open nothing from now on. Pressed twice, the second changes
        nothing more, since that code is gone by then.
        """
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            known = _person(tx, state, member_id)
            if state.members[member_id].left or known.code is None:
                raise LeftTheAssembly(
                    "This member has left the assembly, or was erased.", "Seat them again first, or leave it."
                )
            if known.code != lost:
                return known.code
            code = new_code(self._chance, tx.people.codes())
            tx.people.renew(member_id, code)
            tx.access.revoke_member(member_id)
            self._append(tx, state, actor, [CodeRenewed(member_id)])
        self._store.tidy()
        return code


def _person(tx: Transaction, state: Assembly, member_id: str) -> Person:
    for one in tx.people.of(state.id):
        if one.member == member_id:
            return one
    raise NotFound(f"There is no member {member_id[:40]} in this assembly.", "Choose one from the list of members.")


def _name(row: Mapping[str, str]) -> str:
    name = cleaned(row.get("name") or "")
    if not name:
        raise BadRequest("The name is missing.", "Type the name that the member wants to be called by.")
    if len(name) > LONGEST_TEXT:
        raise BadRequest(f"The name has {len(name)} characters.", f"Give at most {LONGEST_TEXT}.")
    return name


def _columns(row: Mapping[str, str]) -> dict[str, str]:
    said = {column: cleaned(text) for column, text in row.items() if column not in ("id", "name", *OWN_COLUMNS)}
    for column, text in said.items():
        if len(text) > LONGEST_TEXT:
            raise BadRequest(
                f"What stands in “{column[:60]}” has {len(text)} characters.", f"Give at most {LONGEST_TEXT}."
            )
    return {column: text for column, text in said.items() if text}


def _table(table: int) -> int:
    if not 1 <= table <= MOST_TABLES:
        raise BadRequest(f"There is no table {table}.", f"Give a table from 1 to {MOST_TABLES}.")
    return table
