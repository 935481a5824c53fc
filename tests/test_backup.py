"""Backups: whole, checked, for their owner alone, and without a trace of a vote that is still open."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from assemblies import Sitting, ballot_key
from click.testing import CliRunner
from postgres import Cluster

from facilitation.cli import main
from facilitation.desk import Desk
from facilitation.desk import backup as room
from facilitation.errors import BadRequest, RoundNotOpen
from facilitation.store import schema
from facilitation.store.backup import TABLES


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    made = Sitting(tmp_path / "hall.sqlite", members=12)
    yield made
    made.close()


def rows_of(path: Path, table: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


def secrets_of(sitting: Sitting, round_id: str) -> list[bytes]:
    """Everything of an urn that a thief could look for in the bytes of a file."""
    boxes = sitting.rows(f"SELECT box_key, tracker FROM ballot WHERE round = '{round_id}'")
    hashes = sitting.rows(f"SELECT key_hash FROM turnout WHERE round = '{round_id}'")
    return [bytes(box) for box, _ in boxes] + [str(t).encode() for _, t in boxes] + [bytes(one) for (one,) in hashes]


def test_no_byte_of_an_open_urn_is_ever_in_the_copy(
    sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, opened = sitting.a_counted_and_an_open_vote()
    hidden, kept = secrets_of(sitting, opened), secrets_of(sitting, closed)
    assert len(hidden) == len(kept) == 36
    live = b"".join(path.read_bytes() for path in tmp_path.glob("hall.sqlite*"))
    assert all(secret in live for secret in hidden), "the search finds them where they are"
    while_written: list[bytes] = []
    on_disk = room._on_disk

    def looked_at(path: str) -> None:
        while_written.extend(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith(".copy.sqlite."))
        on_disk(path)

    monkeypatch.setattr(room, "_on_disk", looked_at)
    sitting.desk.backup(tmp_path / "copy.sqlite")
    copied = (tmp_path / "copy.sqlite").read_bytes()
    assert while_written
    for data in (copied, *while_written):
        assert not any(secret in data for secret in hidden)
        assert all(secret in data for secret in kept)
    assert {name: rows_of(tmp_path / "copy.sqlite", name) for name in schema.URN if name != "ballot"}["turnout"] != []


def test_the_copy_opens_and_says_what_became_of_the_open_vote(sitting: Sitting, tmp_path: Path) -> None:
    closed, opened = sitting.a_counted_and_an_open_vote()
    told = sitting.desk.backup(tmp_path / "copy.sqlite")
    assert (told.assemblies, told.cancelled) == (1, ("Trams?",))
    copy = Desk.open(str(tmp_path / "copy.sqlite"), now=sitting.clock)
    assert copy.result(closed) == sitting.desk.result(closed)
    assert copy.recount(closed, "to be sure") is True
    assert copy.round(opened).state.value == "cancelled"
    member = copy.join(sitting.codes[0]).member["id"]
    with pytest.raises(RoundNotOpen):
        copy.cast_ballot(opened, member, ballot_key(99), "yes")
    assert "must be held again" in copy.minutes(sitting.session)
    links = copy.journal(sitting.assembly)
    row = next(link for link in links if link["kind"] == "round-cancelled")
    assert row["actor"] == "backup"
    again = copy.create_round(sitting.session, {"title": "Trams?", "rule": "yes-no"})
    copy.open_round(again)
    copy.cast_ballot(again, member, ballot_key(200), "no")
    copy.close()
    assert sitting.desk.round(opened).state.value == "open", "the vote itself goes on"
    assert sitting.desk.turnout(opened) == 12


def test_between_votes_the_copy_is_the_database_row_for_row(sitting: Sitting, tmp_path: Path) -> None:
    _, opened = sitting.a_counted_and_an_open_vote()
    sitting.desk.close_round(opened)
    recruitment = sitting.desk.new_recruitment("Next year")
    sitting.desk.put_files(recruitment, pool=("p.csv", os.urandom(200_000)), quotas=("q.csv", b"q"), size=2)
    sitting.desk.request_draw(recruitment, seed="ten dice")
    sitting.desk.issue_link("recruiter")
    assert sitting.desk.backup(tmp_path / "copy.sqlite").cancelled == ()
    for table in TABLES:
        assert rows_of(tmp_path / "copy.sqlite", table.name) == sitting.rows(f"SELECT * FROM {table.name}"), table.name
    made = sitting.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {name for (name,) in made} == {table.name for table in TABLES} | {"alembic_version"}


def test_every_table_that_knows_a_round_is_of_the_urn() -> None:
    assert {table.name for table in TABLES if "round" in table.c} == set(schema.URN)


def test_a_copy_is_for_its_owner_alone_and_leaves_nothing_beside_it(sitting: Sitting, tmp_path: Path) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    sitting.desk.backup(tmp_path / "copy.sqlite")
    assert stat.S_IMODE((tmp_path / "copy.sqlite").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == before | {"copy.sqlite"}


def test_a_copy_that_fails_leaves_nothing(sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    sitting.rows("UPDATE journal SET actor = 'nobody' WHERE seq = 2")
    with pytest.raises(BadRequest, match="Row 2 of the journal"):
        sitting.desk.backup(tmp_path / "copy.sqlite")

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(room, "copy_rows", full)
    with pytest.raises(OSError, match="No space"):
        sitting.desk.backup(tmp_path / "copy.sqlite")
    assert {path.name for path in tmp_path.iterdir()} == before


def test_nothing_is_written_over(sitting: Sitting, tmp_path: Path) -> None:
    live = sitting.path.read_bytes()
    for path, word in ((sitting.path, "already"), (tmp_path / "no" / "copy.sqlite", "does not exist")):
        with pytest.raises(BadRequest, match=word):
            sitting.desk.backup(path)
    assert sitting.path.read_bytes()[:4096] == live[:4096]


def test_members_vote_while_a_copy_is_made(sitting: Sitting, tmp_path: Path) -> None:
    members = sitting.arrive()
    round_id = sitting.open_round()
    voting = threading.Thread(target=sitting.vote, args=(round_id, members))
    other = sitting.opened()
    voting.start()
    for number in range(3):
        other.backup(tmp_path / f"copy{number}.sqlite")
    voting.join()
    sitting.desk.close_round(round_id)
    assert sitting.desk.result(round_id)["cast"] == 12
    for number in range(3):
        assert rows_of(tmp_path / f"copy{number}.sqlite", "ballot") == []


def test_the_command_tells_what_it_did_in_one_line_each(sitting: Sitting, tmp_path: Path) -> None:
    sitting.a_counted_and_an_open_vote()
    copy = tmp_path / "copy.sqlite"
    done = CliRunner().invoke(main, ["backup", "--database", str(sitting.path), str(copy)])
    assert done.exit_code == 0, done.output
    assert done.output == (
        f"{copy}: 1 assembly, checked\n"
        "The vote “Trams?” is open: it is cancelled in the copy, and would have to be held again from there.\n"
    )
    again = CliRunner().invoke(main, ["backup", "--database", str(sitting.path), str(copy)])
    assert again.exit_code == 1
    assert "There is a copy.sqlite already. Remedy:" in again.output


@pytest.mark.slow
def test_a_backup_of_postgresql_is_the_same_kind_of_file_by_the_same_rule(postgres: Cluster, tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "unused.sqlite", members=12, postgres=postgres)
    closed, opened = sitting.a_counted_and_an_open_vote()
    hidden, kept = secrets_of(sitting, opened), secrets_of(sitting, closed)
    assert len(hidden) == len(kept) == 36
    assert sitting.desk.backup(tmp_path / "copy.sqlite").cancelled == ("Trams?",)
    copied = (tmp_path / "copy.sqlite").read_bytes()
    assert not any(secret in copied for secret in hidden)
    assert all(secret in copied for secret in kept)
    copy = Desk.open(str(tmp_path / "copy.sqlite"), now=sitting.clock)
    assert copy.result(closed) == sitting.desk.result(closed)
    assert copy.round(opened).state.value == "cancelled"
    copy.close()
    sitting.close()


def test_papers_that_are_printed_for_a_draft_are_good_in_the_copy_too(sitting: Sitting, tmp_path: Path) -> None:
    draft = sitting.desk.create_round(sitting.session, {"title": "Ferries?", "rule": "yes-no"})
    opened = sitting.open_round()
    for round_id in (draft, opened):
        sitting.desk.print_papers(round_id, 3)
    sitting.desk.backup(tmp_path / "copy.sqlite")
    copy = Desk.open(str(tmp_path / "copy.sqlite"))
    assert (copy.papers(draft).out, copy.papers(opened).out) == (3, 0)
    copy.close()
