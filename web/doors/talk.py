"""The speakers' list: a member asks on their tablet, the facilitator gives the floor. Works without JavaScript.

Pressing twice is safe: to ask again is asking once, and a floor is given by name to somebody who still waits.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.speakers.speaking import LIMIT, PATIENCE
from facilitation.speakers.speaking_time import by_number, equally
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.live import session_shown
from web.pages.facilitator import columns_of_groups, console
from web.pages.member import screen_for
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

talk = Blueprint("talk", __name__)
asking = Blueprint("asking", __name__)
timing = Blueprint("timing", __name__)
keep_forms(talk, {}, otherwise=lambda session_id, **_others: console(session_id))
MORE = 30
MINUTES = 20
"""Minutes to share out where no item of the agenda says how long people will speak."""
SHARINGS = ("equal", "by-number")


@asking.post("/m/speak")
@open_to(Audience.MEMBER)
def speak() -> ResponseReturnValue:
    """Ask for the floor, or withdraw."""
    member = me()
    session_id = session_shown(member)
    change = desk().withdraw_speaker if text(fields(), "withdraw") else desk().ask_to_speak
    change(session_id, str(member.member_id))
    return done(session_id, "/m")


@talk.post("/run/<session_id>/speakers/open")
@open_to(Audience.FACILITATOR)
def open_list(session_id: str) -> ResponseReturnValue:
    """Open the list, or change its terms."""
    sent = fields()
    limit = whole(sent, "limit", LIMIT) or 0
    patience = whole(sent, "patience", PATIENCE)
    most = -1 if patience is None else patience
    desk().open_speakers(session_id, limit=limit, patience=most, column=text(sent, "column"))
    return _back(session_id)


@talk.post("/run/<session_id>/speakers/close")
@open_to(Audience.FACILITATOR)
def close_list(session_id: str) -> ResponseReturnValue:
    """Close the list; whoever has the floor may finish."""
    desk().close_speakers(session_id)
    return _back(session_id)


@talk.post("/run/<session_id>/speakers/add")
@open_to(Audience.FACILITATOR)
def add(session_id: str) -> ResponseReturnValue:
    """Put a member or a whole table on the list, for somebody who raised a hand."""
    who = text(fields(), "who")
    if not who:
        raise BadForm("Nobody was chosen.", "Choose a member or a table.")
    desk().ask_to_speak(session_id, who, actor=Audience.FACILITATOR)
    return _back(session_id)


@talk.post("/run/<session_id>/speakers/remove")
@open_to(Audience.FACILITATOR)
def remove(session_id: str) -> ResponseReturnValue:
    """Take somebody off the list."""
    desk().withdraw_speaker(session_id, text(fields(), "who"), actor=Audience.FACILITATOR)
    return _back(session_id)


@talk.post("/run/<session_id>/speakers/give")
@open_to(Audience.FACILITATOR)
def give(session_id: str) -> ResponseReturnValue:
    """Give the floor."""
    desk().give_floor(session_id, text(fields(), "who"))
    return _back(session_id)


@talk.post("/run/<session_id>/speakers/more")
@open_to(Audience.FACILITATOR)
def more(session_id: str) -> ResponseReturnValue:
    """Half a minute more for the present speaker."""
    desk().more_floor(session_id, MORE)
    return _back(session_id)


@talk.post("/run/<session_id>/speakers/take")
@open_to(Audience.FACILITATOR)
def take(session_id: str) -> ResponseReturnValue:
    """The present speaker has finished."""
    desk().take_floor(session_id)
    return _back(session_id)


@timing.post("/run/<session_id>/speakers/time")
@open_to(Audience.FACILITATOR)
def share_time(session_id: str) -> ResponseReturnValue:
    """Share the speaking time out: so many minutes equally, or by the number of members; or seconds for each value."""
    sent = fields()
    column, how = text(sent, "column"), text(sent, "how")
    if how == "none":
        desk().share_speaking_time(session_id, "", {})
    elif how in SHARINGS:
        total = 60 * (whole(sent, "minutes") or 0)
        groups = desk().speaking_groups(session_id, column)
        if not total or not groups:
            raise BadForm("It is not said how much time there is to share.", "Give it in minutes.")
        seconds = equally(groups.values(), total) if how == "equal" else by_number(groups, total)
        desk().share_speaking_time(session_id, column, seconds)
    else:
        values, typed = request.form.getlist("value"), request.form.getlist("seconds")
        found = {value: whole({"seconds": one}, "seconds") for value, one in zip(values, typed, strict=False)}
        desk().share_speaking_time(session_id, column, {value: -1 if n is None else n for value, n in found.items()})
    return done(session_id, f"/run/{session_id}/speakers?column={quote(column)}#time")


@talk.get("/run/<session_id>/speakers")
@open_to(Audience.FACILITATOR)
def shares(session_id: str) -> ResponseReturnValue:
    """Who has spoken how much, by one column of the panel's file: for the facilitator's eyes."""
    screen = screen_for(me(), session_id)
    columns = columns_of_groups(screen["assembly"]["id"])
    spread = desk().speaking_spread(session_id)
    column = request.values.get("column", spread["column"])
    if column not in columns:
        column = columns[0] if columns else ""
    rows = desk().speaking_shares(session_id, column) if column else []
    budget = spread["budget"] if spread["column"] == column else {}
    minutes = sum(item["planned_minutes"] for item in screen["agenda"] if item["kind"] == "speakers") or MINUTES
    seen: dict[str, Any] = {"screen": screen, "columns": columns, "column": column, "rows": rows, "spread": spread}
    shown = {"budget": budget, "minutes": sum(budget.values()) // 60 or minutes, "back": f"/run/{session_id}"}
    return render_template("run/speakers.html", **seen, **shown)


keep_forms(timing, {"share_time": shares})


def _back(session_id: str) -> ResponseReturnValue:
    return done(session_id, f"/run/{session_id}")
