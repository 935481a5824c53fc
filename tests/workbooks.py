"""Workbooks for tests: made with openpyxl, or part by part as no spreadsheet program would."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import openpyxl


def book_of(rows: Iterable[Iterable[Any]], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def edited(data: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    return saved(book)


def zip_of(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {part: archive.read(part) for part in archive.namelist()}


def with_part(data: bytes, name: str, content: bytes, ballast: int = 0) -> bytes:
    """The workbook with this part in it; ballast that cannot be compressed makes the rest look less like a bomb."""
    heavy = {"xl/media/noise.bin": random.Random(0).randbytes(ballast)} if ballast else {}
    return zip_of(parts_of(data) | {name: content} | heavy)


def as_excel_writes(data: bytes) -> bytes:
    """The same workbook with its texts in a part of their own, each once, as Excel has them."""
    parts = parts_of(data)
    texts: dict[bytes, int] = {}

    def number_of(cell: re.Match[bytes]) -> bytes:
        return b't="s"><v>%d</v></c>' % texts.setdefault(cell[1], len(texts))

    inline = re.compile(rb't="inlineStr"><is>(<t[ >].*?</t>|<t ?/>)</is></c>')
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = inline.sub(number_of, parts[name])
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", part)
    items = b"".join(b"<si>%s</si>" % text for text in texts)
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (namespace, items)
    return zip_of(parts)
