"""What would make impossible quotas possible: problem in, diagnosis out. The answer to `folkmoot check`.

The ranking rule. First come changes of quotas within the flex of the file, then changes beyond it, then the nearest
other panel sizes, then the fewest recruits; where none of these helps by itself, another size and other quotas
together. Among changes of quotas fewer places moved come first, then a smaller sum of what each changed number strays,
in parts of it. A change is left out if it only adds to one that is told: if it needs the same quotas as another of its
kind, and more; or, beyond the flex, everything that one within it asks for, and more. Locked quotas are never touched.

The changes are found best first: the model of `elastic` gives the cheapest, and the next ones are cheapest where one
change of each known repair is not allowed (Lawler, Management Science 18, 1972). Whatever is told has been counted,
person by person, on a panel of the mended problem.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sortition.errors import SolverFailed
from sortition.polytope import TypePanel, polytope_of
from sortition.problem import DrawProblem
from sortition.repairs.blocked import never_chosen, some_panel
from sortition.repairs.conflict import smallest_conflict
from sortition.repairs.diagnosis import Change, Diagnosis, Effect, Repair
from sortition.repairs.elastic import Answered, Elastic
from sortition.repairs.recruits import features_that_matter, fewest_recruits, profiles_of, recruits_in_words

WITHIN, BEYOND = 2, 3  # changes of quotas that are told: within the flex, and others
LOOKS = 60  # questions after which no further alternatives are looked for
FINE = 100  # what one place strays is told apart to a hundredth

Room = Mapping[str, int]


def diagnose(problem: DrawProblem, locked: Iterable[str] = ()) -> Diagnosis:
    """The whole answer: a panel exists, and who can never be on one; or the conflict and the smallest repairs.

    No repair touches a quota that is locked in the problem or by one of these names (see `Quotas.locking`).
    """
    problem = replace(problem, quotas=problem.quotas.locking(locked))
    polytope = polytope_of(problem)
    if panel := some_panel(polytope):
        return Diagnosis(True, never=never_chosen(problem, polytope, panel))
    elastic = Elastic(problem, polytope)
    conflict, smallest = smallest_conflict(elastic)
    households = elastic.possible_without_households()  # before any floor: its rows hold every type to its seats
    told = tuple(
        replace(repair, effect=Effect(*elastic.floor(found)))
        for repair, found in list(repairs(elastic)) or last_resort(elastic)
        if _stands(problem, repair, found.panel)
    )
    return Diagnosis(False, conflict, told, smallest=smallest, households=households)


def repairs(elastic: Elastic) -> Iterator[tuple[Repair, Answered]]:
    """By the ranking rule, each with a panel that shows it."""
    flex, any_change = _rooms(elastic)
    within = _best(_changes(elastic, flex, []), flex, elastic, WITHIN)
    below = [{name: found[name] - 1 for name in flex if found[name]} for _, found in within]
    yield from within
    yield from _best(_changes(elastic, any_change, below), flex, elastic, BEYOND)
    yield from sorted(
        _other_sizes(elastic), key=lambda told: abs((told[0].panel_size or 0) - elastic.problem.panel_size)
    )
    if found := fewest_recruits(elastic):
        count = found["recruits"]
        groups = profiles_of(elastic, found, features_that_matter(elastic, found))
        every = profiles_of(elastic, found, elastic.problem.quotas.features)
        yield Repair(recruits_in_words(count, groups), recruits=count, profiles=every), found


def last_resort(elastic: Elastic) -> Iterator[tuple[Repair, Answered]]:
    """Another panel size and other quotas together, where neither helps by itself."""
    _, room = _rooms(elastic)
    sizes = {"smaller": elastic.problem.panel_size - 1, "larger": len(elastic.problem.pool)}
    prices = _prices(elastic, room)
    dearest = max(prices.values(), default=1)
    if found := elastic.cheapest(prices | dict.fromkeys(sizes, dearest), {**room, **sizes}):
        repair, _ = _repair_of(elastic, found, {})
        size = elastic.problem.panel_size + found["larger"] - found["smaller"]
        yield Repair(f"a panel of {size} would work; {repair.sentence}", repair.changes, panel_size=size), found


def _rank(told: tuple[Repair, Answered]) -> tuple[object, ...]:
    repair, _ = told
    return repair.size, repair.stray, len(repair.changes)


def _rooms(elastic: Elastic) -> tuple[Room, Room]:
    """How far each side may give way by the file, and at all: a minimum to nothing, a maximum to the whole panel."""
    flex, any_change = {}, {}
    for bound, name in elastic.name_of.items():
        own = bound.quota.min_flex if bound.side == "min" else bound.quota.max_flex
        far = bound.number if bound.side == "min" else max(elastic.problem.panel_size - bound.number, 0)
        any_change[name] = 0 if bound.quota.locked else far
        flex[name] = 0 if bound.quota.locked or own is None else min(abs(own - bound.number), far)
    return flex, any_change


def _best(found: Iterator[Answered], flex: Room, elastic: Elastic, most: int) -> list[tuple[Repair, Answered]]:
    """The first of these, ranked, without those that need all quotas of a better one."""
    kept: list[tuple[Repair, Answered]] = []
    for one in found:
        ranked = sorted([*kept, _repair_of(elastic, one, flex)], key=_rank)
        kept = []
        for told in ranked:
            if not any(known.quotas_changed <= told[0].quotas_changed for known, _ in kept):
                kept.append(told)
        if len(kept) == most:
            break
    return kept


def _changes(elastic: Elastic, room: Room, below: Iterable[Room]) -> Iterator[Answered]:
    """The cheapest changes of quotas within this room, each below every known one in some place, best first."""
    known, prices = list(below), _prices(elastic, room)
    waiting: list[tuple[float, int, Room, Answered | None]] = []
    asked: set[tuple[tuple[str, int], ...]] = set()

    def ask(narrower: Room) -> None:
        name = tuple(sorted(narrower.items()))
        least = elastic.at_least(prices, narrower) if name not in asked and len(asked) < LOOKS else None
        asked.add(name)
        if least is not None:
            heapq.heappush(waiting, (least, len(asked), narrower, None))

    if prices:
        ask(room)
    while waiting:
        _, number, own, found = heapq.heappop(waiting)
        if found is None:
            found = elastic.cheapest(prices, own)
            if found is not None:
                exact = float(sum(price * found[name] for name, price in prices.items()))
                heapq.heappush(waiting, (exact, number, own, found))
            continue
        surpassed = next((one for one in known if all(found[name] > least for name, least in one.items())), None)
        if surpassed is None:
            yield found
            surpassed = {name: 0 for name in prices if found[name]}
            known.append(surpassed)
        for name, least in surpassed.items():
            ask({**own, name: min(own[name], least)})


def _prices(elastic: Elastic, room: Room) -> dict[str, int]:
    """One place moved is dearer than all that the places can stray together."""
    quotas = elastic.problem.quotas
    place = FINE * elastic.problem.panel_size * len(quotas.features) + 1
    return {name: place + FINE // max(bound.number, 1) for bound, name in elastic.name_of.items() if room[name]}


def _repair_of(elastic: Elastic, found: Answered, flex: Room) -> tuple[Repair, Answered]:
    """The answer as a repair of quotas."""
    changes = []
    for bound, name in elastic.name_of.items():
        if by := found[name]:
            changes.append(Change(bound, bound.number - by if bound.side == "min" else bound.number + by))
    within = bool(flex) and all(found[name] <= most for name, most in flex.items())
    total = sum(change.size for change in changes)
    sentence = f"{'; '.join(map(str, changes))} ({total} in all{', within the flex' if within else ''})"
    return Repair(sentence, tuple(changes), within), found


def _other_sizes(elastic: Elastic) -> Iterator[tuple[Repair, Answered]]:
    """The nearest smaller and the nearest larger panel for which the quotas can be met as they are."""
    size = elastic.problem.panel_size
    for name, most, by in (("smaller", size - 1, -1), ("larger", len(elastic.problem.pool), 1)):
        if found := elastic.cheapest({name: 1}, {name: most}):
            other = size + by * found[name]
            yield Repair(f"a panel of {other} would work with these quotas", panel_size=other), found


def _stands(problem: DrawProblem, repair: Repair, panel: TypePanel) -> bool:
    """Count the panel of a repair again, person by person; a repair that does not stand is an error."""
    households = [iter(one.households) for one in problem.household_classes]
    members = []
    for one, seats in zip(problem.types, panel, strict=True):
        place = problem.household_classes[one.household_class].profiles.index(one.profile)
        members += [next(households[one.household_class])[place] for _ in range(seats)]
    mended = repair.mended(problem)
    faults = mended.faults_of([*members, *mended.pool.ids[len(problem.pool) :]])
    if faults:
        raise SolverFailed(f"A repair does not stand up to counting: {faults[0]}.")
    return True
