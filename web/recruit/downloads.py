"""Files that leave the house: byte for byte for programs, and once more made safe for a spreadsheet."""

from __future__ import annotations

import csv
import io

from flask import Response

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def download(data: bytes, name: str) -> Response:
    """A file to keep, never to be run by the browser."""
    response = Response(data, mimetype="text/csv" if name.endswith(".csv") else "application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def for_spreadsheets(table: bytes) -> bytes:
    """A CSV that a spreadsheet opens as it is meant: with BOM, quoted, and without formulas.

    >>> for_spreadsheets(b"id,name\\n1,=2+2\\n").decode("utf-8-sig")
    '"id","name"\\r\\n"1","\\'=2+2"\\r\\n'
    """
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(table.decode("utf-8"))):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return (BOM + made.getvalue()).encode("utf-8")
