"""The kinds of question that a facilitator can put: every counting rule in plain words, and which fields its form has.

Pure. A kind is a rule of the assembly house; its form asks for what that rule reads and for nothing else, so that a
field never stands there for show. `asks` is what members choose from, `counts` decides how it is counted, and `finer`
holds what most votes leave alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Group:
    """Kinds of question that answer the same need."""

    name: str
    words: str
    hint: str


@dataclass(frozen=True)
class Kind:
    """One rule: what it is called, what it does in a sentence, and the fields of its form by name."""

    rule: str
    group: str
    words: str
    hint: str
    asks: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    finer: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the form, but the question and how the round is held."""
        return (*self.asks, *self.counts, *self.finer)


GROUPS: Final = (
    Group("decide", "Decide yes or no", "One proposal is on the table. Has it enough support?"),
    Group("choose", "Choose among answers", "There are several answers. Which one comes first, or which few?"),
    Group("budget", "Share out a budget", "There are bids with costs, and money for some of them."),
)

LINE: Final = ("threshold", "minimum_turnout")
MONEY: Final = ("budget", "bids")
TICKS: Final = ("ballots", "max_choices")

_KINDS: Final = (
    Kind(
        "yes-no",
        "decide",
        "Yes, no or abstain",
        "Counted against a line, such as two thirds.",
        counts=LINE,
        finer=("own_options", "participation", "level"),
    ),
    Kind(
        "support",
        "decide",
        "Five steps, from love to loathe",
        "Counts how many can at least live with it.",
        counts=LINE,
        finer=("participation",),
    ),
    Kind(
        "consent",
        "decide",
        "Consent: does anyone object?",
        "Members consent, stand aside, or object and say why. One objection stops it.",
    ),
    Kind(
        "temperature",
        "decide",
        "Temperature check",
        "Warm, mild or cool: a show of feeling that decides nothing.",
        finer=("own_options",),
    ),
    Kind(
        "plurality",
        "choose",
        "Name one answer",
        "The answer that most members name is ahead.",
        asks=("options",),
        counts=LINE,
        finer=("seats", "seed"),
    ),
    Kind(
        "approval",
        "choose",
        "Tick all that you support",
        "The answer that most members tick is ahead.",
        asks=("options",),
        counts=("max_choices", *LINE),
        finer=("seats", "seed"),
    ),
    Kind(
        "irv",
        "choose",
        "Answers in order, one wins",
        "The last answer leaves and its ballots move on, until one has more than half.",
        asks=("options",),
        counts=LINE,
        finer=("seed",),
    ),
    Kind(
        "stv",
        "choose",
        "Answers in order, several win",
        "For several places. Who reaches the quota is in, and votes beyond it move on.",
        asks=("options",),
        counts=("seats",),
        finer=("seed",),
    ),
    Kind(
        "schulze",
        "choose",
        "Answers in order, compared in pairs",
        "Every answer meets every other; who wins its duels is ahead.",
        asks=("options",),
        finer=("seats", "seed"),
    ),
    Kind(
        "borda",
        "choose",
        "Answers in order, points for places",
        "The first place earns most points, the last none.",
        asks=("options",),
        finer=("unranked", "seats", "seed"),
    ),
    Kind(
        "score",
        "choose",
        "A number for each answer",
        "From 0 to 5, or on a scale of your own. The best mean is ahead.",
        asks=("options",),
        counts=("highest", "missing"),
        finer=("seats", "seed"),
    ),
    Kind(
        "majority-judgement",
        "choose",
        "A grade in words for each answer",
        "From reject to excellent. The best middle grade is ahead.",
        asks=("options",),
        finer=("grades", "seats", "seed"),
    ),
    Kind(
        "dots",
        "choose",
        "Dots to spread",
        "Each member spreads a few dots. The answer with most dots is ahead.",
        asks=("options",),
        counts=("points", "cap"),
        finer=("seats", "seed"),
    ),
    Kind(
        "quadratic",
        "choose",
        "Credits to spend",
        "A strong wish can be shown, but it is dear: 1, 2 or 3 votes cost 1, 4 or 9 credits.",
        asks=("options",),
        counts=("points",),
        finer=("seats", "seed"),
    ),
    Kind(
        "equal-shares",
        "budget",
        "Equal shares",
        "Every member has the same part of the money, and the supporters of a bid pay for it together.",
        asks=MONEY,
        counts=(*TICKS, "completion"),
        finer=("utility", "highest", "seed"),
    ),
    Kind(
        "greedy",
        "budget",
        "Most votes first",
        "Bids are funded in the order of their votes, as long as the money lasts.",
        asks=MONEY,
        counts=(*TICKS, "order"),
        finer=("highest", "seed"),
    ),
    Kind(
        "phragmen",
        "budget",
        "Everyone earns alike",
        "A bid is bought as soon as its supporters have earned its cost together.",
        asks=MONEY,
        counts=("max_choices",),
        finer=("seed",),
    ),
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.rule: kind for kind in _KINDS})


def of_group(group: Group) -> tuple[Kind, ...]:
    """The kinds of this group, the usual ones first."""
    return tuple(kind for kind in _KINDS if kind.group == group.name)


def rule_words(rule: str) -> str:
    """A rule as it is called on the console; a budget says that it is one.

    >>> rule_words("irv"), rule_words("equal-shares")
    ('Answers in order, one wins', 'A budget by equal shares')
    """
    kind = KINDS.get(rule)
    if kind is None:
        return rule
    return f"A budget by {kind.words[0].lower()}{kind.words[1:]}" if kind.group == "budget" else kind.words
