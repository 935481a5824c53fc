"""A served hall whose PostgreSQL has no room, lets nobody in, or crashes: what is answered is stored, and it mends.

Ballots are sent before, while and after. Each 200 must be a row, each refusal a 503 with its remedy, the banner must
come and go by itself, and every ballot must be counted once by the same server, which is never started again.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from faults import a_small_disk, full
from halls import Answer, Hall, Seats, a_key, an_open_round, join, seat
from postgres import ROLE, Cluster, a_cluster
from test_web_faults import HEADER, Listening, banner_of, display_of, pages
from waiting import until

pytestmark = pytest.mark.slow

SILENT = "its database is held by another program, or does not answer"
LONGER_THAN_A_WRITER_WAITS = 180.0


@pytest.fixture(scope="module")
def another() -> Iterator[Cluster]:
    """A server that may be ended and crowded, as that of the other tests may not."""
    with a_cluster(max_connections="20", autovacuum="off") as cluster:
        yield cluster


@dataclass
class Voting:
    """A served hall in the middle of a vote, one ballot of which is in the urn; every member has a key."""

    hall: Hall
    seats: Seats
    tokens: list[str]
    round_id: str
    told: Listening
    keys: list[str] = field(default_factory=list)

    def vote(self, member: int) -> Answer:
        ballot = {"key": self.keys[member], "choice": "yes"}
        return self.hall.post(f"/api/rounds/{self.round_id}/ballot", ballot, self.tokens[member])

    def everybody_is_counted_once(self, postgres: Cluster) -> None:
        """All is well again by itself: each ballot that is sent again counts, and none counts twice."""
        assert until(lambda: self.told.told[-1]["storing"], what="the socket is told that it can be written")
        for member in range(len(self.tokens)):
            answered = until(lambda one=member: (a := self.vote(one)).status == 200 and a, what="counted")
            assert answered.json["receipt"]
        assert HEADER not in self.hall.get("/api/screen", self.tokens[1]).headers
        assert postgres.rows(self.hall.database, "SELECT count(*) FROM ballot") == [(len(self.tokens),)]
        assert self.hall.post(f"/api/rounds/{self.round_id}/close", token=self.seats.facilitator).status == 200
        result = self.hall.get(f"/api/rounds/{self.round_id}/result", self.seats.facilitator).json
        assert result["counts"] == {"yes": len(self.tokens), "no": 0, "abstain": 0}


@contextlib.contextmanager
def voting_on(database: str, folder: Path, members: int) -> Iterator[Voting]:
    """Serve it, seat and join so many, and let the first one vote; at the end nothing unforeseen was logged."""
    hall = Hall(database, log=folder / "serve.log", folder=folder, patience=LONGER_THAN_A_WRITER_WAITS)
    hall.start("--no-worker")
    try:
        seats = seat(database, members)
        tokens = [join(hall, code) for code in seats.codes]
        round_id = an_open_round(hall, seats)
        voting = Voting(hall, seats, tokens, round_id, Listening(hall, tokens[1]), [a_key() for _ in tokens])
        assert voting.vote(0).status == 200
        yield voting
        voting.told.client.disconnect()
    finally:
        hall.stop()
    said = (folder / "serve.log").read_text()
    assert "Traceback" not in said
    assert "the server can write again" in said


def test_a_full_disk_under_postgresql_costs_no_ballot_and_is_told_to_the_room(
    postgres: Cluster, tmp_path: Path
) -> None:
    """The tables are on a disk of their own, which fills up between two votes (SQLSTATE 53100)."""
    with a_small_disk(postgres.folder) as disk:
        database = postgres.new_on(disk)
        postgres.rows(database, "ALTER TABLE ballot SET (fillfactor = 10)")  # a page has room for a few
        with voting_on(database, tmp_path, members=20) as now:
            display = display_of(now.hall, now.seats)
            with full(disk):
                answers = [now.vote(member) for member in range(1, 20)]
                assert {one.status for one in answers} == {200, 503}, "pages that are there may have room"
                refused = next(one for one in answers if one.status == 503)
                assert refused.json["error"] == "cannot-write"
                assert "its disk is full. Nothing of this was stored." in refused.json["message"]
                assert "nothing counts twice" in refused.json["remedy"]
                assert refused.headers["retry-after"] == "2"
                stored = 1 + sum(one.status == 200 for one in answers)
                assert postgres.rows(database, "SELECT count(*) FROM ballot") == [(stored,)]
                told = until(lambda: now.told.told, what="the socket is told")
                assert told == [{"storing": False, "why": "its disk is full"}]
                screens = pages(now.hall, now.seats, now.tokens[1], display)
                assert [(page.status, banner_of(page)) for page in screens] == [(200, True)] * 3
            now.everybody_is_counted_once(postgres)
            assert not any(banner_of(page) for page in pages(now.hall, now.seats, now.tokens[1], display))
        postgres.drop(database)


def test_a_postgresql_that_crashes_in_the_middle_of_a_vote_has_every_ballot_that_was_answered(
    another: Cluster, tmp_path: Path
) -> None:
    """Ended at once, without a goodbye, and away until the room has been told; then it recovers from its own log."""
    database = another.new()
    with voting_on(database, tmp_path, members=12) as now:
        counted: set[int] = set()
        other: set[tuple[int, str]] = set()

        def until_counted(member: int) -> None:
            while member not in counted:
                try:
                    answer = now.vote(member)
                except OSError:
                    return
                if answer.status == 200:
                    counted.add(member)
                else:
                    other.add((answer.status, answer.json["error"]))

        voters = [threading.Thread(target=until_counted, args=(member,)) for member in range(1, 12)]
        for one in voters[:6]:
            one.start()
        until(lambda: counted, what="some are counted")
        another.stop(signal.SIGQUIT)
        for one in voters[6:]:
            one.start()
        assert until(lambda: now.told.told, what="the socket is told") == [{"storing": False, "why": SILENT}]
        another.start()
        for one in voters:
            one.join(LONGER_THAN_A_WRITER_WAITS)
        assert counted == set(range(1, 12)), "all are counted, and nobody has done anything"
        assert other <= {(503, "busy")}
        assert another.rows(database, "SELECT count(*) FROM ballot") == [(12,)], "no answer without durability"
        now.everybody_is_counted_once(another)


def test_a_postgresql_that_has_no_connection_left_is_waited_for_and_then_told(another: Cluster, tmp_path: Path) -> None:
    """Other programs hold every connection that it grants (SQLSTATE 53300), ours among them."""
    database, refused = another.new(), set[tuple[int, str, str | None]]()
    with voting_on(database, tmp_path, members=6) as now:

        def until_it_has_waited(member: int) -> None:
            """A connection that was taken away in that moment is told at once; after that there is none."""
            remedy = ""
            while not remedy.startswith("Nothing was stored. Try again"):
                answer = now.vote(member)
                remedy = answer.json["remedy"]
            refused.add((answer.status, answer.json["error"], answer.headers.get(HEADER)))

        voters = [threading.Thread(target=until_it_has_waited, args=(member,)) for member in (1, 2, 3)]
        with every_connection_of(another, database) as held:
            for one in voters:
                one.start()
            assert until(lambda: now.told.told, what="the socket is told") == [{"storing": False, "why": SILENT}]
            for one in voters:
                one.join(LONGER_THAN_A_WRITER_WAITS)
            assert refused == {(503, "busy", f"no, {SILENT}")}
            assert held.execute("SELECT count(*) FROM ballot").fetchall() == [(1,)]
        now.everybody_is_counted_once(another)


@contextlib.contextmanager
def every_connection_of(cluster: Cluster, database: str) -> Iterator[psycopg.Connection]:
    """Take one connection after another, and take from the served hall those that it has, until no more is granted."""
    name = database.partition("@/")[2].partition("?")[0]
    with contextlib.ExitStack() as taken:
        first: psycopg.Connection | None = None
        ours: list[int] = []
        while True:
            try:
                one = psycopg.connect(f"host={cluster.folder} user={ROLE} dbname={name}", autocommit=True)
            except psycopg.OperationalError:
                if first is None:
                    raise
                theirs = "backend_type = 'client backend' AND pid <> ALL(%s)"
                end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {theirs}"
                if not first.execute(end.encode(), [ours]).rowcount:
                    break
                continue
            taken.callback(one.close)
            first = first or one
            ours.append(one.info.backend_pid)
        yield first
