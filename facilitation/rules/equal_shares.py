"""Method of Equal Shares: everyone has the same part of the budget, and it is spent on what they support.

Each of the n valid ballots has the share b = budget ÷ n. Supporters pay for a bid together: for a bid with the cost c
whose supporters have b_i left and give it the weight w_i, the price π for a unit of weight is the smallest with

    Σ min(b_i, π · w_i) = c.

Who has less pays all they have. Of the bids that can still be paid, the one with the best price of utility is next,
and its supporters pay. What is level is broken as in `budget`. This ends when no bid's supporters can pay it. Two
things are said in advance:

- `utility`: what a unit of weight is worth. `cost` (for approvals, unless said otherwise): as much as the bid costs,
  so the best bid is the one with the most **effective votes** c ÷ π. `count` (for scores and ranks, unless said
  otherwise): the same for every bid, so the best is the one with the smallest π.
- `completion`: what happens to the money that is left when nobody can pay alone, and which changes who is funded:
  - `none` (unless said otherwise): it is not spent.
  - `utilitarian`: it goes to the bids with the most votes, as in `greedy` (which funds in part too).
  - `add1`: everyone's share is made 1 larger, and all is counted again from the start, and so on; the last count that
    does not spend more than the budget stands (**first overspend**).
  - `add1-exhaustive`: the same, but it also stops at the first count that leaves too little for any supported bid.
  - `add1u`: `add1`, then `utilitarian` for what is left.

Bids that cost more than the budget take no part, so that they cannot end `add1` early. All money is exact (`shares`).
(Peters and Skowron 2020; Peters, Pierczyński and Skowron, “Proportional participatory budgeting with additive
utilities”, NeurIPS 2021; the completions after Faliszewski et al., “Participatory budgeting: data, tools and
analysis”, IJCAI 2023.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from facilitation.errors import BadRound
from facilitation.rules.ballot import Choice
from facilitation.rules.budget import (
    TERMS,
    Funding,
    Grant,
    Votes,
    check,
    first_of,
    parse,
    supporters_of,
    tally,
)
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.greedy import fill
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import level_bids, to_spend, unit_of
from facilitation.rules.result import Electorate, Result, decimal
from facilitation.rules.rule import Rule
from facilitation.rules.shares import Purses, cheapest
from facilitation.rules.terms import sum_of


def check_shares(definition: RoundDefinition) -> None:
    """A budget; partial funding only where something is filled up."""
    check(definition)
    if definition.terms.least is not None and definition.terms.completion not in ("utilitarian", "add1u"):
        raise BadRound(
            "Equal shares pay a bid in full or not at all.",
            "Leave out “least”, or complete by “utilitarian” or “add1u”, which fund in part from what is left over.",
        )


def run(votes: Votes, lot: Lot) -> Funding:
    """The whole budget by equal shares and the completion of the terms."""
    completion = votes.definition.terms.completion or "none"
    funding, purses = spend(votes, lot, Fraction(votes.budget, votes.ballots))
    if completion.startswith("add1"):
        funding, purses = add_one(votes, lot, (funding, purses), completion == "add1-exhaustive")
    explain_refusals(votes, funding, purses)
    if completion in ("utilitarian", "add1u"):
        fill(votes, lot, funding, "Funded from what was left over")
    return funding


def spend(votes: Votes, lot: Lot, share: Fraction) -> tuple[Funding, Purses]:
    """One count in which everyone starts with this share."""
    purses, funding = Purses(votes, share), Funding()
    takes_part = [o for o in votes.definition.options if votes.totals[o] and votes.costs[o] <= votes.budget]
    bounds = {option: purses.best_possible(option) for option in takes_part}
    while found := cheapest(purses, bounds):
        option = first_of(votes, tuple(found), lot, funding)
        effective = purses.effective(option, found[option])
        payers = purses.pay(option, found[option])
        del bounds[option]
        step = len(funding.grants) + 1
        funding.grants.append(Grant(option, votes.costs[option], step, "", effective, payers))
    return funding, purses


def add_one(votes: Votes, lot: Lot, last: tuple[Funding, Purses], exhaustive: bool) -> tuple[Funding, Purses]:
    """Larger shares, one by one, as long as the budget is kept; bids level in any count on the way are noted."""
    level: set[str] = set(last[0].level)
    share = Fraction(votes.budget, votes.ballots)
    able = [
        option for option in votes.definition.options if votes.totals[option] and votes.costs[option] <= votes.budget
    ]
    while len(last[0].grants) < len(able):
        left = votes.budget - last[0].spent
        if exhaustive and not any(votes.costs[o] <= left for o in able if o not in last[0].amounts):
            break
        share += 1
        larger = spend(votes, lot, share)
        level |= larger[0].level
        if larger[0].spent > votes.budget:
            break
        last = larger
    last[0].level = level
    return last


def explain_refusals(votes: Votes, funding: Funding, purses: Purses) -> None:
    """The sentence of every bid: what its supporters paid, or what they had left."""
    funding.grants = [
        Grant(grant.option, grant.amount, grant.step, why_funded(votes, grant), grant.effective, grant.payers)
        for grant in funding.grants
    ]
    for option in votes.definition.options:
        if votes.totals[option] and votes.costs[option] <= votes.budget and option not in funding.amounts:
            number, left = votes.said(option), sum_of(purses.left_of(option))
            cost = sum_of(votes.costs[option])
            funding.refused[option] = (
                f"Not funded: {number}; it costs {cost}, and in the end its supporters had {left} left together."
            )


def why_funded(votes: Votes, grant: Grant) -> str:
    """Who paid, in counts."""
    assert grant.effective is not None
    number, supporters = votes.said(grant.option), supporters_of(len(votes.supporters[grant.option]))
    counted = f"its {number} counted as {decimal(grant.effective)} effective votes"
    return f"Funded in round {grant.step}: {counted}, and {grant.payers} of its {supporters} paid."


def count(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Fund by equal shares.

    >>> from facilitation.rules import parse_count
    >>> asked = parse_count({"title": "Which?", "rule": "equal-shares", "options": ["trees", "lights", "bins"],
    ...     "terms": {"budget": 12, "costs": [6, 6, 4], "completion": "none"}})
    >>> ballots = [("trees", "lights")] * 3 + [("trees",)] + [("bins",)] * 2
    >>> result = count(asked, ballots, Electorate(6, 6))
    >>> result.awards[0].why
    'Funded in round 1: its 4 votes counted as 4.00 effective votes, and 4 of its 4 supporters paid.'
    """
    return tally(definition, ballots, base, spoilt, run)


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    terms = definition.terms
    by_cost = (terms.utility or ("cost" if (terms.ballots or "approval") == "approval" else "count")) == "cost"
    unit = unit_of(definition)
    best = (
        f"with the most {unit}s that can still pay"
        if by_cost
        else f"that costs its supporters the least for each {unit}"
    )
    shared = f"Every ballot gets the same share of {to_spend(definition)}, to pay for the bids that it supports."
    rest = LEFT_OVER[terms.completion or "none"]
    return f"{shared} The next bid is always the one {best}. {rest} {level_bids(definition)}"


LEFT_OVER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": "Money that no group of supporters can spend together is left over.",
        "utilitarian": "What is left over goes to the bids with the most votes.",
        "add1": "Then all shares grow by 1 and we count again, as long as the whole budget is enough.",
        "add1-exhaustive": "Then all shares grow by 1 and we count again, until nothing more fits into the budget.",
        "add1u": "Then all shares grow by 1 and we count again, while the budget is enough; the rest goes by votes.",
    }
)
"""The completions in plain words."""


RULE: Final = Rule(
    "equal-shares",
    "Say which bids you want to be funded.",
    None,
    check_shares,
    parse,
    count,
    "budget",
    explained,
    terms=TERMS | {"completion", "utility", "least"},
)
