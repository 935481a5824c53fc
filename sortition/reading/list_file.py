"""A file that names volunteers: `bytes + pool → who is meant, and where`. Every fault is told at once.

Part of `files`. Volunteers are named by their id, or by other columns that both files have, such as email and postcode;
then all the named cells must agree, without regard to capitals and spaces, and a blank cell agrees with nothing. Those
who were selected already may come from another file than the pool: then their rows join the pool.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sortition.errors import BadFile, FileProblem
from sortition.lists import FEATURE, WORDS, Lists, with_lists
from sortition.pool import Pool
from sortition.problem import DrawProblem
from sortition.quotas import Quotas
from sortition.reading.cells import key_of
from sortition.reading.notices import nearly_named
from sortition.reading.pool_file import PoolFile, read_pool, shared_homes, table_id
from sortition.reading.tables import Table, comment_rows, read_table

SHEETS = ("list", "members", "people", "pool")
File = tuple[str, bytes]


@dataclass(frozen=True)
class ListFiles:
    """What an organiser may add to pool and quotas; a missing file is no list."""

    already: File | None = None
    include: File | None = None
    exclude: File | None = None
    exclude_by: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.already or self.include or self.exclude)


def apply_lists(
    files: ListFiles, pool: PoolFile, quotas: Quotas, size: int, household: tuple[str, ...] = ()
) -> tuple[PoolFile, Quotas]:
    """Pool and quotas with the feature `selection`; raises BadFile or BadList when the lists cannot be kept."""
    notices: list[str] = []
    pool = without_column(pool)
    seated: dict[str, str] = {}
    if files.already:
        pool, seated = _joined(files.already, pool, (quotas, household), notices)
    included = _known(files.include, pool, notices) if files.include else {}
    excluded: dict[str, str] = {}
    if files.exclude:
        excluded = _matched(files.exclude, files.exclude_by, pool, notices)
    problem = with_lists(DrawProblem(pool.pool, quotas, size), lists := Lists(seated, included, excluded))
    if not lists:
        return replace(pool, notices=(*pool.notices, *notices)), quotas
    rows = {id_: (*cells, lists.word(id_)) for id_, cells in pool.rows.items()}
    listed = PoolFile(pool.name, problem.pool, (*pool.columns, FEATURE), rows, (*pool.notices, *notices))
    return listed, problem.quotas


def without_column(pool: PoolFile) -> PoolFile:
    """The pool without the column that an earlier draw with lists wrote; another column of this name is refused."""
    keys = [key_of(column) for column in pool.columns]
    if FEATURE not in keys:
        return pool
    place = keys.index(FEATURE)
    strange = [id_ for id_, cells in pool.rows.items() if cells[place] and cells[place] not in WORDS]
    if strange:
        message = f"The pool has a column {FEATURE} of its own, the name that the lists need."
        raise BadFile((FileProblem(pool.name, 1, pool.columns[place], message, "Give the column another heading."),))
    columns = pool.columns[:place] + pool.columns[place + 1 :]
    return replace(pool, columns=columns, rows={id_: row[:place] + row[place + 1 :] for id_, row in pool.rows.items()})


def _joined(
    file: File, pool: PoolFile, rules: tuple[Quotas, tuple[str, ...]], notices: list[str]
) -> tuple[PoolFile, dict[str, str]]:
    """The pool with everyone of this file in it, and where each was named."""
    quotas, household = rules
    seated = {id_: place for id_, place, _ in _people(read_table(*file, SHEETS), notices)}
    if all(id_ in pool.rows for id_ in seated):
        return pool, seated
    others = read_pool(*file, quotas, household)
    keys = [key_of(column) for column in others.columns]
    order = [0, *(keys.index(key_of(column)) if key_of(column) in keys else None for column in pool.columns[1:])]
    rows = dict(pool.rows)
    for id_, cells in others.rows.items():
        rows.setdefault(id_, tuple("" if place is None else cells[place] for place in order))
    volunteers = {one.id: one for one in (*others.pool.volunteers, *pool.pool.volunteers)}
    own = [key_of(column) for column in pool.columns]
    places = [own.index(key_of(column)) for column in household]
    homes = shared_homes({id_: [cells[place] for place in places] for id_, cells in rows.items()})
    everyone = tuple(replace(volunteers[id_], household=homes.get(id_, "")) for id_ in rows)
    return replace(pool, pool=Pool(pool.pool.features, everyone), rows=rows), seated


def read_table_ids(name: str, data: bytes, known: Mapping[str, object], notices: list[str]) -> tuple[str, ...]:
    """The ids of a table in the order of its rows, such as alternates in calling order; all must be known."""
    table = read_table(name, data, SHEETS)
    people = list(_people(table, notices))
    strange = [(table.name, row, "id", f"{id_} is not in the pool.") for id_, _, row in people if id_ not in known]
    if strange:
        raise BadFile([FileProblem(*where, "Correct the id, or delete the row.") for where in strange])
    return tuple(dict.fromkeys(id_ for id_, _, _ in people))


def _known(file: File, pool: PoolFile, notices: list[str]) -> dict[str, str]:
    """Those of this file, all of whom must be in the pool."""
    table = read_table(*file, SHEETS)
    problems, found = [], {}
    for id_, place, row in _people(table, notices):
        if id_ not in pool.rows:
            message = f"{id_} is not in the pool {pool.name}."
            problems.append(FileProblem(table.name, row, "id", message, "Correct the id, or delete the row."))
        found[id_] = place
    if problems:
        raise BadFile(problems)
    return found


def _matched(file: File, by: tuple[str, ...], pool: PoolFile, notices: list[str]) -> dict[str, str]:
    """Those of the pool whom this file names, by id or by other columns; names of strangers are only counted."""
    table = read_table(*file, SHEETS)
    found: dict[str, str] = {}
    strangers: list[tuple[str, str]] = []
    known = _keys_of_pool(by, pool)
    rows = _keyed(table, by, pool) if by else ((id_, place) for id_, place, _ in _people(table, notices))
    for key, place in rows:
        ids = known.get(key, ())
        if not ids:
            strangers.append((key, place))
        if len(ids) > 1:
            notices.append(f"{place}: this is the {' and the '.join(by)} of {', '.join(ids)}; all are excluded.")
        found |= {id_: place for id_ in ids if id_ not in found}
    notices.append(
        f"{table.name}: {len(found)} of the {len(pool.rows)} volunteers {'is' if len(found) == 1 else 'are'} excluded."
    )
    if strangers:
        rows_are = "row names" if len(strangers) == 1 else "rows name"
        notices.append(f"{table.name}: {len(strangers)} {rows_are} nobody in the pool.")
        notices.extend(() if by else nearly_named(strangers, pool.rows))
    return found


def _keys_of_pool(by: tuple[str, ...], pool: PoolFile) -> Mapping[str, tuple[str, ...]]:
    """Ids by what names them."""
    if not by:
        return {id_: (id_,) for id_ in pool.rows}
    keys = [key_of(column) for column in pool.columns]
    if missing := [column for column in by if key_of(column) not in keys]:
        message = f"The pool has no column {missing[0]} by which volunteers could be excluded."
        remedy = f"Name some of these columns: {', '.join(pool.columns)}."
        raise BadFile((FileProblem(pool.name, 1, missing[0], message, remedy),))
    places = [keys.index(key_of(column)) for column in by]
    found: dict[str, tuple[str, ...]] = {}
    for id_, cells in pool.rows.items():
        if key := _joint([cells[place] for place in places]):
            found[key] = (*found.get(key, ()), id_)
    return found


def _keyed(table: Table, by: tuple[str, ...], pool: PoolFile) -> Iterator[tuple[str, str]]:
    """What names the person of each row, and the row's place."""
    keys = [key_of(cell) for cell in table.header.cells]
    if missing := [column for column in by if key_of(column) not in keys]:
        message = f"The file has no column {missing[0]}."
        remedy = f"Name columns that both files have, such as {_shared(keys, pool)}."
        raise BadFile((FileProblem(table.name, table.header.number, missing[0], message, remedy),))
    places = [keys.index(key_of(column)) for column in by]
    remarks = comment_rows(table, places[0])
    for row in table.rows:
        if row.number not in remarks:
            cells = [row.at(place) for place in places]
            yield _joint(cells), f"{table.name}, row {row.number}"


def _shared(keys: list[str], pool: PoolFile) -> str:
    both = [column for column in pool.columns if key_of(column) in keys]
    return ", ".join(both) or "id"


def _joint(cells: list[str]) -> str:
    """One text for the cells that name a person together; nothing when one of them is blank."""
    plain = ["".join(key_of(cell).split()) for cell in cells]
    return "|".join(plain) if all(plain) else ""


def _people(table: Table, notices: list[str]) -> Iterator[tuple[str, str, int]]:
    """Id, place and row number of everyone named; raises BadFile with every row that has no id."""
    column = table_id(table)
    if column is None:
        message = "No column holds the ids of the volunteers."
        remedy = "Give the column with the ids the heading id, or name other columns with --exclude-by."
        raise BadFile((FileProblem(table.name, table.header.number, "id", message, remedy),))
    remarks = comment_rows(table, column)
    notices += [*table.notices, *(f"{table.name}, row {number}: left out as a comment." for number in sorted(remarks))]
    rows = [row for row in table.rows if row.number not in remarks]
    if blank := [row for row in rows if not row.at(column)]:
        message, remedy = "The row has no id.", "Give the id, or delete the row."
        raise BadFile(tuple(FileProblem(table.name, row.number, "id", message, remedy) for row in blank))
    yield from ((row.at(column), f"{table.name}, row {row.number}", row.number) for row in rows)
