"""Moving house and coming back from a backup: every row, every head, whole or not at all; on both databases."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from assemblies import BOTH, Sitting, ballot_key, sitting_on
from click.testing import CliRunner
from halls import Hall, Seats, an_open_round, join
from postgres import Cluster
from sqlalchemy import create_engine
from test_facilitation_migrations import fill, move, rows, shape

from facilitation.cli import main
from facilitation.desk import Desk
from facilitation.desk.moving import check_backup, migrate_database, restore
from facilitation.errors import BadRequest, Refusal
from facilitation.store import schema


@pytest.fixture(params=BOTH)
def sitting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sitting]:
    yield from sitting_on(request, tmp_path / "hall.sqlite", members=12)


@pytest.fixture(params=BOTH)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that is empty, or is not there yet."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres").empty())
    return str(tmp_path / "elsewhere.sqlite")


def everything(database: str) -> dict[str, list[str]]:
    engine = create_engine(database if "://" in database else f"sqlite:///{database}")
    found = {name: sorted(repr(list(row.values())) for row in some) for name, some in rows(engine).items()}
    engine.dispose()
    return found


def test_an_assembly_moves_in_the_middle_of_a_vote_and_goes_on(sitting: Sitting, elsewhere: str) -> None:
    closed, opened = sitting.a_counted_and_an_open_vote(voters=8)
    journal, result = sitting.desk.journal(sitting.assembly), sitting.desk.result(closed)
    members = [str(member["id"]) for member in (sitting.desk.who_is(code) for code in sitting.codes)]
    sitting.close()
    moved = migrate_database(sitting.database, elsewhere, random.Random(3))
    assert moved.rows["ballot"] == 20
    assert moved.heads == {"Test assembly": (len(journal), journal[-1]["hash"])}
    there = Desk.open(elsewhere, now=sitting.clock, chance=random.Random(4))
    assert there.journal(sitting.assembly) == journal
    assert there.result(closed) == result
    assert there.recount(closed, "to be sure") is True
    assert there.turnout(opened) == 8
    again = there.cast_ballot(opened, members[0], ballot_key(100), "yes")
    assert again, "the ballot that is in the urn has its receipt"
    for number in range(8, 12):
        there.cast_ballot(opened, members[number], ballot_key(100 + number), "no")
    there.close_round(opened)
    assert there.result(opened)["counts"] == {"yes": 4, "no": 8, "abstain": 0}
    there.close()


def test_there_and_back_every_table_of_every_kind_is_as_it_was(tmp_path: Path, elsewhere: str) -> None:
    """Rows for every table that the schema has, found by themselves."""
    old, home = tmp_path / "old.sqlite", tmp_path / "home.sqlite"
    engine = create_engine(f"sqlite:///{old}")
    move(engine, schema.NEWEST)
    with engine.begin() as connection:
        fill(connection, frozenset(shape(engine)))
    engine.dispose()
    before = everything(str(old))
    assert all(before.values())
    there = migrate_database(str(old), elsewhere)
    assert migrate_database(elsewhere, str(home)).rows == there.rows
    assert everything(str(home)) == before
    assert there.rows == {name: len(found) for name, found in before.items()}


def test_the_order_of_an_open_urn_does_not_move_along(tmp_path: Path, postgres: Cluster) -> None:
    """PostgreSQL's pages have the order of writing: it must be another one than that in which people voted."""
    sitting = Sitting(tmp_path / "hall.sqlite", members=40, postgres=postgres)
    opened = sitting.open_round()
    sitting.vote(opened, sitting.arrive())
    as_voted = [member for (member,) in sitting.rows("SELECT member FROM turnout ORDER BY ctid")]
    sitting.close()
    target = postgres.empty()
    migrate_database(sitting.database, target)
    moved = [member for (member,) in postgres.rows(target, "SELECT member FROM turnout ORDER BY ctid")]
    assert sorted(moved) == sorted(as_voted)
    in_place = sum(one == other for one, other in zip(moved, as_voted, strict=True))
    assert in_place < 10
    assert moved != as_voted


def test_what_cannot_be_moved_is_refused_and_nothing_is_changed(sitting: Sitting, tmp_path: Path) -> None:
    here, there = sitting.database, str(tmp_path / "there.sqlite")
    for source, target, words in (
        (here, there, "has this database open"),
        (str(tmp_path / "nothing.sqlite"), there, "no database of Folkmoot"),
        (there, here, "no database of Folkmoot"),
        ("mysql://somewhere/db", there, "no kind of database"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/hall", there, r"cannot be used|does not answer"),
    ):
        with pytest.raises(Refusal, match=words) as refused:
            migrate_database(source, target)
        assert refused.value.remedy
    assert not Path(there).exists()
    sitting.close()
    with pytest.raises(BadRequest, match="the same database"):
        migrate_database(here, here)
    full = Sitting(tmp_path / "full.sqlite")
    full.close()
    before = everything(full.database)
    with pytest.raises(BadRequest, match=r"not empty: .*journal"):
        migrate_database(here, full.database)
    assert everything(full.database) == before


def test_a_database_of_a_newer_folkmoot_is_refused_by_every_command(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "hall.sqlite")
    sitting.close()
    sitting.rows("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadRequest, match="newer Folkmoot: its schema is at step 9999"):
        Desk.open(sitting.database)
    with pytest.raises(BadRequest, match="newer Folkmoot"):
        migrate_database(sitting.database, str(tmp_path / "there.sqlite"))
    other = Sitting(tmp_path / "other.sqlite")
    other.close()
    with pytest.raises(BadRequest, match="target is of a newer"):
        migrate_database(other.database, sitting.database)


def test_a_copy_that_differs_is_not_kept(tmp_path: Path) -> None:
    """The target loses a row of every hundred, by a trigger that nobody knows of."""
    sitting = Sitting(tmp_path / "hall.sqlite")
    sitting.close()
    target = tmp_path / "there.sqlite"
    Desk.open(str(target)).close()
    changed(target, "CREATE TRIGGER lost AFTER INSERT ON person BEGIN DELETE FROM person WHERE place = 2; END")
    with pytest.raises(BadRequest, match="Not everything has arrived: person"):
        migrate_database(sitting.database, str(target))
    assert not any(found for name, found in everything(str(target)).items())


# ------------------------------------------------------------------------------------------------ coming back


def test_a_backup_is_checked_and_restored_into_either_database(
    sitting: Sitting, elsewhere: str, tmp_path: Path
) -> None:
    closed, opened = sitting.a_counted_and_an_open_vote(voters=8)
    file = tmp_path / "copy.sqlite"
    sitting.desk.backup(file)
    bytes_before = file.read_bytes()
    checked = check_backup(file)
    assert checked.rounds == {"closed": 1, "cancelled": 1}
    assert (checked.recounted, checked.step) == (1, schema.NEWEST)
    assert restore(file, elsewhere).found.heads == checked.found.heads
    assert file.read_bytes() == bytes_before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("copy")) == ["copy.sqlite"]
    back = Desk.open(elsewhere, now=sitting.clock)
    assert back.result(closed) == sitting.desk.result(closed)
    assert back.round(opened).state.value == "cancelled"
    member = back.join(sitting.codes[0]).member["id"]
    again = back.create_round(sitting.session, {"title": "Trams, again?", "rule": "yes-no"})
    back.open_round(again)
    assert back.cast_ballot(again, member, ballot_key(300), "yes")
    back.close()
    with pytest.raises(BadRequest, match="not empty"):
        restore(file, elsewhere)


def refusal_of(file: Path) -> str:
    """What a check says no to, with its remedy; empty if it says yes."""
    try:
        check_backup(file)
    except BadRequest as refusal:
        return str(refusal)
    return ""


def changed(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file)
    for one in statements:
        connection.execute(one)
    connection.commit()
    connection.close()


def test_a_backup_that_somebody_or_a_disk_has_changed_is_named(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "hall.sqlite", members=12)
    sitting.a_counted_and_an_open_vote(voters=8)
    sound = tmp_path / "sound.sqlite"
    sitting.desk.backup(sound)
    sitting.close()
    (tmp_path / "words.sqlite").write_text("not a database at all, but long enough to be one")
    (tmp_path / "empty.sqlite").write_bytes(b"")
    for name, statements, words in (
        (
            "row",
            ["UPDATE journal SET data = replace(data, 'Buses', 'Boats') WHERE kind = 'round-drafted'"],
            "does not fit the chain",
        ),
        ("cut", ["DELETE FROM journal WHERE seq = 5"], "row 5 of the journal"),
        ("ballot", ["UPDATE ballot SET choice = '\"yes\"'"], "do not come to its result"),
        ("one ballot", ["DELETE FROM ballot WHERE box_key = (SELECT min(box_key) FROM ballot)"], "its result"),
        ("orphan", ["PRAGMA foreign_keys = OFF", "DELETE FROM assembly"], "points at nothing"),
    ):
        copy = tmp_path / f"{name}.sqlite"
        shutil.copyfile(sound, copy)
        changed(copy, *statements)
        assert words in refusal_of(copy), name
    page = tmp_path / "page.sqlite"
    data = bytearray(sound.read_bytes())
    data[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    page.write_bytes(data)
    for name, words in (
        ("words", "no backup"),
        ("empty", "no backup"),
        ("page", "not sound"),
        ("none", "cannot be read"),
    ):
        with pytest.raises(BadRequest, match=words):
            check_backup(tmp_path / f"{name}.sqlite")
        with pytest.raises(BadRequest, match=words):
            restore(tmp_path / f"{name}.sqlite", str(tmp_path / "target.sqlite"))
        assert not (tmp_path / "target.sqlite").exists()


def test_the_commands_print_every_table_and_every_head(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "hall.sqlite", members=2)
    sitting.desk.backup(tmp_path / "copy.sqlite")
    head = sitting.desk.journal(sitting.assembly)[-1]["hash"]
    sitting.close()

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, list(words))
        return done.exit_code, done.output

    assert run("restore", "--check", str(tmp_path / "copy.sqlite"))[0] == 0
    code, said = run("restore", str(tmp_path / "copy.sqlite"), str(tmp_path / "back.sqlite"))
    assert code == 0, said
    assert f"restored into {tmp_path / 'back.sqlite'}" in said
    code, said = run("migrate-db", str(tmp_path / "back.sqlite"), str(tmp_path / "next.sqlite"))
    assert code == 0, said
    assert "person: 2 rows" in said
    assert f"journal of “Test assembly”: 4 rows, head {head}" in said
    code, said = run("migrate-db", str(tmp_path / "back.sqlite"), str(tmp_path / "next.sqlite"))
    assert (code, "Remedy:" in said) == (1, True)
    assert run("restore", str(tmp_path / "copy.sqlite"))[0] == 2
    assert run("restore", "--check", str(tmp_path / "copy.sqlite"), str(tmp_path / "x.sqlite"))[0] == 2


@pytest.mark.slow
def test_the_drill_a_new_machine_serves_the_backup(tmp_path: Path) -> None:
    """Backup, a new place, serving: a member joins with the old code and votes."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    sitting = Sitting(first / "hall.sqlite", members=3)
    sitting.open_round()
    sitting.desk.backup(second / "copy.sqlite")
    token = sitting.desk.issue_token("facilitator", sitting.assembly)
    sitting.close()
    shutil.rmtree(first)
    done = CliRunner().invoke(main, ["restore", str(second / "copy.sqlite"), str(second / "hall.sqlite")])
    assert done.exit_code == 0, done.output
    hall = Hall(f"sqlite:///{second / 'hall.sqlite'}", log=second / "serve.log")
    hall.start("--no-worker")
    try:
        member = join(hall, sitting.codes[0])
        desk = Desk.open(hall.database)
        facilitator = desk.issue_token("facilitator", sitting.assembly)
        desk.close()
        assert hall.get("/api/screen", token).status == 401, "tokens of after the backup are not in it"
        seats = Seats(sitting.assembly, sitting.session, facilitator, tuple(sitting.codes), ())
        round_id = an_open_round(hall, seats)
        ballot = {"key": ballot_key(9), "choice": "yes"}
        assert hall.post(f"/api/rounds/{round_id}/ballot", ballot, member).status == 200
    finally:
        hall.stop()
