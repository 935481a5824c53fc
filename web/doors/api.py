"""The API: stable addresses and shapes, described in /api/openapi.json.

Each door says what sending twice means. Nothing that a re-sent request meets (a restart, a lost answer) may cost or
double a ballot. No door here logs who did it or what was chosen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from facilitation.desk.hall_screens import AUTOMATIC
from web import live
from web.access import Audience, desk, is_shared, me, open_to
from web.badges import spoken
from web.doors.joining import done
from web.errors import NotAnonymous, SharedTablet
from web.guessing import try_code
from web.secure_tablets import check_tablets
from web.server.bodies import as_shape, json_object, read
from web.shapes import BallotBody, BlindedBody, CancelBody, CastingBody, JoinBody, Nothing, SealedBody

api = Blueprint("api", __name__, url_prefix="/api")


@api.post("/join")
@open_to(Audience.ANYONE, cookie=False)
def join() -> Response:
    """Take a seat with a join code: gives this device a token and marks the member present. To join again is fine."""
    code = read(JoinBody).code
    joined = try_code(lambda: desk().join(spoken(code)), code)
    live.nudge(str(joined.member["id"]))
    return _done(
        joined.session_id, {"token": joined.token, "member": {part: joined.member[part] for part in ("name", "table")}}
    )


@api.get("/screen")
@open_to(Audience.MEMBER, Audience.FACILITATOR, Audience.DISPLAY, Audience.SCRUTINEER, Audience.OBSERVER, Audience.HOST)
def screen() -> Response:
    """The whole screen of this device's audience, and for a member the private part `you`."""
    known = me()
    session_id = live.session_shown(known, request.args.get("session"))
    whole = desk().screen(replace(known, session_id=session_id))
    if known.role == Audience.DISPLAY:
        named = desk().hall_screen(known.token_id)
        whole["shows"] = named.shows if named else AUTOMATIC
    return jsonify(whole)


@api.post("/sessions/<session_id>/rounds")
@open_to(Audience.FACILITATOR)
def create_round(session_id: str) -> Response:
    """Prepare a round. Not idempotent: sent twice, there are two drafts, of which one may be cancelled."""
    spec = json_object()
    seen = as_shape(Nothing, {"seq": spec.pop("seq", None)}).seq
    round_id = desk().create_round(session_id, spec, seen_seq=seen)
    return _done(session_id, {"round": round_id})


@api.post("/rounds/<round_id>/open")
@open_to(Audience.FACILITATOR)
def open_round(round_id: str) -> Response:
    """Open a round for ballots. Sent again it is refused (409) and the round stays open."""
    check_tablets(round_id)
    desk().open_round(round_id, seen_seq=read(Nothing).seq)
    return _done(desk().session_of_round(round_id), {"round": round_id, "state": "open"})


@api.post("/rounds/<round_id>/close")
@open_to(Audience.FACILITATOR)
def close_round(round_id: str) -> Response:
    """Close a round and count it; answers when the result is there. Sent again it is refused (409), nothing changes."""
    desk().close_round(round_id, seen_seq=read(Nothing).seq)
    state = desk().round(round_id).state.value  # `ended` where the scrutineer is to confirm
    return _done(desk().session_of_round(round_id), {"round": round_id, "state": state})


@api.post("/rounds/<round_id>/show")
@open_to(Audience.FACILITATOR)
def show_result(round_id: str) -> Response:
    """Put a held result on the screens; from now on it is public. Sent again it is refused (409), nothing changes."""
    desk().show_result(round_id, seen_seq=read(Nothing).seq)
    return _done(desk().session_of_round(round_id), {"round": round_id, "state": "closed"})


@api.post("/rounds/<round_id>/casting-vote")
@open_to(Audience.FACILITATOR)
def casting_vote(round_id: str) -> Response:
    """Break a tie as the chair, where the definition allows it. Sent again it is refused (400), nothing changes."""
    body = read(CastingBody)
    desk().casting_vote(round_id, body.choice, seen_seq=body.seq)
    return _done(desk().session_of_round(round_id), {"round": round_id, "state": "closed"})


@api.post("/rounds/<round_id>/cancel")
@open_to(Audience.FACILITATOR)
def cancel_round(round_id: str) -> Response:
    """Declare a round void, with a reason: no tally is ever made. Sent again it is refused (409)."""
    body = read(CancelBody)
    desk().cancel_round(round_id, body.reason, seen_seq=body.seq)
    return _done(desk().session_of_round(round_id), {"round": round_id, "state": "cancelled"})


@api.get("/rounds/<round_id>/result")
@open_to(Audience.FACILITATOR, Audience.MEMBER, Audience.DISPLAY, Audience.SCRUTINEER, Audience.OBSERVER)
def result(round_id: str) -> Response:
    """The counted result; 409 before the round is closed, for everyone; a held one is for those who hold the vote."""
    return jsonify(desk().result(round_id, held_too=me().role in (Audience.FACILITATOR, Audience.SCRUTINEER)))


@api.post("/rounds/<round_id>/ballot")
@open_to(Audience.MEMBER)
def ballot(round_id: str) -> Response:
    """Cast a ballot; answers only after the commit.

    The same key and choice again give the same receipt, so a tablet that lost the answer sends again. Another choice
    under the key, another key after voting, a closed round: 409."""
    body = read(BallotBody)
    how: dict[str, Any] = {"tracker": body.tracker, "replaces": body.replaces, "assisted": body.assisted}
    receipt = desk().cast_ballot(round_id, str(me().member_id), body.key, body.choice, **how)
    return _done(me().session_id, {"receipt": receipt})


@api.get("/rounds/<round_id>/key")
@open_to(Audience.MEMBER)
def sealed_key(round_id: str) -> Response:
    """The public key of an open sealed round; 409 where it is not open, or not sealed."""
    return jsonify(desk().sealed_key(round_id))


@api.post("/rounds/<round_id>/token")
@open_to(Audience.MEMBER)
def token(round_id: str) -> Response:
    """Sign this member's blinded token of a sealed round (RFC 9474). One for each seat; none for a shared tablet.

    The same blinded token again has the same answer, so a tablet that lost it asks again; another one: 409."""
    member = me()
    if is_shared():
        raise SharedTablet
    signature = desk().blind_sign(round_id, str(member.member_id), read(BlindedBody).blinded)
    return _done(member.session_id, {"signature": signature})


@api.post("/rounds/<round_id>/sealed-ballot")
@open_to(Audience.ANYONE, cookie=False)
def sealed_ballot(round_id: str) -> Response:
    """Cast a sealed ballot: the token is the right to vote, and nobody is named. What names the sender is refused.

    The same token and choice again give the same receipt. Another choice, a closed round: 409."""
    if "Cookie" in request.headers or "Authorization" in request.headers:
        raise NotAnonymous
    body = read(SealedBody)
    receipt = desk().cast_sealed(round_id, body.token, body.signature, body.choice, tracker=body.tracker)
    return _done(desk().session_of_round(round_id), {"receipt": receipt})


@api.get("/openapi.json")
@open_to(Audience.ANYONE, cookie=False)
def openapi() -> Response:
    """This API as an OpenAPI 3.1 document."""
    from web.openapi import document

    return jsonify(document(current_app))


def _done(session_id: str | None, body: dict[str, object]) -> Response:
    answer = done(session_id, "/", body)
    assert isinstance(answer, Response), "the API answers JSON"
    return answer
