"""What one cell is: clean text, the key under which two texts are the same, and how a cell is written to CSV.

Part of `files`, below `tables` and `workbook`.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sortition.errors import BadFile, FileProblem

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
SAVE_AS_CSV = "Open it in your spreadsheet and save it as “CSV UTF-8” or as an Excel workbook (.xlsx)."


@dataclass(frozen=True)
class Row:
    """One row and the number it has in the spreadsheet, where the header is usually row 1."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(self.cells)


def clean(cell: str) -> str:
    """A cell as a person reads it: one form of accented letters (NFC), LF line ends, no invisible edges.

    >>> clean("  Sia\u0302n \u200b")
    'Siân'
    """
    text = unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n"))
    while text != (text := text.strip().strip("\u200b\u200c\u200d\u2060\ufeff")):
        pass
    return text


def key_of(text: str) -> str:
    """What two texts must share to count as the same name: capitals, spacing and invisible characters are ignored.

    >>> key_of("  Climate   CONCERN ") == key_of("climate concern")
    True
    """
    folded = unicodedata.normalize("NFC", clean(text).translate(INVISIBLE).casefold())
    return " ".join(folded.split())


def header_key(text: str) -> str:
    """The key of a technical header, where a space, a hyphen and an underscore are the same.

    >>> header_key("Nationbuilder ID"), header_key("min-flex")
    ('nationbuilder_id', 'min_flex')
    """
    return key_of(text).replace("-", "_").replace(" ", "_")


def refuse(file: str, message: str, remedy: str, *, row: int | None = None, column: str | None = None) -> BadFile:
    """The refusal of a whole file for one reason."""
    return BadFile((FileProblem(file, row, column, message, remedy),))


def write_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """UTF-8 without a byte order mark, LF line ends, quotes only where needed.

    >>> write_csv([("id", "name"), ("1", 'Ann "Nan" Lee'), ("2", "Lee, Bo")])
    b'id,name\\n1,"Ann ""Nan"" Lee"\\n2,"Lee, Bo"\\n'
    """
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows).encode()


def _quoted(cell: str) -> str:
    """The cell as it stands in a CSV file."""
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\n\r') else cell
