"""One sheet of an Excel workbook, read without trusting it: `workbook bytes → numbered rows of text`.

Part of `files`. A workbook is a zip archive from a stranger, so `archive` looks through it before openpyxl opens it,
and what is read of it stays bounded. Values only: a formula is read by its stored result.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from sortition.errors import BadFile, FileProblem, shown
from sortition.reading.archive import COPY, DAMAGE, SAVE_AS_XLSX, damaged, look_through
from sortition.reading.cells import Row, clean, key_of, refuse
from sortition.reading.sheet_marks import SheetMarks, column_name

MAX_LINES = 1_048_576  # rows of a sheet in any spreadsheet program, blank ones included
MAX_CELLS = 10_000_000  # blank ones included: 50,000 rows of 200 columns
MAX_LETTERS = 20_000_000  # of a sheet: one text may stand in a million cells
MAX_CELL_LETTERS = 4096
MOST_TOLD = 100
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZEROS = re.compile("0{2,15}")


def is_workbook(name: str, data: bytes) -> bool:
    """Whether the bytes are a workbook that can be read; old and protected ones are refused here."""
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise refuse(name, "The workbook is protected by a password.", "Save it again without a password.")
        raise refuse(name, "This is an old Excel file (.xls).", SAVE_AS_XLSX)
    if data.startswith(ZIP):
        return True
    if name.partition("#")[0].casefold().endswith((".xlsx", ".xlsm", ".xls", ".ods")) and b"\0" in data:
        raise refuse(name, "This is not an Excel workbook, whatever its name says.", SAVE_AS_XLSX)
    return False


def read_sheet(name: str, data: bytes, sheets: tuple[str, ...]) -> tuple[Iterator[Row], tuple[str, ...]]:
    """The rows of the wanted sheet, and what to tell about the choice."""
    marks = look_through(name, data).marks
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet, notices = _choose_sheet(name, book, sheets)
        problems: list[FileProblem] = []
        rows = list(_rows(name, sheet, problems))
        if marks:
            seen = SheetMarks(name, next((row.cells for row in rows if not row.is_blank), ()))
            with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(sheet._worksheet_path) as xml:
                seen.read(xml)
            problems += seen.problems
            notices += tuple(seen.notices(max((row.number for row in rows if not row.is_blank), default=0)))
    except DAMAGE as fault:
        raise damaged(name) from fault
    if problems:
        raise BadFile(tuple(problems[:MOST_TOLD]))
    return iter(rows), notices


def _choose_sheet(name: str, book: Any, sheets: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    """The sheet named in the file's name, the one called like its content, or the first."""
    wanted = name.partition("#")[2]
    by_key = {key_of(title): book[title] for title in book.sheetnames if hasattr(book[title], "iter_rows")}
    if wanted:
        if key_of(wanted) in by_key:
            return by_key[key_of(wanted)], ()
        have = ", ".join(book.sheetnames)
        raise refuse(name, f"The workbook has no sheet “{wanted}”.", f"Write one of its sheets after the #: {have}.")
    if not by_key:
        raise refuse(name, "The workbook has no sheet with cells.", "Put the list on the first sheet.")
    chosen = next((by_key[title] for title in sheets if title in by_key), next(iter(by_key.values())))
    notices = [f"{name}: read the sheet “{shown(chosen.title)}” of {len(book.sheetnames)}."]
    if chosen.sheet_state != "visible":
        notices.append(f"{name}: the sheet “{shown(chosen.title)}” is hidden; look whether it is the right one.")
    return chosen, tuple(notices if len(book.sheetnames) > 1 else notices[1:])


def _rows(name: str, sheet: Any, problems: list[FileProblem]) -> Iterator[Row]:
    """Every row of the sheet as text, with the faulty cells named by their column's heading."""
    sheet.reset_dimensions()  # the size a file claims for its sheet may be wrong
    heading: tuple[str, ...] = ()
    seen = letters = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if not cells and number <= MAX_LINES:
            continue
        seen += len(cells)
        if number > MAX_LINES or seen > MAX_CELLS:
            message = f"The sheet “{shown(sheet.title)}” claims more cells than any list of volunteers has."
            raise refuse(name, message, COPY, row=number)
        texts = []
        for place, cell in enumerate(cells):
            if cell.data_type == "e":
                message = f"The cell {get_column_letter(place + 1)}{number} holds the error {shown(str(cell.value))}."
                remedy = "Correct the formula, or type the value."
                problems.append(FileProblem(name, number, column_name(heading, place), message, remedy))
            text = _text(cell, name)
            letters += len(text)
            texts.append(text)
            if letters > MAX_LETTERS:
                break  # one row alone may repeat a long text a million times
        if letters > MAX_LETTERS or len(problems) > MOST_TOLD:
            break
        row = Row(number, tuple(texts) if any(texts) else ("",) * bool(texts))
        if not heading and not row.is_blank:
            heading = row.cells
        yield row
    if letters > MAX_LETTERS:
        raise refuse(name, "The sheet holds more than 20 MB of text.", "Delete the columns that are not needed.")


def _text(cell: Any, name: str) -> str:
    """A cell's value as the organiser sees it: a number shown as 00123 keeps its zeros."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        if len(value) > MAX_CELL_LETTERS:
            message = f"The cell {get_column_letter(cell.column)}{cell.row} is longer than 4 KB."
            raise refuse(name, message, "Shorten the text.", row=cell.row)
        return clean(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        zeros = ZEROS.fullmatch(cell.number_format)
        return str(int(value)).zfill(len(zeros[0])) if zeros else str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    return clean(str(value))
