"""What the tests of the web house share: one served, empty hall, in which each test seats an assembly of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from halls import Hall, Seats, a_hall, seat
from postgres import Cluster, a_cluster
from redis_servers import RedisServer, a_redis

import sortition  # noqa: F401  # first: it says how openpyxl is to read, and some tests import that before ours
from facilitation.desk import Desk


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with a_hall(tmp_path_factory.mktemp("hall"), "--no-worker") as served:
        yield served


@pytest.fixture
def seats(hall: Hall, request: pytest.FixtureRequest) -> Seats:
    return seat(hall.database, members=4, name=request.node.name)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty house of one's own, with a real database."""
    opened = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL of our own, started when the first test asks for it."""
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """A Redis of our own, started when the first test asks for it; whoever stops it starts it again."""
    with a_redis() as server:
        yield server


# Run by hand: they measure, or need other people's packages. (Doctests would import every module under tests/.)
collect_ignore = ["benchmarks", "oracles"]
