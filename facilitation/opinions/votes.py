"""What people said of statements: agree, disagree, pass, or nothing.

Pure. A table of votes is people × statements; agree is +1, disagree −1, pass 0, and what somebody has not seen is
missing. A vote is not a ballot: it can be changed, nothing is decided by it, and it is shown in groups only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facilitation.errors import BadOpinions

Marks = NDArray[np.int8]

AGREE, PASS, DISAGREE, MISSING = 1, 0, -1, 9
WORDS: Final = MappingProxyType(
    {
        **dict.fromkeys(("1", "agree", "yes", "a"), AGREE),
        **dict.fromkeys(("-1", "disagree", "no", "d"), DISAGREE),
        **dict.fromkeys(("0", "pass", "unsure", "p"), PASS),
        **dict.fromkeys(("", "nan", "none"), MISSING),
    }
)
LEAST_VOTES: Final = 7
"""Whoever voted on fewer statements (or on fewer than all, where there are not so many) is in no group."""
MOST_PEOPLE, MOST_STATEMENTS, LONGEST_STATEMENT = 20_000, 2_000, 500
NOT_VOTES: Final = frozenset(
    {"participant", "id", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "name"}
)
"""Columns of exported files that are no statements."""


@dataclass(frozen=True)
class Votes:
    """People × statements. `marks[i, j]` is 1, 0, −1, or 9 where there is none."""

    people: tuple[str, ...]
    statements: tuple[str, ...]
    marks: Marks

    def __post_init__(self) -> None:
        if self.marks.shape != (len(self.people), len(self.statements)):
            raise ValueError("the marks do not fit people and statements")

    @property
    def cast(self) -> NDArray[np.bool_]:
        """Where there is a vote."""
        said: NDArray[np.bool_] = self.marks != MISSING
        return said

    def straight_liners(self) -> tuple[str, ...]:
        """Who said the same of everything they voted on, at least seven statements: perhaps without reading."""
        cast = self.cast
        lowest = np.where(cast, self.marks, 2).min(axis=1, initial=2)
        highest = np.where(cast, self.marks, -2).max(axis=1, initial=-2)
        same = (lowest == highest) & (cast.sum(axis=1) >= LEAST_VOTES)
        return tuple(self.people[i] for i in np.flatnonzero(same))


def read_votes(data: bytes) -> Votes:
    """A table of votes: a row for everyone, a column for every statement; the first column is the person.

    Columns of Polis exports that are no statements are left aside. Refused with row and column where a cell is no vote.

    >>> read_votes(b"participant,More buses,More trams\\n7,agree,-1\\n9,,0\\n").marks.tolist()
    [[1, -1], [9, 0]]
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadOpinions("The file is not UTF-8.", "Save it as “CSV UTF-8” and try again.") from None
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))]
    except csv.Error as error:
        raise BadOpinions(f"The file cannot be read as CSV: {error}.", "Mend its quotation marks.") from None
    if len(rows) < 2:
        raise BadOpinions("The file has no votes.", "Give a header with the statements, and a row for everyone.")
    columns = [place for place, name in enumerate(rows[0]) if place and name.strip().casefold() not in NOT_VOTES]
    statements = tuple(" ".join(rows[0][place].split()) for place in columns)
    _sizes(len(rows) - 1, statements)
    marks = np.full((len(rows) - 1, len(columns)), MISSING, dtype=np.int8)
    for number, row in enumerate(rows[1:]):
        for place, column in enumerate(columns):
            marks[number, place] = _mark(row, column, number + 2, statements[place])
    return Votes(_people(rows[1:]), statements, marks)


def _sizes(people: int, statements: Sequence[str]) -> None:
    if people > MOST_PEOPLE or not 1 <= len(statements) <= MOST_STATEMENTS:
        raise BadOpinions(
            f"{people} people and {len(statements)} statements.",
            f"Give at most {MOST_PEOPLE} people, and 1 to {MOST_STATEMENTS} statements.",
        )
    for number, statement in enumerate(statements, start=2):
        if not statement or len(statement) > LONGEST_STATEMENT:
            raise BadOpinions(
                f"Column {number} has no statement, or too long a one.",
                f"Say it in 1 to {LONGEST_STATEMENT} characters.",
            )


def _mark(row: Sequence[str], column: int, line: int, statement: str) -> int:
    cell = row[column].strip().casefold() if column < len(row) else ""
    cell = cell.removesuffix(".0")
    if cell not in WORDS:
        raise BadOpinions(
            f"Row {line}, “{statement[:40]}”: “{cell[:20]}” is no vote.", "Write agree, disagree, pass, or nothing."
        )
    return WORDS[cell]


def _people(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    people = tuple(row[0].strip() for row in rows)
    seen: dict[str, int] = {}
    for line, person in enumerate(people, start=2):
        if not person or person in seen:
            raise BadOpinions(f"Row {line}: “{person[:40]}” is no id of its own.", "Give everyone an id of their own.")
        seen[person] = line
    return people
