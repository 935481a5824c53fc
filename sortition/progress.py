"""What a search tells while it works, and how it is told that it has done enough.

Pure. A search *tells* how far it is. Whoever hears that may raise `Enough` in the stages “panels” and “mixing”: the
search then keeps the best lottery it has so far, and the proof states how far from the optimum it may be. Any other
exception ends the search without a result.

Between two such words a solver may be silent for minutes. Inside `heeding(ask)` it calls `ask` every moment, which
may raise the same things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

STAGES_TO_LEAVE = ("panels", "mixing")


@dataclass(frozen=True)
class Progress:
    """What a draw shows while it works: the stage, how far it is (0 to 1, if known), the proven bound and the gap."""

    stage: str
    done: float | None
    bound: float | None
    gap: float | None
    note: str

    @property
    def may_stop(self) -> bool:
        """Whether `Enough` is understood now: before, nothing is known that could be kept; later, all is found."""
        return self.stage in STAGES_TO_LEAVE


Tell = Callable[[Progress], None]


def ignore(progress: Progress) -> None:
    """Tell nobody."""


class Stopped(Exception):
    """The search was asked to stop, and nothing is to be kept."""


class Enough(Stopped):
    """The search was asked to stop and to keep the best lottery it has."""


Ask = Callable[[], None]
_ask: ContextVar[Ask | None] = ContextVar("ask", default=None)


@contextmanager
def heeding(ask: Ask | None) -> Iterator[None]:
    """Every solver that is made inside calls `ask` while it works, which may raise `Stopped`; None: is left alone."""
    token = _ask.set(ask)
    try:
        yield
    finally:
        _ask.reset(token)


def whom_to_ask() -> Ask | None:
    """What solvers are to call while they work."""
    return _ask.get()
