"""The zip archive that a workbook is, looked through before anything opens it: `bytes → Contents`, or a refusal.

Part of `files`, below `workbook`. The archive comes from a stranger: what it claims to unpack to is bounded first, then
every part is unpacked a little at a time and counted, and macros, passwords, document types (entities, external files)
and compressions that no spreadsheet program uses are refused.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, fromstring

from openpyxl.utils.exceptions import InvalidFileException

from sortition.errors import BadFile
from sortition.reading.cells import SAVE_AS_CSV, refuse

MAX_PARTS = 1_000
MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
MAX_CELLS = 2_000_000  # of all sheets, with those that only have a colour
MAX_WRITTEN = 1_000_000  # cells with something in them: 20,000 volunteers with 50 columns
MAX_TAGS = 4_500_000  # of all parts: what a million cells and their texts take
MAX_OTHER_TAGS = 300_000  # of one part, beside cells and texts: openpyxl keeps these in memory
CHUNK = 1 << 16
OVERLAP = 200  # bytes looked at twice, so that no sign is missed between two chunks
SAVE_AS_XLSX = "Save it as an Excel workbook (.xlsx) or as “CSV UTF-8”."
COPY = "Copy the list into a new workbook, or save it as “CSV UTF-8”."
FEWER = "Delete the columns that are not needed, or save it as “CSV UTF-8”."
ENCRYPTED_PART = 1
CONTENT_TYPES = "[Content_Types].xml"
MACRO = re.compile(rb"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)
MACRO_PART = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
OTHER_ENCODING = re.compile(rb"\A<\?xml[^<>]*encoding=[\"'](?!utf-?8[\"'])", re.IGNORECASE)
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
BLANK_CELL = re.compile(rb"<(?:\w+:)?c(?: [^<>]*)?/>")
OTHER_TAG = re.compile(
    rb"<(?![/?!])(?!(?:\w+:)?(?:c|v|row|is|t|f|si|r|rPr|b|i|u|sz|color|rFont|family|charset|scheme|strike)[ >/])"
)
MARKS = {
    "formulas": re.compile(rb"<(?:\w+:)?f[ >/]"),
    "hidden": re.compile(rb"<(?:\w+:)?(?:row|col) [^<>]*\bhidden=[\"'](?:1|true)[\"']"),
    "merged": re.compile(rb"<(?:\w+:)?mergeCell "),
}
SHEET_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SHEET_PART = re.compile(r"xl/(?:worksheets/.*|sharedStrings\.xml)", re.IGNORECASE)
SHEET_KIND = re.compile(r".*(?:worksheet|sharedStrings)(?:\+xml)?")
# what the archive and openpyxl say of bytes that are no workbook, or no longer one
DAMAGE = (
    InvalidFileException,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)


@dataclass(frozen=True)
class Contents:
    """What the sheets of a workbook hold beside values: any of `formulas`, `hidden` and `merged`."""

    marks: frozenset[str]


@dataclass
class Counts:
    """What has been seen of the archive so far."""

    cells: int = 0
    written: int = 0
    tags: int = 0
    marks: set[str] = field(default_factory=set)


def look_through(name: str, data: bytes) -> Contents:
    """Refuse an archive that is dangerous, huge, damaged or no workbook; else tell what to look for in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse_bombs(name, parts, len(data))
            _refuse_strangers(name, {part.filename for part in parts})
            seen = Counts()
            large = {part.filename for part in parts if _unpack(name, archive, part, seen) > MAX_OTHER_TAGS}
            _refuse_tangles(name, archive, large)
            return Contents(frozenset(seen.marks))
    except DAMAGE as fault:
        raise damaged(name) from fault


def damaged(name: str) -> BadFile:
    """The refusal of bytes that are no workbook, or no longer one."""
    return refuse(name, "The workbook is damaged and cannot be read.", SAVE_AS_CSV)


def _refuse_bombs(name: str, parts: list[zipfile.ZipInfo], size: int) -> None:
    """What the archive says of itself; `zipfile` unpacks no more of a part than is said here."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * size:
        message = f"The workbook unpacks to {unpacked / 1_000_000:,.0f} MB, which no list of volunteers does."
        raise refuse(name, message, COPY)
    if len(parts) > MAX_PARTS:
        raise refuse(name, f"The workbook has {len(parts):,} parts, which no list of volunteers has.", COPY)
    if any(part.flag_bits & ENCRYPTED_PART for part in parts):
        raise refuse(name, "The workbook is protected by a password.", "Save it again without a password.")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise refuse(name, "The workbook is compressed in a way that Excel never uses.", COPY)


def _refuse_strangers(name: str, names: set[str]) -> None:
    """Archives that are something else, and workbooks with macros, by the names of their parts."""
    if "content.xml" in names and "xl/workbook.xml" not in names:
        raise refuse(name, "This is an OpenDocument file (.ods), not an Excel workbook.", SAVE_AS_XLSX)
    if "xl/workbook.xml" not in names:
        raise refuse(name, "This is a zip archive, but not an Excel workbook.", SAVE_AS_XLSX)
    if any(MACRO_PART.search(part) for part in names):
        raise _macros(name)


def _unpack(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo, seen: Counts) -> int:
    """Look at a part a little at a time, count it, and tell how many tags it has."""
    tail = b""
    tags = others = 0
    with archive.open(part) as stream:
        while fresh := stream.read(CHUNK):
            chunk = tail + fresh
            _refuse_content(name, part.filename, chunk)
            seen.marks |= {mark for mark, sign in MARKS.items() if mark not in seen.marks and sign.search(chunk)}
            start = len(tail)
            cells = sum(1 for _ in CELL.finditer(chunk, start))
            opened = fresh.count(b"<") - fresh.count(b"</")
            seen.cells += cells
            seen.written += cells - sum(1 for _ in BLANK_CELL.finditer(chunk, start))
            seen.tags += opened
            tags += opened
            others += sum(1 for _ in OTHER_TAG.finditer(chunk, start))
            _refuse_more(name, seen, others)
            tail = chunk[-OVERLAP:]
    return tags


def _refuse_more(name: str, seen: Counts, others: int) -> None:
    """More than a list of volunteers has."""
    if seen.written > MAX_WRITTEN:
        raise refuse(name, f"The workbook has more than {MAX_WRITTEN:,} cells.", FEWER)
    if seen.cells > MAX_CELLS or seen.tags > MAX_TAGS or others > MAX_OTHER_TAGS:
        raise refuse(name, "The workbook holds far more than a list: formats, texts or blank cells.", COPY)


def _refuse_content(name: str, part: str, chunk: bytes) -> None:
    """What no part of a list of volunteers holds."""
    if part == CONTENT_TYPES and MACRO.search(chunk):
        raise _macros(name)
    if ENTITIES.search(chunk):
        raise refuse(name, "The workbook contains XML entities, which Excel never writes.", SAVE_AS_CSV)
    if part.endswith((".xml", ".rels")) and (OTHER_ENCODING.search(chunk) or b"\0" in chunk):
        raise refuse(name, "The workbook contains XML that is not UTF-8, which Excel never writes.", SAVE_AS_CSV)


def _macros(name: str) -> BadFile:
    return refuse(name, "The workbook contains macros.", "Save it as a workbook without macros (.xlsx).")


def _refuse_tangles(name: str, archive: zipfile.ZipFile, large: set[str]) -> None:
    """Parts that say they are something else than they are, or stand for several sheets.

    openpyxl reads sheets and texts piece by piece, but everything else as one tree in memory.
    """
    if any(not SHEET_PART.fullmatch(part) for part in large):
        raise damaged(name)
    names = set(archive.namelist())
    relations = "xl/_rels/workbook.xml.rels"
    kinds = [(one.get("PartName", ""), one.get("ContentType", "")) for one in _tree(archive, CONTENT_TYPES)]
    links = list(_tree(archive, relations)) if relations in names else []
    kinds += [(one.get("Target", ""), one.get("Type", "")) for one in links]
    files = {part.rpartition("/")[2] for part in large}
    book = _tree(archive, "xl/workbook.xml")
    sheets = [value for one in book.iter() for key, value in one.items() if key == SHEET_ID]
    targets = [one.get("Target", "").rpartition("/")[2] for one in links if one.get("Type", "").endswith("/worksheet")]
    if (
        any(file.rpartition("/")[2] in files and not SHEET_KIND.fullmatch(kind) for file, kind in kinds)
        or any(kind.endswith(".main+xml") and file not in ("", "/xl/workbook.xml") for file, kind in kinds)
        or len(set(sheets)) < len(sheets)
        or len(set(targets)) < len(targets)
    ):
        raise damaged(name)


def _tree(archive: zipfile.ZipFile, part: str) -> Element:
    """A small part as a tree; larger ones have been refused, or are in `large`."""
    return fromstring(archive.read(part))  # noqa: S314  # document types and entities were refused above
