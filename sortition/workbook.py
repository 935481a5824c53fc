"""One sheet of an Excel workbook, read without trusting it: `workbook bytes → numbered rows of text`.

Part of `files`. A workbook is a zip archive from a stranger, so its declared sizes are checked before openpyxl opens
it, and macros, passwords and document types are refused. Values only: a formula is read by its stored result.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from lzma import LZMAError
from typing import Any
from xml.etree.ElementTree import ParseError, iterparse

import openpyxl
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from sortition.cells import SAVE_AS_CSV, Row, clean, key_of, refuse
from sortition.errors import BadFile, FileProblem

MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
MAX_LINES = 1_048_576  # rows of a sheet in any spreadsheet program, blank ones included
MAX_CELLS = 10_000_000  # blank ones included: 50,000 rows of 200 columns
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# what the archive and openpyxl say of bytes that are no workbook, or no longer one
DAMAGE = (
    InvalidFileException,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
)
SAVE_AS_XLSX = "Save it as an Excel workbook (.xlsx) or as “CSV UTF-8”."


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
    has_formulas = _safe_to_open(name, data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet, notices = _choose_sheet(name, book, sheets)
        problems: list[FileProblem] = []
        rows = list(_rows(name, sheet, problems))
        if has_formulas:
            heading = next((row.cells for row in rows if not row.is_blank), ())
            problems += _without_result(name, data, sheet, heading)
    except DAMAGE as fault:
        raise refuse(name, "The workbook is damaged and cannot be read.", SAVE_AS_CSV) from fault
    if problems:
        raise BadFile(tuple(problems))
    return iter(rows), notices


def _safe_to_open(name: str, data: bytes) -> bool:
    """Check the archive before it is unpacked; tells whether any sheet holds formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data):
                message = f"The workbook unpacks to {unpacked / 1_000_000:,.0f} MB, which no list of volunteers does."
                raise refuse(name, message, "Copy the list into a new workbook, or save it as “CSV UTF-8”.")
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise refuse(name, "This is a zip archive, but not an Excel workbook.", SAVE_AS_XLSX)
            if any(part.endswith("vbaProject.bin") for part in names):
                raise refuse(name, "The workbook contains macros.", "Save it as a workbook without macros (.xlsx).")
            formulas = False
            for part in names:
                if part.endswith((".xml", ".rels")):
                    text = archive.read(part)
                    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                        raise refuse(name, "The workbook contains XML entities, which Excel never writes.", SAVE_AS_CSV)
                    formulas |= part.startswith("xl/worksheets/") and (b"<f>" in text or b"<f " in text)
            return formulas
    except DAMAGE as fault:
        raise refuse(name, "The workbook is damaged and cannot be read.", SAVE_AS_CSV) from fault


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
    notice = f"{name}: read the sheet “{chosen.title}” of {len(book.sheetnames)}."
    return chosen, (notice,) if len(book.sheetnames) > 1 else ()


def _rows(name: str, sheet: Any, problems: list[FileProblem]) -> Iterator[Row]:
    """Every row of the sheet as text, with the faulty cells named by their column's heading."""
    sheet.reset_dimensions()  # the size a file claims for its sheet may be wrong
    heading: tuple[str, ...] = ()
    seen = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        seen += len(cells)
        if number > MAX_LINES or seen > MAX_CELLS:
            message = f"The sheet “{sheet.title}” claims more cells than any list of volunteers has."
            raise refuse(name, message, "Copy the list into a new workbook, or save it as “CSV UTF-8”.", row=number)
        texts = []
        for place, cell in enumerate(cells):
            if cell.data_type == "e":
                where = _heading(heading, place)
                message = f"The cell {get_column_letter(place + 1)}{number} holds the error {cell.value}."
                problems.append(FileProblem(name, number, where, message, "Correct the formula, or type the value."))
            texts.append(_text(cell.value))
        row = Row(number, tuple(texts))
        if not heading and not row.is_blank:
            heading = row.cells
        yield row


def _text(value: object) -> str:
    """A cell's value as the organiser sees it.

    >>> from datetime import date
    >>> [_text(value) for value in (None, 5, 5.0, 0.5, True, date(2026, 6, 16))]
    ['', '5', '5', '0.5', 'TRUE', '2026-06-16']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    return clean(str(value))


def _without_result(name: str, data: bytes, sheet: Any, heading: tuple[str, ...]) -> Iterator[FileProblem]:
    """Formulas whose result the file does not hold, as some programs write them.

    openpyxl tells an empty result and a missing one alike, hence the look at the sheet's own XML.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(sheet._worksheet_path) as xml:
        for _, cell in iterparse(xml):  # noqa: S314  # document types and entities were refused above
            if cell.tag != f"{SHEET}c":
                continue
            formula, result, place = cell.find(f"{SHEET}f"), cell.findtext(f"{SHEET}v"), cell.get("r", "")
            if formula is not None and not result and cell.get("t") != "str" and place:
                row, column = coordinate_to_tuple(place)
                where = _heading(heading, column - 1)
                message = f"The cell {place} holds a formula without a stored result."
                remedy = "Open the workbook in Excel and save it, or paste the column as values."
                yield FileProblem(name, row, where, message, remedy)
            cell.clear()


def _heading(heading: tuple[str, ...], place: int) -> str:
    """How a person finds the column: by its heading, else by its letter."""
    return (heading[place] if place < len(heading) else "") or get_column_letter(place + 1)
