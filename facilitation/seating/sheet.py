"""The plan as a sheet: a row for everyone, a column for every round, and the same sheet read again.

A cell is the number of the table, empty for one who was not there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from facilitation.errors import BadSeating
from facilitation.harmless import harmless
from facilitation.seating.hall import Hall
from facilitation.seating.plan import Plan


def as_csv(plan: Plan, names: Mapping[str, str]) -> str:
    """CSV with id, name, round 1, round 2 …; the names are made harmless for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    rounds = range(1, plan.hall.rounds + 1)
    writer.writerow(["id", "name", *(f"round {number}" for number in rounds)])
    for guest in plan.hall.guests:
        tables = [plan.table_of(guest.id, number) for number in rounds]
        cells = ["" if table is None else str(table) for table in tables]
        writer.writerow([harmless(guest.id), harmless(names[guest.id]), *cells])
    return out.getvalue()


def read_csv(text: str, hall: Hall) -> Plan:
    """The plan that `as_csv` wrote, for this hall."""
    rows = list(csv.reader(io.StringIO(text)))
    numbers = {str(table.number): place for place, table in enumerate(hall.tables)}
    seats: list[list[list[str]]] = [[[] for _ in hall.tables] for _ in range(hall.rounds)]
    known = {harmless(guest.id): guest.id for guest in hall.guests}
    if not rows or rows[0][:2] != ["id", "name"] or len(rows[0]) != hall.rounds + 2:
        raise BadSeating("The plan has not the columns of this hall.", f"Give a plan of {hall.rounds} rounds.")
    for line, row in enumerate(rows[1:], start=2):
        if not row or row[0] not in known:
            raise BadSeating(f"The plan, row {line}: this person is not among the guests.", "Plan the hall anew.")
        for number, cell in enumerate(row[2 : hall.rounds + 2]):
            if cell and cell not in numbers:
                raise BadSeating(f"The plan, row {line}: there is no table {cell[:20]}.", "Check the tables.")
            if cell:
                seats[number][numbers[cell]].append(known[row[0]])
    return Plan(hall, tuple(tuple(map(tuple, one)) for one in seats))
