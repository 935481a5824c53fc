"""What is printed: one ballot's face, and how many of them a sheet of A4 has room for."""

from __future__ import annotations

from dataclasses import dataclass

from facilitation.paper_form import PaperForm

HALF_PAGE = 118
"""Millimetres that the question and its boxes may take on half a sheet; the rest is heading and foot."""

LINE = 88
"""Letters of the small text on one line of a ballot."""


@dataclass(frozen=True)
class Face:
    """What all ballots of a round have printed on them; only the number differs."""

    assembly: str
    title: str
    form: PaperForm
    secrecy: str
    stub: str
    size: str = "whole"
    practice: bool = False
    version: int = 1
    fingerprint: str = ""


def size_of(form: PaperForm, title: str) -> str:
    """Whether a ballot has room on half a sheet, roughly measured; what comes out larger has a page of its own.

    >>> from facilitation.paper_form import paper_form
    >>> from facilitation.rules import parse_definition
    >>> size_of(paper_form(parse_definition({"title": "Adopt?", "rule": "yes-no"})), "Adopt?")
    'half'
    """
    rows = sum(_row_height(form, row.option, row.meaning) for row in form.rows)
    words = 8 * _lines(title, LINE // 2) + 5 * sum(_lines(text, LINE) for text in (form.how, *form.notes))
    heads = 12 if form.kind == "grid" else 5
    reasons = 30 if form.with_reason else 0
    return "half" if rows + words + heads + reasons <= HALF_PAGE else "whole"


def _row_height(form: PaperForm, option: str, meaning: str) -> int:
    beside = 6 * len(form.columns) + 5 * form.dots + (12 if form.costs else 0)
    letters = max(12, LINE - 12 - beside)
    return max(12, 4 + 6 * _lines(option, letters) + 5 * bool(meaning))


def _lines(text: str, letters: int) -> int:
    return -(-len(text) // letters)
