"""Every step of the schema goes up and down again, with rows in the tables, and what it kept before stays."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from assemblies import BOTH, Sitting
from sqlalchemy import create_engine, inspect

from facilitation.store import schema


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(resources.files("facilitation") / "migrations"))
    return made


STEPS = [step.revision for step in ScriptDirectory.from_config(config()).walk_revisions()]


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    sitting = Sitting(tmp_path / "f.sqlite", postgres=postgres)
    sitting.desk.join(sitting.codes[0])
    made = sitting.desk.new_recruitment("A recruitment")
    sitting.desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=2)
    sitting.desk.request_draw(made, seed="ten dice")
    sitting.desk.close()
    return sitting.database if postgres is not None else f"sqlite:///{sitting.path}"


def move(database: str, to: str) -> dict[str, list[str]]:
    engine = create_engine(database)
    with engine.begin() as connection:
        moved = config()
        moved.attributes["connection"] = connection
        (command.upgrade if to == "head" else command.downgrade)(moved, to)
        seen = inspect(connection)
        tables = {name: sorted(column["name"] for column in seen.get_columns(name)) for name in seen.get_table_names()}
    engine.dispose()
    return tables


def test_the_newest_step_is_the_one_the_store_expects() -> None:
    assert STEPS[0] == schema.NEWEST


def test_the_statements_name_the_tables_as_they_are_made(database: str) -> None:
    made = move(database, "head")
    named = {
        thing.name: sorted(column.name for column in thing.columns)
        for thing in vars(schema).values()
        if hasattr(thing, "columns")
    }
    assert named == {name: columns for name, columns in made.items() if name != "alembic_version"}


@pytest.mark.parametrize("step", [*STEPS[1:], "base"])
def test_down_to_every_step_and_up_again(database: str, step: str) -> None:
    before = move(database, "head")
    assert move(database, step) != before
    assert move(database, "head") == before
    if step == "base":
        return
    sitting_again = create_engine(database)
    with sitting_again.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM journal), (SELECT title FROM recruitment)"
        ).one()
    sitting_again.dispose()
    assert kept == (6, "A recruitment")
