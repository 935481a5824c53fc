"""Borda: every member ranks the options, and each rank earns points.

With m options the first of a ballot earns m − 1 points, the second m − 2, … the last 0. Options that a ballot ranks
level share the points of their ranks equally. How options count that a ballot does not rank changes winners, so the
terms say it in advance (`unranked`):

- `average` (unless said otherwise): they share the points of the ranks that are left, as if they were level for last.
  Every ballot then gives the same sum of points, so leaving out is neither a trick nor a loss of weight.
- `zero`: they earn nothing, and the ranked ones as much as on a full ballot. Ranking only one is then a strong move.
- `modified`: a ballot that ranks k options gives k points to its first, … 1 to its last, 0 to the others (Emerson's
  modified Borda count): whoever ranks more has more to say.

Points are exact fractions. Most points are ahead (the `seats` first, if several are chosen); there is no threshold.
No ballot that ranks anything: **no-decision**. (de Borda 1781; the treatments after Emerson, “The original Borda count
and partial voting”, Social Choice and Welfare 2013.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from facilitation.errors import BadBallot
from facilitation.rules.ballot import Choice, Ranking, as_ranking, ranking
from facilitation.rules.choosing import by_total, first, told
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import chosen, level
from facilitation.rules.result import Bases, Electorate, Number, Outcome, Result, Share, exactly
from facilitation.rules.rule import Rule, at_least_two, no_max_choices, no_threshold


def check(definition: RoundDefinition) -> None:
    """Something to rank, no threshold."""
    at_least_two(definition)
    no_max_choices(definition)
    no_threshold(definition, "points are no share of ballots")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """A list of options, best first, at least one; a list inside it holds options that are level."""
    ranked = ranking(definition, payload)
    if not ranked:
        raise BadBallot("The ballot ranks no option.", "Rank at least one option; you need not rank them all.")
    return ranked


def doubled_points(definition: RoundDefinition, ranked: Ranking) -> dict[str, int]:
    """Twice the points of every option that earns any: shares of ranks are halves, so this is whole.

    >>> doubled_points(RoundDefinition("?", "borda", ("a", "b", "c", "d")), ("b", ("a", "c")))
    {'b': 6, 'a': 3, 'c': 3, 'd': 0}
    """
    groups = [(rank,) if isinstance(rank, str) else rank for rank in ranked]
    size = sum(map(len, groups))
    options, unranked = len(definition.options), definition.terms.unranked or "average"
    top = size if unranked == "modified" else options - 1
    points: dict[str, int] = {}
    for group in groups:
        points |= dict.fromkeys(group, 2 * top - (len(group) - 1))
        top -= len(group)
    if unranked == "average" and size < options:
        points |= {option: options - size - 1 for option in definition.options if option not in points}
    return points


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Add up the points; shares are of the points given.

    >>> asked = RoundDefinition("Which?", "borda", ("tram", "bus", "path"))
    >>> tally(asked, [("tram", "bus", "path"), ("bus",)], Electorate(2, 2)).sentence
    'Ahead: bus, with 3 of 6 points given, 50.0 %.'
    """
    doubled: Counter[str] = Counter()
    for ballot, times in Counter(ballots).items():
        for option, points in doubled_points(definition, as_ranking(definition, ballot)).items():
            doubled[option] += points * times
    totals: dict[str, Number] = {option: Fraction(doubled[option], 2) for option in definition.options}
    given = sum(doubled.values())
    bases = Bases(len(ballots), spoilt, base)
    outcome, lots = decide(definition, bases, totals)
    return Result(
        rule=RULE.name,
        counts=totals,
        bases=bases,
        outcome=outcome,
        base="points",
        shares={"points": {option: Share(doubled[option], given, "points") for option in definition.options}},
        lots=lots,
    )


def decide(definition: RoundDefinition, bases: Bases, totals: dict[str, Number]) -> tuple[Outcome, tuple[str, ...]]:
    """The verdict by the law at the head of this file."""
    nothing = bases.why_no_decision(None, "valid")
    if nothing:
        return Outcome("no-decision", nothing), ()
    chosen = first(by_total(totals), definition.terms.seats or 1, Lot.of(definition))
    given = Fraction(sum(totals.values()))

    def figure(option: str) -> str:
        share = Share(int(2 * totals[option]), int(2 * given), "points")
        return f"{exactly(totals[option])} of {exactly(given)} points given, {share.text}"

    return told(definition, chosen, figure), chosen.lots


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    last = len(definition.options) - 1
    points = f"Your first choice gets {last} points, the next one point less, and so on."
    match definition.terms.unranked or "average":
        case "average":
            points = f"{points.removesuffix('.')}; options that you leave out share the points that are left."
        case "zero":
            points = f"{points.removesuffix('.')}; options that you leave out get none."
        case "modified":
            points = "Your last choice gets 1 point, the one before it 2, and so on: who ranks more gives more."
    return (
        f"Everyone puts the options in order. {points} {chosen(definition, 'with the most points')} {level(definition)}"
    )


RULE: Final = Rule(
    "borda",
    "Put the options in your order, best first. You need not rank them all.",
    None,
    check,
    parse,
    tally,
    "level ranking",
    explained,
    terms=frozenset({"seats", "seed", "unranked"}),
)
