"""The picture of the opinions of an item: what may be told of the answers, as JSON that the journal keeps.

It is drawn once, from rows that are nobody's any more, and nothing that could be turned back into somebody's answers is
in it. Who reads it is taken to know everything else that it tells:

- Of fewer than k people (k = 5, `small_numbers`) nothing is told, of a group, of a statement, of the whole.
- What is told of every group but one can be taken from the total. So where one to four people are in no group, the
  totals are those of the people in groups alone; and of a statement that fewer than k people of a group answered, that
  group is withheld together with others, so that at least two groups and k people stand behind the difference.
- A place on the map is rounded to one of 24 × 16 fields. With fewer than seven statements few answers lead to a field,
  so that the place would be the answers: there is no map then.

A group is not a class of people: nobody, this program included, knows who is in it. So a group may be of one mind,
which is what makes it a group, and the law about groups that are alike (`small_numbers.alike`) is not asked.

Rows are sorted first: the same answers give the same picture in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facilitation.opinions.groups import SEED, Map
from facilitation.opinions.telling import Opinions, Said, Typical, majority, opinions_of
from facilitation.opinions.votes import AGREE, DISAGREE, LEAST_VOTES, MISSING, PASS, Votes
from facilitation.small_numbers import K, withheld_together

MARKS: Final = {"+": AGREE, "-": DISAGREE, "0": PASS, ".": MISSING}
WIDE, HIGH = 24, 16
"""Fields of the map."""
NAMES: Final = "ABCDE"
REST: Final = "no group"
TOO_FEW: Final = f"Fewer than {K} people have answered. Nothing is shown of so few."


@dataclass(frozen=True)
class Table:
    """Answers without people: a row of +, -, 0 and . for each voice, a column for each statement."""

    statements: Sequence[str]
    rows: Sequence[str]
    straight: bool = False
    """Whether those who said the same of everything are put into groups, too."""


def draw(table: Table) -> dict[str, Any]:
    """The picture of this table."""
    rows = sorted(row for row in table.rows if row.strip("."))
    head = {"people": len(rows), "seed": SEED, "straight_in_groups": table.straight}
    if len(rows) < K or not table.statements:
        return {**head, **_nothing(TOO_FEW if table.statements else "There were no statements.")}
    found = opinions_of(_votes(table.statements, rows), K, with_straight=table.straight)
    sizes = [] if found.map is None else [int((found.map.group_of == g).sum()) for g in range(found.map.groups)]
    rest = len(rows) - sum(sizes)
    whole = found.map is None or rest == 0 or rest >= K
    told = _Told(found, whole, table.statements)
    return {
        **head,
        "grouped": sum(sizes),
        "base": "everyone" if whole else "groups",
        "why_no_groups": found.why_no_groups,
        "groups": [
            {"name": NAMES[number], "people": size, "typical": told.typical(number)}
            for number, size in enumerate(sizes)
        ],
        "uniting": told.uniting(),
        "majority": {"agree": told.majority(agree=True), "disagree": told.majority(agree=False)},
        "statements": [told.statement(place) for place in range(len(table.statements))],
        "map": _fields(found.map, len(table.statements)),
    }


def _nothing(why: str) -> dict[str, Any]:
    none: dict[str, Any] = {"grouped": 0, "base": "everyone", "why_no_groups": why, "groups": [], "uniting": []}
    return {**none, "majority": {"agree": [], "disagree": []}, "statements": [], "map": None}


def _votes(statements: Sequence[str], rows: Sequence[str]) -> Votes:
    letters = np.frombuffer("".join(rows).encode("ascii"), dtype=np.uint8).reshape(len(rows), len(statements))
    marks = np.full(letters.shape, MISSING, dtype=np.int8)
    for letter, mark in MARKS.items():
        marks[letters == ord(letter)] = mark
    return Votes(tuple(map(str, range(len(rows)))), tuple(statements), marks)


@dataclass(frozen=True)
class _Told:
    """What is told of each statement; `whole`: the totals are of everyone, otherwise of the people in groups."""

    found: Opinions
    whole: bool
    ids: Sequence[str]

    def total(self, place: int) -> Said:
        if self.whole:
            return self.found.everyone[place]
        return Said(*(sum(parts) for parts in zip(*(_parts(group[place]) for group in self.found.groups), strict=True)))

    def cells(self, place: int) -> list[Said | None]:
        """What each group said; None where that is withheld."""
        total, of = self.total(place), {NAMES[n]: group[place] for n, group in enumerate(self.found.groups)}
        if total.voted < K:
            return [None] * len(of)
        sizes = {name: said.voted for name, said in of.items()}
        if of and self.whole:
            sizes[REST] = total.voted - sum(sizes.values())
        hidden = withheld_together(sizes, K)
        return [None if name in hidden else said for name, said in of.items()]

    def statement(self, place: int) -> dict[str, Any]:
        total = self.total(place)
        if total.voted < K:
            return {"statement": self.ids[place], "withheld": True}
        groups = [None if said is None else _counts(said) for said in self.cells(place)]
        return {"statement": self.ids[place], "withheld": False, **_counts(total), "groups": groups}

    def typical(self, number: int) -> list[dict[str, Any]]:
        """What tells a group from the others; not where one is withheld, since it could be all of the others."""
        told = [one for one in self.found.typical[number] if None not in self.cells(one.statement)]
        return [self._one(number, one) for one in told]

    def _one(self, number: int, one: Typical) -> dict[str, Any]:
        here = self.found.groups[number][one.statement]
        others = [group[one.statement] for n, group in enumerate(self.found.groups) if n != number]
        said, voted = (sum(parts) for parts in zip(*(_said(said, one.agrees) for said in others), strict=True))
        words = {"statement": self.ids[one.statement], "agrees": one.agrees}
        return {**words, "here": list(_said(here, one.agrees)), "others": [said, voted]}

    def uniting(self) -> list[dict[str, Any]]:
        """What unites, with what each group said; nothing of it where a group is withheld."""
        places = [place for place, _ in self.found.uniting if self.total(place).voted >= K]
        told = []
        for place in places:
            cells = [_said(cell, True) for cell in self.cells(place) if cell is not None]
            if len(cells) == len(self.found.groups):
                told.append({"statement": self.ids[place], "all": _said(self.total(place), True), "groups": cells})
        return told

    def majority(self, *, agree: bool) -> list[dict[str, Any]]:
        totals = [self.total(place) for place in range(len(self.ids))]
        places = [place for place in majority(totals, agree) if totals[place].voted >= K]
        return [{"statement": self.ids[place], "all": _said(totals[place], agree)} for place in places]


def _said(said: Said, agree: bool) -> tuple[int, int]:
    return (said.agree if agree else said.disagree), said.voted


def _parts(said: Said) -> tuple[int, int, int, int]:
    return said.agree, said.disagree, said.passed, said.voted


def _counts(said: Said) -> dict[str, int]:
    return {"agree": said.agree, "disagree": said.disagree, "pass": said.passed, "voted": said.voted}


def _fields(found: Map | None, statements: int) -> dict[str, Any] | None:
    """How many of each group are in each field of the map; both axes have one scale, so that distances are true."""
    if found is None or statements < LEAST_VOTES:
        return None
    inside = found.group_of >= 0
    places, groups = found.places[inside], found.group_of[inside]
    low, high = places.min(axis=0), places.max(axis=0)
    middle: NDArray[np.float64] = (low + high) / 2
    field = max(float((high[0] - low[0]) / WIDE), float((high[1] - low[1]) / HIGH)) or 1.0
    steps = np.floor((places - middle) / field).astype(int) + np.array([WIDE // 2, HIGH // 2])
    steps = np.clip(steps, 0, [WIDE - 1, HIGH - 1])
    counted: Mapping[tuple[int, int, int], int] = Counter(
        (int(x), int(y), int(group)) for (x, y), group in zip(steps, groups, strict=True)
    )
    return {"wide": WIDE, "high": HIGH, "fields": [[*key, count] for key, count in sorted(counted.items())]}
