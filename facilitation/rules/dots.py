"""Dots (cumulative voting): every member spreads up to `points` dots over the options, at most `cap` on one of them.

The terms must name `points`; without a `cap` all dots may go on one option. Fewer dots than allowed is a valid ballot,
more is refused, and a ballot without dots is valid. The option with the most dots is ahead (the `seats` first, if
several are chosen). Shares are of the dots that were given. There is no threshold. No dot given: **no-decision**.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from facilitation.errors import BadBallot, BadRound
from facilitation.rules.ballot import Choice, as_marks, marks
from facilitation.rules.choosing import by_total, first, told
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import chosen, level
from facilitation.rules.result import Bases, Electorate, Outcome, Result, Share, Table
from facilitation.rules.rule import Rule, no_max_choices, no_threshold


def check(definition: RoundDefinition) -> None:
    """Dots to give, no threshold."""
    no_max_choices(definition)
    no_threshold(definition, "dots are no share of ballots")
    if definition.terms.points is None:
        raise BadRound("The round does not say how many dots a ballot has.", "Give the term “points”.")
    if (definition.terms.cap or 1) > definition.terms.points:
        raise BadRound("The cap is above the number of dots.", "Lower the cap, or leave it out.")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """An object with the dots of each option; left out is none.

    >>> from facilitation.rules.terms import Terms
    >>> parse(RoundDefinition("Which?", "dots", ("tram", "bus"), terms=Terms(points=3)), {"bus": 3})
    (0, 3)
    """
    most = definition.terms.points or 0
    dots = tuple(mark or 0 for mark in marks(definition, payload, definition.terms.cap or most))
    if sum(dots) > most:
        raise BadBallot(f"The ballot gives {sum(dots)} dots.", f"Give at most {most}.")
    return dots


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the dots.

    >>> from facilitation.rules.terms import Terms
    >>> asked = RoundDefinition("Which?", "dots", ("tram", "bus"), terms=Terms(points=3))
    >>> tally(asked, [(2, 1), (0, 3)], Electorate(2, 2)).sentence
    'Ahead: bus, with 4 of 6 points given, 66.7 %.'
    """
    return of_points(definition, ballots, Bases(len(ballots), spoilt, base))


def of_points(definition: RoundDefinition, ballots: Sequence[Choice], bases: Bases) -> Result:
    """A count of points that members have spread over the options."""
    known = [as_marks(definition, ballot) for ballot in ballots]
    columns = list(zip(*known, strict=True)) if known else [()] * len(definition.options)
    given = dict(zip(definition.options, columns, strict=True))
    totals = {option: sum(mark or 0 for mark in column) for option, column in given.items()}
    backers = {option: sum(bool(mark) for mark in column) for option, column in given.items()}
    shares = {option: Share(total, sum(totals.values()), "points") for option, total in totals.items()}
    outcome, lots = decide(definition, totals, shares)
    rows = tuple((option, totals[option], backers[option]) for option in definition.options)
    return Result(
        rule=definition.rule,
        counts=totals,
        bases=bases,
        outcome=outcome,
        base="points",
        shares={"points": shares},
        tables=(Table("points", ("option", "points", "ballots that gave any"), rows),),
        lots=lots,
    )


def decide(
    definition: RoundDefinition, totals: dict[str, int], shares: dict[str, Share]
) -> tuple[Outcome, tuple[str, ...]]:
    """The verdict by the law at the head of this file."""
    if not any(totals.values()):
        return Outcome("no-decision", "No decision: no ballot gives any point."), ()
    chosen = first(by_total(totals), definition.terms.seats or 1, Lot.of(definition))
    return told(definition, chosen, lambda option: f"{shares[option].words}, {shares[option].text}"), chosen.lots


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    cap = definition.terms.cap
    most = "as you like; all on one is fine" if cap is None else f"as you like, at most {cap} on one option"
    dots = "1 dot" if definition.terms.points == 1 else f"{definition.terms.points} dots"
    return f"You have {dots} to spread {most}. {chosen(definition, 'with the most dots')} {level(definition)}"


RULE: Final = Rule(
    "dots",
    "Spread your dots over the options.",
    None,
    check,
    parse,
    tally,
    "points",
    explained,
    terms=frozenset({"seats", "seed", "points", "cap"}),
)
