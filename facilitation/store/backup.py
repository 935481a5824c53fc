"""The copy of a database: every row of every table, but of the urn only the rounds that are counted.

Of what members answered it has the sheets that are closed, where no voice is a member any more, and of what they are
still writing nothing. Rows of other rounds are never read into the copy, so no page of its file has ever held them. The
copy is written from one picture of the database, and nobody who votes meanwhile waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, TableClause, insert, select, text

from facilitation.errors import BadRequest
from facilitation.store import schema

ROWS_AT_ONCE = 50
CUT = "~"
"""How a voice begins that is no member any more."""
TABLES = tuple(one for one in vars(schema).values() if isinstance(one, TableClause))
"""In the order in which the schema names them: what others point at comes first."""


@dataclass(frozen=True)
class Kept:
    """Which rounds are in the copy with their urn, and which are drafts, of which ballots may be printed already."""

    counted: frozenset[str]
    drafts: frozenset[str]

    def of(self, table: TableClause) -> list[str]:
        """The rounds whose rows of this table are copied."""
        return sorted(self.counted | self.drafts if table.name == schema.PRINTED else self.counted)


def copy_rows(source: Connection, target: Connection, rounds: Kept) -> None:
    """Write every row into the empty target; of the urn, what belongs to these rounds."""
    for table in TABLES:
        if table.name == schema.UNFINISHED:
            continue
        rows = select(table)
        if table.name == schema.ANSWERS:
            rows = rows.where(table.c.voice.startswith(CUT))
        if table.name in schema.URN:
            rows = rows.where(table.c.round.in_(rounds.of(table)))
        found = source.execute(rows, execution_options={"yield_per": ROWS_AT_ONCE})
        for some in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])


def check(target: Connection, rounds: Kept) -> None:
    """Read the finished copy again: the file is sound, every row finds what it points at, and no open urn is in it."""
    faults = [str(row[0]) for row in target.execute(text("PRAGMA integrity_check"))]
    faults += [f"a row of {row[0]} points at nothing" for row in target.execute(text("PRAGMA foreign_key_check"))]
    for table in TABLES:
        if table.name in schema.URN:
            others = select(table.c.round).where(table.c.round.not_in(rounds.of(table))).limit(1)
            faults += [f"{table.name} of an open round" for _ in target.execute(others)]
    if faults[:1] != ["ok"] or len(faults) > 1:
        raise BadRequest(
            f"The copy is not sound: {'; '.join(fault for fault in faults if fault != 'ok')[:300]}.",
            "Look at the disk, then make it again.",
        )
