"""How the database is opened, locked and brought up to date.

A writer takes the write lock at once (`BEGIN IMMEDIATE`), so that what it reads cannot change before it commits. When
the lock is taken, the driver waits only a moment and we pause between tries by a callable from outside: a web process
hands in its own sleep and goes on serving others. Every statement here that is SQLite's alone stands behind a switch on
the dialect.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from facilitation.errors import BadRequest, Busy, Refusal
from facilitation.store import schema

Pause = Callable[[float], object]

BUSY_MILLISECONDS = 20
"""What the driver itself waits for a lock: short, since a driver that waits stops a whole gevent process."""
TRIES, SHORTEST_PAUSE, LONGEST_PAUSE = 400, 0.002, 0.05
"""About ten to twenty seconds in all before a command is told that the database is busy."""

WRITES = "writes"
WRITE_IT = "Write sqlite:///folder/file.sqlite, or the path of a file."


def open_engine(database: str, pause: Pause) -> Engine:
    """The database behind a URL or a bare path, with its schema brought to the newest step."""
    engine = _engine(_url(database))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        _migrate(engine, pause)
    except DatabaseError as error:
        raise _cannot_open(engine, error) from None
    return engine


def begun(engine: Engine, pause: Pause, *, writes: bool) -> Connection:
    """A connection inside a transaction; a writer holds the write lock from the start."""
    for attempt in range(TRIES):
        connection: Connection | None = None
        try:
            connection = engine.connect().execution_options(**{WRITES: writes})
            connection.begin()
            return connection
        except OperationalError as error:
            if connection is not None:
                connection.close()
            if not _is_busy(error):
                raise
            pause(min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(attempt, 10)))
    raise Busy(
        "The database stayed locked by another program.",
        "Nothing was stored. Try again; if it stays so, see what holds it.",
    )


def checkpoint(engine: Engine) -> None:
    """Fold SQLite's write-ahead log into the file and empty it, so that no order of writing is left in it.

    A reader in the middle of something makes this a no-op; the next close, or the next start, does it.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        with suppress(sqlite3.OperationalError):  # somebody is reading or writing; nothing depends on it
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def _url(database: str) -> URL:
    """The URL that was given, or that of the file at this path."""
    try:
        url = make_url(database) if "://" in database else URL.create("sqlite", database=database)
    except ArgumentError:
        raise BadRequest("The database's URL cannot be read.", WRITE_IT) from None
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise BadRequest("A database in memory would lose the assembly.", "Name a file: sqlite:///folkmoot.sqlite.")
    return url


def _engine(url: URL) -> Engine:
    """The engine of this URL; a dialect or a driver that is not here is refused by name."""
    try:
        return create_engine(url, connect_args=_arguments(url))
    except NoSuchModuleError:
        raise BadRequest(f"There is no kind of database “{url.drivername[:40]}”.", WRITE_IT) from None
    except ModuleNotFoundError as missing:
        raise BadRequest(
            f"The driver {missing.name} for this database is not installed.", f"Run: pip install {missing.name}"
        ) from None


def _arguments(url: URL) -> dict[str, Any]:
    if url.get_backend_name() != "sqlite":
        return {}
    folder = Path(url.database or "").parent
    if not folder.is_dir():
        raise BadRequest(f"The folder {folder} of the database does not exist.", "Make it, or name another one.")
    with suppress(OSError):  # there already, or not ours to make: opening it says so
        # It will hold names and join codes, so a new file is for its owner alone; SQLite's log takes after it.
        os.close(os.open(str(url.database), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return {"timeout": BUSY_MILLISECONDS / 1000, "isolation_level": None}


def _cannot_open(engine: Engine, error: DatabaseError) -> Refusal:
    """The database answers, but not as one of ours: another file, no right to write, no server."""
    why = str(error.orig).strip().partition("\n")[0][:200]
    return BadRequest(
        f"The database {engine.url.render_as_string()} cannot be used: {why}.",
        "Name a database of Folkmoot, or a new file, that you may read and write.",
    )


def _set_up_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_busy(error: OperationalError) -> bool:
    return "locked" in str(error.orig) or "busy" in str(error.orig)


def _migrate(engine: Engine, pause: Pause) -> None:
    """Bring the schema to the newest step; two programs that open a new database at once take turns."""
    with begun(engine, pause, writes=False) as connection:
        if _step(connection) == schema.NEWEST:
            return
    with begun(engine, pause, writes=True) as connection:
        if _step(connection) != schema.NEWEST:
            _upgrade(connection)
        connection.commit()


def _step(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    step: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return step


def _upgrade(connection: Connection) -> None:
    from alembic import command  # here and not above: a database that is up to date starts without it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("facilitation") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
