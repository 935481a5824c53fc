"""The map of opinions: a mark for everyone in a group, close together who answered alike.

Whole numbers only. The fields of the map are drawn side by side; several people of one field lie around its middle on a
spiral (each at the golden angle from the one before: Vogel 1979), and where they would be too many to be told apart,
one mark stands for some of them, with the number beside the map. A group has a shape and a letter, and colour besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import Any, Final

FIELD: Final = 40
MARK: Final = 12
"""Half the width of a mark."""
STEP: Final = 18
"""How far the spiral grows with the square root of the number."""
ROOM: Final = 50
"""Between a letter and the marks."""
MOST_MARKS: Final = 12
"""Marks in one field; more people share them."""
GOLDEN: Final = pi * (3 - sqrt(5))
SHAPES: Final = ("circle", "square", "triangle", "diamond", "cross")


@dataclass(frozen=True)
class Mark:
    """A mark around (x, y)."""

    x: int
    y: int
    group: int

    @property
    def points(self) -> str:
        """The corners of its shape; none for a circle."""
        x, y, r = self.x, self.y, MARK
        match SHAPES[self.group]:
            case "square":
                corners = [
                    (x - r + 1, y - r + 1),
                    (x + r - 1, y - r + 1),
                    (x + r - 1, y + r - 1),
                    (x - r + 1, y + r - 1),
                ]
            case "triangle":
                corners = [(x, y - r - 1), (x + r + 1, y + r - 1), (x - r - 1, y + r - 1)]
            case "diamond":
                corners = [(x, y - r - 3), (x + r + 3, y), (x, y + r + 3), (x - r - 3, y)]
            case "cross":
                a, b = r + 1, r // 3
                corners = [(b, b), (b, a), (-b, a), (-b, b), (-a, b), (-a, -b)]
                corners += [(-b, -b), (-b, -a), (b, -a), (b, -b), (a, -b), (a, b)]
                corners = [(x + right, y + down) for right, down in corners]
            case _:
                corners = []
        return " ".join(f"{right},{down}" for right, down in corners)


@dataclass(frozen=True)
class Letter:
    """The name of a group, above its marks."""

    x: int
    y: int
    name: str
    group: int


@dataclass(frozen=True)
class OpinionMap:
    """What the template draws; one mark stands for `each` people."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    letters: tuple[Letter, ...]
    each: int


def opinion_map(picture: Mapping[str, Any]) -> OpinionMap | None:
    """The map of a picture that `facilitation.opinions.picture` drew; None where it has none."""
    found = picture["map"]
    if found is None:
        return None
    fields = found["fields"]
    each = max(1, -(-max(count for *_, count in fields) // MOST_MARKS))
    in_field: dict[tuple[int, int], int] = {}
    marks = []
    for x, y, group, count in fields:
        for _ in range(-(-count // each)):
            number = in_field[x, y] = in_field.get((x, y), -1) + 1
            marks.append(Mark(*_on_the_spiral(x, y, number), group))
    names = [group["name"] for group in picture["groups"]]
    high = (found["high"] + 2) * FIELD
    letters = tuple(
        _letter([mark for mark in marks if mark.group == group], group, name, high) for group, name in enumerate(names)
    )
    return OpinionMap((found["wide"] + 2) * FIELD, high, tuple(marks), letters, each)


def _on_the_spiral(x: int, y: int, number: int) -> tuple[int, int]:
    """The place of a mark around the middle of its field; a margin of one field is around the map."""
    far, turn = STEP * sqrt(number), GOLDEN * number
    middle = FIELD + FIELD // 2
    return round(x * FIELD + middle + far * cos(turn)), round(y * FIELD + middle + far * sin(turn))


def _letter(marks: Sequence[Mark], group: int, name: str, high: int) -> Letter:
    """Over the middle of the group; below it where there is no room above, and never over the edge."""
    across = sum(mark.x for mark in marks) // len(marks)
    above = min(mark.y for mark in marks) - ROOM
    return Letter(
        across, above if above >= ROOM else min(max(mark.y for mark in marks) + ROOM, high - ROOM), name, group
    )
