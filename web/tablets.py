"""Tablets that change hands: taken back, paired by a helper. Works without JavaScript.

A tablet without a code shows a short one at `/pair`; a helper types it at `/run/SESSION/pair` (or scans the square
beside it) and says whose tablet it is: a facilitator for everybody, a host for their own table. The short code opens
nothing by itself: the tablet proves itself by a secret in its signed cookie, and asks once more whether it is the one.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import quote

from flask import Blueprint, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from facilitation.desk import Waiting
from web import live
from web.access import Audience, desk, forget, me, open_to, remember
from web.doors.joining import done
from web.errors import BadForm, NotForYou
from web.guessing import try_code
from web.live import session_shown
from web.qr import address, square
from web.refused import keep_forms
from web.server.bodies import fields, text

own = Blueprint("own_tablet", __name__)
room = Blueprint("tablets", __name__, url_prefix="/run")

HELD = "pairing"
SHARED = "shared"


# ------------------------------------------------------------------------------------------------ on the tablet


@own.post("/m/take-back")
@open_to(Audience.MEMBER)
def take_back() -> ResponseReturnValue:
    """The seat is in use on this tablet again; the others say so. Pressed twice, nothing more changes."""
    known = me()
    desk().take_back(str(known.member_id), known.token_id)
    live.nudge(str(known.member_id))
    return done(None, "/m")


@own.get("/pair")
@open_to(Audience.ANYONE, looks=True)
def pair() -> ResponseReturnValue:
    """A tablet without a code: the code that it shows, or whose it is to be."""
    known = _waiting()
    shown: dict[str, Any] = {"known": known, "over": known is None and HELD in session}
    if known is not None and known.role is None:
        here = address()
        shown["qr"] = square(f"{here.base}/run/pair?code={known.code}", f"QR code for {known.code}")
    return render_template("member/pair.html", **shown)


@own.post("/pair")
@open_to(Audience.ANYONE, looks=True)
def begin() -> ResponseReturnValue:
    """Show a code. A tablet that shows one already keeps it, however often this is pressed."""
    if _waiting() is None:
        session[HELD], _ = desk().wait_to_be_paired()
    return redirect("/pair", 303)


@own.get("/pair/state")
@open_to(Audience.ANYONE)
def state() -> ResponseReturnValue:
    """How it stands, for the page's script: waiting, paired, or over."""
    known = _waiting()
    return jsonify({"state": "over" if known is None else "waiting" if known.role is None else "paired"})


@own.post("/pair/take")
@open_to(Audience.ANYONE, looks=True)
def take() -> ResponseReturnValue:
    """Take what the helper gave this tablet; once. Pressed twice, the second finds it done."""
    joined = desk().take_pairing(str(session.get(HELD, "")))
    session.pop(HELD, None)
    if not joined.member:
        for token in forget(Audience.MEMBER):
            live.revoke(token)  # whoever had this tablet before
        remember(Audience.KIOSK, joined.token)
        return done(joined.session_id, "/kiosk")
    remember(Audience.MEMBER, joined.token)
    live.nudge(str(joined.member["id"]))
    needs = desk().needs_of(joined.session_id, str(joined.member["id"]))
    return done(joined.session_id, "/m/needs" if needs is not None and needs.state == "to confirm" else "/m")


@own.post("/pair/again")
@open_to(Audience.ANYONE, looks=True)
def again() -> ResponseReturnValue:
    """It is not the one: give the code up and show another."""
    session.pop(HELD, None)
    return begin()


def _waiting() -> Waiting | None:
    return desk().waiting_tablet(str(session[HELD])) if HELD in session else None


# ------------------------------------------------------------------------------------------------ the helper


@room.get("/pair")
@open_to(Audience.FACILITATOR, Audience.HOST)
def today() -> ResponseReturnValue:
    """Where the square on a tablet leads: to the page of the session of now."""
    return redirect(f"/run/{session_shown(me())}/pair?code={quote(request.args.get('code', '')[:20])}")


@room.get("/<session_id>/pair")
@open_to(Audience.FACILITATOR, Audience.HOST)
def helper(session_id: str, **_of_the_door: str) -> ResponseReturnValue:
    """Type a tablet's code and say whose it is; the tablets that were paired."""
    here = desk().session(session_id)
    table = me().table
    people = [one for one in desk().members(here.assembly_id) if not one.left and table in (None, one.table)]
    people.sort(key=lambda one: (one.table, one.name.casefold(), one.seat))
    paired = [one for one in desk().paired_tablets(session_id) if table in (None, one.table)]
    seen: dict[str, Any] = {
        "session": here,
        "typed": request.values.get("code", "")[:20],
        "who": request.values.get("who", ""),
        "tables": [(table, list(some)) for table, some in groupby(people, key=lambda one: one.table)],
        "paired": paired,
        "done": next((one for one in paired if one.code == request.args.get("done")), None),
        "back": f"/run/{session_id}" if table is None else f"/host/{session_id}",
        "table": table,
    }
    return render_template("run/pair.html", **seen, shared=SHARED)


keep_forms(room, {}, otherwise=helper)


@room.post("/<session_id>/pair")
@open_to(Audience.FACILITATOR, Audience.HOST)
def give(session_id: str) -> ResponseReturnValue:
    """This tablet is theirs. Pressed twice, or by two helpers, the second is told who was first (410)."""
    sent = fields()
    who = text(sent, "who")
    if not who:
        raise BadForm("It is not said whose tablet it is.", "Choose a member, or that many share it.")
    _own_table(session_id, {who})
    code = try_code(lambda: desk().pair_tablet(session_id, text(sent, "code"), None if who == SHARED else who))
    return done(None, f"/run/{session_id}/pair?done={code}")


@room.post("/<session_id>/pair/<code>/unpair")
@open_to(Audience.FACILITATOR, Audience.HOST)
def unpair(session_id: str, code: str) -> ResponseReturnValue:
    """This tablet opens nothing any more. Pressed twice, the second finds it done."""
    _own_table(session_id, {str(one.member) for one in desk().paired_tablets(session_id) if one.code == code})
    member_id = desk().unpair_tablet(session_id, code)
    if member_id is not None:
        live.nudge(member_id)
    return done(None, f"/run/{session_id}/pair")


def _own_table(session_id: str, members: set[str]) -> None:
    """A host gives and takes the tablets of their own table alone."""
    table = me().table
    at_table = {one.id for one in desk().members(desk().assembly_of(session_id)) if one.table == table}
    if table is not None and not members <= at_table:
        raise NotForYou("A host gives tablets to the members of their own table.", "Ask the team to give this one.")
