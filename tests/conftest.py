"""What the tests of the web house share: one served, empty hall, in which each test seats an assembly of its own."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import assemblies
import pytest
from databases import LOOKS_INTO_THE_FILE, ON_BOTH
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
def desk(tmp_path: Path, store_kind: str) -> Iterator[Desk]:
    """An empty house of one's own, with a real database."""
    here = assemblies.UNDER_TEST
    opened = Desk.open(here.new() if here is not None else f"sqlite:///{tmp_path / 'house.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def store_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """On which database every `Sitting` and `desk` of this test is: SQLite, unless `ON_BOTH` asks for the other too."""
    kind: str = getattr(request, "param", "sqlite")
    if kind == "sqlite":
        yield kind
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with cluster.for_one_test() as given:
        assemblies.UNDER_TEST = cluster
        yield kind
        assemblies.UNDER_TEST = None
        assemblies.close_all()
        assert given, "this test makes no database: it need not be run on both (see databases.py)"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that makes an assembly or a desk, in the rooms of `ON_BOTH`, once on each database."""
    room = Path(str(metafunc.module.__file__))
    if room.stem not in ON_BOTH or room.parent.name == "browser":
        return
    source = inspect.getsource(metafunc.function)
    makes_one = {"sitting", "desk", "tmp_path"} & set(metafunc.fixturenames) or "Sitting(" in source
    about_the_file = "on_file" in metafunc.fixturenames or LOOKS_INTO_THE_FILE.search(source)
    if makes_one and not about_the_file:
        metafunc.parametrize("store_kind", assemblies.BOTH, indirect=True)


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
