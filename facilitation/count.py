"""Count a file of ballots by any rule: from a box of papers and a few words to a definition and its result.

Pure. What the file says (seats, budget, costs, the most of a ballot) goes into the definition, unless the command says
otherwise; what is not said keeps the rule's own meaning. A paper that the rule cannot count is refused with its line,
never left out: the count is then of nothing. Only a paper that ranks nobody is **blank**, and counted as that.

>>> box = read_ballots("a.csv", b"ballots,1,2\\n4,tram,bus\\n3,bus,\\n2,path,bus\\n")
>>> count(box, Asked("irv")).result.sentence
'bus wins in round 2 with 5 of 9 ballots still counting, 55.6 %.'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from facilitation.errors import BadBallot, BadBallotFile, BadRound
from facilitation.formats import Box, Paper, read_ballots
from facilitation.formats.box import Payload, refused
from facilitation.rules import RULES, Choice, Electorate, Result, RoundDefinition, parse_count
from facilitation.rules.definition import known_rule
from facilitation.rules.more_votes import RULES_WITH_BIDS, with_more_votes

__all__ = ["Asked", "Counted", "count", "read_ballots"]

ONE_ANSWER: Final = ("plurality", "temperature", "yes-no", "support", "consent")
RANKED: Final = ("irv", "stv", "borda", "schulze")
MARKED: Final = ("score", "majority-judgement", "dots", "quadratic")


@dataclass(frozen=True)
class Asked:
    """What the command asks for: the rule, terms by name as the definition's JSON has them, and the rest."""

    rule: str
    terms: Mapping[str, object] = field(default_factory=dict)
    threshold: object = None
    entitled: int | None = None
    more_votes: bool = False


@dataclass(frozen=True)
class Counted:
    """A count: the box, its definition and the result; `entitled` is None when nobody said how many could vote."""

    box: Box
    definition: RoundDefinition
    result: Result
    blank: int
    entitled: int | None

    def as_json(self) -> dict[str, object]:
        """The result for programs. A file does not know who was present, nor, unless told, how many were entitled."""
        told = self.result.as_json() | {"spoilt": 0, "blank": self.blank}
        unknown = ("present",) if self.entitled is not None else ("present", "entitled", "turnout")
        shares = told.pop("shares")
        assert isinstance(shares, dict)
        told = {key: value for key, value in told.items() if key not in unknown}
        told["shares"] = {base: each for base, each in shares.items() if base not in unknown}
        more = {} if self.box.selected is None else {"selected_in_the_file": sorted(self.box.selected)}
        names = {"names": dict(self.box.labels)} if self.box.labels else {}
        return {"file": self.box.name, "definition": self.definition.as_json(), **told, **more, **names}


def count(box: Box, asked: Asked) -> Counted:
    """Count the box."""
    rule = known_rule(asked.rule, RULES)
    form = form_of(box, asked)
    definition = definition_of(box, asked, form)
    ballots: list[Choice] = []
    blank = box.blank
    known: dict[Payload, Choice | None] = {}
    for paper in box.papers:
        if paper.payload not in known:
            known[paper.payload] = choice_of(box, definition, paper, form)
        choice = known[paper.payload]
        if choice is None:
            blank += paper.times
        else:
            ballots += [choice] * paper.times
    cast = len(ballots) + blank
    refuse_unknown_bases(definition, asked.entitled)
    if asked.entitled is not None and asked.entitled < cast:
        raise BadRound(f"{cast} ballots were cast by {asked.entitled} people.", "Correct the number of entitled.")
    entitled = cast if asked.entitled is None else asked.entitled
    result = rule.tally(definition, ballots, Electorate(cast, entitled), blank)
    if asked.more_votes:
        if asked.rule not in RULES_WITH_BIDS:
            raise BadRound(f"The rule {asked.rule} funds no bids.", "Leave out --more-votes.")
        result = with_more_votes(definition, ballots, result)
    return Counted(box, definition, result, blank, asked.entitled)


def refuse_unknown_bases(definition: RoundDefinition, entitled: int | None) -> None:
    """A file knows its ballots; a line that asks for other people can only be drawn when their number is said."""
    line = definition.threshold
    if line is not None and (line.base == "present" or definition.terms.participation == "present"):
        raise BadRound("A file does not know who was present.", "Use another base, or hold the round in the hall.")
    if line is not None and entitled is None and (line.base == "entitled" or line.minimum_turnout is not None):
        raise BadRound("The threshold asks how many were entitled.", "Give --entitled.")


def form_of(box: Box, asked: Asked) -> str:
    """How the papers are read by this rule: choice, approval, ranked or marks."""
    if asked.rule in ONE_ANSWER:
        able = {"choice": "choice", "ranked": "first"} if asked.rule == "plurality" else {"choice": "choice"}
    elif asked.rule == "approval":
        able = {"approval": "approval", "numbers": "approval"}
    elif asked.rule in RANKED:
        able = {"ranked": "ranked", "numbers": "ranks"}
    elif asked.rule in MARKED:
        able = {"points": "marks", "numbers": "marks"}
    else:
        in_table = {None: "marks", "score": "marks", "ranked": "ranks", "approval": "approval"}
        able = {"approval": "approval", "ranked": "ranked", "points": "marks"}
        able["numbers"] = in_table.get(str(asked.terms["ballots"]) if "ballots" in asked.terms else None, "marks")
    if box.form not in able:
        raise BadBallotFile(
            f"{box.name}: the rule {asked.rule} cannot count ballots of the form “{box.form}”.",
            f"Use a rule that can, or a file with ballots of the form {' or '.join(able)}.",
        )
    return able[box.form]


def definition_of(box: Box, asked: Asked, form: str) -> RoundDefinition:
    """The definition of the count."""
    rule = RULES[asked.rule]
    terms: dict[str, object] = {}
    if asked.rule in RULES_WITH_BIDS:
        said = {"approval": "approval", "ranked": "ranked", "ranks": "ranked", "marks": "score"}[form]
        terms |= {"budget": box.budget, "costs": box.costs, "least": box.least, "ballots": said}
    if "seats" in rule.terms:
        terms["seats"] = box.seats
    if box.form == "points":
        if "highest" in rule.terms and (asked.rule == "score" or asked.rule in RULES_WITH_BIDS):
            terms["highest"] = max(box.most or 1, *(highest(paper) for paper in box.papers), 1)
        if "points" in rule.terms:
            terms["points"] = box.points
    terms |= asked.terms
    usual = rule.default_options
    spec = {
        "title": box.title,
        "rule": asked.rule,
        "options": usual if usual is not None and set(box.options) <= set(usual) else box.options,
        "threshold": asked.threshold,
        "max_choices": most_of(box, form) if asked.rule == "approval" or asked.rule in RULES_WITH_BIDS else None,
        "terms": {name: as_said(value) for name, value in terms.items() if value is not None},
    }
    return parse_count(spec)


def most_of(box: Box, form: str) -> int | None:
    """How many options a ballot may name, where the file says so."""
    return None if box.most is None or form == "marks" else min(box.most, len(box.options))


def highest(paper: Paper) -> int:
    """The largest number on a paper."""
    return max((mark for mark in paper.payload if isinstance(mark, int)), default=0)


def as_said(value: object) -> object:
    """A term as the definition's JSON has it: money as text."""
    if isinstance(value, tuple):
        return [None if each is None else as_said(each) for each in value]
    return value if isinstance(value, str | int | list) else str(value)


def choice_of(box: Box, definition: RoundDefinition, paper: Paper, form: str) -> Choice | None:
    """A paper as a ballot of this rule, or None when it is blank; refused with its line when it is none."""
    payload: object = paper.payload
    if form == "approval" and box.form == "numbers":
        payload = approved(box, definition, paper)
    elif form == "ranks":
        payload = ranks(box, definition, paper)
    elif form == "first":
        payload = paper.payload[0]
    if form in ("ranks", "ranked") and definition.rule in RANKED and not payload:
        return None
    ranked = payload if isinstance(payload, tuple) else ()
    if definition.rule not in ("borda", "schulze") and any(isinstance(rank, tuple) for rank in ranked):
        raise refused(box.name, paper.line, "the ballot ranks options level.", "Use the rule borda or schulze.")
    try:
        return RULES[definition.rule].parse(definition, payload)
    except BadBallot as bad:
        raise refused(box.name, paper.line, bad.message, bad.remedy) from None


def approved(box: Box, definition: RoundDefinition, paper: Paper) -> tuple[str, ...]:
    """Ones and zeros as the options that have a one."""
    for mark in paper.payload:
        if mark not in (None, 0, 1):
            raise refused(
                box.name, paper.line, f"{mark} is neither 1 nor 0.", "Approve with 1, or score by another rule."
            )
    return tuple(option for option, mark in zip(definition.options, paper.payload, strict=True) if mark)


def ranks(box: Box, definition: RoundDefinition, paper: Paper) -> tuple[str | tuple[str, ...], ...]:
    """Numbers as ranks, 1 for the best; like numbers are level."""
    groups: dict[int, list[str]] = {}
    for option, mark in zip(definition.options, paper.payload, strict=True):
        if isinstance(mark, int):
            groups.setdefault(mark, []).append(option)
    if sorted(groups) != list(range(1, len(groups) + 1)):
        raise refused(box.name, paper.line, "the ranks are not 1, 2, 3 and so on.", "Leave no rank out; 1 is the best.")
    named = [tuple(sorted(groups[rank])) for rank in sorted(groups)]
    return tuple(group if len(group) > 1 else group[0] for group in named)
