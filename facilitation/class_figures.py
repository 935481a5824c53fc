"""Which figures of classes may be told beside the verdict of every class, in a round that needs a double majority.

Pure. There the verdicts of the classes are the decision, so they are public like the totals. `small_numbers` asks what
is told by silence when only sizes and totals are known; here the same is asked of the tables in which every class also
has its verdict. How a verdict hangs on a row is the rule's affair, so these tables are gone through: for every class
the rows that have its verdict, and for each of them whether the other classes can have the rest, and whether one of the
rows is alike. Where that would take too long, no figures are told; that too follows from what is public.

The law is that of `small_numbers`: no figures if a class has fewer than k ballots, or is alike: all of it, or all but
m people, gave the same answer. There m is 1; but verdicts leave so few tables that silence about those would often tell
more than sizes, totals and verdicts do. So m is the smallest number, from 1 upwards, with which it does not: a function
of what is public, whatever the answers are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from facilitation.small_numbers import K, Row, alike

MOST_ROWS: Final = 8_000
"""Rows of one class that are gone through: 124 ballots with three answers, 18 with five."""

MOST_SUMS: Final = 400_000
"""Sums of rows that are gone through for one class."""

Holds = Callable[[int, Row], bool]
"""Whether the class at this place would have its verdict with this row."""


def figures_told(table: Sequence[Row], holds: Holds, k: int = K) -> bool:
    """Whether the rows of all classes may be told.

    With a majority in either class, eleven and six people who said 8 and 4 times yes:

    >>> majority = lambda place, row: 2 * row[0] > sum(row)
    >>> figures_told([(8, 3), (4, 2)], majority), figures_told([(10, 1), (4, 2)], majority)
    (True, False)

    Where 17 and 9 people said yes 20 times and both classes reached two thirds, m is 2:

    >>> thirds = lambda place, row: 3 * row[0] >= 2 * sum(row)
    >>> figures_told([(14, 3), (6, 3)], thirds), figures_told([(13, 4), (7, 2)], thirds)
    (True, False)
    """
    sizes, totals = tuple(map(sum, table)), tuple(map(sum, zip(*table, strict=True)))
    if len(table) < 2 or min(sizes) < k:
        return False
    used = [place for place, total in enumerate(totals) if total]
    possible = []
    for place, size in enumerate(sizes):
        rows = list(zip(range(MOST_ROWS + 1), rows_of(size, [totals[at] for at in used]), strict=False))
        if len(rows) > MOST_ROWS:
            return False
        whole = ((row, _spread(row, used, len(totals))) for _, row in rows)
        possible.append([row for row, spread in whole if holds(place, spread)])
    but = alike_but(possible, [totals[at] for at in used])
    return but is not None and not any(alike(row, but) for row in table)


def alike_but(possible: Sequence[Sequence[Row]], totals: Sequence[int]) -> int | None:
    """The smallest m, see above; None if there is none, or if it would take too long to know."""
    for but in range(1, max(sum(rows[0]) for rows in possible) + 1):
        silent = silence_is_silent(possible, totals, but)
        if silent is not False:
            return but if silent else None
    return None


def rows_of(size: int, totals: Sequence[int]) -> Iterator[Row]:
    """Every row of so many people that the totals allow.

    >>> list(rows_of(3, (2, 2)))
    [(1, 2), (2, 1)]
    """
    if len(totals) == 1:
        if size <= totals[0]:
            yield (size,)
        return
    for first in range(max(0, size - sum(totals[1:])), min(size, totals[0]) + 1):
        for rest in rows_of(size - first, totals[1:]):
            yield (first, *rest)


def _spread(row: Row, used: Sequence[int], width: int) -> Row:
    """The row with the answers that nobody gave put back in."""
    whole = [0] * width
    for place, people in zip(used, row, strict=True):
        whole[place] = people
    return tuple(whole)


def silence_is_silent(possible: Sequence[Sequence[Row]], totals: Sequence[int], but: int) -> bool | None:
    """Whether the tables that are kept silent leave open all that sizes, totals and verdicts leave open.

    `possible` are the rows that each class can have by itself. None if there is too much to go through.
    """
    for place, rows in enumerate(possible):
        others = sums_of([*possible[:place], *possible[place + 1 :]], totals, but)
        if others is None:
            return None
        any_way, with_alike = others
        able = [row for row in rows if _rest(totals, row) in any_way]
        silent = [row for row in able if alike(row, but) or _rest(totals, row) in with_alike]
        if silent and not _as_open(silent, able):
            return False
    return True


def _as_open(silent: Sequence[Row], able: Sequence[Row]) -> bool:
    """Whether no cell, and no unanimity, is certain among these rows that is not certain among those."""
    for few, many in zip(zip(*silent, strict=True), zip(*able, strict=True), strict=True):
        if len(set(few)) == 1 and len(set(many)) > 1:
            return False
    return any(map(_mixed, silent)) or not any(map(_mixed, able))


def _mixed(row: Row) -> bool:
    return max(row) < sum(row)


def _rest(totals: Sequence[int], row: Row) -> Row:
    return tuple(total - part for total, part in zip(totals, row, strict=True))


def sums_of(classes: Sequence[Sequence[Row]], totals: Sequence[int], but: int) -> tuple[set[Row], set[Row]] | None:
    """What rows of these classes can add up to: in any way, and with an alike row among them; None when too many."""
    none = tuple(0 for _ in totals)
    any_way, with_alike = {none}, set[Row]()
    for rows in classes:
        if len(any_way) * len(rows) > MOST_SUMS:
            return None
        more_any, more_alike = set[Row](), set[Row]()
        for row in rows:
            same = alike(row, but)
            for before in any_way:
                total = tuple(map(int.__add__, before, row))
                if any(part > most for part, most in zip(total, totals, strict=True)):
                    continue
                more_any.add(total)
                if same or before in with_alike:
                    more_alike.add(total)
        any_way, with_alike = more_any, more_alike
    return any_way, with_alike
