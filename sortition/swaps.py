"""From nearly a panel to a panel: members of one type change places with those of another until every limit holds.

Pure. The best average of a face, rounded to whole seats, breaks a few limits by a seat or two. A step exchanges one
member for another so that the weighted sum of what is broken falls most; ties go to the types that the solver's
prices favour. Where no exchange helps, the limits that are still broken weigh more from then on, and types that have
just moved rest for some steps, so that the search does not walk in a circle. It proves nothing when it fails, and
is a thousand times cheaper than an integer program when it succeeds, which is nearly always.

Sources: P. Morris, The breakout method for escaping from local minima (AAAI 1993); F. Glover, Tabu search (1989).
"""

from __future__ import annotations

import numpy as np

from sortition.polytope import Face, Polytope, Sides, Whole

FEW, NEAR, MANY = 200, 300, 500  # steps with the types nearest to the average only, how many those are; with all types
REST = (1, 3)  # for how many steps a type that moved stays where it is: at least, and below
PULL = 4.0  # how much a price may count against a seat


class Swaps:
    """The search for panels of one polytope; seeded, so the same questions in the same order get the same panels."""

    def __init__(self, polytope: Polytope) -> None:
        self._of = polytope.matrix.astype(np.float64)
        self._size = polytope.limits[0].high or 0
        self._random = np.random.default_rng(1)

    def panel(self, face: Face, average: Sides, prices: Sides) -> Whole | None:
        """A panel of the face near this best average; prices, at most about 1, say which types it would rather have."""
        start = self._rounded(face, average)
        free = np.flatnonzero(face.fewest < face.most)
        pull = PULL * prices
        if len(free) > NEAR:
            settled = average[free] == start[free]
            near = free[np.lexsort((np.abs(prices[free]), settled))[:NEAR]]
            found = self._search(face, start, pull, (np.sort(near), FEW))
            if found is not None:
                return found
        return self._search(face, start, pull, (free, MANY))

    def _rounded(self, face: Face, average: Sides) -> Whole:
        """Whole seats, as many as the panel has, by the largest remainders."""
        seats = np.clip(np.floor(average), face.fewest, face.most).astype(np.int64)
        missing = max(self._size - int(seats.sum()), 0)
        open_ = np.flatnonzero(seats < face.most)
        seats[open_[np.argsort(seats[open_] - average[open_], kind="stable")[:missing]]] += 1
        return seats

    def _search(self, face: Face, start: Whole, pull: Sides, scope: tuple[Whole, int]) -> Whole | None:
        """Steps among these types, so many at most."""
        free, most_steps = scope
        of, seats = self._of[:, free], start[free]
        fewest, most = face.fewest[free], face.most[free]
        pull = pull[free] + PULL / 100 * self._random.random(len(free))
        rests = self._random.integers(*REST, size=(most_steps, 2))
        counts, weights = self._of @ start, np.ones(len(of))
        until = np.zeros(len(free), dtype=np.int64)
        for step in range(most_steps):
            above, below = counts - face.highs, face.lows - counts
            broken = np.maximum(0.0, np.maximum(above, below))
            if not broken.any():
                found = start.copy()
                found[free] = seats
                return found
            more = weights * (np.maximum(0.0, np.maximum(above + 1, below - 1)) - broken)
            less = weights * (np.maximum(0.0, np.maximum(above - 1, below + 1)) - broken)
            leaving = np.flatnonzero((seats > fewest) & (until <= step))
            coming = np.flatnonzero((seats < most) & (until <= step))
            if not len(leaving) or not len(coming):
                continue
            # one who leaves and one who comes with the same value change nothing there: the last term takes both back
            rows = np.flatnonzero(more + less)
            cost = (of[np.ix_(rows, leaving)].T * -(more + less)[rows]) @ of[np.ix_(rows, coming)]
            cost += (less @ of[:, leaving] + pull[leaving])[:, None]
            cost += (more @ of[:, coming] - pull[coming])[None, :]
            leaves, comes = divmod(int(cost.argmin()), len(coming))
            if cost[leaves, comes] >= 0:
                weights[broken > 0] += 1
            out, into = leaving[leaves], coming[comes]
            seats[out] -= 1
            seats[into] += 1
            counts += of[:, into] - of[:, out]
            until[[out, into]] = step + 1 + rests[step]
        return None
