"""Score: every member gives options a whole number from 0 to `highest` (5 unless the terms say otherwise).

No score is not a score of 0. How it counts is said in advance (`missing`):

- `left-out` (unless said otherwise): an option's figure is its **mean** over the ballots that score it, with their
  number beside it; options that nobody scored stand last. A bid that few have scored can so stand high: hence the
  number is part of the sentence.
- `zero`: the figure is the **total**, which is to read every missing score as 0.

The highest figure is ahead (the `seats` highest, if several are chosen). Means are compared as exact fractions. There
is no threshold. A ballot without any score is valid; when no ballot scores anything there is **no-decision**.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from facilitation.rules.ballot import Choice, as_marks, marks
from facilitation.rules.choosing import by_total, first, told
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import chosen, level
from facilitation.rules.result import Bases, Electorate, Number, Outcome, Result, Share, Table, decimal
from facilitation.rules.rule import Rule, no_max_choices, no_threshold

HIGHEST: Final = 5

NOBODY: Final = -1
"""Below every mean: where an option stands that nobody scored."""


def check(definition: RoundDefinition) -> None:
    """Any options, no threshold."""
    no_max_choices(definition)
    no_threshold(definition, "a score is no share of ballots")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """An object of scores; options that are left out have none.

    >>> parse(RoundDefinition("Which?", "score", ("tram", "bus", "path")), {"bus": 5, "tram": 0})
    (0, 5, None)
    """
    return marks(definition, payload, definition.terms.highest or HIGHEST)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Add up the scores; `counts` are the totals, the table has number and mean.

    >>> asked = RoundDefinition("Which?", "score", ("tram", "bus"))
    >>> tally(asked, [(4, 2), (None, 3)], Electorate(2, 2)).sentence
    'Ahead: tram, with a mean of 4.00 from 1 of 2 valid ballots.'
    """
    known = [as_marks(definition, ballot) for ballot in ballots]
    columns = list(zip(*known, strict=True)) if known else [()] * len(definition.options)
    totals: dict[str, int] = {}
    scored: dict[str, int] = {}
    for option, column in zip(definition.options, columns, strict=True):
        given = [mark for mark in column if mark is not None]
        totals[option], scored[option] = sum(given), len(given)
    bases = Bases(len(ballots), spoilt, base)
    outcome, lots = decide(definition, bases, totals, scored)
    possible = (definition.terms.highest or HIGHEST) * len(ballots)
    rows = tuple(
        (option, scored[option], len(ballots) - scored[option], totals[option], mean(totals[option], scored[option]))
        for option in definition.options
    )
    return Result(
        rule=RULE.name,
        counts=totals,
        bases=bases,
        outcome=outcome,
        base="possible",
        shares={"possible": {option: Share(total, possible, "possible") for option, total in totals.items()}},
        tables=(Table("scores", ("option", "scores", "no score", "total", "mean"), rows),),
        lots=lots,
    )


def mean(total: int, scored: int) -> Fraction | None:
    """The exact mean, or nothing when nobody scored."""
    return Fraction(total, scored) if scored else None


def decide(
    definition: RoundDefinition, bases: Bases, totals: dict[str, int], scored: dict[str, int]
) -> tuple[Outcome, tuple[str, ...]]:
    """The verdict by the law at the head of this file."""
    if not any(scored.values()):
        return Outcome("no-decision", "No decision: no ballot scores any option."), ()
    by_mean = definition.terms.missing != "zero"
    heights: dict[str, Number] = {
        option: Fraction(total, scored[option]) if by_mean and scored[option] else NOBODY if by_mean else total
        for option, total in totals.items()
    }
    chosen = first(by_total(heights), definition.terms.seats or 1, Lot.of(definition))

    def figure(option: str) -> str:
        what = f"a mean of {decimal(heights[option])}" if by_mean else f"{totals[option]} points"
        return f"{what} from {bases.share(scored[option], 'valid').words}"

    return told(definition, chosen, figure), chosen.lots


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    scale = f"Everyone may give each option a number from 0 to {definition.terms.highest or HIGHEST}."
    if definition.terms.missing == "zero":
        sums = "We add up the numbers of each option; giving none is the same as giving 0."
        return f"{scale} {sums} {chosen(definition, 'with the highest sum')} {level(definition)}"
    means = "For each option we take the average of its numbers; giving none is not the same as giving 0."
    return f"{scale} {means} {chosen(definition, 'with the highest average')} {level(definition)}"


RULE: Final = Rule(
    "score",
    "Give each option a number; leave out what you have no opinion on.",
    None,
    check,
    parse,
    tally,
    "marks",
    explained,
    terms=frozenset({"seats", "seed", "highest", "missing"}),
)
