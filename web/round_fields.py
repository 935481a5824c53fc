"""The fields of the form for a round: their labels, hints and choices, and how each becomes a part of the definition.

Pure data, read by the template that draws the form and by `round_forms`, which reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Field:
    """One field: `shape` says how it is drawn and read (text, whole, lines, choice or tick).

    A choice whose value is empty is “not said”: the rule's own meaning holds, and the words tell which it is.
    """

    name: str
    label: str
    shape: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    usual: str = ""


_FIELDS: Final = (
    Field("options", "The answers, one on each line", "lines"),
    Field(
        "own_options",
        "Your own answers, one on each line",
        "lines",
        "Leave empty for the usual ones.",
    ),
    Field("budget", "How much money is there?", "text", "A sum, such as 20,000 or 1250.50."),
    Field(
        "bids",
        "The bids, one on each line, with what they cost",
        "lines",
        "Title | cost, such as: Trees for Mill Lane | 1200. If a bid can live with less, add how little: Title | cost "
        "| least. Lines pasted from a spreadsheet work as they are.",
    ),
    Field("max_choices", "How many may one ballot name at most?", "whole", "Leave empty for as many as they like."),
    Field(
        "seats",
        "How many are chosen?",
        "whole",
        "Leave empty for one.",
    ),
    Field(
        "seed",
        "If some are level: the words that the lot is drawn from",
        "text",
        "Known before the vote, such as “the Lotto numbers of 6 March”. If it is empty, what is level stays level.",
    ),
    Field(
        "highest",
        "Where members give numbers: the highest",
        "whole",
        "The lowest is 0. Leave empty for 5.",
    ),
    Field(
        "missing",
        "If a member gives an answer no number",
        "choice",
        choices=(
            ("", "It is left out: the mean is of those who gave one"),
            ("zero", "It counts as 0: the total decides"),
        ),
    ),
    Field(
        "grades",
        "Your own grades, the worst first, one on each line",
        "lines",
        "Leave empty for reject, poor, acceptable, good, very good, excellent.",
    ),
    Field("points", "How many dots has each member?", "whole", usual="5"),
    Field("cap", "How many may go on one answer at most?", "whole", "Leave empty for all of them."),
    Field(
        "unranked",
        "Answers that a member does not rank",
        "choice",
        choices=(
            ("", "They share the points of the places that are left"),
            ("zero", "They get no points"),
            ("modified", "They get none, and a short list gives its first place less"),
        ),
    ),
    Field(
        "ballots",
        "What members do",
        "choice",
        choices=(
            ("", "They choose the bids that they support"),
            ("score", "They give bids a number"),
            ("ranked", "They put bids in order"),
        ),
    ),
    Field(
        "order",
        "If the next bid costs more than is left",
        "choice",
        choices=(("", "It is skipped, and the one after it has its turn"), ("strict", "The count ends there")),
    ),
    Field(
        "completion",
        "Money that is left when no bid’s supporters can pay alone",
        "choice",
        choices=(
            ("utilitarian", "It goes to the bids with the most votes"),
            ("add1u", "Shares are made larger as long as the money lasts; the rest goes by votes"),
            ("add1", "Shares are made larger as long as the money lasts; the rest is not spent"),
            ("add1-exhaustive", "Shares are made larger until no bid fits any more"),
            ("none", "It is not spent"),
        ),
        usual="utilitarian",
    ),
    Field(
        "utility",
        "What a vote for a bid is worth",
        "choice",
        choices=(
            ("", "The usual: with choices, as much as the bid costs; with numbers or orders, the same for every bid"),
            ("cost", "As much as the bid costs"),
            ("count", "The same for every bid"),
        ),
    ),
    Field(
        "participation",
        "Who counts as taking part, where a minimum is set",
        "choice",
        choices=(("", "Who votes"), ("present", "Who is in the hall")),
    ),
    Field(
        "level",
        "If yes and no are level, and more than half was needed",
        "choice",
        choices=(
            ("", "It stays a tie"),
            ("fail", "It has not passed"),
            ("casting-vote", "The chair has a casting vote"),
        ),
    ),
)

CREDITS: Final = Field("points", "How many credits has each member?", "whole", usual="16")
"""What is called dots elsewhere."""

FIELDS: Final[Mapping[str, Field]] = MappingProxyType({field.name: field for field in _FIELDS})

NO_TERM: Final = ("options", "own_options", "bids", "max_choices", "threshold", "minimum_turnout")
"""Fields that are not a term of the same name."""

THRESHOLDS: Final = (
    ("More than half of the yes-or-no votes", "1/2", ">", "yes+no"),
    ("At least two thirds of the yes-or-no votes", "2/3", ">=", "yes+no"),
    ("At least three quarters of the yes-or-no votes", "3/4", ">=", "yes+no"),
    ("More than half of the valid ballots", "1/2", ">", "valid"),
    ("At least 80 % of the valid ballots", "4/5", ">=", "valid"),
    ("More than half of the members present", "1/2", ">", "present"),
    ("More than half of all members", "1/2", ">", "entitled"),
    ("At least two thirds of all members", "2/3", ">=", "entitled"),
)
"""Lines that assemblies use: words, share, op, base."""

TURNOUTS: Final = (
    ("No minimum", ""),
    ("At least one quarter of all members", "1/4"),
    ("At least half of all members", "1/2"),
    ("At least two thirds of all members", "2/3"),
    ("At least three quarters of all members", "3/4"),
)

BASES: Final = (
    ("yes+no", "the yes-or-no votes"),
    ("valid", "the valid ballots, abstentions included"),
    ("cast", "all ballots cast, spoilt ones included"),
    ("present", "the members present"),
    ("entitled", "all members"),
)

OTHER: Final = "other"
"""The choice of the threshold that sends to the three fields of a line of one's own."""
