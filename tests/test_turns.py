"""Writers of one program take turns and are committed together: all or nothing for each, no answer before the disk."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from postgres import Cluster
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from facilitation.errors import BadRequest, Busy
from facilitation.events import MemberSeated
from facilitation.store import Identity, Person, Store, Transaction
from facilitation.store.turns import MOST

PATIENCE = 20.0
NOW = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)


class Company:
    """A store whose first writer is joined by others before it commits, and that counts its commits."""

    def __init__(self, database: str) -> None:
        self.others: list[Callable[[Transaction], None]] = []
        self.errors: list[BaseException] = []
        self.threads: list[threading.Thread] = []
        self.commits = 0
        self.store = Store.open(database, self.pause)
        event.listen(self.store.engine, "commit", self._committed)

    def _committed(self, _connection: Any) -> None:
        self.commits += 1

    def pause(self, seconds: float) -> None:
        """Where the first one looks whether somebody is behind them, the others come in."""
        waiting, self.others = self.others, []
        for act in waiting:
            before = self.inside()
            thread = threading.Thread(target=self.one, args=(act,))
            thread.start()
            self.threads.append(thread)
            until = time.monotonic() + PATIENCE
            while self.inside() == before and thread.is_alive() and time.monotonic() < until:
                time.sleep(0.001)
        time.sleep(seconds)

    def inside(self) -> int:
        together = self.store._turns._together
        return 0 if together is None else together.size

    def one(self, act: Callable[[Transaction], None]) -> None:
        try:
            with self.store.writing() as tx:
                act(tx)
        except BaseException as error:  # noqa: BLE001  # looked at by the test
            self.errors.append(error)

    def first(self, act: Callable[[Transaction], None]) -> None:
        """Write something, and wait for those who came along."""
        self.one(act)
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def kept(self, *names: str) -> list[str]:
        with self.store.reading() as tx:
            return [name for name in names if tx.access.identity(name, NOW) is not None]


def writes(name: str) -> Callable[[Transaction], None]:
    return lambda tx: tx.access.add_token(name, Identity("display", token_id=name))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def company(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setattr("facilitation.store.turns.LONGEST", PATIENCE)  # the machine may be slow
    if request.param == "sqlite":
        database = f"sqlite:///{tmp_path / 'turns.sqlite'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        database = cluster.new()
    made = Company(database)
    yield made
    made.store.close()


def test_who_comes_within_a_moment_is_committed_together(company: Company) -> None:
    company.others = [writes("b"), writes("c"), writes("d")]
    company.first(writes("a"))
    assert (company.commits, company.errors) == (1, [])
    assert company.kept("a", "b", "c", "d") == ["a", "b", "c", "d"]


def test_who_is_alone_commits_alone(company: Company) -> None:
    company.first(writes("a"))
    company.first(writes("b"))
    assert company.commits == 2


def test_what_one_is_refused_is_taken_back_and_nothing_of_the_others(company: Company) -> None:
    def refused(tx: Transaction) -> None:
        writes("b")(tx)
        raise BadRequest("No.", "Ask otherwise.")

    company.others = [refused, writes("c")]
    company.first(writes("a"))
    assert [type(error) for error in company.errors] == [BadRequest]
    assert company.kept("a", "b", "c") == ["a", "c"]
    assert company.commits == 1


def test_a_first_one_who_is_refused_leaves_the_place_free(company: Company) -> None:
    def refused(tx: Transaction) -> None:
        writes("a")(tx)
        raise BadRequest("No.", "Ask otherwise.")

    company.first(refused)
    company.first(writes("b"))
    assert company.kept("a", "b") == ["b"]


def test_nobody_sees_or_is_told_anything_before_the_commit(company: Company) -> None:
    seen: list[list[str]] = []
    company.others = [writes("b"), lambda tx: seen.append([*company.kept("a", "b"), f"{len(company.errors)}"])]
    company.first(writes("a"))
    assert seen == [["0"]]
    assert company.kept("a", "b") == ["a", "b"]


def test_a_commit_that_fails_fails_for_all_of_them_and_the_next_one_is_whole(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(company.store.engine.dialect, "do_commit", no_disk)
        company.others = [writes("b"), writes("c")]
        company.first(writes("a"))
    assert len(company.errors) == 3
    assert company.kept("a", "b", "c") == []
    company.first(writes("d"))
    assert (company.kept("d"), len(company.errors)) == (["d"], 3)


def no_disk(_connection: Any) -> None:
    raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))


def test_where_the_database_gives_the_whole_transaction_up_nobody_is_told_that_it_was_stored(company: Company) -> None:
    """SQLite does so when the disk is full, PostgreSQL when the connection is lost."""

    def gives_up(tx: Transaction) -> None:
        writes("b")(tx)
        tx.connection.exec_driver_sql("ROLLBACK")
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    company.others = [gives_up, writes("c")]
    company.first(writes("a"))
    kept = company.kept("a", "b", "c")
    assert len(company.errors) == 3 - len(kept)
    assert "a" not in kept
    assert "b" not in kept
    company.first(writes("d"))
    assert company.kept("d") == ["d"]


def test_no_more_than_so_many_are_committed_together(company: Company) -> None:
    names = [f"t{n}" for n in range(MOST + 10)]
    company.others = [writes(name) for name in names[1:]]
    company.first(writes(names[0]))
    assert company.errors == []
    assert company.kept(*names) == names
    assert company.commits >= 2


def test_a_lock_that_is_held_for_long_refuses_all_who_wait_and_stores_nothing_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company(f"sqlite:///{tmp_path / 'turns.sqlite'}")
    monkeypatch.setattr("facilitation.store.engine.TRIES", 3)
    with locked(tmp_path / "turns.sqlite"):
        threads = [threading.Thread(target=company.one, args=(writes(name),)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert all(isinstance(error, Busy) for error in company.errors)
    assert len(company.errors) == 3
    assert company.kept("a", "b", "c") == []
    company.first(writes("d"))
    assert company.kept("d") == ["d"]
    company.store.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program in the middle of writing."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_reader_is_not_ahead_and_a_writer_who_was_rolled_back_leaves_no_state_behind(tmp_path: Path) -> None:
    """The desk remembers what it has folded: of readers and of writers, and only as far as the journal agrees."""
    from facilitation.desk import Desk

    desk = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    seated = desk.seat("Hall", [{"id": f"p{n}", "name": f"Member {n}"} for n in range(3)])
    arrival = an_arrival(desk, seated, 0)

    def rolled_back() -> None:
        with desk._store.writing() as tx:
            state = desk._state(tx, seated.session_id)
            desk._append(tx, state, "staff", desk._events(state, arrival)[1])
            assert len(desk._state(tx, seated.session_id).session_called(seated.session_id).present) == 1
            assert desk.public_screens(seated.session_id)["member"]["present"] == 0
            raise BadRequest("No.", "Ask otherwise.")

    with pytest.raises(BadRequest):
        rolled_back()
    desk.join(seated.members[1].code)
    desk.join(seated.members[2].code)
    assert desk.public_screens(seated.session_id)["member"]["present"] == 2
    assert desk.broken_journal_row(seated.assembly_id) is None
    desk.close()


def test_names_and_words_of_a_transaction_that_was_rolled_back_are_not_those_of_the_next_one(tmp_path: Path) -> None:
    """The next row of the journal has the same number, and says something else."""
    from facilitation.desk import Desk

    desk = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    seated = desk.seat("Hall", [{"id": "p1", "name": "Member 1"}])

    def one_more(name: str, *, kept: bool) -> tuple[int, set[str], set[str]]:
        with desk._store.writing() as tx:
            person = Person(name, name, name, {}, "salt", name.upper())
            tx.people.add(seated.assembly_id, [person], first_place=1)
            tx.words.add(seated.assembly_id, "", name, f"Words of {name}", "salt")
            before = desk._state(tx, seated.assembly_id)
            desk._append(tx, before, "staff", [MemberSeated(name, 1, person.commitment)])
            state = desk._state(tx, seated.assembly_id)
            told = set(desk._names(tx, state).values()), set(desk._texts(tx, replace(state, work={"one": 1})).values())
            if not kept:
                raise BadRequest(f"{state.seq}", "Not this one.")
            return state.seq, *told

    with pytest.raises(BadRequest) as refused:
        one_more("Ghost", kept=False)
    seq, names, texts = one_more("Real", kept=True)
    assert refused.value.message == str(seq)
    assert (names, texts) == ({"Member 1", "Real"}, {"Words of Real"})
    desk.close()


def an_arrival(desk: Any, seated: Any, number: int) -> Any:
    from facilitation.commands import Arrive

    return Arrive(seated.session_id, "staff", desk.who_is(seated.members[number].code)["id"])
