"""Passwords are ground by argon2id (RFC 9106; OWASP: 19 MiB, two passes), and never in the loop that serves the hall.

Grinding takes tens of milliseconds of a processor, so it is done by two threads of the machine, outside gevent's loop
(argon2 lets go of Python's lock meanwhile): at most 38 MiB and two at once, whoever asks. Where more than a few wait,
the next is told to come again. A name that nobody has is ground just the same, so that time tells nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from gevent.threadpool import ThreadPool

from facilitation.errors import Busy

if TYPE_CHECKING:
    from argon2 import PasswordHasher

R = TypeVar("R")
KIBIBYTES, PASSES, LANES = 19 * 1024, 2, 1
AT_ONCE: Final = 2
MOST_WAITING: Final = 20
_waiting: list[object] = []


def ground(password: str) -> str:
    """What the database keeps of a password."""
    return _apart(lambda: _hasher().hash(password))


def matches(kept: str | None, password: str) -> bool:
    """Is it this password? Where nobody's is kept, the answer is no, and takes as long."""
    from argon2.exceptions import InvalidHashError, VerificationError

    def compare() -> bool:
        try:
            return _hasher().verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    return _apart(compare)


def _apart(grind: Callable[[], R]) -> R:
    if len(_waiting) >= MOST_WAITING:
        raise Busy("Too many people sign in at this moment.", "Wait a few seconds, then try again.")
    _waiting.append(None)
    try:
        found: R = _pool().apply(grind)
        return found
    finally:
        _waiting.pop()


@lru_cache(maxsize=1)
def _pool() -> ThreadPool:
    return ThreadPool(AT_ONCE)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # here: a server that nobody signs in to never loads it

    return PasswordHasher(time_cost=PASSES, memory_cost=KIBIBYTES, parallelism=LANES)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
