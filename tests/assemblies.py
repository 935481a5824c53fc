"""Small assemblies for tests: a real SQLite file or PostgreSQL, a clock that a test moves, chance with a seed."""

from __future__ import annotations

import itertools
import random
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from postgres import Cluster

from facilitation import law
from facilitation.desk import Desk
from facilitation.events import Link
from facilitation.model import Assembly

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
"""The databases on which a test is run, as the parameters of a fixture."""

UNDER_TEST: Cluster | None = None
"""The PostgreSQL on which the present test's sittings are, where it is run on that (see conftest.py)."""
MADE: list[Sitting] = []

TRAMS = {"title": "Trams?", "rule": "yes-no"}


@dataclass
class HandClock:
    """Shows what it is set to."""

    at: datetime = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@cache
def an_empty_database() -> bytes:
    """A database with the newest schema and nothing in it: migrated once, copied for every test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        Desk.open(str(path)).close()
        return path.read_bytes()


def ballot_key(number: int = 0) -> str:
    return str(uuid.UUID(int=number, version=4))


def sitting_on(request: pytest.FixtureRequest, path: Path, members: int) -> Iterator[Sitting]:
    """A sitting on the database that the fixture's parameter names."""
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    sitting = Sitting(path, members, postgres=postgres)
    yield sitting
    sitting.close()


def close_all() -> None:
    """Let go of the databases of all sittings that the test on PostgreSQL has made."""
    while MADE:
        MADE.pop().close()


@dataclass
class Sitting:
    """A seated assembly on a database file, or in a new database of the tests' PostgreSQL."""

    path: Path
    members: int = 3
    agenda: list[dict[str, Any]] | None = None
    clock: HandClock = field(default_factory=HandClock)
    seeds: Iterator[int] = field(default_factory=itertools.count)
    columns: list[dict[str, str]] | None = None
    """More columns of the panel's file, for each member."""
    postgres: Cluster | None = None
    desks: list[Desk] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.postgres is None and UNDER_TEST is not None:
            self.postgres = UNDER_TEST
            MADE.append(self)
        if self.postgres is None:
            self.path.write_bytes(an_empty_database())
            self.database = str(self.path)
        else:
            self.database = self.postgres.new()
        self.desk = self.opened()
        rows = [{"id": f"v{number}", "name": f"Person {number}"} for number in range(1, self.members + 1)]
        rows = [{**row, **more} for row, more in zip(rows, self.columns or [{}] * self.members, strict=True)]
        self.seated = self.desk.seat("Test assembly", rows, self.agenda)
        self.session, self.assembly = self.seated.session_id, self.seated.assembly_id
        self.codes = [seat.code for seat in self.seated.members]

    def opened(self) -> Desk:
        """Another desk on the same database, as another program would have it."""
        self.desks.append(Desk.open(self.database, now=self.clock, chance=random.Random(next(self.seeds))))
        return self.desks[-1]

    def close(self) -> None:
        """Let go of the database, with every desk that was opened here."""
        for desk in self.desks:
            desk.close()

    def restart(self) -> None:
        self.desk.close()
        self.desk = self.opened()

    def arrive(self, count: int | None = None) -> list[str]:
        """So many members join; their ids."""
        return [str(self.desk.join(code).member["id"]) for code in self.codes[:count]]

    def open_round(self, **spec: Any) -> str:
        round_id = self.desk.create_round(self.session, {**TRAMS, **spec})
        self.desk.open_round(round_id)
        return round_id

    def vote(self, round_id: str, members: list[str], first_key: int = 0) -> None:
        """These members say yes and no by turns, each with a key of their own."""
        for number, member in enumerate(members, start=first_key):
            self.desk.cast_ballot(round_id, member, ballot_key(number), ("yes", "no")[number % 2])

    def a_counted_and_an_open_vote(self, voters: int | None = None) -> tuple[str, str]:
        """All have voted in the first; in the second so many (all), with the keys from 100 on."""
        members = self.arrive()
        closed = self.open_round(title="Buses?")
        self.vote(closed, members)
        self.desk.close_round(closed)
        opened = self.open_round(title="Trams?")
        self.vote(opened, members[:voters], first_key=100)
        return closed, opened

    def facilitator(self) -> dict[str, Any]:
        return self.desk.public_screens(self.session)["facilitator"]

    def phase(self) -> str:
        return str(self.facilitator()["session"]["phase"])

    def replayed(self) -> Assembly:
        """The state as the rows of the file tell it, past all caches."""
        return law.replay(self.assembly, (link.entry for link in self.links()))

    def links(self) -> list[Link]:
        names = "seq, at, actor, kind, data, hash"
        mine = f"SELECT {names} FROM journal WHERE assembly = '{self.assembly}' ORDER BY seq"
        return [Link(*row) for row in self.rows(mine)]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """One statement past all of our code."""
        if self.postgres is not None:
            return self.postgres.rows(self.database, sql)
        connection = sqlite3.connect(self.path)
        try:
            found = connection.execute(sql).fetchall()
            connection.commit()
        finally:
            connection.close()
        return found
