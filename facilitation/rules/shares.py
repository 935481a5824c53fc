"""The purses of equal shares: who can still pay how much, exactly and fast. The law stands in `equal_shares`.

Pure. Voters with the same money left are counted together, however they came to have it: an array says which purse
each voter has, and a short list what is in each. All money is a whole number of 1/D, and D grows when a price is no
whole number of the old unit; so nothing is rounded, and 100,000 voters cost little more than their distinct purses.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

import numpy as np

from facilitation.rules.budget import Votes

FINE: Final = 128
"""Prices are first compared in units of 2⁻¹²⁸, and exactly only when these are the same."""


@dataclass(frozen=True)
class Price:
    """What supporters pay for a bid: left/people for each unit of weight, in the unit of the purses; and its value.

    `worth` is the utility of a unit of weight. left ÷ (people · worth) is the price of a unit of utility: the smaller,
    the better for the bid; `rough` is that price of the unit of money, rounded down.
    """

    left: int
    people: int
    worth: int
    rough: int

    def same_as(self, other: Price) -> bool:
        """Whether both cost exactly as much for a unit of utility."""
        return self.left * other.people * other.worth == other.left * self.people * self.worth


class Purses:
    """Everyone's money in one run, all with the same share at its start."""

    def __init__(self, votes: Votes, share: Fraction) -> None:
        self.votes = votes
        self.whole = lcm(share.denominator, *(cost.denominator for cost in votes.costs.values()))
        self.unit = self.whole
        self.money = [int(share * self.unit)]
        self.of = np.zeros(votes.ballots, dtype=np.intp)
        self.cost_utility = (votes.definition.terms.utility or default_utility(votes)) == "cost"
        self.kinds = votes.kinds
        self.times = lcm(*self.kinds)
        self.costs = {option: int(cost * self.whole) for option, cost in votes.costs.items()}

    def groups(self, option: str) -> list[tuple[int, int, int]]:
        """Supporters as (purse, number, weight), those who can pay least for a unit of weight first."""
        purses, kinds = self.of[self.votes.supporters[option]], len(self.kinds)
        if kinds == 1:
            numbers = np.bincount(purses)
            present = numbers.nonzero()[0]
            weight = self.kinds[0]
            pairs = zip(present.tolist(), numbers[present].tolist(), strict=True)
            return [(purse, number, weight) for purse, number in pairs]
        numbers = np.bincount(purses * kinds + self.votes.kind_of[option])
        present = numbers.nonzero()[0]
        pairs = zip(present.tolist(), numbers[present].tolist(), strict=True)
        found = [(code // kinds, number, self.kinds[code % kinds]) for code, number in pairs]
        return sorted(found, key=lambda group: self.money[group[0]] * (self.times // group[2]))

    def price(self, option: str) -> Price | None:
        """The smallest price at which the supporters can pay the cost together, or None when they cannot.

        Who has less than the price times their weight pays all they have; the others share the rest by weight.
        """
        left = self.costs[option] * (self.unit // self.whole)
        people = self.votes.totals[option]
        for purse, number, weight in self.groups(option):
            if self.money[purse] * people >= left * weight:
                worth = self.costs[option] if self.cost_utility else 1
                return Price(left, people, worth, (left << FINE) // (people * worth * self.unit))
            left -= self.money[purse] * number
            people -= number * weight
        return None

    def effective(self, option: str, price: Price) -> Fraction:
        """The cost divided by the price: the votes that the bid would have if all of them paid alike."""
        return Fraction(self.costs[option] * (self.unit // self.whole) * price.people, price.left)

    def best_possible(self, option: str) -> int:
        """A rough price of utility that no price of this bid is below: if everyone can pay alike."""
        cost = self.costs[option]
        worth = cost if self.cost_utility else 1
        return (cost << FINE) // (self.votes.totals[option] * worth * self.whole)

    def pay(self, option: str, price: Price) -> int:
        """The supporters pay; how many of them paid anything."""
        common = gcd(price.left, price.people)
        each, finer = price.left // common, price.people // common
        self.unit *= finer
        self.money = [amount * finer for amount in self.money]
        supporters, kinds = self.votes.supporters[option], len(self.kinds)
        codes = self.of[supporters] * kinds + self.votes.kind_of[option]
        numbers = np.bincount(codes)
        present = numbers.nonzero()[0]
        amounts = [self.money[code // kinds] for code in present.tolist()]
        payers = sum(int(number) for number, had in zip(numbers[present].tolist(), amounts, strict=True) if had)
        target = np.zeros(len(numbers), dtype=np.intp)
        target[present] = np.arange(len(self.money), len(self.money) + len(amounts))
        weights = [each * self.kinds[code % kinds] for code in present.tolist()]
        self.money += [max(0, had - paid) for had, paid in zip(amounts, weights, strict=True)]
        self.of[supporters] = target[codes]
        self.tidy_up()
        return payers

    def tidy_up(self) -> None:
        """Purses in the order of their money, each amount once, none that nobody has."""
        used = np.bincount(self.of).nonzero()[0].tolist()
        held = [self.money[purse] for purse in used]
        amounts = sorted(set(held))
        place = {amount: index for index, amount in enumerate(amounts)}
        moved = np.zeros(len(self.money), dtype=np.intp)
        moved[used] = [place[amount] for amount in held]
        self.of, self.money = moved[self.of], amounts

    def left_of(self, option: str) -> Fraction:
        """What the supporters of a bid have together."""
        return Fraction(sum(self.money[purse] * number for purse, number, _ in self.groups(option)), self.unit)


def default_utility(votes: Votes) -> str:
    """Approvals value a bid by its cost, scores and ranks by themselves, unless the terms say otherwise."""
    return "cost" if votes.definition.terms.ballots in (None, "approval") else "count"


def cheapest(purses: Purses, bounds: dict[str, int]) -> dict[str, Price]:
    """The bids with the best price of utility, all that are level; bids that nobody can pay any more leave `bounds`.

    Money only gets less, so a price of utility seen before is a bound from below: bids whose bound is beyond the best
    are not looked at.
    """
    best: dict[str, Price] = {}
    least: Price | None = None
    for option in sorted(bounds, key=bounds.__getitem__):
        if least is not None and bounds[option] > least.rough:
            break
        price = purses.price(option)
        if price is None:
            del bounds[option]
            continue
        bounds[option] = price.rough
        if least is None or price.rough < least.rough or (price.rough == least.rough and cheaper(price, least)):
            best, least = {option: price}, price
        elif price.same_as(least):
            best[option] = price
    return best


def cheaper(price: Price, other: Price) -> bool:
    """Whether a unit of utility costs less here, exactly."""
    return price.left * other.people * other.worth < other.left * price.people * price.worth
