"""A quotas file: `bytes → Quotas`. Every fault of the file is collected and told at once.

Part of `files`. Three families of headers are understood: `feature,value`, the older `category,name`, and the research
files' `category,feature` where “feature” is the value. `write_quotas` writes them back in the first family.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sortition.errors import TURNED, TURNS_AROUND, BadFile, FileProblem, shown
from sortition.quotas import Quota, Quotas
from sortition.reading.cells import Row, header_key, key_of, write_csv
from sortition.reading.notices import cells_to_look_at, values_to_look_at
from sortition.reading.tables import Table, comment_rows, few, read_table, refusal

SHEETS = ("quotas", "targets", "categories")
NUMBERS = ("min", "max", "min_flex", "max_flex")
OPTIONAL = ("min_flex", "max_flex", "locked")
YES, NO = ("yes", "y", "true", "1", "x", "locked"), ("", "no", "n", "false", "0")
SYNONYMS = {"minimum": "min", "maximum": "max", "minflex": "min_flex", "maxflex": "max_flex"}
WHOLE = re.compile(r"\+?([0-9]{1,6})(?:[.,]0*)?")
HEADER_REMEDY = "Start the file with the row: feature,value,min,max."


@dataclass(frozen=True)
class QuotasFile:
    """The quotas, the row each stands in, and what the reader should tell the organiser."""

    name: str
    quotas: Quotas
    rows: tuple[int, ...]
    notices: tuple[str, ...] = ()


def read_quotas(name: str, data: bytes) -> Quotas:
    """The quotas alone.

    >>> read_quotas("q.csv", b"Category;Name;Min;Max\\nage;16-29;2;3.0\\n").rows
    (Quota(feature='age', value='16-29', min=2, max=3, min_flex=None, max_flex=None, locked=False),)
    """
    return read_quotas_file(name, data).quotas


def read_quotas_file(name: str, data: bytes) -> QuotasFile:
    """The quotas with their places; raises BadFile with every fault."""
    table = read_table(name, data, SHEETS)
    places = _places(table)
    problems: list[FileProblem] = []
    notices = list(table.notices)
    read: list[tuple[int, Quota]] = []
    remarks = comment_rows(table, places["feature"])
    for row in table.rows:
        if not row.at(places["feature"]) or row.number in remarks:
            notices.append(f"{table.name}, row {row.number}: left out as a comment, because it names no feature.")
        elif (quota := _quota(table, row, places, problems)) is not None:
            read.append((row.number, quota))
    read = _one_spelling(read)
    problems += _repeated(table.name, read)
    if not table.rows or (not read and not problems):
        remedy = "Write one row for each value of each feature below the header."
        problems.append(FileProblem(table.name, None, None, "The file has a header and no quotas.", remedy))
    if problems:
        raise refusal(problems)
    notices += cells_to_look_at(table)
    heading = table.header.cells[places["value"]]
    notices += values_to_look_at(table.name, heading, [(number, quota.value) for number, quota in read])
    return QuotasFile(table.name, Quotas(tuple(q for _, q in read)), tuple(n for n, _ in read), few(notices))


def _places(table: Table) -> dict[str, int]:
    """Which column holds what; raises BadFile when one is missing or stands there twice."""
    keys = [SYNONYMS.get(header_key(cell), header_key(cell)) for cell in table.header.cells]
    feature = "category" if "category" in keys else "feature"
    values = [key for key in ("value", "name", "feature") if key in keys and key != feature]
    wanted = {"feature": feature, "value": values[0] if values else "value"} | {
        key: key for key in (*NUMBERS, "locked")
    }
    problems = []
    for role, key in wanted.items():
        count = keys.count(key)
        where = (table.name, table.header.number, key)
        if count > 1:
            problems.append(FileProblem(*where, f"The heading occurs {count} times.", "Delete or rename one of them."))
        if count == 0 and role not in OPTIONAL:
            problems.append(FileProblem(*where, "There is no column with this heading.", HEADER_REMEDY))
    if problems:
        raise BadFile(tuple(problems))
    return {role: keys.index(key) for role, key in wanted.items() if key in keys}


def _quota(table: Table, row: Row, places: dict[str, int], problems: list[FileProblem]) -> Quota | None:
    """One row as a quota; otherwise its faults join the problems."""
    before = len(problems)

    def fault(column: str, message: str, remedy: str) -> None:
        problems.append(FileProblem(table.name, row.number, table.header.cells[places[column]], message, remedy))

    if len(row.cells) > len(table.header.cells):
        message = f"The row has {len(row.cells)} cells, but the header has {len(table.header.cells)}."
        remedy = "Put quotation marks around a cell that contains a comma, or give the extra column a heading."
        problems.append(FileProblem(table.name, row.number, None, message, remedy))
    value = row.at(places["value"])
    if not value:
        fault("value", "The value is blank.", "Write the value, or delete the row.")
    for column in ("feature", "value"):
        if TURNS_AROUND.search(text := row.at(places[column])):
            fault(column, TURNED.format(shown(text)), "Type it again.")
    numbers: dict[str, int | None] = {}
    for column in (column for column in NUMBERS if column in places):
        text = row.at(places[column])
        match = WHOLE.fullmatch(text)
        numbers[column] = int(match[1]) if match else None
        if not match and (text or column in ("min", "max")):
            fault(column, *_not_a_number(text))
    locked = key_of(row.at(places["locked"])) if "locked" in places else ""
    if locked not in (*YES, *NO):
        fault(
            "locked",
            f"“{shown(locked)}” is neither yes nor no.",
            "Write yes if no repair may touch this quota, else no.",
        )
    low, high = numbers["min"], numbers["max"]
    if low is None or high is None or len(problems) > before:
        return None
    low_flex, high_flex = numbers.get("min_flex"), numbers.get("max_flex")
    if low > high:
        fault("max", f"The maximum {high} is less than the minimum {low}.", "Raise max or lower min.")
    if low_flex is not None and low_flex > low:
        fault("min_flex", f"{low_flex} is more than the minimum {low}.", f"Write {low} or less, or leave it blank.")
    if high_flex is not None and high_flex < high:
        fault("max_flex", f"{high_flex} is less than the maximum {high}.", f"Write {high} or more, or leave it blank.")
    if len(problems) > before:
        return None
    return Quota(row.at(places["feature"]), value, low, high, low_flex, high_flex, locked=locked in YES)


def _not_a_number(text: str) -> tuple[str, str]:
    """What is wrong with a cell that should hold a number of members."""
    remedy = "Write how many members, as a whole number such as 5."
    if not text:
        return "The cell is blank.", remedy
    if re.fullmatch(r"[-−–][0-9]+(?:[.,][0-9]+)?", text):
        return f"“{shown(text)}” is negative.", "Write 0 or more."
    if re.fullmatch(r"[0-9]+[.,][0-9]+", text):
        return f"“{shown(text)}” is not a whole number.", remedy
    if re.fullmatch(r"[0-9.,]+ ?%", text):
        return f"“{shown(text)}” is a percentage.", remedy
    if re.fullmatch(r"[0-9]+", text):
        return f"“{shown(text)}” is more than any panel has.", remedy
    return f"“{shown(text)}” is not a number.", remedy


def _one_spelling(read: Sequence[tuple[int, Quota]]) -> list[tuple[int, Quota]]:
    """Rows that write a feature in different capitals get the first row's spelling."""
    spelling: dict[str, str] = {}
    for _, quota in read:
        spelling.setdefault(key_of(quota.feature), quota.feature)
    return [(row, replace(quota, feature=spelling[key_of(quota.feature)])) for row, quota in read]


def _repeated(name: str, read: Sequence[tuple[int, Quota]]) -> list[FileProblem]:
    """Quotas written twice; both rows are named."""
    first: dict[tuple[str, str], int] = {}
    problems = []
    for row, quota in read:
        earlier = first.setdefault((key_of(quota.feature), key_of(quota.value)), row)
        if earlier != row:
            message = (
                f"{shown(quota.feature)}={shown(quota.value)} has a quota in row {earlier} and again in row {row}."
            )
            problems.append(FileProblem(name, row, None, message, f"Delete row {earlier} or row {row}."))
    return problems


def write_quotas(quotas: Quotas) -> bytes:
    """A quotas file that reads as these quotas; columns for flex and locks only where some quota has them.

    >>> write_quotas(Quotas((Quota("age", "16-29", 2, 3), Quota("age", "30+", 1, 9, min_flex=0, locked=True))))
    b'feature,value,min,max,min_flex,max_flex,locked\\nage,16-29,2,3,,,no\\nage,30+,1,9,0,,yes\\n'
    """
    columns = ["feature", "value", "min", "max"]
    if any(quota.min_flex is not None or quota.max_flex is not None for quota in quotas.rows):
        columns += ["min_flex", "max_flex"]
    if any(quota.locked for quota in quotas.rows):
        columns += ["locked"]
    return write_csv([columns, *([_written(getattr(quota, column)) for column in columns] for quota in quotas.rows)])


def _written(content: str | int | bool | None) -> str:
    """One cell of a quotas file."""
    if isinstance(content, bool):
        return "yes" if content else "no"
    return "" if content is None else str(content)
