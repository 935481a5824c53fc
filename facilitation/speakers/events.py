"""What can have happened on the speakers' list. A speaker is a member's id, or `table:` and its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.event import SessionEvent


@dataclass(frozen=True)
class SpeakersOpened(SessionEvent):
    """Members may ask for the floor: seconds a speech, how often anyone may be passed, the column to alternate over."""

    kind = "speakers-opened"
    act = "open the speakers' list"
    limit: int
    patience: int
    column: str


@dataclass(frozen=True)
class SpeakersClosed(SessionEvent):
    """Nobody can ask any more, and whoever waited does not."""

    kind = "speakers-closed"
    act = "close the speakers' list"


@dataclass(frozen=True)
class SpeakerAsked(SessionEvent):
    """A member (or `table:` and its number) asks for the floor."""

    kind = "speaker-asked"
    act = "let members ask to speak"
    who: str


@dataclass(frozen=True)
class SpeakerWithdrawn(SessionEvent):
    """They do not want to speak any more."""

    kind = "speaker-withdrawn"
    act = "take a speaker off the list"
    who: str


@dataclass(frozen=True)
class FloorGiven(SessionEvent):
    """They have the floor."""

    kind = "floor-given"
    act = "give the floor"
    who: str


@dataclass(frozen=True)
class FloorExtended(SessionEvent):
    """The speaker has so many seconds more."""

    kind = "floor-extended"
    act = "give a speaker more time"
    seconds: int


@dataclass(frozen=True)
class FloorTaken(SessionEvent):
    """The speaker has finished."""

    kind = "floor-taken"
    act = "end a speech"
    who: str


@dataclass(frozen=True)
class SpeakingTimeShared(SessionEvent):
    """Every value of this column has so many seconds of the session; an empty column takes that back."""

    kind = "speaking-time-shared"
    act = "share out the speaking time"
    column: str
    seconds: Mapping[str, int]


@dataclass(frozen=True)
class TalkReported(SessionEvent):
    """How the time was spread, as far as everybody may know: fixed when the session is closed."""

    kind = "talk-reported"
    act = "report who spoke"
    report: Mapping[str, Any]
