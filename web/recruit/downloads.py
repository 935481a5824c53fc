"""Files that leave the house: byte for byte for programs, and once more as a workbook for a spreadsheet program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from flask import Response

from facilitation.desk.private_folders import private_folder

PATIENCE = 120  # seconds; 20,000 volunteers take six


def download(data: bytes, name: str) -> Response:
    """A file to keep, never to be run by the browser."""
    response = Response(data, mimetype="text/csv" if name.endswith(".csv") else "application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def workbook_of(tables: Mapping[str, bytes]) -> bytes:
    """What `folkmoot export` makes of these tables: every cell is text, and none runs as a formula.

    Made in a child process, which takes no time from a session that is running in this one.
    """
    with private_folder("export") as private:
        folder, book = private / "tables", private / "book.xlsx"
        folder.mkdir()
        for name, data in tables.items():
            (folder / name).write_bytes(data)
        command = [sys.executable, "-m", "sortition.cli", "export", str(folder), "--out", str(book)]
        subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
        return book.read_bytes()
