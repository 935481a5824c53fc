"""A choice in words, as a member reads it once more before it is sent.

Pure. The page that asks “is this what you want?” and the tablet's own script say the same; a test holds them together.

>>> from facilitation.rules import RULES, parse_definition
>>> asked = parse_definition({"title": "Which?", "rule": "dots", "options": ["tram", "bus"], "terms": {"points": 10}})
>>> said(asked, RULES["dots"].parse(asked, {"tram": 4, "bus": 1}))
Said(lines=('4 dots on Tram', '1 dot on Bus'), notes=('5 dots left unused.',), ordered=False)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from facilitation.ballot_forms import form_of
from facilitation.rules import RULES, Choice, RoundDefinition
from facilitation.rules.majority_judgement import GRADES
from facilitation.rules.result import listed
from facilitation.rules.terms import sum_of
from facilitation.told import Told, told, told_count

WITH_ANSWERS: Final = ("yes-no", "support", "consent", "temperature")
"""The rules that bring answers along; the others are not read here, since some of them need matrices."""
ANSWERS: Final = frozenset(answer for rule in WITH_ANSWERS for answer in RULES[rule].default_options or ())
"""The answers that rules bring along: a page in another language translates them; all others are people's words."""


@dataclass(frozen=True)
class Said:
    """What is chosen, line by line (`ordered`: the lines are places), and what a member should know of the rest."""

    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    ordered: bool = False


def said(definition: RoundDefinition, choice: Choice) -> Said:
    """This choice in words."""
    form = form_of(definition)
    if isinstance(choice, str):
        return Said((name(choice),))
    match form["kind"]:
        case "reasoned":
            return Said((name(str(choice[0])),), (told("Your reason: “{reason}”", reason=choice[1]),))
        case "several":
            most = form["most"]
            notes = () if most is None else (told("{n} of at most {most}.", n=len(choice), most=most),)
            return Said(tuple(name(str(option)) for option in choice) or (told("None of these"),), notes)
        case "basket":
            return in_the_basket(definition, [str(option) for option in choice])
        case "ranking":
            return ranked(definition, choice)
        case "points" | "squares":
            return spread(definition, form, [int(str(mark)) for mark in choice])
    return marked(definition, form, choice)


def in_the_basket(definition: RoundDefinition, chosen: Sequence[str]) -> Said:
    """Bids, each with what it costs."""
    costs = costs_of(definition)
    lines = tuple(told("{bid}, for {sum}", bid=name(bid), sum=sum_of(costs[bid])) for bid in chosen)
    return Said(lines or (told("None of these bids"),), together(definition, chosen))


def together(definition: RoundDefinition, bids: Sequence[str]) -> tuple[str, ...]:
    """What these bids cost, beside what there is."""
    if definition.terms.budget is None or not bids:
        return ()
    costs = costs_of(definition)
    spent = sum((costs[bid] for bid in bids), Fraction(0))
    there_is = sum_of(definition.terms.budget)
    return (told("Together they cost {sum}; there is {budget}.", sum=sum_of(spent), budget=there_is),)


def ranked(definition: RoundDefinition, choice: Sequence[Any]) -> Said:
    """Options in their order; level ones on one line."""
    groups = [rank if isinstance(rank, tuple) else (rank,) for rank in choice]
    # level options stand in the order of the round, as on the page, not in that of the alphabet, as in the urn
    lines = [listed(names(o for o in definition.options if o in group)) for group in groups]
    level = [
        told("{options}, on the same place", options=line) if len(group) > 1 else line
        for line, group in zip(lines, groups, strict=True)
    ]
    inside = {option for group in groups for option in group}
    rest = names(option for option in definition.options if option not in inside)
    notes = (told("Not ranked: {options}.", options=listed(rest)),) if rest and inside else ()
    bids = [option for option in definition.options if option in inside]
    return Said(tuple(level) or (told("None of these bids"),), notes + together(definition, bids), ordered=bool(level))


def spread(definition: RoundDefinition, form: Mapping[str, Any], given: Sequence[int]) -> Said:
    """Points or bought votes, and what is left."""
    pairs = [(option, number) for option, number in zip(definition.options, given, strict=True) if number]
    if form["kind"] == "points":
        lines = tuple(told("{dots} on {option}", dots=dots(number), option=name(option)) for option, number in pairs)
        left, all_used = form["points"] - sum(given), told("All dots are used.")
        unused, nothing = told("{dots} left unused.", dots=dots(left)), told("No dots on any option")
    else:
        lines = tuple(
            told("{votes} for {option}, for {credits}", votes=votes(k), option=name(option), credits=credits_(k**2))
            for option, k in pairs
        )
        left, all_used = form["points"] - sum(number**2 for number in given), told("All credits are used.")
        unused, nothing = told("{credits} left unused.", credits=credits_(left)), told("No votes on any option")
    return Said(lines or (nothing,), (unused if left else all_used,))


def marked(definition: RoundDefinition, form: Mapping[str, Any], choice: Sequence[Any]) -> Said:
    """Scores or grades, and for what there are none."""
    pairs = list(zip(definition.options, choice, strict=True))
    graded = form["kind"] == "grades"

    def shown(mark: int) -> str:
        return (
            name_of_grade(str(form["grades"][mark])) if graded else told("{n} of {most}", n=mark, most=form["highest"])
        )

    lines = tuple(
        told("{option}: {mark}", option=name(option), mark=shown(mark)) for option, mark in pairs if mark is not None
    )
    without = names(option for option, mark in pairs if mark is None)
    none = told("No grade: {options}." if graded else "No score: {options}.", options=listed(without or [""]))
    notes = (f"{none} {form['without']}",) if without and lines else ()
    nothing = told("No grade for any option") if graded else told("No score for any option")
    bids = [option for option, mark in pairs if mark]
    return Said(lines or (nothing,), notes + together(definition, bids))


def costs_of(definition: RoundDefinition) -> dict[str, Fraction]:
    """What every bid costs."""
    return dict(zip(definition.options, definition.terms.costs or (), strict=True))


def names(options: Iterable[str]) -> list[str]:
    """Options as they stand on a page."""
    return [name(option) for option in options]


def name(option: str) -> str:
    """An option as it stands on a page.

    >>> name("more buses"), name("O'Neil Way")
    ('More buses', "O'Neil Way")
    """
    shown = option[:1].upper() + option[1:]
    return told(shown) if option in ANSWERS else shown


def name_of_grade(grade: str) -> str:
    """A grade as it stands on a page."""
    return told(grade) if grade in GRADES else grade


def dots(n: int) -> Told:
    """So many dots.

    >>> dots(1), dots(1200)
    ('1 dot', '1,200 dots')
    """
    return told_count("{n} dot", "{n} dots", n, n=f"{n:,}")


def votes(n: int) -> Told:
    """So many votes."""
    return told_count("{n} vote", "{n} votes", n, n=f"{n:,}")


def credits_(n: int) -> Told:
    """So many credits."""
    return told_count("{n} credit", "{n} credits", n, n=f"{n:,}")
