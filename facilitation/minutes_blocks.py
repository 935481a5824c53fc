"""The minutes as chapters, and the three ways to read them: plain text, and blocks for HTML and for PDF.

A line of a chapter is a paragraph, or a point where it begins with “- ”; “## ” and “### ” begin headings of the next
two levels. Every way of reading is drawn from the same chapters, so none can say more than the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INDENT = "   "
PART, DETAIL, POINT = "## ", "### ", "- "


@dataclass(frozen=True)
class Chapter:
    """A part of the minutes; without a title it stands before all others."""

    title: str
    lines: tuple[str, ...]


def as_text(title: str, chapters: Iterable[Chapter], last: str) -> str:
    """Plain text.

    >>> print(as_text("A", [Chapter("", ("One.",)), Chapter("Votes", ("## 1. Buses?", "Passed."))], "End."))
    A
    =
    <BLANKLINE>
    One.
    <BLANKLINE>
    Votes
    -----
    1. Buses?
       Passed.
    <BLANKLINE>
    End.
    <BLANKLINE>
    """
    lines = [title, "=" * len(title), ""]
    for chapter in chapters:
        if chapter.title:
            lines += ["", chapter.title, "-" * len(chapter.title)]
        lines += _indented(chapter.lines)
    return "\n".join([*lines, "", last]) + "\n"


def _indented(lines: Sequence[str]) -> Iterator[str]:
    under = ""
    for line in lines:
        if line.startswith(PART):
            under = INDENT
            yield line.removeprefix(PART)
        elif line.startswith(DETAIL):
            yield f"{under}{line.removeprefix(DETAIL)}:"
        else:
            yield f"{under}{line}".replace("\n", f"\n{under}")


def as_blocks(chapters: Iterable[Chapter]) -> list[dict[str, Any]]:
    """Headings with their level (2 is a chapter's), paragraphs, and lists of points.

    >>> as_blocks([Chapter("Ideas", ("## Cards", "Two.", "- a", "- b"))])[-1]
    {'kind': 'list', 'points': ['a', 'b']}
    """
    blocks: list[dict[str, Any]] = []
    for chapter in chapters:
        if chapter.title:
            blocks.append({"kind": "heading", "level": 2, "text": chapter.title})
        for line in chapter.lines:
            if line.startswith(POINT):
                if not blocks or blocks[-1]["kind"] != "list":
                    blocks.append({"kind": "list", "points": []})
                blocks[-1]["points"].append(line.removeprefix(POINT))
            elif line.startswith((PART, DETAIL)):
                level = 3 if line.startswith(PART) else 4
                blocks.append({"kind": "heading", "level": level, "text": line.lstrip("#").strip()})
            elif line:
                blocks.append({"kind": "paragraph", "text": line})
    return blocks


def of_the_work(work: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What came of the items: each a part, and what its kind calls a part a detail."""
    lines: list[str] = []
    for item in work:
        lines.append(f"{PART}{item['title']}")
        lines += [f"#{line}" if line.startswith(PART) else line for line in item["lines"]]
    return tuple(lines)
