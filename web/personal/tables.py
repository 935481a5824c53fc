"""Tables in which a volunteer may stand: whose row is it, and the same table without that row.

Files that a recruiter uploaded are strangers' (CSV in any encoding, workbooks), so they are read in a child process;
the tables of our own draws are plain CSV and JSON lines. What is written anew is CSV in UTF-8 of the sheet that was
read: other sheets of a workbook, in which the person may stand too, are gone with it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facilitation.errors import BadRequest
from web.children import FILES, Upload, answer_as_child, ask, reading


@dataclass(frozen=True)
class Sheet:
    """A header and its rows; `id_place` is the column of the ids, if there is one."""

    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    id_place: int | None = None
    problems: Sequence[Mapping[str, str]] = ()

    def row_of(self, volunteer: str) -> dict[str, str] | None:
        """What stands in the row of this volunteer, by column."""
        for row in self.rows:
            if self.id_place is not None and _cell(row, self.id_place) == volunteer:
                return {name: _cell(row, place) for place, name in enumerate(self.header)}
        return None

    def without(self, volunteer: str, known: Mapping[str, str]) -> Sheet:
        """The same without the row of this volunteer; in a list without ids, without rows that say the same of them."""
        return Sheet(self.header, [row for row in self.rows if not self._is_of(row, volunteer, known)], self.id_place)

    def blanked(self, volunteer: str) -> Sheet:
        """The same with the id alone in the row of this volunteer: counts and places stay."""
        rows = [
            [cell if place == self.id_place else "" for place, cell in enumerate(row)]
            if self.id_place is not None and _cell(row, self.id_place) == volunteer
            else row
            for row in self.rows
        ]
        return Sheet(self.header, rows, self.id_place)

    def _is_of(self, row: Sequence[str], volunteer: str, known: Mapping[str, str]) -> bool:
        if self.id_place is not None:
            return _cell(row, self.id_place) == volunteer
        said = {name: _cell(row, place) for place, name in enumerate(self.header) if _cell(row, place)}
        return bool(said) and all(known.get(name) == cell for name, cell in said.items())


def uploaded(name: str, data: bytes) -> Sheet:
    """A recruiter's file, read in a child."""
    sheet = ask("web.personal.tables", json.dumps(Upload(name, data).as_json()), Sheet, FILES)
    for problem in sheet.problems:
        raise BadRequest(f"{name} cannot be read: {problem['message']}", problem["remedy"])
    return sheet


def ours(data: bytes) -> Sheet:
    """A table of a draw, which this house has written."""
    header, *rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""))) or [[]]
    return Sheet(header, rows, header.index("id") if "id" in header else None)


def written(sheet: Sheet) -> bytes:
    """As CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([sheet.header, *sheet.rows])
    return text.getvalue().encode("utf-8")


def lines_without(data: bytes, volunteer: str) -> bytes:
    """JSON lines without those of this volunteer."""
    return b"".join(line for line in data.splitlines(keepends=True) if _whose(json.loads(line)) != volunteer)


def line_of(data: bytes, volunteer: str) -> dict[str, Any] | None:
    """The line of this volunteer among JSON lines."""
    return next((found for line in data.splitlines() if _whose(found := json.loads(line)) == volunteer), None)


def _whose(line: Mapping[str, Any]) -> str:
    row = line.get("row")
    return str(row.get("id", "") if isinstance(row, Mapping) else line.get("id", ""))


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


# ------------------------------------------------------------------------------------------------ in the child


def answer(question: str) -> dict[str, Any]:
    """The whole table of a CSV file or a workbook."""
    from sortition.errors import SortitionError
    from sortition.reading.pool_file import table_id
    from sortition.reading.tables import read_table

    file = Upload.from_json(json.loads(question))
    try:
        with reading():
            table = read_table(file.name, file.data)
            place = table_id(table)
    except SortitionError as bad:
        return {"problems": [{"place": file.name, "message": bad.message, "remedy": bad.remedy}]}
    rows = [list(row.cells) for row in table.rows]
    return {"header": list(table.header.cells), "rows": rows, "id_place": place}


if __name__ == "__main__":
    answer_as_child(answer)
