"""A vote on drafts: the round that is prepared, with the titles as options, and what each option stands for.

An option of a ballot must be short and be told apart from the others when read aloud. So a title that another draft has
as well, or that a ballot could not show, gets its number; the number and the fingerprint in the journal say what it is.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from facilitation.errors import BadRequest
from facilitation.rules import RULES
from facilitation.rules.definition import LONGEST_OPTION
from facilitation.rules.reading import TURNING, tidy

ASKED_OF_ONE: Final = ("support", "yes-no", "consent")
"""Rules that ask about one draft at a time."""
ASKED_OF_ALL: Final = ("score", "irv", "borda", "approval", "plurality", "schulze", "dots", "stv")
"""Rules that put drafts beside one another."""
QUESTION: Final = "Which recommendations matter most to you?"

Titles = Mapping[str, tuple[int, str]]
"""Draft → its number and its title."""


def specs(rule: str, titles: Titles) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """The rounds to prepare, each with its options and the draft that each option is.

    >>> specs("irv", {"a": (1, "More trams"), "b": (2, "more trams")})[0][1]
    {'1. More trams': 'a', '2. more trams': 'b'}
    >>> [(spec["title"], options) for spec, options in specs("support", {"a": (1, "More trams")})]
    [('More trams', {'More trams': 'a'})]
    """
    if not titles:
        raise BadRequest("No draft was chosen.", "Tick the drafts that the vote is about.")
    options = _options(titles)
    if rule in ASKED_OF_ONE:
        return [({"title": option, "rule": rule, **_line(rule)}, {option: draft}) for option, draft in options.items()]
    if rule not in ASKED_OF_ALL or rule not in RULES:
        raise BadRequest(f"“{rule[:40]}” is not a way to vote on drafts.", f"Use {', '.join(_rules())}.")
    if len(options) < 2:
        raise BadRequest("One draft alone cannot be put in an order.", "Tick at least two, or ask about it by itself.")
    return [({"title": QUESTION, "rule": rule, "options": list(options), **_terms(rule)}, options)]


def _rules() -> tuple[str, ...]:
    return (*ASKED_OF_ALL, *ASKED_OF_ONE)


def _line(rule: str) -> dict[str, Any]:
    """The support scale asks what a test asks; the others bring no line of their own."""
    if rule == "support":
        return {"threshold": {"share": "4/5", "op": ">=", "base": "valid"}}
    return {"threshold": {"share": "1/2", "op": ">", "base": "yes+no"}} if rule == "yes-no" else {}


def _terms(rule: str) -> dict[str, Any]:
    terms = {"score": {"highest": 5}, "dots": {"points": 5}, "stv": {"seats": 1}}.get(rule)
    return {"terms": terms} if terms else {}


def _options(titles: Titles) -> dict[str, str]:
    shown = {
        draft: tidy("".join(sign for sign in title if _can_be_shown(sign))) for draft, (_, title) in titles.items()
    }
    heard = Counter(unicodedata.normalize("NFKC", title).casefold() for title in shown.values())
    found = {}
    for draft, (number, _) in titles.items():
        title = shown[draft]
        if not title or heard[unicodedata.normalize("NFKC", title).casefold()] > 1 or len(title) > LONGEST_OPTION:
            title = f"{number}. {title}".strip()[:LONGEST_OPTION]
        found[title] = draft
    return found


def _can_be_shown(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn") and sign not in TURNING
