"""Ballots as a table (CSV): one row per ballot, or per pile of like ballots with their number in a column `ballots`.

The headings say what the cells are:

- `choice`: one option per ballot (rules with one answer).
- `1`, `2`, `3`, …: rankings; each cell is an option, best first, and the rest of the row is empty where a ballot ends.
- otherwise the headings are the options, and the cells whole numbers or empty. Rules that rank read them as ranks
  (1 is the best; like numbers are level, and none is left out before a used one), `approval` reads 1 and 0, all
  others read them as scores, dots or grades.

A column `conflict` names the options that the ballot's member has a part in, parted by commas: a mark on them is
refused. For budgets a row with `cost` in the column `ballots` gives the costs, one with `least` what bids can live
with.
A comma, a semicolon or a tab may part the cells.
"""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from facilitation.errors import BadBallotFile
from facilitation.formats.box import Box, Form, Paper, Payload, exact_sum, refused, text_of, whole
from facilitation.rules.reading import quoted, tidy

SPECIAL = ("ballots", "conflict")


def read_table(name: str, data: bytes) -> Box:
    """The ballots of a table.

    >>> box = read_table("a.csv", b"ballots,tram,bus\\n3,1,2\\n1,,1\\n")
    >>> box.form, box.options, box.ballots, box.papers[1].payload
    ('numbers', ('tram', 'bus'), 4, (None, 1))
    >>> read_table("b.csv", b"1,2\\ntram,bus\\nbus,\\n").papers[1].payload
    ('bus',)
    """
    text = text_of(name, data)
    parting = max(",;\t", key=text.splitlines()[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parting, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows += [(reader.line_num, [tidy(cell) for cell in row]) for row in reader]
    except csv.Error as error:
        raise refused(name, reader.line_num, f"the row cannot be read ({error}).", "Look at its quotes.") from None
    first, headings = rows[0]
    form = form_of(name, first, headings)
    table = Table(name, headings, form)
    for line, cells in rows[1:]:
        if any(cells):
            table.add(line, cells)
    if not table.papers:
        raise BadBallotFile(f"{name}: the table has no ballot.", "Add a row for each ballot.")
    options = tuple(h for h in headings if h not in SPECIAL) if form == "numbers" else tuple(sorted(table.met))
    return Box(name, name, options, form, tuple(table.papers), table.blank, costs=table.costs, least=table.least)


def form_of(name: str, line: int, headings: list[str]) -> Form:
    """What the cells are, by the headings."""
    for heading in headings:
        if not heading or headings.count(heading) > 1:
            raise refused(name, line, f"the heading {quoted(heading)} is blank or stands twice.", "Name each once.")
    plain = [heading for heading in headings if heading not in SPECIAL]
    if plain == ["choice"]:
        return "choice"
    if plain and plain == [str(place) for place in range(1, len(plain) + 1)]:
        return "ranked"
    if not plain:
        raise refused(name, line, "there is no column for the ballots.", "Head them with “choice”, 1, 2, … or options.")
    return "numbers"


class Table:
    """A table while it is read."""

    def __init__(self, name: str, headings: list[str], form: Form) -> None:
        self.name, self.headings, self.form = name, headings, form
        self.papers: list[Paper] = []
        self.met: dict[str, None] = {}
        self.blank = 0
        self.costs: tuple[Fraction, ...] | None = None
        self.least: tuple[Fraction | None, ...] | None = None

    def add(self, line: int, cells: list[str]) -> None:
        """One row."""
        if len(cells) != len(self.headings):
            raise refused(self.name, line, f"{len(cells)} cells under {len(self.headings)} headings.", "Fill the row.")
        row = dict(zip(self.headings, cells, strict=True))
        pile, conflict = row.pop("ballots", "1"), row.pop("conflict", "")
        values = list(row.values())
        if pile in ("cost", "least") and self.form == "numbers":
            self.add_money(line, pile, values)
            return
        times = whole(pile)
        if not times:
            raise refused(self.name, line, f"{quoted(pile)} is no number of ballots.", "Give a whole number above 0.")
        payload = self.payload(line, values)
        if not payload:
            self.blank += times
            return
        blocked = [tidy(each) for each in conflict.split(",") if each.strip()]
        marked = row if self.form == "numbers" else dict.fromkeys(values, "1")
        for option in blocked:
            if marked.get(option):
                what = f"the ballot votes on {quoted(option)}, which its member has a part in."
                raise refused(self.name, line, what, "Empty that cell.")
        self.papers.append(Paper(payload, times, line))

    def payload(self, line: int, values: list[str]) -> Payload:
        """What a row's ballot says; empty when it says nothing."""
        if self.form == "numbers":
            numbers = [None if not cell else whole(cell) for cell in values]
            for cell, number in zip(values, numbers, strict=True):
                if cell and number is None:
                    raise refused(
                        self.name, line, f"{quoted(cell)} is no whole number.", "Give one, or leave it empty."
                    )
            return tuple(numbers)
        said = [cell for cell in values if cell]
        if said != values[: len(said)]:
            raise refused(self.name, line, "a rank is left out before a used one.", "Move the later ones up.")
        if len(set(said)) < len(said):
            raise refused(self.name, line, "the ballot names an option twice.", "Name every option at most once.")
        self.met |= dict.fromkeys(said)
        if self.form == "choice":
            return said[0] if said else ()
        return tuple(said)

    def add_money(self, line: int, kind: str, values: list[str]) -> None:
        """The row of the costs, or of what bids can live with."""
        sums = [exact_sum(cell) if cell else None for cell in values]
        for cell, amount in zip(values, sums, strict=True):
            if amount is None and (cell or kind == "cost"):
                raise refused(self.name, line, f"{quoted(cell)} is no sum of money.", "Write it as 1250.50.")
        if kind == "least":
            self.least = tuple(sums)
        else:
            self.costs = tuple(amount for amount in sums if amount is not None)
