"""Majority judgement: every member grades every option in words, and the best median grade is ahead.

The grades are named in the terms, worst first (reject, poor, acceptable, good, very good, excellent unless said
otherwise). A ballot gives an option the number of its grade, counted from 0. An option's **majority grade** is the
median of its grades, the lower of the two middle ones when their number is even. Among options with the same
majority grade, one ballot with that grade is taken away from each and the median is looked at again, and so on, until
they differ (Balinski and Laraki, “A theory of measuring, electing, and ranking”, PNAS 2007). Only options with exactly
the same grades from first to last stay level.

All options need the same number of grades, so an option without a grade has the **worst** grade on that ballot; the
table tells how many were missing. There is no threshold. No valid ballot: **no-decision**.

Taking the median away again and again visits the sorted grades from the middle outwards, down and up in turn, so the
whole contest is one comparison of two sequences of whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from facilitation.errors import BadRound
from facilitation.rules.ballot import Choice, as_marks, marks
from facilitation.rules.choosing import first, told
from facilitation.rules.definition import RoundDefinition, check_options
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import chosen, level
from facilitation.rules.result import Bases, Electorate, Outcome, Result, Share, Table
from facilitation.rules.rule import Rule, no_max_choices, no_threshold

GRADES: Final = ("reject", "poor", "acceptable", "good", "very good", "excellent")


def grades_of(definition: RoundDefinition) -> tuple[str, ...]:
    """The grades of the round, worst first."""
    return definition.terms.grades or GRADES


def check(definition: RoundDefinition) -> None:
    """Grades that can be told apart, no threshold."""
    no_max_choices(definition)
    no_threshold(definition, "a grade is no share of ballots")
    check_options(grades_of(definition))
    if len(grades_of(definition)) < 2:
        raise BadRound("A scale needs at least two grades.", "Name them, worst first.")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """An object with the number of a grade for each option, 0 for the worst."""
    return marks(definition, payload, len(grades_of(definition)) - 1)


def from_the_middle(grades: Sequence[int]) -> bytes:
    """The majority grade, the one after it is taken away, and so on.

    >>> list(from_the_middle([0, 1, 2, 3])), list(from_the_middle([5, 0, 3]))
    ([1, 2, 0, 3], [3, 0, 5])
    """
    ordered = bytes(sorted(grades))
    middle = (len(ordered) - 1) // 2
    visited = bytearray(len(ordered))
    if len(ordered) % 2:
        visited[0::2] = ordered[middle:]
        visited[1::2] = ordered[:middle][::-1]
    else:
        visited[0::2] = ordered[: middle + 1][::-1]
        visited[1::2] = ordered[middle + 1 :]
    return bytes(visited)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Grade the options; `counts` are the ballots that give an option at least its majority grade.

    >>> asked = RoundDefinition("Which?", "majority-judgement", ("tram", "bus"))
    >>> tally(asked, [(5, 2), (1, 3), (4, 3)], Electorate(3, 3)).sentence
    'Ahead: tram, with the majority grade “very good”: 2 of 3 valid ballots grade it so or better.'
    """
    grades = grades_of(definition)
    known = [as_marks(definition, ballot) for ballot in ballots]
    columns = list(zip(*known, strict=True)) if known else [()] * len(definition.options)
    given = {o: [grade or 0 for grade in column] for o, column in zip(definition.options, columns, strict=True)}
    visited = {option: from_the_middle(column) for option, column in given.items()}
    bases = Bases(len(ballots), spoilt, base)
    majority = {option: order[0] if order else 0 for option, order in visited.items()}
    counts = {option: sum(grade >= majority[option] for grade in given[option]) for option in definition.options}
    outcome, lots = decide(definition, bases, visited, {o: bases.share(counts[o], "valid") for o in counts})
    rows: list[tuple[str | int, ...]] = [
        (option, grades[majority[option]], *(given[option].count(g) for g in range(len(grades))), column.count(None))
        for option, column in zip(definition.options, columns, strict=True)
    ]
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome,
        base="valid",
        shares=bases.shares(counts),
        tables=(Table("grades", ("option", "majority grade", *grades, "of these without a grade"), tuple(rows)),),
        lots=lots,
    )


def decide(
    definition: RoundDefinition, bases: Bases, visited: dict[str, bytes], shares: dict[str, Share]
) -> tuple[Outcome, tuple[str, ...]]:
    """The verdict by the law at the head of this file."""
    nothing = bases.why_no_decision(None, "valid")
    if nothing:
        return Outcome("no-decision", nothing), ()
    orders = sorted(set(visited.values()), reverse=True)
    groups = [[option for option in definition.options if visited[option] == order] for order in orders]
    chosen = first(groups, definition.terms.seats or 1, Lot.of(definition))

    def figure(option: str) -> str:
        grade = grades_of(definition)[visited[option][0]]
        return f"the majority grade “{grade}”: {shares[option].words} grade it so or better"

    return told(definition, chosen, figure), chosen.lots


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    worst, *_, best = grades_of(definition)
    scale = f"Everyone grades each option, from “{worst}” to “{best}”; giving no grade counts as “{worst}”."
    middle = "We put the grades of an option in a row, from worst to best, and the one in the middle is its grade."
    again = "if some have the same one, we take it away and look at their middle again"
    ahead = chosen(definition, "with the best middle grade").removesuffix(".")
    return f"{scale} {middle} {ahead}; {again}. {level(definition)}"


RULE: Final = Rule(
    "majority-judgement",
    "Give each option the grade that you think it deserves.",
    None,
    check,
    parse,
    tally,
    "grades",
    explained,
    terms=frozenset({"seats", "seed", "grades"}),
)
