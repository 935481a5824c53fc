"""Doors of the plain forms that anyone and members use: join, vote, sign out.

A door parses, asks the desk and ends in `done(...)`, which tells the screens after the commit and leads back to a page
(303, so that a reload sends nothing twice). Everything here works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from facilitation.ballot_forms import payload_of
from web import live
from web.access import Audience, desk, forget, me, open_to, remember
from web.badges import spoken
from web.doors.look import bring_along
from web.errors import wants_json
from web.guessing import try_code
from web.server.bodies import ballot_fields, fields, text

doors = Blueprint("doors", __name__)


def done(session_id: str | None, to: str, body: dict[str, Any] | None = None) -> ResponseReturnValue:
    """The end of every door: publish the screens of this session, then lead on (or answer a script with JSON)."""
    if session_id is not None:
        live.publish(session_id)
    return jsonify(body or {}) if wants_json() else redirect(to, 303)


@doors.post("/join")
@open_to(Audience.ANYONE, looks=True)
def join() -> ResponseReturnValue:
    """This browser becomes the member's tablet. To join again, here or on another device, is always fine."""
    code = text(fields(), "code")
    joined = try_code(lambda: desk().join(spoken(code)), code)
    remember(Audience.MEMBER, joined.token)
    live.nudge(str(joined.member["id"]))
    bring_along(str(joined.member["id"]))
    needs = desk().needs_of(joined.session_id, str(joined.member["id"]))
    return done(joined.session_id, "/m/needs" if needs is not None and needs.state == "to confirm" else "/m")


@doors.post("/m/rounds/<round_id>/ballot")
@open_to(Audience.MEMBER)
def ballot(round_id: str) -> ResponseReturnValue:
    """A ballot by plain form. Key and tracker were made with the page, so sending the same page twice counts once."""
    member = me()
    choice = payload_of(desk().round(round_id).definition, ballot_fields())
    sent = fields()
    helped = bool(text(sent, "assisted"))
    how: dict[str, Any] = {"tracker": text(sent, "tracker"), "assisted": helped}
    receipt = desk().cast_ballot(round_id, str(member.member_id), text(sent, "key"), choice, **how)
    return done(member.session_id, "/m", {"receipt": receipt})


HOMES: Mapping[str, str] = {"facilitator": "/run", "scrutineer": "/scrutiny", "observer": "/observe", "host": "/host"}


def home_of(role: str, session_id: str | None) -> str:
    """The first page of a role."""
    if role == Audience.RECRUITER:
        return "/recruit"
    if role == Audience.ADMINISTRATOR:
        return "/staff"
    return f"{HOMES[role]}/{session_id}" if role in HOMES and session_id else "/"


@doors.post("/sign-out")
@open_to(Audience.ANYONE, looks=True)
def sign_out() -> ResponseReturnValue:
    """Forget this browser's roles (or the one named) and revoke their tokens; to sign out twice is fine."""
    for token in forget(request.form.get("role") or None):
        live.revoke(token)
    return done(None, "/")
