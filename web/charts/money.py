"""A budget: what was spent on which bid, as one bar, and every bid with its sentence.

Pure; sums are exact fractions until they are written. The bids stand as the rule reached them, funded ones first; who
paid stands here in counts only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from web.charts.lengths import Shown, exactly, figure, length


@dataclass(frozen=True)
class Bid:
    """What became of a bid: its place in the budget's bar (no length when it got nothing), and why."""

    label: str
    fate: str
    """funded, in part, open, or not funded."""
    cost: str
    award: str
    votes: str
    backers: str
    why: str
    step: int | None
    effective: str
    payers: int | None
    more: int | None
    start: int
    length: int

    @property
    def funded(self) -> bool:
        """Whether it got money."""
        return self.fate in ("funded", "in part")


@dataclass(frozen=True)
class Money:
    """The whole budget: how much there was, what was spent and what is left, and all bids."""

    budget: str
    spent: str
    left: str
    bids: tuple[Bid, ...]
    unit: str = "vote"
    """What ballots give to bids: votes, or points."""

    @property
    def funded(self) -> tuple[Bid, ...]:
        """Those that got money, in the order in which they did."""
        return tuple(bid for bid in self.bids if bid.funded)

    @property
    def others(self) -> tuple[Bid, ...]:
        """Those that did not."""
        return tuple(bid for bid in self.bids if not bid.funded)


def money_of(round_: Mapping[str, Any], result: Mapping[str, Any]) -> Money:
    """The picture of a budget.

    >>> from facilitation.rules import Electorate, every_rule, parse_count
    >>> asked = parse_count({"title": "?", "rule": "greedy", "options": ["trees", "lights"],
    ...     "terms": {"budget": 10, "costs": [6, 5]}})
    >>> ballots = [("trees",), ("trees",), ("lights",)]
    >>> result = every_rule()["greedy"].tally(asked, ballots, Electorate(3, 3)).as_json()
    >>> drawn = money_of(asked.as_json(), result)
    >>> [(bid.label, bid.fate, bid.start, bid.length) for bid in drawn.bids], drawn.left
    ([('trees', 'funded', 0, 600), ('lights', 'not funded', 600, 0)], '4')
    """
    spent = sum((exactly(award["award"]) for award in result.get("awards", ())), Fraction(0))
    whole = budget_of(round_, result, spent)
    bids, seen = [], Fraction(0)
    for award in result.get("awards", ()):
        start, seen = seen, seen + exactly(award["award"])
        bids.append(_bid(award, result, (length(start / whole), length(seen / whole))))
    return Money(money(whole), money(spent), money(whole - spent), tuple(bids), unit_of(round_))


def unit_of(round_: Mapping[str, Any]) -> str:
    """One vote for each bid, or points where a ballot says how much."""
    return "point" if (round_.get("terms") or {}).get("ballots", "approval") != "approval" else "vote"


def budget_of(round_: Mapping[str, Any], result: Mapping[str, Any], spent: Fraction) -> Fraction:
    """How much there was: the terms say it; without them it follows from the part that was spent."""
    said = (round_.get("terms") or {}).get("budget")
    if said is not None:
        return Fraction(said)
    measure = result["measure"]
    return spent * measure["of"] / measure["count"] if measure["count"] else Fraction(measure["of"] or 1)


def money(amount: Shown | Fraction) -> str:
    """A sum as people write it: thousands apart, two decimals where there are any.

    >>> money(15000), money("10.9"), money("200/3")
    ('15,000', '10.90', '66.67')
    """
    exact = Fraction(amount)
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    cents = (200 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return f"{cents // 100:,}.{cents % 100:02d}"


def _bid(award: Mapping[str, Any], result: Mapping[str, Any], ends: tuple[int, int]) -> Bid:
    got, cost = exactly(award["award"]), exactly(award["cost"])
    effective = award.get("effective_votes")
    return Bid(
        label=award["option"],
        fate=("funded" if got == cost else "in part") if got else _not_funded(award["why"]),
        cost=money(cost),
        award=money(got),
        votes=figure(award["votes"]),
        backers=result["shares"].get("valid", {}).get(award["option"], {}).get("text", ""),
        why=award["why"],
        step=award["step"],
        effective="" if effective is None else figure(effective),
        payers=award["payers"],
        more=award.get("more_votes"),
        start=ends[0],
        length=ends[1] - ends[0],
    )


def _not_funded(why: str) -> str:
    return "open" if why.startswith("Open:") else "not funded"
