"""What a round asks and when it is won: frozen before it opens, valid once it exists.

Pure. A definition is data: it is published, kept in the journal and counted against years later, so everything that
decides a result stands in it and nothing is implied. Shares are exact: `"2/3"`, `"66%"` and `"0.6"` are fractions; a
JSON number such as 0.6 is refused, because it is not the number that was typed.

>>> adoption = parse_definition({"title": "Adopt the report?", "rule": "yes-no",
...     "threshold": {"share": "2/3", "op": ">=", "base": "yes+no", "minimum_turnout": "50%"}})
>>> adoption.options
('yes', 'no', 'abstain')
>>> adoption.threshold.words
'at least two thirds of the yes-or-no votes, and at least half of all members voting'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeVar

from facilitation.errors import BadRound
from facilitation.rules.reading import check_text, did_you_mean, known_keys, quoted, text_of, tidy
from facilitation.rules.terms import NO_TERMS, Terms, read_terms

LONGEST_TITLE: Final = 500
LONGEST_OPTION: Final = 200
MOST_OPTIONS: Final = 100
MOST_COUNTED: Final = 1000  # in a file, which no screen has to show
FINEST_SHARE: Final = 10**9
"""The largest denominator of a share: finer than any count of people."""

AnyRule = TypeVar("AnyRule")

FIELDS: Final = ("title", "rule", "options", "threshold", "max_choices", "terms")
"""What a round is asked with."""

OPS: Final = (">=", ">")
BASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "yes+no": "yes-or-no votes",
        "valid": "valid ballots",
        "cast": "ballots cast",
        "present": "members present",
        "entitled": "members entitled to vote",
    }
)
"""Of what a share is taken, and how it is said. “valid” counts abstentions; “cast” counts spoilt ballots as well."""

NAMED_SHARES: Final[Mapping[Fraction, str]] = MappingProxyType(
    {
        Fraction(1, 2): "half",
        Fraction(1, 3): "one third",
        Fraction(2, 3): "two thirds",
        Fraction(1, 4): "one quarter",
        Fraction(3, 4): "three quarters",
        Fraction(1, 5): "one fifth",
        Fraction(2, 5): "two fifths",
        Fraction(3, 5): "three fifths",
        Fraction(4, 5): "four fifths",
        Fraction(1): "all",
    }
)


@dataclass(frozen=True)
class Threshold:
    """The line that a count must reach (`>=`) or cross (`>`), and how many of the members must have voted at all."""

    share: Fraction
    op: str
    base: str
    minimum_turnout: Fraction | None = None

    def __post_init__(self) -> None:
        if self.op not in OPS:
            raise BadRound(
                f"The threshold's op {quoted(self.op)} is not known.", "Use “>=” (at least) or “>” (more than)."
            )
        if self.base not in BASES:
            raise BadRound(
                f"The threshold's base {quoted(self.base)} is not known.",
                f"{did_you_mean(self.base, BASES)}Use one of: {', '.join(BASES)}.",
            )
        if max(self.share.denominator, (self.minimum_turnout or self.share).denominator) > FINEST_SHARE:
            raise BadRound("The threshold is finer than one in a thousand million.", "Round the share.")
        if not 0 < self.share <= 1:
            raise BadRound(
                f"The threshold's share {exact(self.share)} does not lie between nothing and all.",
                "Give a share above 0 and up to 1, such as “2/3”.",
            )
        if self.share == 1 and self.op == ">":
            raise BadRound("More than all can never be reached.", "Use “>=” with the share “1/1”, or a smaller share.")
        if self.minimum_turnout is not None and not 0 < self.minimum_turnout <= 1:
            raise BadRound(
                f"The minimum turnout {exact(self.minimum_turnout)} does not lie between nothing and all.",
                "Give a share above 0 and up to 1, such as “1/2”, or leave minimum_turnout out.",
            )

    def passes(self, count: int, of: int) -> bool:
        """Whether count/of is over the line, exactly; the caller has seen to it that `of` is not 0."""
        share = Fraction(count, of)
        return share >= self.share if self.op == ">=" else share > self.share

    def enough_voted(self, cast: int, entitled: int) -> bool:
        """Participation is ballots cast (spoilt ones too) of all members entitled; exactly the minimum is enough."""
        return self.minimum_turnout is None or cast >= self.minimum_turnout * entitled

    @property
    def words(self) -> str:
        """The threshold in plain English.

        >>> Threshold(Fraction(1, 2), ">", "entitled").words
        'more than half of the members entitled to vote'
        """
        line = f"{'at least' if self.op == '>=' else 'more than'} {share_words(self.share)} of the {BASES[self.base]}"
        if self.minimum_turnout is None:
            return line
        turnout = share_words(self.minimum_turnout)
        return (
            f"{line}, and {turnout} members voting"
            if turnout == "all"
            else f"{line}, and at least {turnout} of all members voting"
        )

    @property
    def needed(self) -> str:
        """The line as the end of a sentence.

        >>> Threshold(Fraction(2, 3), ">=", "cast").needed, Threshold(Fraction(1, 2), ">", "cast").needed
        ('two thirds were needed', 'more than half was needed')
        """
        share = share_words(self.share)
        plural = self.share == 1 or (self.share in NAMED_SHARES and self.share.numerator > 1)
        return f"{'more than ' if self.op == '>' else ''}{share} {'were' if plural else 'was'} needed"

    def as_json(self) -> dict[str, object]:
        """The form of the API, shares in lowest terms."""
        turnout = None if self.minimum_turnout is None else exact(self.minimum_turnout)
        return {"share": exact(self.share), "op": self.op, "base": self.base, "minimum_turnout": turnout}


@dataclass(frozen=True)
class RoundDefinition:
    """One question to all members: its wording, its counting rule, its options in order, its threshold if it has one.

    >>> RoundDefinition("Which first?", "approval", ("tram", "Tram"))
    Traceback (most recent call last):
    facilitation.errors.BadRound: The options “tram” and “Tram” cannot be told apart when read aloud. \
Remedy: Give every option its own wording.
    """

    title: str
    rule: str
    options: tuple[str, ...]
    threshold: Threshold | None = None
    max_choices: int | None = None
    terms: Terms = NO_TERMS

    def __post_init__(self) -> None:
        from facilitation.rules import RULES  # here and not above: every rule imports this file

        check_text("title", self.title, LONGEST_TITLE)
        rule = known_rule(self.rule, RULES)
        check_options(self.options, MOST_COUNTED)
        if self.max_choices is not None and not 1 <= self.max_choices <= len(self.options):
            raise BadRound(
                f"max_choices is {self.max_choices}, but the round has {len(self.options)} options.",
                f"Give a whole number from 1 to {len(self.options)}, or leave max_choices out.",
            )
        self.terms.refuse_others(rule.terms, rule.name)
        if (self.terms.seats or 1) > len(self.options):
            raise BadRound(f"{self.terms.seats} seats, but {len(self.options)} options.", "Ask for fewer seats.")
        rule.check(self)

    def as_json(self) -> dict[str, object]:
        """The canonical form: every key present (`terms` only if there are some), shares in lowest terms."""
        terms = self.terms.as_json()
        return {
            "title": self.title,
            "rule": self.rule,
            "options": list(self.options),
            "threshold": None if self.threshold is None else self.threshold.as_json(),
            "max_choices": self.max_choices,
            **({"terms": terms} if terms else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> RoundDefinition:
        """The definition that `as_json` wrote.

        >>> asked = RoundDefinition("Which first?", "approval", ("tram", "bus"))
        >>> RoundDefinition.from_json(asked.as_json()) == asked
        True
        """
        return parse_definition(data)


def parse_definition(spec: Mapping[str, object]) -> RoundDefinition:
    """The round that the API's JSON asks for; refused with a reason when it does not hold together.

    It is held in a hall, so a screen must be able to show it; files may hold more options: see `parse_count`.
    Nothing is guessed: an unknown key is refused, since a misspelt `threshold` would otherwise change who wins.

    >>> parse_definition({"title": "Trams?", "rule": "yesno"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    facilitation.errors.BadRound: There is no counting rule “yesno”. \
Remedy: Did you mean “yes-no”? Use one of: ...
    """
    definition = parse_count(spec)
    check_options(definition.options)
    return definition


def parse_count(spec: Mapping[str, object]) -> RoundDefinition:
    """A round of any rule that can be counted, with its terms.

    >>> parse_count({"title": "?", "rule": "plurality", "options": ["a", "b"], "terms": {"seats": 2}}).terms.seats
    2
    """
    from facilitation.rules import RULES  # see RoundDefinition

    known_keys(spec, FIELDS, "round")
    rule = known_rule(text_of(spec, "rule", "round"), RULES)
    default = rule.default_options
    return RoundDefinition(
        title=tidy(text_of(spec, "title", "round")),
        rule=rule.name,
        options=default if spec.get("options") is None and default is not None else read_options(spec.get("options")),
        threshold=read_threshold(spec.get("threshold")),
        max_choices=read_max_choices(spec.get("max_choices")),
        terms=read_terms(spec.get("terms")),
    )


def read_threshold(spec: object) -> Threshold | None:
    """The threshold of the API's JSON. share, op and base are never implied: they are what the disputes are about."""
    if spec is None:
        return None
    if not isinstance(spec, Mapping):
        raise BadRound("The threshold is not an object.", "Write it as {“share”: “2/3”, “op”: “>=”, “base”: “yes+no”}.")
    known_keys(spec, ("share", "op", "base", "minimum_turnout"), "threshold")
    turnout = spec.get("minimum_turnout")
    return Threshold(
        share=read_share(spec.get("share"), "share"),
        op=text_of(spec, "op", "threshold"),
        base=text_of(spec, "base", "threshold"),
        minimum_turnout=None if turnout is None else read_share(turnout, "minimum_turnout"),
    )


def read_share(value: object, name: str) -> Fraction:
    """The exact fraction of "2/3", "66%" or "0.6".

    >>> read_share("66%", "share"), read_share("12.5 %", "share"), read_share("0.6", "share")
    (Fraction(33, 50), Fraction(1, 8), Fraction(3, 5))
    >>> read_share(0.6, "share")
    Traceback (most recent call last):
    facilitation.errors.BadRound: The threshold's share is not a text. \
Remedy: Write it in quotation marks, as “2/3” or “66%”; a bare number is not exact.
    """
    if not isinstance(value, str):
        missing = f"The threshold has no {name}." if value is None else f"The threshold's {name} is not a text."
        raise BadRound(missing, "Write it in quotation marks, as “2/3” or “66%”; a bare number is not exact.")
    fraction = re.fullmatch(r" *([0-9]{1,10}) */ *([0-9]{1,10}) *", value)
    if fraction and int(fraction[2]):
        return Fraction(int(fraction[1]), int(fraction[2]))
    decimal = re.fullmatch(r" *([0-9]{1,9}(?:\.[0-9]{1,6})?) *(%?) *", value)
    if decimal:
        return Fraction(decimal[1]) * Fraction(1, 100 if decimal[2] else 1)
    raise BadRound(
        f"The threshold's {name} {quoted(value)} is not a share.", "Write it as a fraction or percentage: “2/3”, “66%”."
    )


def read_options(value: object) -> tuple[str, ...]:
    """The options as a tuple of tidied texts."""
    if not isinstance(value, list | tuple) or not all(isinstance(option, str) for option in value):
        missing = "The round has no options." if value is None else "The options are not a list of texts."
        raise BadRound(missing, "Give the options as a list, such as [“tram”, “bus”].")
    return tuple(tidy(option) for option in value)


def read_max_choices(value: object) -> int | None:
    """How many options one ballot may name; a whole number or nothing."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadRound("max_choices is not a whole number.", "Give a whole number, or leave max_choices out.")
    return value


def check_options(options: tuple[str, ...], most: int = MOST_OPTIONS) -> None:
    """Options can be shown, read aloud and told apart."""
    if not options:
        raise BadRound("The round has no options.", "Give the options as a list, such as [“tram”, “bus”].")
    if len(options) > most:
        raise BadRound(f"The round has {len(options)} options.", f"Ask about at most {most} at a time.")
    heard: dict[str, str] = {}
    for place, option in enumerate(options, start=1):
        check_text(f"option {place}", option, LONGEST_OPTION)
        twin = heard.setdefault(unicodedata.normalize("NFKC", option).casefold(), option)
        if twin is not option or options.count(option) > 1:
            raise BadRound(
                f"The options {quoted(twin)} and {quoted(option)} cannot be told apart when read aloud.",
                "Give every option its own wording.",
            )


def known_rule(name: str, rules: Mapping[str, AnyRule]) -> AnyRule:
    """The rule of this name."""
    if name not in rules:
        raise BadRound(
            f"There is no counting rule {quoted(name)}.",
            f"{did_you_mean(name, rules)}Use one of: {', '.join(rules)}.",
        )
    return rules[name]


def exact(share: Fraction) -> str:
    """A share in lowest terms, always with its denominator."""
    return f"{share.numerator}/{share.denominator}"


def share_words(share: Fraction) -> str:
    """A share as people say it.

    >>> share_words(Fraction(2, 3)), share_words(Fraction(33, 50)), share_words(Fraction(1, 8))
    ('two thirds', '66 %', '12.5 %')
    >>> share_words(Fraction(5, 9))
    '5/9'
    """
    if share in NAMED_SHARES:
        return NAMED_SHARES[share]
    for digits in range(4):
        if (share * 100 * 10**digits).denominator == 1:
            whole, rest = divmod(int(share * 100 * 10**digits), 10**digits)
            return f"{whole}.{rest:0{digits}d} %" if digits else f"{whole} %"
    return exact(share)
