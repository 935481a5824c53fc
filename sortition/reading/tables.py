"""Tables as organisers have them: CSV or XLSX bytes in, a header and numbered rows of clean text out.

Part of `files`. Nothing here knows quotas or volunteers. Encodings, delimiters and spreadsheet habits are settled in
this file, sizes are bounded before anything is unpacked, and every refusal names the file, the place and what to do.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sortition.errors import BadFile, FileProblem
from sortition.reading.cells import SAVE_AS_CSV, Row, clean, key_of, refuse

MAX_BYTES = 10_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL_BYTES = 4096
MOST_NOTICES = 50
MOST_TOLD = 100  # faults of one file: more help nobody, and a file from a stranger may hold millions

BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how a zip archive and an old Office file begin
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
ASCII = bytes(range(128))
DELIMITERS = (",", ";", "\t", "|")
SEPARATOR_LINE = re.compile(r"\s*sep=([^\w\"\r\n ]) *(?:\r\n|\r|\n)", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A header and the rows below it, with what the reader should tell the organiser."""

    name: str
    header: Row
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()

    def column(self, *names: str) -> int | None:
        """Where the first of these names stands in the header."""
        keys = [key_of(cell) for cell in self.header.cells]
        return next((keys.index(name) for name in names if name in keys), None)


def read_table(name: str, data: bytes, sheets: tuple[str, ...] = ()) -> Table:
    """Read a CSV file or a workbook; the bytes decide which, not the name.

    A workbook's sheet is the one named after `#` in the file's name, else the first called like one of `sheets`, else
    its first.
    """
    if not data.strip():
        raise refuse(name, "The file is empty.", "Choose the file again, and look into it first.")
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1_000_000:.1f} MB"
        raise refuse(name, f"The file has {size}; at most 10 MB are read.", "Delete the columns that are not needed.")
    if data.startswith(BINARY) or b"\0" in data:
        from sortition.reading import workbook

        if workbook.is_workbook(name, data):
            return _table(name, *workbook.read_sheet(name, data, sheets))
    text, notices = _decode(name, data)
    return _table(name, _csv_rows(name, text), notices)


def _decode(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a CSV file, from the encodings that spreadsheets write; nothing is guessed where two are mixed."""
    marked = next((known for known in BYTE_ORDER_MARKS if data.startswith(known[0])), None)
    notices: tuple[str, ...] = ()
    try:
        text = data.decode(marked[1] if marked else "utf-8")
    except UnicodeDecodeError as fault:
        row = data[: fault.start].count(b"\n") + 1 if marked is None or marked[2] == "UTF-8" else None
        if marked:
            raise refuse(name, f"The file says that it is {marked[2]}, but it is not.", SAVE_AS_CSV, row=row) from None
        if data.decode("utf-8", errors="ignore").encode().translate(None, ASCII):
            message = "Some letters of the file are UTF-8, and here is one that is not."
            raise refuse(name, message, "Correct the accents in this row, and save as “CSV UTF-8”.", row=row) from None
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as other:
            row = data[: other.start].count(b"\n") + 1
            raise refuse(name, "The file is not text in UTF-8 or Windows-1252.", SAVE_AS_CSV, row=row) from None
        notices = (f"{name}: read as Windows-1252 because it is not UTF-8; check names with accents.",)
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise refuse(name, "The file contains NUL bytes, which no text has.", SAVE_AS_CSV, row=row)
    if text.lstrip().startswith("<"):
        raise refuse(name, "The file is a web page (HTML or XML), not a table.", SAVE_AS_CSV)
    return text, notices


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter that gives the header most cells, and the text without Excel's `sep=;` line."""
    if said := SEPARATOR_LINE.match(text):
        return said[1], text[said.end() :]
    sample = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([sample], delimiter=mark)))), text


def _csv_rows(name: str, text: str) -> Iterator[Row]:
    """The rows of a CSV file; a quotation mark that is never closed is told where it opened."""
    csv.field_size_limit(MAX_BYTES)
    delimiter, text = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            message = "A quotation mark is opened and not closed in this row, or text follows the closing one."
            remedy = "Delete the quotation mark, or write it twice inside a quoted cell."
            raise refuse(name, message, remedy, row=number) from None
        yield Row(number, tuple(clean(cell) for cell in cells))


def _table(name: str, rows: Iterable[Row], notices: tuple[str, ...]) -> Table:
    """The header and its rows, within the limits; blank rows are left out."""
    kept: list[Row] = []
    blank = 0
    for row in rows:
        if row.is_blank:
            blank += bool(row.cells)
            continue
        kept.append(_within_limits(name, row))
        if len(kept) > MAX_ROWS + 1:
            raise refuse(name, f"The file has more than {MAX_ROWS:,} rows.", "Split the pool, or delete unused rows.")
    if not kept:
        raise refuse(name, "The file has no rows.", "Choose the file again, and look into it first.")
    if blank:
        notices += (f"{name}: {blank} blank row{'s were' if blank > 1 else ' was'} left out.",)
    return Table(name, kept[0], tuple(kept[1:]), notices)


def _within_limits(name: str, row: Row) -> Row:
    """The row without its blank tail, unless it is too wide or one of its cells is too long."""
    width = max(place for place, cell in enumerate(row.cells, start=1) if cell)
    if width > MAX_COLUMNS:
        message = f"The row has {width} columns; at most {MAX_COLUMNS} are read."
        raise refuse(name, message, "Delete the columns that are not needed.", row=row.number)
    for place, cell in enumerate(row.cells[:width], start=1):
        if len(cell) > MAX_CELL_BYTES // 4 and len(cell.encode(errors="replace")) > MAX_CELL_BYTES:
            message = f"Cell {place} of the row is longer than 4 KB."
            raise refuse(name, message, "Shorten the text, or look for a missing quotation mark.", row=row.number)
    return Row(row.number, row.cells[:width])


def refusal(problems: Iterable[FileProblem]) -> BadFile:
    """All these faults at once, or as many as a person can mend in one go."""
    told = list(islice(problems, MOST_TOLD + 1))
    if len(told) > MOST_TOLD:
        message = f"There are more faults than the {MOST_TOLD} told here."
        told[MOST_TOLD:] = [FileProblem(told[0].file, None, None, message, "Mend these first, and look again.")]
    return BadFile(tuple(told))


def few(notices: Sequence[str]) -> tuple[str, ...]:
    """As many notices as a person reads."""
    more = len(notices) - MOST_NOTICES
    return (*notices[:MOST_NOTICES], *((f"There are {more} more notices.",) if more > 0 else ()))


def comment_rows(table: Table, first: int) -> frozenset[int]:
    """The numbers of the rows that are remarks of the organiser, such as a last line “Source: census”.

    A row with a single cell is a remark when it starts with `#`, or when only remarks follow it and the cell is not one
    word in the first needed column.
    """
    remarks = set()
    at_the_end = True
    for row in reversed(table.rows):
        written = [(place, cell) for place, cell in enumerate(row.cells) if cell]
        alone = len(written) == 1 and len(table.header.cells) > 1
        place, cell = written[0]
        if alone and (cell.startswith("#") or (at_the_end and (place != first or " " in cell))):
            remarks.add(row.number)
        else:
            at_the_end = False
    return frozenset(remarks)
