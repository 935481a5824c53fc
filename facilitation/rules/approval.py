"""Approval: every member names all the options they approve of, and the most approved option is ahead.

A ballot is a set: the order of naming does not matter. The empty list is a valid ballot, “none of these”: it approves
of nothing, and counts as cast and as valid. `max_choices`, if the round has it, limits how many one ballot may name.

Equal approvals at the top are a **tie** and all of them are winners. With a threshold the round passes exactly when
(approvals of the leading option / base) op share, the base being valid ballots, ballots cast, members present or
members entitled; “yes+no” is refused, since not approving is not a no. Leaders that are level and over the line are a
tie; leaders that miss it have failed together. Without a threshold a single leader is the winner and the verdict is
**none**. Base 0, too small a turnout, or not one approval on any ballot without a threshold: **no-decision**.

The terms can name a `seed`, whose lot then decides between level leaders over the line, and, without a threshold, ask
for several `seats`: the most approved are chosen, and the lot decides between options that are level for the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from facilitation.errors import BadRound
from facilitation.rules.ballot import Choice, several_options
from facilitation.rules.choosing import by_total, first, tested, told
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import chosen, level, line
from facilitation.rules.result import Bases, Electorate, Outcome, Result, listed
from facilitation.rules.rule import Rule, only_bases


def check(definition: RoundDefinition) -> None:
    """Any options; a base that this rule has."""
    only_bases(definition, ("valid", "cast", "present", "entitled"), "not approving is not a no")
    if definition.threshold is not None and definition.terms.seats is not None:
        raise BadRound("A threshold tests the leader, not seats.", "Leave out the threshold, or the seats.")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """A list of options, empty if need be, brought into the order of the round.

    >>> parse(RoundDefinition("Which?", "approval", ("tram", "bus", "path")), ["path", "tram"])
    ('tram', 'path')
    """
    return tuple(sorted(several_options(definition, payload), key=definition.options.index))


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the approvals.

    >>> asked = RoundDefinition("Which?", "approval", ("tram", "bus"))
    >>> tally(asked, [("tram",), ("tram", "bus"), ()], Electorate(present=3, entitled=3)).sentence
    'Most approved: tram, with 2 of 3 valid ballots, 66.7 %.'
    """
    approvals = Counter(option for ballot in ballots for option in ballot)
    counts = {option: approvals[option] for option in definition.options}
    if sum(counts.values()) != sum(map(len, ballots)) or any(isinstance(ballot, str) for ballot in ballots):
        raise ValueError("a ballot of another round is among these")
    bases = Bases(len(ballots), spoilt, base)
    headline = "valid" if definition.threshold is None else definition.threshold.base
    told_outcome, lots = decide(definition, counts, bases)
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=told_outcome,
        base=headline,
        shares=bases.shares(counts),
        measure=bases.share(max(counts.values()), headline),
        measured="most approved",
        lots=lots,
    )


def decide(definition: RoundDefinition, counts: dict[str, int], bases: Bases) -> tuple[Outcome, tuple[str, ...]]:
    """The outcome, and what the lot decided where the terms allow one."""
    plain = outcome(definition, counts, bases)
    if not definition.terms.given or plain.verdict == "no-decision":
        return plain, ()
    if definition.threshold is not None:
        groups = by_total(counts)
        return tested(definition, bases, groups[0], counts[groups[0][0]])
    chosen = first(by_total(counts), definition.terms.seats or 1, Lot.of(definition))

    def figure(option: str) -> str:
        share = bases.share(counts[option], "valid")
        return f"{share.words}, {share.text}"

    return told(definition, chosen, figure), chosen.lots


def outcome(definition: RoundDefinition, counts: dict[str, int], bases: Bases) -> Outcome:
    """The verdict by the law at the head of this file."""
    threshold = definition.threshold
    nothing = bases.why_no_decision(threshold, "valid" if threshold is None else threshold.base)
    if nothing:
        return Outcome("no-decision", nothing)
    most = max(counts.values())
    leaders = tuple(option for option, approvals in counts.items() if approvals == most)
    share = bases.share(most, "valid" if threshold is None else threshold.base)
    each = " each" if len(leaders) > 1 else ""
    if threshold is None:
        if not most:
            return Outcome("no-decision", "No decision: no option was approved on any ballot.")
        figures = f"{listed(leaders)}, with {share.words}{each}, {share.text}."
        return (
            Outcome("tie", f"Tie: {figures}", leaders)
            if each
            else Outcome("none", f"Most approved: {figures}", leaders)
        )
    figures = f"{listed(leaders)}, with {share.words}{each}, {share.text_beside(threshold.share)}; {threshold.needed}."
    if not threshold.passes(share.count, share.of):
        return Outcome("failed", f"Not passed: {figures}")
    return Outcome("tie", f"Tie: {figures}", leaders) if each else Outcome("passed", f"Passed: {figures}", leaders)


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    most = (
        "as many options as you like" if definition.max_choices is None else f"up to {definition.max_choices} options"
    )
    best = chosen(definition, "approved by most people")
    tested = "" if definition.threshold is None else f" {line(definition)}"
    return f"You may approve of {most}, or of none. {best}{tested} {level(definition)}"


RULE: Final = Rule(
    "approval",
    "Choose every option you approve of, or none.",
    None,
    check,
    parse,
    tally,
    "several",
    explained,
    terms=frozenset({"seats", "seed"}),
)
