"""What may be handed out: papers, pictures and plain text, told by what is in them and not by what they are called.

A paper that somebody downloads may not do anything but show itself: formats that carry programs (macros in an office
document, a page of the web, anything executable) are refused. Nothing is ever unpacked here: of an office document,
which is a ZIP file, only the list of its parts is read, with their sizes as the list states them.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from facilitation.errors import BadRequest
from facilitation.told import told

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PARTS, MOST_UNPACKED = 4000, 200 * 1024 * 1024
"""What an office document's own list may claim: more is no paper that a tablet could open."""
MOST_PAPERS: Final = 40
"""Papers of one piece of evidence."""
LONGEST_TITLE: Final = 120
MACROS: Final = re.compile(r"(^|/)(vbaproject\.bin|basic/|scripts/|activex/|macrosheets/)", re.I)


@dataclass(frozen=True)
class Form:
    """A kind of file: how it is called in plain words, its ending, its media type, and whether browsers show it."""

    word: str
    ending: str
    media: str
    shown: bool = False


FORMS: Final[Mapping[str, Form]] = {
    "pdf": Form("PDF", "pdf", "application/pdf", shown=True),
    "png": Form(told("Picture"), "png", "image/png", shown=True),
    "jpeg": Form(told("Picture"), "jpg", "image/jpeg", shown=True),
    "text": Form(told("Plain text"), "txt", "text/plain; charset=utf-8", shown=True),
    "odt": Form(told("Text document"), "odt", "application/vnd.oasis.opendocument.text"),
    "ods": Form(told("Spreadsheet"), "ods", "application/vnd.oasis.opendocument.spreadsheet"),
    "odp": Form(told("Slides"), "odp", "application/vnd.oasis.opendocument.presentation"),
    "docx": Form(
        told("Text document"), "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    "xlsx": Form(told("Spreadsheet"), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": Form(told("Slides"), "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
ENDINGS: Final[Mapping[str, str]] = {**{form.ending: key for key, form in FORMS.items()}, "jpeg": "jpeg"}
OFFICE: Final[Mapping[str, str]] = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
ALLOWED: Final = "PDF, PNG, JPEG, TXT, ODT, ODS, ODP, DOCX, XLSX or PPTX"


@dataclass(frozen=True)
class Paper:
    """A file that was looked at and may be handed out."""

    title: str
    form: str
    data: bytes


def paper(name: str, data: bytes, title: str = "") -> Paper:
    """The file of this name, looked at; refuses what is empty, too large, or not what its ending says.

    >>> paper("Heat pumps.txt", b"They move heat.").form
    'text'
    >>> paper("C:\\\\files\\\\..\\\\Heat pumps.PDF", b"%PDF-1.7 ...").title
    'Heat pumps'
    """
    stem, ending = _name(name)
    called = f"{stem}.{ending}" if ending else stem
    if not data:
        raise BadRequest(f"The file “{called}” is empty.", "Choose the file again.")
    if len(data) > MOST_BYTES:
        raise BadRequest(
            f"The file “{called}” is larger than {MOST_BYTES // 1024**2} MB.", "Make it smaller, or split it."
        )
    form = ENDINGS.get(ending)
    if form is None:
        raise BadRequest(f"The file “{called}” is of a kind that cannot be handed out.", f"Save it as {ALLOWED}.")
    if not _looks(form)(data):
        raise BadRequest(
            f"The file “{called}” is not what its ending says.",
            f"Save it again as {ALLOWED}. Macros, passwords and web pages are not handed out.",
        )
    return Paper(_short(title) or _short(stem), form, data)


def size_words(size: int) -> str:
    """A length in words.

    >>> size_words(300), size_words(52_345), size_words(3_500_000)
    ('1 KB', '51 KB', '3.3 MB')
    """
    if size < 1024**2:
        return f"{max(1, size // 1024)} KB"
    tenths = size * 10 // 1024**2
    return f"{tenths // 10}.{tenths % 10} MB"


def file_name(title: str, form: str) -> str:
    """A harmless name for the download: letters, digits, spaces and a few signs of the title, then the ending.

    >>> file_name('../a"b\\r\\n: Heat', "pdf"), file_name("…", "text")
    ('ab Heat.pdf', 'paper.txt')
    """
    kept = "".join(letter for letter in title if letter.isalnum() or letter in " -_")
    return f"{' '.join(kept.split())[:80].strip() or 'paper'}.{FORMS[form].ending}"


def _name(name: str) -> tuple[str, str]:
    """The last part of a path without its ending, and the ending in small letters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    stem, dot, ending = plain.rpartition(".")
    return (stem.strip(" .") or "paper", ending.strip().lower()[:12]) if dot else (plain or "paper", "")


def _short(text: str) -> str:
    plain = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    plain = " ".join(unicodedata.normalize("NFC", plain).split())
    return plain if len(plain) <= LONGEST_TITLE else f"{plain[: LONGEST_TITLE - 1].rstrip()}…"


def _looks(form: str) -> Callable[[bytes], bool]:
    """How a file of this kind is told."""
    starts = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
    if form in starts:
        return lambda data: data.startswith(starts[form])
    if form == "text":
        return _is_text
    return (lambda data: _is_office(data, form)) if form in OFFICE else (lambda data: _is_open_document(data, form))


def _is_text(data: bytes) -> bool:
    """UTF-8 without control characters, and no page of the web: it is read, and nothing else."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(unicodedata.category(letter) == "Cc" for letter in set(text) - set("\t\n\r\f")):
        return False
    return not re.match(r"\s*(<!doctype|<html|<script|<svg|<\?xml|#!)", text[:200], re.I)


def _parts(data: bytes) -> list[str] | None:
    """The names of a ZIP file's parts by its own list; None where there is no sound list, or a part is locked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return None
    if len(listed) > MOST_PARTS or sum(one.file_size for one in listed) > MOST_UNPACKED:
        return None
    if any(one.flag_bits & 1 for one in listed):
        return None
    names = [one.filename for one in listed]
    return None if any(MACROS.search(name) for name in names) else names


def _is_office(data: bytes, form: str) -> bool:
    names = _parts(data)
    return names is not None and data.startswith(b"PK\x03\x04") and {"[Content_Types].xml", OFFICE[form]} <= set(names)


def _is_open_document(data: bytes, form: str) -> bool:
    """Its first part is called `mimetype`, is not packed, and says what it is (OpenDocument 1.3, part 2, 3.3)."""
    says = FORMS[form].media.encode()
    first = b"mimetype" + says
    plain = data.startswith(b"PK\x03\x04") and data[30 : 30 + len(first)] == first
    return (
        plain
        and data[30 + len(first) : 34 + len(first)] in (b"PK\x03\x04", b"PK\x01\x02")
        and "content.xml" in (_parts(data) or ())
    )
