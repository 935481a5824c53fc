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
from typing import Any

from facilitation.ballot_forms import form_of
from facilitation.rules import Choice, RoundDefinition
from facilitation.rules.result import listed
from facilitation.rules.terms import sum_of


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
            return Said((name(str(choice[0])),), (f"Your reason: “{choice[1]}”",))
        case "several":
            notes = () if form["most"] is None else (f"{len(choice)} of at most {form['most']}.",)
            return Said(tuple(name(str(option)) for option in choice) or ("None of these",), notes)
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
    lines = tuple(f"{name(bid)}, for {sum_of(costs[bid])}" for bid in chosen)
    return Said(lines or ("None of these bids",), together(definition, chosen))


def together(definition: RoundDefinition, bids: Sequence[str]) -> tuple[str, ...]:
    """What these bids cost, beside what there is."""
    if definition.terms.budget is None or not bids:
        return ()
    costs = costs_of(definition)
    spent = sum((costs[bid] for bid in bids), Fraction(0))
    return (f"Together they cost {sum_of(spent)}; there is {sum_of(definition.terms.budget)}.",)


def ranked(definition: RoundDefinition, choice: Sequence[Any]) -> Said:
    """Options in their order; level ones on one line."""
    groups = [rank if isinstance(rank, tuple) else (rank,) for rank in choice]
    # level options stand in the order of the round, as on the page, not in that of the alphabet, as in the urn
    lines = [listed(names(o for o in definition.options if o in group)) for group in groups]
    level = [
        f"{line}, on the same place" if len(group) > 1 else line for line, group in zip(lines, groups, strict=True)
    ]
    inside = {option for group in groups for option in group}
    rest = names(option for option in definition.options if option not in inside)
    notes = (f"Not ranked: {listed(rest)}.",) if rest and inside else ()
    bids = [option for option in definition.options if option in inside]
    return Said(tuple(level) or ("None of these bids",), notes + together(definition, bids), ordered=bool(level))


def spread(definition: RoundDefinition, form: Mapping[str, Any], given: Sequence[int]) -> Said:
    """Points or bought votes, and what is left."""
    pairs = [(option, number) for option, number in zip(definition.options, given, strict=True) if number]
    if form["kind"] == "points":
        lines = tuple(f"{counted(number, 'dot')} on {name(option)}" for option, number in pairs)
        left = form["points"] - sum(given)
        what = "dot"
    else:
        lines = tuple(
            f"{counted(number, 'vote')} for {name(option)}, for {counted(number**2, 'credit')}"
            for option, number in pairs
        )
        left = form["points"] - sum(number**2 for number in given)
        what = "credit"
    unused = f"{counted(left, what)} left unused." if left else f"All {what}s are used."
    return Said(lines or (f"No {'dots' if what == 'dot' else 'votes'} on any option",), (unused,))


def marked(definition: RoundDefinition, form: Mapping[str, Any], choice: Sequence[Any]) -> Said:
    """Scores or grades, and for what there are none."""
    pairs = list(zip(definition.options, choice, strict=True))
    what = "grade" if form["kind"] == "grades" else "score"

    def shown(mark: int) -> str:
        return str(form["grades"][mark]) if what == "grade" else f"{mark} of {form['highest']}"

    lines = tuple(f"{name(option)}: {shown(mark)}" for option, mark in pairs if mark is not None)
    without = names(option for option, mark in pairs if mark is None)
    notes = (f"No {what}: {listed(without)}. {form['without']}",) if without and lines else ()
    bids = [option for option, mark in pairs if mark]
    return Said(lines or (f"No {what} for any option",), notes + together(definition, bids))


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
    return option[:1].upper() + option[1:]


def counted(number: int, what: str) -> str:
    """A number with its noun.

    >>> counted(1, "dot"), counted(1200, "dot")
    ('1 dot', '1,200 dots')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"
