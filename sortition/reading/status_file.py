"""The answers of those who were asked: `bytes → id and status`, and a draw's folder as a pool again.

Part of `files`. A status file has the columns id and status; every fault is told at once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sortition.errors import BadFile, FileProblem, shown
from sortition.lists import FEATURE
from sortition.reading.cells import header_key
from sortition.reading.list_file import without_column
from sortition.reading.pool_file import PoolFile, table_id
from sortition.reading.tables import comment_rows, read_table
from sortition.record import BadRecord, Record, read_json, read_record, sha256
from sortition.standby.standing import CONFIRMED, NEVER_SELECTED, STATUSES, never_selected
from sortition.verify import faults_of

KEYS = {header_key(status): status for status in STATUSES}


@dataclass(frozen=True)
class DrawnFolder:
    """A draw as its folder tells it: the record, the panel, the rows of everybody, and the hash of the record.

    `gamma` is the weight of a draw by goldilocks; other ideas have none.
    """

    record: Record
    panel: tuple[str, ...]
    pool: PoolFile
    hash: str
    gamma: Fraction | None


@dataclass(frozen=True)
class StatusFile:
    """What was answered, by id, and what to look at in the file."""

    name: str
    statuses: Mapping[str, str]
    notices: tuple[str, ...]


def read_statuses(
    name: str, data: bytes, known: Mapping[str, object], selected: Collection[str] | None = None
) -> StatusFile:
    """Id to status for everyone in the file; raises BadFile with every wrong row.

    Where it is known who was selected, nobody else can have confirmed.
    """
    table = read_table(name, data, ("status", "statuses", "answers"))
    header = [header_key(cell) for cell in table.header.cells]
    where = (table.name, table.header.number)
    place, column = table_id(table), header.index("status") if "status" in header else None
    if place is None or column is None:
        missing = "id" if place is None else "status"
        remedy = f"Give the file the columns id and status, where a status is one of {', '.join(STATUSES)}."
        raise BadFile((FileProblem(*where, missing, f"The file has no column {missing}.", remedy),))
    found: dict[str, str] = {}
    first: dict[str, int] = {}
    problems = []
    remarks = comment_rows(table, place)
    for row in table.rows:
        if row.number in remarks:
            continue
        cells = (*row.cells, *[""] * (len(header) - len(row.cells)))
        id_, status = cells[place], KEYS.get(header_key(cells[column]))
        at = (table.name, row.number)
        if id_ not in known:
            message = f"{id_} is not in the pool." if id_ else "The row has no id."
            problems.append(FileProblem(*at, "id", message, "Correct the id, or delete the row."))
        if status is None:
            message = f"“{shown(cells[column])}” is no status." if cells[column] else "The status is blank."
            problems.append(FileProblem(*at, "status", message, f"Write one of {', '.join(STATUSES)}."))
        if id_ and first.setdefault(id_, row.number) != row.number:
            message = f"The id {id_} is also in row {first[id_]}."
            problems.append(FileProblem(*at, "id", message, "Keep the row that holds the latest answer."))
        if status == CONFIRMED and id_ in known and selected is not None and id_ not in selected:
            problems.append(FileProblem(*at, "status", never_selected(id_), NEVER_SELECTED))
        found[id_] = status or ""
    if not found:
        remedy = "Write a row, id and status, for everyone who has answered."
        problems.append(FileProblem(*where, None, "The file has a heading and no answers.", remedy))
    if problems:
        raise BadFile(problems)
    comments = (f"{table.name}, row {number}: left out as a comment." for number in sorted(remarks))
    return StatusFile(table.name, found, (*table.notices, *comments))


def read_drawn(files: Mapping[str, bytes]) -> DrawnFolder:
    """A draw's folder, checked first: what was changed cannot be followed by another draw."""
    faults = faults_of(files)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise BadRecord(f"The draw's folder does not hold: {faults[0]}{more}", "Get the folder from its source.")
    record, _ = read_record(files["report.json"])
    header, *members = _cells(files["panel.csv"])
    _, *others = _cells(files["remaining.csv"])
    rows = {row[0]: tuple(row) for row in (*members, *others)}
    pool = PoolFile("the draw's folder", record.problem.pool, tuple(header), rows)
    if FEATURE in record.problem.quotas.features:
        pool = without_column(pool)
    gamma = read_json("certificate.json", files["certificate.json"]).get("gamma")
    return DrawnFolder(
        record,
        tuple(row[0] for row in members),
        pool,
        sha256(files["report.json"]),
        None if gamma is None else Fraction(gamma),
    )


def _cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))
