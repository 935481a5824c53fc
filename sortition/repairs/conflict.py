"""The smallest set of quotas that no panel keeps together: what to tell an organiser whose quotas are impossible.

A set of bounds conflicts if no panel keeps all of them, whatever the other bounds say. Every conflict shares a bound
with every set of bounds that makes a panel possible by giving way. So the smallest set that meets all of these is
tried; if it still lets some panel through, what gives way for that panel is one more set to meet; if not, it is a
conflict, and no smaller one exists. (Ignatiev, Previti, Liffiton, Marques-Silva, Smallest MUS extraction with minimal
hitting set dualization, CP 2015.) After LOOKS tries a deletion filter (Chinneck, Feasibility and Infeasibility in
Optimization, 2008) finds one that is irreducible, and it is said that a smaller one may exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pulp

from sortition.errors import SolverFailed
from sortition.repairs.diagnosis import Bound
from sortition.repairs.elastic import Elastic
from sortition.solver import Engine

LOOKS = 40
FAR = 99  # play of a bound beyond which it makes no difference which is named


def smallest_conflict(elastic: Elastic) -> tuple[tuple[Bound, ...], bool]:
    """Bounds that no panel keeps together, and whether no fewer do; none if size and households alone are too much."""
    to_meet: list[frozenset[Bound]] = []
    known = min(_sums_that_conflict(elastic), key=len, default=elastic.bounds)
    for _ in range(LOOKS):
        chosen = _fewest_meeting(elastic, to_meet)
        if len(chosen) == len(known):
            return known, True  # every conflict has as many bounds as were chosen, or more
        way = elastic.giving_way(chosen)
        if way is None:
            return chosen, True
        to_meet.append(way)
    return irreducible(elastic, known), False


def _sums_that_conflict(elastic: Elastic) -> Iterator[tuple[Bound, ...]]:
    """Minimums of one feature that add up to more than the panel, or maximums that add up to less."""
    for feature in elastic.problem.quotas.features:
        own = [bound for bound in elastic.bounds if bound.quota.feature == feature]
        least, most = (tuple(bound for bound in own if bound.side == side) for side in ("min", "max"))
        if sum(bound.number for bound in least) > elastic.problem.panel_size:
            yield tuple(bound for bound in least if bound.number)
        if sum(bound.number for bound in most) < elastic.problem.panel_size:
            yield most


def irreducible(elastic: Elastic, bounds: Sequence[Bound]) -> tuple[Bound, ...]:
    """Those of these bounds that still conflict when the others are left out, one after the other."""
    kept = tuple(bounds)
    for feature in elastic.problem.quotas.features:
        without = tuple(bound for bound in kept if bound.quota.feature != feature)
        if len(without) < len(kept) and elastic.giving_way(without) is None:
            kept = without
    for bound in sorted(kept, key=lambda bound: -_play(elastic, bound)):
        without = tuple(other for other in kept if other != bound)
        if elastic.giving_way(without) is None:
            kept = without
    return kept


def _play(elastic: Elastic, bound: Bound) -> int:
    """How far the pool is from this bound; tight bounds explain a conflict better."""
    holders = len(elastic.problem.pool.having(bound.quota.feature, bound.quota.value))
    return holders - bound.number if bound.side == "min" else bound.number


def _fewest_meeting(elastic: Elastic, to_meet: Sequence[frozenset[Bound]]) -> tuple[Bound, ...]:
    """As few bounds as possible, tight ones rather than others, with at least one from each of these sets."""
    known = [bound for bound in elastic.bounds if any(bound in one for one in to_meet)]
    if not known:
        return ()
    model = pulp.LpProblem("meeting", pulp.LpMaximize)
    takes = {bound: model.add_variable(f"takes_{n:04d}", 0, 1, pulp.LpInteger) for n, bound in enumerate(known)}
    price = {bound: FAR * len(known) + min(max(_play(elastic, bound), 0), FAR) for bound in known}
    model += pulp.LpAffineExpression([(takes[bound], -price[bound]) for bound in known])
    for number, one in enumerate(to_meet):
        inside = [(takes[bound], 1) for bound in known if bound in one]
        model += pulp.LpAffineExpression(inside) >= 1, f"meets_{number}"
    engine = Engine(model)
    places = [engine.columns[takes[bound].name] for bound in known]
    costs = np.zeros(engine.width)
    costs[places] = [-price[bound] for bound in known]
    engine.weigh(costs)
    answer = engine.solve()
    if answer is None:
        raise SolverFailed("The solver could not choose among quotas.")
    return tuple(bound for bound, place in zip(known, places, strict=True) if round(answer.values[place]))
