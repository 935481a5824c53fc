"""Yes or no, with abstentions: does the yes side reach the threshold?

With y yes and n no votes, and the base one of y + n, valid ballots (abstentions too), ballots cast (spoilt ones too),
members present or members entitled, the round passes exactly when (y / base) op share. Nothing else decides:

- base 0, or fewer members voted than the minimum turnout asks for: **no-decision**;
- “more than half” and the two sides are level on that very line: **tie**, never broken here (a casting vote, where an
  assembly has one, is a separate and recorded act);
- no threshold: the count decides nothing, **none**; level sides are still reported as a **tie**.

Two terms can say more. `participation` is whose number the minimum turnout asks for: `cast`, who voted (unless said
otherwise), or `present`, who was in the hall. `level` says what level sides mean on a line of more than half: `stand`,
the tie of above; `fail`, not passed; or `casting-vote`, a tie that the chair then breaks by `decided_by_chair`.

An abstention is a valid ballot for neither side. A member who did not vote is counted only as entitled (and present).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from facilitation.errors import BadBallot, BadRound
from facilitation.rules.ballot import Choice, one_option
from facilitation.rules.definition import BASES, RoundDefinition
from facilitation.rules.plain_words import line
from facilitation.rules.reading import quoted
from facilitation.rules.result import ONLY_COUNTED, Bases, Electorate, Outcome, Result, listed
from facilitation.rules.rule import Rule, no_max_choices, only_bases

YES_WORDS: Final = frozenset(
    {"yes", "for", "in favour", "in favor", "agree", "approve", "accept", "adopt", "support", "aye", "oui", "ja"}
)
NO_WORDS: Final = frozenset(
    {"no", "against", "disagree", "disapprove", "reject", "oppose", "nay", "non", "nein", "nee"}
)
NEITHER_WORDS: Final = frozenset({"abstain", "abstention", "blank", "neutral", "undecided", "no opinion"})


def sides(definition: RoundDefinition) -> tuple[str, str]:
    """Which option is the yes and which is the no.

    They are known by their words (yes/no, for/against, agree/disagree …); where no option has such a word, the first
    option is the yes and the second the no. All other options are abstentions: valid, but on neither side.

    >>> sides(RoundDefinition("Build it?", "yes-no", ("abstain", "against", "for")))
    ('for', 'against')
    """
    yes = [option for option in definition.options if option.casefold() in YES_WORDS]
    no = [option for option in definition.options if option.casefold() in NO_WORDS]
    if len(yes) == len(no) == 1:
        return yes[0], no[0]
    first = definition.options[:2]
    if yes or no or len(first) < 2 or any(option.casefold() in NEITHER_WORDS for option in first):
        raise BadRound(
            f"It is not clear which option counts as yes and which as no: {', '.join(definition.options)}.",
            "Have exactly one “yes” and one “no” (or “for” and “against”) among the options, or name both sides first.",
        )
    return first[0], first[1]


def check(definition: RoundDefinition) -> None:
    """A definition with two sides."""
    sides(definition)
    no_max_choices(definition)
    only_bases(definition, tuple(BASES), "")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """One option, as a text."""
    return one_option(definition, payload)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the sides and hold the yes side against the threshold.

    >>> asked = RoundDefinition("Adopt the report?", "yes-no", ("yes", "no", "abstain"))
    >>> tally(asked, ["yes", "no", "yes"], Electorate(present=3, entitled=5)).sentence
    'Ahead: yes, with 2 of 3 yes-or-no votes, 66.7 %. No threshold was set, so this is a count and not a decision.'
    """
    votes = Counter(ballots)
    counts = {option: votes[option] for option in definition.options}
    if sum(counts.values()) != len(ballots):
        raise ValueError("a ballot of another round is among these")
    yes, no = sides(definition)
    bases = Bases(len(ballots), spoilt, base, counts[yes] + counts[no])
    headline = "yes+no" if definition.threshold is None else definition.threshold.base
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome(definition, counts, bases),
        base=headline,
        shares=bases.shares(counts, (yes, no)),
        measure=bases.share(counts[yes], headline),
        measured=yes,
    )


def outcome(definition: RoundDefinition, counts: dict[str, int], bases: Bases) -> Outcome:
    """The verdict by the law at the head of this file."""
    threshold = definition.threshold
    yes, no = sides(definition)
    headline = "yes+no" if threshold is None else threshold.base
    nothing = bases.why_no_decision(threshold, headline, definition.terms.participation or "cast")
    if nothing:
        return Outcome("no-decision", nothing)
    level = counts[yes] == counts[no]
    share = bases.share(counts[yes], headline)
    if threshold is None:
        if level:
            return Outcome("tie", tie_sentence(yes, no, counts[yes]), (yes, no))
        ahead = bases.share(max(counts[yes], counts[no]), headline)
        leader = yes if counts[yes] > counts[no] else no
        return Outcome("none", f"Ahead: {leader}, with {ahead.words}, {ahead.text}. {ONLY_COUNTED}", (leader,))
    figures = f"{share.words}, {share.text_beside(threshold.share)}; {threshold.needed}."
    if threshold.passes(share.count, share.of):
        return Outcome("passed", f"Passed: {figures}", (yes,))
    if level and threshold.share == Fraction(share.count, share.of) == Fraction(1, 2):
        if definition.terms.level == "fail":
            return Outcome("failed", f"Not passed: level sides do not pass. {tie_sentence(yes, no, counts[yes])}")
        chair = " The chair has a casting vote." if definition.terms.level == "casting-vote" else ""
        return Outcome("tie", f"{tie_sentence(yes, no, counts[yes])}{chair}", (yes, no))
    return Outcome("failed", f"Not passed: {figures}")


def tie_sentence(yes: str, no: str, votes: int) -> str:
    """Both sides have as many."""
    return f"Tie: {listed((yes, no))} have {votes} {'vote' if votes == 1 else 'votes'} each."


def by_casting_vote(definition: RoundDefinition, verdict: str, counts: Mapping[str, Any], side: str) -> Outcome:
    """What a tie becomes by the chair's casting vote, where the definition gives one: a separate act, told as one."""
    yes, no = sides(definition)
    if definition.terms.level != "casting-vote" or verdict != "tie":
        raise BadRound(
            "There is no casting vote here.", "The definition must give one before the vote, and the sides be level."
        )
    if side not in (yes, no):
        raise BadBallot(f"A casting vote is {yes} or {no}.", f"Say {yes} or {no}.")
    votes = tie_sentence(yes, no, int(counts[yes])).removeprefix("Tie: ").removesuffix(".")
    ending = f"{votes}, and the casting vote of the chair was {side}."
    if side == yes:
        return Outcome("passed", f"Passed: {ending}", (yes,))
    return Outcome("failed", f"Not passed: {ending}")


def decided_by_chair(definition: RoundDefinition, result: Result, side: str) -> Result:
    """A tie with the chair's casting vote. The counts stay as they are: the casting vote is no ballot.

    >>> from facilitation.rules import parse_count
    >>> asked = parse_count({"title": "Adopt?", "rule": "yes-no", "terms": {"level": "casting-vote"},
    ...     "threshold": {"share": "1/2", "op": ">", "base": "yes+no"}})
    >>> level = tally(asked, ["yes", "no"], Electorate(2, 2))
    >>> decided_by_chair(asked, level, "no").sentence
    'Not passed: yes and no have 1 vote each, and the casting vote of the chair was no.'
    """
    return replace(result, outcome=by_casting_vote(definition, result.verdict, result.counts, side))


def with_casting_vote(definition: RoundDefinition, result: Mapping[str, Any], side: str) -> dict[str, Any]:
    """The same for a result as the journal has it: what the ballots alone came to is kept as `counted`."""
    outcome = by_casting_vote(definition, str(result["verdict"]), result["counts"], side)
    counted = {key: result[key] for key in ("verdict", "sentence", "winners")}
    told = {"verdict": outcome.verdict, "sentence": outcome.sentence, "winners": list(outcome.winners)}
    return {**result, **told, "counted": counted, "casting_vote": side}


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words.

    >>> from facilitation.rules import parse_count
    >>> explained(parse_count({"title": "Adopt?", "rule": "yes-no", "options": ["yes", "no"],
    ...     "threshold": {"share": "1/2", "op": ">", "base": "yes+no"}}))
    'We count the answers. It passes if yes gets more than half of the yes-or-no votes. If yes and no are level, it is \
a tie and stays one.'
    """
    yes, no = sides(definition)
    rest = [option for option in definition.options if option not in (yes, no)]
    neither = f" Whoever says {' or '.join(map(quoted, rest))} is on neither side." if rest else ""
    return f"We count the answers.{neither} {line(definition, f'{yes} gets')}{if_level(definition)}"


def if_level(definition: RoundDefinition) -> str:
    """What level sides mean, where they can stand on the line."""
    yes, no = sides(definition)
    threshold = definition.threshold
    if threshold is not None and (threshold.op, threshold.share) != (">", Fraction(1, 2)):
        return ""
    what = {"fail": "it does not pass", "casting-vote": "the chair has the casting vote"}
    tie = "it is a tie and stays one"
    then = tie if threshold is None else what.get(definition.terms.level or "", tie)
    return f" If {yes} and {no} are level, {then}."


RULE: Final = Rule(
    "yes-no",
    "Choose one answer.",
    ("yes", "no", "abstain"),
    check,
    parse,
    tally,
    "one",
    explained,
    terms=frozenset({"participation", "level"}),
)
