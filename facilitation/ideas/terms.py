"""What the agenda says of an ideas item: the question on its cards, and the bounds of what is written.

`question` stands on every card (the title where it is left out) · `minutes` of silent writing · `most` characters
of a card · `each`: how many cards a member may write, 0 for no limit · `clusters`: who puts cards into groups, “hosts”
(and the facilitator) or the “facilitator” alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from facilitation.errors import BadRequest
from facilitation.model import Assembly, Item

LONGEST_QUESTION: Final = 500
MOST_CHARACTERS: Final = 10_000
MOST_MINUTES: Final = 120
MOST_EACH: Final = 100
CLUSTERERS: Final = ("hosts", "facilitator")


@dataclass(frozen=True)
class Terms:
    """The terms of one item, with what is usual where the agenda is silent."""

    question: str = ""
    minutes: int = 5
    most: int = 280
    each: int = 0
    clusters: str = "hosts"


def read(row: Mapping[str, Any]) -> dict[str, Any]:
    """The terms that the agenda gives, checked; what it leaves out stays out.

    >>> read({"question": " What would help? ", "each": None, "most": 500})
    {'question': 'What would help?', 'most': 500}
    """
    unknown = sorted(set(row) - set(Terms.__dataclass_fields__))
    if unknown:
        raise BadRequest(
            f"An ideas item has no term “{str(unknown[0])[:40]}”.", f"Use {', '.join(Terms.__dataclass_fields__)}."
        )
    found: dict[str, Any] = {}
    question = row.get("question")
    if question is not None:
        found["question"] = _question(question)
    for name, least, most in (("minutes", 1, MOST_MINUTES), ("most", 1, MOST_CHARACTERS), ("each", 0, MOST_EACH)):
        value = row.get(name)
        if value is not None:
            found[name] = _whole(name, value, least, most)
    clusters = row.get("clusters")
    if clusters is not None:
        if clusters not in CLUSTERERS:
            raise BadRequest("Nobody like that puts cards into groups.", f"Use {' or '.join(CLUSTERERS)}.")
        found["clusters"] = clusters
    return found


def terms_of(state: Assembly, item: Item) -> Terms:
    """The terms that hold for this item; one that goes on with another's work has what it does not say from there."""
    first = state.item_called(item.work_id)[1] if item.continues else item
    terms = Terms(**{**first.terms, **item.terms})
    return terms if terms.question else Terms(**{**first.terms, **item.terms, "question": first.title})


def _question(value: object) -> str:
    text = " ".join(str(value).split())
    if not isinstance(value, str) or len(text) > LONGEST_QUESTION:
        raise BadRequest(
            f"The question has {len(text)} characters.", f"Give it as text of at most {LONGEST_QUESTION} characters."
        )
    return text


def _whole(name: str, value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise BadRequest(f"{value!r} does not fit “{name}”.", f"Give a whole number from {least} to {most}.")
    return value
