"""How it is counted, said so that a ten-year-old in the hall can follow: the sentences that several rules share.

Pure. Every rule has an `explained(definition)` of two to four short sentences for the hall screen. They are true to
the law at the head of the rule's file, name the numbers of this very round (seats, dots, the budget, the line), and
say what happens when options are level, before anybody votes.
"""

from __future__ import annotations

from typing import Final

from facilitation.rules.definition import BASES, RoundDefinition, share_words
from facilitation.rules.terms import sum_of

NO_LINE: Final = "No line was set, so this is a count and not a decision."


def chosen(definition: RoundDefinition, best: str) -> str:
    """Who is ahead, with the number of seats.

    >>> chosen(RoundDefinition("Which?", "plurality", ("tram", "bus")), "named most")
    'The option named most is ahead.'
    """
    seats = definition.terms.seats or 1
    return f"The option {best} is ahead." if seats == 1 else f"The {seats} options {best} are chosen."


def level(definition: RoundDefinition) -> str:
    """What happens when options are level for the last seat."""
    return f"If options are level, {_tie_or_lot(definition)}."


def _tie_or_lot(definition: RoundDefinition) -> str:
    if definition.terms.seed is None:
        return "it is a tie and stays one"
    return "a lot from the published seed decides"


def line(definition: RoundDefinition, it_gets: str = "it gets") -> str:
    """The line of the round, how many must take part, or that there is none.

    >>> from facilitation.rules.definition import read_threshold
    >>> asked = RoundDefinition("Adopt?", "yes-no", ("yes", "no"),
    ...     read_threshold({"share": "2/3", "op": ">=", "base": "cast", "minimum_turnout": "1/2"}))
    >>> line(asked, "yes gets")
    'It passes if yes gets at least two thirds of the ballots cast, and at least half of all members vote.'
    """
    threshold = definition.threshold
    if threshold is None:
        return NO_LINE
    share = share_words(threshold.share)
    least = "" if share == "all" else "at least " if threshold.op == ">=" else "more than "
    passes = f"It passes if {it_gets} {least}{share} of the {BASES[threshold.base]}"
    if threshold.minimum_turnout is None:
        return f"{passes}."
    doing = "are here" if definition.terms.participation == "present" else "vote"
    many = share_words(threshold.minimum_turnout)
    return f"{passes}, and {'' if many == 'all' else 'at least '}{many} of all members {doing}."


def supported(definition: RoundDefinition) -> str:
    """What a ballot gives to a bid, in the form that this round's ballots have."""
    match definition.terms.ballots or "approval":
        case "score":
            return "The numbers that people give to a bid are added up: these are its points."
        case "ranked":
            most = definition.max_choices or len(definition.options)
            return f"Your first choice gets {most} points, the next one point less, and so on."
    return "Every bid that you choose gets one vote from you."


def unit_of(definition: RoundDefinition) -> str:
    """What a ballot gives to a bid: one vote, or so many points."""
    return "vote" if definition.terms.ballots in (None, "approval") else "point"


def to_spend(definition: RoundDefinition) -> str:
    """The budget as a person would say it.

    >>> from facilitation.rules import parse_count
    >>> to_spend(parse_count({"title": "Which?", "rule": "greedy", "options": ["trees"],
    ...     "terms": {"budget": 15000, "costs": [1]}}))
    'the budget of 15,000'
    """
    assert definition.terms.budget is not None  # every budget rule checks it
    return f"the budget of {sum_of(definition.terms.budget)}"


def level_bids(definition: RoundDefinition) -> str:
    """What happens when bids are level."""
    first = f"the one with more {unit_of(definition)}s comes first, then the cheaper one"
    return f"If bids are level, {first}; after that {last_of_all(definition)}."


def last_of_all(definition: RoundDefinition) -> str:
    """What is left when everything that a rule looks at is level."""
    return (
        "a lot from the published seed decides" if definition.terms.seed is not None else "it is a tie, if it matters"
    )
