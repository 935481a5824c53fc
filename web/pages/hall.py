"""The hall screen: one link, no login; the display token in the address is the key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import Identity
from facilitation.desk.hall_screens import AUTOMATIC
from web.access import Audience, desk, open_to
from web.errors import NotSignedIn
from web.journal_words import newest
from web.pages.member import result_view, screen_for
from web.qr import address, square

hall_pages = Blueprint("hall_pages", __name__)


@hall_pages.get("/hall/<token>")
@open_to(Audience.ANYONE)
def hall(token: str) -> ResponseReturnValue:
    """The whole screen."""
    return render_template("hall/hall.html", token=token, **_seen(token))


@hall_pages.get("/hall/<token>/picture")
@open_to(Audience.ANYONE)
def picture(token: str) -> ResponseReturnValue:
    """The picture inside it."""
    return render_template("hall/_picture.html", token=token, **_seen(token))


def display(token: str) -> Identity:
    """The hall screen behind this address."""
    known = desk().identify(token)
    if known is None or known.role != Audience.DISPLAY:
        raise NotSignedIn("This hall screen's link is not known any more.", "Open the hall screen from the console.")
    return known


def _seen(token: str) -> dict[str, Any]:
    known = display(token)
    screen = screen_for(known)
    here = address()
    join = {
        "qr": square(here.join_link(), f"QR code for {here.join}"),
        "address": here.join,
        "only_here": here.only_here,
    }
    named = desk().hall_screen(known.token_id)
    chosen = {"shows": named.shows if named else AUTOMATIC, "screen_name": named.name if named else ""}
    seen = {
        "noted": newest(screen["session"]["id"]),
        "screen": screen,
        "join": join,
        "result_view": result_view(screen),
        **chosen,
    }
    return {**seen, **_chosen(chosen["shows"], screen)}


def _chosen(shows: str, screen: dict[str, Any]) -> dict[str, Any]:
    """What a screen needs for its choice beyond the one picture of the hall."""
    session_id = screen["session"]["id"]
    if shows == "seating":
        return {"seating": desk().seating_map(session_id)}
    if shows == "results":
        shown = [one for one in desk().rounds_of(session_id) if one.public_result and not one.conduct.practice]
        shown.sort(key=lambda one: str(one.ended_at), reverse=True)
        return {"results": [{"title": one.definition.title, **(one.public_result or {})} for one in shown]}
    if shows == "drafts" and (item := latest(screen["agenda"], "drafts")):
        return {"item": desk().item_screen(session_id, item, "hall")}
    return {}


def latest(agenda: list[dict[str, Any]], kind: str) -> str:
    """The item of this kind that runs, or ran last, or comes first; none without one.

    >>> rows = [("a", "drafts", "done"), ("b", "drafts", "later"), ("c", "vote", "now")]
    >>> latest([dict(zip(("id", "kind", "state"), row, strict=True)) for row in rows], "drafts")
    'a'
    """
    for states in (("now",), ("done",)):
        found = [one["id"] for one in agenda if one["kind"] == kind and one["state"] in states]
        if found:
            return str(found[-1])
    return next((str(one["id"]) for one in agenda if one["kind"] == kind and one["state"] != "skipped"), "")
