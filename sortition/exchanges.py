"""Panels near a panel: one member leaves, another comes in. A quick way to meet panels, and never a proof.

Pure, in whole numbers (float32 holds them exactly up to 16 million, and multiplies matrices much faster). With the 0/1
matrix A of the limits and h = Ax, letting s leave and t enter moves limit r by A_rt − A_rs ∈ {−1, 0, 1}. With p_r(d)
by how many seats limit r is broken at h_r + d, all exchanges of a panel are priced by one product of matrices:

    broken(s, t) = Σ_r p_r(0) + (p_r(1) − p_r(0)) A_rt + (p_r(−1) − p_r(0)) A_rs
                                                       + (2p_r(0) − p_r(1) − p_r(−1)) A_rs A_rt

The seeds are fixed: the same panel meets the same others. Which panels are met decides nothing: whoever needs a proof
that somebody is on no panel asks `panels`.
"""

from __future__ import annotations

from copy import copy

import numpy as np
import numpy.typing as npt

from sortition.polytope import Polytope, TypePanel, Whole

SAMPLE = 100  # types met before that may come in too, so that the panels keep changing
CHOICE = 600  # types from which a mending step chooses
JUMPS = 20  # exchanges made between two looks around
PATIENCE = 6  # looks around that find nobody new before it is given up
STEPS = 200  # exchanges that mend a panel
REST = 8  # steps for which a type that has left stays out
UNLIMITED = 1 << 30

Mask = npt.NDArray[np.bool_]
Prices = npt.NDArray[np.float32]
Seats = npt.NDArray[np.float64]


class Exchanges:
    """The exchanges of a polytope whose limits count members."""

    def __init__(self, polytope: Polytope) -> None:
        self._whole = polytope.matrix
        self._matrix = polytope.matrix.astype(np.float32)
        self._lows = np.array([-UNLIMITED if limit.low is None else limit.low for limit in polytope.limits])
        self._highs = np.array([UNLIMITED if limit.high is None else limit.high for limit in polytope.limits])
        self._most = np.array(polytope.most, dtype=np.int64)

    @property
    def sides(self) -> tuple[Whole, Whole]:
        """The lower and upper sides of the limits; far away where there is none."""
        return self._lows.copy(), self._highs.copy()

    def within(self, lows: Whole, highs: Whole) -> Exchanges:
        """The same with other sides of the limits, in their order."""
        other = copy(self)
        other._lows, other._highs = lows, highs
        return other

    def spread(self, panel: TypePanel, unseen: Mask) -> TypePanel:
        """Go from panel to panel for as long as it meets unseen types, which are unmarked; the last panel."""
        chance = np.random.default_rng(len(unseen))
        x = np.array(panel, dtype=np.int64)
        fruitless = 0
        while fruitless <= PATIENCE:
            unseen &= x == 0
            if not unseen.any():
                break
            others = chance.integers(len(unseen), size=SAMPLE)
            entering = np.concatenate([np.flatnonzero(unseen), others[x[others] < self._most[others]]])
            leaving, broken = self._priced(x, entering)
            possible = broken == 0
            found = possible.any(axis=0)
            new = found & unseen[entering]
            fruitless = 0 if new.any() else fruitless + 1
            unseen[entering[new]] = False
            order = [*chance.permutation(np.flatnonzero(new)), *chance.permutation(np.flatnonzero(found & ~new))]
            self._jump(
                x, [(chance.choice(leaving[possible[:, place]]), entering[place]) for place in order[: 3 * JUMPS]]
            )
        return tuple(map(int, x))

    def including(self, panel: TypePanel, number: int) -> TypePanel | None:
        """A panel near this one on which a certain type serves, if a short search meets one."""
        if panel[number]:
            return panel
        x = np.array(panel, dtype=np.int64)
        leaving, broken = self._priced(x, np.array([number]))
        last = int(leaving[int(np.argmin(broken[:, 0]))])
        x[last], x[number] = x[last] - 1, x[number] + 1
        return self.mended(x, number)

    def mended(self, x: Whole, pinned: int = -1) -> TypePanel | None:
        """A panel near these seats of the right number, if a short search meets one; the type pinned stays."""
        chance = np.random.default_rng(len(x))
        resting: dict[int, int] = {}
        for step in range(STEPS):
            if not self._broken(self._whole @ x).any() and np.all(x <= self._most):
                return tuple(map(int, x))
            entering = np.arange(len(x)) if len(x) <= CHOICE else chance.integers(len(x), size=CHOICE)
            entering = entering[(x[entering] < self._most[entering]) & [t not in resting for t in entering]]
            leaving, broken = self._priced(x, entering)
            broken[leaving == pinned] = np.inf
            if broken.min(initial=np.inf) == np.inf:
                return None  # nobody is left to change places
            out, into = divmod(int(np.argmin(broken)), len(entering))
            x[leaving[out]] -= 1
            x[entering[into]] += 1
            resting = {t: since for t, since in resting.items() if step - since < REST} | {int(leaving[out]): step}
        return None

    def _priced(self, x: Whole, entering: Whole) -> tuple[Whole, Prices]:
        """Who can leave, and by how many seats limits are broken after each of these exchanges."""
        held = self._whole @ x
        still, up, down = (self._broken(held + by) for by in (0, 1, -1))
        matters = (up != still) | (down != still)
        leaving = np.flatnonzero(x)
        rows = self._matrix[matters]
        out, into = rows[:, leaving], rows[:, entering]
        still_there, up, down = still[matters], up[matters], down[matters]
        broken = (out * (2 * still_there - up - down)[:, None]).T @ into
        broken += (up - still_there) @ into
        broken += ((down - still_there) @ out)[:, None]
        return leaving, broken + still.sum()

    def _broken(self, held: Whole) -> Prices:
        broken: Prices = (np.maximum(held - self._highs, 0) + np.maximum(self._lows - held, 0)).astype(np.float32)
        return broken

    def _jump(self, x: Whole, exchanges: list[tuple[int, int]]) -> None:
        """Make some of these exchanges, one after the other, each counted before it is made."""
        held = self._whole @ x
        made = 0
        for out, into in exchanges:
            after = held - self._whole[:, out] + self._whole[:, into]
            fits = out != into and x[out] and x[into] < self._most[into]
            if fits and np.all((after >= self._lows) & (after <= self._highs)):
                x[out], x[into], held = x[out] - 1, x[into] + 1, after
                made += 1
            if made == JUMPS:
                return


def rounded(seats: Seats, members: int) -> Whole:
    """Whole seats near these, of the right number: the largest parts are rounded up.

    >>> rounded(np.array([0.25, 1.0, 0.75]), 2).tolist()
    [0, 1, 1]
    """
    whole = np.floor(np.round(seats, 6))
    order = np.argsort(whole - seats, kind="stable")
    whole[order[: max(members - int(whole.sum()), 0)]] += 1
    return whole.astype(np.int64)
