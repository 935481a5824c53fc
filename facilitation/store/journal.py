"""The journal: rows are added at the head and never changed.

The database keeps (assembly, seq) unique, so two writers can never both be next; each row carries the hash of the one
before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, func, insert, select

from facilitation.errors import NameTaken, NotFound
from facilitation.events import Act, Entry, Link
from facilitation.store.schema import assembly, journal, place

# What every command asks is made once: to make a statement costs more than to carry it out.
_OF = journal.c.assembly == bindparam("of_assembly")
_HEAD = select(journal.c.seq, journal.c.hash).where(_OF).order_by(journal.c.seq.desc()).limit(1)
_LINKS = select(journal).where(_OF, journal.c.seq > bindparam("after")).order_by(journal.c.seq)
_ASSEMBLY_OF = select(place.c.assembly).where(place.c.id == bindparam("thing"))
_APPEND = insert(journal)


@dataclass(frozen=True)
class Head:
    """The newest row of a journal: its number and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Journal:
    """The journals of all assemblies, inside one transaction."""

    connection: Connection

    def found(self, assembly_id: str, name: str) -> None:
        """A new assembly; its name must be free."""
        taken = select(assembly.c.id).where(func.lower(assembly.c.name) == func.lower(name))
        if self.connection.execute(taken).first():
            raise NameTaken(f"There is an assembly called “{name}” already.", "Give this one another name.")
        self.connection.execute(insert(assembly).values(id=assembly_id, name=name))
        self.settle(assembly_id, assembly_id)

    def settle(self, thing: str, assembly_id: str) -> None:
        """Remember to which assembly the id of a session or a round belongs."""
        self.connection.execute(insert(place).values(id=thing, assembly=assembly_id))

    def assembly_of(self, thing: str) -> str:
        """The assembly to which this assembly, session or round belongs."""
        found = self.connection.execute(_ASSEMBLY_OF, {"thing": thing}).scalar()
        if found is None:
            raise NotFound(f"There is nothing with the id {thing[:40]} here.", "Check the id, or the database.")
        return str(found)

    def assemblies(self) -> list[tuple[str, str]]:
        """Id and name of every assembly, by name."""
        rows = self.connection.execute(select(assembly.c.id, assembly.c.name).order_by(assembly.c.name))
        return [(row.id, row.name) for row in rows]

    def head(self, assembly_id: str) -> Head:
        """The newest row; number 0 for an empty journal."""
        row = self.connection.execute(_HEAD, {"of_assembly": assembly_id}).first()
        return Head(row.seq, row.hash) if row else Head(0, "")

    def links(self, assembly_id: str, after: int = 0) -> list[Link]:
        """The rows after this number, as they stand."""
        rows = self.connection.execute(_LINKS, {"of_assembly": assembly_id, "after": after})
        return [Link(row.seq, row.at, row.actor, row.kind, row.data, row.hash) for row in rows]

    def first_links(self, assembly_id: str, size: int, after: int = 0) -> list[Link]:
        """The rows after the one number up to and with the other, as they stand."""
        mine = select(journal).where(journal.c.assembly == assembly_id, journal.c.seq > after, journal.c.seq <= size)
        rows = self.connection.execute(mine.order_by(journal.c.seq))
        return [Link(row.seq, row.at, row.actor, row.kind, row.data, row.hash) for row in rows]

    def append(self, assembly_id: str, acts: Sequence[Act]) -> list[Entry]:
        """Write what was done at the head, in this order; the rows as they now stand."""
        head = self.head(assembly_id)
        entries = [Entry(seq, one.at, one.actor, one.event) for seq, one in enumerate(acts, start=head.seq + 1)]
        rows, previous = [], head.hash
        for entry in entries:
            link = entry.link(assembly_id, previous)
            rows.append({"assembly": assembly_id, **asdict(link)})
            previous = link.hash
        if rows:
            self.connection.execute(_APPEND, rows)
        return entries
