"""What a volunteer may be told of their chance: how large it was, and which of their answers made it so.

Everything follows from the quotas and the pool by counting. Of the n_q volunteers with an answer at least min_q and at
most max_q are on any panel, so their chances under any lottery are min_q/n_q to max_q/n_q on average. The answer that
pulls hardest is named: for a chance below the equal one k/n the smallest max_q/n_q, above it the largest min_q/n_q.
Where no single answer pulls that way, it is several together, and that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from web.charts import percent

LISTED = {
    "already selected": "You had been selected before, so your seat was not drawn by lot.",
    "must include": "A list gave you a seat, so it was not drawn by lot.",
    "excluded": "A list left you out of the lottery.",
}


@dataclass(frozen=True)
class Limit:
    """A quota and how many volunteers have its value."""

    feature: str
    value: str
    min: int
    max: int
    have: int

    @property
    def most(self) -> Fraction:
        """The largest average chance that the quota allows those who have the value."""
        return Fraction(self.max, self.have)

    @property
    def least(self) -> Fraction:
        """The smallest."""
        return Fraction(self.min, self.have)


@dataclass(frozen=True)
class Lottery:
    """How many were to be drawn from how many, and the quotas."""

    members: int
    volunteers: int
    limits: Mapping[tuple[str, str], Limit]

    @property
    def equal(self) -> Fraction:
        """What everybody's chance would be without quotas."""
        return Fraction(self.members, self.volunteers)


def lottery_of(members: int, quotas: Iterable[Mapping[str, object]], pool: Iterable[Mapping[str, str]]) -> Lottery:
    """From the quotas of a draw and everyone's answers.

    >>> half = [{"feature": "age", "value": "16-29", "min": 1, "max": 1}]
    >>> lottery_of(2, half, [{"age": "16-29"}] * 8 + [{"age": "30+"}] * 2).limits["age", "16-29"].most
    Fraction(1, 8)
    """
    people = list(pool)
    have = Counter((feature, value) for one in people for feature, value in one.items())
    limits = {}
    for quota in quotas:
        key = (str(quota["feature"]), str(quota["value"]))
        if have[key]:
            limits[key] = Limit(*key, int(str(quota["min"])), int(str(quota["max"])), have[key])
    return Lottery(members, len(people), limits)


def in_100(chance: Fraction) -> str:
    """A chance as people say it.

    >>> in_100(Fraction(12, 155)), in_100(Fraction(1, 2)), in_100(Fraction(1, 5000)), in_100(Fraction(0))
    ('7.7 in 100', '50 in 100', 'less than 0.1 in 100', '0 in 100')
    """
    if 0 < chance < Fraction(1, 1000):
        return "less than 0.1 in 100"
    return f"{percent(chance).removesuffix(' %')} in 100"


def letter(chance: Fraction, answers: Mapping[str, str], lottery: Lottery, *, held: bool = True) -> str:
    """The sentences for one volunteer, of a draw that was held or of one that is still to come.

    >>> quotas = [{"feature": "age", "value": "16-29", "min": 1, "max": 1}]
    >>> lottery = lottery_of(2, quotas, [{"age": "16-29"}] * 8 + [{"age": "30+"}] * 2)
    >>> print(letter(Fraction(1, 8), {"age": "16-29"}, lottery))
    You were one of 10 volunteers for 2 places. Your chance of being drawn was 12.5 in 100, because 8 volunteers \
answered “16-29” (age), and at most 1 of them could be on the panel: 12.5 in 100 on average at most. Without quotas, \
everybody's chance would have been 20 in 100.
    """
    if (listed := LISTED.get(answers.get("selection", ""))) is not None:
        return listed
    were, was, would = ("were", "was", "would have been") if held else ("are", "is", "would be")
    head = f"You {were} one of {lottery.volunteers:,} volunteers for {lottery.members:,} places."
    if not chance:
        none = f"You {'had' if held else 'have'} no chance of being drawn"
        return f"{head} {none}: no panel that keeps all quotas has a place for your answers."
    told = f"{head} Your chance of being drawn {was} {in_100(chance)}"
    if abs(chance - lottery.equal) < Fraction(1, 2000):
        return f"{told}, the same as it {would} for everybody without quotas."
    tail = f"Without quotas, everybody's chance {would} {in_100(lottery.equal)}."
    return f"{told}, because {because(chance, answers, lottery, held=held)}. {tail}"


def because(chance: Fraction, answers: Mapping[str, str], lottery: Lottery, *, held: bool = True) -> str:
    """The answer that pulled the chance down or up, or that it was several together."""
    mine = [limit for key in answers.items() if (limit := lottery.limits.get(key)) is not None]
    if chance < lottery.equal:
        tight = min(mine, key=lambda limit: limit.most, default=None)
        if tight is not None and tight.most < lottery.equal:
            verb = "could" if held else "can"
            return _told(tight, f"at most {tight.max} of them {verb}", f"{in_100(tight.most)} on average at most")
        return "the quotas leave fewer places for people with all of your answers together"
    wanted = max(mine, key=lambda limit: limit.least, default=None)
    if wanted is not None and wanted.least > lottery.equal:
        verb = "had to" if held else "must"
        return _told(wanted, f"at least {wanted.min} of them {verb}", f"{in_100(wanted.least)} on average at least")
    return "the quotas ask for more people with all of your answers together than there are among the volunteers"


def _told(limit: Limit, bound: str, average: str) -> str:
    who = f"{limit.have:,} volunteer{'s' if limit.have > 1 else ''} answered “{limit.value}” ({limit.feature})"
    return f"{who}, and {bound} be on the panel: {average}"
