"""What tells the groups apart, and what unites them.

With s of n votes of a kind in a group, the chance of that vote is P = (1 + s) ÷ (2 + n), and it is more than half
beyond doubt when z = 2 √(n + 1) ((s + 1) ÷ (n + 1) − ½) is above 1.2816 (nine in ten, one-sided). It is
**representative** of a group when it is also more frequent there than among all others beyond doubt (two proportions,
each with one added). Statements are ranked by how much more frequent and how sure: P ÷ P(others) × both z. What
**unites** is the product over all groups of the chance to agree: a statement that any group rejects scores near 0. A
**majority** is what more than half of everyone say beyond doubt, ranked by P × z, for agreeing and for disagreeing.
Counts are whole numbers and chances fractions; only z is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod, sqrt
from typing import Any, Final

import numpy as np

from facilitation.opinions.groups import Map, counts_of, opinion_map
from facilitation.opinions.votes import Votes

SURE: Final = 1.2816
MOST_TOLD: Final = 5
LEAST_GROUP: Final = 5
"""Groups of fewer people are not shown: nobody's opinion is to be read off a group."""


@dataclass(frozen=True)
class Said:
    """Of one statement in one group: agree, disagree, pass, and all who voted on it there."""

    agree: int
    disagree: int
    passed: int
    voted: int

    def chance(self, agree: bool) -> Fraction:
        """(1 + s) ÷ (2 + n)."""
        return Fraction(1 + (self.agree if agree else self.disagree), 2 + self.voted)

    def sureness(self, agree: bool) -> float:
        """z of “more than half”."""
        said = self.agree if agree else self.disagree
        return 2 * sqrt(self.voted + 1) * ((said + 1) / (self.voted + 1) - 0.5)


@dataclass(frozen=True)
class Typical:
    """A statement by which a group can be told: what it says of it, and how much more often than the others."""

    statement: int
    agrees: bool
    times: Fraction
    strength: float


@dataclass(frozen=True)
class Opinions:
    """The picture of a table of votes; `map` is None where the groups are too few or too small to be shown."""

    votes: Votes
    map: Map | None
    everyone: tuple[Said, ...]
    groups: tuple[tuple[Said, ...], ...]
    typical: tuple[tuple[Typical, ...], ...]
    uniting: tuple[tuple[int, Fraction], ...]
    straight: tuple[str, ...]
    why_no_groups: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs: counts, never a person."""
        sizes = [] if self.map is None else [int((self.map.group_of == g).sum()) for g in range(self.map.groups)]
        return {
            "people": len(self.votes.people),
            "statements": [
                {
                    "text": text,
                    **_counts(self.everyone[place]),
                    "groups": [_counts(group[place]) for group in self.groups],
                }
                for place, text in enumerate(self.votes.statements)
            ],
            "groups": [
                {
                    "people": size,
                    "typical": [
                        {"statement": one.statement, "agrees": one.agrees, "times": round(float(one.times), 2)}
                        for one in typical
                    ],
                }
                for size, typical in zip(sizes, self.typical, strict=True)
            ],
            "uniting": [{"statement": place, "score": round(float(score), 4)} for place, score in self.uniting],
            "straight_liners": len(self.straight),
            "why_no_groups": self.why_no_groups,
        }


def opinions_of(votes: Votes, least_group: int = LEAST_GROUP, *, with_straight: bool = False) -> Opinions:
    """Everything that is told of these votes. Groups are shown only if every one has at least `least_group` people.

    Whoever said the same of everything is in a group only with `with_straight`.
    """
    found = opinion_map(votes, straight=with_straight)
    everyone = _said(votes, np.ones(len(votes.people), dtype=bool))
    straight = votes.straight_liners()
    why = ""
    if found is None:
        why = "Too few people have voted on enough statements, or all said the same."
    elif min(int((found.group_of == group).sum()) for group in range(found.groups)) < least_group:
        why = f"A group would have fewer than {least_group} people."
    if found is None or why:
        uniting = _uniting((everyone,))
        return Opinions(votes, None, everyone, (), (), uniting, straight, why)
    groups = tuple(_said(votes, found.group_of == group) for group in range(found.groups))
    grouped = _said(votes, found.group_of >= 0)
    typical = tuple(_typical(group, grouped) for group in groups)
    return Opinions(votes, found, everyone, groups, typical, _uniting(groups), straight)


def _said(votes: Votes, who: Any) -> tuple[Said, ...]:
    return tuple(Said(*map(int, column)) for column in counts_of(votes, who).T)


def _typical(group: tuple[Said, ...], grouped: tuple[Said, ...]) -> tuple[Typical, ...]:
    found = []
    for statement, (here, all_of_them) in enumerate(zip(group, grouped, strict=True)):
        there = Said(
            all_of_them.agree - here.agree,
            all_of_them.disagree - here.disagree,
            all_of_them.passed - here.passed,
            all_of_them.voted - here.voted,
        )
        agrees = here.agree >= here.disagree
        sure, surer = here.sureness(agrees), _two_proportions(here, there, agrees)
        if sure > SURE and surer > SURE:
            times = here.chance(agrees) / there.chance(agrees)
            found.append(Typical(statement, agrees, times, float(times) * sure * surer))
    return tuple(sorted(found, key=lambda one: (-one.strength, one.statement))[:MOST_TOLD])


def _two_proportions(here: Said, there: Said, agrees: bool) -> float:
    """z of “more frequent here than there”, with one added to every count."""
    s1, s2 = (said.agree + 1 if agrees else said.disagree + 1 for said in (here, there))
    n1, n2 = here.voted + 1, there.voted + 1
    both = (s1 + s2) / (n1 + n2)
    if both >= 1:
        return 0.0
    return float((s1 / n1 - s2 / n2) / sqrt(both * (1 - both) * (1 / n1 + 1 / n2)))


def _uniting(groups: tuple[tuple[Said, ...], ...]) -> tuple[tuple[int, Fraction], ...]:
    """The statements that most of every group agree with, the strongest first."""
    scores = [
        (place, prod((group[place].chance(agree=True) for group in groups), start=Fraction(1)))
        for place in range(len(groups[0]))
        if all(group[place].agree > group[place].disagree for group in groups)
    ]
    return tuple(sorted(scores, key=lambda one: (-one[1], one[0]))[:MOST_TOLD])


def majority(everyone: Sequence[Said], agree: bool) -> tuple[int, ...]:
    """The statements of which more than half of these people say this beyond doubt, the strongest first."""
    sure = [
        (float(said.chance(agree)) * said.sureness(agree), place)
        for place, said in enumerate(everyone)
        if said.sureness(agree) > SURE and said.chance(agree) > Fraction(1, 2)
    ]
    return tuple(place for _, place in sorted(sure, key=lambda one: (-one[0], one[1]))[:MOST_TOLD])


def _counts(said: Said) -> dict[str, int]:
    return {"agree": said.agree, "disagree": said.disagree, "pass": said.passed, "voted": said.voted}
