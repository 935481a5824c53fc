"""The least that must give way when no panel keeps every quota: problem in, shortfall out.

The model speaks of types, as `polytope` states them; quotas give way, households and lists do not.

    seats:    Σ_t x_t + empty = k
    quotas:   min_q − under_q ≤ Σ_{t has value} x_t ≤ max_q + over_q

First `empty` is made as small as possible, then Σ_q (under_q + over_q), the number of members too few or too many;
both are whole numbers, and the solver's bound proves that neither can be smaller. Among what is left, the shortfall
is the one with the smallest Σ_q (under_q + over_q) / max(max_q, 1): one member matters more where few are needed; the
answer is counted again as a fraction and held against the solver's bound, to its accuracy. The
quotas widened by this shortfall allow exactly the panels that break the same quotas by no more, so a lottery over
those is again a fair draw over panels with the least violation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

import numpy as np
import pulp

from sortition.errors import SolverFailed
from sortition.lists import FEATURE
from sortition.panels import add_limit, column
from sortition.polytope import Polytope, polytope_of
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.solver import INFINITE, NOISE, Answer, Engine


@dataclass(frozen=True)
class Break:
    """A quota that is not kept.

    >>> print(Break(Quota("age", "16-24", 6, 7), 4))
    age=16-24: 4 members, 2 fewer than the 6 needed
    """

    quota: Quota
    count: int

    @property
    def by(self) -> int:
        """How many members too few or too many."""
        return max(self.quota.min - self.count, self.count - self.quota.max)

    def __str__(self) -> str:
        members = f"{self.count} member{'' if self.count == 1 else 's'}"
        few = self.count < self.quota.min
        side = (
            f"{self.by} fewer than the {self.quota.min} needed" if few else f"{self.by} more than the {self.quota.max}"
        )
        return f"{self.quota.feature}={self.quota.value}: {members}, {side}" + ("" if few else " allowed")

    @property
    def widened(self) -> Quota:
        """The quota that allows this number too."""
        low, high = min(self.quota.min, self.count), max(self.quota.max, self.count)
        low_flex = None if self.quota.min_flex is None else min(self.quota.min_flex, low)
        high_flex = None if self.quota.max_flex is None else max(self.quota.max_flex, high)
        return replace(self.quota, min=low, max=high, min_flex=low_flex, max_flex=high_flex)


@dataclass(frozen=True)
class Shortfall:
    """The least violation: seats that stay empty, quotas that break, and the problem that allows just that."""

    empty: int
    breaks: tuple[Break, ...]
    problem: DrawProblem

    @property
    def off(self) -> int:
        """Members too few or too many, in all."""
        return sum(one.by for one in self.breaks)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What gives way, for people."""
        size = self.problem.panel_size + self.empty
        seats = f"1 seat of {size} stays empty" if self.empty == 1 else f"{self.empty} seats of {size} stay empty"
        return (*((seats,) if self.empty else ()), *map(str, self.breaks))


def breaks_of(problem: DrawProblem, members: Sequence[str]) -> tuple[Break, ...]:
    """The quotas that these members break, counted person by person."""
    pool = problem.pool
    found = []
    for quota in problem.quotas.rows:
        place = pool.column(quota.feature)
        count = sum(pool.by_id[id_].values[place] == quota.value for id_ in members)
        if not quota.min <= count <= quota.max:
            found.append(Break(quota, count))
    return tuple(found)


def loss_of(breaks: Sequence[Break]) -> Fraction:
    """Σ_q (under_q + over_q) / max(max_q, 1), exactly.

    >>> loss_of([Break(Quota("age", "16-24", 6, 7), 4), Break(Quota("age", "65+", 2, 4), 5)])
    Fraction(15, 28)
    """
    return sum((Fraction(one.by, max(one.quota.max, 1)) for one in breaks), Fraction(0))


def least_shortfall(problem: DrawProblem) -> Shortfall:
    """The least violation of this problem; nothing gives way where a panel keeps every quota."""
    by_name = problem.by_name
    model = _Elastic(by_name)
    empty = model.least(model.empties)
    off = model.least(model.offs)
    panel, bound = model.lightest()
    members = _seated(by_name, panel)
    breaks = breaks_of(problem, members)
    if float(loss_of(breaks)) > bound + NOISE:
        raise SolverFailed("A lighter violation may exist than the one the solver found.")
    wider = {(one.quota.feature, one.quota.value): one.widened for one in breaks}
    rows = tuple(wider.get((quota.feature, quota.value), quota) for quota in problem.quotas.rows)
    found = Shortfall(empty, breaks, DrawProblem(problem.pool, Quotas(rows), problem.panel_size - empty))
    if found.off != off or not found.problem.allows(members):
        raise SolverFailed("The least violation is another when it is counted again.")
    return found


def _seated(problem: DrawProblem, panel: Sequence[int]) -> tuple[str, ...]:
    """Volunteers for these seats of types, each from a household of their own."""
    households = [iter(one.households) for one in problem.household_classes]
    members: list[str] = []
    for kind, seats in zip(problem.types, panel, strict=True):
        place = problem.household_classes[kind.household_class].profiles.index(kind.profile)
        members += [next(households[kind.household_class])[place] for _ in range(seats)]
    return tuple(members)


class _Elastic:
    """The panels of a problem with quotas that give way."""

    def __init__(self, problem: DrawProblem) -> None:
        self._polytope = polytope_of(problem)
        self._rows = problem.quotas.rows
        self._engine = Engine(_state(self._polytope, self._rows))
        self._types = [self._engine.columns[column(t)] for t in range(self._polytope.count)]
        self.empties = {"empty": Fraction(1)}
        gives = [f"{side}_{n:04d}" for n, quota in enumerate(self._rows) for side in ("over", "under")]
        self.offs = {name: Fraction(1) for name in gives if name in self._engine.columns}

    def least(self, costs: Mapping[str, Fraction]) -> int:
        """The least sum of these unknowns, whole and proved; it is kept from then on."""
        answer = self._cheapest(costs)
        least = round(-answer.objective)
        if floor(answer.bound + NOISE) > -least:
            raise SolverFailed(f"The solver's bound {answer.bound} is above the violation {least} that it found.")
        places = [self._engine.columns[name] for name in costs]
        self._engine.add_row(places, [1.0] * len(places), -INFINITE, float(least))
        return least

    def lightest(self) -> tuple[tuple[int, ...], float]:
        """The panel with the smallest loss among those that are left, and the bound that no loss gets below."""
        most = [quota.max for quota in self._rows]
        costs = {name: Fraction(1, max(most[int(name.rpartition("_")[2])], 1)) for name in self.offs}
        answer = self._cheapest(costs)
        return tuple(int(x) for x in np.rint(answer.values[self._types])), -answer.bound

    def _cheapest(self, costs: Mapping[str, Fraction]) -> Answer:
        weights = np.zeros(self._engine.width)
        for name, cost in costs.items():
            weights[self._engine.columns[name]] = -float(cost)
        self._engine.weigh(weights)
        answer = self._engine.solve()
        if answer is None:
            raise SolverFailed("No panel is left even when every quota gives way.")
        return answer


def _state(polytope: Polytope, rows: Sequence[Quota]) -> pulp.LpProblem:
    """The model of the module's algebra."""
    model = pulp.LpProblem("shortfall", pulp.LpMaximize)
    serves = [model.add_variable(column(t), 0, most, pulp.LpInteger) for t, most in enumerate(polytope.most)]
    size, *rest = polytope.limits
    empty = model.add_variable("empty", 0, size.high, pulp.LpInteger)
    members = pulp.LpAffineExpression([(one, 1) for one in serves])
    model += members + empty == size.high, "seats"
    for number, (quota, limit) in enumerate(zip(rows, rest, strict=False)):
        holders = pulp.LpAffineExpression([(serves[t], 1) for t, inside in enumerate(limit.of) if inside])
        listed = quota.feature == FEATURE
        under = 0 if listed else model.add_variable(f"under_{number:04d}", 0, None, pulp.LpInteger)
        over = 0 if listed else model.add_variable(f"over_{number:04d}", 0, None, pulp.LpInteger)
        model += holders + under >= quota.min, f"at_least_{number:04d}"
        model += holders - over <= quota.max, f"at_most_{number:04d}"
    for number, limit in enumerate(rest[len(rows) :]):
        add_limit(model, serves, limit, f"household_{number:04d}")
    return model
