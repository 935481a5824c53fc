"""The purses of equal shares: who can still pay how much, exactly and fast. The law stands in `equal_shares`.

Pure. A voter who is not out of money has exactly the share less what was paid, so the exact money of any group is

    (how many they are) · share − Σ over bought bids (price · the weight with which the group paid for it),

whole numbers over one common denominator, once the group is known. To find the group (who has less than a price), each
purse is also kept in units of 2⁻ˢ, off by at most one unit for the start and one for each payment. Whoever is within
that distance of a price is compared exactly. So the answer is exact, and 100,000 voters cost a few array operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

import numpy as np
import numpy.typing as npt

from facilitation.rules.budget import Voters, Votes, Weights

ROUGH: Final = 128
"""Prices are first compared in units of 2⁻¹²⁸, and exactly only when these are the same."""

ROOM: Final = 61
"""All money of a run stays below 2⁶¹ units, and so does every price times a weight: no sum of an array overflows."""

Mask = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Price:
    """What supporters pay for a bid: left/people for each unit of weight, in the purses' unit; and what that is worth.

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

    def below(self, other: Price) -> bool:
        """Whether a unit of utility costs less here, exactly."""
        return self.left * other.people * other.worth < other.left * self.people * self.worth


class Purses:
    """Everyone's money in one run, all with the same share at its start."""

    def __init__(self, votes: Votes, share: Fraction) -> None:
        self.votes = votes
        self.whole = lcm(share.denominator, *(cost.denominator for cost in votes.costs.values()))
        self.unit = self.whole
        self.share = int(share * self.whole)
        self.costs = {option: int(cost * self.whole) for option, cost in votes.costs.items()}
        self.cost_utility = (votes.definition.terms.utility or default_utility(votes)) == "cost"
        most = max(self.share * votes.ballots, *self.costs.values()) * max(votes.kinds)
        self.bits = ROOM - (most // self.whole).bit_length()
        self.rough = np.full(votes.ballots, self.roughly(self.share, 1), dtype=np.int64)
        self.out = np.zeros(votes.ballots, dtype=np.bool_)
        self.prices: list[int] = []
        self.paid = np.zeros((votes.ballots, len(votes.costs)), dtype=np.min_scalar_type(max(votes.kinds)))
        self.live: dict[str, tuple[Voters, Weights]] = {
            option: (votes.supporters[option], votes.weights[option]) for option in votes.costs
        }

    def roughly(self, amount: int, parts: int) -> int:
        """amount/parts of the exact unit in rough units, rounded down."""
        return (
            (amount << self.bits) // (parts * self.unit)
            if self.bits >= 0
            else amount // (parts * self.unit << -self.bits)
        )

    @property
    def off(self) -> int:
        """By how many rough units a purse can be off."""
        return 1 + len(self.prices)

    def supporters(self, option: str) -> tuple[Voters, Weights]:
        """The supporters of a bid who have money, and their weights."""
        voters, weights = self.live[option]
        broke = self.out[voters]
        if broke.any():
            voters, weights = voters[~broke], weights[~broke]
            self.live[option] = voters, weights
        return voters, weights

    def money_of(self, voters: Voters) -> int:
        """What these voters, none of whom is out of money, have together: exact."""
        bought = len(self.prices)
        weights: list[int] = self.paid[voters, :bought].sum(axis=0, dtype=np.int64).tolist()
        return len(voters) * self.share - sum(p * w for p, w in zip(self.prices, weights, strict=True) if w)

    def price(self, option: str) -> Price | None:
        """The smallest price at which the supporters can pay the cost together, or None when they cannot.

        Who has less than the price times their weight pays all they have; the others share the rest by weight. From
        voters who surely have less, those who have less than the price that follows are added until there are none.
        """
        voters, weights = self.supporters(option)
        cost = self.costs[option] * (self.unit // self.whole)
        people = int(weights.sum())
        poor = self.surely_poor(voters, weights, self.roughly(cost, 1))
        while rest := people - int(weights[poor].sum()):
            left = cost - self.money_of(voters[poor])
            more = self.beside(voters, weights, left, rest) < 0
            if more.sum() == poor.sum():
                worth = self.costs[option] if self.cost_utility else 1
                return Price(left, rest, worth, (left << ROUGH) // (rest * worth * self.unit))
            poor = more
        return None

    def surely_poor(self, voters: Voters, weights: Weights, cost: int) -> Mask:
        """Supporters who have surely less than the price, found in rough units by prices that are surely too low."""
        most = self.rough[voters] + self.off
        poor = np.zeros(len(voters), dtype=np.bool_)
        known, left, people = 0, cost, int(weights.sum())
        while people > 0 and left > 0:
            poor = most < left // people * weights
            number = int(poor.sum())
            if number == known:
                break
            known, left, people = number, cost - int(most[poor].sum()), int(weights[~poor].sum())
        return poor

    def beside(self, voters: Voters, weights: Weights, left: int, people: int) -> Signs:
        """Whether each voter has less (-1) than, just (0), or more (1) than left/people times their weight: exact."""
        line = self.lines(weights, left, people)
        held = self.rough[voters]
        signs = np.where(held - self.off > line, 1, -1).astype(np.int8)
        near = ((held + self.off >= line) & (signs < 0)).nonzero()[0]
        known: dict[bytes, int] = {}
        bought = len(self.prices)
        for place in near:
            paid, weight = self.paid[voters[place], :bought], int(weights[place])
            key = paid.tobytes() + weight.to_bytes(8, "big")
            if key not in known:
                money = self.share - sum(p * w for p, w in zip(self.prices, paid.tolist(), strict=True) if w)
                known[key] = (money * people > left * weight) - (money * people < left * weight)
            signs[place] = known[key]
        return signs

    def lines(self, weights: Weights, left: int, people: int) -> Weights:
        """left/people times each weight, in rough units rounded down."""
        by_kind = np.array([self.roughly(left * kind, people) for kind in self.votes.kinds], dtype=np.int64)
        return by_kind[np.searchsorted(self.votes.kinds, weights)] if len(by_kind) > 1 else by_kind

    def effective(self, option: str, price: Price) -> Fraction:
        """The cost divided by the price: the votes that the bid would have if all of them paid alike."""
        return Fraction(self.costs[option] * (self.unit // self.whole) * price.people, price.left)

    def best_possible(self, option: str) -> int:
        """A rough price of utility that no price of this bid is below: if everyone can pay alike."""
        cost = self.costs[option]
        worth = cost if self.cost_utility else 1
        return (cost << ROUGH) // (self.votes.totals[option] * worth * self.whole)

    def pay(self, option: str, price: Price) -> int:
        """The supporters pay: who has more than the price pays it, the others all they have. How many paid."""
        voters, weights = self.supporters(option)
        rich = self.beside(voters, weights, price.left, price.people) > 0
        self.out[voters[~rich]] = True
        self.rough[voters[rich]] -= self.lines(weights[rich], price.left, price.people)
        self.paid[voters[rich], len(self.prices)] = weights[rich]
        common = gcd(price.left, price.people)
        each, finer = price.left // common, price.people // common
        self.unit *= finer
        self.share *= finer
        self.prices = [paid * finer for paid in self.prices] + [each]
        return len(voters)

    def left_of(self, option: str) -> Fraction:
        """What the supporters of a bid have together."""
        return Fraction(self.money_of(self.supporters(option)[0]), self.unit)


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
        if least is None or price.rough < least.rough or (price.rough == least.rough and price.below(least)):
            best, least = {option: price}, price
        elif price.same_as(least):
            best[option] = price
    return best
