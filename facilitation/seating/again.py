"""Ten past nine: some did not come, some come late. Seat this round again, moving as few as possible.

Everyone who is here and seated stays where they are, unless a table has become too small to talk at. Late arrivals sit
down where people are missing most. A table with fewer than `smallest` voices is filled up from tables that can spare
somebody, or closed and its people spread over the others, whichever moves fewer: with C the tables that are closed, the
moves are the people of C plus whatever the small tables that stay open miss beyond those and the late arrivals. All
choices of C are looked at, so no plan without rules moves fewer; where rules stand in the way it may take more, and the
plan says so beside that number. Who moves is whoever repeats fewest meetings by it. Rounds to come are planned anew for
those who are here; rounds that are over stay as they were, and what people have met in them counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import Final

import numpy as np

from facilitation.errors import BadSeating
from facilitation.seating.hall import Hall
from facilitation.seating.kept import refuse_clashes
from facilitation.seating.plan import Plan
from facilitation.seating.search import Ints, Search

SMALLEST: Final = 4
MOST_SMALL: Final = 12
"""More small tables than that are only filled, never closed: the choices would be too many."""
SWEEPS_AGAIN: Final = (200, 200)


@dataclass(frozen=True)
class Again:
    """The new plan, who moves in this round, and the fewest that anyone could move."""

    plan: Plan
    moved: tuple[str, ...]
    fewest: int


def seat_again(plan: Plan, round_number: int, *, here: Collection[str], seed: str, smallest: int = SMALLEST) -> Again:
    """Plan this round and those after it for the guests who are here (ids of the hall's guests, seated or not)."""
    unknown = sorted(set(here) - {guest.id for guest in plan.hall.guests})
    if unknown:
        raise BadSeating(f"{unknown[0]} is not among the guests.", "Add them to the file, or check the id.")
    if not 1 <= round_number <= plan.hall.rounds:
        raise BadSeating(f"There is no round {round_number}.", f"Rounds: 1 to {plan.hall.rounds}.")
    hall = _of_those(plan.hall, here)
    refuse_clashes(hall)
    search = Search(hall, seed, _met_before(plan, hall, round_number))
    mending = _Mending(plan, hall, search, round_number)
    fewest = mending.mend(smallest)
    search.sit(round_number, mending.at)
    for swaps in SWEEPS_AGAIN:
        for later in range(round_number + 1, hall.rounds + 1):
            search.improve(later, swaps)
    return Again(Plan(plan.hall, (*plan.rounds[: round_number - 1], *search.rounds())), mending.moved(), fewest)


def _of_those(hall: Hall, here: Collection[str]) -> Hall:
    """The hall with those who are here, and with the rules that still speak of somebody."""
    guests = tuple(guest for guest in hall.guests if guest.id in here)
    rules = tuple(replace(rule, guests=tuple(g for g in rule.guests if g in here)) for rule in hall.rules)
    return replace(hall, guests=guests, rules=tuple(rule for rule in rules if rule.guests))


def _met_before(plan: Plan, hall: Hall, round_number: int) -> Ints:
    """How often those who are here met in the rounds that are over."""
    place = {guest.id: number for number, guest in enumerate(hall.guests)}
    voice = {guest.id for guest in hall.guests if guest.voice}
    met = np.zeros((len(place), len(place)), dtype=np.int64)
    for table in chain.from_iterable(plan.rounds[: round_number - 1]):
        for one, other in combinations([place[guest] for guest in table if guest in voice], 2):
            met[one, other] += 1
            met[other, one] += 1
    return met


class _Mending:
    """One round being seated again: who sits where (by place; −1 for nowhere yet), and where they sat before."""

    def __init__(self, plan: Plan, hall: Hall, search: Search, round_number: int) -> None:
        self.plan, self.hall, self.search, self.round = plan, hall, search, round_number
        table_of = {guest: t for t, seats in enumerate(plan.rounds[round_number - 1]) for guest in seats}
        self.before = np.array([table_of.get(guest.id, -1) for guest in hall.guests], dtype=np.int64)
        self.at = self.before.copy()
        self.voice = np.array([guest.voice for guest in hall.guests])
        self.groups = self._groups()

    def moved(self) -> tuple[str, ...]:
        """Those who had a seat in this round and have another now."""
        return tuple(
            guest.id
            for guest, was, now in zip(self.hall.guests, self.before, self.at, strict=True)
            if was not in (-1, now)
        )

    def mend(self, smallest: int) -> int:
        """Seat everyone who is here; the fewest that any plan without rules would have to move."""
        voices = self._voices()
        late = int((self.voice & (self.at < 0)).sum())
        closed, fewest = self._cheapest_closing(voices, late, smallest)
        for table in closed:
            self.at[self.at == table] = -1
        waiting = [group for group in self.groups if (self.at[list(group)] < 0).any()]
        waiting += [(i,) for i in map(int, np.flatnonzero(self.at < 0)) if not any(i in group for group in self.groups)]
        for group in sorted(waiting, key=lambda group: (-len(group), group)):
            self.at[list(group)] = -1
            self._put(group, closed, smallest)
        self._fill(closed, smallest)
        if not self._lawful():
            self.at = self.search.seated(self.round)
        return fewest

    def _cheapest_closing(self, voices: Ints, late: int, smallest: int) -> tuple[tuple[int, ...], int]:
        small = [t for t, n in enumerate(voices) if 0 < n < smallest]
        closable = small if len(small) <= MOST_SMALL else []
        chairs = [table.chairs for table in self.hall.tables]
        best: tuple[tuple[int, ...], int] | None = None
        for size in range(len(closable) + 1):
            for closed in combinations(closable, size):
                freed = sum(int(voices[table]) for table in closed)
                room = sum(chairs[t] for t, n in enumerate(voices) if n and t not in closed)
                missing = sum(smallest - int(voices[table]) for table in small if table not in closed)
                spared = sum(int(n) - smallest for n in voices if n > smallest)
                moves = freed + max(0, missing - freed - late)
                can_be = room >= len(self.hall.guests) and missing <= freed + late + spared
                if can_be and (best is None or moves < best[1]):
                    best = (closed, moves)
        return best or ((), sum(smallest - int(voices[table]) for table in small))

    def _put(self, group: tuple[int, ...], closed: Collection[int], smallest: int) -> None:
        """These sit down together: where people are missing most, then where they repeat least."""
        voices = self._voices()
        ways = [
            (min(0, int(voices[t]) - smallest), self._cost(group, t), int(voices[t]), t)
            for t in range(len(self.hall.tables))
            if self._fits(group, t) and (t not in closed) and (voices[t] or len(self._open()) == 0)
        ] or [(0, 0, 0, t) for t in range(len(self.hall.tables)) if self._fits(group, t)]
        if ways:
            self.at[list(group)] = min(ways)[-1]

    def _fill(self, closed: Collection[int], smallest: int) -> None:
        """One by one from tables that can spare somebody to those that are too small."""
        while True:
            voices = self._voices()
            small = [t for t, n in enumerate(voices) if 0 < n < smallest and t not in closed]
            seated = map(int, np.flatnonzero(self.voice & (self.at >= 0)))
            free = [i for i in seated if voices[self.at[i]] > smallest and not any(i in one for one in self.groups)]
            pairs = [(i, t) for t in small for i in free if self._fits((i,), t)]
            ways = [(-int(voices[self.at[i]]), self._cost((i,), t), i, t) for i, t in pairs]
            if not ways:
                return
            _, _, guest, table = min(ways)
            self.at[guest] = table

    def _fits(self, group: tuple[int, ...], table: int) -> bool:
        """Whether these can sit down here and break no rule that names them."""
        chairs, number = self.hall.tables[table].chairs, self.hall.tables[table].number
        if int((self.at == table).sum()) + len(group) > chairs:
            return False
        ids = {self.hall.guests[i].id for i in group}
        here = {self.hall.guests[i].id for i in np.flatnonzero(self.at == table)} | ids
        for rule in self.hall.rules:
            if not rule.holds_in(self.round) or not ids & set(rule.guests):
                continue
            if rule.tables and number not in rule.tables:
                return False
            if rule.kind == "apart" and len(here & set(rule.guests)) > 1:
                return False
        remote = {guest for rule in self.hall.rules if rule.kind == "remote" for guest in rule.guests}
        return not ids & remote or len(here & remote) <= self.hall.tables[table].remote

    def _cost(self, group: tuple[int, ...], table: int) -> int:
        """Meetings that would be repeated, and values that this table has already."""
        others = np.flatnonzero(self.at == table)
        shared = (self.search.features.of[list(group)][:, None, :] == self.search.features.of[others][None, :, :]).sum()
        return 2 * int(self.search.met[np.ix_(np.array(group), others)].sum()) + int(shared)

    def _groups(self) -> list[tuple[int, ...]]:
        """Those who must sit together in this round."""
        rules = [rule for rule in self.hall.rules if rule.kind == "together" and rule.holds_in(self.round)]
        return [tuple(self.search.place[guest] for guest in rule.guests) for rule in rules if len(rule.guests) > 1]

    def _voices(self) -> Ints:
        seated = self.at[self.voice & (self.at >= 0)]
        return np.bincount(seated, minlength=len(self.hall.tables))

    def _open(self) -> list[int]:
        return [t for t, n in enumerate(self._voices()) if n]

    def _lawful(self) -> bool:
        if (self.at < 0).any():
            return False
        return not any(Plan(self.hall, (self.search.as_seats(self.at),) * self.hall.rounds).broken())
