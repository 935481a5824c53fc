"""The speakers' list: who asks for the floor, who has it, and who is next.

Pure. Whoever has not spoken in this session comes first; then whoever has spoken least, in seconds; then whoever asked
first. Nobody is passed more than `patience` times by somebody who asked later: whoever has been passed so often is
next, the earliest first. Where the list alternates over a column (women and men, say), the next speaker is, if anyone
such is waiting, one whose value differs from the last one's; patience goes before alternation. A table can ask as a
whole, by its host or through the facilitator, and is a speaker like any other.

The clock of a speech is a wish: it is shown, it can be given more, and it cuts nobody off. What somebody spoke is the
time between two rows of the journal, so the order can be worked out again from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from facilitation.commands import (
    AskToSpeak,
    CloseSpeakers,
    Command,
    GiveFloor,
    MoreFloor,
    OpenSpeakers,
    ShareSpeakingTime,
    TakeFloor,
    WithdrawSpeaker,
)
from facilitation.errors import BadRequest, WrongState
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.presence import Stays
from facilitation.speakers.events import (
    FloorExtended,
    FloorGiven,
    FloorTaken,
    SpeakerAsked,
    SpeakersClosed,
    SpeakersOpened,
    SpeakerWithdrawn,
    SpeakingTimeShared,
    TalkReported,
)

LIMIT: Final = 90
"""Seconds of a speech, unless said otherwise."""
PATIENCE: Final = 3
LONGEST_SPEECH, MOST_PATIENCE = 3600, 50
TABLE: Final = "table:"


@dataclass(frozen=True)
class Asked:
    """Somebody waits: a member's id, or `table:` and a number; since which row; how often passed by later ones."""

    who: str
    seq: int
    passed: int = 0


@dataclass(frozen=True)
class Speech:
    """Somebody has the floor."""

    who: str
    started_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Spoken:
    """What somebody has spoken in this session."""

    seconds: int = 0
    times: int = 0


@dataclass(frozen=True)
class Talk:
    """The list of a session. `waiting` is in the order of asking; `last` had the floor before the present speaker."""

    open: bool = False
    limit: int = LIMIT
    patience: int = PATIENCE
    column: str = ""
    waiting: tuple[Asked, ...] = ()
    speaking: Speech | None = None
    last: str = ""
    spoken: Mapping[str, Spoken] = field(default_factory=dict)
    budget_column: str = ""
    budget: Mapping[str, int] = field(default_factory=dict)
    """The seconds of each value of that column, where the time was shared out (see `speaking_time`)."""
    report: Mapping[str, Any] | None = None
    """What the minutes tell of it, once the session is closed."""

    def order(self, groups: Mapping[str, str]) -> tuple[str, ...]:
        """Who will speak in which order if nobody else asks; `groups` are the values of the column by speaker."""
        left, found = self, []
        while left.waiting:
            who = left.next_one(groups)
            found.append(who)
            left = replace(left._without(who, passing=True), last=who)
        return tuple(found)

    def next_one(self, groups: Mapping[str, str]) -> str:
        """Who has the floor next, by the law at the head of this file."""
        waited_enough = [one for one in self.waiting if one.passed >= self.patience]
        if waited_enough:
            return min(waited_enough, key=lambda one: one.seq).who
        before = groups.get(self.last) if self.column and self.last else None
        others = [one for one in self.waiting if before is not None and groups.get(one.who) not in (None, before)]
        return min(others or self.waiting, key=self._turn).who

    def _turn(self, one: Asked) -> tuple[bool, int, int, int]:
        spoken = self.spoken.get(one.who, Spoken())
        return spoken.times > 0, spoken.seconds, spoken.times, one.seq

    def asked(self, who: str) -> Asked | None:
        """This speaker's place among those who wait."""
        return next((one for one in self.waiting if one.who == who), None)

    def _without(self, who: str, *, passing: bool) -> Talk:
        """The list without this one; whoever asked earlier has been passed."""
        gone = self.asked(who)
        rest = [one for one in self.waiting if one.who != who]
        if gone is not None and passing:
            rest = [replace(one, passed=one.passed + 1) if one.seq < gone.seq else one for one in rest]
        return replace(self, waiting=tuple(rest))

    def ended(self, at: datetime) -> Talk:
        """The list once the present speaker has finished."""
        if self.speaking is None:
            return self
        who = self.speaking.who
        before = self.spoken.get(who, Spoken())
        seconds = max(0, (at - self.speaking.started_at) // timedelta(seconds=1))
        now = Spoken(before.seconds + seconds, before.times + 1)
        return replace(self, speaking=None, last=who, spoken={**self.spoken, who: now})


def decide(session: str, talk: Talk, command: Command) -> tuple[Event, ...]:
    """What a command about the speakers' list amounts to."""
    match command:
        case OpenSpeakers(limit=limit, patience=patience, column=column):
            if not 0 < limit <= LONGEST_SPEECH or not 0 <= patience <= MOST_PATIENCE:
                raise BadRequest(
                    f"{limit} seconds a speech, passed {patience} times at most: that cannot be.",
                    f"Give 1 to {LONGEST_SPEECH} seconds, and 0 to {MOST_PATIENCE} times.",
                )
            return (SpeakersOpened(session, limit, patience, column),)
        case CloseSpeakers():
            return (SpeakersClosed(session),) if talk.open else ()
        case AskToSpeak(who=who):
            if not talk.open:
                raise WrongState("The speakers' list is closed.", "Wait until the facilitator opens it.")
            waits = talk.asked(who) is not None or (talk.speaking is not None and talk.speaking.who == who)
            return () if waits else (SpeakerAsked(session, who),)
        case WithdrawSpeaker(who=who):
            return (SpeakerWithdrawn(session, who),) if talk.asked(who) else ()
        case GiveFloor(who=who):
            if talk.asked(who) is None:
                raise WrongState("This speaker is not on the list any more.", "Look at the list again.")
            ended = (FloorTaken(session, talk.speaking.who),) if talk.speaking else ()
            return (*ended, FloorGiven(session, who))
        case MoreFloor(seconds=seconds):
            if talk.speaking is None or not 0 < seconds <= LONGEST_SPEECH:
                raise WrongState("Nobody has the floor who could have more time.", "Give somebody the floor first.")
            return (FloorExtended(session, seconds),)
        case TakeFloor():
            return (FloorTaken(session, talk.speaking.who),) if talk.speaking else ()
        case ShareSpeakingTime(column=column, seconds=seconds):
            same = (column, dict(seconds)) == (talk.budget_column, dict(talk.budget))
            return () if same else (SpeakingTimeShared(session, column, seconds),)
    return ()


def apply(talk: Talk, entry: Entry) -> Talk:
    """The list after something happened to it."""
    match entry.event:
        case SpeakersOpened(limit=limit, patience=patience, column=column):
            return replace(talk, open=True, limit=limit, patience=patience, column=column)
        case SpeakersClosed():
            return replace(talk, open=False, waiting=())
        case SpeakerAsked(who=who):
            return replace(talk, waiting=(*talk.waiting, Asked(who, entry.seq)))
        case SpeakerWithdrawn(who=who):
            return talk._without(who, passing=False)  # the same room
        case FloorGiven(who=who):
            speech = Speech(who, entry.at, entry.at + timedelta(seconds=talk.limit))
            return replace(talk._without(who, passing=True), speaking=speech)  # the same room
        case FloorExtended(seconds=seconds) if talk.speaking is not None:
            longer = replace(talk.speaking, ends_at=talk.speaking.ends_at + timedelta(seconds=seconds))
            return replace(talk, speaking=longer)
        case FloorTaken():
            return talk.ended(entry.at)
        case SpeakingTimeShared(column=column, seconds=seconds):
            return replace(talk, budget_column=column, budget=dict(seconds))
        case TalkReported(report=report):
            return replace(talk, report=report)
    return talk


def gone(talk: Talk, who: str, at: datetime) -> Talk:
    """The list once somebody has left the room: they do not wait any more, nobody is passed by that, and if they were
    speaking, they have finished.
    """
    if talk.speaking is not None and talk.speaking.who == who:
        talk = talk.ended(at)
    return talk._without(who, passing=False)  # the same room


def taken_up_again(talk: Talk, stays: Stays) -> Talk:
    """An earlier list, of the item to which an undo leads back, without those who have left the room meanwhile."""
    listed = [one.who for one in talk.waiting] + ([talk.speaking.who] if talk.speaking else [])
    for who in listed:
        if who in stays and (left := stays[who].left_at) is not None:
            talk = gone(talk, who, left)
    return talk


def new_item(talk: Talk, at: datetime, *, opens: bool) -> Talk:
    """Another agenda item starts: the speech is over, the list is empty, and it is open where the item is talk."""
    return replace(talk.ended(at), waiting=(), open=opens)


@dataclass(frozen=True)
class Shared:
    """How much the members with one value have spoken: for the facilitator, who sees the hall anyway."""

    value: str
    members: int
    silent: int
    seconds: int
    of_seconds: int
    budget: int
    """The seconds that would be theirs of `of_time`, by their number."""


def shares(talk: Talk, groups: Mapping[str, str], of_time: int) -> list[Shared]:
    """The speaking shares of every value, in the order of the alphabet; tables that spoke as a whole are left out.

    >>> talk = Talk(spoken={"a": Spoken(60, 1), "b": Spoken(30, 2)})
    >>> [(one.value, one.silent, one.seconds, one.budget) for one in shares(talk, {"a": "x", "b": "y", "c": "y"}, 300)]
    [('x', 0, 60, 100), ('y', 1, 30, 200)]
    """
    everyone = sum(talk.spoken.get(member, Spoken()).seconds for member in groups)
    found = []
    for value in sorted(set(groups.values())):
        members = [member for member, has in groups.items() if has == value]
        spoken = [talk.spoken.get(member, Spoken()) for member in members]
        seconds, silent = sum(one.seconds for one in spoken), sum(one.times == 0 for one in spoken)
        found.append(Shared(value, len(members), silent, seconds, everyone, of_time * len(members) // len(groups)))
    return found
