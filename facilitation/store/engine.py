"""How the database is opened, locked, tidied and brought up to date: the same for SQLite and for PostgreSQL.

A writer holds the write lock from the start, so that what it reads cannot change before it commits. When the lock is
taken, the driver waits only a moment and we pause between tries by a callable from outside: a web process hands in its
own sleep and goes on serving others. What one of the two databases does in its own way stands in the room of its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from types import MappingProxyType, ModuleType
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Engine, TableClause, create_engine, inspect, text
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from facilitation.errors import BadRequest, Busy, CannotWrite, Refusal
from facilitation.health import FAILING, FULL, LOCKED, LOCKED_LONG, READ_ONLY, Health, in_words
from facilitation.store import postgresql, schema, sqlite

Pause = Callable[[float], object]

TRIES, SHORTEST_PAUSE, LONGEST_PAUSE = 400, 0.002, 0.05
"""About ten to twenty seconds in all before a command is told that the database is busy."""
TIDY_TRIES = 20
"""About half a second; what is not tidied then is tidied at the next close, or at the next start."""

INSERTS: Mapping[str, Callable[[TableClause], Any]] = MappingProxyType(
    {"sqlite": sqlite_dialect.insert, "postgresql": postgresql_dialect.insert}
)
KINDS: Mapping[str, ModuleType] = MappingProxyType({"sqlite": sqlite, "postgresql": postgresql})
WRITE_IT = "Write sqlite:///folder/file.sqlite, the path of a file, or postgresql+psycopg://user@host/database."


def open_engine(database: str, pause: Pause) -> Engine:
    """The database behind a URL or a bare path, with its schema brought to the newest step."""
    engine = _engine(_url(database))
    KINDS[engine.dialect.name].listen(engine)
    try:
        if engine.dialect.name != "sqlite":
            engine.connect().close()  # where no server answers, that is told at once
        _migrate(engine, pause)
    except DatabaseError as error:
        engine.dispose()
        raise cannot_open(engine, error) from None
    except Refusal:
        engine.dispose()
        raise
    return engine


def unopened(database: str) -> Engine:
    """The engine of a URL or a path, whose schema nobody has looked at; a file that is not there is not made."""
    url = _url(database)
    engine = create_engine(url, hide_parameters=True) if url.get_backend_name() == "sqlite" else _engine(url)
    KINDS[engine.dialect.name].listen(engine)
    return engine


def is_newer(step: str) -> bool:
    """Whether a schema's step is one that this Folkmoot does not know yet."""
    return step > schema.NEWEST


def begun(engine: Engine, pause: Pause, *, writes: bool, health: Health | None = None) -> Connection:
    """A connection inside a transaction; a writer holds the write lock from the start.

    Who has waited long, for the lock or for a database that does not answer, tells the store's health before the last
    try: also a reader, for whoever wants to write is looked up first.
    """
    kind, why = KINDS[engine.dialect.name], None
    attempt = 0
    while attempt < TRIES:
        if attempt >= LOCKED_LONG and health is not None:
            health.failed(LOCKED)
        connection: Connection | None = None
        try:
            connection = engine.connect().execution_options(**kind.options(writes=writes))
            connection.begin()
            return connection
        except OperationalError as error:
            if connection is not None:
                connection.close()
            if (why := kind.why_busy(error)) is None:
                raise
            pause(min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(attempt, 10)))
            attempt += kind.tries(error)
        except NoConnectionLeft:
            break
    raise Busy(
        f"The database {why or 'is used by too many at once'}.",
        "Nothing was stored. Try again; if it stays so, see what holds it.",
    )


@contextmanager
def told(engine: Engine, *, writes: bool) -> Iterator[None]:
    """What the database itself says no to in the middle of a transaction, as a refusal; a reader must not write."""
    try:
        yield
    except DataError:
        raise BadRequest(
            "The database cannot keep one of these characters or numbers.", "Leave control characters out."
        ) from None
    except DBAPIError as error:
        kind = KINDS[engine.dialect.name]
        if (cause := kind.why_unwritable(error)) is not None and (writes or cause != READ_ONLY):
            raise CannotWrite(
                f"The server cannot write at the moment: {in_words(cause)}. Nothing of this was stored.",
                "Send it again in a little while: a tablet does so by itself, and nothing counts twice.",
                cause,
            ) from None
        if not isinstance(error, OperationalError) or (why := kind.why_busy(error)) is None:
            raise
        raise Busy(
            f"The database {why}: it went away in the middle of this.",
            "Look whether it was stored, or send it again; a ballot counts once, however often it is sent.",
        ) from None


def added(connection: Connection, where: TableClause, row: Mapping[str, object]) -> bool:
    """Add a row, or leave everything as it is where the table has one under its key; whether it was added.

    An insert that fails would end PostgreSQL's transaction, and stand in the server's log with its key.
    """
    done = connection.execute(_insert_or_leave(connection.dialect.name, where), row)
    return done.rowcount == 1


def added_of(
    connection: Connection, where: TableClause, key: ColumnElement[Any], rows: Sequence[Mapping[str, object]]
) -> list[Any]:
    """Add rows in one statement, but for those under whose key the table has one; this column of those added."""
    if not rows:
        return []
    return list(connection.execute(_insert_or_leave(connection.dialect.name, where, key), rows).scalars())


@lru_cache(maxsize=64)
def _insert_or_leave(dialect: str, where: TableClause, told_of: ColumnElement[Any] | None = None) -> Any:
    """The statement, made once: to make one costs more than to carry it out."""
    statement = INSERTS[dialect](where).on_conflict_do_nothing()
    if told_of is not None:
        return statement.returning(told_of)
    return statement.execution_options(preserve_rowcount=True)


def can_be_written(engine: Engine) -> str | None:
    """Try to write something that nobody misses, onto the disk: None if that went well, otherwise why it did not."""
    kind = KINDS[engine.dialect.name]
    try:
        kind.written_for_a_try(engine)
    except DBAPIError as error:
        return kind.why_unwritable(error) or LOCKED
    except NoConnectionLeft:
        return LOCKED
    except OSError:  # the folder itself is gone, or its disk: whoever watches goes on watching
        return FAILING
    return None


def tidy(engine: Engine, pause: Pause, *, thorough: bool) -> bool:
    """Leave no trace of the order of writing, and nothing that was deleted; False if somebody was in the way."""
    steps = KINDS[engine.dialect.name].steps(thorough=thorough)
    return min(_done(step, engine, pause) for step in steps)


def _done(step: Callable[[Engine], bool], engine: Engine, pause: Pause) -> bool:
    for attempt in range(TIDY_TRIES):
        if step(engine):
            return True
        pause(min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(attempt, 10)))
    return False


def _url(database: str) -> URL:
    """The URL that was given, or that of the file at this path."""
    try:
        url = make_url(database) if "://" in database else URL.create("sqlite", database=database)
    except ArgumentError:
        raise BadRequest("The database's URL cannot be read.", WRITE_IT) from None
    if url.get_backend_name() not in KINDS:
        raise BadRequest(f"There is no kind of database “{url.drivername[:40]}” here.", WRITE_IT)
    return url


def _engine(url: URL) -> Engine:
    """The engine of this URL; a driver that is not here is refused by name."""
    try:
        return create_engine(url, hide_parameters=True, **KINDS[url.get_backend_name()].arguments(url))
    except NoSuchModuleError:
        raise BadRequest(f"There is no kind of database “{url.drivername[:40]}”.", WRITE_IT) from None
    except ModuleNotFoundError as missing:
        raise BadRequest(
            f"The driver {missing.name} for this database is not installed.",
            "Write postgresql+psycopg://…, and run: pip install 'psycopg[binary]'",
        ) from None


def cannot_open(engine: Engine, error: DatabaseError) -> Refusal:
    """The database answers, but not as one of ours: another file, no right to write, no server."""
    if KINDS[engine.dialect.name].why_unwritable(error) == FULL:
        return CannotWrite(f"The database cannot be opened: {in_words(FULL)}.", "Make room there.", FULL)
    why = str(error.orig).strip().partition("\n")[0][:200]
    return BadRequest(
        f"The database {engine.url.render_as_string()} cannot be used: {why}.",
        "Name a database of Folkmoot, or a new file, that you may read and write.",
    )


def _migrate(engine: Engine, pause: Pause) -> None:
    """Bring the schema to the newest step; two programs that open a new database at once take turns."""
    with begun(engine, pause, writes=False) as connection:
        if (step := _step(connection)) == schema.NEWEST:
            return
    if step is not None and is_newer(step):
        raise BadRequest(
            f"This database is of a newer Folkmoot: its schema is at step {step}, and this one knows {schema.NEWEST}.",
            "Use it with the newer program; nothing was changed.",
        )
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
