"""The minutes on the web: as a page, as text and as a tagged PDF; and the list of actions that stands in them.

Facilitators, scrutineers and observers read the same minutes: there is nothing in them that not everyone may know.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from facilitation.minutes import minutes_blocks, minutes_text, title_of
from facilitation.minutes_pdf import minutes_pdf
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import NotForYou
from web.pages.member import screen_for
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("minutes", __name__)
READERS = (Audience.FACILITATOR, Audience.SCRUTINEER, Audience.OBSERVER)
BACK = {Audience.FACILITATOR: "/run", Audience.SCRUTINEER: "/scrutiny", Audience.OBSERVER: "/observe"}


@room.get("/run/<session_id>/minutes")
@open_to(*READERS)
def page(session_id: str) -> ResponseReturnValue:
    """The minutes so far, as a page."""
    known = desk().minutes_json(session_id)
    back = f"{BACK[Audience(me().role)]}/{session_id}"
    seen: dict[str, Any] = {"minutes": known, "title": title_of(known), "blocks": minutes_blocks(known), "back": back}
    return render_template("run/minutes.html", **seen)


@room.get("/run/<session_id>/minutes.<kind>")
@open_to(*READERS)
def file(session_id: str, kind: str) -> ResponseReturnValue:
    """The same to keep: minutes.txt or minutes.pdf."""
    if kind not in ("txt", "pdf"):
        raise NotForYou("The minutes are there as txt and as pdf.", "Choose one of the two links.")
    known = desk().minutes_json(session_id)
    data = minutes_pdf(known) if kind == "pdf" else minutes_text(known).encode()
    shown = {"Content-Disposition": f"attachment; filename=minutes-{session_id}.{kind}"}
    return Response(data, headers=shown, mimetype="application/pdf" if kind == "pdf" else "text/plain; charset=utf-8")


@room.get("/run/<session_id>/actions")
@open_to(Audience.FACILITATOR)
def actions(session_id: str, **_of_the_door: str) -> ResponseReturnValue:
    """What somebody is to do: the whole assembly's list."""
    screen = screen_for(me(), session_id)
    names = {one.id: one.name for one in desk().sessions(screen["assembly"]["id"])}
    rows = desk().actions_of(screen["assembly"]["id"])
    return render_template("run/actions.html", screen=screen, rows=rows, names=names, back=f"/run/{session_id}")


@room.post("/run/<session_id>/actions")
@open_to(Audience.FACILITATOR)
def note(session_id: str) -> ResponseReturnValue:
    """Note an action. The form's key was made with the page, so sending it twice notes it once."""
    sent = fields()
    parts = {part: text(sent, part) for part in ("what", "who", "by")}
    desk().note_action(session_id, text(sent, "key"), **parts)
    return done(session_id, f"/run/{session_id}/actions")


@room.post("/run/<session_id>/actions/<action_id>")
@open_to(Audience.FACILITATOR)
def settle(session_id: str, action_id: str) -> ResponseReturnValue:
    """It is done, or open after all. The button says what is so, so pressing it twice is safe."""
    desk().settle_action(session_id, action_id, done=text(fields(), "done") == "yes")
    return done(session_id, f"/run/{session_id}/actions")


keep_forms(room, {"note": actions, "settle": actions})
