"""A draw that is asked to stop: Ctrl-C, a signal to end, or a time that is over.

A signal only leaves a note; the search finds it when it next tells or asks, which it does even inside a long run of
the solver. Nothing is written by a draw that was stopped, unless its best lottery so far is to be kept.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from sortition.errors import SortitionError
from sortition.progress import Enough, Progress, Stopped, Tell, heeding

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def the_stops(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what becomes of a draw that is stopped."""
    for option in (
        click.option("--stop-after", type=float, metavar="SECONDS", help="Stop then; keep the best lottery so far."),
        click.option("--keep-best", is_flag=True, help="When stopped by Ctrl-C, draw from the best lottery so far."),
    ):
        command = option(command)
    return command


class Stop:
    """Whether the draw is to stop, and what then."""

    def __init__(self, *, keep_best: bool, stop_after: float | None) -> None:
        if stop_after is not None and not 0 < stop_after < float("inf"):
            raise SortitionError(f"--stop-after: {stop_after} is not possible.", "Give a number of seconds above 0.")
        self._keep = keep_best or stop_after is not None
        self._until = float("inf") if stop_after is None else time.monotonic() + stop_after
        self._noted = 0
        self._said = self._may_stop = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """A signal has come: Ctrl-C may keep what there is, a second one and any other signal do not."""
        self._noted += 1
        if number != signal.SIGINT or self._noted > 1:
            self._keep = False

    def ask(self) -> None:
        """Raise what ends the search, if it is to end."""
        if self._noted and not self._keep:
            raise Stopped
        over = self._noted > 0 or time.monotonic() > self._until
        if over and self._may_stop and not self._said:
            self._said = True
            raise Enough

    def telling(self, tell: Tell) -> Tell:
        """The same, and between two steps the search may be ended."""

        def both(step: Progress) -> None:
            tell(step)
            self._may_stop = step.may_stop
            self.ask()

        return both

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Signals are heard inside; a draw that they end is refused in plain words."""
        before: list[tuple[signal.Signals, Any]] = [(number, signal.signal(number, self.note)) for number in SIGNALS]
        try:
            with heeding(self.ask):
                yield
        except Stopped:
            raise SortitionError(
                "The draw was stopped; nothing was written.",
                "Start it again; with --keep-best, Ctrl-C keeps the best lottery so far.",
            ) from None
        finally:
            for number, handler in before:
                signal.signal(number, handler)
