"""What members need, confirmed or corrected on arrival. To say the same twice is to say it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from facilitation import needs
from facilitation.desk.core import FACILITATOR
from facilitation.desk.entrance import Entrance
from facilitation.errors import NotAMember, NotNow
from facilitation.model import Assembly, Phase, Session
from facilitation.needs import Need, Record
from facilitation.store import Transaction


@dataclass(frozen=True)
class NeedRow:
    """What one member needs, and whether they have confirmed it in this session."""

    member: str
    name: str
    table: int
    here: bool
    state: str
    known: Record
    to_seat: bool
    """They changed something for which their seat may be the wrong one, and nobody has been seated since."""


class Needs(Entrance):
    """What members need."""

    def needs_columns(self, assembly_id: str) -> list[str]:
        """The columns of the panel's file that say it: those chosen, or else the one that is called so."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            return self._needs_columns(state, {one.member: one.columns for one in tx.people.of(state.id)})

    def ask_needs(self, assembly_id: str, columns: Sequence[str], *, actor: str = FACILITATOR) -> int:
        """Choose the columns; none, and nobody is asked."""
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            known = {name for one in tx.people.of(state.id) for name in one.columns}
            event = needs.asked(columns, known)
            same = state.needs_columns is not None and list(state.needs_columns) == list(event.columns)
            return state.seq if same else self._append(tx, state, actor, [event])

    def needs_of(self, session_id: str, member_id: str) -> NeedRow | None:
        """What is on record of one member; None where nobody is asked."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            found = self._need_rows(tx, state, state.session_called(session_id), [member_id])
            return found[0] if found else None

    def needs(self, session_id: str) -> list[NeedRow]:
        """What every member needs, by name; for facilitators."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            rows = self._need_rows(tx, state, state.session_called(session_id), state.seated)
        return sorted(rows, key=lambda row: (row.name.casefold(), row.member))

    def needs_at_table(self, session_id: str, table: int) -> list[NeedRow]:
        """What the members at this table need, where anything is known; for its host."""
        return [row for row in self.needs(session_id) if row.table == table and not row.known.empty]

    def confirm_needs(self, session_id: str, member_id: str) -> None:
        """What is on record is right."""
        with self._store.writing() as tx:
            state, session, before = self._answering(tx, session_id, member_id)
            if needs.state_of(before, session.id) == "to confirm":
                own = before is not None and before.own
                kept = (before.wishes, before.words) if before is not None and own else ((), "")
                tx.needs.put(state.id, Need(member_id, session.id, self._now(), "confirmed", own, *kept))

    def correct_needs(self, session_id: str, member_id: str, wishes: Iterable[str], words: str) -> bool:
        """It is otherwise: these wishes for the seat, and words for the team. Whether anything was another before."""
        chosen, text = needs.corrected(wishes, words)
        with self._store.writing() as tx:
            state, session, before = self._answering(tx, session_id, member_id)
            person = tx.people.columns_of(member_id)
            known = needs.record(self._needs_columns(state, {member_id: person}), person, before)
            if (known.wishes, known.text) == (chosen, text):
                if needs.state_of(before, session.id) == "to confirm":
                    kept = (chosen, text) if known.own else ((), "")
                    tx.needs.put(state.id, Need(member_id, session.id, self._now(), "confirmed", known.own, *kept))
                return False
            tx.needs.put(state.id, Need(member_id, session.id, self._now(), "changed", True, chosen, text))
        self._store.tidy()
        return True

    def _answering(self, tx: Transaction, session_id: str, member_id: str) -> tuple[Assembly, Session, Need | None]:
        state = self._state(tx, session_id)
        session = state.session_called(session_id)
        if member_id not in state.seated:
            raise NotAMember("Only members of this assembly are asked what they need.", "Choose one from the list.")
        if session.phase is Phase.CLOSED:
            raise NotNow("say what a member needs", session.phase.value, [])
        return state, session, tx.needs.of(state.id).get(member_id)

    def _need_rows(self, tx: Transaction, state: Assembly, session: Session, members: Iterable[str]) -> list[NeedRow]:
        people = {one.member: one for one in tx.people.of(state.id)}
        columns = self._needs_columns(state, {one.member: one.columns for one in people.values()})
        if not columns:
            return []
        answered = tx.needs.of(state.id)
        return [
            self._need_row(state, session, columns, (people[one].name, people[one].columns, answered.get(one)), one)
            for one in members
            if one in state.seated
        ]

    def _need_row(
        self,
        state: Assembly,
        session: Session,
        columns: Sequence[str],
        person: tuple[str, Mapping[str, str], Need | None],
        member: str,
    ) -> NeedRow:
        name, said, need = person
        known, now = needs.record(columns, said, need), needs.state_of(need, session.id)
        moved = session.tables.moved_at
        fresh = now == "changed" and need is not None and (moved is None or need.at > moved)
        return NeedRow(
            *(member, name, state.members[member].table, member in session.present, now, known),
            to_seat=fresh and bool(known.new_wishes),
        )

    def _needs_columns(self, state: Assembly, people: Mapping[str, Mapping[str, str]]) -> list[str]:
        if state.needs_columns is not None:
            return list(state.needs_columns)
        found = needs.found_column(dict.fromkeys(name for columns in people.values() for name in columns))
        return [] if found is None else [found]
