"""Who is in the room, and who takes part from afar. Ids only: names are erased elsewhere, and these rows stay."""

from __future__ import annotations

from dataclasses import dataclass

from facilitation.event import SessionEvent


@dataclass(frozen=True)
class MemberArrived(SessionEvent):
    """A member joined the session with their code, or was let in by name, and counts as present."""

    kind = "member-arrived"
    act = "let members join"
    member: str


@dataclass(frozen=True)
class MemberLeft(SessionEvent):
    """A member left the session before its end and does not count as present."""

    kind = "member-left"
    act = "mark a member as gone"
    member: str


@dataclass(frozen=True)
class MemberBack(SessionEvent):
    """A member who had left came back."""

    kind = "member-back"
    act = "mark a member as back"
    member: str


@dataclass(frozen=True)
class MemberRemote(SessionEvent):
    """A member takes part from afar (present like the others), or no longer does."""

    kind = "member-remote"
    act = "mark a member as taking part from afar"
    member: str
    remote: bool
