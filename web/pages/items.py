"""An agenda item with what came of it, at any time; and what people are still writing, kept for them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, me, open_to
from web.errors import BadForm
from web.live import session_shown
from web.pages.member import screen_for
from web.server.bodies import json_object, text

items = Blueprint("items", __name__)
ROOM_TO_WRITE = 512 * 1024
"""Bytes: one minority statement with its other fields."""


@items.get("/m/items/<item_id>")
@open_to(Audience.MEMBER)
def of_a_member(item_id: str) -> ResponseReturnValue:
    """What a member sees of an item, also of an earlier session."""
    known = me()
    screen = screen_for(known)
    place = desk().session_of_item(screen["assembly"]["id"], item_id)
    item = desk().item_screen(place, item_id, "member")
    you = {**screen["you"], "work": desk().own_work(place, item_id, str(known.member_id))}
    return render_template("member/item.html", screen=screen, item=item, work=item["work"], you=you)


@items.get("/run/<session_id>/items/<item_id>")
@open_to(Audience.FACILITATOR)
def of_the_facilitator(session_id: str, item_id: str) -> ResponseReturnValue:
    """What the facilitator sees and can do, whether the item runs or not."""
    return render_template("run/item.html", **_seen(session_id, item_id))


@items.get("/run/<session_id>/items/<item_id>/picture")
@open_to(Audience.FACILITATOR)
def picture(session_id: str, item_id: str) -> ResponseReturnValue:
    """The picture inside that page."""
    return render_template("run/_item.html", **_seen(session_id, item_id))


@items.post("/writing")
@open_to(Audience.MEMBER, Audience.HOST, Audience.FACILITATOR, body_limit=ROOM_TO_WRITE)
def writing() -> ResponseReturnValue:
    """Keep what somebody has typed so far into a form, until it is sent. Sent again, the newest words are kept.

    What they have sent, or taken out again, comes as no fields at all. Nobody else ever sees it.
    """
    sent, known = json_object(), me()
    fields = sent.get("fields")
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise BadForm("The field “fields” must be an object of texts.", "Send the fields of the form by name.")
    writer = {
        Audience.MEMBER: f"member:{known.member_id}",
        Audience.HOST: f"host:{known.table}:{known.token_id}",
    }.get(Audience(known.role), f"staff:{known.token_id}")
    desk().keep_writing(session_shown(known), writer, text(sent, "name"), fields)
    return jsonify({})


def _seen(session_id: str, item_id: str) -> dict[str, Any]:
    screen = screen_for(me(), session_id)
    item = desk().item_screen(session_id, item_id, "facilitator")
    return {"screen": screen, "item": item, "work": item["work"]}
