"""Ballots on paper, as far as the database knows them: numbers that are out, and ballots that were typed once.

Neither has a person beside it, a time or an order. A number leaves the table as its ballot goes into the urn, so
nothing that stays tells a paper's ballot from a tablet's; when the round is counted or cancelled, the others leave too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from facilitation.store.schema import ballot, paper_entry, paper_number

_ISSUED = select(paper_number.c.round, paper_number.c.version).where(paper_number.c.number == bindparam("sought"))
"""Asked with every ballot, so it is made once."""


@dataclass(frozen=True)
class PaperEntry:
    """A ballot that was typed once: its number, how it came, its canonical choice, and which device typed it."""

    number: str
    channel: str
    choice: str
    actor: str


@dataclass(frozen=True)
class Papers:
    """The papers of all rounds, inside one transaction."""

    connection: Connection

    def issue(self, round_id: str, version: int, sheet: str, numbers: Iterable[str]) -> None:
        """These numbers are printed for this version of the round."""
        rows = [{"number": number, "round": round_id, "version": version, "sheet": sheet} for number in numbers]
        self.connection.execute(insert(paper_number), rows)

    def issued(self, number: str) -> tuple[str, int] | None:
        """The round and its version for which this number is out; None when it is not."""
        row = self.connection.execute(_ISSUED, {"sought": number}).first()
        return (row.round, int(row.version)) if row else None

    def sheet(self, round_id: str, sheet: str) -> list[str]:
        """The numbers of one printing that are still out."""
        mine = (paper_number.c.round == round_id, paper_number.c.sheet == sheet)
        return sorted(self.connection.execute(select(paper_number.c.number).where(*mine)).scalars())

    def out(self, round_id: str) -> int:
        """How many numbers of this round are out."""
        mine = select(func.count()).select_from(paper_number).where(paper_number.c.round == round_id)
        return int(self.connection.execute(mine).scalar_one())

    def in_an_urn(self, number: str) -> bool:
        """Whether a ballot with this number lies in the urn of any round."""
        mine = select(func.count()).select_from(ballot).where(ballot.c.tracker == number)
        return bool(self.connection.execute(mine).scalar_one())

    def use(self, number: str) -> None:
        """The number's ballot goes into the urn."""
        self.connection.execute(delete(paper_number).where(paper_number.c.number == number))

    def enter(self, round_id: str, entry: PaperEntry) -> None:
        """A ballot was typed for the first time."""
        row = {"number": entry.number, "channel": entry.channel, "choice": entry.choice, "actor": entry.actor}
        self.connection.execute(insert(paper_entry).values(round=round_id, **row))

    def entry(self, round_id: str, number: str) -> PaperEntry | None:
        """What was typed of this number the first time."""
        its = (paper_entry.c.round == round_id, paper_entry.c.number == number)
        row = self.connection.execute(select(paper_entry).where(*its)).first()
        return PaperEntry(row.number, row.channel, row.choice, row.actor) if row else None

    def strike(self, round_id: str, number: str) -> None:
        """Forget what was typed of this number."""
        its = (paper_entry.c.round == round_id, paper_entry.c.number == number)
        self.connection.execute(delete(paper_entry).where(*its))

    def waiting(self, round_id: str) -> list[str]:
        """The numbers that were typed once, in the order of the alphabet."""
        mine = select(paper_entry.c.number).where(paper_entry.c.round == round_id)
        return sorted(self.connection.execute(mine).scalars())

    def forget(self, round_id: str) -> None:
        """Nothing is out any more."""
        for kept in (paper_number, paper_entry):
            self.connection.execute(delete(kept).where(kept.c.round == round_id))
