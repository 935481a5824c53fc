"""Moving house: every row of one database into another that is empty, SQLite's or PostgreSQL's, whole or not at all.

Only portable types are used, so rows are the same on both sides. Nobody else may have the old database open, or what is
written after the copy would be lost with it. What an urn holds arrives in a random order, also that of a vote which is
still open: a new house has new pages, and they must not tell in which order ballots came.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError

from facilitation.errors import BadRequest
from facilitation.store import schema
from facilitation.store.backup import ROWS_AT_ONCE, TABLES
from facilitation.store.engine import KINDS, cannot_open, is_newer, unopened

IN_RANDOM_ORDER = frozenset({*schema.URN, schema.ANSWERS})
Head = tuple[int, str]


@dataclass(frozen=True)
class Counted:
    """What is in a database: how many rows each table has, and the head of each assembly's journal by its name."""

    rows: Mapping[str, int]
    heads: Mapping[str, Head]


@dataclass(frozen=True)
class Looked:
    """What a database is, seen from outside and without changing it."""

    identity: tuple[object, ...]
    step: str | None
    """Of its schema; None where it has none of ours."""
    filled: tuple[str, ...]
    """Its tables, of ours or anybody's, that have rows."""


def look_at(database: str, *, must_be_alone: bool = False) -> Looked | None:
    """What is behind this URL or path; None for a file that is not there. Refused where somebody else has it open."""
    engine = unopened(database)
    kind = KINDS[engine.dialect.name]
    if engine.dialect.name == "sqlite" and not _has_something(Path(engine.url.database or "")):
        engine.dispose()
        return None
    try:
        if must_be_alone and not kind.is_alone(engine):
            raise BadRequest(
                "Another program has this database open; what it writes from now on would be lost.",
                "Stop `folkmoot serve` and every other command on it first.",
            )
        with engine.connect() as connection:
            return Looked(kind.identity(connection), *_inside(connection))
    except DatabaseError as error:
        raise cannot_open(engine, error) from None
    finally:
        engine.dispose()


def _has_something(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _inside(connection: Connection) -> tuple[str | None, tuple[str, ...]]:
    known = inspect(connection).get_table_names()
    step = None
    if "alembic_version" in known:
        step = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if step is not None and is_newer(step):
        return step, ()
    quoted = connection.dialect.identifier_preparer.quote
    filled = [
        name
        for name in sorted(known)
        if name != "alembic_version"
        and connection.execute(text(f"SELECT 1 FROM {quoted(name)} LIMIT 1")).first() is not None  # noqa: S608  # quoted
    ]
    return step, tuple(filled)


def move_rows(source: Connection, target: Connection, chance: random.Random) -> Counted:
    """Write every row into the empty target, and compare; what differs is refused, before anything is committed."""
    for table in TABLES:
        chosen = select(table)
        if table.name in IN_RANDOM_ORDER:
            rows = [dict(row) for row in source.execute(chosen).mappings()]
            chance.shuffle(rows)
            for start in range(0, len(rows), ROWS_AT_ONCE):
                target.execute(insert(table), rows[start : start + ROWS_AT_ONCE])
            continue
        in_order = chosen.order_by(*list(table.c)[:2])
        found = source.execute(in_order, execution_options={"yield_per": ROWS_AT_ONCE})
        for some in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])
    before, after = count(source), count(target)
    wrong = [name for name in before.rows if before.rows[name] != after.rows[name]]
    wrong += [f"the journal of “{name}”" for name in before.heads if before.heads[name] != after.heads.get(name)]
    if wrong:
        raise BadRequest(f"Not everything has arrived: {', '.join(wrong)[:300]}.", "Nothing was kept; do it again.")
    return after


def count(connection: Connection) -> Counted:
    """The rows of every table, and every journal's head."""
    rows = {one.name: int(connection.execute(select(func.count()).select_from(one)).scalar_one()) for one in TABLES}
    heads = {}
    for one in connection.execute(select(schema.assembly).order_by(schema.assembly.c.name)).all():
        of_it = select(schema.journal.c.seq, schema.journal.c.hash).where(schema.journal.c.assembly == one.id)
        newest = connection.execute(of_it.order_by(schema.journal.c.seq.desc()).limit(1)).first()
        heads[str(one.name)] = (0, "") if newest is None else (int(newest.seq), str(newest.hash))
    return Counted(rows, heads)
