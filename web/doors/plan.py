"""The doors of the plan: an agenda changed item by item, or anew from a usual day; another session. Plain forms.

Every form carries the step that its page showed, so a press on a stale picture is refused and shown afresh.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from facilitation.activities import ACTIVITIES
from facilitation.item_forms import read_form
from facilitation.plan.usual_days import USUAL_DAYS
from web import live
from web.access import Audience, desk, open_to
from web.doors.joining import done
from web.doors.run import seen
from web.errors import BadForm
from web.pages.plan import COPY, agenda, sessions
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

TERM = "term-"
"""How the fields begin that a kind of item has of its own."""
plan = Blueprint("plan", __name__, url_prefix="/run/<session_id>")
keep_forms(plan, {"add_session": sessions, "name_session": sessions, "remove_session": sessions}, otherwise=agenda)


def _back(session_id: str, body: dict[str, Any] | None = None, item: str = "") -> ResponseReturnValue:
    """To the console where the form stood there, else to the item on the agenda."""
    page = "" if text(fields(), "back") == "console" else f"/agenda#item-{item}" if item else "/agenda"
    return done(session_id, f"/run/{session_id}{page}", body)


def _row(sent: dict[str, Any]) -> dict[str, Any]:
    """The plan of an item as its form says it; an empty title is the usual one of its kind."""
    kind = text(sent, "kind")
    row: dict[str, Any] = {"kind": kind, "title": text(sent, "title"), "note": text(sent, "note")}
    minutes = whole(sent, "minutes")
    if minutes is None and kind in ACTIVITIES:
        minutes = ACTIVITIES[kind].MINUTES
    row["planned_minutes"] = minutes
    if kind != text(sent, "kind_before"):
        return row  # the fields below the kind belong to another one
    if "continues" in sent:
        row["continues"] = text(sent, "continues")
    typed = {name.removeprefix(TERM): text(sent, name) for name in sent if name.startswith(TERM)}
    return {**row, "terms": read_form(kind, typed)} if typed else row


@plan.post("/agenda/add")
@open_to(Audience.FACILITATOR)
def add_item(session_id: str) -> ResponseReturnValue:
    """One more item."""
    sent = fields()
    made = desk().add_item(session_id, _row(sent), whole(sent, "place"), seen_seq=seen())
    return _back(session_id, {"item": made}, item=made)


@plan.post("/agenda/usual")
@open_to(Audience.FACILITATOR)
def plan_agenda(session_id: str) -> ResponseReturnValue:
    """A usual day in the place of all that has not begun."""
    sent = fields()
    desk().plan_agenda(session_id, _usual(sent), seen_seq=seen())
    return _back(session_id)


@plan.post("/items/<item_id>/correct")
@open_to(Audience.FACILITATOR)
def correct_item(session_id: str, item_id: str) -> ResponseReturnValue:
    """Another title, note, kind, length or start."""
    sent = fields()
    start = text(sent, "start")
    row = {**_row(sent), **({"planned_start": start} if start else {})}
    desk().correct_item(session_id, item_id, row, seen_seq=seen())
    return _back(session_id, item=item_id)


@plan.post("/items/<item_id>/move")
@open_to(Audience.FACILITATOR)
def move_item(session_id: str, item_id: str) -> ResponseReturnValue:
    """To another place; 0 is the first."""
    place = whole(fields(), "place")
    if place is None:
        raise BadForm("No place was chosen.", "Press “Earlier” or “Later”.")
    desk().move_item(session_id, item_id, place, seen_seq=seen())
    return _back(session_id, item=item_id)


@plan.post("/items/<item_id>/split")
@open_to(Audience.FACILITATOR)
def split_item(session_id: str, item_id: str) -> ResponseReturnValue:
    """In two: after so many minutes the second part begins."""
    sent = fields()
    made = desk().split_item(session_id, item_id, whole(sent, "part") or 0, text(sent, "rest"), seen_seq=seen())
    return _back(session_id, {"item": made}, item=item_id)


@plan.post("/items/<item_id>/skip")
@open_to(Audience.FACILITATOR)
def skip_item(session_id: str, item_id: str) -> ResponseReturnValue:
    """It will not be held."""
    desk().skip_item(session_id, item_id, text(fields(), "reason"), seen_seq=seen())
    return _back(session_id, item=item_id)


@plan.post("/items/<item_id>/put-back")
@open_to(Audience.FACILITATOR)
def put_item_back(session_id: str, item_id: str) -> ResponseReturnValue:
    """It will be held after all."""
    desk().put_item_back(session_id, item_id, seen_seq=seen())
    return _back(session_id, item=item_id)


@plan.post("/items/<item_id>/remove")
@open_to(Audience.FACILITATOR)
def remove_item(session_id: str, item_id: str) -> ResponseReturnValue:
    """Off the agenda."""
    desk().remove_item(session_id, item_id, seen_seq=seen())
    return _back(session_id)


@plan.post("/sessions")
@open_to(Audience.FACILITATOR)
def add_session(session_id: str) -> ResponseReturnValue:
    """Another session of the assembly."""
    sent = fields()
    rows = None if text(sent, "usual", COPY) == COPY else _usual(sent)
    made = desk().add_session(desk().assembly_of(session_id), text(sent, "name"), rows, day=text(sent, "day"))
    return done(made, f"/run/{made}/agenda", {"session": made})


@plan.post("/name")
@open_to(Audience.FACILITATOR)
def name_session(session_id: str) -> ResponseReturnValue:
    """Another name, or another day."""
    sent = fields()
    desk().name_session(session_id, text(sent, "name"), text(sent, "day"))
    return done(session_id, f"/run/{session_id}/sessions#session-{session_id}")


@plan.post("/remove")
@open_to(Audience.FACILITATOR)
def remove_session(session_id: str) -> ResponseReturnValue:
    """Off the list, while it has not begun."""
    other = desk().remove_session(session_id)
    live.leave(session_id)
    return done(None, f"/run/{other}/sessions")


def _usual(sent: dict[str, Any]) -> list[dict[str, Any]]:
    key = text(sent, "usual")
    if key not in USUAL_DAYS:
        raise BadForm("No usual day was chosen.", "Choose one from the list.")
    return USUAL_DAYS[key].agenda(text(sent, "start"))
