"""The support scale: love, like, live with, lament, loathe. How many can at least live with the proposal?

The comfort share is the top three answers of all: (love + like + live with) / base. Without a threshold the counts
and the comfort share of the valid ballots are reported and nothing is decided (**none**); assemblies that adopt a
proposal by it commonly ask for at least four fifths of the valid ballots. With a threshold the round passes exactly
when (comfort / base) op share, the base being valid ballots, ballots cast, members present or members entitled;
“yes+no” is refused, for the scale has no yes. Base 0 or too small a turnout is **no-decision**; the turnout is of those
who voted, or, with the term `participation` as `present`, of those who were in the hall. There is one line and no
second side, so nothing can be level: this rule has no tie.

The answers are ordered words, not numbers: no average of them is ever taken. Beside the counts the table “the scale”
has, of the n valid ballots: the comfort share, whether it is at least four fifths, the net support (love + like −
lament − loathe) / n, and the median answer, the lower of the two middle ones when n is even. None of these decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from facilitation.errors import BadRound
from facilitation.rules.ballot import Choice, one_option
from facilitation.rules.definition import RoundDefinition, share_words
from facilitation.rules.plain_words import line
from facilitation.rules.result import ONLY_COUNTED, Bases, Electorate, Outcome, Result, Share, Table
from facilitation.rules.rule import Rule, no_max_choices, only_bases

SCALE: Final = ("love", "like", "live with", "lament", "loathe")
COMFORTABLE: Final = SCALE[:3]
COMFORTABLE_LINE: Final = Fraction(4, 5)
"""What assemblies that work by this scale commonly ask for."""


def check(definition: RoundDefinition) -> None:
    """Exactly the five answers: results of several rounds are laid side by side."""
    if definition.options != SCALE:
        raise BadRound(
            f"The rule support has its own five options, not: {', '.join(definition.options)}.",
            f"Leave the options out; the members choose from {', '.join(SCALE)}.",
        )
    no_max_choices(definition)
    only_bases(definition, ("valid", "cast", "present", "entitled"), "the scale has no yes and no")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """One answer, as a text."""
    return one_option(definition, payload)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count the five answers and the comfort share.

    >>> asked = RoundDefinition("Car-free centre?", "support", SCALE)
    >>> result = tally(asked, ["love", "live with", "live with", "loathe"], Electorate(present=4, entitled=5))
    >>> result.measure.exact, result.verdict
    ('3/4', 'none')
    """
    answers = Counter(ballots)
    counts = {option: answers[option] for option in SCALE}
    if sum(counts.values()) != len(ballots):
        raise ValueError("a ballot of another round is among these")
    bases = Bases(len(ballots), spoilt, base)
    headline = "valid" if definition.threshold is None else definition.threshold.base
    comfort = bases.share(sum(counts[option] for option in COMFORTABLE), headline)
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome(definition, bases, comfort),
        base=headline,
        shares=bases.shares(counts),
        measure=comfort,
        measured="comfort share",
        tables=(scale(counts),),
    )


def scale(counts: Mapping[str, int]) -> Table:
    """What the scale says beside its counts.

    >>> scale({"love": 12, "like": 18, "live with": 10, "lament": 7, "loathe": 3}).rows
    (('comfort share', Fraction(4, 5)), ('at least four fifths comfortable', 'yes'), ('net support', Fraction(2, 5)), \
('median answer', 'like'))
    """
    valid = sum(counts.values())
    if not valid:
        return Table("the scale", ("figure", "value"), ())
    love, like, live_with, lament, loathe = (counts[answer] for answer in SCALE)
    comfort = Fraction(love + like + live_with, valid)
    below, median = 0, SCALE[-1]
    for median in reversed(SCALE):
        below += counts[median]
        if 2 * below >= valid:
            break
    rows = (
        ("comfort share", comfort),
        (f"at least {share_words(COMFORTABLE_LINE)} comfortable", "yes" if comfort >= COMFORTABLE_LINE else "no"),
        ("net support", Fraction(love + like - lament - loathe, valid)),
        ("median answer", median),
    )
    return Table("the scale", ("figure", "value"), rows)


def outcome(definition: RoundDefinition, bases: Bases, comfort: Share) -> Outcome:
    """The verdict by the law at the head of this file."""
    threshold = definition.threshold
    nothing = bases.why_no_decision(threshold, comfort.base, definition.terms.participation or "cast")
    if nothing:
        return Outcome("no-decision", nothing)
    can_live = f"{comfort.count} of {comfort.of} can at least live with it"
    if threshold is None:
        return Outcome("none", f"{can_live}, {comfort.text}. {ONLY_COUNTED}")
    figures = f"{comfort.words} can at least live with it, {comfort.text_beside(threshold.share)}; {threshold.needed}."
    if threshold.passes(comfort.count, comfort.of):
        return Outcome("passed", f"Passed: {figures}")
    return Outcome("failed", f"Not passed: {figures}")


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    comfort = "We count how many can at least live with it: those who love it, like it or can live with it."
    return f"Everyone gives one of five answers. {comfort} {line(definition, 'this number is')}"


RULE: Final = Rule(
    "support",
    "Choose the answer that comes nearest to you.",
    SCALE,
    check,
    parse,
    tally,
    "one",
    explained,
    terms=frozenset({"participation"}),
)
