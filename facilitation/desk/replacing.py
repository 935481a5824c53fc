"""Members who leave, and who takes their seats.

Neither act is idempotent: sent twice, or by two at once, the second one meets a member who has left already, or a seat
that is taken, and is refused; nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from facilitation import seats
from facilitation.codes import new_code
from facilitation.desk.core import STAFF
from facilitation.desk.entrance import Entrance, Seat
from facilitation.errors import BadRequest, LeftTheAssembly, SeatTaken
from facilitation.events import AlternateSeated
from facilitation.model import Assembly
from facilitation.panel import LONGEST_TEXT, named, the_rest
from facilitation.store import Person, Transaction


@dataclass(frozen=True)
class MemberRow:
    """A member in the recruiter's list; `left` is the reason, `free` says that nobody has the seat since."""

    id: str
    panel_id: str
    name: str
    seat: int
    table: int
    code: str
    left: str
    free: bool
    replaces: str | None


class Replacing(Entrance):
    """Withdrawals and replacements."""

    def members(self, assembly_id: str) -> list[MemberRow]:
        """Everyone who sits or sat in this assembly, by seat, who sits there now last."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            free = {member.id for member in seats.free_seats(state)}
            rows = [self._row(state, person, free) for person in tx.people.of(state.id)]
        return sorted(rows, key=lambda row: row.seat)

    def _row(self, state: Assembly, person: Person, free: set[str]) -> MemberRow:
        member = state.members[person.member]
        number = seats.number_of(state, state.seat_of(member.id))
        return MemberRow(
            *(member.id, person.panel_id, person.name, number, member.table, person.code or "", member.left),
            free=member.id in free,
            replaces=member.replaces,
        )

    def withdraw_member(self, assembly_id: str, member_id: str, reason: str, *, actor: str = STAFF) -> int:
        """The member leaves for this reason (a word of `seats.REASONS`): code and devices open nothing from now on."""
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            event = seats.withdrawn(state, member_id, reason)
            tx.access.revoke_member(member_id)
            return self._append(tx, state, actor, [event])

    def seat_alternate(
        self, assembly_id: str, replaces: str, row: Mapping[str, str], source: str, *, actor: str = STAFF
    ) -> Seat:
        """Seat this person (a row of a panel) where the member who left sat, at the same table, with a fresh code."""
        panel_id = (row.get("id") or "").strip()
        if not panel_id or len(panel_id) > LONGEST_TEXT:
            raise BadRequest("The id of the new member is missing or too long.", "Give the id of the volunteers' list.")
        seats.check_source(source)
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            free = seats.free_seat(state, replaces)
            known = tx.people.of(state.id)
            may_sit(state, known, panel_id, source)
            code = new_code(self._chance, tx.people.codes())
            new = Person(self._new_id(), panel_id, named(row, panel_id), the_rest(row), self._new_secret(), code)
            tx.people.add(state.id, [new], first_place=len(known))
            event = AlternateSeated(new.member, free.table, new.commitment, replaces, source)
            self._append(tx, state, actor, [event])
        return Seat(new.panel_id, new.name, code)

    def seat_again(self, assembly_id: str, member_id: str, *, actor: str = STAFF) -> Seat:
        """A member who left (or was marked so by mistake) comes back to the same seat, with a fresh code."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            seats.free_seat(state, member_id)
            person = next(one for one in tx.people.of(state.id) if one.member == member_id)
        row = {**person.columns, "id": person.panel_id, "name": person.name}
        return self.seat_alternate(assembly_id, member_id, row, "returned", actor=actor)

    def say_farewell(self, token: str) -> None:
        """Refuse, in plain words, a device of a member who has left; say nothing to any other."""
        with self._store.reading() as tx:
            known = tx.access.revoked_member(token)
            if known is not None and self._left(tx, *known):
                raise LeftTheAssembly(
                    "You have left this assembly, so this device and your code open nothing any more.",
                    "If that is a mistake, speak to the team at the desk.",
                )

    def _left(self, tx: Transaction, assembly_id: str, member_id: str) -> bool:
        return bool(self._state(tx, assembly_id).members[member_id].left)


def may_sit(state: Assembly, known: list[Person], panel_id: str, source: str) -> None:
    """Nobody sits twice; who has left comes back only by being called back."""
    same = [one.member for one in known if one.panel_id == panel_id]
    if any(not state.members[member].left for member in same):
        raise SeatTaken(f"The volunteer {panel_id[:40]} has a seat in this assembly already.", "Choose somebody else.")
    if same and source != "returned":
        raise SeatTaken(
            f"The volunteer {panel_id[:40]} has left this assembly.", "Choose somebody else, or seat that member again."
        )
