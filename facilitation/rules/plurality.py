"""Plurality (first past the post): every member names one option, and the most named is ahead.

With `seats` k the k most named are chosen (the single non-transferable vote). With a threshold, which goes with one
seat only, the round passes exactly when (votes of the leader / base) op share, the base being valid ballots, ballots
cast, members present or members entitled; level leaders over the line are a tie, unless a seed was published: then
the lot decides. Base 0, too small a turnout or no valid ballot: **no-decision**.

The rule looks at first choices only, so it can choose what most members like least: on the textbook's capital of
Tennessee it takes Memphis, with 42 of 100 (see `irv`, `schulze` and `borda` for what the same ballots say there).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from facilitation.errors import BadRound
from facilitation.rules.ballot import Choice, one_option
from facilitation.rules.choosing import by_total, first, tested, told
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import chosen, level, line
from facilitation.rules.result import Bases, Electorate, Outcome, Result
from facilitation.rules.rule import Rule, no_max_choices, only_bases


def check(definition: RoundDefinition) -> None:
    """Something to choose from; a threshold only for one seat."""
    if len(definition.options) < 2:
        raise BadRound("A choice needs at least two options.", "Add an option, or ask by the rule yes-no.")
    no_max_choices(definition)
    only_bases(definition, ("valid", "cast", "present", "entitled"), "choosing another option is not a no")
    if definition.threshold is not None and (definition.terms.seats or 1) > 1:
        raise BadRound("A threshold tests one leader, not several seats.", "Leave out the threshold, or the seats.")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """One option, as a text."""
    return one_option(definition, payload)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the votes.

    >>> asked = RoundDefinition("Capital?", "plurality", ("Memphis", "Nashville"))
    >>> tally(asked, ["Memphis", "Nashville", "Memphis"], Electorate(3, 3)).sentence
    'Ahead: Memphis, with 2 of 3 valid ballots, 66.7 %.'
    """
    votes = Counter(ballots)
    counts = {option: votes[option] for option in definition.options}
    if sum(counts.values()) != len(ballots):
        raise ValueError("a ballot of another round is among these")
    bases = Bases(len(ballots), spoilt, base)
    headline = "valid" if definition.threshold is None else definition.threshold.base
    outcome, lots = decide(definition, counts, bases, headline)
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome,
        base=headline,
        shares=bases.shares(counts),
        measure=bases.share(max(counts.values()), headline),
        measured="most named",
        lots=lots,
    )


def decide(
    definition: RoundDefinition, counts: dict[str, int], bases: Bases, headline: str
) -> tuple[Outcome, tuple[str, ...]]:
    """The verdict by the law at the head of this file."""
    nothing = bases.why_no_decision(definition.threshold, headline) or bases.why_no_decision(None, "valid")
    if nothing:
        return Outcome("no-decision", nothing), ()
    groups = by_total(counts)
    if definition.threshold is not None:
        return tested(definition, bases, groups[0], counts[groups[0][0]])
    chosen = first(groups, definition.terms.seats or 1, Lot.of(definition))

    def figure(option: str) -> str:
        share = bases.share(counts[option], headline)
        return f"{share.words}, {share.text}"

    return told(definition, chosen, figure), chosen.lots


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    tested = "" if definition.threshold is None else f" {line(definition)}"
    return f"Everyone names one option. {chosen(definition, 'named most')}{tested} {level(definition)}"


RULE: Final = Rule(
    "plurality", "Choose one option.", None, check, parse, tally, "one", explained, terms=frozenset({"seats", "seed"})
)
