"""What can have happened to the livestream of a session."""

from __future__ import annotations

from dataclasses import dataclass

from facilitation.event import SessionEvent


@dataclass(frozen=True)
class LivestreamPlanned(SessionEvent):
    """This session is streamed, or is not after all."""

    kind = "livestream-planned"
    act = "say whether the session is streamed"
    used: bool


@dataclass(frozen=True)
class LivestreamSwitched(SessionEvent):
    """The stream is on from now, or off: somebody has seen to it, and the screens say so."""

    kind = "livestream-switched"
    act = "switch the livestream"
    on: bool
