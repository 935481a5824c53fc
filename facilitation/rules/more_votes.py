"""How many more votes would have funded a bid: found, and checked, by counting again.

Pure. A vote more is one more ballot that names this bid alone (with the highest score, where ballots are scores), so
what everyone else voted stays as it is; under equal shares the same budget is then shared by one voter more. The
number is looked for by doubling and halving, and every step is a full recount by the same rule: the number found funds
the bid (in full or in part), and one vote fewer does not. Rules need not be monotone, so a smaller number that works
as well is not ruled out. It is given up at one more than three times the ballots (ten at least). A count that would
need a lot that nobody has drawn does not fund.

>>> from facilitation.rules import every_rule, parse_count
>>> asked = parse_count({"title": "Which?", "rule": "greedy", "options": ["trees", "lights"],
...     "terms": {"budget": 10, "costs": [6, 5]}})
>>> more_votes(asked, [("trees",)] * 7 + [("lights",)] * 3, "lights")
4
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from facilitation.rules.ballot import Choice
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.result import Electorate, Result

RULES_WITH_BIDS = ("greedy", "equal-shares", "phragmen")


def more_votes(definition: RoundDefinition, ballots: Sequence[Choice], option: str) -> int | None:
    """The number of further votes that would have funded this bid, or None."""
    too_few, enough = 0, 1
    most = most_tried(ballots)
    while not funded(definition, ballots, option, enough):
        if enough >= most:
            return None
        too_few, enough = enough, min(2 * enough, most)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if funded(definition, ballots, option, middle):
            enough = middle
        else:
            too_few = middle
    return enough


def most_tried(ballots: Sequence[Choice]) -> int:
    """The largest number of further votes that is looked at."""
    return max(10, 3 * len(ballots) + 1)


def funded(definition: RoundDefinition, ballots: Sequence[Choice], option: str, more: int) -> bool:
    """Whether so many more votes fund the bid, without the help of a lot that nobody has drawn."""
    from facilitation.rules import every_rule  # here and not above: the rules are found by being beside this file

    voted = [*ballots, *[vote_for(definition, option)] * more]
    result = every_rule()[definition.rule].tally(definition, voted, Electorate(len(voted), len(voted)))
    return result.verdict != "tie" and any(award.option == option and award.award for award in result.awards)


def vote_for(definition: RoundDefinition, option: str) -> Choice:
    """A ballot for this bid alone."""
    from facilitation.rules import every_rule  # see `funded`

    rule = every_rule()[definition.rule]
    if definition.terms.ballots != "score":
        return rule.parse(definition, [option])
    return rule.parse(definition, {option: definition.terms.highest or 5})


def with_more_votes(definition: RoundDefinition, ballots: Sequence[Choice], result: Result) -> Result:
    """The result with that number in the sentence of every bid that was not funded; a large count takes minutes."""
    awards = []
    for award in result.awards:
        if not award.award and result.verdict == "none":
            number = more_votes(definition, ballots, award.option)
            if number is None:
                more = f"Even {most_tried(ballots):,} more votes would not have funded it."
            else:
                more = f"{number:,} more vote{'s' * (number > 1)} would have funded it."
            award = replace(award, why=f"{award.why} {more}", more_votes=number)
        awards.append(award)
    return replace(result, awards=tuple(awards))
