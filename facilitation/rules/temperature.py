"""Temperature check: a show of feeling that decides nothing, however clear it is.

Every member chooses one answer (warm, mild or cool unless the round brings its own). The counts are shown, the verdict
is always **none** or **no-decision**, no option is ever a winner, and the result is marked as not binding, so that no
screen and no minutes can take it for a decision. A threshold is refused: who wants a line wants a vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from facilitation.rules.ballot import Choice, one_option
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.result import Bases, Electorate, Outcome, Result, listed
from facilitation.rules.rule import Rule, at_least_two, no_max_choices, no_threshold

ANSWERS: Final = ("warm", "mild", "cool")


def check(definition: RoundDefinition) -> None:
    """Something to choose from, no line."""
    at_least_two(definition)
    no_max_choices(definition)
    no_threshold(definition, "it decides nothing")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """One answer, as a text."""
    return one_option(definition, payload)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the answers.

    >>> tally(RoundDefinition("So far?", "temperature", ANSWERS), ["warm", "cool", "warm"], Electorate(3, 3)).sentence
    'Most: warm, with 2 of 3 valid ballots, 66.7 %. A temperature check decides nothing.'
    """
    answers = Counter(ballots)
    counts = {option: answers[option] for option in definition.options}
    if sum(counts.values()) != len(ballots):
        raise ValueError("a ballot of another round is among these")
    bases = Bases(len(ballots), spoilt, base)
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome(counts, bases),
        base="valid",
        shares=bases.shares(counts),
        binding=False,
    )


def outcome(counts: dict[str, int], bases: Bases) -> Outcome:
    """The verdict by the law at the head of this file."""
    nothing = bases.why_no_decision(None, "valid")
    if nothing:
        return Outcome("no-decision", nothing)
    most = [option for option, votes in counts.items() if votes == max(counts.values())]
    share = bases.share(max(counts.values()), "valid")
    each = " each" if len(most) > 1 else ""
    figures = f"{listed(most)}, with {share.words}{each}, {share.text}"
    return Outcome("none", f"Most: {figures}. A temperature check decides nothing.")


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    return "We count the answers and show them. This decides nothing: it only tells how people feel right now."


RULE: Final = Rule(
    "temperature",
    "How do you feel about it right now?",
    ANSWERS,
    check,
    parse,
    tally,
    "one",
    explained,
)
