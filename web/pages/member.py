"""The member's tablet: join, then one action at a time."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.ballot_forms import payload_of
from facilitation.ballot_words import said
from facilitation.codes import in_letters, shown
from facilitation.desk import Identity
from facilitation.errors import BadBallot, Refusal
from facilitation.rules import RULES
from facilitation.rules.conflicts import refuse_conflicts
from web.access import Audience, desk, devices, is_shared, me, open_to
from web.badges import preview_code
from web.charts import ResultPicture, picture_of
from web.doors.look import remembered, take
from web.errors import BadForm, Denied, told
from web.kiosk import take_code
from web.live import session_shown
from web.looks import keep_words
from web.server.bodies import ballot_fields

member_pages = Blueprint("member_pages", __name__)
TRACKER_BYTES = 5  # eight letters and digits
KEEP = "Folkmoot-Keep"  # whose page this is, on pages that their tablet may keep


@member_pages.get("/join")
@open_to(Audience.ANYONE, looks=True)
def join() -> ResponseReturnValue:
    """Type a code; with a code (typed, or scanned from a badge) ask whether this is really you."""
    code = request.args.get("code", "").strip()
    if is_shared():
        return take_code(code) if code else redirect("/kiosk")
    if not code:
        again = bool(request.args.get("again"))  # from “No, that is someone else”
        return render_template("member/join.html", code="", problem=None, again=again)
    try:
        person = preview_code(code)
    except (Refusal, Denied) as no:
        what = told(no)
        return render_template("member/join.html", code=code, problem=what), what.status
    held = devices().get(Audience.MEMBER)
    elsewhere = person["tablet"] is not None and (held is None or held.token_id != person["tablet"])
    return render_template("member/confirm.html", code=code, person=person, elsewhere=elsewhere)


@member_pages.get("/m")
@open_to(Audience.MEMBER)
def tablet() -> ResponseReturnValue:
    """The whole page: works by itself without JavaScript."""
    seen = _seen()
    asked = desk().needs_of(seen["screen"]["session"]["id"], str(me().member_id)) is not None
    return _to_keep(render_template("member/member.html", **seen, needs_asked=asked))


@member_pages.get("/m/picture")
@open_to(Audience.MEMBER)
def picture() -> ResponseReturnValue:
    """The picture inside the page."""
    return _to_keep(render_template("member/_picture.html", **_seen()))


@member_pages.post("/m/rounds/<round_id>/check")
@open_to(Audience.MEMBER)
def check(round_id: str) -> ResponseReturnValue:
    """Show the choice once more before it is sent; for browsers without JavaScript. Changes nothing.

    A POST, because a choice must never stand in an address: addresses are kept by browsers and logs. A choice that is
    none yet, and one that is to be changed, come back as the form with all that was filled in.
    """
    seen = _seen()
    asked = seen["screen"]["round"]
    if not asked or asked["id"] != round_id or asked["state"] != "open":
        raise BadForm("This vote is not open any more.", "Go back to your page to see what is on now.")
    if asked["conduct"]["secrecy"] == "sealed":
        raise BadForm("This vote is sealed, and sealing needs JavaScript.", "Ask a helper for a ballot on paper.")
    g.filled = ballot_fields()
    if look := request.form.get("look"):  # without a script: another language, and what is filled in stays
        take(look)
        return remembered(render_template("member/member.html", **seen))
    if request.form.get("change"):
        return render_template("member/member.html", **seen)
    definition = desk().round(round_id).definition
    try:
        choice = RULES[definition.rule].parse(definition, payload_of(definition, g.filled))
        refuse_conflicts(definition, choice, seen["you"]["blocked"])
    except BadBallot as no:
        g.wrong = f"{no.message} {no.remedy}"
        return render_template("member/member.html", **seen), 400
    tracker = shown(in_letters(secrets.token_bytes(TRACKER_BYTES)))  # made with the page, as its key is
    return render_template("member/check.html", round=asked, said=said(definition, choice), tracker=tracker)


def _to_keep(page: str) -> Response:
    """A page that the tablet may keep for a reload without a network (js/worker.js), unless many share it."""
    answer = make_response(page)
    if not is_shared():
        answer.headers[KEEP] = str(me().member_id)
    return answer


def _seen() -> dict[str, Any]:
    """What the templates need: the screen, the private part, the picture of a result."""
    known = me()
    screen = screen_for(known)
    if screen["round"]:
        keep_words(screen["round"]["options"])
    return {"screen": screen, "you": screen["you"], "result_view": result_view(screen)}


def screen_for(known: Identity, session_id: str | None = None) -> dict[str, Any]:
    """The screen of this device's audience; staff may name a session of their assembly."""
    return desk().screen(replace(known, session_id=session_shown(known, session_id)))


def result_view(screen: dict[str, Any]) -> ResultPicture | None:
    """The picture of the result on this screen, if there is one."""
    if not screen["result"] or not screen["round"]:
        return None
    picture = picture_of(screen["round"], screen["result"])
    return replace(picture, words=tuple((screen["words"] or "").split()))
