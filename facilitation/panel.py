"""Rows of a panel as they come from a file: who is it, what is their name, where do they sit.

A row is a mapping of column to text. Columns `id`, `name` (or `first_name` and `last_name`) and `table` have a meaning;
all others are kept with the person and can be erased with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from facilitation.errors import BadPanel
from facilitation.model import tables_for

Row = Mapping[str, str]

LONGEST_TEXT = 200
MOST_TABLES = 1000


def read_ids(rows: Sequence[Row]) -> list[str]:
    """The id of every row; each must have one of its own.

    >>> read_ids([{"id": "7"}, {"id": "7 "}])
    Traceback (most recent call last):
    facilitation.errors.BadPanel: Row 3: the id “7” stands in row 2 as well. Remedy: Give everyone an id of their own.
    """
    if not rows:
        raise BadPanel("The panel has no rows.", "Give a file with a header and one row per member.")
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        panel_id = (row.get("id") or "").strip()
        if not panel_id:
            raise BadPanel(f"Row {number}: the column id is empty.", "Give everyone an id of their own.")
        if panel_id in seen:
            raise BadPanel(
                f"Row {number}: the id “{panel_id[:40]}” stands in row {seen[panel_id]} as well.",
                "Give everyone an id of their own.",
            )
        if len(panel_id) > LONGEST_TEXT:
            raise BadPanel(f"Row {number}: the id is longer than {LONGEST_TEXT} characters.", "Shorten it.")
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
            f"Row {number}, column table: “{text[:40]}” is not a table.",
            f"Give everyone a table from 1 to {MOST_TABLES}, or leave the column out.",
        )
    return int(text)
