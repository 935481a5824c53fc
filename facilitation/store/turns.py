"""Writers of one program take turns, and those who come within a moment are committed together: one wait for the disk.

Group commit (DeWitt et al., “Implementation techniques for main memory database systems”, SIGMOD 1984): who comes first
begins the transaction and holds the write lock; who comes while it is open goes on in it, behind a savepoint of their
own. Nobody is answered before the commit, so what was answered is on the disk. What one of them is refused is rolled
back to their savepoint and nobody else's; if the commit fails, or the database gives the whole transaction up, it fails
for all of them, and nothing of it was stored.

Nobody waits for company: a writer who finds nobody behind them commits at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from facilitation.errors import Busy

MOST, LONGEST = 25, 0.010
"""So many are committed together at most; and nobody comes in any more so many seconds after the first."""
TURN_SECONDS = 15.0
"""For how long one waits for those before: about as long as the first of them tries to get the database's lock."""

LOOK = "Look whether it was stored, or send it again; a ballot counts once, however often it is sent."


class Together:
    """One transaction and those who are in it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.begun = time.monotonic()
        self.size = 0
        self.over = Event()
        self.error: Exception | None = None

    @property
    def full(self) -> bool:
        """Whether it is time to commit."""
        return self.size >= MOST or time.monotonic() - self.begun >= LONGEST


class Turns:
    """The order of the writers of this program, on one database."""

    def __init__(self, begin: Callable[[], Connection], pause: Callable[[float], object]) -> None:
        self._begin, self._pause = begin, pause
        self._turn = Lock()
        self._together: Together | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction: committed, perhaps with others', when this is over, or rolled back."""
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise Busy("The database is busy with something long.", "Nothing was stored. Try again in a moment.")
        try:
            if self._together is not None and self._together.error is not None:
                self._end(self._together)
            ours, first = self._together, self._together is None
            if ours is None:
                ours = self._together = Together(self._begin())
            with self._alone(ours) if first else _behind_a_savepoint(ours):
                yield ours.connection
            ours.size += 1
            if ours.full or ours.error is not None:
                self._end(ours)
        finally:
            self._turn.release()
        if first:
            self._wait_for_others(ours)
        ours.over.wait()
        if ours.error is not None:
            raise ours.error

    @contextmanager
    def _alone(self, ours: Together) -> Iterator[None]:
        """The first needs no savepoint: nobody is with them yet."""
        whole = False
        try:
            yield
            whole = True
        finally:
            if not whole:
                self._together = None
                ours.connection.close()  # rolls back

    def _wait_for_others(self, ours: Together) -> None:
        """Let those come in who are ready to, and commit as soon as nobody does."""
        try:
            known = 0
            while ours.size > known and not ours.over.is_set():
                known = ours.size
                self._pause(0)
        finally:
            with self._turn:
                self._end(ours)

    def _end(self, ours: Together) -> None:
        """Commit for all of them. Called by whoever has the turn; only the first call does anything."""
        if ours.over.is_set():
            return
        self._together = None
        known, ours.error = ours.error, Busy("The database went away in the middle of this.", LOOK)
        try:
            if known is None:
                ours.connection.commit()
            ours.error = known
        except SQLAlchemyError as error:
            ours.error = error
        finally:
            with suppress(SQLAlchemyError):  # what cannot be rolled back any more is gone
                if ours.error is not None:
                    _let_go(ours.connection)
                ours.connection.close()
            ours.over.set()


def _let_go(connection: Connection) -> None:
    """Roll back by the driver's own means: a commit that failed may leave the lock held, and SQLAlchemy thinks it over.

    A connection that can still roll back is kept: on a full disk SQLite could not open another one.
    """
    try:
        connection.connection.rollback()
    except connection.dialect.loaded_dbapi.Error:
        connection.invalidate()


@contextmanager
def _behind_a_savepoint(ours: Together) -> Iterator[None]:
    """Go on in a transaction that others have begun: what fails here is taken back, and nothing of theirs."""
    whole, why = False, None
    try:
        ours.connection.exec_driver_sql("SAVEPOINT one")
        yield
        ours.connection.exec_driver_sql("RELEASE SAVEPOINT one")
        whole = True
    except SQLAlchemyError as refused:
        why = refused
        raise
    finally:
        if not whole:
            _take_back(ours, why)


def _take_back(ours: Together, why: SQLAlchemyError | None) -> None:
    """Back to the savepoint; where the database has given the whole transaction up, that is so for everybody in it."""
    try:
        ours.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one")
        ours.connection.exec_driver_sql("RELEASE SAVEPOINT one")
    except SQLAlchemyError as given_up:
        ours.error = why or given_up
