"""The house on PostgreSQL: writers take turns, readers have one picture, and what is deleted is gone.

The tests of the desk, of the urn and of the round machine run on both databases; here is what only a server can do.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults import a_small_disk, full
from postgres import Cluster

from facilitation.desk import Desk
from facilitation.errors import BadRequest, Busy, CannotWrite, NotFound

pytestmark = pytest.mark.slow


@dataclass
class Hall:
    """A seated assembly in a database of its own."""

    postgres: Cluster
    database: str
    desk: Desk
    assembly: str
    session: str
    codes: list[str]

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.postgres.rows(self.database, sql)


@pytest.fixture
def hall(postgres: Cluster) -> Iterator[Hall]:
    database = postgres.new()
    desk = Desk.open(database, chance=random.Random(7))
    seated = desk.seat("Assembly", [{"id": str(number), "name": f"Person {number}."} for number in range(24)])
    codes = [member.code for member in seated.members]
    yield Hall(postgres, database, desk, seated.assembly_id, seated.session_id, codes)
    desk.close()


def test_the_server_waits_for_the_disk_and_soon_gives_up_a_machine_that_went_away_without_a_word(hall: Hall) -> None:
    """Every connection says so, whatever the server's own settings (the tests' socket has no keepalives to show)."""
    ours = "SELECT name FROM pg_settings WHERE source = 'session' AND name ~ '^(synchronous_commit|tcp_)' ORDER BY name"
    with hall.desk._store.reading() as tx:
        said = [name for (name,) in tx.connection.exec_driver_sql(ours)]
    assert said == ["synchronous_commit", "tcp_keepalives_count", "tcp_keepalives_idle", "tcp_keepalives_interval"]


def test_writers_take_turns_and_no_row_of_the_journal_is_lost(hall: Hall) -> None:
    before = len(hall.desk.journal(hall.assembly))

    def join(codes: list[str]) -> None:
        desk = Desk.open(hall.database)
        for code in codes:
            desk.join(code)
        desk.close()

    threads = [threading.Thread(target=join, args=(hall.codes[number::8],)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    links = hall.desk.journal(hall.assembly)
    assert len(links) == before + len(hall.codes)
    assert [link["seq"] for link in links] == list(range(1, len(links) + 1))
    assert hall.desk.broken_journal_row(hall.assembly) is None


def test_a_reader_has_one_picture_from_beginning_to_end(hall: Hall) -> None:
    with hall.desk._store.reading() as tx:
        before = tx.journal.head(hall.assembly)
        other = Desk.open(hall.database)
        other.join(hall.codes[0])
        assert tx.journal.head(hall.assembly) == before
        other.close()
    with hall.desk._store.reading() as tx:
        assert tx.journal.head(hall.assembly) != before


def test_a_reader_cannot_write(hall: Hall) -> None:
    with pytest.raises(Exception, match="read-only"), hall.desk._store.reading() as tx:
        tx.access.revoke("token")


def test_two_programs_may_open_an_empty_database_at_once(postgres: Cluster) -> None:
    database, seen = postgres.empty(), []

    def first() -> None:
        desk = Desk.open(database)
        seen.append(desk.assemblies())
        desk.close()

    threads = [threading.Thread(target=first) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == [[], [], [], []]


def test_connections_that_died_are_noticed_before_they_are_used(hall: Hall) -> None:
    kill_all(hall)
    hall.desk.join(hall.codes[0])
    assert hall.desk.public_screens(hall.session)["facilitator"]["present"] == 1


def test_a_server_that_goes_away_in_the_middle_is_told_and_nothing_is_stored(hall: Hall) -> None:
    def half_of_it() -> None:
        with hall.desk._store.writing() as tx:
            tx.journal.settle("thing", hall.assembly)
            kill_all(hall)
            tx.journal.settle("another", hall.assembly)

    with pytest.raises(Busy, match="went away") as refused:
        half_of_it()
    assert refused.value.kind == "unavailable"
    with pytest.raises(NotFound), hall.desk._store.reading() as tx:
        tx.journal.assembly_of("thing")


def test_a_server_that_lets_nobody_in_is_waited_for_and_then_told(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facilitation.store.engine.TRIES", 3)
    name = hall.rows("SELECT current_database()")[0][0]
    server = hall.postgres.url("postgres")
    hall.postgres.rows(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    hall.postgres.rows(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    with pytest.raises(Busy, match="does not answer"):
        hall.desk.join(hall.codes[0])


def test_a_database_that_cannot_be_used_is_refused_with_the_remedy(postgres: Cluster) -> None:
    for database, word in (
        (postgres.url("nobody_made_this"), "does not exist"),
        ("postgresql+psycopg://folkmoot:secret@127.0.0.1:1/hall", "port 1 failed"),
        (postgres.empty(ENCODING="LATIN1", LOCALE="C"), "--encoding=UTF8"),
    ):
        with pytest.raises(BadRequest, match=word) as refused:
            Desk.open(database)
        assert "secret" not in str(refused.value)


def test_a_full_disk_is_told_and_what_was_refused_is_not_there(postgres: Cluster) -> None:
    with a_small_disk(postgres.folder) as place:
        made = postgres.new_on(place)
        desk = Desk.open(made)
        desk.seat("Before", [{"id": "1"}])
        with full(place):
            with pytest.raises(CannotWrite, match="disk is full") as refused:
                desk.seat("Meanwhile", [{"id": str(number), "name": "x" * 5000} for number in range(300)])
            assert refused.value.cause == desk.cannot_write == "disk-full"
            assert desk.try_to_write() == "disk-full"
            assert [one.name for one in desk.assemblies()] == ["Before"]
        assert desk.try_to_write() is None
        assert desk.cannot_write is None
        desk.seat("Meanwhile", [{"id": "1"}])
        desk.close()
        postgres.drop(made)


WITHOUT_IT = """
import sys
sys.modules["psycopg"] = None
from facilitation.desk import Desk
Desk.open(sys.argv[1]).close()
Desk.open("postgresql+psycopg://hall")
"""


def test_a_file_needs_no_driver_and_a_server_says_which_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_IT, str(tmp_path / "hall.sqlite")]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, timeout=60)
    assert (tmp_path / "hall.sqlite").exists()
    assert "run: pip install 'psycopg[binary]'" in done.stderr


def test_what_the_database_cannot_keep_is_refused_and_not_broken(hall: Hall) -> None:
    with pytest.raises(BadRequest, match="characters"):
        hall.desk.seat("Null\0 assembly", [{"id": "1"}])
    with pytest.raises(BadRequest, match="characters"):
        hall.desk.round("nul\0")


def test_an_erased_person_is_gone_from_the_pages_even_where_somebody_was_looking(hall: Hall) -> None:
    assert found_in_pages(hall, b"Person 3.")
    hall.desk.erase_person(hall.desk.who_is(hall.codes[3])["id"], hall.assembly)
    assert not found_in_pages(hall, b"Person 3.")
    looking = Desk.open(hall.database)
    with looking._store.reading() as tx:
        tx.journal.assemblies()
        hall.desk.erase_person(hall.desk.who_is(hall.codes[4])["id"], hall.assembly)
        assert found_in_pages(hall, b"Person 4.")
        assert hall.desk._store.tidy() is False
    assert hall.desk._store.tidy() is True
    assert found_in_pages(hall, b"Person 5.")
    assert not found_in_pages(hall, b"Person 4.")
    looking.close()


def found_in_pages(hall: Hall, what: bytes) -> bool:
    """Whether these bytes stand in any file of the database's tables, as somebody reads them who took the disk."""
    return any(what in path.read_bytes() for path in hall.postgres.files(hall.database))


def kill_all(hall: Hall) -> None:
    """End every connection to this database but the one that asks."""
    hall.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
