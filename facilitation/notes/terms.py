"""The terms of a discussion at the tables: the host's template, whether it goes round, how long a turn is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from facilitation.errors import BadRequest

HEADINGS: Final = ("What stood out", "What is missing")
SECONDS: Final = 60
FEWEST, MOST, LONGEST_HEADING = 2, 6, 80
SHORTEST_TURN, LONGEST_TURN = 10, 600


@dataclass(frozen=True)
class Terms:
    """`members`: whether people at the tables may write notes, too, and not their host alone."""

    headings: tuple[str, ...] = HEADINGS
    go_round: bool = True
    seconds: int = SECONDS
    members: bool = True


def read(row: Mapping[str, Any]) -> dict[str, Any]:
    """What an agenda row says of a discussion, checked; nothing where it says nothing, which means the usual terms.

    >>> read({"headings": ["Good", " Bad "], "seconds": 45})
    {'headings': ['Good', 'Bad'], 'go_round': True, 'seconds': 45, 'members': True}
    >>> read({})
    {}
    """
    if not row:
        return {}
    unknown = sorted(set(row) - {"headings", "go_round", "seconds", "members"})
    if unknown:
        raise BadRequest(
            f"A table discussion has no term “{str(unknown[0])[:40]}”.", "Use headings, go_round, seconds, members."
        )
    usual = Terms()
    return {
        "headings": _headings(row.get("headings", list(usual.headings))),
        "go_round": _yes_or_no(row.get("go_round", usual.go_round), "go_round"),
        "seconds": _seconds(row.get("seconds", usual.seconds)),
        "members": _yes_or_no(row.get("members", usual.members), "members"),
    }


def of(terms: Mapping[str, Any]) -> Terms:
    """The terms of an item, which were checked when it was planned."""
    return Terms(**{**terms, "headings": tuple(terms["headings"])}) if terms else Terms()


def _headings(given: object) -> list[str]:
    rows = given if isinstance(given, list | tuple) else []
    headings = [" ".join(unicodedata.normalize("NFC", one).split()) for one in rows if isinstance(one, str)]
    kept = [one for one in headings if one]
    if not FEWEST <= len(kept) <= MOST or len(kept) < len(rows):
        raise BadRequest(
            f"The template of a table discussion has {FEWEST} to {MOST} headings, and none of them empty.",
            "Write each heading on a line of its own.",
        )
    if len({one.casefold() for one in kept}) < len(kept):
        raise BadRequest("Two headings of the template are the same.", "Give each heading words of its own.")
    too_long = next((one for one in kept if len(one) > LONGEST_HEADING), None)
    if too_long is not None:
        raise BadRequest(
            f"The heading “{too_long[:40]}…” has {len(too_long)} characters.",
            f"Keep it within {LONGEST_HEADING} characters.",
        )
    return kept


def _seconds(given: object) -> int:
    if type(given) is not int or not SHORTEST_TURN <= given <= LONGEST_TURN:
        raise BadRequest(
            f"{str(given)[:20]} seconds a turn cannot be.",
            f"Give {SHORTEST_TURN} to {LONGEST_TURN}; 45 to 60 is usual.",
        )
    return given


def _yes_or_no(given: object, name: str) -> bool:
    if not isinstance(given, bool):
        raise BadRequest(f"“{name}” of a table discussion is yes or no.", "Give true or false.")
    return given
