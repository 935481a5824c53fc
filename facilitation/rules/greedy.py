"""Greedy budget: the bids in the order of their votes, each funded if what is left is enough.

More votes come first, then lower cost, then the lot (see `budget` for ballots, votes and lots). Each bid in turn gets
what it asks for if that much is left. What happens when it does not fit is said in advance (`order`):

- `skip` (unless said otherwise): the next bid has its turn, so cheap bids late in the order can still be funded.
- `strict`: the count ends at the first bid that does not fit.

A bid that says what it can live with (`least`) and does not fit gets all that is left, if that is enough for it; then
nothing is left for the others. This is how most participatory budgets are counted today, by votes or by total score.
It takes no care of who the voters are: a majority that agrees can spend everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from facilitation.rules.ballot import Choice
from facilitation.rules.budget import TERMS, Funding, Grant, Votes, check, parse, tally
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import level_bids, supported, to_spend, unit_of
from facilitation.rules.result import Electorate, Result
from facilitation.rules.rule import Rule
from facilitation.rules.terms import sum_of


def run(votes: Votes, lot: Lot) -> Funding:
    """The whole budget by votes."""
    funding = Funding()
    fill(votes, lot, funding, "Funded")
    return funding


def fill(votes: Votes, lot: Lot, funding: Funding, word: str) -> None:
    """Spend what is left on the bids that have none yet, in the order of their votes."""
    places = {option: place for place, option in enumerate(lot.order)}
    waiting = [o for o in votes.definition.options if votes.totals[o] and o not in funding.amounts]
    queue = sorted(waiting, key=lambda option: (*votes.rank(option), places[option]))
    note_level(votes, queue, funding)
    for place, option in enumerate(queue, start=1):
        left = votes.budget - funding.spent
        cost, least, number = votes.costs[option], votes.least(option), votes.said(option)
        step = len(funding.grants) + 1
        if cost <= left:
            funding.grants.append(
                Grant(option, cost, step, f"{word}: {number}, place {place}; {sum_of(left)} was left.")
            )
            continue
        if least is not None and least <= left:
            words = f"{word} in part: {number}, place {place}; it gets the last {sum_of(left)} of {sum_of(cost)}"
            funding.grants.append(Grant(option, left, step, f"{words}, and can live with {sum_of(least)}."))
            continue
        needs = f"needs {sum_of(least)}" if least is not None else f"costs {sum_of(cost)}"
        funding.refused[option] = f"Not funded: {number}, place {place}; it {needs}, and {sum_of(left)} was left."
        if votes.definition.terms.order == "strict":
            for later, name in enumerate(queue[place:], start=place + 1):
                ended = f"place {later}, after the first bid that did not fit"
                funding.refused[name] = f"Not funded: {votes.said(name)}, {ended}."
            return


def note_level(votes: Votes, queue: Sequence[str], funding: Funding) -> None:
    """Note the bids with the same votes and cost of which only some can get money: their order matters."""
    left = votes.budget - funding.spent
    for rank in sorted({votes.rank(option) for option in queue}):
        group = [option for option in queue if votes.rank(option) == rank]
        cost = rank[1]
        enough = cost * len(group) <= left
        least = min((votes.least(option) or cost for option in group), default=cost)
        if len(group) > 1 and not enough and least <= left:
            funding.level |= set(group)
        for option in group:
            if cost <= left:
                left -= cost
            elif (votes.least(option) or cost) <= left:
                left = Fraction(0)
            elif votes.definition.terms.order == "strict":
                return


def count(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Fund in the order of the votes.

    >>> from facilitation.rules import parse_count
    >>> asked = parse_count({"title": "Which?", "rule": "greedy", "options": ["trees", "lights", "bins"],
    ...     "terms": {"budget": 10, "costs": [6, 5, 4]}})
    >>> result = count(asked, [("trees", "lights"), ("trees",), ("lights", "bins"), ("trees",)], Electorate(4, 4))
    >>> result.sentence
    'Funded: 2 of 3 bids with 10 of 10, 100.0 %.'
    >>> [award.why for award in result.awards][-1]
    'Not funded: 2 votes, place 2; it costs 5, and 4 was left.'
    """
    return tally(definition, ballots, base, spoilt, run)


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    end = "the count ends there" if definition.terms.order == "strict" else "we skip it and go on"
    part = " (unless the rest is enough for it)" if definition.terms.least is not None else ""
    turn = f"The bid with the most {unit_of(definition)}s is paid first from {to_spend(definition)}, then the next."
    return (
        f"{supported(definition)} {turn} If a bid costs more than what is left, {end}{part}. {level_bids(definition)}"
    )


RULE: Final = Rule(
    "greedy",
    "Say which bids you want to be funded.",
    None,
    check,
    parse,
    count,
    "budget",
    explained,
    terms=TERMS | {"least", "order"},
)
