"""Quadratic voting: every member has `points` credits, and v votes for one option cost v² of them.

One vote costs 1 credit, two cost 4, three cost 9: a strong wish can be shown, but it is dear. A ballot is valid when
the sum of the squares of its votes is at most the credits; votes are whole numbers from 0 upwards. The option with
the most votes is ahead. As with dots, shares are of the votes that were given, there is no threshold, and without any
vote there is **no-decision** (Posner and Weyl, “Voting squared”, Vanderbilt Law Review 2015; here without money).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from facilitation.errors import BadBallot, BadRound
from facilitation.rules.ballot import Choice, marks
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.dots import of_points
from facilitation.rules.plain_words import chosen, level
from facilitation.rules.result import Bases, Electorate, Result
from facilitation.rules.rule import Rule, no_max_choices, no_threshold


def check(definition: RoundDefinition) -> None:
    """Credits to spend, no threshold."""
    no_max_choices(definition)
    no_threshold(definition, "votes that were bought with credits are no share of ballots")
    if definition.terms.points is None:
        raise BadRound("The round does not say how many credits a ballot has.", "Give the term “points”.")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """An object with the votes for each option; left out is none.

    >>> from facilitation.rules.terms import Terms
    >>> parse(RoundDefinition("Which?", "quadratic", ("tram", "bus"), terms=Terms(points=10)), {"bus": 3, "tram": 1})
    (1, 3)
    """
    credits_ = definition.terms.points or 0
    votes = tuple(mark or 0 for mark in marks(definition, payload, credits_))
    spent = sum(vote * vote for vote in votes)
    if spent > credits_:
        raise BadBallot(f"The ballot's votes cost {spent} credits.", f"Spend at most {credits_}; v votes cost v × v.")
    return votes


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the votes.

    >>> from facilitation.rules.terms import Terms
    >>> asked = RoundDefinition("Which?", "quadratic", ("tram", "bus"), terms=Terms(points=10))
    >>> tally(asked, [(1, 3), (2, 2)], Electorate(2, 2)).sentence
    'Ahead: bus, with 5 of 8 points given, 62.5 %.'
    """
    return of_points(definition, ballots, Bases(len(ballots), spoilt, base))


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    price = "One vote for an option costs 1 credit, two votes cost 4, three cost 9, and so on."
    have = f"You have {definition.terms.points} credits."
    return f"{have} {price} {chosen(definition, 'with the most votes')} {level(definition)}"


RULE: Final = Rule(
    "quadratic",
    "Spend your credits: one vote costs 1, two votes for the same option cost 4, three cost 9.",
    None,
    check,
    parse,
    tally,
    "squares",
    explained,
    terms=frozenset({"seats", "seed", "points"}),
)
