"""The counts: what is published of every vote, open to anyone, with all that is needed to check it at home.

A tracker is looked for in the page itself, or, without JavaScript, by a form whose POST changes nothing: whose ballot
is whose must stand in no address, since addresses are kept by browsers and logs.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.ballot_words import said
from facilitation.desk import PublicCount
from facilitation.errors import BallotsChanged, NotFound, Refusal
from facilitation.recount import verify_count
from facilitation.recount.bundle import name_of, plain
from facilitation.recount.signing import in_groups
from facilitation.rules import RULES, RoundDefinition
from web.access import Audience, desk, open_to
from web.charts import picture_of
from web.recruit.downloads import download

count_pages = Blueprint("count_pages", __name__)
MOST_LISTED = 2000
"""A longer list is found in the bundle: no phone scrolls through more."""
LONGEST_TRACKER = 40
SCRIPT = "verify_count.py"

count_pages.add_app_template_filter(in_groups, "in_groups")


@count_pages.get("/counts")
@open_to(Audience.ANYONE)
def every_count() -> ResponseReturnValue:
    """All published counts, by assembly."""
    by_assembly = [(name, list(each)) for name, each in groupby(desk().public_counts(), key=lambda one: one.assembly)]
    return render_template("counts/list.html", assemblies=by_assembly, key=desk().public_key())


@count_pages.get("/counts/<round_id>")
@open_to(Audience.ANYONE)
def count(round_id: str) -> ResponseReturnValue:
    """One count: the result, the four words, the ballots, the files, and how to check them."""
    return render_template("counts/count.html", **_seen(_published(round_id)))


@count_pages.post("/counts/<round_id>")
@open_to(Audience.ANYONE)
def find(round_id: str) -> ResponseReturnValue:
    """The same with one ballot picked out; for browsers without JavaScript. Changes nothing, and keeps nothing."""
    typed = request.form.get("tracker", "").strip()[:LONGEST_TRACKER]
    return render_template("counts/count.html", typed=typed, searched=True, **_seen(_published(round_id), typed))


@count_pages.get("/counts/<round_id>/bundle.json")
@open_to(Audience.ANYONE)
def bundle(round_id: str) -> ResponseReturnValue:
    """The signed bundle, byte for byte."""
    _published(round_id)
    return download(desk().bundle(round_id), "bundle.json")


@count_pages.get("/counts/verify_count.py")
@open_to(Audience.ANYONE)
def script() -> ResponseReturnValue:
    """The script that counts a bundle again."""
    return download(_script(), SCRIPT)


@cache
def _script() -> bytes:
    return Path(verify_count.__file__).read_bytes()


def in_words(definition: RoundDefinition, choice: Any) -> str:
    """A published ballot on one line.

    >>> from facilitation.rules import parse_definition
    >>> asked = parse_definition({"title": "Which?", "rule": "irv", "options": ["tram", "bus", "path"]})
    >>> in_words(asked, ["path", "tram"]), in_words(asked, None), in_words(asked, False)
    ('1. Path, 2. Tram', 'Left blank', 'Spoilt')
    """
    if choice is None or choice is False:
        return "Left blank" if choice is None else "Spoilt"
    parsed = RULES[definition.rule].parse(definition, choice)
    if RULES[definition.rule].ballot == "reasoned" and not isinstance(parsed, str):
        return ": ".join(map(str, parsed))
    told = said(definition, parsed)
    lines = [f"{place}. {line}" for place, line in enumerate(told.lines, start=1)] if told.ordered else told.lines
    return ", ".join(lines)


def _published(round_id: str) -> PublicCount:
    """The published count; of a round that has none nobody learns here that it exists."""
    try:
        return desk().public_count(round_id)
    except BallotsChanged:
        raise
    except Refusal:
        raise NotFound(
            "No count is published at this address.", "Wait until the hall has seen the result, or look at all counts."
        ) from None


def _seen(published: PublicCount, typed: str = "") -> dict[str, Any]:
    body = published.body
    ballots = [
        {"name": name_of(ballot), "words": in_words(published.definition, ballot["choice"])}
        for ballot in body["ballots"] or []
    ]
    sought = plain(typed)
    return {
        "body": body,
        "round": published.round,
        "countersigned": published.countersigned,
        "result_view": picture_of(published.round, body["result"]),
        "ballots": ballots[:MOST_LISTED],
        "more": max(0, len(ballots) - MOST_LISTED),
        "by_seat": published.round["conduct"]["secrecy"] == "open",
        "found": [ballot for ballot in ballots if sought and plain(ballot["name"]) == sought],
    }
