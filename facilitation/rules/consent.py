"""Consent: the proposal is adopted when nobody objects. An objection comes with its reason.

Answers are consent, stand aside (“I have doubts, and will not stop it”) and objection. The round **passes** exactly
when there is at least one valid ballot and no objection; one objection is enough for **failed**. There is no share
that a line could test, so the rule takes no threshold. The reasons are part of the result, word for word, in the
order of the alphabet, so that their order says nothing about who voted when. There is no tie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from facilitation.errors import BadBallot, BadRound
from facilitation.rules.ballot import Choice, kind_of, one_option
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.reading import tidy
from facilitation.rules.result import Bases, Electorate, Outcome, Result
from facilitation.rules.rule import Rule, no_max_choices, no_threshold

ANSWERS: Final = ("consent", "stand aside", "objection")
CONSENT, ASIDE, OBJECTION = ANSWERS

LONGEST_REASON: Final = 1000


def check(definition: RoundDefinition) -> None:
    """Exactly the three answers."""
    if definition.options != ANSWERS:
        raise BadRound(
            f"The rule consent has its own three answers, not: {', '.join(definition.options)}.",
            f"Leave the options out; the members choose from {', '.join(ANSWERS)}.",
        )
    no_max_choices(definition)
    no_threshold(definition, "one objection decides")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """One answer as a text; an objection as the list of the word and its reason.

    >>> parse(RoundDefinition("Adopt?", "consent", ANSWERS), ["objection", "The bridge is too narrow."])
    ('objection', 'The bridge is too narrow.')
    """
    if isinstance(payload, list | tuple):
        answer = one_option(definition, payload[0] if payload else None)
        if answer != OBJECTION or len(payload) != 2:
            raise BadBallot("Only an objection has a reason, and it has one.", "Send [“objection”, “the reason”].")
        return (OBJECTION, reason(payload[1]))
    answer = one_option(definition, payload)
    if answer == OBJECTION:
        raise BadBallot("The objection has no reason.", "Send [“objection”, “the reason”], or stand aside.")
    return answer


def reason(text: object) -> str:
    """The reason of an objection, tidied."""
    if not isinstance(text, str):
        raise BadBallot(f"The reason is {kind_of(text)}, not a text.", "Write why you object.")
    if len(text) > LONGEST_REASON:
        raise BadBallot(f"The reason has {len(text)} characters.", f"Say it in at most {LONGEST_REASON}.")
    if not text.strip() or not tidy(text).isprintable():
        raise BadBallot("The reason is blank or cannot be shown.", "Write why you object, without pasting.")
    return tidy(text)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the answers and collect the reasons.

    >>> asked = RoundDefinition("Adopt?", "consent", ANSWERS)
    >>> tally(asked, ["consent", ("objection", "Too dear.")], Electorate(2, 2)).sentence
    'Not passed: 1 objection among 2 valid ballots.'
    """
    answers = Counter(ballot if isinstance(ballot, str) else ballot[0] for ballot in ballots)
    counts = {answer: answers[answer] for answer in ANSWERS}
    if sum(counts.values()) != len(ballots):
        raise ValueError("a ballot of another round is among these")
    bases = Bases(len(ballots), spoilt, base)
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome(counts, bases),
        base="valid",
        shares=bases.shares(counts),
        measure=bases.share(counts[OBJECTION], "valid"),
        measured="objections",
        remarks=tuple(sorted(str(ballot[1]) for ballot in ballots if not isinstance(ballot, str))),
    )


def outcome(counts: dict[str, int], bases: Bases) -> Outcome:
    """The verdict by the law at the head of this file."""
    nothing = bases.why_no_decision(None, "valid")
    if nothing:
        return Outcome("no-decision", nothing)
    objections = counts[OBJECTION]
    ballots = f"{bases.valid} valid {'ballot' if bases.valid == 1 else 'ballots'}"
    if objections:
        return Outcome("failed", f"Not passed: {objections} objection{'s' * (objections > 1)} among {ballots}.")
    aside = f"; {counts[ASIDE]} stood aside" if counts[ASIDE] else ""
    return Outcome("passed", f"Passed: no objection among {ballots}{aside}.", (CONSENT,))


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    passes = "It passes if somebody votes and nobody objects; one objection is enough to stop it."
    return f"You consent, stand aside, or object and say why. {passes} The reasons are shown to all, without names."


RULE: Final = Rule(
    "consent",
    "Consent, stand aside, or object and say why.",
    ANSWERS,
    check,
    parse,
    tally,
    "reasoned",
    explained,
)
