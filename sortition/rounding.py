"""A lottery over type panels rounded to whole tickets, so that nobody's chance moves by as much as one ticket.

Pure. Each of the M tickets stands for a panel. A type of n volunteers with chance z each is to hold between n·⌊Mz⌋
and n·⌈Mz⌉ seats on all tickets together; then the seats can be shared out (see `seating`) so that everyone gets ⌊Mz⌋
or ⌈Mz⌉ of them. The lottery's own panels are too few for that: rounding their weights alone leaves some volunteers
two tickets off. So start from the nearest whole numbers and repair single tickets, by changing one or two members'
types against others where the quotas of that ticket's panel allow it. No step makes it worse; the search ends when
every type is within its sides or no change is found.

Sources: J. Beck and T. Fiala, Integer-making theorems (1981), for what can be had; Flanigan, Kehne and Procaccia, Fair
sortition made transparent (NeurIPS 2021), for rounding lotteries over the panels they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from sortition.polytope import Polytope, TypePanel, Whole

SIDEWAYS = 8  # changes in a row that only move a fault to another type, before two members at once are tried again
PATIENCE = 64  # such changes in a row before giving up


class Change(NamedTuple):
    """On one ticket of panel number `panel`, these types get a member more, those one less."""

    panel: int
    more: tuple[int, ...]
    less: tuple[int, ...]


def round_panels(polytope: Polytope, weights: Mapping[TypePanel, Fraction], total: int) -> tuple[TypePanel, ...]:
    """`total` type panels, in order, whose seats are as near to those of the lottery as we can bring them."""
    search = _Search(polytope, weights, total)
    idle = 0
    while search.faults() and idle < PATIENCE:
        change = search.single(1) or (search.double() if idle % SIDEWAYS == 0 else None)
        idle = 0 if change else idle + 1
        change = change or search.single(0)
        if change:
            search.make(change)
    return search.tickets()


def nearest(shares: Mapping[TypePanel, Fraction], total: int) -> dict[TypePanel, int]:
    """Largest remainders; equal remainders go to the earlier panel. Panels without tickets are left out."""
    counts = {panel: int(share) for panel, share in sorted(shares.items())}
    order = sorted(counts, key=lambda panel: (counts[panel] - shares[panel], panel))
    for panel in order[: total - sum(counts.values())]:
        counts[panel] += 1
    return {panel: number for panel, number in counts.items() if number}


class _Search:
    """The tickets so far, by panel, and how many seats each type has on them."""

    def __init__(self, polytope: Polytope, weights: Mapping[TypePanel, Fraction], total: int) -> None:
        self._of = polytope.matrix
        self._most = np.array(polytope.most, dtype=np.int64)
        beyond = int(np.abs(self._of).sum(axis=1).max(initial=0)) * int(self._most.max(initial=0)) + 2
        self._lows = np.array([-beyond if limit.low is None else limit.low for limit in polytope.limits])
        self._highs = np.array([beyond if limit.high is None else limit.high for limit in polytope.limits])
        seats = [sum((w * p[t] for p, w in weights.items()), Fraction(0)) * total for t in range(polytope.count)]
        sides = list(zip(seats, polytope.sizes, strict=True))
        self._fewest = np.array([floor(mean / size) * size for mean, size in sides])
        self._fullest = np.array([ceil(mean / size) * size for mean, size in sides])
        counts = nearest({panel: weight * total for panel, weight in weights.items()}, total)
        self._panels = np.array(list(counts), dtype=np.int64)
        self._counts = np.array(list(counts.values()), dtype=np.int64)
        self._places = {panel: place for place, panel in enumerate(counts)}
        self._seats = self._counts @ self._panels
        self._touched = np.zeros(polytope.count, dtype=np.int64)
        self._steps = 0

    def faults(self) -> int:
        """How many seats are missing or too many."""
        return int(np.sum(np.maximum(self._fewest - self._seats, 0) + np.maximum(self._seats - self._fullest, 0)))

    def tickets(self) -> tuple[TypePanel, ...]:
        every = sorted(zip(map(tuple, self._panels.tolist()), self._counts.tolist(), strict=True))
        return tuple(panel for panel, number in every for _ in range(number))

    def _gains(self) -> tuple[Whole, Whole]:
        """By how many the faults fall when a type gets one seat more, and one less."""
        seats = self._seats
        more = np.where(seats < self._fewest, 1, np.where(seats < self._fullest, 0, -1))
        less = np.where(seats > self._fullest, 1, np.where(seats > self._fewest, 0, -1))
        return more, less

    def _faulty(self) -> Iterable[tuple[int, int]]:
        """The types with too few seats and those with too many, the longest untouched first."""
        order = np.argsort(self._touched, kind="stable")
        yield from ((int(t), 1) for t in order if self._seats[t] < self._fewest[t])
        yield from ((int(t), -1) for t in order if self._seats[t] > self._fullest[t])

    def single(self, least: int) -> Change | None:
        """One member against another, with at least this gain: the best for the first faulty type that gains at all."""
        more, less = self._gains()
        used = np.flatnonzero(self._counts)
        panels = self._panels[used]
        values = panels @ self._of.T
        full, bare = (values >= self._highs).astype(np.float64), (values <= self._lows).astype(np.float64)
        best: tuple[int, Change] | None = None
        for t, sign in self._faulty():
            step = sign * (self._of[:, [t]] - self._of)
            free = full @ (step > 0) + bare @ (step < 0) == 0
            grows, falls = (t, slice(None)) if sign > 0 else (slice(None), t)
            room = (panels < self._most)[:, grows].reshape(len(used), -1) & (panels > 0)[:, falls].reshape(
                len(used), -1
            )
            gain = 1 + (less if sign > 0 else more)
            allowed = free & room & (gain >= least)
            allowed[:, t] = False
            ranks = np.where(allowed.any(axis=0), gain * (self._steps + 1) - self._touched, -self._steps - 1)
            other = int(np.argmax(ranks))
            if ranks[other] > (best[0] if best else -self._steps - 1):
                pair = ((t,), (other,)) if sign > 0 else ((other,), (t,))
                best = int(ranks[other]), Change(int(used[np.argmax(allowed[:, other])]), *pair)
                if gain[other] > 0:
                    break
        return best[1] if best else None

    def double(self) -> Change | None:
        """Two members against two others, with some gain; the first found."""
        more, less = self._gains()
        for place in np.flatnonzero(self._counts):
            panel = self._panels[place]
            rise = np.flatnonzero((more >= 0) & (panel < self._most))
            fall = np.flatnonzero((less >= 0) & (panel > 0))
            second = self._steps_of(rise, fall)
            for t, sign in self._faulty():
                first = self._steps_of(np.array([t]), fall) if sign > 0 else self._steps_of(rise, np.array([t]))
                found = self._pair(int(place), first, second)
                if found is not None:
                    return found
        return None

    def _steps_of(self, rise: Whole, fall: Whole) -> tuple[Whole, Whole]:
        """Every exchange of one of `fall` for one of `rise`, and what it adds to the limits."""
        pairs = np.array([(u, v) for u in rise for v in fall if u != v], dtype=np.int64).reshape(-1, 2)
        return pairs, self._of.T[pairs[:, 0]] - self._of.T[pairs[:, 1]]

    def _pair(self, place: int, first: tuple[Whole, Whole], second: tuple[Whole, Whole]) -> Change | None:
        """Two exchanges that the limits of this panel allow together, of four different types."""
        panel = self._panels[place]
        values = panel @ self._of.T
        for (u, v), step in zip(*first, strict=True):
            if panel[u] >= self._most[u] or panel[v] == 0:
                continue
            after = values + step + second[1]
            fits = np.all((after >= self._lows) & (after <= self._highs), axis=1)
            for other_u, other_v in second[0][fits]:
                if len({u, v, other_u, other_v}) == 4:
                    return Change(place, (int(u), int(other_u)), (int(v), int(other_v)))
        return None

    def make(self, change: Change) -> None:
        """Do it on one ticket."""
        self._steps += 1
        panel = self._panels[change.panel].copy()
        for types, sign in ((change.more, 1), (change.less, -1)):
            panel[list(types)] += sign
            self._seats[list(types)] += sign
            self._touched[list(types)] = self._steps
        self._counts[change.panel] -= 1
        key = tuple(int(x) for x in panel)
        if key in self._places:
            self._counts[self._places[key]] += 1
        else:
            self._places[key] = len(self._panels)
            self._panels = np.concatenate([self._panels, panel[None, :]])
            self._counts = np.append(self._counts, 1)
