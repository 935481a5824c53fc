"""What every counting rule offers: the same few doors, so that the rest of the house never asks which rule it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from facilitation.errors import BadRound
from facilitation.rules.ballot import Choice
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.result import Electorate, Result

Form = Literal[
    "one", "reasoned", "several", "ranking", "level ranking", "marks", "grades", "points", "squares", "budget"
]
"""What a member does: choose one option (or one with a reason), several, rank them (some of them level), give each a
number or a grade, spread points or credits (whose cost is the square), or choose bids for a budget."""


class Check(Protocol):
    """Refuses (BadRound) a definition that this rule cannot count."""

    def __call__(self, definition: RoundDefinition) -> None: ...


class Parse(Protocol):
    """One ballot from a stranger's payload; BadBallot when it is none. Reading a choice again gives the same choice."""

    def __call__(self, definition: RoundDefinition, payload: object) -> Choice: ...


class Tally(Protocol):
    """Ballots in, one result out; their order does not matter."""

    def __call__(
        self, definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0
    ) -> Result: ...


class Explain(Protocol):
    """How it is counted, in two to four short sentences that a ten-year-old follows, true to the rule's law."""

    def __call__(self, definition: RoundDefinition) -> str: ...


@dataclass(frozen=True)
class Rule:
    """A counting rule: its name in the API, its sentence for members, its options if it brings its own, its doors.

    `instruction` fits every form of ballot that the rule has. `ballot` is the kind of form that its ballots are filled
    in by (see `facilitation.ballot_forms`); `terms` are the terms that it reads.
    """

    name: str
    instruction: str
    default_options: tuple[str, ...] | None
    check: Check
    parse: Parse
    tally: Tally
    ballot: Form
    explained: Explain
    terms: frozenset[str] = frozenset()


def only_bases(definition: RoundDefinition, bases: Sequence[str], why: str) -> None:
    """Refuse a threshold whose base this rule has not got."""
    threshold = definition.threshold
    if threshold is not None and threshold.base not in bases:
        raise BadRound(
            f"The rule {definition.rule} has no base “{threshold.base}”: {why}.", f"Use one of: {', '.join(bases)}."
        )


def no_max_choices(definition: RoundDefinition) -> None:
    """Refuse a limit where a ballot is a single option anyway."""
    if definition.max_choices is not None:
        raise BadRound(
            f"The rule {definition.rule} takes no max_choices.", "Leave it out, or use the rule approval with it."
        )


def no_threshold(definition: RoundDefinition, why: str) -> None:
    """Refuse a line where there is no share that it could test."""
    if definition.threshold is not None:
        raise BadRound(
            f"The rule {definition.rule} takes no threshold: {why}.",
            "Leave it out, or put what comes first to the vote by the rule yes-no.",
        )


def at_least_two(definition: RoundDefinition) -> None:
    """Refuse a choice among fewer than two."""
    if len(definition.options) < 2:
        raise BadRound(
            f"The rule {definition.rule} needs at least two options.", "Add an option, or ask by the rule yes-no."
        )
