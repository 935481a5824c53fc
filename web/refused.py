"""A staff form that was refused comes back as its own page, with what was typed and with what is wrong above it.

Programs still get the one JSON shape, and what has no page of its own (an unknown session, a foreign one) the one error
page. The page is drawn afresh: where a session has moved on, staff see at once where it is now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, g, make_response, request
from flask.typing import ResponseReturnValue

from facilitation.errors import NotFound, Refusal
from web.errors import BadForm, Denied, answer, told, wants_json
from web.server.bodies import fields

Page = Callable[..., ResponseReturnValue]
ROUND: tuple[tuple[str, str], ...] = (
    *(("turnout", "minimum_turnout"), ("threshold", "threshold"), ("has no base", "threshold")),
    *(("in full or not at all", "completion"), ("phragm", "ballots"), ("max_choices", "max_choices")),
    *(("double majority", "both"), ("column of classes", "classes"), ("column of blocks", "blocks")),
    *(("changeable", "changeable"), ("classes and", "classes"), ("blocks and", "blocks"), ("secrecy", "secrecy")),
    *(("before this one", "after"), ("earlier round", "after"), ("highest", "highest"), ("grade", "grades")),
    *(("cap ", "cap"), ("dots", "points"), ("credits", "points"), ("points", "points"), ("seats", "seats")),
    *(("seed", "seed"), ("bids", "bids"), ("cost", "bids"), ("asks for", "bids"), ("least", "bids")),
    *(("budget", "budget"), ("option", "options"), ("title", "title"), ("question", "title")),
)
PLAN: tuple[tuple[str, str], ...] = (
    *(("kind of item", "kind"), ("is not a length", "minutes"), ("title or note", "title")),
    *(("clock time", "start"), ("cannot start at", "start"), ("place ", "place")),
)
FIELDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("create_round", "prepare_round", "revise_round"), ROUND),
    "cancel_round": (),
    "terms": (("seconds", "seconds"), ("", "headings")),
    "ask_for_table": (("table", "ev-table"), ("", "ev-question")),
    "change_speakers": (("", "ev-speakers"),),
    "attach": (("title", "ev-title"), ("", "ev-file")),
    **dict.fromkeys(("add_item", "correct_item"), PLAN),
    "split_item": (("first part cannot", "part"), ("second part", "rest")),
    "skip_item": (("reason", "reason"),),
    "plan_agenda": (("clock time", "start"), ("usual day", "usual")),
    "add_session": (("is not a day", "day"), ("", "name")),
    "name_session": (("is not a day", "day"), ("", "name")),
    "seat_panel": (("panel", "panel"), ("", "assembly")),
    "add_screen": (("hall screens already", ""), ("", "name")),
    "rename_screen": (("", "name"),),
    "new": (("", "title"),),
    "files": (
        *(("already", "already"), ("to include", "include"), ("to leave out", "exclude")),
        *(("volunteers", "pool"), ("quotas", "quotas"), ("household", "household"), ("", "size")),
    ),
    "seat": (("", "assembly"),),
    "draw": (("seed", "seed"), ("fairness", "fairness")),
    "count": (("slack", "slack"), ("flex", "flex"), ("size", "size"), ("members", "size"), ("", "shares")),
    "prepare": (
        ("fairness", "fairness"),
        ("drand", "round"),
        ("lotto", "day"),
        ("day", "day"),
        ("reason", "reason"),
        ("", "decides"),
    ),
    "type_as_recruiter": (("", "box-1"),),
    "type_as_witness": (("", "box-1"),),
    "choose_alternates": (("drop-out", "drop_out"), ("drop_out", "drop_out"), ("number", "number")),
    "withdraw": (("reason", "reason"),),
    "note": (("by when", "by"), ("who does", "who"), ("", "what")),
    "replace_member": (("volunteer", "volunteer"),),
}
"""Which field of a door's form a refusal speaks of: the first whose word stands in the sentence."""


def keep_forms(doors: Blueprint, pages: Mapping[str, Page], otherwise: Page | None = None) -> None:
    """Answer a refusal of these doors with the page on which the form stands; the rest as everywhere."""

    def again(refusal: Refusal | BadForm) -> ResponseReturnValue:
        door = "" if g.get("form_done") else (request.endpoint or "").rpartition(".")[2]
        page = pages.get(door, otherwise)
        if page is None or wants_json() or isinstance(refusal, NotFound):
            return answer(refusal)
        what = told(refusal)
        g.problem, g.refused, g.sent, g.field = what, door, _typed(), field_of(door, what.message)
        try:
            return make_response(page(**(request.view_args or {})), what.status)
        except (Refusal, Denied) as gone:  # the page itself is not there, or the database is away by now
            return answer(gone)

    doors.register_error_handler(Refusal, again)
    doors.register_error_handler(BadForm, again)


def field_of(door: str, sentence: str) -> str | None:
    """The field to mend: the one that is named, or else the one that the sentence speaks of in its own words.

    >>> field_of("create_round", "The options “seats” and “Seats” cannot be told apart."), field_of("undo", "Too late.")
    ('options', None)
    >>> field_of("prepare_round", "The field “seats” must be a whole number.")
    'seats'
    """
    named = re.match(r"The field “(\w+)”", sentence)
    if named and door in FIELDS:
        return named[1]
    plain = (re.sub("“[^”]*”", "", sentence) if FIELDS.get(door) is ROUND else sentence).casefold()
    return next((field for word, field in FIELDS.get(door, ()) if word in plain), None)


def _typed() -> dict[str, Any]:
    """The texts of the form, to be shown again."""
    return {name: value for name, value in fields().items() if isinstance(value, str)}
