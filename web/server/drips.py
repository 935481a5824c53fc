"""Whoever sends a little at a time is read now and then, and not at every byte.

What has come meanwhile waits in the kernel, which costs nothing; so two hundred that drip wake the server seldom, and
each at its own moment. An honest request or message comes in one piece, or in pieces as large as a packet.
"""

from __future__ import annotations

import gevent

DRIP = 1024  # bytes; a piece that is smaller, and not the last one, has dripped
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0  # seconds; each is twice as long as the one before


class Drips:
    """How one connection drips."""

    def __init__(self, number: int) -> None:
        self.lag = 0.75 + number % 64 / 128  # those who came together do not wake together
        self.pause = 0.0

    def end(self) -> None:
        """What was waited for is complete."""
        self.pause = 0.0

    def count(self, size: int) -> None:
        """A piece of this size has come, and more is to come."""
        self.pause = min(LONGEST_PAUSE, 2 * self.pause or FIRST_PAUSE) if 0 < size < DRIP else 0.0

    def wait(self, most: float) -> None:
        """Before the next piece is read."""
        if self.pause:
            gevent.sleep(max(0.0, min(self.pause * self.lag, most)))
