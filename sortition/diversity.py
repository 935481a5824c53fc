"""The same chances, spread over many panels: nobody is kept from meeting somebody only by how the lottery was made.

Pure. Two panels of a lottery may exchange members: from P and Q, each with some of its weight, become P' and Q' with
P' + Q' = P + Q, both within every limit. So everybody's chance stays what it was, to the last digit, whatever is
exchanged, while other people sit together. Exchanges are chosen for pairs that have not met: some panel of the one
and some panel of the other give a face on which both are to sit together, filled up with those who have met these
the least, and `swaps` brings it within the limits. A panel gives equal parts of its weight to all its exchanges and
keeps one such part, so every panel and every pair of the first lottery stays possible.

Citation: G. Strona, D. Nappo, F. Boccacci, S. Fattorini, J. San-Miguel-Ayanz, A fast and unbiased procedure to
randomize ecological binary matrices with fixed row and column totals (“curveball”), Nature Communications 5 (2014),
whose trades these are, under quotas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import gcd

import numpy as np

from sortition.lottery import Lottery, Panel
from sortition.meeting import Marks, met_pairs, same_household, seats_of
from sortition.polytope import Face, Limit, Polytope, Whole
from sortition.problem import DrawProblem
from sortition.progress import Progress, Tell, ignore
from sortition.swaps import Swaps

TRIES = 2  # pairs of panels that are tried for one pair of volunteers
FINE = 10**6  # parts of a panel's weight
MOST_FAILED = 40  # pairs for which no exchange is found, before exchanges are given up,
PER_FAILURE = 8  # and one more for so many exchanges found


@dataclass(frozen=True)
class Exchange:
    """Two panels, by their places, and what becomes of them."""

    first: int
    second: int
    panels: tuple[Panel, Panel]


@dataclass
class Spread:
    """A lottery on its way: who has met, and which exchanges were made."""

    problem: DrawProblem
    lottery: Lottery
    whole: bool = False
    """Weights are tickets: an exchange takes a whole one of each panel, and one stays where it is."""
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.spare = np.array([w - 1 if self.whole else 1 for w in self.lottery.weights], dtype=object)
        self.ids = sorted({id_ for panel in self.lottery.panels for id_ in panel})
        self.seats = seats_of(self.ids, self.lottery.panels)
        self.unmet: Marks = ~(met_pairs(self.ids, self.lottery.panels) | same_household(self.problem, self.ids))
        self.limits = persons(self.problem, self.ids)
        self._swaps = Swaps(self.limits)
        self._random = np.random.default_rng(1)
        of = {id_: number for number, kind in enumerate(self.problem.types) for id_ in kind.members}
        self.types = np.array([of[id_] for id_ in self.ids])

    def meet(self, one: int, other: int) -> bool:
        """Let these two meet by some exchange, if one is found."""
        if self._change_places(one, other) or self._change_places(other, one):
            return True
        ones, others = (self._random.permutation(np.flatnonzero(self._open(who))) for who in (one, other))
        for number in range(TRIES if len(ones) and len(others) else 0):
            first, second = int(ones[number % len(ones)]), int(others[number % len(others)])
            face = self._between(self.seats[first], self.seats[second], (one, other))
            wish = self._strangers(face)
            found = self._swaps.panel(face, wish.astype(np.float64), np.where(wish, 1.0, -1.0))
            if found is not None and self.limits.allows(found.tolist()):
                self._exchange(first, second, found)
                return True
        return False

    def _open(self, who: int) -> Marks:
        """Panels with this volunteer that can take part in an exchange."""
        return np.asarray(self.seats[:, who] & (self.spare > 0))

    def _change_places(self, one: int, other: int) -> bool:
        """Where somebody of the same type sits with the other already, the two of that type change places."""
        mates = np.flatnonzero(self.types == self.types[one])
        for second in np.flatnonzero(self._open(other) & self.seats[:, mates].any(axis=1)):
            mate = next(int(mate) for mate in mates if self.seats[second, mate])
            for first in np.flatnonzero(self._open(one) & ~self.seats[:, mate])[:TRIES]:
                seats = self.seats[second].astype(np.int64)
                seats[mate], seats[one] = 0, 1
                left = self.seats[first].astype(np.int64) + self.seats[second] - seats
                if mate != other and self.limits.allows(seats) and self.limits.allows(left):
                    self._exchange(int(first), int(second), seats)
                    return True
        return False

    def _between(self, first: Marks, second: Marks, pair: tuple[int, int]) -> Face:
        """Panels of these two panels' members that leave a panel, with this pair on them."""
        both = first.astype(np.int64) + second.astype(np.int64)
        sums = self.limits.matrix @ both
        lows = np.array([-np.inf if limit.low is None else limit.low for limit in self.limits.limits])
        highs = np.array([np.inf if limit.high is None else limit.high for limit in self.limits.limits])
        fewest = (both == 2).astype(np.int64)
        fewest[list(pair)] = 1
        return Face(fewest, (both > 0).astype(np.int64), np.maximum(lows, sums - highs), np.minimum(highs, sums - lows))

    def _strangers(self, face: Face) -> Marks:
        """As many members as a panel has, each who has met the fewest of those before; limits are not looked at."""
        chosen = face.fewest > 0
        open_ = np.flatnonzero((face.most > 0) & ~chosen)
        new = self.unmet[open_][:, chosen].sum(axis=1) + self._random.random(len(open_))
        for _ in range(self.problem.panel_size - int(chosen.sum())):
            place = int(new.argmax())
            chosen[open_[place]] = True
            new += self.unmet[open_, open_[place]]
            new[place] = -np.inf
        return chosen

    def _exchange(self, first: int, second: int, seats: Whole) -> None:
        one = seats > 0
        other = (self.seats[first].astype(np.int64) + self.seats[second] - seats) > 0
        for panel in (one, other):
            here = np.flatnonzero(panel)
            self.unmet[np.ix_(here, here)] = False
        self.exchanges.append(Exchange(first, second, (self._panel(one), self._panel(other))))
        if self.whole:
            self.spare[[first, second]] -= 1

    def _panel(self, seats: Marks) -> Panel:
        return tuple(self.ids[place] for place in np.flatnonzero(seats))

    def tickets(self) -> tuple[Panel, ...]:
        """One panel for each ticket, with all exchanges made."""
        counts = dict(zip(self.lottery.panels, self.lottery.weights, strict=True))
        for one in self.exchanges:
            for place in (one.first, one.second):
                counts[self.lottery.panels[place]] -= 1
            for panel in one.panels:
                counts[panel] = counts.get(panel, 0) + 1
        return tuple(panel for panel in sorted(counts) for _ in range(counts[panel]))

    def outcome(self) -> Lottery:
        """The lottery with all exchanges made."""
        parts = [1] * len(self.lottery.panels)
        for one in self.exchanges:
            parts[one.first] += 1
            parts[one.second] += 1
        weights = {panel: FINE * w for panel, w in zip(self.lottery.panels, self.lottery.weights, strict=True)}
        sizes = [FINE * w // part for w, part in zip(self.lottery.weights, parts, strict=True)]
        for one in self.exchanges:
            size = min(sizes[one.first], sizes[one.second])
            for place in (one.first, one.second):
                weights[self.lottery.panels[place]] -= size
            for panel in one.panels:
                weights[panel] = weights.get(panel, 0) + size
        common = gcd(*weights.values())
        return Lottery(tuple(sorted(weights)), tuple(weights[panel] // common for panel in sorted(weights)))


def persons(problem: DrawProblem, ids: Sequence[str]) -> Polytope:
    """The limits with everybody a type of their own."""
    of = {id_: number for number, id_ in enumerate(ids)}
    limits = [Limit("panel size", (1,) * len(ids), problem.panel_size, problem.panel_size)]
    for quota in problem.quotas.rows:
        holders = {one.id for one in problem.pool.having(quota.feature, quota.value)}
        limits.append(
            Limit(f"{quota.feature}={quota.value}", tuple(int(id_ in holders) for id_ in ids), quota.min, quota.max)
        )
    for home in problem.pool.households.values():
        inside = {of[id_] for id_ in home if id_ in of}
        if len(inside) > 1:
            limits.append(Limit("household", tuple(int(place in inside) for place in range(len(ids))), None, 1))
    return Polytope(tuple(limits), (1,) * len(ids), (1,) * len(ids))


def spread(
    problem: DrawProblem, lottery: Lottery, tell: Tell = ignore, apart: Collection[tuple[int, int]] = ()
) -> Lottery:
    """The lottery with exactly the same chances in which all pairs meet that exchanges can bring together.

    `apart`: pairs of types that are known not to.
    """
    now = Spread(problem, lottery)
    for s, t in apart:
        now.unmet[np.ix_(now.types == s, now.types == t)] = False
        now.unmet[np.ix_(now.types == t, now.types == s)] = False
    pairs = int(now.unmet.sum()) or 1
    failed = 0
    for one, other in _pairs(now):
        failed += not now.meet(one, other)
        done = 1 - int(now.unmet.sum()) / pairs
        tell(Progress("meeting", done, None, None, f"{len(now.exchanges)} exchanges so that more people can meet"))
        if failed > MOST_FAILED + len(now.exchanges) // PER_FAILURE:
            break
    return now.outcome()


def spread_tickets(problem: DrawProblem, tickets: Sequence[Panel]) -> tuple[Panel, ...]:
    """As many panels, on which everybody sits as often as before, and more pairs meet."""
    counts = Counter(tickets)
    panels = tuple(sorted(counts))
    now = Spread(problem, Lottery(panels, tuple(counts[panel] for panel in panels)), whole=True)
    failed = 0
    for one, other in _pairs(now):
        failed += not now.meet(one, other)
        if failed > MOST_FAILED + len(now.exchanges) // PER_FAILURE:
            break
    return now.tickets()


def blend(first: Lottery, second: Lottery) -> Lottery:
    """Half of each."""
    weights: dict[Panel, int] = {}
    for one, factor in ((first, second.denominator), (second, first.denominator)):
        for panel, weight in zip(one.panels, one.weights, strict=True):
            weights[panel] = weights.get(panel, 0) + weight * factor
    common = gcd(*weights.values())
    return Lottery(tuple(sorted(weights)), tuple(weights[panel] // common for panel in sorted(weights)))


def _pairs(now: Spread) -> Iterator[tuple[int, int]]:
    """Pairs that have not met, those with most strangers first; each once."""
    tried: Marks = np.zeros_like(now.unmet)
    while True:
        left = now.unmet & ~tried
        strangers = left.sum(axis=1)
        one = int(strangers.argmax())
        if strangers[one] == 0:
            return
        others = np.flatnonzero(left[one])
        other = int(others[strangers[others].argmax()])
        tried[one, other] = tried[other, one] = True
        yield one, other
