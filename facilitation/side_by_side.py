"""Side by side: one hall of ballots for a budget, counted by several rules, before anybody is bound by one of them.

Pure. The rules read the same ballots; they differ in what they do with them, so the differences are the rules' own:
who is funded, how much is spent, and how many members find at least one bid that they support among the funded (none
of them is left with nothing). The round's own way comes first. A term that a way does not read is left out of it: only
`greedy` and the completions by votes fund in part, so elsewhere what a bid can live with says nothing.

>>> from facilitation.rules import parse_count
>>> asked = parse_count({"title": "Which?", "rule": "greedy", "options": ["trees", "lights", "bins"],
...     "terms": {"budget": 12, "costs": [6, 6, 4]}})
>>> table = compared(asked, [("trees", "lights")] * 3 + [("trees",)] + [("bins",)] * 2)
>>> [(way.name, way.result.winners, way.reached) for way in table[:2]]
[('greedy', ('trees', 'lights'), 4), ('equal-shares none', ('trees', 'bins'), 6)]
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from facilitation.errors import BadRound
from facilitation.rules import every_rule
from facilitation.rules.ballot import Choice, as_marks
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.result import Award, Electorate, Result, Share
from facilitation.rules.terms import money, sum_of

BUDGET_RULES: Final = ("greedy", "equal-shares", "phragmen")

WAYS: Final[Mapping[str, tuple[str, str | None, str]]] = MappingProxyType(
    {
        "greedy": ("greedy", None, "Most votes first"),
        "equal-shares none": ("equal-shares", "none", "Equal shares; what is left is not spent"),
        "equal-shares utilitarian": ("equal-shares", "utilitarian", "Equal shares; what is left goes by votes"),
        "equal-shares add1": ("equal-shares", "add1", "Equal shares, made larger while the money lasts"),
        "equal-shares add1-exhaustive": (
            "equal-shares",
            "add1-exhaustive",
            "Equal shares, made larger until nothing more fits",
        ),
        "equal-shares add1u": (
            "equal-shares",
            "add1u",
            "Equal shares, made larger while the money lasts; the rest goes by votes",
        ),
        "phragmen": ("phragmen", None, "Everyone earns alike, supporters buy together"),
    }
)
"""Every way to count a budget: its rule, its completion, and what it does in a few words."""

USUAL: Final = ("greedy", "equal-shares none", "equal-shares utilitarian", "equal-shares add1u", "phragmen")
"""The ways that are laid beside the round's own."""

FUND_IN_PART: Final = ("greedy", "equal-shares utilitarian", "equal-shares add1u")


@dataclass(frozen=True)
class Way:
    """One way to count, and what came out: `reached` ballots support at least one funded bid."""

    name: str
    definition: RoundDefinition
    result: Result
    reached: int

    @property
    def words(self) -> str:
        """What the way does."""
        return WAYS[self.name][2]

    @property
    def spent(self) -> Share:
        """The money that was granted, of the budget."""
        measure = self.result.measure
        assert measure is not None  # every budget has one
        return measure

    def award(self, option: str) -> Award | None:
        """What became of a bid; nothing at all where no ballot supports any."""
        return next((award for award in self.result.awards if award.option == option), None)

    def as_json(self, ballots: int) -> dict[str, Any]:
        """For pages and terminals."""
        granted = sum(award.award for award in self.result.awards)
        return {
            "name": self.name,
            "rule": self.definition.rule,
            "completion": self.definition.terms.completion,
            "words": self.words,
            "definition": self.definition.as_json(),
            "result": self.result.as_json(),
            "funded": [award.option for award in self.result.awards if award.award],
            "spent": money(granted),
            "spent_words": sum_of(Fraction(granted)),
            "spent_share": self.spent.text,
            "reached": self.reached,
            "reached_share": Share(self.reached, ballots, "valid").text,
        }


def name_of(definition: RoundDefinition) -> str:
    """The name of the way that this round is counted by.

    >>> from facilitation.rules import parse_count
    >>> name_of(parse_count({"title": "?", "rule": "equal-shares", "options": ["a"],
    ...     "terms": {"budget": 1, "costs": [1]}}))
    'equal-shares none'
    """
    if definition.rule == "equal-shares":
        return f"equal-shares {definition.terms.completion or 'none'}"
    return definition.rule


def counted_by(definition: RoundDefinition, name: str) -> RoundDefinition:
    """The same round, counted by this way; refused (BadRound) where its ballots cannot be."""
    if name not in WAYS or definition.rule not in BUDGET_RULES:
        raise BadRound(f"A budget cannot be counted by “{name[:40]}”.", f"Use one of: {', '.join(WAYS)}.")
    if name == name_of(definition):
        return definition
    rule, completion, _ = WAYS[name]
    reads = every_rule()[rule].terms
    unread: dict[str, Any] = {term: None for term in definition.terms.given if term not in reads}
    if name not in FUND_IN_PART:
        unread["least"] = None
    return replace(definition, rule=rule, terms=replace(definition.terms, **{**unread, "completion": completion}))


def compared(definition: RoundDefinition, ballots: Sequence[Choice]) -> tuple[Way, ...]:
    """The round's own way, then the usual others that can read its ballots."""
    own = name_of(definition)
    ways = []
    for name in (own, *(name for name in USUAL if name != own)):
        try:
            asked = counted_by(definition, name)
        except BadRound:
            continue  # Phragmén's rule counts approvals only
        result = every_rule()[asked.rule].tally(asked, ballots, Electorate(len(ballots), len(ballots)))
        funded = {award.option for award in result.awards if award.award}
        reached = sum(not funded.isdisjoint(liked(asked, ballot)) for ballot in ballots)
        ways.append(Way(name, asked, result, reached))
    return tuple(ways)


def liked(definition: RoundDefinition, ballot: Choice) -> Collection[str]:
    """The bids that a ballot supports: a score of 0 is no support.

    >>> from fractions import Fraction
    >>> from facilitation.rules.terms import Terms
    >>> terms = Terms(budget=Fraction(9), costs=(Fraction(5), Fraction(4)), ballots="score")
    >>> liked(RoundDefinition("Which?", "greedy", ("trees", "lights"), terms=terms), (0, 3))
    ('lights',)
    """
    if definition.terms.ballots == "score":
        marks = zip(definition.options, as_marks(definition, ballot), strict=True)
        return tuple(option for option, mark in marks if mark)
    return tuple(str(option) for option in ballot)


def apart(one: Way, other: Way) -> dict[str, list[str]]:
    """Which bids both ways fund, and which only one of them."""
    first, second = ({award.option for award in way.result.awards if award.award} for way in (one, other))
    options = one.definition.options
    return {
        "both": [option for option in options if option in first & second],
        "first": [option for option in options if option in first - second],
        "second": [option for option in options if option in second - first],
    }
