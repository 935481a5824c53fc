"""The presence log: its page with a search by name, the facilitator's buttons, and “I have to leave” on the tablet.

Works without JavaScript. Every button says what is so and not what is to change, so pressing it twice is safe.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.desk import Attendance
from facilitation.times import in_text
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.live import session_shown
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("presence", __name__, url_prefix="/run/<session_id>/presence")
leaving = Blueprint("leaving", __name__)

STATES: Mapping[str, str] = {"missing": "Not here yet", "here": "Here", "gone": "Left"}


@room.get("")
@open_to(Audience.FACILITATOR)
def log(session_id: str, **_of_the_door: str) -> ResponseReturnValue:
    """Who came when; with `?q=` only those whose name holds these letters."""
    session, known = desk().session(session_id), desk().presence_log(session_id)
    sought = request.args.get("q", "").strip()[:100]
    found = [row for row in known.rows if folded(sought) in folded(row.name)]
    shown: dict[str, Any] = {
        "session": session,
        "log": known,
        "rows": found,
        "sought": sought,
        "states": STATES,
        "counted": known.totals,
    }
    shown |= {"moment": in_text, "stayed": stayed}
    needs = desk().needs(session_id)
    waiting = {row.member for row in needs if row.here and row.state == "to confirm"}
    shown |= {"to_confirm": waiting if needs and not known.closed else None}
    missing = sum(row.state == "missing" for row in known.rows)
    return render_template("run/presence.html", **shown, missing=missing, back=f"/run/{session_id}")


keep_forms(room, {}, otherwise=log)


@room.post("/<member_id>")
@open_to(Audience.FACILITATOR)
def mark(session_id: str, member_id: str) -> ResponseReturnValue:
    """Somebody is here (or back), left, takes part from afar, or is in the room after all."""
    sent = fields()
    acts: Mapping[str, Callable[[], int]] = {
        "here": lambda: desk().mark_arrived(session_id, member_id),
        "gone": lambda: desk().mark_left(session_id, member_id),
        "afar": lambda: desk().mark_remote(session_id, member_id),
        "room": lambda: desk().mark_remote(session_id, member_id, remote=False),
    }
    act = acts.get(text(sent, "now"))
    if act is None:
        raise BadForm(
            "Is this member here, gone, or taking part from afar?", "Press one of the buttons beside the name."
        )
    act()
    if text(sent, "back") == "console":
        return done(session_id, f"/run/{session_id}")
    return done(session_id, f"/run/{session_id}/presence#member-{member_id}")


@leaving.post("/m/leave")
@open_to(Audience.MEMBER)
def leave() -> ResponseReturnValue:
    """A member has to leave; their tablet knows them still, for when they come back."""
    member = me()
    session_id = session_shown(member)
    desk().mark_left(session_id, str(member.member_id), actor=_tablet())
    return done(session_id, "/m")


@leaving.post("/m/back")
@open_to(Audience.MEMBER)
def come_back() -> ResponseReturnValue:
    """They are back."""
    member = me()
    session_id = session_shown(member)
    desk().mark_arrived(session_id, str(member.member_id), actor=_tablet())
    return done(session_id, "/m")


def _tablet() -> str:
    return f"member:{me().member_id}"


def folded(name: str) -> str:
    """A name for searching: small letters, no accents.

    >>> folded("Zoë Ŵyn") == folded("zoe wyn"), folded("Łukasz")
    (True, 'łukasz')
    """
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def stayed(row: Attendance) -> str:
    """How long somebody has been here, in words.

    >>> stayed(Attendance("m", "Ada", 1, None, False, 0)), stayed(Attendance("m", "Ada", 1, None, False, 5460))
    ('', '1 h 31 min')
    """
    hours, rest = divmod(row.seconds // 60, 60)
    return "" if not row.seconds else f"{hours} h {rest:02d} min"
