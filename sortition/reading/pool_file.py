"""A pool file: `bytes + quotas → PoolFile`. Every fault of the file is collected and told at once.

Part of `files`. Values are matched to the quotas without regard to capitals and spaces and must match one; every other
column is kept as it is. Households come from the address columns the organiser names: two spellings of one address are
one household, and an address left blank is never one.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from sortition.errors import TURNED, TURNS_AROUND, BadFile, FileProblem, shown
from sortition.pool import Pool, Volunteer
from sortition.quotas import Quotas
from sortition.reading.cells import Row, header_key, key_of, looks_like
from sortition.reading.notices import cells_to_look_at, ids_to_look_at
from sortition.reading.spelling import what_is_meant
from sortition.reading.tables import MOST_TOLD, Table, comment_rows, few, read_table, refusal

SHEETS = ("pool", "volunteers", "respondents", "people")
ID_NAMES = (
    "id",
    "nationbuilder_id",
    "unique_id",
    "external_id",
    "respondent_id",
    "volunteer_id",
    "person_id",
    "registration_id",
    "respondent_no",
    "reference",
)
POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?)\s+([0-9][a-z]{2})\b")
ONLY_POSTCODE = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?[0-9][a-z]{2}")


@dataclass(frozen=True)
class PoolFile:
    """The volunteers, and their rows as they will be written again: `id` first, then the file's columns in order."""

    name: str
    pool: Pool
    columns: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]
    notices: tuple[str, ...] = ()

    def table(self, ids: Iterator[str] | tuple[str, ...]) -> list[tuple[str, ...]]:
        """The header and the rows of these volunteers."""
        return [self.columns, *(self.rows[id_] for id_ in ids)]


@dataclass(frozen=True)
class _Places:
    """Which column of the table holds what."""

    id: int
    features: tuple[int, ...]
    household: tuple[int, ...]


def read_pool(name: str, data: bytes, quotas: Quotas, household: tuple[str, ...] = ()) -> PoolFile:
    """The volunteers, each with one value for every feature of the quotas; raises BadFile with every fault."""
    table = read_table(name, data, SHEETS)
    notices = list(table.notices)
    places = _places(table, quotas, household, notices)
    rows, problems = _rows(table, places, notices)
    people = [row for row in rows if row.at(places.id)]
    known = [{key_of(quota.value): quota.value for quota in quotas.of(feature)} for feature in quotas.features]
    exact = [frozenset(spellings.values()) for spellings in known]
    values = {row.cells[places.id]: _values(row, places, known, exact) for row in people}
    if not people and not problems:
        message = "The file has a header and no volunteers."
        problems.append(FileProblem(table.name, None, None, message, "Add one row for each volunteer."))
    faults = (problems, _repeated_ids(table, people, places.id), _unknown_values(table, rows, places, known))
    if found := list(islice(merge(*faults, key=lambda problem: problem.row or 0), MOST_TOLD + 1)):
        raise refusal(found)
    heading = table.header.cells[places.id]
    notices += ids_to_look_at(table.name, heading, [(row.number, row.cells[places.id]) for row in people])
    notices += cells_to_look_at(table)
    width = len(table.header.cells)
    order = (places.id, *(place for place in range(width) if place != places.id))
    cells = {row.cells[places.id]: row.cells + ("",) * (width - len(row.cells)) for row in people}
    homes = _households(table, people, places)
    return PoolFile(
        table.name,
        Pool(quotas.features, tuple(Volunteer(id_, values[id_], homes.get(id_, "")) for id_ in cells)),
        ("id", *(table.header.cells[place] for place in order[1:])),
        {id_: tuple(row[place] for place in order) for id_, row in cells.items()},
        few(notices),
    )


def _places(table: Table, quotas: Quotas, household: tuple[str, ...], notices: list[str]) -> _Places:
    """Find the columns; raises BadFile when one is missing, unnamed or named twice."""
    problems = list(_heading_faults(table))
    have = {key_of(cell): place for place, cell in enumerate(table.header.cells)}
    number = table.header.number
    below = _heading_further_down(table, quotas)
    features = []
    for feature in quotas.features:
        if key_of(feature) not in have:
            message = f"The quotas speak of {shown(feature)}, but the pool has no such column."
            remedy = below or _rename(feature, table) or "Add the column, or delete its quotas."
            problems.append(FileProblem(table.name, number, feature, message, remedy))
        features.append(have.get(key_of(feature), 0))
    homes = []
    for column in household:
        if key_of(column) not in have:
            columns = ", ".join(map(shown, table.header.cells[:12])) + (", …" if len(table.header.cells) > 12 else "")
            remedy = f"Name some of these columns: {columns}."
            problems.append(FileProblem(table.name, number, column, "There is no such household column.", remedy))
        homes.append(have.get(key_of(column), 0))
    id_ = table_id(table)
    if id_ is None and 0 not in features:
        id_ = 0
        notices.append(
            f"{table.name}: no column is called id, so the first one, {shown(table.header.cells[0])}, is used."
        )
    if id_ is None and not problems:
        message = "No column holds the ids of the volunteers."
        problems.append(FileProblem(table.name, number, "id", message, "Add a column id with one number for each."))
    if problems or id_ is None:
        raise BadFile(tuple(problems))
    return _Places(id_, tuple(features), tuple(homes))


def table_id(table: Table) -> int | None:
    """Where the ids stand, by any of their usual names."""
    keys = [header_key(cell) for cell in table.header.cells]
    return next((keys.index(name) for name in ID_NAMES if name in keys), None)


def _heading_faults(table: Table) -> Iterator[FileProblem]:
    """Headings that are missing or occur twice."""
    number = table.header.number
    seen: dict[str, int] = {}
    for place, cell in enumerate(table.header.cells, start=1):
        if not cell:
            message = f"Column {place} has no heading."
            yield FileProblem(table.name, number, None, message, "Write a heading, or delete the column.")
        elif (first := seen.setdefault(key_of(cell), place)) != place:
            message = f"Columns {first} and {place} have the same heading."
            yield FileProblem(table.name, number, cell, message, "Rename or delete one of them.")


def _rename(feature: str, table: Table) -> str:
    """A remedy when a heading is nearly the feature's name."""
    names = {key_of(cell): cell for cell in table.header.cells}
    near = difflib.get_close_matches(key_of(feature), list(names), n=1)
    return f"Did you mean {shown(names[near[0]])}? Write the same name in both files." if near else ""


def _heading_further_down(table: Table, quotas: Quotas) -> str:
    """A remedy when a title stands above the heading."""
    wanted = {key_of(feature) for feature in quotas.features}
    for row in table.rows[:10]:
        if wanted <= {key_of(cell) for cell in row.cells}:
            return f"Row {row.number} looks like the heading: delete the rows above it."
    return ""


def _rows(table: Table, places: _Places, notices: list[str]) -> tuple[list[Row], list[FileProblem]]:
    """The rows that describe a volunteer, with the faults of rows that are too long or have no id."""
    rows, problems = [], []
    remarks = comment_rows(table, places.id)
    width = len(table.header.cells)
    for row in table.rows:
        if row.number in remarks:
            notices.append(f"{table.name}, row {row.number}: left out as a comment.")
        elif len(row.cells) > width:
            message = f"The row has {len(row.cells)} cells, but the header has {width}."
            remedy = "Put quotation marks around a cell that contains a comma, or give the extra column a heading."
            problems.append(FileProblem(table.name, row.number, None, message, remedy))
        else:
            rows.append(row)
            if not row.at(places.id):
                where = (table.name, row.number, table.header.cells[places.id])
                problems.append(FileProblem(*where, "The row has no id.", "Give the volunteer an id."))
    return rows, problems


def _repeated_ids(table: Table, people: list[Row], place: int) -> Iterator[FileProblem]:
    """Ids that two rows share, or that nobody could tell apart; both rows are named."""
    first: dict[str, Row] = {}
    for row in people:
        where = (table.name, row.number, table.header.cells[place])
        id_ = row.cells[place]
        if TURNS_AROUND.search(id_):
            yield FileProblem(*where, TURNED.format(shown(id_)), "Type the id again.")
        earlier = first.setdefault(looks_like(id_), row)
        if earlier is not row:
            message = f"The id {shown(id_)} is also in row {earlier.number}."
            if earlier.cells[place] != id_:
                message = f"The id {shown(id_)} looks like the one in row {earlier.number}, and is not the same."
            remedy = f"Delete row {earlier.number} or row {row.number}, or give one of them another id."
            yield FileProblem(*where, message, remedy)


def _values(
    row: Row, places: _Places, known: Sequence[Mapping[str, str]], exact: Sequence[frozenset[str]]
) -> tuple[str, ...]:
    """A volunteer's values as the quotas spell them; nothing where a cell matches none."""
    columns = zip((row.at(place) for place in places.features), known, exact, strict=True)
    return tuple(cell if cell in same else spellings.get(key_of(cell), "") for cell, spellings, same in columns)


def _unknown_values(
    table: Table, rows: list[Row], places: _Places, known: Sequence[Mapping[str, str]]
) -> Iterator[FileProblem]:
    """The cells that match no quota."""
    for row in rows:
        for place, spellings in zip(places.features, known, strict=True):
            cell = row.at(place)
            if key_of(cell) not in spellings:
                yield FileProblem(table.name, row.number, table.header.cells[place], *_unknown(cell, spellings))


def _unknown(cell: str, spellings: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong with a cell that matches no quota, and what the organiser may have meant."""
    among = ", ".join(map(shown, islice(spellings.values(), 12))) + (", …" if len(spellings) > 12 else "")
    if not cell:
        return "The cell is blank.", f"Fill it in with one of {among}, or delete the row."
    meant = what_is_meant(cell, spellings)
    return f"“{shown(cell)}” has no quota.", f"{meant}Write one of {among}, or add a quota for it."


def _households(table: Table, people: list[Row], places: _Places) -> dict[str, str]:
    """The household of every volunteer who shares an address."""
    return shared_homes({row.cells[places.id]: [row.at(place) for place in places.household] for row in people})


def shared_homes(addresses: Mapping[str, list[str]]) -> dict[str, str]:
    """Id to household for all who share an address; numbered in the order of the smallest ids.

    The numbers replace the addresses from here on, so no address ever reaches a published file.
    """
    homes: dict[str, list[str]] = {}
    for id_, parts in addresses.items():
        if address := same_address(parts):
            homes.setdefault(address, []).append(id_)
    shared = sorted(sorted(ids) for ids in homes.values() if len(ids) > 1)
    return {id_: f"household {number}" for number, ids in enumerate(shared, start=1) for id_ in ids}


def same_address(parts: list[str]) -> str:
    """One text for all spellings of an address, or nothing when it is blank.

    Capitals, punctuation and spaces do not count, except a gap between two numbers ("1 2 High St" is not "12 High St").
    A postcode alone, with the address column blank, is no address: a dozen front doors share it.

    >>> same_address(["1 High St.", "AB1 2CD"]) == same_address(["1, high st", "ab12cd"])
    True
    >>> same_address(["", "AB1 2CD"])
    ''
    """
    plain = [_plain(part) for part in parts]
    written = [part for part in plain if part]
    if len(written) == 1 < len(plain) and ONLY_POSTCODE.fullmatch(written[0]):
        return ""
    return "|".join(plain) if written else ""


def _plain(text: str) -> str:
    """Letters and digits alone, with a gap kept between two numbers."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    joined = POSTCODE.sub(r"\1\2", folded)
    words = "".join(mark if mark.isalnum() else " " for mark in joined)
    return re.sub(r"(?<![0-9]) +| +(?![0-9])", "", " ".join(words.split()))
