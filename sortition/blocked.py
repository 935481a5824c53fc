"""Who can never be chosen although the quotas can be met, and which quotas keep them out.

Panels are met by exchanging members (`exchanges`) until few people are left who were on none. Those are made to serve,
one by one, and only an exhaustive search that finds no such panel tells that there is none. For every type left over,
the bounds that block it are found by a deletion filter: its volunteers are made to serve, and what then conflicts is
told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from sortition.diagnosis import Bound, NeverChosen
from sortition.errors import SolverFailed
from sortition.exchanges import Exchanges, Mask, rounded
from sortition.panels import PanelModel, limit_sides, state
from sortition.polytope import Polytope, TypePanel
from sortition.problem import DrawProblem
from sortition.solver import INFINITE, Engine, Floats

SIMILAR = 200  # types that join a small search; more make it slower, fewer make it fail


def some_panel(polytope: Polytope) -> TypePanel | None:
    """A panel that keeps the limits; None if there is none."""
    # leaning nowhere would end at a corner of the quotas, from where few exchanges start
    lean = np.random.default_rng(polytope.count).random(polytope.count)
    return PanelModel(polytope).any(lean)


def never_chosen(problem: DrawProblem, polytope: Polytope, panel: TypePanel) -> tuple[NeverChosen, ...]:
    """The volunteers whom no panel contains, grouped by what blocks them; `panel` is any panel there is."""
    groups: dict[tuple[Bound, ...], list[str]] = {}
    numbers = unreachable(polytope, panel)
    if not numbers:
        return ()
    blockers = Blockers(problem, polytope)
    for number in numbers:
        groups.setdefault(blockers.of(number), []).extend(problem.types[number].members)
    return tuple(NeverChosen(tuple(sorted(ids)), bounds) for bounds, ids in groups.items())


def unreachable(polytope: Polytope, panel: TypePanel) -> tuple[int, ...]:
    """The numbers of the types that no panel contains.

    Who was not met is made to serve: if no average of panels allows it, no panel does. Otherwise a panel is looked for
    near the average, then near the last panel, and then everywhere.
    """
    exchanges, unseen = Exchanges(polytope), np.ones(polytope.count, dtype=np.bool_)
    panel = exchanges.spread(panel, unseen)
    if not unseen.any():
        return ()
    size, most = sum(panel), np.array(polytope.most, dtype=np.float64)
    averages, panels, never = _engine(polytope, whole=False), None, []
    for number in range(polytope.count):
        if not unseen[number]:
            continue
        serving = np.zeros(polytope.count)
        serving[number] = 1
        averages.bound_columns(range(polytope.count), serving, most)
        averages.weigh(unseen.astype(np.float64))
        best = averages.solve()
        found = None
        if best is not None:
            found = exchanges.mended(rounded(best.values[: polytope.count], size), number)
            found = found or exchanges.including(panel, number)
        if best is not None and found is None:
            panels = panels or _engine(polytope, whole=True)
            few = np.where((np.array(panel) > 0) | unseen | _like(polytope, number), most, 0)
            found = _panel(polytope, panels, serving, few) or _panel(polytope, panels, serving, most)
        if found is None:
            never.append(number)
            unseen[number] = False
        else:
            panel = exchanges.spread(found, unseen)
    return tuple(never)


def _like(polytope: Polytope, number: int) -> Mask:
    """The types that share most limits with this one: those that can take its place, or make room for it."""
    shared = polytope.matrix.T @ polytope.matrix[:, number]
    least = int(np.sort(shared)[-min(SIMILAR, len(shared))])
    return np.asarray(shared >= least)


def _engine(polytope: Polytope, *, whole: bool) -> Engine:
    """The limits over whole panels or over averages of panels, with both sides of every limit set."""
    engine = Engine(state(polytope, whole=whole))
    lows, highs = limit_sides(polytope)
    engine.bound_rows(range(len(lows)), lows, highs)
    return engine


def _panel(polytope: Polytope, panels: Engine, lows: Floats, highs: Floats) -> TypePanel | None:
    """A panel between these seats; None if there is none."""
    panels.bound_columns(range(polytope.count), lows, highs)
    panels.weigh(np.zeros(polytope.count))
    answer = panels.first()
    if answer is None:
        return None
    panel = tuple(int(x) for x in np.rint(answer.values[: polytope.count]))
    if not polytope.allows(panel):
        raise SolverFailed("The solver's panel breaks a limit when it is counted again.")
    return panel


class Blockers:
    """The irreducible sets of bounds that keep a type out; a set that is known is tried first."""

    def __init__(self, problem: DrawProblem, polytope: Polytope) -> None:
        self._problem = problem
        self._lows, self._highs = limit_sides(polytope)
        self._most = np.array(polytope.most, dtype=np.float64)
        self._engines = (_engine(polytope, whole=False), _engine(polytope, whole=True))
        self._rows = {}
        for number, quota in enumerate(problem.quotas.rows, start=1):
            self._rows[Bound(quota, "min")] = self._rows[Bound(quota, "max")] = number
        self._known: list[tuple[Bound, ...]] = []

    def of(self, number: int) -> tuple[Bound, ...]:
        """What blocks this type."""
        averages, _ = self._engines
        for bounds in self._forbidden(number):
            return bounds
        for bounds in self._known:
            # averages are quick, and what they can do without panels can do without too
            if self._blocks(averages, number, bounds) and self._needed(averages, number, bounds) == bounds:
                return bounds
        kept = tuple(self._rows)
        engines = self._engines if self._blocks(averages, number, kept) else self._engines[1:]
        for engine in engines:
            kept = self._needed(engine, number, kept)
        self._known.append(kept)
        return kept

    def _needed(self, engine: Engine, number: int, bounds: tuple[Bound, ...]) -> tuple[Bound, ...]:
        """Those of the bounds that still block the type when the others are left out, one after the other."""
        kept = bounds
        for bound in bounds:
            without = tuple(other for other in kept if other != bound)
            if self._blocks(engine, number, without):
                kept = without
        return kept

    def _forbidden(self, number: int) -> Iterator[tuple[Bound, ...]]:
        """A quota of nobody for one of the type's own values."""
        profile = self._problem.types[number].profile
        for feature, value in zip(self._problem.quotas.features, profile, strict=True):
            quota = self._problem.quotas.find(feature, value)
            if quota is not None and quota.max == 0:
                yield (Bound(quota, "max"),)

    def _blocks(self, engine: Engine, number: int, bounds: Collection[Bound]) -> bool:
        """Whether no panel that keeps just these bounds contains the type."""
        kept_low = {self._rows[bound] for bound in bounds if bound.side == "min"}
        kept_high = {self._rows[bound] for bound in bounds if bound.side == "max"}
        quotas = range(1, len(self._problem.quotas.rows) + 1)
        lows, highs = self._lows.copy(), self._highs.copy()
        lows[[row for row in quotas if row not in kept_low]] = -INFINITE
        highs[[row for row in quotas if row not in kept_high]] = INFINITE
        engine.bound_rows(range(len(lows)), lows, highs)
        seats = np.zeros(len(self._most))
        seats[number] = 1
        engine.bound_columns(range(len(seats)), seats, self._most)
        engine.weigh(np.zeros(len(seats)))
        return engine.first() is None if engine.whole else engine.solve() is None
