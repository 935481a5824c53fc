"""Finding a plan: every swap of two guests is looked at, the best that is not tabu is made, round after round.

The cost of a plan, in whole numbers: for every pair of voices 1 for their second meeting, 2 for their third and so on;
for every cell outside its fair share how far outside it lies; 3 for everyone who sits alone with a value that no table
may have just once; and very much for a broken rule. Which swap is best is known for all n² swaps at once: with W[i, t]
the meetings that guest i would repeat at table t, swapping i and j changes the meetings by
W[i, t(j)] − W[i, t(i)] + W[j, t(i)] − W[j, t(j)] − 2F[i, j], and the mixing by what four cells of each feature lose and
gain where the two differ. After a swap only the rows of its two tables are new. A guest who left a table does not come
back to it for a few swaps (tabu search, Glover 1989), unless that gives the best round so far. The first sweep builds
round upon round; later sweeps take out one round at a time and mend it in the light of all others.

Guests who must sit together are placed by `kept.placed` and stay there within a round; everybody else moves. The number
of swaps is fixed, not the time, so the same seed gives the same plan everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facilitation.seating.hall import Hall, even_sizes
from facilitation.seating.kept import blocks_of, placed, refuse_clashes
from facilitation.seating.plan import Plan, Seats

Ints = NDArray[np.int64]

SWEEPS: Final = (300, 300, 600, 1000)
"""Swaps for each round, sweep by sweep."""
BROKEN: Final = 10_000
ALONE: Final = 3
TENURE: Final = (4, 12)
OUT: Final = 1 << 40


def find_plan(hall: Hall, seed: str, sweeps: Sequence[int] = SWEEPS) -> Plan:
    """A plan that keeps all rules; the same hall and seed give the same plan. Refuses rules that clash, by name."""
    refuse_clashes(hall)
    search = Search(hall, seed)
    for swaps in sweeps:
        for round_number in range(1, hall.rounds + 1):
            search.improve(round_number, swaps)
    return Plan(hall, search.rounds())


class Search:
    """All rounds of a hall, and how often every two have met in them."""

    def __init__(self, hall: Hall, seed: str, met: Ints | None = None) -> None:
        self.hall = hall
        self.n, self.tables = len(hall.guests), len(hall.tables)
        self.chance = random.Random(f"folkmoot tables\0{seed}")  # noqa: S311  # a plan from a public seed, no secret
        self.ids = [guest.id for guest in hall.guests]
        self.place = {one: number for number, one in enumerate(self.ids)}
        self.voice = np.array([guest.voice for guest in hall.guests])
        self.met: Ints = np.zeros((self.n, self.n), dtype=np.int64) if met is None else met
        self.at: dict[int, Ints] = {}
        self.features = _Features(hall, self.voice)

    def rounds(self) -> tuple[Seats, ...]:
        """The plan as ids, each table in the order of the guests."""
        return tuple(self.as_seats(at) for _, at in sorted(self.at.items()))

    def as_seats(self, at: Ints) -> Seats:
        """One round as ids."""
        return tuple(tuple(self.ids[i] for i in np.flatnonzero(at == table)) for table in range(self.tables))

    def sit(self, round_number: int, at: Ints) -> None:
        """A round as it stands; what people meet in it counts."""
        self.at[round_number] = at
        self.met = self.met + self._together(at)

    def improve(self, round_number: int, swaps: int) -> None:
        """Mend one round in the light of the others; the first time, seat it."""
        if round_number in self.at:
            self.met = self.met - self._together(self.at[round_number])
        else:
            self.at[round_number] = self.seated(round_number)
        one = OneRound(self, round_number)
        one.swap(swaps)
        self.sit(round_number, one.best)

    def seated(self, round_number: int) -> Ints:
        """Blocks first, then everyone else wherever there is a chair."""
        blocks = blocks_of(self.hall, self.hall.rules, round_number)
        assert blocks is not None  # else the clash was refused
        even = even_sizes(self.n, self.hall.tables)
        chairs = [table.chairs for table in self.hall.tables]
        fixed = placed(self.hall, blocks, even, self.chance) or placed(self.hall, blocks, chairs, self.chance)
        assert fixed is not None  # else the clash was refused
        at = np.full(self.n, -1, dtype=np.int64)
        for guest, table in fixed.items():
            at[self.place[guest]] = table
        load = np.bincount(at[at >= 0], minlength=self.tables)
        sizes = even if all(load <= even) else even_sizes(self.n, self.hall.tables, [int(n) for n in load])
        free = [table for table in range(self.tables) for _ in range(sizes[table] - int(load[table]))]
        self.chance.shuffle(free)
        at[at < 0] = free
        return at

    def _together(self, at: Ints) -> Ints:
        same = (at[:, None] == at[None, :]) & self.voice[:, None] & self.voice[None, :]
        np.fill_diagonal(same, val=False)
        together: Ints = same.astype(np.int64)
        return together


class _Features:
    """Every guest's values as columns of one table of counts, with the lowest and highest fair count of each cell."""

    def __init__(self, hall: Hall, voice: Any) -> None:
        self.names = (*hall.spread, *hall.pairs)
        known: dict[tuple[str, str], int] = {}
        for feature in self.names:
            for guest in hall.guests:
                value = guest.values.get(feature, "") if guest.voice else ""
                known.setdefault((feature, value), len(known))
        self.known = known
        self.of = np.array(
            [[known[f, guest.values.get(f, "") if guest.voice else ""] for f in self.names] for guest in hall.guests],
            dtype=np.int64,
        ).reshape(len(hall.guests), len(self.names))
        self.differ = (self.of[:, None, :] != self.of[None, :, :]).astype(np.int64)
        self.holders = np.bincount(self.of.ravel(), minlength=len(known))
        self.mixed = np.array([feature in hall.spread and value != "" for feature, value in known], dtype=bool)
        self.paired = np.array([feature in hall.pairs and value != "" for feature, value in known], dtype=bool)

    def counts(self, at: Ints, tables: int) -> Ints:
        """How many of each value sit at each table."""
        counts = np.zeros((tables, len(self.known)), dtype=np.int64)
        for column in range(len(self.names)):
            np.add.at(counts, (at, self.of[:, column]), 1)
        return counts

    def bounds(self, sizes: Ints, guests: int) -> tuple[Ints, Ints]:
        """Floor and ceiling of size × holders ÷ guests; no bounds where a value is not to be mixed."""
        shares = np.outer(sizes, self.holders)
        low = np.where(self.mixed, shares // guests, 0)
        high = np.where(self.mixed, -(-shares // guests), guests)
        return low, high


class OneRound:
    """The tabu search within one round."""

    def __init__(self, search: Search, round_number: int) -> None:
        self.n, self.tables, self.chance = search.n, search.tables, search.chance
        self.features = search.features
        self.at = search.at[round_number].copy()
        self.pairs = _pair_costs(search, round_number)
        self.allowed, self.fixed, self.remote, self.seats = _rules_of(search, round_number)
        sizes = np.bincount(self.at, minlength=self.tables)
        self.low, self.high = self.features.bounds(sizes, self.n)
        self.counts = self.features.counts(self.at, self.tables)
        self.lose = np.zeros_like(self.counts)
        self.gain = np.zeros_like(self.counts)
        self.repeated: Ints = self.pairs @ np.eye(self.tables, dtype=np.int64)[self.at]
        self.change = np.empty((self.n, self.n), dtype=np.int64)
        everyone = np.arange(self.n)
        self._cells_changed(np.arange(self.tables))
        self._rows_changed(everyone)
        self.cost = int(self.repeated[everyone, self.at].sum()) // 2 + int(self._cell_cost(slice(None), 0).sum())
        self.best, self.best_cost = self.at.copy(), self.cost

    def swap(self, swaps: int) -> None:
        """Make so many swaps; `best` is the cheapest round that was met."""
        barred = np.zeros((self.n, self.tables), dtype=np.int64)
        for step in range(1, swaps + 1):
            if self.best_cost == 0 or self.change.min() >= OUT:
                return
            back = barred[:, self.at] > step
            lawful = np.where(back | back.T, self.change + OUT // 2, self.change)
            aspiring = self.cost + int(self.change.min()) < self.best_cost
            considered = self.change if aspiring else lawful
            ties = np.flatnonzero(considered == considered.min())
            one, other = divmod(int(ties[self.chance.randrange(len(ties))]), self.n)
            tenure = step + self.chance.randrange(*TENURE)
            barred[one, self.at[one]] = barred[other, self.at[other]] = tenure
            self._swapped(one, other)
            if self.cost < self.best_cost:
                self.best, self.best_cost = self.at.copy(), self.cost

    def _swapped(self, one: int, other: int) -> None:
        here, there = int(self.at[one]), int(self.at[other])
        self.cost += int(self.change[one, other])
        moved = self.pairs[:, other] - self.pairs[:, one]
        self.repeated[:, here] += moved
        self.repeated[:, there] -= moved
        np.subtract.at(self.counts[here], self.features.of[one], 1)
        np.add.at(self.counts[here], self.features.of[other], 1)
        np.subtract.at(self.counts[there], self.features.of[other], 1)
        np.add.at(self.counts[there], self.features.of[one], 1)
        self.at[one], self.at[other] = there, here
        self._cells_changed(np.array([here, there]))
        self._rows_changed(np.flatnonzero((self.at == here) | (self.at == there)))

    def _cell_cost(self, tables: Any, more: int) -> Ints:
        """The cost of these tables' cells with so many more in each: outside the fair share, or alone."""
        counts = self.counts[tables] + more
        outside = np.maximum(0, self.low[tables] - counts) + np.maximum(0, counts - self.high[tables])
        cost: Ints = outside + ALONE * (self.features.paired & (counts == 1))
        return cost

    def _cells_changed(self, tables: Ints) -> None:
        now = self._cell_cost(tables, 0)
        self.lose[tables] = self._cell_cost(tables, -1) - now
        self.gain[tables] = self._cell_cost(tables, 1) - now

    def _rows_changed(self, rows: Ints) -> None:
        """What every swap with one of these guests would change; OUT where it is no swap, or a rule forbids it."""
        of, at = self.features.of, self.at
        own = self.lose[at[:, None], of]
        cells = own[rows][:, None, :] + own[None, :, :]
        cells = cells + self.gain[at[rows]][:, of] + self.gain[at][:, of[rows]].transpose(1, 0, 2)
        change = (cells * self.features.differ[rows]).sum(-1)
        stay = self.repeated[np.arange(self.n), at]
        change += self.repeated[rows][:, at] + self.repeated[:, at[rows]].T
        change -= stay[rows][:, None] + stay[None, :] + 2 * self.pairs[rows]
        forbidden = (at[rows][:, None] == at[None, :]) | ~self.allowed[rows][:, at] | ~self.allowed[:, at[rows]].T
        forbidden |= self.fixed[rows][:, None] | self.fixed[None, :]
        forbidden |= self._too_remote(rows)
        change[forbidden] = OUT
        self.change[rows] = change
        self.change[:, rows] = change.T

    def _too_remote(self, rows: Ints) -> Any:
        """Swaps that would put a guest from afar at a table without a seat for one."""
        taken = np.bincount(self.at[self.remote], minlength=self.tables)
        full = (taken >= self.seats)[self.at]
        far, near = self.remote[rows][:, None], self.remote[None, :]
        return (far & ~near & full[None, :]) | (~far & near & full[rows][:, None])


def _pair_costs(search: Search, round_number: int) -> Ints:
    """F[i, j]: what it costs that i and j sit together in this round."""
    costs = search.met.copy()
    for rule in search.hall.rules:
        if rule.kind == "apart" and rule.holds_in(round_number):
            places = [search.place[guest] for guest in rule.guests]
            costs[np.ix_(places, places)] += BROKEN
    np.fill_diagonal(costs, 0)
    return costs


def _rules_of(search: Search, round_number: int) -> tuple[Any, Any, Any, Ints]:
    """Which tables each guest may have, who does not move, who takes part from afar, and the seats for them."""
    allowed = np.ones((search.n, search.tables), dtype=bool)
    fixed = np.zeros(search.n, dtype=bool)
    remote = np.zeros(search.n, dtype=bool)
    numbers = [table.number for table in search.hall.tables]
    for rule in search.hall.rules:
        if not rule.holds_in(round_number):
            continue
        places = [search.place[guest] for guest in rule.guests]
        if rule.tables:
            allowed[places] &= np.array([number in rule.tables for number in numbers])
        fixed[places] |= rule.kind == "together"
        remote[places] |= rule.kind == "remote"
    return allowed, fixed, remote, np.array([table.remote for table in search.hall.tables])
