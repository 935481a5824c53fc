"""Sequential Phragmén for a budget: every voter earns at the same speed, and supporters buy when they have enough.

All voters earn money at one constant speed. As soon as the supporters of a bid have together what it costs, they buy
it and have nothing left; so a bid whose supporters carry the load l_i so far is bought at the time

    (cost + Σ l_i) ÷ (number of supporters),    and their loads become that time.

The bid with the earliest time is next; what is level is broken as in `budget`. The count ends when the next bid does
not fit into what is left. Only approvals have supporters in this sense, so scores and rankings are refused. All times
are exact fractions (Phragmén 1894–99; with costs: Los, Christoff and Grossi, IJCAI 2022).

>>> from facilitation.rules import parse_count
>>> asked = parse_count({"title": "Which?", "rule": "phragmen", "options": ["a", "b", "c"],
...     "terms": {"budget": 2, "costs": [1, 1, 1]}})
>>> count(asked, [("a",), *[("a", "b")] * 5, *[("c",)] * 4], Electorate(10, 10)).winners
('a', 'c')
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from facilitation.errors import BadRound
from facilitation.rules import budget
from facilitation.rules.ballot import Choice
from facilitation.rules.budget import (
    TERMS,
    Funding,
    Grant,
    Votes,
    first_of,
    parse,
    supporters_of,
    tally,
)
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import level_bids, to_spend
from facilitation.rules.result import Electorate, Result, decimal
from facilitation.rules.rule import Rule
from facilitation.rules.terms import sum_of


def check(definition: RoundDefinition) -> None:
    """A budget with approvals."""
    budget.check(definition)
    if definition.terms.ballots not in (None, "approval"):
        raise BadRound("Phragmén's rule counts approvals.", "Let members approve, or use the rule equal-shares.")


def run(votes: Votes, lot: Lot) -> Funding:
    """Bid after bid, in the order of the times at which their supporters can buy them."""
    funding = Funding()
    loads = [Fraction(0)]
    carried = np.zeros(votes.ballots, dtype=np.intp)
    waiting = [o for o in votes.definition.options if votes.totals[o] and votes.costs[o] <= votes.budget]
    while waiting:
        times = {option: time_of(votes, option, loads, carried) for option in waiting}
        level = [option for option in waiting if times[option] == min(times.values())]
        left = votes.budget - funding.spent
        turn = min(level, key=votes.rank)
        if votes.costs[turn] > left:
            for name in waiting:
                funding.refused[name] = (
                    f"Not funded: {votes.said(name)}; the count ended when {turn} came next and cost "
                    f"{sum_of(votes.costs[turn])}, with {sum_of(left)} left."
                )
            break
        option = first_of(votes, level, lot, funding)
        number, cost = votes.totals[option], votes.costs[option]
        step = len(funding.grants) + 1
        when = f"had its cost together at time {decimal(times[option])}"
        why = f"Funded in round {step}: its {supporters_of(number)} {when}."
        funding.grants.append(Grant(option, cost, step, why, payers=number))
        waiting.remove(option)
        loads.append(times[option])
        carried[votes.supporters[option]] = len(loads) - 1
    return funding


def time_of(votes: Votes, option: str, loads: Sequence[Fraction], carried: budget.Voters) -> Fraction:
    """When the supporters of a bid can buy it."""
    numbers = np.bincount(carried[votes.supporters[option]], minlength=len(loads))
    carry = sum((load * int(number) for load, number in zip(loads, numbers, strict=True) if number), Fraction(0))
    return (votes.costs[option] + carry) * Fraction(1, votes.totals[option])


def count(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Fund in the order of the times."""
    return tally(definition, ballots, base, spoilt, run)


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    earn = "Think of it so: every ballot earns money at the same speed."
    buy = "As soon as the supporters of a bid have its cost together, they buy it and start again from nothing."
    return f"{earn} {buy} We stop when the next bid does not fit into {to_spend(definition)}. {level_bids(definition)}"


RULE: Final = Rule(
    "phragmen",
    "Say which bids you want to be funded.",
    None,
    check,
    parse,
    count,
    "budget",
    explained,
    terms=TERMS,
)
