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
        self.name_of: Callable[[str], str] = lambda address: address  # as other processes may know it
        self.tell: Callable[[str], None] = lambda name: None  # other processes hear of a failure, where there are any
        self.codes: deque[tuple[float, str, bytes]] = deque(maxlen=self.OF_ALL)

    def spent(self, address: str) -> bool:
        """Is the budget of this address, or of all together, used up?"""
        while self.failed and self.failed[0][0] < self.clock() - self.WINDOW:
            self.failed.popleft()
        return (
            len(self.failed) >= self.OF_ALL or sum(where == address for _, where in self.failed) >= self.OF_ONE_ADDRESS
        )

    def note(self, address: str) -> None:
        """Somebody at this address has failed."""
        self.failed.append((self.clock(), address))

    def attempt(self, address: str, look_up: Callable[[], T], code: str = "") -> T:
        """Look a code up; a failure counts against the address, a success never does."""
        try:
            return look_up()
        except UnknownCode:
            name = self.name_of(address)
            before = self._times(name, code) if code else 0
            spent = self.spent(name) or before >= self.OF_ONE_CODE
            if before == 0:
                self.note(name)
                self.tell(name)
            if spent:
                raise TooManyTries from None
            raise

    def _times(self, address: str, code: str) -> int:
        """How often this code was tried from there before, in the window; only its hash is kept."""
        while self.codes and self.codes[0][0] < self.clock() - self.WINDOW:
            self.codes.popleft()
        known = hashlib.sha256(code.strip().upper().encode()).digest()
        before = sum((where, tried) == (address, known) for _, where, tried in self.codes)
        self.codes.append((self.clock(), address, known))
        return before


def try_code(look_up: Callable[[], T], code: str = "") -> T:
    """Look a join code or a sign-in link up, behind the limit on guessing."""
    tries = cast(Tries, current_app.extensions["tries"])
    return tries.attempt(request.remote_addr or "", look_up, code)
