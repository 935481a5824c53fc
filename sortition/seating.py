"""The seats of whole tickets given to volunteers: everyone of a type gets as many as anyone else, or one less.

Pure. Each ticket says how many seats each type has. In a household class with one type the volunteers sit one after
the other, each on consecutive tickets (see `turns`), so that few different panels are needed. With several types nobody
may sit beside somebody of the same household, and every household is to get its part of the seats of every type: an
equitable colouring of the edges of a bipartite graph (tickets on one side, types on the other, households as colours),
which always exists. It is found from any colouring by balancing two households at a time: their seats are the edges of
a graph over the types, and an Eulerian orientation shares them out. Volunteers with the same profile take turns.
Citation: D. de Werra, Equitable colorations of graphs, Revue française d'informatique et de recherche opérationnelle 5
(1971).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from sortition.lottery import Panel
from sortition.polytope import TypePanel
from sortition.problem import DrawProblem
from sortition.turns import Circle, Turn, circles_of, lay, seats_of_types

Seats = list[dict[int, int]]  # per ticket: which place of the class each household takes


def seat_tickets(problem: DrawProblem, tickets: Sequence[TypePanel]) -> tuple[Panel, ...]:
    """The same tickets, in order, with volunteers instead of numbers of seats, ids sorted."""
    counts = Counter(tickets)
    panels = sorted(counts)
    lengths = [counts[panel] for panel in panels]
    turns: list[list[Turn]] = [[] for _ in panels]
    taken = seats_of_types(panels, len(problem.types))
    for circle in circles_of(problem.household_classes, problem.types):
        for place, turn in circle.wrapped(taken, lengths) or _ticket_by_ticket(circle, panels, lengths):
            turns[place].append(turn)
    seated = lay(turns, lengths)
    return tuple(panel for panel in sorted(seated) for _ in range(seated[panel]))


def _ticket_by_ticket(
    circle: Circle, panels: Sequence[TypePanel], lengths: Sequence[int]
) -> Iterator[tuple[int, Turn]]:
    """The households of a class in a circle, balanced; those with the same profile within one of them in turn."""
    tickets = [(place, n) for place, length in enumerate(lengths) for n in range(length)]
    seats = _round_the_circle([circle.seats(panels[place]) for place, _ in tickets], len(circle.households))
    balance(seats, len(circle.households), len(circle.types))
    taken: dict[tuple[int, int], int] = {}
    for (place, n), ticket in zip(tickets, seats, strict=True):
        for house, kind in ticket.items():
            own = circle.places[kind]
            turn = taken.get((house, kind), 0)
            taken[house, kind] = turn + 1
            yield place, Turn(n, n + 1, circle.households[house][own[turn % len(own)]])


def _round_the_circle(wanted: Sequence[Sequence[int]], households: int) -> Seats:
    """The next households in the circle sit, ticket by ticket."""
    seats: Seats = []
    turn = 0
    for numbers in wanted:
        places = [place for place, number in enumerate(numbers) for _ in range(number)]
        seats.append({(turn + n) % households: place for n, place in enumerate(places)})
        turn += len(places)
    return seats


def balance(seats: Seats, households: int, places: int) -> None:
    """Swap seats between households until no two differ by more than one seat in any place."""
    counts = [
        [sum(ticket.get(house) == place for ticket in seats) for place in range(places)] for house in range(households)
    ]
    again = True
    while again:
        again = False
        for one, other in combinations(range(households), 2):
            if all(abs(a - b) <= 1 for a, b in zip(counts[one], counts[other], strict=True)):
                continue
            _halve(seats, one, other, places)
            for house in (one, other):
                counts[house] = [sum(ticket.get(house) == place for ticket in seats) for place in range(places)]
            again = True


def _halve(seats: Seats, one: int, other: int, places: int) -> None:
    """Share out the seats of these two anew, evenly in every place."""
    nobody, odd = places, places + 1
    edges: list[tuple[int, int]] = []
    tickets: list[int] = []
    for number, ticket in enumerate(seats):
        if one in ticket or other in ticket:
            edges.append((ticket.get(one, nobody), ticket.get(other, nobody)))
            tickets.append(number)
    degrees = [sum((a == v) + (b == v) for a, b in edges) for v in range(places + 1)]
    edges += [(v, odd) for v in range(places + 1) if degrees[v] % 2]
    for edge, (first, second) in eulerian(edges, places + 2):
        if edge < len(tickets):
            ticket = seats[tickets[edge]]
            for house, place in ((one, first), (other, second)):
                ticket.pop(house, None)
                if place != nobody:
                    ticket[house] = place


def eulerian(edges: Sequence[tuple[int, int]], nodes: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each edge with a direction, so that as many leave a node as enter it; all degrees are even.

    >>> sorted(eulerian([(0, 1), (0, 1)], 2))
    [(0, (0, 1)), (1, (1, 0))]
    """
    at: list[list[int]] = [[] for _ in range(nodes)]
    for edge in reversed(range(len(edges))):
        a, b = edges[edge]
        at[a].append(edge)
        if a != b:
            at[b].append(edge)
    used = [False] * len(edges)
    for start in range(nodes):
        node = start
        while at[node]:
            edge = at[node].pop()
            if used[edge]:
                continue
            used[edge] = True
            a, b = edges[edge]
            far = b if a == node else a
            yield edge, (node, far)
            node = far
