"""What is PostgreSQL's alone: how writers take turns, what readers see, and how row versions that are gone go for good.

**One writer at a time**, as on SQLite: a writer first takes one advisory lock of the database, and gives it up with its
transaction. Under READ COMMITTED every statement after that sees all that was committed before the lock was ours, and
nothing else can be committed until it is given up: no lost update, and with one lock there is no deadlock. (Under
REPEATABLE READ the picture would be taken with the first statement, before the lock is ours.) A reader has one picture
from beginning to end (REPEATABLE READ, read only) and waits for nobody.

**What is deleted stays** in PostgreSQL's pages until a vacuum, with the transaction that wrote it; so the tables that
must forget are written anew (`VACUUM FULL`) after the commit, outside any transaction, whenever they hold versions that
nobody can see. While somebody looks at an older picture those versions would be carried along, so we wait, and try
again at the next close or start. Rows of rounds that are still open keep their transaction and their order, which tell
no more than before, until their own close. The table is locked for that moment only: whoever votes waits it out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, inspect
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError

from facilitation.errors import BadRequest
from facilitation.health import FAILING, FULL, READ_ONLY
from facilitation.store.schema import MUST_FORGET

TURN = 0x466F6C6B6D6F6F74
"""The number of our advisory lock: “Folkmoot” in ASCII."""
TURN_MILLISECONDS, TABLE_MILLISECONDS = 5000, 250
"""How long the server lets us wait for our turn (in the order in which we came, and without stopping a gevent process),
or for a table to be written anew, before we pause and try again."""
TURN_TRIES = 100
"""As how many tries one such wait counts: four are about as long as all the tries for a file."""
CONNECTIONS, CONNECT_SECONDS, POOL_SECONDS = 15, 10, 20
"""Of one process: they stay open, and whoever needs one more waits."""

RESTED = 1.0
"""Seconds after which a connection may have died while it rested."""

TAKE_A_TURN = (
    f"SET LOCAL lock_timeout = {TURN_MILLISECONDS}; SELECT pg_advisory_xact_lock({TURN}); SET LOCAL lock_timeout = 0"
)
AT_THE_SERVER = "; ".join(
    (
        "SET synchronous_commit = on",
        "SET tcp_keepalives_idle = 10",
        "SET tcp_keepalives_interval = 5",
        "SET tcp_keepalives_count = 3",
    )
)
"""Of every connection. A machine of ours that is switched off in the middle of writing says no goodbye, and would keep
the lock for the two hours that TCP waits; so the server asks after ten seconds of silence, and gives us up after 25."""
LOCK_IS_HELD, TOO_MANY_CONNECTIONS = "55P03", "53300"
WAITING_HELPS = frozenset({LOCK_IS_HELD, TOO_MANY_CONNECTIONS})
"""SQLSTATEs after which we try again."""
POOL = {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": POOL_SECONDS}
UNWRITABLE: Mapping[str, str] = MappingProxyType({"53100": FULL, "25006": READ_ONLY, "58030": FAILING})
"""SQLSTATEs under which nothing is stored."""
A_TRY = (
    "CREATE TABLE only_a_try AS SELECT repeat('folkmoot', 200) AS words FROM generate_series(1, 100); "
    "DROP TABLE only_a_try"
)
WRITES = "writes"
Step = Callable[[Engine], bool]

HOLDS_WHAT_IS_GONE = """
SELECT pg_relation_size('{table}') <> count(*) * current_setting('block_size')::int OR coalesce(bool_or(gap), false)
FROM (SELECT max((ctid::text::point)[1]) <> count(*) AS gap FROM {table} GROUP BY (ctid::text::point)[0]) AS page
"""
"""Rows that can be seen are numbered 1, 2, 3, … on every page of a table that was just written anew."""
SOMEBODY_ELSE = """
SELECT count(*) > 0 FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
SOMEBODY_LOOKS_BACK = """
SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND age(backend_xmin) > (SELECT age(backend_xmin) FROM pg_stat_activity WHERE pid = pg_backend_pid())
"""


def arguments(url: URL) -> dict[str, Any]:
    """What the engine is made with."""
    waits = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
    return {"connect_args": waits, **POOL}


def listen(engine: Engine) -> None:
    """Set up every connection, and begin every transaction, in our way."""
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _rest)
    event.listen(engine, "checkout", lambda connection, record, _proxy: _wake(engine, connection, record))


def _rest(_connection: object, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _wake(engine: Engine, connection: Any, record: Any) -> None:
    """A connection that has rested is asked whether it lives; asked every time, a ballot would take a third longer."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as gone:
        raise DisconnectionError from gone  # the pool takes another one


def options(*, writes: bool) -> dict[str, Any]:
    """How a connection is told what its transaction is for."""
    if writes:
        # None and not False: “READ WRITE” said aloud goes past an administrator's “read only”, and a standby's refusal
        # of the word (0A000) is not that of a statement
        return {WRITES: True, "isolation_level": "READ COMMITTED", "postgresql_readonly": None}
    return {WRITES: False, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def why_busy(error: OperationalError) -> str | None:
    """In a word what is in the way, if waiting may help; otherwise None."""
    state = getattr(error.orig, "sqlstate", None)
    if state in WAITING_HELPS:
        return "stayed locked by another program"
    gone = error.connection_invalidated or state is None or state.startswith(("08", "57P"))
    return "does not answer" if gone else None


def why_unwritable(error: DBAPIError) -> str | None:
    """Why nothing can be written, in the word of the store's health; None if that is not what is wrong."""
    return UNWRITABLE.get(getattr(error.orig, "sqlstate", None) or "")


def written_for_a_try(engine: Engine) -> None:
    """A table that is made, filled and taken away in one transaction: nobody ever sees it, and its pages need room."""
    with engine.connect().execution_options(**options(writes=True)) as connection:
        connection.exec_driver_sql(A_TRY)
        connection.commit()


def tries(error: OperationalError) -> int:
    """As how many tries this one counts."""
    return TURN_TRIES if getattr(error.orig, "sqlstate", None) == LOCK_IS_HELD else 1


def identity(connection: Connection) -> tuple[object, ...]:
    """Which database of which server it is, by whatever address it was reached."""
    return tuple(connection.exec_driver_sql("SELECT pg_postmaster_start_time(), current_database()").one())


def is_alone(engine: Engine) -> bool:
    """Whether nobody else is connected to this database."""
    with engine.connect() as connection:
        return not connection.exec_driver_sql(SOMEBODY_ELSE).scalar()


def steps(*, thorough: bool) -> tuple[Step, ...]:
    """How the tables are tidied: a look tells whether they have to be."""
    return (_written_anew,)


def _written_anew(engine: Engine) -> bool:
    """Write the tables that must forget anew, if they hold row versions that nobody can see.

    False when some still do: the table was in use, or another program still looks at an older picture.
    """
    autocommit = {WRITES: False, "isolation_level": "AUTOCOMMIT"}
    with engine.connect().execution_options(**autocommit) as connection:
        known = set(inspect(connection).get_table_names())
        left = [table for table in MUST_FORGET if table in known and _holds_what_is_gone(connection, table)]
        if left and connection.exec_driver_sql(SOMEBODY_LOOKS_BACK).scalar():
            return False
        for table in left:
            _write_anew(connection, table)
        return not any(_holds_what_is_gone(connection, table) for table in left)


def _holds_what_is_gone(connection: Connection, table: str) -> bool:
    return bool(connection.exec_driver_sql(HOLDS_WHAT_IS_GONE.format(table=table)).scalar())


def _write_anew(connection: Connection, table: str) -> None:
    connection.exec_driver_sql(f"SET lock_timeout = {TABLE_MILLISECONDS}")
    try:
        connection.exec_driver_sql(f"VACUUM FULL {table}")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in WAITING_HELPS and why_unwritable(error) is None:
            raise
    finally:
        connection.exec_driver_sql("SET lock_timeout = 0")


def _set_up(connection: Any, _record: object) -> None:
    """Every ballot is on disk before its answer, whatever the server's own setting; and all letters can be kept."""
    connection.autocommit = True
    connection.execute(AT_THE_SERVER)
    encoding = connection.info.parameter_status("server_encoding")
    connection.autocommit = False
    if encoding != "UTF8":
        connection.close()
        raise BadRequest(
            f"The database keeps its text in {encoding}, which has no room for every name.",
            "Make one with: createdb --encoding=UTF8 --template=template0 NAME",
        )


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITES, True):
        connection.exec_driver_sql(TAKE_A_TURN)
