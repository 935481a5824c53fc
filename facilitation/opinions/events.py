"""What can have happened in the work of an item: opinions. Who answered what is in no event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.event import ItemEvent


@dataclass(frozen=True)
class StatementAdded(ItemEvent):
    """There is one more statement; `held` until the facilitator has read it. Its words stand outside the journal."""

    kind = "statement-added"
    act = "add a statement"
    text: str
    commitment: str
    by: str
    held: bool


@dataclass(frozen=True)
class StatementJudged(ItemEvent):
    """The facilitator lets a statement be answered, holds it back, or withdraws it; why, is one word of a list."""

    kind = "statement-judged"
    act = "show or withdraw a statement"
    text: str
    state: str
    reason: str


@dataclass(frozen=True)
class OpinionsClosed(ItemEvent):
    """Nobody can answer any more, and nobody can be found: how many people gave how many answers.

    `straight` of them said the same of everything, at least seven statements.
    """

    kind = "opinions-closed"
    act = "close the opinions"
    people: int
    answers: int
    straight: int


@dataclass(frozen=True)
class OpinionsDrawn(ItemEvent):
    """The picture of the answers: groups and counts, withheld where they would be of few people."""

    kind = "opinions-drawn"
    afterwards = True
    act = "draw the picture of the opinions"
    picture: Mapping[str, Any]


@dataclass(frozen=True)
class OpinionsShown(ItemEvent):
    """Who sees the picture from now on, beside the facilitator."""

    kind = "opinions-shown"
    afterwards = True
    act = "show the picture of the opinions"
    members: bool
    hall: bool


EVENTS: tuple[type[ItemEvent], ...] = (StatementAdded, StatementJudged, OpinionsClosed, OpinionsDrawn, OpinionsShown)
