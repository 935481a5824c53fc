"""What changed between two texts, line by line and word by word; and the two changes of one text in one.

Lines are compared first (Myers' idea of a shortest script, in the form of Python's difflib); where lines give way to
others, their words are compared. Nothing is left out: the lines that stayed with those that went are the old text to
the letter, and with those that came the new one. Texts that are too different to be compared in a moment (`MOST`) are
shown as one that went and one that came.

`merged` is the three-way merge of two changes of the same text: where they touch different lines, both are kept;
where they meet, there is no merge, and people decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, Literal

Kind = Literal["same", "gone", "new"]
MOST: Final = 250_000
"""Lines (or words) of the one times those of the other: the work of comparing them."""

WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Part:
    """Some words of a line; `marked` where they are what changed in it."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Line:
    """A line that stayed, went or came."""

    kind: Kind
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(part.text for part in self.parts)


def differences(old: str, new: str) -> list[Line]:
    """The lines of both texts in order, each with what became of it.

    >>> for line in differences("Build a tram.\\nSoon.", "Build two trams.\\nSoon."):
    ...     print(line.kind, [part.text for part in line.parts if part.marked] or line.text)
    gone ['a', 'tram']
    new ['two', 'trams']
    same Soon.
    """
    before, after = old.split("\n"), new.split("\n")
    found: list[Line] = []
    for tag, a, b, c, d in _script(before, after):
        if tag == "equal":
            found += [Line("same", (Part(text),)) for text in before[a:b]]
        else:
            gone, came = _by_words("\n".join(before[a:b]), "\n".join(after[c:d]), both=b > a and d > c)
            found += [Line("gone", parts) for parts in gone[: b - a]]
            found += [Line("new", parts) for parts in came[: d - c]]
    return found


def merged(base: str, one: str, other: str) -> str | None:
    """Both changes of the base in one text; None where they meet.

    >>> merged("a\\nb\\nc", "A\\nb\\nc", "a\\nb\\nC"), merged("a\\nb", "A\\nb", "X\\nb")
    ('A\\nb\\nC', None)
    """
    if one == other or other == base:
        return one
    if one == base:
        return other
    lines, mine, yours = base.split("\n"), one.split("\n"), other.split("\n")
    edits = sorted([*_edits(lines, mine), *_edits(lines, yours)], key=lambda edit: edit[:2])
    for (_, end, _), (start, _, _) in pairwise(edits):
        if start <= end:
            return None
    for start, end, text in reversed(edits):
        lines[start:end] = text
    return "\n".join(lines)


def _edits(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, list[str]]]:
    for tag, a, b, c, d in _script(before, after):
        if tag != "equal":
            yield a, b, list(after[c:d])


def _script(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """The script that turns one into the other. What both begin and end with is left out of the comparison."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    middle = _codes(old, new)
    script = [("equal", 0, head, 0, head)] if head else []
    script += [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle]
    if tail:
        script.append(("equal", len(before) - tail, len(before), len(after) - tail, len(after)))
    return script


def _codes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    if not old and not new:
        return []
    if len(old) * len(new) > MOST:
        return [("replace", 0, len(old), 0, len(new))]
    return [tuple(code) for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()]  # type: ignore[misc]  # five parts each


def _by_words(gone: str, came: str, *, both: bool) -> tuple[list[tuple[Part, ...]], list[tuple[Part, ...]]]:
    """The lines that went and those that came, with the words marked that only the one has."""
    if not both:
        return _lines([Part(gone)]), _lines([Part(came)])
    before, after = WORDS.findall(gone), WORDS.findall(came)
    old: list[Part] = []
    new: list[Part] = []
    for tag, a, b, c, d in _script(before, after):
        marked = tag != "equal"
        old.append(Part("".join(before[a:b]), marked))
        new.append(Part("".join(after[c:d]), marked))
    return _lines(old), _lines(new)


def _lines(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """Parts that run over ends of lines, line by line; blanks alone are never marked."""
    lines: list[list[Part]] = [[]]
    for part in parts:
        first, *rest = part.text.split("\n")
        for number, text in enumerate((first, *rest)):
            if number:
                lines.append([])
            if text:
                lines[-1].append(Part(text, part.marked and bool(text.strip())))
    return [tuple(line) for line in lines]
