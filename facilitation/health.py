"""Whether the database can be written: what the last writer found, until somebody has tried again and succeeded.

Nothing is decided here: every writer tries for itself, and no answer is given before the disk has what it says. This is
what the screens tell people meanwhile. A transaction that writes nothing can be committed on a full disk too, so only a
try that really writes says that all is well again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FULL, READ_ONLY, FAILING, LOCKED = "disk-full", "read-only", "disk-failing", "locked"
WORDS: Mapping[str, str] = MappingProxyType(
    {
        FULL: "its disk is full",
        READ_ONLY: "its database may only be read",
        FAILING: "its disk gives errors",
        LOCKED: "its database is held by another program, or does not answer",
    }
)
LOCKED_LONG = 30
"""Tries for the lock, or for an answer, after which people are told: about two seconds."""


def in_words(cause: str) -> str:
    """The cause in the middle of a sentence about the server."""
    return WORDS[cause]


@dataclass
class Health:
    """Why the store cannot write, as far as this program knows; None while all is well."""

    cause: str | None = None

    def failed(self, cause: str) -> None:
        """A writer could not write."""
        self.cause = cause

    def mended(self) -> None:
        """A try has really written."""
        self.cause = None
