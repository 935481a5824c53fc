"""A file of population shares: `bytes → Shares`. Every fault of the file is collected and told at once.

Part of `files`. One row per value, with one column that is either a share (percentages, or parts of 1) or a number of
people; which of the first two a feature means is told by its sum. Decimals are read exactly. Shares that miss 100 by no
more than their own rounding, and by 2 at most, are taken as parts of their sum, and that is told; any other sum is
refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sortition.errors import BadFile, FileProblem
from sortition.pool import Pool, Volunteer
from sortition.reading.cells import Row, header_key, key_of
from sortition.reading.notices import cells_to_look_at, values_to_look_at
from sortition.reading.tables import Table, comment_rows, read_table, refusal
from sortition.shares import Share, Shares, in_decimals

SHEETS = ("shares", "census", "population")
PARTS = ("share", "shares", "proportion", "percent", "percentage", "per_cent", "pct", "%")
PEOPLE = ("population", "people", "persons", "count", "number", "n")
DECIMAL = re.compile(r"\+?([0-9]{1,12})(?:[.,]([0-9]{1,12}))?\s*(%?)")
WHOLE = re.compile(r"\+?([0-9]{1,3}(?:[ ,.'’\u00a0\u202f][0-9]{3})+|[0-9]{1,12})(?:[.,]0*)?")
MOST_OFF = Fraction(1, 50)  # how far a sum may miss its whole
HEADER_REMEDY = "Start the file with the row: feature,value,percent."


@dataclass(frozen=True)
class SharesFile:
    """The shares, and what the reader should tell the organiser."""

    name: str
    shares: Shares
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Written:
    """One row as it stands in the file: a number, in hundredths or as people, and how finely it is given."""

    row: int
    feature: str
    value: str
    number: Fraction
    unit: Fraction
    signed: bool = False


def read_shares_file(name: str, data: bytes) -> SharesFile:
    """The shares of a file; raises BadFile with every fault.

    >>> read_shares_file("census.csv", b"feature,value,percent\\nage,16-29,27.5%\\nage,30+,72.5%\\n").shares.rows[0]
    Share(feature='age', value='16-29', part=Fraction(11, 40))
    """
    table = read_table(name, data, SHEETS)
    places, people = _places(table)
    problems: list[FileProblem] = []
    notices = list(table.notices)
    written: list[_Written] = []
    remarks = comment_rows(table, places["feature"])
    for row in table.rows:
        if row.number in remarks or not row.at(places["feature"]):
            notices.append(f"{table.name}, row {row.number}: left out as a comment, because it names no feature.")
        elif (one := _written(table, row, places, problems)) is not None:
            written.append(one)
    spelling: dict[str, str] = {}
    features: dict[str, list[_Written]] = {}
    for one in written:
        features.setdefault(spelling.setdefault(key_of(one.feature), one.feature), []).append(one)
    problems += _repeated(table.name, features)
    if not written and not problems:
        remedy = "Write one row for each value of each feature below the header."
        problems.append(FileProblem(table.name, None, None, "The file has a header and no shares.", remedy))
    column = table.header.cells[places["share"]]
    totals, readable = {}, not problems
    for feature, rows in features.items():
        found = _total(feature, rows, people=people) if readable else None
        if isinstance(found, Fraction):
            totals[feature] = found
            if not people and found not in (1, 100):
                notices.append(_not_quite(table.name, feature, found))
        elif found:
            problems.append(FileProblem(table.name, None, column, *found))
    if problems:
        raise refusal(problems)
    notices += cells_to_look_at(table)
    heading = table.header.cells[places["value"]]
    notices += values_to_look_at(table.name, heading, [(one.row, one.value) for one in written])
    shares = (
        Share(feature, one.value, one.number / totals[feature]) for feature in features for one in features[feature]
    )
    return SharesFile(table.name, Shares(tuple(shares)), tuple(notices))


def _places(table: Table) -> tuple[dict[str, int], bool]:
    """Which column holds what, and whether the shares are numbers of people."""
    keys = [header_key(cell) for cell in table.header.cells]
    feature = "category" if "category" in keys else "feature"
    values = [key for key in ("value", "name", "feature") if key in keys and key != feature]
    shares = [key for key in keys if key in PARTS] or [key for key in keys if key in PEOPLE]
    wanted = {
        "feature": feature,
        "value": values[0] if values else "value",
        "share": shares[0] if shares else "percent",
    }
    problems = []
    for role, key in wanted.items():
        count = len(shares) if role == "share" and shares else keys.count(key)
        where = (table.name, table.header.number, key)
        if count > 1:
            message = (
                f"There are {count} columns that could be meant." if role == "share" else f"It occurs {count} times."
            )
            problems.append(FileProblem(*where, message, "Delete or rename all but one of them."))
        if count == 0:
            problems.append(FileProblem(*where, "There is no column with this heading.", HEADER_REMEDY))
    if problems:
        raise BadFile(tuple(problems))
    return {role: keys.index(key) for role, key in wanted.items()}, wanted["share"] in PEOPLE


def _written(table: Table, row: Row, places: Mapping[str, int], problems: list[FileProblem]) -> _Written | None:
    """One row; otherwise its faults join the problems."""
    before = len(problems)

    def fault(role: str, message: str, remedy: str) -> None:
        problems.append(FileProblem(table.name, row.number, table.header.cells[places[role]], message, remedy))

    if len(row.cells) > len(table.header.cells):
        message = f"The row has {len(row.cells)} cells, but the header has {len(table.header.cells)}."
        remedy = "Put quotation marks around a cell that contains a comma, or give the extra column a heading."
        problems.append(FileProblem(table.name, row.number, None, message, remedy))
        return None
    value, text = row.at(places["value"]), row.at(places["share"])
    if not value:
        fault("value", "The value is blank.", "Write the value, or delete the row.")
    people = header_key(table.header.cells[places["share"]]) in PEOPLE
    read = (_people if people else _part)(text)
    if read is None:
        remedy = (
            "Write how many people, as a whole number such as 12500." if people else "Write a share such as 27.5 %."
        )
        if not text:
            fault("share", "The cell is blank.", remedy)
        elif text[0] in "-−–":
            fault("share", f"“{text}” is negative.", "Write 0 or more.")
        else:
            fault("share", f"“{text}” is not {'a whole number' if people else 'a share'}.", remedy)
    if read is None or len(problems) > before:
        return None
    return _Written(row.number, row.at(places["feature"]), value, *read)


def _part(text: str) -> tuple[Fraction, Fraction, bool] | None:
    """A decimal number, exactly, the unit of its last place, and whether it has a percent sign."""
    match = DECIMAL.fullmatch(text)
    if not match:
        return None
    unit = Fraction(1, 10 ** len(match[2] or ""))
    return int(match[1] + (match[2] or "")) * unit, unit, bool(match[3])


def _people(text: str) -> tuple[Fraction, Fraction] | None:
    """A whole number, which may have its thousands set apart."""
    match = WHOLE.fullmatch(text)
    return (Fraction(int(re.sub(r"\D", "", match[1]))), Fraction(1)) if match else None


def _total(feature: str, rows: Sequence[_Written], *, people: bool) -> Fraction | tuple[str, str]:
    """What the numbers of a feature are parts of; or the message and the remedy of a sum that cannot be right."""
    total = sum((row.number for row in rows), Fraction(0))
    if people:
        if total:
            return total
        return f"Nobody has any value of {feature}.", "Write how many people have each value."
    # every share may be off by half of its last place; what misses much more than a percent is no rounding all the same
    off = sum((row.unit for row in rows), Fraction(0)) / 2
    are_parts = max(row.unit for row in rows) < 1 and not any(row.signed for row in rows)
    if abs(total - 100) <= min(off, 100 * MOST_OFF) or (are_parts and abs(total - 1) <= min(off, MOST_OFF)):
        return total
    whole = 1 if are_parts and total < 2 else 100
    message = f"The shares of {feature} add up to {in_decimals(total)}, too far from {whole} for rounding."
    return message, f"Correct them so that they add up to {whole}; add a row such as “Other” if a part is missing."


def _not_quite(name: str, feature: str, total: Fraction) -> str:
    """Said, because nothing is put right in silence."""
    whole = 1 if total < 2 else 100
    sentence = f"{name}: the shares of {feature} add up to {in_decimals(total)}"
    return f"{sentence}; each is taken as a part of that, not of {whole}."


def _repeated(name: str, features: Mapping[str, Sequence[_Written]]) -> list[FileProblem]:
    """Values written twice; both rows are named."""
    problems = []
    for feature, rows in features.items():
        first: dict[str, int] = {}
        for one in rows:
            earlier = first.setdefault(key_of(one.value), one.row)
            if earlier != one.row:
                message = f"{feature}={one.value} has a share in row {earlier} and again in row {one.row}."
                problems.append(FileProblem(name, one.row, None, message, f"Delete row {earlier} or row {one.row}."))
    return problems


def read_answers(name: str, data: bytes, shares: Shares) -> Pool:
    """A pool file's answers to the features of the shares, whatever they are; ids are row numbers.

    This is for looking: a draw reads the pool under its quotas and refuses an answer that none of them names.
    """
    table = read_table(name, data, ("pool", "volunteers", "respondents", "people"))
    columns = {feature: table.column(key_of(feature)) for feature in shares.features}
    known = {(key_of(row.feature), key_of(row.value)): row.value for row in shares.rows}
    features = tuple(feature for feature, place in columns.items() if place is not None)
    remarks = comment_rows(table, 0)

    def answer(row: Row, feature: str) -> str:
        text = row.at(columns[feature] or 0)
        return known.get((key_of(feature), key_of(text)), text)

    people = (row for row in table.rows if row.number not in remarks)
    return Pool(features, tuple(Volunteer(str(r.number), tuple(answer(r, f) for f in features)) for r in people))
