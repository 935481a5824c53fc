"""The plan of the tables that a session uses: who sits where in which round, and in which round people sit now.

Pure. A plan is made by `seating`, outside of any session; here it is only ids and numbers. People move when the
facilitator says so, never while they vote. Who has no seat in a round (they were not here when it was planned) stays at
the table they had; who took a seat that somebody left has that seat's table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from facilitation.commands import Command, MoveTables, ShowTables, UseTables
from facilitation.errors import BadSeating, WrongState
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.tables.events import TableMapShown, TablesMoved, TablesPlanned

MOST_AT_A_TABLE: Final = 9
MOST_TABLES: Final = 1000
AGAIN: Final = "Make the plan again; that takes a few seconds."

Seats = Mapping[str, int]
"""One round: the table of every member who has a seat in it."""


@dataclass(frozen=True)
class TablePlan:
    """The plan in use. `made` is its row of the journal, `now` the round that people sit in; 0 for none."""

    rounds: tuple[Seats, ...] = ()
    now: int = 0
    made: int = 0
    moved_at: datetime | None = None
    shown: bool = False

    @property
    def seats(self) -> Seats:
        """Who sits where now, as far as the plan says."""
        return self.rounds[self.now - 1] if self.now else {}


def decide(session: str, plan: TablePlan, command: Command) -> tuple[Event, ...]:
    """What a command about the tables amounts to."""
    match command:
        case UseTables(rounds=rounds, now=now, instead_of=before):
            if before != plan.made:
                raise WrongState(
                    "Another plan has come into use meanwhile.", "Look at it first, then make yours again."
                )
            return (TablesPlanned(session, [as_rows(seats) for seats in rounds], now),)
        case MoveTables(round=number):
            if not 1 <= number <= len(plan.rounds):
                raise WrongState(f"The plan in use has no round {number}.", "Use a plan with as many rounds first.")
            return (TablesMoved(session, number),) if number != plan.now else ()
        case ShowTables(shown=shown):
            return (TableMapShown(session, shown),) if shown != plan.shown else ()
    return ()


def apply(plan: TablePlan, entry: Entry) -> TablePlan:
    """The plan after something happened to it."""
    match entry.event:
        case TablesPlanned(rounds=rounds, now=now):
            seats = tuple(map(from_rows, rounds))
            return TablePlan(seats, now, entry.seq, entry.at if now else None, plan.shown)
        case TablesMoved(round=number):
            return replace(plan, now=number, moved_at=entry.at)
        case TableMapShown(shown=shown):
            return replace(plan, shown=shown)
    return plan


def as_rows(seats: Seats) -> list[tuple[int, list[str]]]:
    """A round as the journal keeps it: tables in the order of their numbers, members in the order of their ids.

    >>> as_rows({"b": 2, "c": 1, "a": 2}), from_rows([[1, ["c"]], [2, ["a", "b"]]])
    ([(1, ['c']), (2, ['a', 'b'])], {'c': 1, 'a': 2, 'b': 2})
    """
    numbers = sorted(set(seats.values()))
    return [(number, sorted(one for one, at in seats.items() if at == number)) for number in numbers]


def from_rows(rows: Any) -> dict[str, int]:
    """The round that `as_rows` wrote."""
    return {str(member): int(number) for number, members in rows for member in members}


def check(rounds: Sequence[Seats], names: Mapping[str, str], seated: Collection[str], must: Collection[str]) -> None:
    """Refuse a plan that is none, or that is not for the people of now.

    Everyone in it must be `seated` today, and of those who `must` have a seat nobody may be without one in any round.
    """
    if not rounds or any(not seats for seats in rounds):
        raise BadSeating("This plan has a round in which nobody sits.", AGAIN)
    for number, seats in enumerate(rounds, start=1):
        sizes = Counter(seats.values())
        wrong = [at for at, size in sizes.items() if not 1 <= at <= MOST_TABLES or size > MOST_AT_A_TABLE]
        if wrong:
            raise BadSeating(
                f"Round {number} of this plan has {sizes[wrong[0]]} people at table {wrong[0]}.",
                f"At most {MOST_AT_A_TABLE} sit at one, and tables are numbered 1 to {MOST_TABLES}.",
            )
    planned = {member for seats in rounds for member in seats}
    _refuse_stale([one for one in planned if one not in seated], "not a member any more", names)
    _refuse_stale([one for one in must if any(one not in seats for seats in rounds)], "without a seat in it", names)


def _refuse_stale(who: list[str], what: str, names: Mapping[str, str]) -> None:
    if who:
        called = sorted(names.get(one, "somebody") for one in who)
        few = called if len(called) <= 3 else [*called[:3], f"{len(called) - 3} more"]
        be = "is" if len(who) == 1 else "are"
        raise WrongState(f"People came or left since this plan was made: {', '.join(few)} {be} {what}.", AGAIN)
