"""What can go wrong in the lottery house, said so that an organiser can mend it.

Pure. Every error has a stable `code`, a `message` that names the place and a `remedy` that says what to do next.
To add an error: one class here with its code and, where the raise site would otherwise spell it out, its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

LONGEST_QUOTE = 60
# signs that make people read a text in another order than it is written (Unicode's bidirectional controls)
TURNS_AROUND = re.compile("[\u202a-\u202e\u2066-\u2069]")
TURNED = "“{}” holds an invisible sign that turns the reading direction: it reads differently from what it is."


def shown(text: str) -> str:
    """A stranger's text as a sentence may quote it: on one line, not long, and with nothing that hides or turns it.

    >>> shown("two\\nlines"), shown("x" * 70)[-5:], shown("a\u202eb")
    ('two lines', 'xxxx…', 'a<U+202E>b')
    """
    line = on_one_line(" ".join(text.split())[: LONGEST_QUOTE + 1])
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


def on_one_line(text: str) -> str:
    """A sentence for a terminal, whoever wrote the words it quotes."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " if sign == "\n" else f"<U+{ord(sign):04X}>" for sign in text)


class SortitionError(Exception):
    """The parent of everything this house refuses; `str(error)` is the message and the remedy in one line."""

    code: ClassVar[str] = "sortition-error"

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return on_one_line(f"{self.message} Remedy: {self.remedy}")


@dataclass(frozen=True)
class FileProblem:
    """One fault at one place of one file; the header is row 1.

    >>> print(FileProblem("quotas.csv", 3, "max", "The maximum 'x' is not a number.", "Write a whole number."))
    quotas.csv, row 3, column max: The maximum 'x' is not a number. Remedy: Write a whole number.
    """

    file: str
    row: int | None
    column: str | None
    message: str
    remedy: str

    @property
    def place(self) -> str:
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {shown(self.column)}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return on_one_line(f"{self.place}: {self.message} Remedy: {self.remedy}")


class BadFile(SortitionError):
    """A file, or several read together, cannot be used; all their faults are told at once."""

    code = "bad-file"

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{first.place}: {first.message}{more}", first.remedy)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class BadPool(SortitionError):
    """The volunteers do not make a pool: an empty or repeated id, or values that do not fit the features."""

    code = "bad-pool"


class BadQuotas(SortitionError):
    """The quotas contradict themselves: a repeated value, a negative number, or a minimum above its maximum."""

    code = "bad-quotas"


class BadProblem(SortitionError):
    """Pool, quotas and panel size do not belong together."""

    code = "bad-problem"


class BadLottery(SortitionError):
    """Something that is not a lottery over panels was given as one."""

    code = "bad-lottery"


class QuotasCannotBeMet(SortitionError):
    """No panel of this pool keeps every quota."""

    code = "quotas-cannot-be-met"

    def __init__(self, message: str = "No panel from this pool keeps every quota.") -> None:
        super().__init__(message, "Run `folkmoot check` on the same files: it names the conflict and the repairs.")


class SolverFailed(SortitionError):
    """The solver gave no usable answer; nothing weaker is put in its place."""

    code = "solver-failed"

    def __init__(self, message: str) -> None:
        super().__init__(message, "Report this pool with its quotas: a draw must never end here.")
