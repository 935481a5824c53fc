"""A lottery over type panels rounded to whole tickets, so that nobody's chance moves by as much as one ticket.

Each of the M tickets stands for a panel. A type of n volunteers with chance z each is to hold between n·⌊Mz⌋ and
n·⌈Mz⌉ seats on all tickets together; then the seats can be shared out (see `seating`) so that everyone gets ⌊Mz⌋ or
⌈Mz⌉ of them. The smallest chance then loses as little as it must: M tickets are a lottery too, so where no lottery has
a smallest chance above z, no M tickets give everyone more than ⌊Mz⌋.

The lottery's own panels are too few for that: rounding their weights alone leaves some volunteers two tickets off. So
start from the nearest whole numbers and repair ticket by ticket. Let s_t be the seats of type t on all tickets, a_t and
b_t its margins, x_t its seats on the ticket in hand. Another panel y for this ticket is wanted, with

    x_t - max(0, s_t - a_t) ≤ y_t ≤ x_t + max(0, b_t - s_t)      where s_t is between its margins
    x_t ≤ y_t ≤ x_t + a_t - s_t                                  where it is too low: each seat more mends one fault
    x_t - s_t + b_t ≤ y_t ≤ x_t                                  where it is too high: each seat less mends one

so that nothing gets worse, and as many faults are mended as a panel can mend. Swaps near the best average find it, or
one small integer program; a panel often mends a dozen faults at once. Where it mends none, it still moves at random
among equally good ones, and the next ticket may help. Where none does, some dozens of tickets are dealt anew together
(`redeal`); where that is in vain too, all panels are counted if they are few (`few_panels`).

Sources: J. Beck and T. Fiala, Integer-making theorems (1981), for what can be had; Flanigan, Kehne and Procaccia, Fair
sortition made transparent (NeurIPS 2021), for rounding lotteries over the panels they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import numpy as np

from sortition.counting import all_panels
from sortition.few_panels import nearest_counts
from sortition.margins import Margins, margins_within, strict_margins
from sortition.panels import PanelModel, limit_sides
from sortition.polytope import Face, Polytope, TypePanel, Whole
from sortition.redeal import Redeal

QUICKLY, PATIENTLY = 12, 100  # tickets tried in a row without mending a fault before tickets are dealt anew
DEALS = 6  # tries to deal tickets anew
AT_ONCE = 3  # the first panel that mends a third of the faults is taken
MOST_STEPS = 20_000  # of the counting of all panels where the search gave up: a second at most


@dataclass(frozen=True)
class Rounded:
    """`total` type panels in order; `least`: all within a ticket of the lottery, or no others come nearer."""

    tickets: tuple[TypePanel, ...]
    least: bool


def round_panels(polytope: Polytope, weights: Mapping[TypePanel, Fraction], total: int) -> Rounded:
    """`total` type panels whose seats are as near to those of the lottery as we can bring them."""
    means = [sum((w * p[t] for p, w in weights.items() if p[t]), Fraction(0)) * total for t in range(polytope.count)]
    search, strict = _Search(polytope, weights, total), strict_margins(means, polytope.sizes)
    if search.mend(strict, QUICKLY):
        return Rounded(search.tickets(), True)
    panels = all_panels(polytope, MOST_STEPS)
    if panels is not None:
        return Rounded(nearest_counts(panels, means, polytope.sizes, total), True)
    near = search.mend(strict, PATIENTLY)
    if not near and any((mean / size).denominator == 1 for mean, size in zip(means, polytope.sizes, strict=True)):
        near = search.mend(margins_within(means, polytope.sizes, Fraction(1)), QUICKLY)
    return Rounded(search.tickets(), near)


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
        self._model = PanelModel(polytope)
        self._rows = limit_sides(polytope)
        self._most = np.array(polytope.most, dtype=np.int64)
        self._counts = nearest({panel: weight * total for panel, weight in weights.items()}, total)
        self._seats = np.array(list(self._counts.values())) @ np.array(list(self._counts), dtype=np.int64)
        self._arrays: dict[TypePanel, Whole] = {}
        self._chance = Random(1)  # noqa: S311  # a choice among equally good searches, not of people

    def tickets(self) -> tuple[TypePanel, ...]:
        """In order."""
        return tuple(panel for panel, number in sorted(self._counts.items()) for _ in range(number))

    def mend(self, margins: Margins, patience: int) -> bool:
        """Bring every type within its margins, or as near as patience reaches."""
        return self._one_by_one(margins, patience) or self._deal_anew(margins)

    def _deal_anew(self, margins: Margins) -> bool:
        """Mend all faults at once with tickets that are dealt anew."""
        redeal = Redeal(self._model, self._chance)
        tickets = self.tickets()
        totals = redeal.totals(self._seats, margins, len(tickets))
        for _ in range(DEALS):
            change = totals.change(self._chance)
            dealt = None if change is None else redeal.dealt(tickets, change)
            if dealt is not None:
                for place, new in zip(*dealt, strict=True):
                    self._replace(tickets[place], new)
                return margins.faults(self._seats) == 0
        return False

    def _one_by_one(self, margins: Margins, patience: int) -> bool:
        """Mend what can be mended ticket by ticket."""
        idle, before = 0, margins.faults(self._seats)
        while before and idle < patience:
            old = self._worst(margins) if idle == 0 else self._chance.choice(sorted(self._counts))
            new = self._better(old, margins, max(1, before // AT_ONCE))
            self._replace(old, new)
            after = margins.faults(self._seats)
            idle = 0 if after < before else idle + 1
            before = after
        return before == 0

    def _worst(self, margins: Margins) -> TypePanel:
        """The panel that has most of what there is too much of and least of what there is too little of."""
        blame = margins.blame(self._seats)
        return max(sorted(self._counts), key=lambda panel: int(blame @ self._array(panel)))

    def _array(self, panel: TypePanel) -> Whole:
        """The panel for sums, kept: there are a thousand of them, and every step asks for all."""
        if panel not in self._arrays:
            self._arrays[panel] = np.array(panel, dtype=np.int32)
        return self._arrays[panel]

    def _better(self, old: TypePanel, margins: Margins, wanted: int) -> TypePanel:
        """In place of this panel one that mends so many faults, or as many as any can, and makes no new one."""
        here = np.array(old, dtype=np.int64)
        down, up = margins.room(self._seats)
        self._model.narrow(Face(np.maximum(here - down, 0), np.minimum(here + up, self._most), *self._rows))
        mends = -margins.blame(self._seats)
        stir = np.array([self._chance.random() for _ in old]) / (2 * sum(old) + 1)
        target = float(mends @ here) + wanted - 0.5
        near = self._model.near(mends + stir)
        if near is not None and float((mends + stir) @ self._array(near)) >= target:
            return near
        return self._model.reaching(mends + stir, target)

    def _replace(self, old: TypePanel, new: TypePanel) -> None:
        """Do it on one ticket."""
        self._counts[old] -= 1
        if not self._counts[old]:
            del self._counts[old]
        self._counts[new] = self._counts.get(new, 0) + 1
        self._seats = self._seats + np.array(new, dtype=np.int64) - np.array(old, dtype=np.int64)
