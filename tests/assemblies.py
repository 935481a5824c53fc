"""Small assemblies for tests: a real SQLite file, a clock that a test moves, and chance with a seed."""

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

from facilitation import law
from facilitation.desk import Desk
from facilitation.events import Link
from facilitation.model import Assembly

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


@dataclass
class Sitting:
    """A seated assembly on a database file."""

    path: Path
    members: int = 3
    agenda: list[dict[str, Any]] | None = None
    clock: HandClock = field(default_factory=HandClock)
    seeds: Iterator[int] = field(default_factory=itertools.count)
    columns: list[dict[str, str]] | None = None
    """More columns of the panel's file, for each member."""

    def __post_init__(self) -> None:
        self.path.write_bytes(an_empty_database())
        self.desk = self.opened()
        rows = [{"id": f"v{number}", "name": f"Person {number}"} for number in range(1, self.members + 1)]
        rows = [{**row, **more} for row, more in zip(rows, self.columns or [{}] * self.members, strict=True)]
        self.seated = self.desk.seat("Test assembly", rows, self.agenda)
        self.session, self.assembly = self.seated.session_id, self.seated.assembly_id
        self.codes = [seat.code for seat in self.seated.members]

    def opened(self) -> Desk:
        """Another desk on the same file, as another program would have it."""
        return Desk.open(str(self.path), now=self.clock, chance=random.Random(next(self.seeds)))

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

    def facilitator(self) -> dict[str, Any]:
        return self.desk.public_screens(self.session)["facilitator"]

    def phase(self) -> str:
        return str(self.facilitator()["session"]["phase"])

    def replayed(self) -> Assembly:
        """The state as the rows of the file tell it, past all caches."""
        return law.replay(self.assembly, (link.entry for link in self.links()))

    def links(self) -> list[Link]:
        names = "seq, at, actor, kind, data, hash"
        return [Link(*row) for row in self.rows(f"SELECT {names} FROM journal ORDER BY seq")]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path)
        try:
            found = connection.execute(sql).fetchall()
            connection.commit()
        finally:
            connection.close()
        return found
