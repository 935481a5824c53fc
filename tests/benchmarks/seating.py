"""Seating plans: meetings and mixing beside the greedy method of the practitioners' tool, and what they cost.

    python tests/benchmarks/seating.py [seeds]

Halls shaped like those that are published: 100 people × 5 features at 12 tables over 6 rounds (12 values), 110 × 5 at
14 × 6 (16 values), 40 × 7 at 5 × 6 (20 values); values drawn by chance, from a seed. The peer, GroupSelect, is not in
the registries; its greedy method is written anew here from its published description: shuffle the people, put one after
the other at the table with the fewest who share their values, a hundred times for each round, and keep the round with
the most new meetings. Figures are processor seconds of one core. Every plan is counted by `Plan.worth`, by definition.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from facilitation.seating import Guest, Hall, Plan, Table, find_plan, seat_again

SHAPES = {
    "100 × 5, 12 × 6": (100, 12, 6, (2, 2, 2, 3, 3)),
    "110 × 5, 14 × 6": (110, 14, 6, (2, 2, 4, 4, 4)),
    "40 × 7, 5 × 6": (40, 5, 6, (2, 3, 3, 3, 3, 3, 3)),
}
ATTEMPTS = 100


def hall_of(shape: str, seed: int) -> Hall:
    """A hall of this shape; every feature's values have uneven shares."""
    people, tables, rounds, sizes = SHAPES[shape]
    chance = random.Random(f"{shape} {seed}")
    weights = [[chance.uniform(0.5, 2) for _ in range(size)] for size in sizes]
    guests = tuple(
        Guest(f"p{n}", {f"f{k}": str(chance.choices(range(size), weights[k])[0]) for k, size in enumerate(sizes)})
        for n in range(people)
    )
    return Hall(
        guests, tuple(Table(n) for n in range(1, tables + 1)), rounds, tuple(f"f{k}" for k in range(len(sizes)))
    )


def greedy(hall: Hall, seed: str) -> Plan:
    """The peer's method: see the head of this file."""
    chance = random.Random(seed)
    rounds = []
    met: set[tuple[str, str]] = set()
    for _ in range(hall.rounds):
        best, most = None, -1
        for _ in range(ATTEMPTS):
            seats = _one_round(hall, chance)
            new = {pair for table in seats for pair in _pairs(table)} - met
            if len(new) > most:
                best, most = seats, len(new)
        assert best is not None
        met |= {pair for table in best for pair in _pairs(table)}
        rounds.append(tuple(map(tuple, best)))
    return Plan(hall, tuple(rounds))


def _one_round(hall: Hall, chance: random.Random) -> list[list[str]]:
    people = list(hall.guests)
    chance.shuffle(people)
    room = [len(people) // len(hall.tables) + (n < len(people) % len(hall.tables)) for n in range(len(hall.tables))]
    seats: list[list[Guest]] = [[] for _ in hall.tables]
    for guest in people:
        open_tables = [t for t, size in enumerate(room) if len(seats[t]) < size]
        shared = {
            t: sum(guest.values[f] == other.values[f] for other in seats[t] for f in hall.spread) for t in open_tables
        }
        seats[min(open_tables, key=lambda t: (shared[t], len(seats[t])))].append(guest)
    return [[guest.id for guest in table] for table in seats]


def _pairs(table: list[str]) -> list[tuple[str, str]]:
    ordered = sorted(table)
    return [(one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :]]


def row(name: str, make: Callable[[], Plan]) -> str:
    """One line of the table."""
    started = time.process_time()
    plan = make()
    took = time.process_time() - started
    worth = plan.worth()
    share, unfair = 100 * worth.meetings / worth.bound, 100 * worth.unfair / worth.cells
    figures = f"{worth.meetings:5} of {worth.bound:5} {share:6.1f} % {unfair:8.2f} % {worth.most_often:4} {took:8.2f} s"
    return f"{name:34} {figures}"


def main(seeds: int) -> None:
    """Print the table."""
    print(f"{'hall, method':34} {'meetings':>14} {'of bound':>8} {'unfair':>10} {'most':>4} {'processor':>9}")
    for shape in SHAPES:
        for seed in range(seeds):
            hall = hall_of(shape, seed)
            print(row(f"{shape}, seed {seed}, Folkmoot", lambda hall=hall: find_plan(hall, "s")))
            print(row(f"{shape}, seed {seed}, greedy", lambda hall=hall: greedy(hall, "s")))
        plan = find_plan(hall, "s")
        here = {guest.id for number, guest in enumerate(hall.guests) if number % 10}
        started = time.process_time()
        again = seat_again(plan, 2, here=here, seed="s")
        took = time.process_time() - started
        print(f"{shape}, a tenth did not come: {len(again.moved)} moved of at least {again.fewest}, {took:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
