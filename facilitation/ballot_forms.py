"""The form of a ballot: what a member is asked to fill in, rule by rule, and the way back from a plain form.

Pure. A form is data made from the definition of a round alone, so that every screen, the printed paper and a robot
read the same limits and the same words. It never judges: `payload_of` only turns the fields of a plain form into the
payload that the API takes, and the rule of the round says whether that is a ballot.

>>> from facilitation.rules import parse_definition
>>> asked = parse_definition({"title": "Which?", "rule": "dots", "options": ["tram", "bus"],
...     "terms": {"points": 5, "cap": 3}})
>>> form_of(asked)["kind"], form_of(asked)["points"], form_of(asked)["cap"]
('points', 5, 3)
>>> payload_of(asked, {"mark:tram": ["3"], "mark:bus": [""]})
{'tram': 3}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isqrt, lcm
from types import MappingProxyType
from typing import Any, Final

from facilitation.errors import BadBallot
from facilitation.rules import RULES, RoundDefinition
from facilitation.rules.consent import LONGEST_REASON, OBJECTION
from facilitation.rules.majority_judgement import grades_of
from facilitation.rules.reading import quoted
from facilitation.rules.score import HIGHEST
from facilitation.rules.terms import money, sum_of

Form = dict[str, Any]
Fields = Mapping[str, Sequence[str]]
"""The fields of a plain form by name: `choice` (may come several times), `reason`, `rank:OPTION`, `mark:OPTION`."""

LONGEST_NUMBER: Final = 17
"""No number of a ballot has more digits: terms go up to 10**15."""

# ------------------------------------------------------------------------------------------------ forms


def form_of(definition: RoundDefinition) -> Form:
    """How a ballot of this round is filled in: its `kind`, its limits, a `hint` in words, and for bids the `money`.

    one · reasoned (`with_reason`, `longest`) · several (`most`) · ranking (`level`, `least`, `most`) · marks
    (`highest`, `without`: what no score means) · grades (`grades`, worst first; `without`) · points (`points`, `cap`) ·
    squares (`points`, `cap`: the most votes that the credits can buy) · basket (`most`). Bids can be chosen (basket),
    scored (marks) or ranked (ranking).

    >>> from facilitation.rules import parse_definition
    >>> form_of(parse_definition({"title": "Adopt?", "rule": "yes-no"}))
    {'kind': 'one', 'hint': 'Choose one answer.'}
    """
    kind: str = RULES[definition.rule].ballot
    if kind == "budget":
        kind = {"score": "marks", "ranked": "ranking"}.get(definition.terms.ballots or "", "basket")
    elif kind == "level ranking":
        kind = "ranking"
    form = FORMS[kind](definition)
    money_of = {} if definition.terms.costs is None else {"money": money_form(definition)}
    return {"kind": kind, **form, **money_of}


def one(definition: RoundDefinition) -> Form:
    """One of the options."""
    return {"hint": "Choose one answer."}


def reasoned(definition: RoundDefinition) -> Form:
    """One of the options, some with a reason."""
    return {
        "hint": "If you object, say why. Everybody reads the reasons with the result, but not whose they are.",
        "with_reason": [OBJECTION],
        "longest": LONGEST_REASON,
    }


def several(definition: RoundDefinition) -> Form:
    """A set of options."""
    most = definition.max_choices
    limit = "as many as you like" if most is None else "one" if most == 1 else f"up to {most}"
    return {"hint": f"Tick {limit}, or none.", "most": most}


def basket(definition: RoundDefinition) -> Form:
    """A set of bids."""
    form = several(definition)
    limit = form["hint"].replace("Tick", "Choose").removesuffix(".")
    return {**form, "hint": f"{limit}. Together they may cost more than the {budget_words(definition)} there is."}


def budget_words(definition: RoundDefinition) -> str:
    """What there is to spend."""
    return sum_of(definition.terms.budget or Fraction(0))


def ranking(definition: RoundDefinition) -> Form:
    """An order of the options; of bids none need be ranked."""
    bids = definition.terms.costs is not None
    level = RULES[definition.rule].ballot == "level ranking"
    most = definition.max_choices or len(definition.options)
    limit = "You need not rank them all." if most == len(definition.options) else f"Rank up to {most}."
    same = " You may put several on the same place." if level else ""
    return {
        "hint": f"Put them in your order, the best first. {limit}{same}{there_is(definition)}",
        "level": level,
        "least": 0 if bids else 1,
        "most": most,
    }


def marks(definition: RoundDefinition) -> Form:
    """A whole number for every option, or none."""
    highest = definition.terms.highest or HIGHEST
    without = no_mark(definition)
    hint = f"0 is the lowest, {highest} the highest. {without}{there_is(definition)}"
    return {"hint": hint, "highest": highest, "without": without}


def there_is(definition: RoundDefinition) -> str:
    """The budget as a sentence more, where there is one."""
    return "" if definition.terms.budget is None else f" There is {budget_words(definition)} to spend."


def no_mark(definition: RoundDefinition) -> str:
    """What an option without a score means."""
    if definition.terms.costs is not None:
        return "A bid without a score gets no support from you."
    if definition.terms.missing == "zero":
        return "No score counts as 0 in this vote."
    return "No score is not 0: what you leave out counts neither for nor against."


def grades(definition: RoundDefinition) -> Form:
    """A grade for every option, or none."""
    names = list(grades_of(definition))
    without = f"Without a grade from you, an option counts as “{names[0]}”."
    return {"hint": without, "grades": names, "without": without}


def points(definition: RoundDefinition) -> Form:
    """Points spread over the options."""
    have = definition.terms.points or 0
    cap = definition.terms.cap or have
    limit = "" if cap == have else f" At most {cap} on one option."
    dots = "1 dot" if have == 1 else f"{have} dots"
    return {"hint": f"You have {dots}.{limit} You need not use them all.", "points": have, "cap": cap}


def squares(definition: RoundDefinition) -> Form:
    """Votes that cost their square."""
    have = definition.terms.points or 0
    credits_ = "1 credit" if have == 1 else f"{have} credits"
    return {
        "hint": f"You have {credits_}. 1 vote for an option costs 1, 2 votes cost 4, 3 cost 9. You need not use all.",
        "points": have,
        "cap": isqrt(have),
    }


FORMS: Final[Mapping[str, Callable[[RoundDefinition], Form]]] = MappingProxyType(
    {
        "one": one,
        "reasoned": reasoned,
        "several": several,
        "ranking": ranking,
        "marks": marks,
        "grades": grades,
        "points": points,
        "squares": squares,
        "basket": basket,
    }
)


def money_form(definition: RoundDefinition) -> Form:
    """The money of a round as a screen needs it: words to show, and whole numbers of a small unit (as text) to add up.

    >>> from facilitation.rules import parse_definition
    >>> asked = parse_definition({"title": "Which?", "rule": "greedy", "options": ["trees", "lights"],
    ...     "terms": {"budget": "1000", "costs": ["800", "99.50"], "least": ["600", None]}})
    >>> form = money_form(asked)
    >>> form["budget"], form["per"], [bid["units"] for bid in form["bids"]]
    ({'exact': '1000', 'words': '1,000', 'units': '2000'}, '2', ['1600', '199'])
    >>> form["bids"][0]["least"], form["bids"][1]["least"]
    ('600', None)
    """
    terms = definition.terms
    costs, budget = terms.costs or (), terms.budget or Fraction(0)
    per = lcm(budget.denominator, *(cost.denominator for cost in costs))
    least = terms.least or (None,) * len(costs)
    bids = [
        {**sum_form(cost, per), "least": None if can_do in (None, cost) else sum_of(can_do)}
        for cost, can_do in zip(costs, least, strict=True)
    ]
    return {"budget": sum_form(budget, per), "per": str(per), "bids": bids}


def sum_form(amount: Fraction, per: int) -> Form:
    """One sum, exactly and in words."""
    return {"exact": money(amount), "words": sum_of(amount), "units": str(int(amount * per))}


# ------------------------------------------------------------------------------------------------ and back


def payload_of(definition: RoundDefinition, fields: Fields) -> object:
    """The payload that these fields of a plain form amount to; refused when they are not even that.

    >>> from facilitation.rules import parse_definition
    >>> asked = parse_definition({"title": "Which?", "rule": "schulze", "options": ["tram", "bus", "path"]})
    >>> payload_of(asked, {"rank:tram": ["2"], "rank:bus": ["1"], "rank:path": ["2"]})
    ['bus', ['tram', 'path']]
    """
    form = form_of(definition)
    kind = form["kind"]
    if kind in ("one", "reasoned"):
        answer = the_answer(fields)
        return [answer, " ".join(fields.get("reason", ()))] if answer in form.get("with_reason", ()) else answer
    if kind in ("several", "basket"):
        return chosen(fields)
    if kind == "ranking":
        return in_order(numbers(fields, "rank:", "place"), level=form["level"])
    return numbers(fields, "mark:", "number")


def chosen(fields: Fields) -> list[str]:
    """The options that were ticked."""
    return [option for option in fields.get("choice", ()) if option]


def the_answer(fields: Fields) -> str:
    """The one option that was chosen."""
    answers = chosen(fields)
    if len(answers) != 1:
        what = "No answer is chosen." if not answers else f"{len(answers)} answers are chosen."
        raise BadBallot(what, "Choose an answer first." if not answers else "Choose one.")
    return answers[0]


def numbers(fields: Fields, prefix: str, what: str) -> dict[str, int]:
    """The numbers that were typed, by option; an empty field is none."""
    typed: dict[str, int] = {}
    for name, values in fields.items():
        if not name.startswith(prefix):
            continue
        option = name.removeprefix(prefix)
        text = "".join(values[:1]).strip() if len(values) < 2 else " "
        digits = text.removeprefix("-")
        if text == "" and len(values) < 2:
            continue
        if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
            raise BadBallot(f"The {what} of {quoted(option)} is not a whole number.", "Use digits only, as 1, 2, 3.")
        typed[option] = int(text)
    return typed


def in_order(places: Mapping[str, int], level: bool) -> list[object]:
    """A ranking from the places that were typed: 1, 2, 3 and so on, without a gap.

    >>> in_order({"tram": 2, "bus": 1}, level=False)
    ['bus', 'tram']
    """
    groups: list[object] = []
    for expected, place in enumerate(sorted(set(places.values())), start=1):
        group = [option for option, given in places.items() if given == place]
        if place != expected:
            raise BadBallot(f"No option is on place {expected}.", "Give the places 1, 2, 3 and so on, without a gap.")
        if len(group) > 1 and not level:
            raise BadBallot(
                f"{quoted(group[0])} and {quoted(group[1])} are both on place {place}.",
                "Give every option that you rank a place of its own.",
            )
        groups.append(group if len(group) > 1 else group[0])
    return groups
