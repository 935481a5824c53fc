"""Tables of a draw as one Excel workbook in which nothing runs: `CSV bytes by name → workbook bytes`.

Pure. A CSV file cannot say that a cell is text: a spreadsheet computes a name that begins with “=” and takes the zeros
off `00123`. So every cell here is text, and stays text when somebody edits it; the heading stays in sight. The same
tables give the same bytes: nothing in the workbook knows the time.
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from sortition.reading.cells import LINE_ENDS, LOST, UNPRINTABLE, refuse

TEXT = "@"  # Excel's name for “this cell is text”
NARROWEST, WIDEST = 6, 60  # letters
MOST_MEASURED = 1000  # rows whose texts decide how wide a column is
LONGEST_TITLE = 31  # letters that Excel allows in the name of a sheet
MOST_ROWS, LONGEST_CELL = 1_048_576, 32_767  # of a sheet; openpyxl would cut longer texts off
NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def workbook_of(tables: Mapping[str, bytes]) -> bytes:
    """One sheet for each table, named after its file and in the order given."""
    read = {name: _rows(name, data) for name, data in tables.items()}
    book = Workbook(write_only=True)
    for name, rows in read.items():
        _add_sheet(book, NOT_IN_TITLES.sub("_", name.removesuffix(".csv"))[:LONGEST_TITLE], rows)
    return _timeless(book)


def _rows(name: str, data: bytes) -> list[list[str]]:
    """The rows of a table, unless it is one that a draw never wrote or Excel cannot hold."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as fault:
        message, remedy = "This is not a table that Folkmoot wrote.", "Get the folder again from its source."
        raise refuse(name, message, remedy) from fault
    if len(rows) > MOST_ROWS or any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        message = f"An Excel sheet holds {MOST_ROWS:,} rows and {LONGEST_CELL:,} letters in a cell; here are more."
        raise refuse(name, message, "Read the CSV file with another program.")
    return rows


def _add_sheet(book: Workbook, title: str, rows: Sequence[Sequence[str]]) -> None:
    """A sheet of text with its heading in bold and fixed."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    measured = rows[:MOST_MEASURED]
    for place in range(max(map(len, measured), default=0)):
        longest = max((len(row[place]) for row in measured if place < len(row)), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(longest + 2, NARROWEST), WIDEST)
    bold = Font(bold=True)
    for number, row in enumerate(rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, UNPRINTABLE.sub(LOST, LINE_ENDS.sub("\n", text)))
            cell.data_type = "s"  # openpyxl has made a formula of a text that begins with “=”
            cell.number_format = TEXT
            if number == 0:
                cell.font = bold
            cells.append(cell)
        sheet.append(cells)


def _timeless(book: Workbook) -> bytes:
    """The workbook's bytes with every clock in it set to the same hour."""
    book.properties.creator = "Folkmoot"
    book.properties.created = book.properties.modified = EPOCH
    written, made = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED)).save()
    with zipfile.ZipFile(written) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in archive.namelist():
            copy.writestr(zipfile.ZipInfo(part, ZIP_EPOCH), archive.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()
