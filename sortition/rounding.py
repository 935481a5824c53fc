"""Weights of panels rounded to whole tickets, so that nobody's chance moves further than it must.

Pure. Start from the nearest whole numbers and improve by single moves: one ticket from a panel to another, always
the move that most lowers the sum of the squares, later of high powers, of the volunteers' deviations; high powers
push the largest. Rounding panels by the shares of their members is vector balancing; see J. Beck and T. Fiala,
Integer-making theorems (1981), and, for lotteries, Flanigan, Kehne and Procaccia, Fair sortition made transparent
(NeurIPS 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
POWERS = (2, 4, 8, 16)
WIDTH = 60  # most promising panels looked at from either side of an exchange


def round_shares(panels: Sequence[Sequence[str]], weights: Sequence[int], total: int) -> tuple[int, ...]:
    """Whole tickets per panel that sum to `total`; the same input gives the same tickets."""
    shares = [Fraction(weight * total, sum(weights)) for weight in weights]
    counts = _nearest(shares, total)
    if len(panels) > 1:
        members = _members(panels)
        wanted = np.array([float(share) for share in shares])
        for power in POWERS:
            _improve(members, wanted, counts, power)
    return tuple(int(number) for number in counts)


def _nearest(shares: Sequence[Fraction], total: int) -> Whole:
    """Largest remainders; equal remainders go to the earlier panel."""
    counts = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (counts[place] - shares[place], place))
    for place in order[: total - sum(counts)]:
        counts[place] += 1
    return np.array(counts, dtype=np.int64)


def _members(panels: Sequence[Sequence[str]]) -> Floats:
    """One row per volunteer, one column per panel."""
    ids = {id_: row for row, id_ in enumerate(sorted({id_ for panel in panels for id_ in panel}))}
    table = np.zeros((len(ids), len(panels)))
    for column, panel in enumerate(panels):
        for id_ in panel:
            table[ids[id_], column] = 1.0
    return table


def _improve(members: Floats, wanted: Floats, counts: Whole, power: int) -> None:
    """Move single tickets while Σ |deviation|^power falls."""
    off = members @ (counts - wanted)
    best = float(np.sum(np.abs(off) ** power))
    while True:
        gives = members.T @ (np.abs(off - 1) ** power - np.abs(off) ** power)
        takes = members.T @ (np.abs(off + 1) ** power - np.abs(off) ** power)
        givers = [place for place in np.argsort(gives, kind="stable") if counts[place] > 0]
        takers = np.argsort(takes, kind="stable")
        found = _best_exchange(members, off, (givers[:WIDTH], takers[:WIDTH]), power)
        if found is None or found[0] >= best * (1 - 1 / 4096):
            return
        best, giver, taker = found
        counts[giver] -= 1
        counts[taker] += 1
        off = members @ (counts - wanted)


def _best_exchange(
    members: Floats, off: Floats, candidates: tuple[Sequence[int], Whole], power: int
) -> tuple[float, int, int] | None:
    """The best exchange among the most promising givers and takers."""
    givers, takers = candidates
    best: tuple[float, int, int] | None = None
    for giver in givers:
        after = off[:, None] - members[:, [giver]] + members[:, takers]
        costs = np.where(takers == giver, np.inf, np.sum(np.abs(after) ** power, axis=0))
        place = int(np.argmin(costs))
        if best is None or costs[place] < best[0]:
            best = float(costs[place]), int(giver), int(takers[place])
    return best
