"""Some dozens of tickets dealt anew together, where changing them one by one does not help.

Pure but for the search for panels. First whole seats N for every type are found that stay within the margins and, over
all M tickets together, within M times every limit, near the present seats s; d = N - s is a few seats. Then tickets are
chosen whose limits have room for d, k of them. Their seats and d make S, which is dealt out panel by panel:

    ⌊S_t/k⌋ ≤ y_t ≤ ⌈S_t/k⌉   for every type t,      ⌊w·S/k⌋ ≤ w·y ≤ ⌈w·S/k⌉   for every limit w

If S lies within k times the limits, then S - y lies within k - 1 times the limits (low ≤ w·S/k ≤ high, all whole), so
the last panel is what is left. Nothing says that such a y exists, but it mostly does; where none is found, other
tickets are tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from sortition.margins import Margins
from sortition.panels import PanelModel
from sortition.polytope import Face, Polytope, TypePanel, Whole
from sortition.solver import Floats

AT_LEAST = 30  # tickets dealt anew, if there are so many
TRIES = 3  # searches for the next panel, each leaning elsewhere


class Redeal:
    """Dealing anew the tickets of one polytope."""

    def __init__(self, model: PanelModel, chance: Random) -> None:
        self._model = model
        self._of = model.polytope.matrix
        self._chance = chance
        beyond = int(np.abs(self._of).sum(axis=1).max(initial=0)) * max(model.polytope.most) + 1
        self._lows = np.array([-beyond if limit.low is None else limit.low for limit in model.polytope.limits])
        self._highs = np.array([beyond if limit.high is None else limit.high for limit in model.polytope.limits])

    def totals(self, seats: Whole, margins: Margins, total: int) -> Totals:
        """The search for whole seats of all tickets together."""
        return Totals(self._model.polytope, seats, margins, total)

    def dealt(self, tickets: Sequence[TypePanel], change: Whole) -> tuple[list[int], list[TypePanel]] | None:
        """Which tickets to give back, and as many panels with their seats and this change; None if in vain."""
        panels = np.array(tickets, dtype=np.int64)
        chosen = self._with_room(panels, change)
        if chosen is None:
            return None
        seats, count = panels[chosen].sum(axis=0) + change, len(chosen)
        values = self._of @ seats
        most = np.array(self._model.polytope.most)
        fits = np.all((seats >= 0) & (seats <= count * most))
        if not fits or np.any((values < count * self._lows) | (values > count * self._highs)):
            return None
        found = self._panels(seats, count)
        return None if found is None else (chosen, found)

    def _with_room(self, panels: Whole, change: Whole) -> list[int] | None:
        """Some tickets at random, among them enough that have what is to go and room for what is to come."""
        values, rises = panels @ self._of.T, self._of @ change
        order = list(range(len(panels)))
        self._chance.shuffle(order)
        needs = [(self._highs[row] - values[:, row], rises[row]) for row in np.flatnonzero(rises > 0)]
        needs += [(values[:, row] - self._lows[row], -rises[row]) for row in np.flatnonzero(rises < 0)]
        needs += [(panels[:, t], -change[t]) for t in np.flatnonzero(change < 0)]
        chosen: dict[int, None] = {}
        for room, need in needs:
            have = sum(int(room[ticket]) for ticket in chosen)
            for ticket in order:
                if have >= need:
                    break
                if ticket not in chosen and room[ticket] > 0:
                    chosen[ticket] = None
                    have += int(room[ticket])
            if have < need:
                return None
        others = [ticket for ticket in order if ticket not in chosen]
        return [*chosen, *others[: max(0, AT_LEAST - len(chosen))]]

    def _panels(self, seats: Whole, count: int) -> list[TypePanel] | None:
        """These seats as so many panels."""
        panels: list[TypePanel] = []
        for left in range(count, 0, -1):
            values = self._of @ seats
            lows, highs = np.maximum(values // left, self._lows), np.minimum(-(-values // left), self._highs)
            self._model.narrow(Face(seats // left, -(-seats // left), lows.astype(float), highs.astype(float)))
            panel = self._next(2 * (seats / left - seats // left) - 1)
            if panel is None:
                return None
            panels.append(panel)
            seats = seats - np.array(panel, dtype=np.int64)
        return panels

    def _next(self, lean: Floats) -> TypePanel | None:
        """A panel that takes what there is most of."""
        for _ in range(TRIES):
            stir = np.array([self._chance.random() for _ in range(len(lean))]) / 2
            panel = self._model.near(lean + stir)
            if panel is not None:
                return panel
        return None


class Totals:
    """Whole seats of all tickets together, near the present ones; counted from the fewest that each type may have."""

    def __init__(self, polytope: Polytope, seats: Whole, margins: Margins, total: int) -> None:
        self._fewest = np.where((margins.fewest < seats) & (seats < margins.fullest), seats, margins.fewest)
        base = polytope.matrix @ self._fewest
        limits = tuple(
            replace(
                limit,
                low=None if limit.low is None else limit.low * total - int(used),
                high=None if limit.high is None else limit.high * total - int(used),
            )
            for limit, used in zip(polytope.limits, base, strict=True)
        )
        room = margins.fullest - self._fewest
        self._model = PanelModel(replace(polytope, limits=limits, most=tuple(int(seat) for seat in room)))
        self._back = np.where(seats > self._fewest, 1.0, -1.0)
        self._seats = seats

    def change(self, chance: Random) -> Whole | None:
        """What to add to the present seats so that they keep everything; None if none is found."""
        lean = self._back * np.array([1 + chance.random() / 2 for _ in range(len(self._back))])
        found = self._model.near(lean)
        return None if found is None else self._fewest + np.array(found, dtype=np.int64) - self._seats
