"""Ten past nine: some did not come, some come late. Seat this round again, moving as few as possible.

Everyone who is here and seated stays where they are, unless a table has become too small to talk at. Late arrivals sit
down where people are missing most. A table with fewer than `smallest` voices is filled up from tables that can spare
somebody, or closed and its people spread over the others, whichever moves fewer: with C the tables that are closed, the
moves are the people of C plus whatever the small tables that stay open miss beyond those and the late arrivals. All
choices of C are looked at, so no plan without rules moves fewer; where rules stand in the way it may take more, and the
plan says so beside that number. Who moves is whoever repeats fewest meetings by it. Rounds to come are planned anew for
those who are here; rounds that are over stay as they were, and what people have met in them counts.

Rules move those whom they name and nobody else, if that can be: who may not stay (a need said at the door, a wish that
is new) rises; who comes late sits down with their own company where that sits; and where the only lawful table is full,
somebody whom no rule names makes room. Should even that lead nowhere, the round is seated afresh.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import Final

import numpy as np

from facilitation.errors import BadSeating
from facilitation.seating.hall import Hall
from facilitation.seating.kept import blocks_of, refuse_clashes
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


@dataclass(frozen=True)
class _Block:
    """Guests who sit together (by place), the tables that they may have, how many of them are remote, and whether a
    rule names them.
    """

    guests: tuple[int, ...]
    allowed: frozenset[int]
    remote: int = 0
    named: bool = True


class _Mending:
    """One round being seated again: who sits where (by place; −1 for nowhere yet), and where they sat before."""

    def __init__(self, plan: Plan, hall: Hall, search: Search, round_number: int) -> None:
        self.plan, self.hall, self.search, self.round = plan, hall, search, round_number
        table_of = {guest: t for t, seats in enumerate(plan.rounds[round_number - 1]) for guest in seats}
        self.before = np.array([table_of.get(guest.id, -1) for guest in hall.guests], dtype=np.int64)
        self.at = self.before.copy()
        self.voice = np.array([guest.voice for guest in hall.guests])
        self.blocks, self.foes = self._blocks()

    def _blocks(self) -> tuple[list[_Block], dict[_Block, list[_Block]]]:
        """Everyone in the block with which they sit, and for each block those from which it must be apart."""
        known = blocks_of(self.hall, self.hall.rules, self.round)
        assert known is not None  # else the clash was refused
        places = [tuple(sorted(self.search.place[guest] for guest in group)) for group in known.members]
        named = [_Block(*one) for one in zip(places, known.allowed, known.remote, strict=True)]
        inside = {guest for group in places for guest in group}
        everywhere = frozenset(range(len(self.hall.tables)))
        others = [_Block((i,), everywhere, named=False) for i in range(len(self.hall.guests)) if i not in inside]
        foes: dict[_Block, list[_Block]] = {}
        for one, other in sorted(known.apart):
            foes.setdefault(named[one], []).append(named[other])
        return [*named, *others], foes

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
        _, fewest = self._cheapest_closing(voices, late, smallest, ())
        closed, _ = self._cheapest_closing(voices, late, smallest, {block.allowed for block in self.blocks})
        for table in closed:
            self.at[self.at == table] = -1
        self._rise()
        waiting = [block for block in self.blocks if (self.at[list(block.guests)] < 0).any()]
        waiting.sort(key=lambda block: (len(block.allowed), -len(block.guests), block.guests))
        settled: set[_Block] = set()
        while waiting:
            block = waiting.pop(0)
            self.at[list(block.guests)] = -1
            if not self._put(block, closed, smallest):
                waiting = self._make_room(block, closed, settled) + waiting
        self._fill(closed, smallest)
        if not self._lawful():
            self.at = self.search.seated(self.round)
        return fewest

    def _cheapest_closing(
        self, voices: Ints, late: int, smallest: int, kept: Collection[frozenset[int]]
    ) -> tuple[tuple[int, ...], int]:
        """The tables to close, and the moves; of each of these sets of tables, one stays open."""
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
                if can_be and (best is None or moves < best[1]) and all(one.difference(closed) for one in kept):
                    best = (closed, moves)
        return best or ((), sum(smallest - int(voices[table]) for table in small))

    def _rise(self) -> None:
        """Whoever may not stay where they are: not at this table or not together any more; then too close, too many."""
        for block in self.blocks:
            tables = set(self.at[list(block.guests)]) - {-1}
            if len(tables) > 1 or tables - block.allowed:
                self.at[list(block.guests)] = -1
        for block in sorted(self.blocks, key=lambda one: (one.named, len(one.guests), one.guests)):
            tables = set(self.at[list(block.guests)]) - {-1}
            if tables and not self._fits(block, tables.pop()):
                self.at[list(block.guests)] = -1

    def _put(self, block: _Block, closed: Collection[int], smallest: int) -> bool:
        """These sit down together: where most of them sat, then where people are missing most, then where they repeat
        least. Not where there is no lawful chair.
        """
        voices, own = self._voices(), set(self.before[list(block.guests)])
        ways = [
            (self._moves(block, t), min(0, int(voices[t]) - smallest), self._cost(block.guests, t), int(voices[t]), t)
            for t in range(len(self.hall.tables))
            if self._fits(block, t) and t not in closed and (voices[t] or t in own or not voices.any())
        ] or [(0, 0, 0, 0, t) for t in range(len(self.hall.tables)) if self._fits(block, t)]
        if ways:
            self.at[list(block.guests)] = min(ways)[-1]
        return bool(ways)

    def _make_room(self, block: _Block, closed: Collection[int], settled: set[_Block]) -> list[_Block]:
        """These sit down at a table where others must rise for it; who those are. Whoever came so is not sent off."""
        ways = []
        for table in sorted(block.allowed):
            off = self._off(block, table)
            if off is not None and settled.isdisjoint(off):
                rising = sum(int(self.before[i] == table) for one in off for i in one.guests)
                ways.append((table in closed, rising + self._moves(block, table), table, off))
        if not ways:
            return []
        *_, table, off = min(ways, key=lambda way: way[:3])
        for one in off:
            self.at[list(one.guests)] = -1
        self.at[list(block.guests)] = table
        settled.add(block)
        return off

    def _off(self, block: _Block, table: int) -> list[_Block] | None:
        """Who must rise from this table for these; None where that would not be enough."""
        here = [one for one in self.blocks if (self.at[list(one.guests)] == table).any()]
        off = [one for one in here if one in self.foes.get(block, ())]
        far = sum(one.remote for one in here if one not in off) + block.remote - self.hall.tables[table].remote
        for one in here:
            if block.remote and far > 0 and one.remote and one not in off:
                off.append(one)
                far -= one.remote
        people = sum(len(one.guests) for one in here if one not in off) + len(block.guests)
        missing = max(0, people - self.hall.tables[table].chairs)
        free = sorted(
            (one for one in here if not one.named), key=lambda one: (self.before[one.guests[0]] == table, one.guests)
        )
        return None if len(free) < missing or (block.remote and far > 0) else [*off, *free[:missing]]

    def _fill(self, closed: Collection[int], smallest: int) -> None:
        """One by one from tables that can spare somebody to those that are too small."""
        alone = {block.guests[0]: block for block in self.blocks if len(block.guests) == 1}
        while True:
            voices = self._voices()
            small = [t for t, n in enumerate(voices) if 0 < n < smallest and t not in closed]
            seated = map(int, np.flatnonzero(self.voice & (self.at >= 0)))
            free = [i for i in seated if voices[self.at[i]] > smallest and i in alone]
            pairs = [(i, t) for t in small for i in free if self._fits(alone[i], t)]
            ways = [(-int(voices[self.at[i]]), self._cost((i,), t), i, t) for i, t in pairs]
            if not ways:
                return
            _, _, guest, table = min(ways)
            self.at[guest] = table

    def _moves(self, block: _Block, table: int) -> int:
        """How many of these sat elsewhere."""
        return sum(int(self.before[i]) not in (-1, table) for i in block.guests)

    def _fits(self, block: _Block, table: int) -> bool:
        """Whether these can sit down here, or stay, and break no rule that names them."""
        others = self.at == table
        others[list(block.guests)] = False
        if table not in block.allowed or int(others.sum()) + len(block.guests) > self.hall.tables[table].chairs:
            return False
        if any(others[list(foe.guests)].any() for foe in self.foes.get(block, ())):
            return False
        if not block.remote:
            return True
        far = sum(one.remote for one in self.blocks if one.remote and others[list(one.guests)].any())
        return far + block.remote <= self.hall.tables[table].remote

    def _cost(self, group: tuple[int, ...], table: int) -> int:
        """Meetings that would be repeated, and values that this table has already."""
        others = np.flatnonzero(self.at == table)
        shared = (self.search.features.of[list(group)][:, None, :] == self.search.features.of[others][None, :, :]).sum()
        return 2 * int(self.search.met[np.ix_(np.array(group), others)].sum()) + int(shared)

    def _voices(self) -> Ints:
        seated = self.at[self.voice & (self.at >= 0)]
        return np.bincount(seated, minlength=len(self.hall.tables))

    def _lawful(self) -> bool:
        """Whether everyone sits, and no rule of this round is broken: those of other rounds say nothing of it."""
        if (self.at < 0).any():
            return False
        now = tuple(replace(rule, rounds=frozenset()) for rule in self.hall.rules if rule.holds_in(self.round))
        hall = replace(self.hall, rounds=1, rules=now)
        return not any(Plan(hall, (self.search.as_seats(self.at),)).broken())
