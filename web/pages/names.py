"""Votes by name: of open rounds alone, once the result may be seen; for the staff, the members and the hall."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from facilitation.screens import round_json
from web.access import Audience, desk, me, open_to, own_session
from web.pages.hall import display

names = Blueprint("names", __name__)


@names.get("/rounds/<round_id>/names")
@open_to(Audience.MEMBER, Audience.FACILITATOR)
def votes_by_name(round_id: str) -> ResponseReturnValue:
    """The page of a member, and of the staff, who see it before a held result is shown."""
    known = me()
    staff = known.role == Audience.FACILITATOR
    return _page(round_id, f"/run/{desk().session_of_round(round_id)}" if staff else "/m", held_too=staff)


@names.get("/hall/<token>/rounds/<round_id>/names")
@open_to(Audience.ANYONE)
def votes_by_name_in_the_hall(token: str, round_id: str) -> ResponseReturnValue:
    """The page of the hall screen, whose address is its key."""
    own_session(desk().session_of_round(round_id), display(token))
    return _page(round_id, f"/hall/{token}", held_too=False)


@names.get("/api/rounds/<round_id>/names")
@open_to(Audience.MEMBER, Audience.FACILITATOR, Audience.DISPLAY)
def votes_by_name_for_programs(round_id: str) -> ResponseReturnValue:
    """The votes of an open round by name; 404 where nobody knows them, 409 before the result may be seen."""
    rows = desk().named_ballots(round_id, held_too=me().role == Audience.FACILITATOR)
    return jsonify({"votes": [{"name": row.name, "lines": list(row.lines), "seat": row.seat} for row in rows]})


def _page(round_id: str, back: str, *, held_too: bool) -> str:
    rows = desk().named_ballots(round_id, held_too=held_too)
    return render_template("names.html", rows=rows, round=round_json(desk().round(round_id)), back=back)
