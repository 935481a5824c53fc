"""What a worksheet holds beside values: formulas without results, hidden rows and columns, merged cells.

Part of `files`, below `workbook`. openpyxl tells an empty result and a missing one alike and does not read what is
hidden when it reads row by row, hence this look at the sheet's own XML.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries

from sortition.errors import FileProblem, shown

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TRUE = ("1", "true")
MOST_NAMED = 3


def column_name(heading: Sequence[str], place: int) -> str:
    """How a person finds the column: by its heading, else by its letter."""
    return (heading[place] if place < len(heading) else "") or get_column_letter(place + 1)


@dataclass
class SheetMarks:
    """Filled by `read`, then asked for its faults and notices."""

    name: str
    heading: Sequence[str]
    problems: list[FileProblem] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    def read(self, xml: IO[bytes]) -> None:
        """Look at every cell, row, column and merged range of a sheet once."""
        number = 0
        for _, part in iterparse(xml):  # noqa: S314  # document types and entities were refused before
            if part.tag == f"{SHEET}c":
                self._formula(part)
            elif part.tag == f"{SHEET}row":
                number = int(part.get("r", number + 1))
                if part.get("hidden") in TRUE:
                    self.rows.append(number)
                part.clear()
            elif part.tag == f"{SHEET}col" and part.get("hidden") in TRUE:
                first, last = int(part.get("min", 1)), int(part.get("max", 1))
                places = range(first - 1, min(last, len(self.heading)))
                self.columns += [column_name(self.heading, place) for place in places]
            elif part.tag == f"{SHEET}mergeCell":
                self.merged.append(part.get("ref", ""))

    def _formula(self, cell: Element) -> None:
        """A cell whose formula has no result stored."""
        formula, result, place = cell.find(f"{SHEET}f"), cell.findtext(f"{SHEET}v"), cell.get("r", "")
        if formula is not None and not result and cell.get("t") != "str" and place:
            row, column = coordinate_to_tuple(place)
            where = column_name(self.heading, column - 1)
            message = f"The cell {place} holds a formula without a stored result."
            remedy = "Open the workbook in Excel and save it, or paste the column as values."
            self.problems.append(FileProblem(self.name, row, where, message, remedy))

    def notices(self, last: int) -> Iterator[str]:
        """What the organiser should know of rows up to the last one that was read."""
        hidden = [str(row) for row in self.rows if row <= last]
        if hidden:
            which = f"row {hidden[0]} is" if len(hidden) == 1 else f"rows {_some(hidden)} are"
            yield f"{self.name}: {which} hidden in the sheet, and read all the same; delete who is not to be drawn."
        if self.columns:
            which = "column {} is" if len(self.columns) == 1 else "columns {} are"
            yield f"{self.name}: {which.format(_some(self.columns))} hidden in the sheet, and read all the same."
        merged = [place for place in self.merged if _inside(place, last)]
        if merged:
            yield f"{self.name}: merged cells ({_some(merged)}) hold one value, in the first; the others are blank."


def _inside(place: str, last: int) -> bool:
    """Whether a merged range touches the rows that were read."""
    return bool(place) and (range_boundaries(place)[1] or 1) <= last


def _some(names: Sequence[str]) -> str:
    """The first few names.

    >>> _some(["4"]), _some(["4", "5", "6", "7", "8"])
    ('4', '4, 5, 6 and 2 more')
    """
    more = len(names) - MOST_NAMED
    parts = [shown(name) for name in names[:MOST_NAMED]] + ([f"{more} more"] if more > 0 else [])
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
