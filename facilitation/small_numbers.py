"""Small numbers: what may be told of groups without telling how one of their people voted.

Pure. A **breakdown** is a table of groups × answers beside its public totals; a withheld group is withheld as a whole.
Whoever reads it is taken to know everything but the withheld cells: the totals, the size of every group, k, and this
law. Two things must not follow from all that: the number in a withheld cell, and that a withheld group was unanimous.

**Who is withheld follows from sizes alone.** Groups of fewer than k people (k = 5) are withheld, and so is the smallest
other group, and the next, until the withheld ones are at least two groups and k people together: otherwise totals minus
the rest would be one of them. With sizes r of the groups and a sum u of their rows, each cell of theirs can be
everything from max(0, r + u − Σu) to min(r, u) (Fréchet 1951), which is more than one number when 0 < u < Σu.

**Whether anything is told at all follows from the answers.** No group may be told that is *alike*: all its people gave
the same answer, or all but one, who would then know the answers of all the others. The withheld ones together may be
neither alike nor without an answer that others gave. One such row, and nothing is told but the totals.

**Silence must not tell either.** That nothing is told says that some row was alike. So before looking at any answer, it
is asked of the sizes and totals alone: of all tables that would be kept silent, does each cell that the totals leave
open take two values, and is each group in one of them not unanimous? If not, nothing is told whatever the answers are,
and then silence says nothing (a decision that the reader can make too gives nothing away: Kenthapadi, Mishra and
Nissim, “Simulatable auditing”, PODS 2005). The tables kept silent are a union of families whose cells have such bounds,
so the question is answered exactly.

One breakdown is told of a round, by a column named before it opens; never one by table, whose people heard each other.
**Sizes** of channels follow a law of their own, see `sizes_told`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import Final, TypeAlias

K: Final = 5
"""The smallest group of people that figures are told of."""

Row: TypeAlias = tuple[int, ...]
"""The people of a group by their answers, in the order of the answers."""

Bounds: TypeAlias = list[list[tuple[int, int]]]
"""For every row and answer the smallest and the largest number that a family of tables has there; all between occur."""


@dataclass(frozen=True)
class Breakdown:
    """What may be told: the rows of some groups, and the names of those withheld."""

    answers: tuple[str, ...]
    told: Mapping[str, Row]
    withheld: tuple[str, ...]


def breakdown(answers: Sequence[str], table: Mapping[str, Sequence[int]], k: int = K) -> Breakdown:
    """The part of the table that may be told beside its totals.

    >>> table = {"north": (7, 3, 2), "south": (4, 9, 1), "islands": (2, 1, 0), "west": (3, 4, 2)}
    >>> breakdown(("yes", "no", "abstain"), table).told
    {'north': (7, 3, 2), 'south': (4, 9, 1)}
    >>> breakdown(("yes", "no", "abstain"), {**table, "south": (14, 0, 0)}).told
    {}
    """
    rows = {group: tuple(row) for group, row in table.items()}
    sizes = {group: sum(row) for group, row in rows.items()}
    hidden = withheld_together(sizes, k)
    shown = {group: row for group, row in rows.items() if sizes[group] and group not in hidden}
    union = tuple(map(sum, zip(*(rows[group] for group in hidden), strict=True)))
    totals = tuple(map(sum, zip(*rows.values(), strict=True)))
    tell = (
        bool(shown)
        and sum(map(bool, sizes.values())) > 1
        and not any(map(alike, shown.values()))
        and not (union and (alike(union) or any(total and not part for part, total in zip(union, totals, strict=True))))
        and silence_is_silent(tuple(sizes[group] for group in shown), sum(union), totals)
    )
    told = shown if tell else {}
    return Breakdown(tuple(answers), told, tuple(group for group in rows if group not in told))


def alike(row: Sequence[int], but: int = 1) -> bool:
    """All of them gave the same answer, or all but one (or but so many).

    >>> alike((9, 0, 0)), alike((8, 1, 0)), alike((7, 1, 1)), alike((7, 2, 0))
    (True, True, False, False)
    """
    return max(row, default=0) >= sum(row) - but


def withheld_together(sizes: Mapping[str, int], k: int = K) -> frozenset[str]:
    """The groups that are withheld for their size, with those that must be withheld beside them; names break ties.

    >>> sorted(withheld_together({"men": 20, "women": 24, "others": 2}))
    ['men', 'others']
    """
    hidden = {group for group, size in sizes.items() if 0 < size < k}
    rest = sorted((size, group) for group, size in sizes.items() if size >= k)
    while hidden and rest and (len(hidden) < 2 or sum(sizes[group] for group in hidden) < k):
        hidden.add(rest.pop(0)[1])
    return frozenset(hidden)


@lru_cache(maxsize=1024)
def silence_is_silent(sizes: Row, union: int, totals: Row) -> bool:
    """Whether the tables that are kept silent leave open all that their totals leave open.

    `sizes` are those of the groups that would be told, `union` the people of those withheld together. Of five people
    and fifteen whose totals are 4, 3, 3, 3, 3, 3 and 1, only four of the first answer with one other make the five
    alike: silence would tell that number, so nothing is told of these totals whatever the answers of the five are.

    >>> silence_is_silent((9, 5), 0, (6, 8)), silence_is_silent((4, 4), 0, (4, 4))
    (True, True)
    >>> silence_is_silent((5, 15), 0, (4, 3, 3, 3, 3, 3, 1))
    False
    """
    rows = (*sizes, union) if union else sizes
    allowed = values_of(bounds_of(rows, totals))
    seen = [[0] * len(totals) for _ in rows]
    silent = True
    for family in kept_silent(rows, totals, bool(union)):
        seen = [list(map(int.__or__, *pair)) for pair in zip(seen, values_of(family), strict=True)]
        silent = all(map(left_open, rows, allowed, seen)) and (not union or all(parts_open(union, allowed, seen)))
        if silent:
            break
    return silent


def kept_silent(rows: Row, totals: Row, union: bool) -> Iterator[Bounds]:
    """The bounds of all families of tables of which nothing is told, the last row being the union if there is one.

    A family has one alike row that is fixed, and everything else free; or its union lacks one answer.
    """
    for place, size in enumerate(rows):
        for row in alike_rows(size, totals):
            rest = tuple(total - part for total, part in zip(totals, row, strict=True))
            free = bounds_of((*rows[:place], *rows[place + 1 :]), rest)
            yield [*free[:place], [(part, part) for part in row], *free[place:]]
    if union:
        for answer, total in enumerate(totals):
            if 0 < total <= sum(rows[:-1]):
                yield bounds_lacking(answer, rows, totals)


def alike_rows(size: int, totals: Row) -> Iterator[Row]:
    """The alike rows of a group of this size that the totals allow.

    >>> list(alike_rows(5, (5, 1)))
    [(5, 0), (4, 1)]
    """
    for most, total in enumerate(totals):
        if total >= size:
            yield tuple(size * (answer == most) for answer in range(len(totals)))
        if total >= size - 1:
            for other, few in enumerate(totals):
                if other != most and few:
                    yield tuple((size - 1) * (answer == most) + (answer == other) for answer in range(len(totals)))


def bounds_of(rows: Row, totals: Row) -> Bounds:
    """What every cell of a table can be, of which only the sizes of the rows and the totals are known (Fréchet)."""
    everyone = sum(totals)
    return [[(max(0, size + total - everyone), min(size, total)) for total in totals] for size in rows]


def bounds_lacking(answer: int, rows: Row, totals: Row) -> Bounds:
    """The same for the tables whose last row has nobody with this answer, so that the other rows have all of them.

    The last row then fills itself from the other answers alone; another row of r people has of this answer what r of
    the people outside the last row can have, and of every other at most as many as these have room for beside it.
    """
    *others, last = rows
    everyone, have_it = sum(totals), totals[answer]
    outside = everyone - last
    bounds = [
        [
            (max(0, size + total - outside), min(size, total))
            if place == answer
            else (max(0, size + total - everyone), min(size, total, outside - have_it))
            for place, total in enumerate(totals)
        ]
        for size in others
    ]
    filled = [
        (0, 0) if place == answer else (max(0, last + total - (everyone - have_it)), min(last, total))
        for place, total in enumerate(totals)
    ]
    return [*bounds, filled]


def values_of(bounds: Bounds) -> list[list[int]]:
    """The numbers between the bounds as sets: bit n of a whole number stands for n."""
    return [[(1 << high + 1) - (1 << low) for low, high in row] for row in bounds]


def left_open(size: int, allowed: Sequence[int], seen: Sequence[int]) -> bool:
    """Whether a row takes two values wherever the totals allow it, and need not be unanimous unless they say so."""
    certain = any(before & before - 1 and not after & after - 1 for before, after in zip(allowed, seen, strict=True))
    mixed = (1 << size) - 2
    return not certain and (any(cell & mixed for cell in seen) or not any(cell & mixed for cell in allowed))


def parts_open(union: int, allowed: Sequence[Sequence[int]], seen: Sequence[Sequence[int]]) -> Iterator[bool]:
    """Whether the parts of the union stay open in each answer: some, and not all, of the union can have given it."""
    mixed = (1 << union) - 2
    return (bool(after & mixed) or not before & mixed for before, after in zip(allowed[-1], seen[-1], strict=True))


WITHOUT_A_SCREEN: Final = ("paper", "phone")
"""The ways by which ballots come that were left blank or spoilt."""


def sizes_told(sizes: Mapping[str, int], k: int = K, *, without_choice: int = 0) -> dict[str, int | None]:
    """The sizes of all ways in which ballots came, beside their public sum; None where a size is withheld.

    Sizes below k are withheld, none at all too, and with them the smallest of the others and all that are level with
    it. The law treats all ways alike, so the withheld sizes could be swapped among their ways in any order and the same
    would be told; as one of them is small and another is not, each can be more than one number. (Where all are small,
    all are withheld, and many sizes have that sum.) Of a single way, or of no ballots, the sum tells everything.

    How many were `without_choice`, blank or spoilt, is public, and so is that these came on paper or by phone. Where
    not every withheld size can still be swapped for another one, no size is told. That says nothing more: all sizes are
    withheld, too, where one ballot came by tablet, or with help, and the rest on paper, or by phone.

    >>> sizes_told({"tablet": 41, "assisted": 2, "paper": 12, "phone": 0})
    {'tablet': 41, 'assisted': None, 'paper': None, 'phone': None}
    >>> sizes_told({"tablet": 41, "assisted": 6}), sizes_told({"tablet": 41, "assisted": 0})
    ({'tablet': 41, 'assisted': 6}, {'tablet': None, 'assisted': None})
    >>> sizes_told({"tablet": 20, "assisted": 0, "paper": 5, "phone": 0}, without_choice=5)["tablet"]
    """
    small = {way for way, size in sizes.items() if size < k}
    if len(sizes) < 2 or not sum(sizes.values()) or not small:
        return dict(sizes)
    next_size = min((size for way, size in sizes.items() if way not in small), default=0)
    told = {way: size if size > max(next_size, k - 1) else None for way, size in sizes.items()}
    return told if without_choice == 0 or can_be_swapped(sizes, told, without_choice) else dict.fromkeys(sizes)


def can_be_swapped(sizes: Mapping[str, int], told: Mapping[str, int | None], without_choice: int) -> bool:
    """Whether each withheld size can be another of them when so many ballots came on paper and by phone at least."""
    hidden = [way for way, size in told.items() if size is None]
    could_be = [dict(zip(hidden, order, strict=True)) for order in permutations(sizes[way] for way in hidden)]
    could_be = [one for one in could_be if sum({**sizes, **one}[way] for way in WITHOUT_A_SCREEN) >= without_choice]
    return all(len({one[way] for one in could_be}) > 1 for way in hidden)
