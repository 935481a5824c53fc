"""A tablet that members use one after another: they type their code, do what is to be done, and leave nothing behind.

A helper makes it one by pairing it (`web.tablets`). Nobody’s code ever stands in an address or a page’s history:
it waits in the signed cookie until they said that it is theirs. “I am finished”, or a minute without a touch after a
warning, ends it: their token is revoked, the page's script has first sent what was still on its way and wiped what the
browser keeps, and what they had half written is at the server, for them alone. Works without JavaScript, too.
"""

from __future__ import annotations

import time

from flask import Blueprint, jsonify, make_response, redirect, render_template, session
from flask.typing import ResponseReturnValue

from facilitation.errors import Refusal
from web import live
from web.access import SEEN, Audience, desk, devices, forget, is_shared, is_taken, open_to, remember
from web.badges import preview_code, spoken
from web.doors.joining import done
from web.errors import BadForm, Denied, told
from web.guessing import try_code
from web.looks import COOKIE
from web.server.bodies import fields, text

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk")

CODE, BEFORE = "kiosk_code", "kiosk_before"
"""In the cookie: whose code was typed, and on which tablet their seat was in use before."""


@kiosk.get("")
@open_to(Audience.KIOSK, looks=True)
def start() -> ResponseReturnValue:
    """The first screen, with nothing of anybody; its script wipes what a browser may have kept."""
    if Audience.MEMBER in devices():
        return redirect("/m")
    forget(Audience.MEMBER)  # a token that was revoked meanwhile
    session.pop(CODE, None)
    page = make_response(render_template("kiosk/start.html", problem=None))
    page.headers["Clear-Site-Data"] = '"storage"'
    return page


@kiosk.post("/code")
@open_to(Audience.KIOSK, looks=True)
def typed() -> ResponseReturnValue:
    """Somebody typed their code. To type it again is fine."""
    return take_code(text(fields(), "code"))


def take_code(code: str) -> ResponseReturnValue:
    """Remember the code until they have said that it is theirs, or say what is wrong with it."""
    if is_taken():
        return redirect("/m", 303)
    try:
        preview_code(code)
    except (Refusal, Denied) as no:
        what = told(no)
        return make_response(render_template("kiosk/start.html", problem=what), what.status)
    session[CODE] = code
    return redirect("/kiosk/is-it-you", 303)


@kiosk.get("/is-it-you")
@open_to(Audience.KIOSK, looks=True)
def is_it_you() -> ResponseReturnValue:
    """Whose code was it?"""
    if is_taken() or CODE not in session:
        return redirect("/kiosk")
    person = preview_code(session[CODE])
    return render_template("kiosk/is_it_you.html", person=person)


@kiosk.post("/join")
@open_to(Audience.KIOSK, looks=True)
def join() -> ResponseReturnValue:
    """They are who they said: this tablet is theirs for now. Pressed twice, the second finds it done."""
    if is_taken():
        return redirect("/m", 303)
    if CODE not in session:
        raise BadForm("Nobody has typed a code.", "Type the code from your badge.")
    code = session.pop(CODE)
    before = preview_code(code)["tablet"]
    joined = try_code(lambda: desk().join(spoken(code)), code)
    session[BEFORE], session[SEEN] = before, int(time.time())
    remember(Audience.MEMBER, joined.token)
    member = str(joined.member["id"])
    live.nudge(member)
    needs = desk().needs_of(joined.session_id, member)
    return done(joined.session_id, "/m/needs" if needs is not None and needs.state == "to confirm" else "/m")


@kiosk.get("/alive")
@open_to(Audience.MEMBER)
def alive() -> ResponseReturnValue:
    """The page's script says that somebody is there."""
    return jsonify({})


@kiosk.get("/idle")
@open_to(Audience.KIOSK, looks=True)
def idle() -> ResponseReturnValue:
    """Without JavaScript: a minute has passed. Are you still there?"""
    return render_template("kiosk/idle.html") if is_taken() else redirect("/kiosk")


@kiosk.get("/over")
@open_to(Audience.ANYONE, looks=True)
def over() -> ResponseReturnValue:
    """Without JavaScript: nobody answered. An address that ends a turn does no harm to whoever is not there."""
    return _ended()


@kiosk.post("/finish")
@open_to(Audience.ANYONE, looks=True)
def finish() -> ResponseReturnValue:
    """“I am finished.” Open to anyone, since it only ends things, also on a tablet that was unpaired meanwhile."""
    return _ended()


def _ended() -> ResponseReturnValue:
    """Nothing of this member stays in the browser's cookie, and their token opens nothing."""
    if not is_shared() and Audience.KIOSK not in session.get("devices", {}):
        return redirect("/", 303)
    known, before = devices().get(Audience.MEMBER), session.pop(BEFORE, None)
    for token in forget(Audience.MEMBER):
        live.revoke(token)
    if known is not None and before is not None:
        desk().take_back(str(known.member_id), before)  # to the tablet of their own, if they have one
        live.nudge(str(known.member_id))
    kept = session.get("devices", {})
    session.clear()
    session["devices"] = kept
    session.permanent = True
    answer = make_response(redirect("/kiosk" if is_shared() else "/pair", 303))
    answer.delete_cookie(COOKIE)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
