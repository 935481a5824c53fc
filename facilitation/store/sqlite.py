"""What is SQLite's alone: how a file is made and set up, how its lock is taken, and how its traces are wiped.

A writer takes the write lock at once (`BEGIN IMMEDIATE`), so that what it reads cannot change before it commits.
`secure_delete` overwrites what is deleted with zeros, but rows that were moved as a page filled up may leave a copy in
its free space; so after every close the file is written anew (`VACUUM`), and then the write-ahead log is emptied, in
which rows stand in the order in which they came.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from facilitation.errors import BadRequest
from facilitation.health import FAILING, FULL, READ_ONLY

BUSY_MILLISECONDS = 20
"""What the driver itself waits for a lock: short, since a driver that waits stops a whole gevent process."""

ROOM = 256 * 1024
"""Bytes that must be free before a full disk counts as mended: a few hundred ballots."""
UNWRITABLE: Mapping[int, str] = MappingProxyType(
    {
        sqlite3.SQLITE_FULL: FULL,
        sqlite3.SQLITE_READONLY: READ_ONLY,
        sqlite3.SQLITE_IOERR: FAILING,
        sqlite3.SQLITE_CANTOPEN: FAILING,
    }
)
"""SQLite's result codes under which nothing is stored."""

WRITES = "writes"
Step = Callable[[Engine], bool]


def arguments(url: URL) -> dict[str, Any]:
    """What the engine of a file is made with; a file that is not there is made, for its owner alone."""
    if url.database in (None, "", ":memory:"):
        raise BadRequest("A database in memory would lose the assembly.", "Name a file: sqlite:///folkmoot.sqlite.")
    folder = Path(url.database or "").parent
    if not folder.is_dir():
        raise BadRequest(f"The folder {folder} of the database does not exist.", "Make it, or name another one.")
    with suppress(OSError):  # there already, or not ours to make: opening it says so
        # It will hold names and join codes, so a new file is for its owner alone; SQLite's log takes after it.
        os.close(os.open(str(url.database), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return {"connect_args": {"timeout": BUSY_MILLISECONDS / 1000, "isolation_level": None}}


def listen(engine: Engine) -> None:
    """Set up every connection, and begin every transaction, in our way."""
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)


def options(*, writes: bool) -> dict[str, Any]:
    """How a connection is told what its transaction is for."""
    return {WRITES: writes}


def why_busy(error: OperationalError) -> str | None:
    """In a word what is in the way, if waiting may help; otherwise None."""
    said = str(error.orig)
    return "stayed locked by another program" if "locked" in said or "busy" in said else None


def why_unwritable(error: DBAPIError) -> str | None:
    """Why nothing can be written, in the word of the store's health; None if that is not what is wrong."""
    return UNWRITABLE.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)


def written_for_a_try(engine: Engine) -> None:
    """Write the database's own version number, which we do not use; a disk with hardly any room left counts as full."""
    free = os.statvfs(Path(engine.url.database or "").parent)
    if free.f_bavail * free.f_frsize < ROOM:
        raise OperationalError(None, None, _full())
    with engine.connect().execution_options(**options(writes=True)) as connection:
        number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        connection.exec_driver_sql(f"PRAGMA user_version = {(number + 1) % 1000}")
        connection.commit()


def _full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


def tries(error: OperationalError) -> int:
    """As how many tries this one counts."""
    return 1


def identity(connection: Connection) -> tuple[object, ...]:
    """Which file it is, whatever it is called."""
    found = os.stat(connection.engine.url.database or "")
    return "sqlite", found.st_dev, found.st_ino


def is_alone(engine: Engine) -> bool:
    """Whether nobody else has this file open: only then SQLite lets go of the write-ahead log, which it gets back."""
    raw = sqlite3.connect(engine.url.database or "", isolation_level=None, timeout=0)
    try:
        return [row[0] for row in raw.execute("PRAGMA journal_mode = DELETE")] == ["delete"]
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True  # it is no database: whoever opens it will say so
    finally:
        raw.close()


def steps(*, thorough: bool) -> tuple[Step, ...]:
    """How the file is tidied."""
    return (_written_anew, _log_emptied) if thorough else (_log_emptied,)


def _written_anew(engine: Engine) -> bool:
    """Write every page of the file anew, so that nothing but rows is in them; False while somebody writes."""
    return _asked(engine, "VACUUM") is not None


def _log_emptied(engine: Engine) -> bool:
    """Fold the write-ahead log into the file and empty it; False while somebody is in the middle of something."""
    answer = _asked(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
    return answer is not None and not any(row[0] for row in answer)


def _asked(engine: Engine, what: str) -> list[tuple[Any, ...]] | None:
    """The answer to something that is asked outside any transaction; None while another program holds the lock."""
    raw = engine.raw_connection()
    try:
        return list(raw.cursor().execute(what).fetchall())
    except sqlite3.OperationalError:
        return None
    finally:
        raw.close()


def _set_up(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "cache_size = -512",  # KiB a connection: with the default of 2 MB each, a long day fills them one after another
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "temp_store = MEMORY",  # a file that is written anew leaves nothing in another folder
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
