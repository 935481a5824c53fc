"""The file of a panel that was drawn elsewhere, as rows: a stranger's, so read in a child (`web.children`)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facilitation.errors import BadPanel
from facilitation.panel import read_panel
from sortition.errors import SortitionError
from web.children import FILES, Upload, answer_as_child, ask, reading


@dataclass(frozen=True)
class PanelRows:
    """The rows, or what is wrong with the file."""

    rows: Sequence[Mapping[str, str]] = ()
    problems: Sequence[Mapping[str, str]] = ()


def panel_rows(file: Upload) -> PanelRows:
    """The rows of this file, read in a child process."""
    return ask("web.panels", json.dumps(file.as_json()), PanelRows, FILES)


# ------------------------------------------------------------------------------------------------ in the child


def answer(question: str) -> dict[str, Any]:
    """The rows of CSV bytes, or of the first sheet of a workbook."""
    file = Upload.from_json(json.loads(question))
    try:
        with reading():
            return {"rows": read_panel(_as_csv(file))}
    except BadPanel as bad:
        return _no(f"The panel’s file, {bad.message}", bad.remedy)
    except SortitionError as bad:
        return _no(f"The panel’s file cannot be read. {bad.message}", bad.remedy)


def _no(message: str, remedy: str) -> dict[str, Any]:
    return {"problems": [{"place": "The panel", "message": message, "remedy": remedy}]}


def _as_csv(file: Upload) -> bytes:
    if b"\0" not in file.data[:4096] and not file.data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return file.data
    from sortition.reading.tables import read_table  # only for workbooks: their reader takes a while to import

    table, text_of = read_table(file.name, file.data), io.StringIO(newline="")
    csv.writer(text_of).writerows([table.header.cells, *(row.cells for row in table.rows)])
    return text_of.getvalue().encode()


if __name__ == "__main__":
    answer_as_child(answer)
