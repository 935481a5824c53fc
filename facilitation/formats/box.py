"""A box of ballots as a file has them: options, papers with their lines, and what the file says of the count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from facilitation.errors import BadBallotFile

SUM = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
Form = Literal["choice", "approval", "points", "ranked", "numbers"]
"""What is on the papers. `numbers` are scores or ranks: the rule says which (a table does not)."""

Payload: TypeAlias = str | tuple[str | tuple[str, ...] | int | None, ...]


@dataclass(frozen=True)
class Paper:
    """What a line says, and how many ballots say it."""

    payload: Payload
    times: int
    line: int


@dataclass(frozen=True)
class Box:
    """All that a file of ballots says."""

    name: str
    title: str
    options: tuple[str, ...]
    form: Form
    papers: tuple[Paper, ...]
    blank: int = 0
    seats: int | None = None
    budget: Fraction | None = None
    costs: tuple[Fraction, ...] | None = None
    least: tuple[Fraction | None, ...] | None = None
    most: int | None = None
    points: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    selected: frozenset[str] | None = None

    @property
    def ballots(self) -> int:
        """How many ballots the papers are, without blank ones."""
        return sum(paper.times for paper in self.papers)


def refused(name: str, line: int, what: str, remedy: str) -> BadBallotFile:
    """The refusal of a line."""
    return BadBallotFile(f"{name}, line {line}: {what}", remedy)


def text_of(name: str, data: bytes) -> str:
    """The file as text: UTF-8, with or without a byte-order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refused(name, line, "this is not UTF-8 text.", "Save the file as UTF-8.") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise refused(name, line, "there is a NUL character.", "Save the file as text.")
    if not text.strip():
        raise BadBallotFile(f"{name}: the file is empty.", "Give a file with ballots.")
    return text


def whole(text: str) -> int | None:
    """A whole number from 0 upwards, or None for anything else.

    >>> whole(" 12 "), whole("-1"), whole("1.5"), whole("١")
    (12, None, None, None)
    """
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def exact_sum(text: str) -> Fraction | None:
    """An exact sum of money, or None.

    >>> exact_sum("1250.50"), exact_sum("1e5"), exact_sum("4. 0")
    (Fraction(2501, 2), None, None)
    """
    return Fraction(text.strip()) if SUM.fullmatch(text.strip()) else None
