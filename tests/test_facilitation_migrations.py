"""Every step of the schema goes up and down again, with rows in every table, and what the older schema can hold stays.

The steps are found by themselves. A step whose downgrade must take rows out of tables that stay says so in a table of
its own, `FORGETS = {table: which rows, in SQL}`; every other row that is missing afterwards is a failure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from assemblies import BOTH, Sitting
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from facilitation.store import schema

Rows = dict[str, list[dict[str, Any]]]
MOST_TRIES = 600
"""Combinations of values that are tried for one row before a table is said to be too hard to fill."""


def config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(resources.files("facilitation") / "migrations"))
    made.attributes["connection"] = connection
    return made


STEPS: list[Script] = list(ScriptDirectory.from_config(config()).walk_revisions())[::-1]


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    file = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    made = create_engine(file if request.param == "sqlite" else request.getfixturevalue("postgres").empty())
    if request.param == "sqlite":
        event.listen(made, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    yield made
    made.dispose()


def move(engine: Engine, to: str, *, down: bool = False) -> None:
    with engine.begin() as connection:
        (command.downgrade if down else command.upgrade)(config(connection), to)


# ------------------------------------------------------------------------------------------------ rows for any table


def values(table: Table, name: str, number: int) -> list[Any]:
    """What may be tried in a column: a value of its type, the words and numbers of the table's checks, and nothing."""
    kind = table.c[name].type.python_type
    made: dict[type, Any] = {int: number, bool: bool(number % 2), bytes: bytes([number]) * 32}
    tried = [made.get(kind, f"{table.name} {name} {number}")]
    if kind is str:
        tried = [word for words in checked_words(table, name) for word in words] or tried
        tried = tried if tried != [""] else ["", f"{table.name} {name} {number}"]
    return [*tried, None] if table.c[name].nullable else tried


def checked_words(table: Table, name: str) -> list[list[str]]:
    checks = [str(one.sqltext) for one in table.constraints if hasattr(one, "sqltext")]
    found = [re.findall(r"'([^']*)'", check) for check in checks if re.match(rf"\W*{name}\b", check)]
    return [sorted({word for words in found for word in words})] if found else []


def fill(connection: Connection, only: frozenset[str]) -> None:
    """Rows for these tables: at least one, and one for every word that a check allows (each role, each state)."""
    seen = MetaData()
    seen.reflect(connection, only=sorted(only))  # and what they point at
    for table in seen.sorted_tables:
        if table.name in only:
            found = filled(connection, table)
            known = connection.execute(select(table)).first()
            assert found or known, f"no row fits into {table.name}: teach this test which"


def names_of(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def filled(connection: Connection, table: Table) -> int:
    listed = [name for name in names_of(table) if table.c[name].type.python_type is str and checked_words(table, name)]
    wanted = list(itertools.product(*(checked_words(table, name)[0] for name in listed[:1]))) or [()]
    wanted = [*wanted, *wanted][:12] if len(wanted) > 1 else [(), (), ()]
    known = len(connection.execute(select(table)).all())
    return sum(
        one_row(connection, table, dict(zip(listed, fixed, strict=False)), number)
        for number, fixed in enumerate(wanted, start=known + 1)
    )


def one_row(connection: Connection, table: Table, fixed: Mapping[str, Any], number: int) -> bool:
    parents = {fk.parent.name: fk.column for fk in table.foreign_keys}
    tried = []
    for name in names_of(table):
        if name in parents:
            known = connection.execute(select(parents[name])).scalars().all()
            tried.append([known[number % len(known)]])
        else:
            tried.append([fixed[name]] if name in fixed else values(table, name, number))
    for row in itertools.islice(itertools.product(*tried), MOST_TRIES):
        try:
            with connection.begin_nested():
                connection.execute(insert(table).values(dict(zip(names_of(table), row, strict=True))))
            return True
        except IntegrityError:
            continue
    return False


# ------------------------------------------------------------------------------------------------ what is there


def rows(engine: Engine, forgotten: Mapping[str, str] | None = None) -> Rows:
    """All rows of all tables; of those where a step may forget some, only the others."""
    found: Rows = {}
    with engine.connect() as connection:
        for name in set(inspect(connection).get_table_names()) - {"alembic_version"}:
            others = f" WHERE NOT ({forgotten[name]})" if forgotten and name in forgotten else ""
            found[name] = [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}{others}")).mappings()]
    return found


def missing(before: Rows, after: Rows) -> list[str]:
    """Which rows of before are not there after, as far as the columns that both know go."""
    gone = []
    for name in sorted(before.keys() & after.keys()):
        if not before[name] or not after[name]:
            gone += [f"{name}: all rows" for _ in before[name][:1]]
            continue
        both = sorted(before[name][0].keys() & after[name][0].keys())
        kept = [repr([row[column] for column in both]) for row in after[name]]
        gone += [f"{name}: {row}" for row in before[name] if repr([row[column] for column in both]) not in kept]
    return gone


def shape(engine: Engine) -> dict[str, Any]:
    """Tables with their columns, keys, checks and indices, and on SQLite whether rows have hidden numbers."""
    seen = inspect(engine)
    told: dict[str, Any] = {}
    for (_, name), columns in seen.get_multi_columns().items():
        told[name] = {"columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in columns)}
    for (_, name), key in seen.get_multi_pk_constraint().items():
        told[name]["key"] = key["constrained_columns"]
    for (_, name), unique in seen.get_multi_unique_constraints().items():
        told[name]["unique"] = sorted(tuple(one["column_names"]) for one in unique)
    for (_, name), foreign in seen.get_multi_foreign_keys().items():
        told[name]["foreign"] = sorted((one["constrained_columns"], one["referred_table"]) for one in foreign)
    for (_, name), checks in seen.get_multi_check_constraints().items():
        told[name]["checks"] = sorted((str(one["name"]), one["sqltext"]) for one in checks)
    for (_, name), indices in seen.get_multi_indexes().items():
        own = [one for one in indices if "duplicates_constraint" not in one]
        told[name]["indices"] = sorted((str(one["name"]), one["column_names"], bool(one["unique"])) for one in own)
    for (_, name), options in seen.get_multi_table_options().items():
        told[name]["rowid"] = options.get("sqlite_with_rowid", True)
    told.pop("alembic_version", None)
    return told


# ------------------------------------------------------------------------------------------------ the walk


def test_the_newest_step_is_the_one_the_store_expects() -> None:
    assert STEPS[-1].revision == schema.NEWEST
    assert [step.revision for step in STEPS] == [f"{number:04}" for number in range(1, len(STEPS) + 1)]


def test_up_with_rows_in_every_table_down_and_up_again_step_by_step(engine: Engine) -> None:
    older: dict[str, Any] = {}
    lived: Rows = {}
    for step in STEPS:
        name = step.revision
        move(engine, name)
        newer, there = shape(engine), rows(engine)
        assert not missing(lived, there), f"going up to {name} loses rows"
        with engine.begin() as connection:
            fill(connection, changed(older, newer) | {table for table, found in there.items() if not found})
        with_rows = rows(engine, getattr(step.module, "FORGETS", None))
        move(engine, str(step.down_revision or "base"), down=True)
        assert not differences(shape(engine), older), f"going down from {name} does not lead to the schema before it"
        there = rows(engine)
        assert not missing(with_rows, there), f"going down from {name} loses rows and does not say so"
        move(engine, name)
        assert not differences(shape(engine), newer), f"going down from {name} and up again leads to another schema"
        older, lived = newer, rows(engine)
        assert not missing(there, lived), f"going down from {name} and up again loses rows"
    move(engine, "base", down=True)
    assert shape(engine) == {}


def changed(older: Mapping[str, Any], newer: Mapping[str, Any]) -> frozenset[str]:
    """The tables that a step has changed: they get rows that only the newer schema can hold."""
    return frozenset(name for name in older.keys() & newer.keys() if older[name] != newer[name])


def test_the_walk_finds_a_step_that_loses_rows(tmp_path: Path) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'lost.sqlite'}")
    move(made, STEPS[-1].revision)
    with made.begin() as connection:
        fill(connection, frozenset(shape(made)))
    before = rows(made)
    assert all(before.values()), "every table has rows"
    assert {row["role"] for row in before["token"]} >= {"member", "host", "kiosk", "display"}
    with made.begin() as connection:
        connection.execute(text("DELETE FROM token WHERE role = 'host'"))
        connection.execute(text("UPDATE draw SET seed = 'another'"))
    lost = " ".join(missing(before, rows(made)))
    assert "token:" in lost
    assert "draw:" in lost
    assert "member" not in {name.partition(":")[0] for name in missing(before, rows(made))}
    made.dispose()


@pytest.mark.parametrize("kind", BOTH)
def test_the_statements_name_the_tables_as_they_are_made(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    postgres = request.getfixturevalue("postgres") if kind == "postgresql" else None
    sitting = Sitting(tmp_path / "f.sqlite", postgres=postgres)
    sitting.close()
    engine = create_engine(sitting.database if postgres is not None else f"sqlite:///{sitting.path}")
    made = {name: sorted(column for column, *_ in told["columns"]) for name, told in shape(engine).items()}
    engine.dispose()
    named = {
        thing.name: sorted(column.name for column in thing.columns)
        for thing in vars(schema).values()
        if hasattr(thing, "columns")
    }
    assert named == made


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Where two shapes differ, by table and part, so that a failure can be read."""
    said = [f"only in one of them: {name}" for name in sorted(one.keys() ^ other.keys())]
    for name in sorted(one.keys() & other.keys()):
        parts = [part for part in one[name] if one[name][part] != other[name][part]]
        said += [f"{name}, {part}: {one[name][part]} and {other[name][part]}" for part in parts]
    return said
