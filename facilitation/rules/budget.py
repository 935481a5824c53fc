"""A budget for bids: what all budget rules share, from the ballots' forms to the sentence for every bid.

Pure. The options are the bids; the terms give the `budget` and what each bid `costs`, in the options' order, and may
give what a bid can live with at `least`. A ballot has one of three forms (`ballots`), and gives each bid a weight:

- `approval` (unless said otherwise): a list of bids, at most `max_choices` of them (top k). Weight 1 each.
- `score`: a number from 0 to `highest` (5 unless said otherwise) for any bids. The weight is the score; no score is no
  support and no opinion, and a bid loses nothing else by it.
- `ranked`: a list of at most `max_choices` bids, best first. With L ranks allowed, the first has weight L, the next
  L − 1, and so on; a bid that is not ranked has none.

A bid's **votes** are the sum of its weights. A bid that nobody supports gets nothing, and neither does one that costs
more than the whole budget (unless it can live with less, where a rule funds in part).

What is level is broken by **more votes**, then by **lower cost**, then by the lot of the published seed. Without a seed
every order that a lot could have drawn is tried: if all fund the same, that is the result, otherwise it is a tie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from typing import Final

import numpy as np
import numpy.typing as npt

from facilitation.errors import BadRound
from facilitation.rules.ballot import Choice, as_marks, as_strict_ranking, marks, several_options
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import unit_of
from facilitation.rules.result import Award, Bases, Electorate, Outcome, Result, Share, listed
from facilitation.rules.rule import no_threshold
from facilitation.rules.terms import money, sum_of

TERMS: Final = frozenset({"budget", "costs", "ballots", "highest", "seed"})
"""The terms that every budget rule reads."""

HIGHEST: Final = 5

LARGEST_WEIGHT: Final = 10**6
"""Sums of weights over all ballots stay far below what a 64-bit number holds."""

MOST_LEVEL: Final = 4
"""Of how many level bids every order is tried: four make 24 orders."""

Voters = npt.NDArray[np.intp]
Weights = npt.NDArray[np.int64]


def check(definition: RoundDefinition) -> None:
    """A budget, a cost for every bid, and nothing that cannot be kept."""
    terms = definition.terms
    no_threshold(definition, "the budget is its line")
    if terms.budget is None or terms.costs is None:
        raise BadRound("The round names no budget, or no costs.", "Give the terms “budget” and “costs”.")
    for name, given in (("costs", terms.costs), ("least", terms.least)):
        if given is not None and len(given) != len(definition.options):
            raise BadRound(
                f"The term {name} has {len(given)} sums for {len(definition.options)} bids.", "Give one each."
            )
    for option, cost, least in zip(definition.options, terms.costs, terms.least or terms.costs, strict=True):
        if least is not None and not 0 < least <= cost:
            raise BadRound(
                f"{option} asks for {money(cost)} and for at least {money(least)}.", "Ask for at least less."
            )
    if (terms.highest or HIGHEST) > LARGEST_WEIGHT:
        raise BadRound(f"The highest score is {terms.highest}.", f"Use a scale up to {LARGEST_WEIGHT}.")
    if terms.ballots == "score" and definition.max_choices is not None:
        raise BadRound("Scores take no max_choices.", "Leave it out, or let members approve or rank.")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """A list of bids, or an object of scores, by the form that the terms name.

    >>> from facilitation.rules.terms import Terms
    >>> terms = Terms(budget=Fraction(9), costs=(Fraction(5), Fraction(4)), ballots="score")
    >>> parse(RoundDefinition("Which?", "greedy", ("trees", "lights"), terms=terms), {"lights": 5})
    (None, 5)
    """
    form = definition.terms.ballots
    if form == "score":
        return marks(definition, payload, definition.terms.highest or HIGHEST)
    chosen = several_options(definition, payload)
    return chosen if form == "ranked" else tuple(sorted(chosen, key=definition.options.index))


@dataclass(frozen=True)
class Votes:
    """Who supports what, and how much: for every bid its supporters' places among the ballots, and their weights."""

    definition: RoundDefinition
    ballots: int
    supporters: Mapping[str, Voters]
    weights: Mapping[str, Weights]

    @classmethod
    def read(cls, definition: RoundDefinition, ballots: Sequence[Choice]) -> Votes:
        """The ballots by bid; their order does not matter, for all that follows counts alike ones together."""
        found: dict[str, list[int]] = {option: [] for option in definition.options}
        heavy: dict[str, list[int]] = {option: [] for option in definition.options}
        form = definition.terms.ballots or "approval"
        most = definition.max_choices or len(definition.options)
        for place, ballot in enumerate(ballots):
            if form == "score":
                pairs = [
                    (o, mark or 0) for o, mark in zip(definition.options, as_marks(definition, ballot), strict=True)
                ]
            elif form == "ranked":
                pairs = [(o, most - rank) for rank, o in enumerate(as_strict_ranking(definition, ballot))]
            else:
                pairs = [(o, 1) for o in as_strict_ranking(definition, ballot)]
            for option, weight in pairs:
                if weight:
                    found[option].append(place)
                    heavy[option].append(weight)
        supporters = {option: np.array(places, dtype=np.intp) for option, places in found.items()}
        return cls(
            definition, len(ballots), supporters, {o: np.array(each, dtype=np.int64) for o, each in heavy.items()}
        )

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """Every bid's votes."""
        return {option: int(weights.sum()) for option, weights in self.weights.items()}

    def said(self, option: str) -> str:
        """A bid's votes in words; where one ballot can give it more than one they are points, as people would say.

        >>> from facilitation.rules import parse_count
        >>> bids = {"title": "Which?", "rule": "greedy", "options": ["trees"], "terms": {"budget": 9, "costs": [5]}}
        >>> Votes.read(parse_count(bids), [("trees",)] * 2).said("trees")
        '2 votes'
        """
        number = self.totals[option]
        return f"{number:,} {unit_of(self.definition)}{'' if number == 1 else 's'}"

    @cached_property
    def kinds(self) -> list[int]:
        """The different weights on the ballots, lightest first."""
        return sorted({int(weight) for each in self.weights.values() for weight in np.unique(each)}) or [1]

    @cached_property
    def kind_of(self) -> Mapping[str, Voters]:
        """For every supporter of a bid which kind of weight it has."""
        return {option: np.searchsorted(self.kinds, weights) for option, weights in self.weights.items()}

    @cached_property
    def costs(self) -> Mapping[str, Fraction]:
        """What every bid asks for."""
        return dict(zip(self.definition.options, self.definition.terms.costs or (), strict=True))

    @property
    def budget(self) -> Fraction:
        """What there is."""
        assert self.definition.terms.budget is not None
        return self.definition.terms.budget

    def least(self, option: str) -> Fraction | None:
        """What a bid can live with, if it says so."""
        least = self.definition.terms.least
        return None if least is None else least[self.definition.options.index(option)]

    def rank(self, option: str) -> tuple[int, Fraction]:
        """More votes first, then lower cost: what breaks a tie before the lot."""
        return -self.totals[option], self.costs[option]


@dataclass(frozen=True)
class Grant:
    """Money for a bid: in which step, how much, and in which words why."""

    option: str
    amount: Fraction
    step: int
    why: str
    effective: Fraction | None = None
    payers: int | None = None


@dataclass
class Funding:
    """One count of a budget: the grants in order, why the others got none, and which bids only a lot told apart."""

    grants: list[Grant] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    level: set[str] = field(default_factory=set)

    @property
    def spent(self) -> Fraction:
        """The money that was granted."""
        return sum((grant.amount for grant in self.grants), Fraction(0))

    @property
    def amounts(self) -> dict[str, Fraction]:
        """How much each bid got."""
        return {grant.option: grant.amount for grant in self.grants}


Run = Callable[[Votes, Lot], Funding]
"""A budget rule: the votes and an order for what is level, to the money."""


def first_of(votes: Votes, level: Sequence[str], lot: Lot, funding: Funding) -> str:
    """Of bids that a rule cannot tell apart: more votes, then lower cost, then the lot, which is noted."""
    best = min(votes.rank(option) for option in level)
    left = [option for option in level if votes.rank(option) == best]
    if len(left) > 1:
        funding.level |= set(left)
    return lot.first(left)


def by_every_lot(votes: Votes, run: Run) -> tuple[Funding, tuple[str, ...] | None]:
    """The count by the drawn lot; without one, by every order that could have been drawn.

    The second value is None when the result is clear, otherwise the bids that it depends on; then only those grants
    are told that every order makes, and none at all when more are level than can be tried.
    """
    lot = Lot.of(votes.definition)
    if lot is not None:
        return run(votes, lot), None
    shown = run(votes, Lot(votes.definition.options))
    level = set(shown.level)
    while level:
        if len(level) > MOST_LEVEL:
            return Funding(), tuple(option for option in votes.definition.options if option in level)
        others = [option for option in votes.definition.options if option not in level]
        counts = [run(votes, Lot((*order, *others))) for order in permutations(sorted(level))]
        if any(count.amounts != shown.amounts for count in counts):
            every = [frozenset(count.amounts.items()) for count in counts]
            sure = dict(frozenset.intersection(*every))
            may = {option for count in counts for option in count.amounts} - sure.keys()
            for option in may:
                shown.refused[option] = "Open: it depends on bids that are level in everything, and no lot was drawn."
            shown.grants = [grant for grant in shown.grants if grant.option in sure]
            return shown, tuple(option for option in votes.definition.options if option in may)
        met = level.union(*(count.level for count in counts))
        if met == level:
            break
        level = met
    return shown, None


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int, run: Run) -> Result:
    """The result of a budget rule: `awards` has every bid with its sentence, `counts` the votes."""
    votes = Votes.read(definition, ballots)
    bases = Bases(len(ballots), spoilt, base)
    if not any(votes.totals.values()):
        nothing = Outcome("no-decision", "No decision: no ballot supports any bid.")
        return of(votes, bases, Funding(), nothing)
    funding, level = by_every_lot(votes, run)
    return of(votes, bases, funding, outcome(votes, funding, level))


def outcome(votes: Votes, funding: Funding, level: tuple[str, ...] | None) -> Outcome:
    """The count in one sentence."""
    spent = f"{sum_of(funding.spent)} of {sum_of(votes.budget)}"
    options = votes.definition.options
    if level is not None:
        winners = tuple(option for option in options if option in {*funding.amounts, *level})
        return Outcome("tie", f"Tie: {listed(level)} are level in everything, and no seed was published.", winners)
    winners = tuple(option for option in options if option in funding.amounts)
    if not winners:
        return Outcome("none", f"Funded: none of {len(options)} bids.")
    lots = "".join(f" {lot}" for lot in lots_of(votes, funding))
    figures = f"{len(winners)} of {len(options)} bids with {spent}, {share_of(votes, funding).text}"
    return Outcome("none", f"Funded: {figures}.{lots}", winners)


def lots_of(votes: Votes, funding: Funding) -> tuple[str, ...]:
    """What the drawn lot decided, in words."""
    if votes.definition.terms.seed is None or not funding.level:
        return ()
    return (f"{listed([o for o in votes.definition.options if o in funding.level])} were level; the lot decided.",)


def share_of(votes: Votes, funding: Funding) -> Share:
    """The part of the budget that was granted, in whole numbers."""
    unit = funding.spent.denominator * votes.budget.denominator
    return Share(int(funding.spent * unit), int(votes.budget * unit), "budget")


def of(votes: Votes, bases: Bases, funding: Funding, outcome: Outcome) -> Result:
    """A funding as a result."""
    definition = votes.definition
    return Result(
        rule=definition.rule,
        counts=votes.totals,
        bases=bases,
        outcome=outcome,
        base="budget",
        shares=bases.shares({o: len(voters) for o, voters in votes.supporters.items()}),
        measure=share_of(votes, funding),
        measured="spent",
        awards=awards(votes, funding),
        lots=lots_of(votes, funding),
    )


def awards(votes: Votes, funding: Funding) -> tuple[Award, ...]:
    """Every bid: the granted in their order, then the others in that of the round."""
    granted = tuple(
        Award(g.option, votes.costs[g.option], g.amount, votes.totals[g.option], g.why, g.step, g.effective, g.payers)
        for g in funding.grants
    )
    rest = [option for option in votes.definition.options if option not in funding.amounts]
    if not granted and not funding.refused:
        return ()
    return granted + tuple(
        Award(
            option, votes.costs[option], 0, votes.totals[option], funding.refused.get(option, why_none(votes, option))
        )
        for option in rest
    )


def why_none(votes: Votes, option: str) -> str:
    """Why a bid never had a chance."""
    if not votes.totals[option]:
        return "Not funded: nobody supports it."
    return f"Not funded: it costs {sum_of(votes.costs[option])}, more than the whole budget."


def supporters_of(number: int) -> str:
    """A number of people in words.

    >>> supporters_of(1), supporters_of(20)
    ('1 supporter', '20 supporters')
    """
    return f"{number:,} supporter{'' if number == 1 else 's'}"
