"""From seats of types to seats of volunteers: everyone of a type takes an equal turn.

Pure, exact. Lay all type panels side by side on a line, each as long as its weight. A household class with one type
has some seats on each of them: rows of seat time, longest last. Its volunteers take equal parts of it one after the
other, along the first row and then round each further row, which begins where the row before ended; a part is never
longer than a row, so nobody sits twice at a time, and the class cuts the line only where one volunteer follows another.

In a class with several types the time with the same seats (say two of type A, one of B) is cut into equal portions,
and from portion to portion the households move up one place in a circle. So every household sits in each place for
the same time and in one place at a time; within a household, volunteers with the same profile swap from one round of
the circle to the next. A volunteer panel is a stretch between two cuts. Citation: R. McNaughton, Scheduling with
deadlines and loss functions (1959), wrap-around.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from typing import NamedTuple

import numpy as np

from sortition.lottery import Lottery, Panel
from sortition.polytope import TypePanel
from sortition.pool import HouseholdClass, VolunteerType
from sortition.problem import DrawProblem


class Turn(NamedTuple):
    """Somebody sits from here to there on a type panel's length."""

    begin: int
    end: int
    id: str


@dataclass(frozen=True)
class Circle:
    """One household class: which types it holds and which of a household's volunteers have each profile."""

    types: tuple[int, ...]
    households: tuple[tuple[str, ...], ...]
    places: tuple[tuple[int, ...], ...]

    @property
    def swaps(self) -> int:
        """Rounds until volunteers with the same profile have all sat equally long."""
        return lcm(*(len(own) for own in self.places))

    def portions(self, seats: tuple[int, ...]) -> int:
        if not any(seats):
            return 1
        all_sit = len(self.types) == 1 and seats[0] == len(self.households)
        return self.swaps if all_sit else self.swaps * len(self.households)

    @property
    def volunteers(self) -> tuple[str, ...]:
        """Household by household."""
        return tuple(id_ for household in self.households for id_ in household)

    def seats(self, panel: TypePanel) -> tuple[int, ...]:
        return tuple(panel[t] for t in self.types)

    def wrapped(self, taken: Sequence[Mapping[int, int]], lengths: Sequence[int]) -> list[tuple[int, Turn]] | None:
        """Equal turns one after the other, rounded to whole numbers; None where they might meet themselves.

        `taken` are the seats of every type, by panel (`seats_of_types`).
        """
        if len(self.types) > 1:
            return None
        seats = taken[self.types[0]]
        order = sorted(seats, key=lambda number: -seats[number])
        rows = [
            [number for number in order if seats[number] > row]
            for row in reversed(range(max(seats.values(), default=0)))
        ]
        total = sum(seat * lengths[number] for number, seat in seats.items())
        longest = -(-total // len(self.households))
        if len(rows) > 1 and longest > sum(lengths[number] for number in rows[1]):
            return None
        first = len(rows[0]) if rows else 0
        line = [number for row in rows for number in row[first:] + row[:first]]
        return list(_in_turn(line, lengths, self.volunteers, total))

    def seated(self, seats: tuple[int, ...], portion: int) -> list[str]:
        """Who sits during this portion."""
        count = len(self.households)
        turn = portion if self.portions(seats) == self.swaps else portion // count
        members, place = [], 0
        for own, number in zip(self.places, seats, strict=True):
            for _ in range(number):
                household = self.households[(place + portion) % count]
                members.append(household[own[turn % len(own)]])
                place += 1
        return members


def circles_of(classes: Sequence[HouseholdClass], types: Sequence[VolunteerType]) -> list[Circle]:
    """One circle for each household class."""
    owns: list[list[int]] = [[] for _ in classes]
    for t, kind in enumerate(types):
        owns[kind.household_class].append(t)
    circles = []
    for one, own in zip(classes, owns, strict=True):
        places = tuple(tuple(p for p, mix in enumerate(one.profiles) if mix == types[t].profile) for t in own)
        circles.append(Circle(tuple(own), one.households, places))
    return circles


def _in_turn(
    line: Sequence[int], lengths: Sequence[int], volunteers: Sequence[str], total: int
) -> Iterator[tuple[int, Turn]]:
    """Along this line of panels, each volunteer for an equal time, to the nearest whole number below or above."""
    who, left = 0, total // len(volunteers)
    for number in line:
        begin = 0
        while begin < lengths[number]:
            while left == 0:
                who += 1
                left = total * (who + 1) // len(volunteers) - total * who // len(volunteers)
            end = min(begin + left, lengths[number])
            yield number, Turn(begin, end, volunteers[who])
            left -= end - begin
            begin = end


def seats_of_types(panels: Sequence[TypePanel], types: int) -> list[dict[int, int]]:
    """For every type, in which panels it has seats, and how many; most types have none in most panels."""
    seats: list[dict[int, int]] = [{} for _ in range(types)]
    for number, panel in enumerate(panels):
        row = np.array(panel)
        for t in np.flatnonzero(row):
            seats[t][number] = int(row[t])
    return seats


def take_turns(problem: DrawProblem, weights: Mapping[TypePanel, Fraction]) -> Lottery:
    """The lottery over volunteers in which everyone of a type has the same chance, exactly."""
    circles = circles_of(problem.household_classes, problem.types)
    panels = sorted(weights)
    taken = seats_of_types(panels, len(problem.types))
    lengths = _whole_lengths(circles, panels, taken, [weights[panel] for panel in panels])
    turns: list[list[Turn]] = [[] for _ in panels]
    for circle in circles:
        for number, turn in circle.wrapped(taken, lengths) or _circled(circle, panels, lengths):
            turns[number].append(turn)
    stretches = lay(turns, lengths)
    ordered = sorted(stretches)
    common = gcd(*stretches.values())
    return Lottery(tuple(ordered), tuple(stretches[panel] // common for panel in ordered))


def lay(turns: Sequence[Sequence[Turn]], lengths: Sequence[int]) -> dict[Panel, int]:
    """Each type panel's length cut wherever anyone comes or goes; how long each group of volunteers sits together."""
    stretches: dict[Panel, int] = {}
    for own, length in zip(turns, lengths, strict=True):
        cuts = sorted({0, length, *(turn.begin for turn in own), *(turn.end for turn in own)})
        places = {cut: place for place, cut in enumerate(cuts)}
        members: list[list[str]] = [[] for _ in cuts]
        for turn in own:
            for place in range(places[turn.begin], places[turn.end]):
                members[place].append(turn.id)
        for place, (begin, end) in enumerate(pairwise(cuts)):
            panel = tuple(sorted(members[place]))
            stretches[panel] = stretches.get(panel, 0) + end - begin
    return stretches


def _circled(circle: Circle, panels: Sequence[TypePanel], lengths: Sequence[int]) -> Iterator[tuple[int, Turn]]:
    """The turns of a class whose households move up in a circle."""
    totals = _totals(circle, panels, lengths)
    seen = dict.fromkeys(totals, 0)
    for number, (panel, length) in enumerate(zip(panels, lengths, strict=True)):
        seats = circle.seats(panel)
        start, step = seen[seats], totals[seats] // circle.portions(seats)
        seen[seats] += length
        cuts = [0, *range(step - start % step, length, step), length] if any(seats) else []
        for begin, end in pairwise(cuts):
            for id_ in circle.seated(seats, (start + begin) // step):
                yield number, Turn(begin, end, id_)


def _totals(circle: Circle, panels: Sequence[TypePanel], lengths: Sequence[int]) -> dict[tuple[int, ...], int]:
    """How long the class has each combination of seats."""
    total: dict[tuple[int, ...], int] = {}
    for panel, length in zip(panels, lengths, strict=True):
        seats = circle.seats(panel)
        total[seats] = total.get(seats, 0) + length
    return total


def _whole_lengths(
    circles: Sequence[Circle],
    panels: Sequence[TypePanel],
    taken: Sequence[Mapping[int, int]],
    weights: Sequence[Fraction],
) -> list[int]:
    """The weights as whole numbers, so fine that every turn is whole too."""
    scale = lcm(*(weight.denominator for weight in weights))
    lengths = [int(weight * scale) for weight in weights]
    finer = 1
    for circle in circles:
        if circle.wrapped(taken, lengths) is None:
            totals = _totals(circle, panels, lengths)
            parts = [(total, circle.portions(seats)) for seats, total in totals.items()]
        else:
            seated = sum(seats * lengths[number] for number, seats in taken[circle.types[0]].items())
            parts = [(seated, len(circle.volunteers))]
        for total, number in parts:
            finer = lcm(finer, number // gcd(number, total))
    return [length * finer for length in lengths]
