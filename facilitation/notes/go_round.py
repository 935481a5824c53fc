"""The go-round of a table: everybody speaks once before anybody speaks twice.

Pure. The host taps whoever begins; a tap on the next one ends the turn before. Three laws, under test:

1. **Nobody has a second turn in a go-round** before everybody who is here has had one or has passed. Whoever passed
   may speak after all: they have not had a turn.
2. **Whoever is still to speak is listed first**, and among them whoever has spoken least in this item; then those who
   passed, then those who spoke.
3. **Undo is exact**: the standing is a fold over the taps, so a table without its last tap is the table before it.

A member who is sent to another table in the middle of an item goes on there: their turn counts at the new table if it
was after the new table's go-round began, and otherwise they are still to speak. The norm of 45 to 60 seconds is shown
and cuts nobody off. How long anybody spoke is added up nowhere: screens show the running turn and, afterwards, counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from facilitation.commands import ItemCommand
from facilitation.errors import WrongState
from facilitation.event import Event
from facilitation.notes.commands import BeginGoRound, EndTurn, PassTurn, StartTurn, UndoTap
from facilitation.notes.events import GoRoundBegun, TapUndone, TurnEnded, TurnPassed, TurnStarted

Deed = Literal["start", "end", "pass", "round"]
Place = Literal["waiting", "speaking", "passed", "spoken"]
ORDER: Final[Sequence[Place]] = ("waiting", "speaking", "passed", "spoken")


@dataclass(frozen=True)
class Tap:
    """One tap of a host, by the row of the journal in which it stands."""

    seq: int
    at: datetime
    table: int
    deed: Deed
    member: str = ""


@dataclass(frozen=True)
class Turn:
    """Somebody is speaking."""

    member: str
    since: datetime


@dataclass(frozen=True)
class Table:
    """A table as it sits now: its number, who is here, and who should be but has not come, in the panel's order."""

    number: int
    here: tuple[str, ...]
    away: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What all taps come to: go-rounds begun by table, who speaks where, and by member the last turn."""

    rounds: Mapping[int, int] = field(default_factory=dict)
    begun: Mapping[int, int] = field(default_factory=dict)
    speaking: Mapping[int, Turn] = field(default_factory=dict)
    turned: Mapping[str, int] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    spoken: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[int, Tap] = field(default_factory=dict)

    def round_of(self, table: int) -> int:
        """The number of the go-round that this table is in; the first is 1."""
        return self.rounds.get(table, 1)

    def place(self, member: str, table: int) -> Place:
        """Where this member stands in the go-round of this table."""
        turn = self.speaking.get(table)
        if turn is not None and turn.member == member:
            return "speaking"
        if self.turned.get(member, 0) <= self.begun.get(table, 0):
            return "waiting"
        return "passed" if member in self.passed else "spoken"

    def waiting(self, table: Table) -> tuple[str, ...]:
        """Who is here and has neither spoken nor passed in this go-round: law 2."""
        return tuple(one.member for one in self.pulse(table) if one.place == "waiting" and one.here)

    def pulse(self, table: Table) -> tuple[Beat, ...]:
        """Everybody who sits here, in the order in which a host should look at them: law 2."""
        people = [*((one, True) for one in table.here), *((one, False) for one in table.away)]
        beats = [
            Beat(one, self.place(one, table.number), self.spoken.get(one, 0), here=here, order=order)
            for order, (one, here) in enumerate(people)
        ]
        return tuple(sorted(beats, key=lambda one: (not one.here, ORDER.index(one.place), one.spoken, one.order)))


@dataclass(frozen=True)
class Beat:
    """One person at a table: their place in the go-round, and how often they have spoken in this item."""

    member: str
    place: Place
    spoken: int
    here: bool
    order: int


def standing(taps: Iterable[Tap]) -> Standing:
    """The fold over the taps, in the order of the journal."""
    rounds, begun, speaking = dict[int, int](), dict[int, int](), dict[int, Turn]()
    turned, spoken, passed, last = dict[str, int](), dict[str, int](), set[str](), dict[int, Tap]()
    for tap in taps:
        last[tap.table] = tap
        match tap.deed:
            case "start":
                speaking[tap.table] = Turn(tap.member, tap.at)
                turned[tap.member], spoken[tap.member] = tap.seq, spoken.get(tap.member, 0) + 1
                passed.discard(tap.member)
            case "pass":
                turned[tap.member] = tap.seq
                passed.add(tap.member)
            case "end":
                speaking.pop(tap.table, None)
            case "round":
                speaking.pop(tap.table, None)
                rounds[tap.table], begun[tap.table] = rounds.get(tap.table, 1) + 1, tap.seq
    return Standing(rounds, begun, speaking, turned, frozenset(passed), spoken, last)


def decide(taps: Sequence[Tap], command: ItemCommand, place: tuple[str, str], table: Table) -> tuple[Event, ...]:
    """What a tap amounts to; `place` is the session and the work. Nothing where it was carried out before."""
    now = standing(taps)
    match command:
        case StartTurn(member=member) | PassTurn(member=member) if member not in (*table.here, *table.away):
            raise WrongState(
                f"This member does not sit at table {table.number} now.", "Look at the list again: people have moved."
            )
        case StartTurn(member=member):
            stands = now.place(member, table.number)
            if stands == "spoken":
                raise _had_a_turn(now, table)
            return () if stands == "speaking" else (TurnStarted(*place, table.number, member),)
        case EndTurn(member=member):
            speaks = now.place(member, table.number) == "speaking"
            return (TurnEnded(*place, table.number),) if speaks else ()
        case PassTurn(member=member):
            stands = now.place(member, table.number)
            if stands in ("speaking", "spoken"):
                raise WrongState("This member has had their turn already.", "Undo the last tap if it was a slip.")
            return () if stands == "passed" else (TurnPassed(*place, table.number, member),)
        case BeginGoRound(round=number):
            return _once_more(now, number, place, table)
        case UndoTap(tap=tap):
            return _undone(taps, tap, place, table)
    return ()


def _had_a_turn(now: Standing, table: Table) -> WrongState:
    left = len(now.waiting(table))
    if left:
        who = "1 person at this table has" if left == 1 else f"{left} people at this table have"
        return WrongState(f"{who} not had a turn yet.", "Let them speak or pass first; then it can go round once more.")
    return WrongState("This member has had their turn.", "Everybody has: begin another round of the table.")


def _once_more(now: Standing, number: int, place: tuple[str, str], table: Table) -> tuple[Event, ...]:
    if number <= now.round_of(table.number):
        return ()  # another host of this table was faster
    left = len(now.waiting(table))
    if left:
        raise WrongState(
            f"{left} of this table {'has' if left == 1 else 'have'} neither spoken nor passed.",
            "Let them speak or pass first; then it can go round once more.",
        )
    return (GoRoundBegun(*place, table.number),)


def _undone(taps: Sequence[Tap], tap: int, place: tuple[str, str], table: Table) -> tuple[Event, ...]:
    own = [one for one in taps if one.table == table.number]
    if all(one.seq != tap for one in own):
        return ()  # it was taken back before
    if own[-1].seq != tap:
        raise WrongState("Somebody at this table has tapped since.", "Look at the list again, and undo the last tap.")
    return (TapUndone(*place, table.number, tap),)
