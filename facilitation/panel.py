"""Rows of a panel: who is it, what is their name, where do they sit.

A row is a mapping of column to text. Columns `id`, `name` (or `first_name` and `last_name`) and `table` have a meaning;
all others are kept with the person and can be erased with them. Every refusal names row and column; the header is 1.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from facilitation.errors import BadPanel
from facilitation.model import tables_for

Row = Mapping[str, str]

LONGEST_TEXT = 200
MOST_TABLES = 1000
KNOWN_COLUMNS = ("id", "name", "first_name", "last_name", "table")
UNSEEN = ("Cc", "Cs", "Co")
TURNING = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Signs without a picture of their own; among them those that turn the direction of what follows."""
OWN_ID = "Give everyone an id of their own."


def read_panel(data: bytes) -> list[dict[str, str]]:
    """The rows of a panel's CSV file: UTF-8, with commas, semicolons or tabs between the columns.

    >>> read_panel(b"ID;Name\\n7;Ada\\n")
    [{'id': '7', 'name': 'Ada'}]
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise BadPanel(f"row {row}: the file is not UTF-8.", "Save it as “CSV UTF-8” and try again.") from None
    if "\0" in text:
        raise BadPanel("row 1: this is not a text file.", "Save the panel as CSV and try again.")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        table = [(reader.line_num, _trimmed(cells)) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise BadPanel(f"row {reader.line_num}: it cannot be read ({error}).", "Mend its quotation marks.") from None
    header = [_column(name) for name in (table[0][1] if table else [])]
    _check_header(header)
    for number, cells in table[1:]:
        if len(cells) > len(header):
            raise BadPanel(
                f"row {number}: {len(cells)} cells under {len(header)} columns.", "Put texts with commas in quotes."
            )
    rows = [dict(zip_longest(header, cells, fillvalue="")) for _, cells in table[1:]]
    read_ids(rows)
    table_numbers(rows)
    return rows


def read_ids(rows: Sequence[Row]) -> list[str]:
    """The id of every row; each must have one of its own.

    >>> read_ids([{"id": "7"}, {"id": "7 "}])
    Traceback (most recent call last):
    facilitation.errors.BadPanel: row 3, column id: “7” stands in row 2 as well. \
Remedy: Give everyone an id of their own.
    """
    if not rows:
        raise BadPanel("row 2: there is no member.", "Give a file with a header and one row per member.")
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        panel_id = (row.get("id") or "").strip()
        if not panel_id:
            raise BadPanel(f"row {number}, column id: it is empty.", OWN_ID)
        if panel_id in seen:
            raise BadPanel(
                f"row {number}, column id: “{panel_id[:40]}” stands in row {seen[panel_id]} as well.", OWN_ID
            )
        if len(panel_id) > LONGEST_TEXT:
            raise BadPanel(f"row {number}, column id: it is longer than {LONGEST_TEXT} characters.", "Shorten it.")
        seen[panel_id] = number
    return list(seen)


def named(row: Row, panel_id: str) -> str:
    """The name to greet this member by: name, or first and last name, or the id.

    >>> named({"first_name": "Ada", "last_name": "Byron"}, "7"), named({"name": "  "}, "7")
    ('Ada Byron', '7')
    """
    whole = " ".join((row.get("name") or "").split())
    parts = " ".join(f"{row.get('first_name') or ''} {row.get('last_name') or ''}".split())
    return (whole or parts or panel_id)[:LONGEST_TEXT]


def cleaned(text: str) -> str:
    r"""A text that somebody typed: composed letters (NFC), single blanks, nothing that cannot be seen or that turns the
    line around; what joins letters or emoji stays.

    >>> cleaned("  A\u202eda \x00 Ly\u0302n "), cleaned("\u00ad\u200b"), len(cleaned("x\u200dx"))
    ('Ada Lŷn', '', 3)
    """
    seen = (sign for sign in text if sign.isspace() or not (sign in TURNING or unicodedata.category(sign) in UNSEEN))
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def the_rest(row: Row) -> dict[str, str]:
    """The columns beside id and name."""
    return {column: text for column, text in row.items() if column not in ("id", "name") and text}


def table_numbers(rows: Sequence[Row]) -> list[int]:
    """The table of every row: the file's own, or dealt round so that nobody sits with their neighbours in the list.

    >>> table_numbers([{}] * 10), table_numbers([{"table": "3"}, {"table": "1"}])
    ([1, 2, 1, 2, 1, 2, 1, 2, 1, 2], [3, 1])
    """
    if not any((row.get("table") or "").strip() for row in rows):
        tables = tables_for(len(rows))
        return [place % tables + 1 for place in range(len(rows))]
    return [_table(number, (row.get("table") or "").strip()) for number, row in enumerate(rows, start=2)]


def _table(number: int, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= MOST_TABLES):
        raise BadPanel(
            f"row {number}, column table: “{text[:40]}” is not a table.",
            f"Give everyone a table from 1 to {MOST_TABLES}, or leave the column out.",
        )
    return int(text)


def _column(name: str) -> str:
    """Known columns in their one spelling; the others as they are."""
    plain = "_".join(name.casefold().split())
    return plain if plain in KNOWN_COLUMNS else name


def _trimmed(cells: Sequence[str]) -> list[str]:
    """The cells without blanks around them, and without the empty cells that spreadsheets leave at the end."""
    trimmed = [cell.strip() for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def _check_header(header: Sequence[str]) -> None:
    if "id" not in header:
        shown = ", ".join(header)[:200] or "nothing"
        raise BadPanel(f"row 1: there is no column id, only {shown}.", "Name the column with the members' ids “id”.")
    for name in header:
        if header.count(name) > 1:
            raise BadPanel(f"row 1, column {name or '(no name)'}: it is there twice.", "Name every column once.")
