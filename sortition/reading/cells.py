"""What one cell is: clean text, the key under which two texts are the same, and how a cell is written to CSV.

Part of `files`, below `tables` and `workbook`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sortition.errors import BadFile, FileProblem

# signs that take no room on paper: soft hyphen, joiners, direction marks, byte-order marks, variation selectors
UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
INVISIBLE = re.compile(f"[{UNSEEN}]+")
EDGES = (
    "".join(filter(str.isspace, map(chr, range(0x3001))))
    + "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f"
    + ("\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff")
)
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# what no file format of ours can carry; shown as U+FFFD, which also stands where another program lost a letter
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LOST = "\ufffd"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
HARMLESS = re.compile(r"[+-][0-9][0-9 .,()]*%?|[-+]+")
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

    def at(self, place: int) -> str:
        """The cell of this column, or nothing where the row is shorter."""
        return self.cells[place] if place < len(self.cells) else ""


def clean(cell: str) -> str:
    """A cell as a person reads it: one form of accented letters (NFC), LF line ends, no invisible edges.

    Control characters, which nobody can see or type, become U+FFFD: they would forge lines in a terminal or a page.

    >>> clean("  Sia\u0302n \u200b"), clean("a\x1b[31mb") == "a\ufffd[31mb"
    ('Siân', True)
    """
    if cell.isascii() and cell.isprintable():
        return cell.strip(" ")
    text = UNPRINTABLE.sub(LOST, LINE_ENDS.sub("\n", cell))
    return unicodedata.normalize("NFC", text).strip(EDGES)


def key_of(text: str) -> str:
    """What two texts must share to count as the same name: capitals, spacing and invisible characters are ignored.

    >>> key_of("  Climate   CONCERN ") == key_of("climate concern")
    True
    """
    folded = unicodedata.normalize("NFC", INVISIBLE.sub("", clean(text)).casefold())
    return " ".join(folded.split())


def header_key(text: str) -> str:
    """The key of a technical header, where a space, a hyphen and an underscore are the same.

    >>> header_key("Nationbuilder ID"), header_key("min-flex")
    ('nationbuilder_id', 'min_flex')
    """
    return key_of(text).replace("-", "_").replace(" ", "_")


def looks_like(text: str) -> str:
    """What two texts share when a person cannot tell them apart: invisible signs and widths of letters do not count.

    >>> looks_like("１2\u200b3") == looks_like("123"), looks_like("a1") == looks_like("A1")
    (True, False)
    """
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def runs_as_formula(cell: str) -> bool:
    """Whether a spreadsheet program that opens this cell in a CSV file would compute it instead of showing it.

    Signed numbers, telephone numbers and bare dashes are left in peace.

    >>> [cell for cell in ("=1+1", "@SUM(1)", "-2+3", "+44 7700 900123", "--", "-5") if runs_as_formula(cell)]
    ['=1+1', '@SUM(1)', '-2+3']
    """
    return cell.startswith(FORMULA_STARTS) and not HARMLESS.fullmatch(cell)


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
