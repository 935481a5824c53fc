"""From seats of types to seats of volunteers: everyone of a type takes an equal turn.

Pure, exact. Lay all type panels side by side on a line, each as long as its weight. Within a household class the
time with the same seats (say two of type A, one of B) is cut into equal portions, and from portion to portion the
households move up one place in a circle. So every household sits in each place for the same time and in one place
at a time; within a household, volunteers with the same profile swap from one round of the circle to the next.

Each class cuts the line in few places (its households, times the different numbers of seats it has), and a
volunteer panel is a stretch between two cuts. Citation: R. McNaughton, Scheduling with deadlines and loss functions
(1959), wrap-around.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from sortition.lottery import Lottery
from sortition.polytope import TypePanel
from sortition.pool import HouseholdClass, VolunteerType
from sortition.problem import DrawProblem


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


def circle_of(number: int, one: HouseholdClass, types: tuple[VolunteerType, ...]) -> Circle:
    own = tuple(t for t, kind in enumerate(types) if kind.household_class == number)
    places = tuple(tuple(p for p, mix in enumerate(one.profiles) if mix == types[t].profile) for t in own)
    return Circle(own, one.households, places)


def take_turns(problem: DrawProblem, weights: Mapping[TypePanel, Fraction]) -> Lottery:
    """The lottery over volunteers in which everyone of a type has the same chance, exactly."""
    types = problem.types
    circles = [circle_of(number, one, types) for number, one in enumerate(problem.household_classes)]
    panels = sorted(weights)
    lengths = _whole_lengths(circles, panels, [weights[panel] for panel in panels])
    stretches: dict[tuple[str, ...], int] = {}
    seen: list[dict[tuple[int, ...], int]] = [{} for _ in circles]
    totals = [_totals(circle, panels, lengths) for circle in circles]
    for panel, length in zip(panels, lengths, strict=True):
        plans = []
        for circle, before, total in zip(circles, seen, totals, strict=True):
            seats = tuple(panel[t] for t in circle.types)
            start = before.get(seats, 0)
            before[seats] = start + length
            if any(seats):
                plans.append((circle, seats, start, total[seats] // circle.portions(seats)))
        _lay(plans, length, stretches)
    ordered = sorted(stretches)
    common = gcd(*stretches.values())
    return Lottery(tuple(ordered), tuple(stretches[panel] // common for panel in ordered))


Plan = tuple[Circle, tuple[int, ...], int, int]


def _lay(plans: list[Plan], length: int, stretches: dict[tuple[str, ...], int]) -> None:
    """Cut one type panel's length wherever a class moves on, and add each stretch's members."""
    cuts = {0, length}
    for _, _, start, step in plans:
        cuts.update(range(step - start % step, length, step))
    ordered = sorted(cuts)
    for begin, end in pairwise(ordered):
        members: list[str] = []
        for circle, seats, start, step in plans:
            members += circle.seated(seats, (start + begin) // step)
        panel = tuple(sorted(members))
        stretches[panel] = stretches.get(panel, 0) + end - begin


def _totals(circle: Circle, panels: list[TypePanel], lengths: list[int]) -> dict[tuple[int, ...], int]:
    """How long the class has each combination of seats."""
    total: dict[tuple[int, ...], int] = {}
    for panel, length in zip(panels, lengths, strict=True):
        seats = tuple(panel[t] for t in circle.types)
        total[seats] = total.get(seats, 0) + length
    return total


def _whole_lengths(circles: list[Circle], panels: list[TypePanel], weights: list[Fraction]) -> list[int]:
    """The weights as whole numbers, so fine that every portion is whole too."""
    scale = lcm(*(weight.denominator for weight in weights))
    lengths = [int(weight * scale) for weight in weights]
    finer = 1
    for circle in circles:
        for seats, total in _totals(circle, panels, lengths).items():
            parts = circle.portions(seats)
            finer = lcm(finer, parts // gcd(parts, total))
    return [length * finer for length in lengths]
