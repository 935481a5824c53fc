"""What would make impossible quotas possible: problem in, diagnosis out. The answer to `folkmoot check`.

The model speaks of types, as `polytope` states them, with quotas that give way; only `solver` runs it, and every repair
is counted again in whole numbers before it is told.

    quotas:   min_q − lowered_q ≤ Σ_{t has value} x_t + recruited_q ≤ max_q + raised_q
    size:     Σ_t x_t + recruits = k + larger − smaller
    recruits: Σ_{q of feature} recruited_q = recruits                              (each recruit has one value each)

A repair is the cheapest solution with some of these unknowns set free, all others being 0. The conflicting set is found
by a deletion filter (Chinneck, Feasibility and Infeasibility in Optimization, 2008): a bound is left out for good when
the rest still conflict, so what remains is irreducible: without any one of its bounds there would be a panel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import pulp

from sortition.blocked import never_chosen, some_panel
from sortition.diagnosis import Bound, Change, Diagnosis, Repair
from sortition.errors import SolverFailed
from sortition.polytope import Polytope, polytope_of
from sortition.problem import DrawProblem
from sortition.solver import INFINITE, Answer, Engine

ALTERNATIVES = 3  # repairs of the quotas that are told, the smallest first


def diagnose(problem: DrawProblem, locked: Iterable[str] = ()) -> Diagnosis:
    """The whole answer: a panel exists, and who can never be on one; or the conflict and the smallest repairs.

    No repair touches a quota that is locked in the problem or by one of these names (see `Quotas.locking`).
    """
    problem = replace(problem, quotas=problem.quotas.locking(locked))
    polytope = polytope_of(problem)
    if panel := some_panel(polytope):
        return Diagnosis(True, never=never_chosen(problem, polytope, panel))
    elastic = Elastic(problem, polytope)
    conflict = elastic.conflict()
    return Diagnosis(False, conflict, tuple(repairs(elastic, conflict)))


def repairs(elastic: Elastic, conflict: Sequence[Bound]) -> Iterator[Repair]:
    """Changed quotas first, the smallest first; then another panel size, and more volunteers."""
    yield from _changed_quotas(elastic)
    yield from _other_size(elastic)
    yield from _recruits(elastic, conflict)


def _changed_quotas(elastic: Elastic) -> list[Repair]:
    """The smallest change within the flex of the file, if it has any, then the smallest ones of all.

    An alternative is what is smallest when one change of the best repair is forbidden.
    """
    found: list[Repair] = []
    flex = elastic.flex
    if any(flex.values()):
        found += elastic.quota_repair(flex, within_flex=True)
    best = elastic.quota_repair(elastic.any_change)
    others = [
        elastic.any_change | {elastic.name_of(change.bound): 0} for repair in best[:1] for change in repair.changes
    ]
    for room in sorted(others, key=elastic.price_for_averages)[:ALTERNATIVES]:
        best += elastic.quota_repair(room)
    for repair in sorted(best, key=lambda repair: repair.size):
        if all(set(repair.changes) != set(known.changes) for known in found):
            found.append(repair)
    return found[:ALTERNATIVES]


def _other_size(elastic: Elastic) -> Iterator[Repair]:
    """The nearest panel size for which the quotas can be met as they are."""
    values = elastic.cheapest(("larger", "smaller"), room={"smaller": elastic.problem.panel_size - 1})
    if values is not None:
        size = elastic.problem.panel_size + values["larger"] - values["smaller"]
        yield Repair(f"a panel of {size} would work with these quotas", panel_size=size)


def _recruits(elastic: Elastic, conflict: Sequence[Bound]) -> Iterator[Repair]:
    """The fewest more volunteers with one value of the conflict; with several values if one does not help."""
    found = []
    rows = elastic.problem.quotas.rows
    for bound in conflict:
        others = [f"recruited_{n}" for n, q in enumerate(rows) if q.feature != bound.quota.feature or q == bound.quota]
        values = elastic.cheapest(("recruits",), others) if bound.side == "min" else None
        if values is not None:
            count = values["recruits"]
            who = f"{bound.quota.feature}={bound.quota.value}"
            found.append(
                Repair(f"recruit at least {count} more volunteer{'s' * (count > 1)} with {who}", recruits=count)
            )
    if not found:
        everyone = [f"recruited_{n}" for n in range(len(rows))]
        values = elastic.cheapest(("recruits",), everyone)
        if values is not None:
            count = values["recruits"]
            tied = [n for n, q in enumerate(rows) if values[f"recruited_{n}"] and q in {b.quota for b in conflict}]
            kinds = ", ".join(f"{values[f'recruited_{n}']} with {rows[n].feature}={rows[n].value}" for n in tied)
            sentence = f"recruit at least {count} more volunteer{'s' * (count > 1)}" + (f", {kinds}" if kinds else "")
            found.append(Repair(sentence, recruits=count))
    yield from sorted(found, key=lambda repair: repair.recruits)[:2]


def _sum(unknowns: Iterable[pulp.LpVariable]) -> pulp.LpAffineExpression:
    """Their sum; each occurs once, which makes it much quicker than pulp's own."""
    return pulp.LpAffineExpression([(unknown, 1) for unknown in unknowns])


class Elastic:
    """The panels of a problem with quotas that give way; unknowns are fixed at 0 until they are set free."""

    def __init__(self, problem: DrawProblem, polytope: Polytope) -> None:
        self.problem = problem
        self.polytope = polytope
        self._whole = Engine(self._state(pulp.LpInteger, pulp.LpInteger))
        self._mixed = Engine(self._state(pulp.LpContinuous, pulp.LpInteger))
        self._average = Engine(self._state(pulp.LpContinuous, pulp.LpContinuous))

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """Both sides of every quota."""
        return tuple(Bound(quota, side) for quota in self.problem.quotas.rows for side in ("min", "max"))

    def _state(self, kind: str, kind_of_gives: str) -> pulp.LpProblem:
        """The model of the module's algebra; every column that gives way is bounded by `_room`."""
        model = pulp.LpProblem("elastic", pulp.LpMaximize)
        serves = [model.add_variable(f"type_{t}", 0, most, kind) for t, most in enumerate(self.polytope.most)]
        gives = [model.add_variable(name, 0, None, kind_of_gives) for name in self.gives]
        places = {name: gives[place] for place, name in enumerate(self.gives)}
        _, *rest = self.polytope.limits
        quotas = self.problem.quotas
        members = _sum(serves) + places["recruits"]
        model += members == self.problem.panel_size + places["larger"] - places["smaller"], "panel_size"
        for number, (quota, limit) in enumerate(zip(quotas.rows, rest, strict=False)):
            holders = _sum(serves[t] for t, inside in enumerate(limit.of) if inside)
            holders += places[f"recruited_{number}"]
            model += holders >= quota.min - places[f"min_{number}"], f"at_least_{number}"
            model += holders <= quota.max + places[f"max_{number}"], f"at_most_{number}"
        for feature in quotas.features:
            inside = [places[f"recruited_{n}"] for n, quota in enumerate(quotas.rows) if quota.feature == feature]
            model += _sum(inside) == places["recruits"], f"recruits_{quotas.features.index(feature)}"
        for number, limit in enumerate(rest[len(quotas.rows) :]):
            tied = _sum(serves[t] for t, inside in enumerate(limit.of) if inside)
            model += tied <= limit.high, f"household_{number}"
        return model

    @cached_property
    def gives(self) -> tuple[str, ...]:
        """The names of the unknowns that give way, in the order of their columns."""
        rows = range(len(self.problem.quotas.rows))
        return ("larger", "smaller", "recruits", *(f"{what}_{n}" for what in ("min", "max", "recruited") for n in rows))

    @cached_property
    def any_change(self) -> dict[str, int]:
        """How far each side can give way at most: a minimum to nothing, a maximum to the whole panel."""
        size = self.problem.panel_size
        rooms = ((b, b.number if b.side == "min" else max(size - b.number, 0)) for b in self.bounds)
        return {self.name_of(bound): 0 if bound.quota.locked else room for bound, room in rooms}

    @cached_property
    def flex(self) -> dict[str, int]:
        """How far each side may give way by the file; a quota without flex stands."""
        rooms = {}
        for bound in self.bounds:
            flex = bound.quota.min_flex if bound.side == "min" else bound.quota.max_flex
            rooms[self.name_of(bound)] = 0 if flex is None or bound.quota.locked else abs(flex - bound.number)
        return rooms

    def price_for_averages(self, room: Mapping[str, int]) -> int:
        """A quick lower bound on the total change of the quotas within this room."""
        priced = [name for name, most in room.items() if most]
        values = self._solved(self._mixed, priced, priced, room)
        return sum(room.values()) + 1 if values is None else sum(values[name] for name in priced)

    def quota_repair(self, room: Mapping[str, int], *, within_flex: bool = False) -> list[Repair]:
        """The smallest total change of the quotas within this room, if there is one."""
        values = self.cheapest([name for name, most in room.items() if most], room=room)
        if values is None:
            return []
        changes = []
        for bound in self.bounds:
            if by := values[self.name_of(bound)]:
                changes.append(Change(bound, bound.number - by if bound.side == "min" else bound.number + by))
        total = sum(change.size for change in changes)
        sentence = f"{'; '.join(map(str, changes))} ({total} in all{', within the flex' if within_flex else ''})"
        return [Repair(sentence, tuple(changes), within_flex)]

    def name_of(self, bound: Bound) -> str:
        """The unknown that makes this side of this quota give way."""
        return f"{bound.side}_{self.problem.quotas.rows.index(bound.quota)}"

    def _free(self, engine: Engine, names: Iterable[str], room: Mapping[str, int]) -> None:
        places = [engine.columns[name] for name in self.gives]
        free = set(names)
        highs = np.array([float(room.get(name, INFINITE)) if name in free else 0.0 for name in self.gives])
        engine.bound_columns(places, np.zeros(len(places)), highs)

    def cheapest(
        self, priced: Sequence[str], free: Sequence[str] = (), room: Mapping[str, int] | None = None
    ) -> dict[str, int] | None:
        """The unknowns of a panel with the smallest sum of the priced ones; None if there is no panel."""
        free_names = (*priced, *free)
        bound = self._solved(self._mixed, priced, free_names, room or {})
        if bound is None:
            return None  # not even averages of panels
        # what is cheapest for averages is cheapest for panels too, if a panel exists at that price
        values = self._settled({name: bound[name] for name in priced}, free)
        values = values or self._solved(self._whole, priced, free_names, room or {})
        if values is not None:
            self._believe(values)
        return values

    def _solved(
        self, engine: Engine, priced: Sequence[str], free: Sequence[str], room: Mapping[str, int]
    ) -> dict[str, int] | None:
        """The unknowns of the cheapest answer of one of the models."""
        self._free(engine, free, room)
        costs = np.zeros(engine.width)
        costs[[engine.columns[name] for name in priced]] = -1
        engine.weigh(costs)
        answer = engine.solve()
        return None if answer is None else self._named(engine, answer)

    def _settled(self, settled: Mapping[str, int], free: Sequence[str]) -> dict[str, int] | None:
        """Some panel with exactly these values of unknowns, if there is one; some others may be free."""
        self._free(self._whole, (*settled, *free), settled)
        exact = np.array([float(value) for value in settled.values()])
        self._whole.bound_columns([self._whole.columns[name] for name in settled], exact, exact)
        self._whole.weigh(np.zeros(self._whole.width))
        answer = self._whole.first()
        return None if answer is None else self._named(self._whole, answer)

    def _named(self, engine: Engine, answer: Answer) -> dict[str, int]:
        return {name: round(answer.values[place]) for name, place in engine.columns.items()}

    def _believe(self, values: dict[str, int]) -> None:
        """Count the answer again in whole numbers."""
        _, *rest = self.polytope.limits
        serves = [values[f"type_{t}"] for t in range(self.polytope.count)]
        held = [sum(x for x, inside in zip(serves, limit.of, strict=True) if inside) for limit in rest]
        n = len(self.problem.quotas.rows)
        right = sum(serves) + values["recruits"] == self.problem.panel_size + values["larger"] - values["smaller"]
        for number, quota in enumerate(self.problem.quotas.rows):
            count = held[number] + values[f"recruited_{number}"]
            right &= quota.min - values[f"min_{number}"] <= count <= quota.max + values[f"max_{number}"]
        right &= all(count <= (limit.high or 0) for count, limit in zip(held[n:], rest[n:], strict=True))
        right &= all(0 <= x <= most for x, most in zip(serves, self.polytope.most, strict=True))
        if not right:
            raise SolverFailed("The solver's repair does not stand up to counting.")

    def _conflicts(self, engine: Engine, bounds: Sequence[Bound]) -> bool:
        """Whether no panel keeps just these bounds."""
        kept = {self.name_of(bound) for bound in bounds}
        self._free(engine, [name for name in map(self.name_of, self.bounds) if name not in kept], {})
        engine.weigh(np.zeros(engine.width))
        return engine.first() is None if engine.whole else engine.solve() is None

    def conflict(self) -> tuple[Bound, ...]:
        """An irreducible set of bounds that no panel keeps; empty if size and households alone are too much."""
        kept = list(self.bounds)
        engines = (self._average, self._whole) if self._conflicts(self._average, kept) else (self._whole,)
        for engine in engines:
            # averages are quick and leave few bounds; whole numbers then settle which of those are needed
            for feature in self.problem.quotas.features:
                without = [bound for bound in kept if bound.quota.feature != feature]
                if len(without) < len(kept) and self._conflicts(engine, without):
                    kept = without
            for bound in sorted(kept, key=self._how_binding):
                without = [other for other in kept if other != bound]
                if self._conflicts(engine, without):
                    kept = without
        return tuple(kept)

    def _how_binding(self, bound: Bound) -> int:
        """Bounds with much play are left out first, so that the tight ones explain the conflict."""
        holders = len(self.problem.pool.having(bound.quota.feature, bound.quota.value))
        return bound.number - holders if bound.side == "min" else -bound.number
