"""Many questions, one answer of the database: who asks while others are answered is answered with all who came by then.

A question alone is answered at once; the busier the house, the more of them share the statements and the way to the
database and back. Nothing is remembered between two groups: a group's statements begin after the last of it has asked,
so what was committed before somebody asked (a token that was revoked, by whatever program) is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from threading import Event, Lock
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from facilitation.errors import Busy, Refusal
from facilitation.store.turns import TURN_SECONDS

OF_ONE = (
    Refusal,
    SQLAlchemyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What one question may break by, foreseen or a fault of ours: whoever asked it is to meet that, and nobody else."""

Q = TypeVar("Q")
A = TypeVar("A")


class _Asked(Generic[Q, A]):
    """One question, and what came of it; None where it is to be asked alone."""

    def __init__(self, question: Q) -> None:
        self.question = question
        self.over = Event()
        self.outcome: tuple[A | Exception] | None = None


class Gathered(Generic[Q, A]):
    """Questions of one kind: `answer` takes a group of them, and says of each what it comes to, or why it is refused.

    What cannot be answered together, because of one of them, is answered again for each alone; so `answer` may be given
    the same twice. Only where the database itself is busy all of a group are told so. `pause` lets others go on.
    """

    def __init__(
        self, answer: Callable[[Sequence[Q]], Sequence[A | Exception]], pause: Callable[[float], object]
    ) -> None:
        self._answer, self._pause = answer, pause
        self._turn, self._lock = Lock(), Lock()
        self._waiting: list[_Asked[Q, A]] = []

    def ask(self, question: Q) -> A:
        """What this one comes to; the first who waits asks for all."""
        mine = _Asked[Q, A](question)
        with self._lock:
            self._waiting.append(mine)
            first = len(self._waiting) == 1
        if first:
            self._ask_for_all()
        mine.over.wait()
        if mine.outcome is None:
            with self._my_turn():
                (outcome,) = self._answer([question])
        else:
            (outcome,) = mine.outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _ask_for_all(self) -> None:
        """Nobody behind us waits for ever, whatever happens to us."""
        group: Sequence[_Asked[Q, A]] | None = None
        outcomes: Iterable[A | Exception] = ()
        try:
            with self._my_turn():
                self._pause(0)  # those who are ready to ask do so now
                group = self._leave()
                outcomes = self._answer([one.question for one in group])
        except Busy as refused:
            outcomes = repeat(refused)
        except OF_ONE as refused:
            outcomes = [refused] if group is not None and len(group) == 1 else ()
        finally:
            if group is None:
                group = self._leave()
            for one, outcome in zip(group, outcomes, strict=False):
                one.outcome = (outcome,)
            for one in group:
                one.over.set()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """One group after the other: those who come meanwhile are the next one."""
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise Busy("The database is busy with something long.", "Nothing was stored. Try again in a moment.")
        try:
            yield
        finally:
            self._turn.release()

    def _leave(self) -> list[_Asked[Q, A]]:
        """All who wait now: whoever comes after them is the first of the next group."""
        with self._lock:
            group, self._waiting = self._waiting, []
        return group
