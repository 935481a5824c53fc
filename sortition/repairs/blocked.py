"""Who can never be chosen although the quotas can be met, and which quotas keep them out.

Panels are met by exchanging members (`exchanges`) until few people are left who were on none. Those are made to serve,
one by one, and only an exhaustive search that finds no such panel tells that there is none. For every type left over,
the bounds that block it are found by a deletion filter: its volunteers are made to serve, and what then conflicts is
told.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from sortition.errors import SolverFailed
from sortition.exchanges import UNLIMITED, Exchanges, Mask, rounded
from sortition.panels import PanelModel, limit_sides, state
from sortition.polytope import Polytope, TypePanel
from sortition.problem import DrawProblem
from sortition.repairs.diagnosis import Bound, NeverChosen, Side
from sortition.solver import INFINITE, NOISE, SLACK, Answer, Engine, Floats

SIDES: tuple[Side, ...] = ("min", "max")
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

    Who was not met is made to serve: if no average of panels gives one of them a whole seat, no panel does. Otherwise a
    panel is looked for near the average, then near the last panel, and then everywhere.
    """
    exchanges, unseen = Exchanges(polytope), np.ones(polytope.count, dtype=np.bool_)
    panel = exchanges.spread(panel, unseen)
    if not unseen.any():
        return ()
    most = np.array(polytope.most, dtype=np.float64)
    averages, panels = _engine(polytope, whole=False), None
    never = np.zeros(polytope.count, dtype=np.bool_)
    for number in range(polytope.count):
        if not unseen[number]:
            continue
        best = _most_of(averages, number, most)
        if best.objective < 1 - NOISE:
            never |= unseen & _priced_out(best, number)
            unseen &= ~never
            continue
        found = exchanges.mended(rounded(best.values[: polytope.count], sum(panel)), number)
        found = found or exchanges.including(panel, number)
        if found is None:
            panels = panels or _engine(polytope, whole=True)
            serving = np.zeros(polytope.count)
            serving[number] = 1
            few = np.where((np.array(panel) > 0) | unseen | _like(polytope, number), most, 0)
            found = _panel(polytope, panels, serving, few) or _panel(polytope, panels, serving, most)
        if found is None:
            never[number], unseen[number] = True, False
        else:
            panel = exchanges.spread(found, unseen)
    return tuple(map(int, np.flatnonzero(never)))


def _most_of(averages: Engine, number: int, most: Floats) -> Answer:
    """The average of panels with most seats for this type, one at most."""
    highs = most.copy()
    highs[number] = 1
    averages.bound_columns(range(len(most)), np.zeros(len(most)), highs)
    averages.weigh(np.eye(1, len(most), number)[0])
    best = averages.solve()
    if best is None:
        raise SolverFailed("The solver lost the panels it had found before.")
    return best


def _priced_out(best: Answer, number: int) -> Mask:
    """The types that have less than a whole seat in every average, by the proof that this type has: with the prices d,

    x_number + Σ_s |d_s| x_s ≤ objective, summed over types without seats here; so x_s < 1 where |d_s| > objective.
    """
    prices = best.prices
    priced_out = (best.values < NOISE) & (prices < 0) & (best.objective < np.abs(prices) * (1 - SLACK) - NOISE)
    priced_out[number] = True
    return np.asarray(priced_out)


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
        self._polytope = polytope
        self._lows, self._highs = limit_sides(polytope)
        self._most = np.array(polytope.most, dtype=np.float64)
        self._averages = _engine(polytope, whole=False)
        self._exchanges = Exchanges(polytope)
        rows = list(enumerate(problem.quotas.rows, start=1))
        self._rows = {Bound(quota, side): number for number, quota in rows for side in SIDES}
        self._known: list[tuple[Bound, ...]] = []
        self._answers: dict[tuple[object, ...], bool] = {}

    @cached_property
    def _panels(self) -> Engine:
        return _engine(self._polytope, whole=True)

    def of(self, number: int) -> tuple[Bound, ...]:
        """What blocks this type."""
        for bounds in self._forbidden(number):
            return bounds
        for bounds in self._known:
            if self._blocks(number, bounds) and self._needed(number, bounds) == bounds:
                return bounds
        kept = self._needed(number, self._suspects(number))
        self._known.append(kept)
        return kept

    def _needed(self, number: int, bounds: tuple[Bound, ...]) -> tuple[Bound, ...]:
        """Those of the bounds that still block the type when the others are left out, one after the other."""
        kept = bounds
        for bound in bounds:
            without = tuple(other for other in kept if other != bound)
            if self._blocks(number, without):
                kept = without
        return kept

    def _forbidden(self, number: int) -> Iterator[tuple[Bound, ...]]:
        """A quota of nobody for one of the type's own values."""
        profile = self._problem.types[number].profile
        for feature, value in zip(self._problem.quotas.features, profile, strict=True):
            quota = self._problem.quotas.find(feature, value)
            if quota is not None and quota.max == 0:
                yield (Bound(quota, "max"),)

    def _suspects(self, number: int) -> tuple[Bound, ...]:
        """The bounds with a price in the proof that no average seats the type, if that is why; else all of them."""
        self._averages.bound_rows(range(len(self._lows)), self._lows, self._highs)
        duals = _most_of(self._averages, number, self._most).duals
        priced = tuple(bound for bound, row in self._rows.items() if abs(duals[row]) > NOISE)
        return priced if self._blocks(number, priced) else tuple(self._rows)

    def _blocks(self, number: int, bounds: tuple[Bound, ...]) -> bool:
        """Whether no panel that keeps just these bounds contains the type.

        Types that share the values in question can change places, and so can the households they belong to if all their
        members share them.
        """
        one, features = self._problem.types[number], {bound.quota.feature for bound in bounds}
        places = [place for place, feature in enumerate(self._problem.quotas.features) if feature in features]
        home = self._problem.household_classes[one.household_class]
        mixed = len(set(home.profiles)) > 1
        alike = tuple(sorted(tuple(profile[place] for place in places) for profile in home.profiles))
        key = (bounds, tuple(one.profile[place] for place in places), (alike, len(home)) if mixed else None)
        if key not in self._answers:
            self._answers[key] = self._is_blocked(number, bounds)
        return self._answers[key]

    def _is_blocked(self, number: int, bounds: tuple[Bound, ...]) -> bool:
        """The same, decided by averages if they suffice, then by a panel that shows it, then by search."""
        lows, highs = self._lows.copy(), self._highs.copy()
        kept = {(self._rows[bound], bound.side) for bound in bounds}
        quotas = range(1, len(self._problem.quotas.rows) + 1)
        lows[[row for row in quotas if (row, "min") not in kept]] = -INFINITE
        highs[[row for row in quotas if (row, "max") not in kept]] = INFINITE
        self._averages.bound_rows(range(len(lows)), lows, highs)
        best = _most_of(self._averages, number, self._most)
        if best.objective < 1 - NOISE:
            return True
        far = np.clip(np.array([lows, highs]), -UNLIMITED, UNLIMITED).astype(np.int64)
        seats = rounded(best.values[: len(self._most)], self._problem.panel_size)
        if self._exchanges.within(*far).mended(seats, number):
            return False
        self._panels.bound_rows(range(len(lows)), lows, highs)
        serving = np.zeros(len(self._most))
        serving[number] = 1
        self._panels.bound_columns(range(len(serving)), serving, self._most)
        self._panels.weigh(np.zeros(len(serving)))
        return self._panels.first() is None
