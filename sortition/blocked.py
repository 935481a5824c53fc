"""Who can never be chosen although the quotas can be met, and which quotas keep them out.

Panels are collected until no panel holds anybody new: the heaviest panel, by the number of people not seen yet, then
weighs nothing, and the solver's bound proves it. For every type left over, the bounds that block it are found by a
deletion filter as in `repair`: its volunteers are made to serve, and what then conflicts is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import floor

import numpy as np
import numpy.typing as npt

from sortition.diagnosis import Bound, NeverChosen
from sortition.errors import SolverFailed
from sortition.panels import limit_sides, state
from sortition.polytope import Limit, Polytope, TypePanel, Whole
from sortition.problem import DrawProblem
from sortition.solver import INFINITE, NOISE, Engine, Floats

SIMILAR = 200  # types that join a small search; more make it slower, fewer make it fail
Mask = npt.NDArray[np.bool_]


def never_chosen(problem: DrawProblem, polytope: Polytope) -> tuple[NeverChosen, ...]:
    """The volunteers whom no panel contains, grouped by what blocks them; the problem must be possible."""
    groups: dict[tuple[Bound, ...], list[str]] = {}
    numbers = unreachable(polytope)
    if not numbers:
        return ()
    blockers = Blockers(problem, polytope)
    for number in numbers:
        groups.setdefault(blockers.of(number), []).extend(problem.types[number].members)
    return tuple(NeverChosen(tuple(sorted(ids)), bounds) for bounds, ids in groups.items())


def has_a_panel(polytope: Polytope) -> bool:
    """Whether the quotas can be met; where averages of panels cannot, panels need not be searched."""
    panels, averages = _engines(polytope)
    if averages.solve() is None:
        return False
    seats = np.array(polytope.most, dtype=np.float64)
    return _panel(polytope, panels, np.zeros(len(seats)), np.zeros(len(seats)), seats) is not None


def unreachable(polytope: Polytope) -> tuple[int, ...]:
    """The numbers of the types that no panel contains.

    Somebody not seen yet is made to serve: at first only with types of the last panel and others not seen, which is a
    small search, and with everybody when that fails.
    """
    panels, averages = _engines(polytope)
    most = np.array(polytope.most, dtype=np.float64)
    unseen, never = np.ones(polytope.count), []
    panel = _panel(polytope, panels, unseen, np.zeros(polytope.count), most)
    while panel is not None:
        unseen[wander(polytope, panel, unseen > 0)] = 0
        averages.weigh(unseen)
        best = averages.solve()
        # no average of panels has one whole seat for them, so no panel has
        if best is None or floor(best.objective + NOISE) < 1:
            break
        serving = np.zeros(polytope.count)
        number = int(np.argmax(best.values[: polytope.count] * unseen))
        serving[number] = 1
        few = np.where((np.array(panel) > 0) | (unseen > 0) | _like(polytope, number), most, 0)
        found = _panel(polytope, panels, unseen, serving, few) or _panel(polytope, panels, unseen, serving, most)
        if found is None:
            never.append(number)
            unseen[number] = 0
        panel = found or panel
    return tuple(sorted([*never, *(int(number) for number in np.flatnonzero(unseen))]))


def _like(polytope: Polytope, number: int) -> Mask:
    """The types that share most limits with this one: those that can take its place, or make room for it."""
    shared = polytope.matrix.T @ polytope.matrix[:, number]
    least = int(np.sort(shared)[-min(SIMILAR, len(shared))])
    return np.asarray(shared >= least)


def _engines(polytope: Polytope) -> tuple[Engine, Engine]:
    """The limits over whole panels and over averages of panels, with both sides of every limit set."""
    engines = Engine(state(polytope, whole=True)), Engine(state(polytope, whole=False))
    lows, highs = limit_sides(polytope)
    for engine in engines:
        engine.bound_rows(range(len(lows)), lows, highs)
    return engines


def _panel(polytope: Polytope, panels: Engine, lean: Floats, lows: Floats, highs: Floats) -> TypePanel | None:
    """A panel between these seats that leans towards some types; None if there is none."""
    panels.bound_columns(range(polytope.count), lows, highs)
    panels.weigh(lean)
    answer = panels.first()
    if answer is None:
        return None
    panel = tuple(int(x) for x in np.rint(answer.values[: polytope.count]))
    if not polytope.allows(panel):
        raise SolverFailed("The solver's panel breaks a limit when it is counted again.")
    return panel


def wander(polytope: Polytope, panel: TypePanel, wanted: Mask) -> Mask:
    """The types of this panel and of panels near it, moving on for as long as each step finds wanted types."""
    found = np.zeros(polytope.count, dtype=np.bool_)
    x = np.array(panel, dtype=np.int64)
    while True:
        near, leaving = seats_near(polytope, x)
        new = np.flatnonzero(near & wanted & ~found)
        found |= near
        entering = [t for t in new if leaving[t] >= 0]
        if not entering:
            return found
        x[leaving[entering[-1]]] -= 1
        x[entering[-1]] += 1


def seats_near(polytope: Polytope, x: Whole) -> tuple[Mask, Whole]:
    """The types that this panel contains, or would contain after one member changes places, with the type that leaves.

    Counted in whole numbers; with the limits' matrix A, panel x, s leaving and t entering: low ≤ Ax − A_s + A_t ≤ high.
    """
    every = polytope.matrix
    held = every @ x
    spread = every.max(axis=1, initial=0) - every.min(axis=1, initial=0)
    # what is not there cannot leave, so a missing side and a far one need no counting
    lows = np.array([-s if limit.low is None else limit.low - h for s, h, limit in _each(polytope, spread, held)])
    highs = np.array([s if limit.high is None else limit.high - h for s, h, limit in _each(polytope, spread, held)])
    near = (lows > -spread) | (highs < spread)
    matrix, lows, highs = every[near], lows[near], highs[near]
    leaving = np.full(polytope.count, -1, dtype=np.int64)
    room = x < np.array(polytope.most)
    for s in np.flatnonzero(x):
        moved = matrix - matrix[:, [s]]
        leaving[room & np.all((moved >= lows[:, None]) & (moved <= highs[:, None]), axis=0)] = s
    return (x > 0) | (leaving >= 0), leaving


def _each(polytope: Polytope, spread: Whole, held: Whole) -> Iterator[tuple[int, int, Limit]]:
    """How far one exchange can move each limit, and where it stands."""
    return zip(map(int, spread), map(int, held), polytope.limits, strict=True)


class Blockers:
    """The irreducible sets of bounds that keep a type out; a set that is known is tried first."""

    def __init__(self, problem: DrawProblem, polytope: Polytope) -> None:
        self._problem = problem
        self._lows, self._highs = limit_sides(polytope)
        self._most = np.array(polytope.most, dtype=np.float64)
        whole, averages = _engines(polytope)
        self._engines = (averages, whole)
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
