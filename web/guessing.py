"""A limit on guessing join codes, which people with a code never meet."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar, cast

from flask import current_app, request

from facilitation.errors import UnknownCode
from web.errors import TooManyTries

T = TypeVar("T")


class Tries:
    """Who tries codes that nobody was given, by address, by code and over all.

    A mistyped code fails its check character and is no guess; only well-formed codes that nobody was given are
    counted, per address and over all. The same one once more is no other guess: it is counted once, so that somebody
    with the badge of yesterday does not use up the hall's budget, and after some times is told to ask at the desk. Past
    a budget a wrong code is told so (429). A right one is let in at once whatever others do: a hall is one address, and
    a guesser in it must not keep table 4 out. What keeps a guesser out is the code itself, one of 32⁷.
    """

    WINDOW = 300.0
    OF_ONE_ADDRESS = 30
    OF_ONE_CODE = 5
    OF_ALL = 300

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.failed: deque[tuple[float, str]] = deque(maxlen=self.OF_ALL)
        self.name_of: Callable[[str], str] = lambda known: known  # as other processes may know an address or a hash
        self.tell: Callable[[str, str], None] = lambda where, tried: (
            None
        )  # other processes hear of it, if there are any
        self.codes: deque[tuple[float, str, str]] = deque(maxlen=self.OF_ALL)

    def spent(self, address: str) -> bool:
        """Is the budget of this address, or of all together, used up?"""
        while self.failed and self.failed[0][0] < self.clock() - self.WINDOW:
            self.failed.popleft()
        return (
            len(self.failed) >= self.OF_ALL or sum(where == address for _, where in self.failed) >= self.OF_ONE_ADDRESS
        )

    def note(self, address: str, tried: str = "") -> None:
        """Somebody at this address has failed; with the same code once more, that is no other failure."""
        if not (tried and self._times(address, tried)):
            self.failed.append((self.clock(), address))
        if tried:
            self.codes.append((self.clock(), address, tried))

    def attempt(self, address: str, look_up: Callable[[], T], code: str = "") -> T:
        """Look a code up; a failure counts against the address, a success never does."""
        try:
            return look_up()
        except UnknownCode:
            where, tried = self.name_of(address), self._hash(code)
            often = bool(tried) and self._times(where, tried) >= self.OF_ONE_CODE
            spent = often or self.spent(where)
            if not often:
                self.note(where, tried)
                self.tell(where, tried)
            if spent:
                raise TooManyTries from None
            raise

    def _hash(self, code: str) -> str:
        """By what a code is known again: nobody was given it, and it is not kept all the same."""
        return self.name_of(hashlib.sha256(code.strip().upper().encode()).hexdigest()) if code else ""

    def _times(self, where: str, tried: str) -> int:
        """How often this code was tried from there in the window."""
        while self.codes and self.codes[0][0] < self.clock() - self.WINDOW:
            self.codes.popleft()
        return sum(one[1:] == (where, tried) for one in self.codes)


def try_code(look_up: Callable[[], T], code: str = "") -> T:
    """Look a join code or a sign-in link up, behind the limit on guessing."""
    tries = cast(Tries, current_app.extensions["tries"])
    return tries.attempt(request.remote_addr or "", look_up, code)
