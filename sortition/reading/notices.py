"""What a person should look at in a table that can be read: places where spreadsheets and copying leave their marks.

Pure: a table in, sentences out. Nothing here refuses a file; what no panel could be drawn from is refused elsewhere.
Each kind of mark gives one sentence for each column, however many rows have it.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from sortition.errors import TURNS_AROUND, shown
from sortition.reading.cells import LOST, key_of, runs_as_formula
from sortition.reading.spelling import looks_like_a_date
from sortition.reading.tables import Table

NAMED_ROWS = 3
SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}")
TOO_LONG_A_NUMBER = re.compile(r"[0-9]{15}0+")
MARKS: Sequence[tuple[Callable[[str], object], str]] = (
    (
        runs_as_formula,
        "begin{s} with “=”, “+”, “-” or “@”: a spreadsheet that opens the draw's CSV files would compute that instead "
        "of showing it. Open the workbook that `folkmoot export` makes.",
    ),
    (TURNS_AROUND.search, "hold{s} invisible signs that turn the reading direction; look whether that is meant."),
    (lambda cell: LOST in cell, "hold{s} “�”, where a letter was lost or an unprintable sign stood; correct it."),
)
WRITTEN_MARKS: Sequence[tuple[Callable[[str], object], str]] = (
    (
        runs_as_formula,
        "begin{s} with “=”, “+”, “-” or “@”: a spreadsheet that opens this file would compute that instead of showing "
        "it. Give the file a name that ends in .xlsx, and every cell is text.",
    ),
)
ID_MARKS: Sequence[tuple[Callable[[str], object], str]] = (
    (SCIENTIFIC.fullmatch, "look{s} like a number that a spreadsheet shortened; digits of the id may be lost."),
    (TOO_LONG_A_NUMBER.fullmatch, "look{s} like a number that a spreadsheet rounded after 15 digits."),
    (looks_like_a_date, "look{s} like a date that a spreadsheet made of an id."),
)


VALUE_MARKS: Sequence[tuple[Callable[[str], object], str]] = (
    (looks_like_a_date, "look{s} like a date; if a spreadsheet made it of a range such as 5-9, write the range again."),
)


def cells_to_look_at(table: Table) -> Iterator[str]:
    """Cells of any column that would run as formulas, turn the text around or have lost letters."""
    suspect = [
        (row.number, place, cell)
        for row in (table.header, *table.rows)
        for place, cell in enumerate(row.cells)
        if cell and (not cell.isascii() or cell[0] in "=+-@")
    ]
    for place, heading in enumerate(table.header.cells):
        column = [(number, cell) for number, at, cell in suspect if at == place]
        yield from _told(table.name, heading, column, MARKS)


def formulas_written(name: str, data: bytes) -> Iterator[str]:
    """Cells of a CSV file that is written here which would run as formulas.

    >>> [told.partition(":")[0] for told in formulas_written("letters.csv", b"id,text\\n=1+1,Dear\\n+44 77,Dear\\n")]
    ['letters.csv, row 2, column id']
    """
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    for place, heading in enumerate(header):
        column = [(number, row[place]) for number, row in enumerate((header, *rows), start=1)]
        yield from _told(name, heading, column, WRITTEN_MARKS)


def ids_to_look_at(name: str, heading: str, ids: Sequence[tuple[int, str]]) -> Iterator[str]:
    """Ids (with their row numbers) that a spreadsheet seems to have changed, or that differ in zeros or capitals."""
    yield from _told(name, heading, ids, ID_MARKS)
    alike: dict[str, list[tuple[int, str]]] = {}
    for number, id_ in ids:
        alike.setdefault(key_of(id_).lstrip("0"), []).append((number, id_))
    found = [rows for rows in alike.values() if len(rows) > 1]
    for rows in found[:NAMED_ROWS]:
        spelled = " and ".join(shown(id_) for _, id_ in rows[:NAMED_ROWS])
        yield (
            f"{name}, {_rows([number for number, _ in rows])}, column {shown(heading)}: {spelled} differ only in "
            "leading zeros or capitals; they are read as different volunteers."
        )
    if len(found) > NAMED_ROWS:
        yield f"{name}, column {shown(heading)}: {len(found) - NAMED_ROWS} more ids differ only so."


def nearly_named(strangers: Sequence[tuple[str, str]], ids: Iterable[str]) -> Iterator[str]:
    """Ids of a list (with their places) that are not in the pool, but would be with other zeros or capitals.

    >>> [told.split(";")[1] for told in nearly_named([("7", "row 2"), ("B", "row 3")], ["007", "A"])]
    [' 007 differs only in leading zeros or capitals.']
    """
    alike = {key_of(id_).lstrip("0"): id_ for id_ in ids}
    near = [(id_, place, alike[key]) for id_, place in strangers if (key := key_of(id_).lstrip("0")) in alike]
    for id_, place, other in near[:NAMED_ROWS]:
        yield (
            f"{place}: {shown(id_)} is not in the pool, so nobody is excluded by it; {shown(other)} differs only in "
            "leading zeros or capitals."
        )
    if len(near) > NAMED_ROWS:
        yield f"{len(near) - NAMED_ROWS} more rows name nobody only because of leading zeros or capitals."


def values_to_look_at(name: str, heading: str, values: Sequence[tuple[int, str]]) -> Iterator[str]:
    """Values of the quotas that a spreadsheet seems to have changed."""
    yield from _told(name, heading, values, VALUE_MARKS)


def _told(
    name: str,
    heading: str,
    column: Sequence[tuple[int, str]],
    marks: Sequence[tuple[Callable[[str], object], str]],
) -> Iterator[str]:
    """One sentence for each mark that some cells of a column have."""
    for has, words in marks:
        if marked := [(number, cell) for number, cell in column if has(cell)]:
            one = len(marked) == 1
            what = f"“{shown(marked[0][1])}”" if one else f"{len(marked)} cells, such as “{shown(marked[0][1])}”,"
            rows = _rows([number for number, _ in marked])
            yield f"{name}, {rows}, column {shown(heading)}: {what} {words.format(s='s' if one else '')}"


def _rows(numbers: Sequence[int]) -> str:
    """Row numbers, the first few by name.

    >>> _rows([7]), _rows([2, 5]), _rows([2, 5, 9, 12, 20])
    ('row 7', 'rows 2 and 5', 'rows 2, 5, 9 and 2 more')
    """
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    more = len(numbers) - NAMED_ROWS
    parts = [*map(str, numbers[:NAMED_ROWS]), *([f"{more} more"] if more > 0 else [])]
    return f"rows {', '.join(parts[:-1])} and {parts[-1]}"
