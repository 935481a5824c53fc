"""The counts: what is published of every vote, open to anyone, with all that is needed to check it at home.

A tracker is looked for in the page itself, or, without JavaScript, by a form whose POST changes nothing: whose ballot
is whose must stand in no address, since addresses are kept by browsers and logs.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from facilitation.ballot_words import said
from facilitation.desk import PublicCount
from facilitation.errors import BallotsChanged, NotFound, Refusal
from facilitation.recount import verify_count
from facilitation.recount.bundle import name_of, plain
from facilitation.recount.signing import in_groups
from facilitation.rules import RULES, RoundDefinition
from facilitation.told import told
from web.access import Audience, desk, open_to
from web.charts import picture_of
from web.languages.heard import answer
from web.looks import keep_words, spoken, words
from web.recruit.downloads import download

count_pages = Blueprint("count_pages", __name__)
MOST_LISTED = 2000
"""A longer list is found in the bundle: no phone scrolls through more."""
REMEMBERED = 32
LONGEST_TRACKER = 40
SCRIPT = "verify_count.py"

count_pages.add_app_template_filter(in_groups, "in_groups")


@count_pages.get("/counts")
@open_to(Audience.ANYONE, looks=True)
def every_count() -> ResponseReturnValue:
    """All published counts, by assembly."""
    by_assembly = [(name, list(each)) for name, each in groupby(desk().public_counts(), key=lambda one: one.assembly)]
    return render_template("counts/list.html", assemblies=by_assembly, key=desk().public_key())


@count_pages.get("/counts/<round_id>")
@open_to(Audience.ANYONE, looks=True)
def count(round_id: str) -> ResponseReturnValue:
    """One count: the result, the four words, the ballots, the files, and how to check them."""
    return render_template("counts/count.html", **_seen(_edition(round_id)))


@count_pages.post("/counts/<round_id>")
@open_to(Audience.ANYONE, looks=True)
def find(round_id: str) -> ResponseReturnValue:
    """The same with one ballot told; for browsers without JavaScript. Changes nothing, and keeps nothing."""
    typed = request.form.get("tracker", "").strip()[:LONGEST_TRACKER]
    edition = _edition(round_id)
    return render_template("counts/count.html", typed=typed, found=_found(edition.count, typed), **_seen(edition))


@count_pages.get("/counts/<round_id>/bundle.json")
@open_to(Audience.ANYONE)
def bundle(round_id: str) -> ResponseReturnValue:
    """The signed bundle, byte for byte."""
    return download(_edition(round_id).bundle, "bundle.json")


@count_pages.get("/counts/verify_count.py")
@open_to(Audience.ANYONE)
def script() -> ResponseReturnValue:
    """The script that counts a bundle again."""
    return download(_script(), SCRIPT)


@cache
def _script() -> bytes:
    return Path(verify_count.__file__).read_bytes()


@dataclass(frozen=True)
class Edition:
    """What is published of a round, with the parts of its page that are the same for everyone, drawn."""

    count: PublicCount
    bundle: bytes
    result: Markup
    ballots: Markup


class Editions:
    """The latest editions, remembered: when a result is shown, a whole hall opens the same page in the same minute.

    Each language has its own.
    """

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[str, str, str, bool], Edition] = OrderedDict()

    def of(self, round_id: str) -> Edition:
        """The edition of now; refused as the desk refuses it."""
        key = (round_id, desk().count_edition(round_id), words().language, words().easy)
        if key not in self._drawn:
            self._drawn[key] = _drawn(desk().public_count(round_id), desk().bundle(round_id))
            while len(self._drawn) > REMEMBERED:
                self._drawn.popitem(last=False)
        return self._drawn[key]


@count_pages.record_once
def remember_editions(state: BlueprintSetupState) -> None:
    """Each application remembers its own."""
    state.app.extensions["editions"] = Editions()


def _edition(round_id: str) -> Edition:
    """The published count; of a round that has none nobody learns here that it exists."""
    try:
        return cast(Editions, current_app.extensions["editions"]).of(round_id)
    except BallotsChanged:
        raise
    except Refusal:
        raise NotFound(
            "No count is published at this address.", "Wait until the hall has seen the result, or look at all counts."
        ) from None


def _drawn(count: PublicCount, bundle: bytes) -> Edition:
    ballots = count.body["ballots"] or []
    keep_words(count.definition.options)
    rows = [(name_of(ballot), in_words(count.definition, ballot["choice"])) for ballot in ballots[:MOST_LISTED]]
    picture = picture_of(count.round, count.body["result"])
    facts = {"name": "seat" if _by_seat(count) else "tracker", "more": len(ballots) - len(rows)}
    return Edition(
        count=count,
        bundle=bundle,
        result=Markup(render_template("counts/_result.html", picture=picture)),  # noqa: S704  # escaped by the template
        ballots=Markup(render_template("counts/_ballots.html", rows=rows, **facts)),  # noqa: S704  # the same
    )


def _seen(edition: Edition) -> dict[str, Any]:
    count = edition.count
    return {"edition": edition, "body": count.body, "round": count.round, "by_seat": _by_seat(count)}


def _by_seat(count: PublicCount) -> bool:
    return bool(count.round["conduct"]["secrecy"] == "open")


def _found(count: PublicCount, typed: str) -> list[tuple[str, str]]:
    """The ballots of this name, in words."""
    ballots = [ballot for ballot in count.body["ballots"] or [] if plain(name_of(ballot)) == plain(typed)]
    return [(name_of(ballot), in_words(count.definition, ballot["choice"])) for ballot in ballots]


def in_words(definition: RoundDefinition, choice: Any) -> str:
    """A published ballot on one line, in the language of the page: “1. Path, 2. Tram”."""
    if choice is None or choice is False:
        return spoken(told("Left blank") if choice is None else told("Spoilt"))
    parsed = RULES[definition.rule].parse(definition, choice)
    if RULES[definition.rule].ballot == "reasoned" and not isinstance(parsed, str):
        return f"{answer(words(), str(parsed[0]))}: {parsed[1]}"
    ballot = said(definition, parsed)
    lines = [spoken(line) for line in ballot.lines]
    return (
        ", ".join(f"{place}. {line}" for place, line in enumerate(lines, start=1))
        if ballot.ordered
        else ", ".join(lines)
    )
