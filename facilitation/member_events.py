"""Members added and corrected during a day. What is known of them stands elsewhere, where it can be erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from facilitation.event import Event


@dataclass(frozen=True)
class MemberAdded(Event):
    """One more seat, with somebody in it; the commitment is a salted hash of what `people` knows of them."""

    kind = "member-added"
    member: str
    table: int
    commitment: str


@dataclass(frozen=True)
class MemberCorrected(Event):
    """What is known of the member in this seat, or their table, was corrected; the commitment is to what it is now."""

    kind = "member-corrected"
    member: str
    table: int
    commitment: str


@dataclass(frozen=True)
class CodeRenewed(Event):
    """The badge of the member in this seat was lost: they have a fresh code, and what the old one opened is shut."""

    kind = "code-renewed"
    member: str


@dataclass(frozen=True)
class NeedsAsked(Event):
    """These columns of the panel's file say what members need, and members are asked about it; none: nobody is."""

    kind = "needs-asked"
    columns: Sequence[str]
