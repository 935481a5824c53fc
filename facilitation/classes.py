"""Results by membership class, and the double majority: an assembly of two kinds of members, counted for each.

Pure. The whole is counted by the round's rule, and so is each class, with its own electorate: present and entitled are
its own members. With `both` the round **passes** only if it passes in the whole and in every class, with the same
option; it fails if one of them fails; otherwise, if one of them has no decision, there is **no-decision**, and where
only a tie is in the way, it is a **tie**. So no class can outvote another (poverty truth commissions count community
members and civic leaders so).

**What is told.** Where ballots are open, everything. Otherwise a class must have at least K entitled members, or the
round is refused before it opens. Figures of classes are told only where `small_numbers` lets them be told; reasons of
objections never stand beside a class. With `both` the verdict of each class is told, since it is the decision; then
`class_figures` says whether the figures may stand beside it, and a class with fewer than K ballots has no decision,
since its verdict alone would show how somebody voted. Without `both` a withheld class is only named.

For rules whose ballot is one answer this is exact: see the law of `small_numbers`. With other ballots a class is alike
where all of its ballots, or all but one, say the same thing in any respect (approve an option, give it a score, rank
it at a place); then the figures of all classes are withheld. With `both` they are told by the rules of `ONE_SIDED`
only: where several options can pass, the verdict tells more than that a class has passed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from facilitation.ballots import BLANK, SPOILT, Slip
from facilitation.class_figures import figures_told
from facilitation.conduct import Conduct
from facilitation.errors import BadRound, ClassTooSmall
from facilitation.rules import RULES, Electorate, RoundDefinition
from facilitation.small_numbers import K, Row, breakdown
from facilitation.urn_count import count_slips

ONE_ANSWER: Final = ("one", "reasoned")
"""The kinds of ballot that are one answer."""

ONE_SIDED: Final = ("yes-no", "support", "consent")
"""The rules by which only one thing can pass."""

WITHHELD: Final = "The figures are withheld: they could show how somebody voted."
TOO_FEW: Final = f"No decision: fewer than {K} voted, so a verdict could show how somebody voted."


def check_rule(definition: RoundDefinition, conduct: Conduct) -> None:
    """A double majority needs something that can pass."""
    if not conduct.both:
        return
    if definition.threshold is None and definition.rule != "consent":
        raise BadRound(
            "A double majority needs a line that each class can reach, and the round has no threshold.",
            "Give a threshold, or hold the round without “both”.",
        )
    if definition.terms.level == "casting-vote":
        raise BadRound(
            "A casting vote cannot decide for a class.", "Let level sides stand or fail, or leave out “both”."
        )


def check_members(conduct: Conduct, class_of: Mapping[str, str], table_of: Mapping[str, int]) -> None:
    """Classes that can be counted apart: two at least, none so small that its figures would be people's votes.

    >>> check_members(Conduct(classes="Table"), {"m1": "1", "m2": "2"}, {"m1": 1, "m2": 2})
    Traceback (most recent call last):
    facilitation.errors.BadRound: A vote is never broken down by table: those who sit there have heard each other. \
Remedy: Choose another column for “classes”.
    """
    sizes = Counter(class_of.values())
    tables = Counter((class_of[member], table_of[member]) for member in class_of)
    by_table = len(sizes) > 1 and len(sizes) == len(tables) == len(set(table_of.values()))
    if (conduct.classes or "").casefold() == "table" or by_table:
        raise BadRound(
            "A vote is never broken down by table: those who sit there have heard each other.",
            "Choose another column for “classes”.",
        )
    if len(sizes) < 2:
        raise BadRound(
            f"All members have the same “{conduct.classes}”.", "Choose another column, or count without “classes”."
        )
    small = sorted((number, name) for name, number in sizes.items() if number < K)
    if small and conduct.secrecy != "open":
        number, name = small[0]
        raise ClassTooSmall(
            f"The class “{name}” has {number} {'member' if number == 1 else 'members'}; its figures would show how they"
            " voted.",
            f"Count by classes of at least {K} members, or without classes, or hold the vote openly, by name.",
        )


def with_classes(
    result: Mapping[str, Any],
    definition: RoundDefinition,
    conduct: Conduct,
    slips: Sequence[Slip],
    electorates: Mapping[str, Electorate],
) -> dict[str, Any]:
    """The result with `classes`, and with `both` its verdict by all of them beside that of the whole (`counted`).

    What comes out may be published: the journal never sees more. Ballots of no class count in the whole alone.
    """
    groups = {name: [slip for slip in slips if slip.group == name] for name in sorted(electorates)}
    results = {name: count_slips(definition, mine, electorates[name]) for name, mine in groups.items()}
    others = [slip for slip in slips if slip.group not in groups]
    told = names_told(definition, conduct, {**groups, "": others} if others else groups, electorates)
    if conduct.both and conduct.secrecy != "open":
        results = {name: one if one["cast"] >= K else _without_verdict(one) for name, one in results.items()}
    classes = [told_class(name, one, name in told, conduct.both) for name, one in results.items()]
    if not conduct.both:
        return {**result, "classes": classes}
    counted = {key: result[key] for key in ("verdict", "sentence", "winners")}
    return {**result, **all_together(definition, result, results, told), "counted": counted, "classes": classes}


def without_classes(result: Mapping[str, Any]) -> dict[str, Any]:
    """What the ballots came to as a whole: the result before `with_classes`."""
    both = "counted" in result and "casting_vote" not in result
    whole = {**result, **result["counted"]} if both else result
    return {key: value for key, value in whole.items() if key != "classes" and not (both and key == "counted")}


def names_told(
    definition: RoundDefinition,
    conduct: Conduct,
    groups: Mapping[str, Sequence[Slip]],
    electorates: Mapping[str, Electorate],
) -> frozenset[str]:
    """The classes whose figures may be told; ballots of no class are a group that never is, and hides like one."""
    if conduct.secrecy == "open":
        return frozenset(electorates)
    if RULES[definition.rule].ballot not in ONE_ANSWER:
        fine = not conduct.both and not any(_alike_somehow(definition, mine) for mine in groups.values())
        return frozenset(electorates) if fine and min(map(len, groups.values())) >= K else frozenset()
    if conduct.both and (definition.rule not in ONE_SIDED or groups.keys() != electorates.keys()):
        return frozenset()
    answers = sorted({answer_of(slip) for mine in groups.values() for slip in mine})
    table = {name: _row(mine, answers) for name, mine in groups.items()}
    if not conduct.both:
        return frozenset(breakdown(answers, table).told) & electorates.keys()
    names = list(groups)
    verdicts = {name: count_slips(definition, mine, electorates[name])["verdict"] for name, mine in groups.items()}

    def holds(place: int, row: Row) -> bool:
        mine = [Slip(slip_of(answer)) for answer, people in zip(answers, row, strict=True) for _ in range(people)]
        return bool(count_slips(definition, mine, electorates[names[place]])["verdict"] == verdicts[names[place]])

    return frozenset(names) if figures_told([table[name] for name in names], holds) else frozenset()


def answer_of(slip: Slip) -> str:
    """The one answer of a ballot, without its reason; blank and spoilt ballots are answers too."""
    if slip.choice in (BLANK, SPOILT):
        return slip.choice
    choice = json.loads(slip.choice)
    return json.dumps(choice if isinstance(choice, str) else choice[0], ensure_ascii=False)


def slip_of(answer: str) -> str:
    """A choice with this answer: an objection needs a reason, and any will do where only answers are counted."""
    return '["objection","…"]' if answer == '"objection"' else answer


def _row(slips: Sequence[Slip], answers: Sequence[str]) -> Row:
    counts = Counter(map(answer_of, slips))
    return tuple(counts[answer] for answer in answers)


def _alike_somehow(definition: RoundDefinition, slips: Sequence[Slip]) -> bool:
    said = Counter(thing for slip in slips for thing in things_said(definition, json.loads(slip.choice)))
    return max(said.values(), default=0) >= len(slips) - 1


def things_said(definition: RoundDefinition, choice: Any) -> frozenset[str]:
    """All that a ballot says: of an option that it is chosen, or ranked at a place, or marked with a number.

    >>> asked = RoundDefinition("Which?", "irv", ("tram", "bus", "path"))
    >>> sorted(things_said(asked, ["path", "tram"])), sorted(things_said(asked, None))
    (['1: path', '2: tram'], ['nothing'])
    """
    kind, form = RULES[definition.rule].ballot, definition.terms.ballots or "approval"
    if kind == "several" or (kind == "budget" and form == "approval"):
        said = set(choice or ())
    elif "ranking" in kind or (kind == "budget" and form == "ranked"):
        ranks = [rank if isinstance(rank, list) else [rank] for rank in choice or ()]
        said = {f"{place}: {option}" for place, rank in enumerate(ranks, start=1) for option in rank}
    else:
        nothing = 0 if kind in ("points", "squares") else None
        marks = zip(definition.options, choice or (), strict=False)
        said = {f"{option}: {mark}" for option, mark in marks if mark not in (None, nothing)}
    return frozenset(said or {"nothing"})


def _without_verdict(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "verdict": "no-decision", "sentence": TOO_FEW, "winners": []}


FIGURES: Final = ("cast", "blank", "spoilt", "counts", "measure", "base", "base_words")


def told_class(name: str, one: Mapping[str, Any], told: bool, both: bool) -> dict[str, Any]:
    """One class as everyone may read it."""
    head = {"name": name, "present": one["present"], "entitled": one["entitled"], "told": told}
    if told:
        return {**head, **{key: one[key] for key in ("verdict", "sentence", "winners", *FIGURES)}}
    verdict = one["verdict"] if both else None
    words = {"passed": "Passed.", "failed": "Not passed.", "tie": "A tie.", "no-decision": "No decision."}
    sentence = f"{words.get(verdict or '', '')} {WITHHELD}".strip()
    return {**head, "verdict": verdict, "sentence": sentence, "winners": [], **dict.fromkeys(FIGURES)}


def all_together(
    definition: RoundDefinition,
    whole: Mapping[str, Any],
    results: Mapping[str, Mapping[str, Any]],
    told: frozenset[str],
) -> dict[str, Any]:
    """The verdict of the double majority, its sentence and its winners."""
    verdicts = [whole["verdict"], *(one["verdict"] for one in results.values())]
    alike = all(one["winners"] == whole["winners"] for one in results.values())
    order = ("failed", "no-decision", "tie")
    verdict = next((word for word in order if word in verdicts), "passed" if alike else "failed")
    every = "both groups" if len(results) == 2 else f"all {len(results)} groups"
    line = "" if definition.threshold is None else f"; {definition.threshold.needed}"
    figures = "; ".join(
        f"{name}: {said_of(one, line if name in told else None, verdict)}" for name, one in results.items()
    )
    figures = f"{figures[0].upper()}{figures[1:]}{line if told else ''}.{'' if told else f' {WITHHELD}'}"
    match verdict:
        case "passed":
            sentence = f"Passed: in {every}. {figures}"
        case "failed" if "failed" not in verdicts:
            sentence = f"Not passed: it passed in {every}, but not with the same option. {figures}"
        case "failed":
            sentence = f"Not passed: it had to pass in {every}. {figures}"
        case "tie":
            sentence = f"Tie: it had to pass in {every}. {figures}"
        case _:
            sentence = f"No decision: it had to pass in {every}. {figures}"
    return {"verdict": verdict, "sentence": sentence, "winners": whole["winners"] if verdict == "passed" else []}


def said_of(one: Mapping[str, Any], line: str | None, verdict: str) -> str:
    """What a sentence says of one class: its verdict, unless all passed, and its figures, unless they are withheld."""
    word = {"passed": "passed", "failed": "not passed", "tie": "a tie"}.get(one["verdict"], "no decision")
    if line is None:
        return word
    figures = str(one["sentence"]).split(": ", 1)[1].removesuffix(".").removesuffix(line)
    return figures if verdict == "passed" else f"{word}, {figures}"
