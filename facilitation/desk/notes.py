"""Discussions at the tables: go-rounds, notes, putting them together, and calls for help.

A host speaks for one table, a member for the table where they sit now, the facilitator for any. Every deed may be sent
again: a tap names whom it is for, a note its key, an undo the row that it takes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from facilitation.activities import ACTIVITIES
from facilitation.commands import AnswerHelp, CallForHelp, FinishHelp, ItemCommand, WithdrawHelp
from facilitation.desk.core import FACILITATOR
from facilitation.desk.work import Wish, Work, seated_member, work_of
from facilitation.errors import BadRequest, NotPresent, WrongState
from facilitation.help.screen import help_of_table
from facilitation.model import Assembly, Session
from facilitation.notes import terms
from facilitation.notes.commands import (
    AddNote,
    BeginGoRound,
    ChangeNote,
    EndTurn,
    GroupNotes,
    GrowGroup,
    NameGroup,
    PartNotes,
    PassTurn,
    RestoreNote,
    ShowNotes,
    StartTurn,
    UndoGrouping,
    UndoTap,
    WithdrawNote,
)
from facilitation.notes.note import LONGEST
from facilitation.store import Identity, Transaction

Deed = Literal["start", "end", "pass", "round", "undo"]
LONGEST_GROUP = 100
"""Characters of a group's name."""


@dataclass(frozen=True)
class By:
    """Who asks: a host or the facilitator for a table, or a member for the one where they sit."""

    table: int = 0
    member: str = ""
    facilitator: bool = False

    @property
    def actor(self) -> str:
        """As the journal writes it."""
        if self.facilitator:
            return FACILITATOR
        return f"member:{self.member}" if self.member else f"host:{self.table}"


class Notes(Work):
    """What happens at the tables."""

    # ------------------------------------------------------------------------------------------------- go-rounds

    def tap(self, session_id: str, item_id: str, by: By, deed: Deed, what: str) -> int:
        """Somebody begins, ends or passes (`what` is who); another go-round begins (its number); a tap is undone."""
        mine = (session_id, by.actor, item_id, by.table)
        commands: dict[str, Callable[[], ItemCommand]] = {
            "start": lambda: StartTurn(*mine, what),
            "end": lambda: EndTurn(*mine, what),
            "pass": lambda: PassTurn(*mine, what),
            "round": lambda: BeginGoRound(*mine, _number(what)),
            "undo": lambda: UndoTap(*mine, _number(what)),
        }
        if deed not in commands:
            raise BadRequest("There is no such tap.", f"Use one of: {', '.join(commands)}.")
        return self._command(session_id, commands[deed]())

    # ----------------------------------------------------------------------------------------------------- notes

    def add_note(self, session_id: str, item_id: str, by: By, heading: str, *, key: str, body: str) -> int:
        """A note of the table. Sent twice with one key, it is written once."""
        table = self._may_write(session_id, item_id, by)
        return self._worded(
            session_id,
            Wish(by.actor, key, body, LONGEST, "The note"),
            lambda text: AddNote(session_id, by.actor, item_id, table, heading, text.id, text.commitment),
        )

    def change_note(self, session_id: str, item_id: str, by: By, note: tuple[str, str], *, key: str, body: str) -> int:
        """Other words for a note; `note` is its id and the version that the writer saw."""
        table = self._may_write(session_id, item_id, by)
        return self._worded(
            session_id,
            Wish(by.actor, key, body, LONGEST, "The note"),
            lambda text: ChangeNote(session_id, by.actor, item_id, table, *note, text.id, text.commitment),
        )

    def withdraw_note(self, session_id: str, item_id: str, by: By, note: str, *, back: bool = False) -> int:
        """Take a note back, or (`back`) let it stand again."""
        table = None if by.facilitator else self._may_write(session_id, item_id, by)
        kind = RestoreNote if back else WithdrawNote
        return self._command(session_id, kind(session_id, by.actor, item_id, table, note))

    def _may_write(self, session_id: str, item_id: str, by: By) -> int:
        """The table for which they write. A member's is the one where they sit at this moment."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
            item = session.item_called(item_id)
            if by.member and item.kind == "discussion" and not terms.of(item.terms).members:
                raise WrongState("In this item the host of the table writes.", "Tell your host what to write down.")
            return _table(state, session, by)

    # ---------------------------------------------------------------------------------------------- put together

    def group_notes(self, session_id: str, item_id: str, notes: Sequence[str], *, key: str, name: str) -> int:
        """Put notes together under a name."""
        return self._worded(
            session_id,
            Wish(FACILITATOR, key, name, LONGEST_GROUP, "The name of the group"),
            lambda text: GroupNotes(session_id, FACILITATOR, item_id, tuple(notes), text.id, text.commitment),
        )

    def name_group(self, session_id: str, item_id: str, group: str, *, key: str, name: str) -> int:
        """Give a group another name."""
        return self._worded(
            session_id,
            Wish(FACILITATOR, key, name, LONGEST_GROUP, "The name of the group"),
            lambda text: NameGroup(session_id, FACILITATOR, item_id, group, text.id, text.commitment),
        )

    def grow_group(self, session_id: str, item_id: str, group: str, notes: Sequence[str]) -> int:
        """Put more notes into a group."""
        return self._command(session_id, GrowGroup(session_id, FACILITATOR, item_id, group, tuple(notes)))

    def part_notes(self, session_id: str, item_id: str, notes: Sequence[str]) -> int:
        """Let notes stand by themselves again."""
        return self._command(session_id, PartNotes(session_id, FACILITATOR, item_id, tuple(notes)))

    def undo_grouping(self, session_id: str, item_id: str, step: int) -> int:
        """Take back the last act of putting together or taking apart."""
        return self._command(session_id, UndoGrouping(session_id, FACILITATOR, item_id, step))

    def show_notes(self, session_id: str, item_id: str, heading: str) -> int:
        """Show the notes of all tables under this heading in the hall; empty: none any more."""
        return self._command(session_id, ShowNotes(session_id, FACILITATOR, item_id, heading))

    # ------------------------------------------------------------------------------------------------------ help

    def call_for_help(self, session_id: str, by: By, what: str) -> int:
        """A table asks for help. Asking again, from any tablet of the table, changes nothing."""
        table = self._table_they_mean(session_id, by)
        return self._command(session_id, CallForHelp(session_id, by.actor, table, what, by.member))

    def withdraw_help(self, session_id: str, by: By, call: int) -> int:
        """The table does not need help any more."""
        table = self._table_they_mean(session_id, by)
        return self._command(session_id, WithdrawHelp(session_id, by.actor, call, table, by.member))

    def answer_help(self, session_id: str, call: int) -> int:
        """Somebody of the team is on the way."""
        return self._command(session_id, AnswerHelp(session_id, FACILITATOR, call))

    def finish_help(self, session_id: str, call: int) -> int:
        """The table has been helped."""
        return self._command(session_id, FinishHelp(session_id, FACILITATOR, call))

    def _table_they_mean(self, session_id: str, by: By) -> int:
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            return _table(state, state.session_called(session_id), by)

    # -------------------------------------------------------------------------------------------------- the host

    def tables_of(self, assembly_id: str) -> list[int]:
        """The numbers of the tables at which somebody has a seat."""
        with self._store.reading() as tx:
            return sorted({one.table for one in self._state(tx, assembly_id).seated.values()})

    def _at_table(self, tx: Transaction, state: Assembly, session: Session, host: Identity) -> dict[str, Any]:
        """What the host of a table sees beyond what all hosts see; a kind of item need not have anything for hosts.

        What is being typed is each device's own: two hosts of one table do not write into each other's sentence.
        """
        table = host.table or 0
        return {
            "kept": tx.words.kept(session.id, f"host:{table}:{host.token_id}"),
            "table": table,
            "help": help_of_table(session.help, table, self._now()),
            "work": self._table_work(tx, state, session, table),
        }

    def _table_work(self, tx: Transaction, state: Assembly, session: Session, table: int) -> dict[str, Any]:
        item = session.item
        looked: Callable[..., dict[str, Any]] | None = (
            None if item is None else getattr(ACTIVITIES[item.kind], "at_table", None)
        )
        if item is None or looked is None:
            return {}
        return looked(work_of(state, item), self._seen(tx, state, session, item), table)


def _table(state: Assembly, session: Session, by: By) -> int:
    if not by.member:
        if by.table not in {one.table for one in state.seated.values()}:
            raise BadRequest(f"Nobody sits at table {by.table}.", "Choose a table of this assembly.")
        return by.table
    member = seated_member(state, by.member)
    if member not in session.present:
        raise NotPresent("This member has not joined the session yet.", "Join with the code on the badge first.")
    return state.members[member].table


def _number(what: str) -> int:
    if not what.isascii() or not what.isdigit() or len(what) > 12:
        raise BadRequest(f"“{what[:20]}” is not a number.", "Look at the list again.")
    return int(what)
