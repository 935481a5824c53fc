"""A PostgreSQL of the tests' own: started in a private folder, reached by a socket in it, ended and removed after.

PostgreSQL refuses to run as root, so where the tests are root it runs as the user `postgres` (Debian's package makes
one) or `nobody`. It keeps commit times, as a server that somebody forensic had prepared would; it does not wait for the
disk.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest

SETTINGS = {
    "listen_addresses": "",
    "track_commit_timestamp": "on",
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_recycle": "off",
    "checkpoint_timeout": "1d",  # none by the clock: a test looks into the log before and after its own
    "autovacuum_naptime": "1h",
}
REMEDY = "Remedy: install it as an administrator with `apt-get install postgresql`."
ROLE = "folkmoot"
HANG_UP = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
SHAPE = """
SELECT c.relname::text, CASE c.relkind WHEN 'r' THEN 'table' ELSE 'other' END, c.relnatts, c.relchecks,
    c.relhastriggers,
    CASE c.relname WHEN 'alembic_version' THEN (SELECT version_num FROM alembic_version) ELSE '' END
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
"""What a test could change besides rows, by what PostgreSQL knows of tables, indices and sequences."""


def binary(name: str) -> str:
    """Where a program of PostgreSQL is: the newest of Debian's, or on the path."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        pytest.fail(f"PostgreSQL is missing. {REMEDY}", pytrace=False)
    return found


def another_user() -> dict[str, Any]:
    """As whom the server runs: root must step down, anybody else is good as they are."""
    if os.geteuid() != 0:
        return {}
    names = {one.pw_name: one for one in pwd.getpwall()}
    one = names.get("postgres") or names["nobody"]
    return {"user": one.pw_uid, "group": one.pw_gid, "extra_groups": []}


@dataclass(frozen=True)
class Cluster:
    """A running server and its folder."""

    folder: Path
    made: list[str] = field(default_factory=list)
    lent: list[list[str]] = field(default_factory=list)
    """What the present test was given, which may be used again when it is over: the last list."""
    spare: list[str] = field(default_factory=list)
    """Databases that were used by a test, and are as good as new."""
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    """The server, while it runs."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> None:
        """Start the server, and wait until it lets us in."""
        options = [part for key, value in self.settings.items() for part in ("-c", f"{key}={value}")]
        command = [binary("postgres"), "-D", str(self.data), "-k", str(self.folder), *options]
        around = _around(self.folder, another_user())
        with self.log.open("ab") as log:
            self.running.append(subprocess.Popen(command, **around, stdout=log, stderr=log))
        _wait(self, self.running[-1])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: “fast” (roll back what is under way, and end), or by SIGQUIT as in a crash."""
        server = self.running.pop()
        server.send_signal(how)
        server.wait(timeout=60)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.folder}"

    def new(self, **settings: str) -> str:
        """The URL of a new database; a copy of one that was migrated already, as files of SQLite are in the tests."""
        if self.lent and not settings:
            name = self.spare.pop() if self.spare else self._made(f'TEMPLATE "{self.migrated}"', {})
            self.lent[-1].append(name)
            return self.url(name)
        return self.url(self._made(f'TEMPLATE "{self.migrated}"', settings))

    @contextmanager
    def for_one_test(self) -> Iterator[list[str]]:
        """Whatever databases are made in here are taken away afterwards, or emptied for the next test."""
        assert self.migrated, "from which the others are copied, and which stays"
        before = len(self.made)
        self.lent.append([])
        yield self.lent[-1]
        good = [name for name in self.lent.pop() if self._emptied(name)]
        self.spare.extend(good)
        for name in self.made[before:]:
            if name not in good:
                self.rows(self.url("postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made[before:] = []

    def _emptied(self, name: str) -> bool:
        """As it was when it was new: nobody connected, no row; False where its tables are others now.

        To make a database and to take it away costs ten times as much.
        """
        with psycopg.connect(f"host={self.folder} user={ROLE} dbname={name}", autocommit=True) as connection:
            connection.execute(HANG_UP)
            if connection.execute(SHAPE).fetchall() != self.shape:
                return False
            tables = [str(row[0]) for row in self.shape if row[1] == "table" and row[0] != "alembic_version"]
            found = connection.execute(
                " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM \"{one}\")" for one in tables).encode()
            )
            if filled := [f'"{one}"' for (one,) in found]:
                connection.execute(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE".encode())
        return True

    @cached_property
    def shape(self) -> list[tuple[Any, ...]]:
        """The tables of a new database, which are empty, in a form that can be compared."""
        return self.rows(self.url(self.migrated), SHAPE)

    def new_on(self, disk: Path) -> str:
        """The same, its tables on another disk."""
        place = disk / "tables"
        place.mkdir()
        if user := another_user():
            os.chown(place, user["user"], user["group"])
            place.parent.chmod(0o755)
        space = f"space_{uuid.uuid4().hex[:12]}"
        self.rows(self.url("postgres"), f"CREATE TABLESPACE {space} LOCATION '{place}'")
        return self.url(self._made(f'TEMPLATE "{self.migrated}" TABLESPACE {space}', {}))

    def drop(self, database: str) -> None:
        """Take a database away, with the space on another disk that was made for it."""
        name = database.partition("@/")[2].partition("?")[0]
        its = (
            f"SELECT spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = '{name}'"
        )
        ((space,),) = self.rows(self.url("postgres"), its)
        self.rows(self.url("postgres"), f'DROP DATABASE "{name}"')
        if space != "pg_default":
            self.rows(self.url("postgres"), f"DROP TABLESPACE {space}")

    def empty(self, **options: str) -> str:
        """The URL of a new database without any table."""
        said = "".join(f" {name} '{value}'" for name, value in options.items())
        return self.url(self._made(f"TEMPLATE template0{said}", {}))

    def rows(self, database: str, sql: str) -> list[tuple[Any, ...]]:
        """One statement as the superuser, past all of our code."""
        name = database.partition("@/")[2].partition("?")[0]
        with psycopg.connect(f"host={self.folder} user={ROLE} dbname={name}", autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def files(self, database: str) -> list[Path]:
        """The files of a database as they stand on the disk now, but for those of PostgreSQL's own catalogues."""
        self.rows(database, "CHECKPOINT")
        ((number,),) = self.rows(database, "SELECT oid FROM pg_database WHERE datname = current_database()")
        own = self.rows(
            database,
            "SELECT pg_relation_filenode(c.oid)::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname IN ('pg_catalog', 'information_schema') AND pg_relation_filenode(c.oid) IS NOT NULL",
        )
        catalogues = {str(name) for (name,) in own}
        found = (self.data / "base" / str(number)).iterdir()
        others = [path for path in found if path.is_file() and path.name.partition("_")[0] not in catalogues]
        return sorted(others, key=lambda path: (len(path.name), path.name))

    @cached_property
    def migrated(self) -> str:
        from facilitation.desk import Desk

        empty = self.empty()
        Desk.open(empty).close()
        return empty.partition("@/")[2].partition("?")[0]

    def _made(self, how: str, settings: dict[str, str]) -> str:
        name = f"hall_{uuid.uuid4().hex[:12]}"
        self.rows(self.url("postgres"), f'CREATE DATABASE "{name}" {how}')
        self.made.append(name)
        for key, value in settings.items():
            self.rows(self.url("postgres"), f'ALTER DATABASE "{name}" SET {key} = {value}')
        return name


@contextmanager
def a_cluster(**others: str) -> Iterator[Cluster]:
    """Start one, and end it; with other settings where something else is to be seen (what waits for the disk)."""
    initdb, user = binary("initdb"), another_user()
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-pg-"))
    if user:
        os.chown(folder, user["user"], user["group"])
    cluster = Cluster(folder, settings=SETTINGS | others)
    try:
        _run(
            [initdb, "-D", str(cluster.data), "-U", ROLE, "-E", "UTF8", "--locale=C", "-A", "trust", "-N"], folder, user
        )
        try:
            cluster.start()
            yield cluster
        finally:
            if cluster.running:
                cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _around(folder: Path, user: dict[str, Any]) -> dict[str, Any]:
    return {"cwd": folder, "stdin": subprocess.DEVNULL, **user}


def _run(command: Sequence[str], folder: Path, user: dict[str, Any]) -> None:
    done = subprocess.run(command, **_around(folder, user), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def _wait(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    ready = binary("pg_isready")
    for _ in range(600):
        assert server.poll() is None, cluster.log.read_text()
        if subprocess.run([ready, "-q", "-t", "1", "-h", str(cluster.folder)], check=False).returncode == 0:
            return
        time.sleep(0.05)
    pytest.fail(f"PostgreSQL did not come up: {cluster.log.read_text()}", pytrace=False)
