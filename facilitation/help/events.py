"""What can have happened when a table asks for help. A call is known by the number of the row in which it was made."""

from __future__ import annotations

from dataclasses import dataclass

from facilitation.event import SessionEvent


@dataclass(frozen=True)
class HelpCalled(SessionEvent):
    """A table asks for help of one kind; `member` is who asked on their own tablet, empty where it was not a member."""

    kind = "help-called"
    act = "call for help"
    table: int
    what: str
    member: str


@dataclass(frozen=True)
class HelpComing(SessionEvent):
    """Somebody of the team is on the way."""

    kind = "help-coming"
    act = "answer a call for help"
    call: int


@dataclass(frozen=True)
class HelpDone(SessionEvent):
    """The table has been helped."""

    kind = "help-done"
    act = "close a call for help"
    call: int


@dataclass(frozen=True)
class HelpWithdrawn(SessionEvent):
    """Whoever asked does not need help any more."""

    kind = "help-withdrawn"
    act = "withdraw a call for help"
    call: int
