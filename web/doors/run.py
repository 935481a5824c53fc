"""The facilitator's doors: agenda, timer and rounds of one session, by plain form or by a page's script.

Every form carries `seen_seq`, the step its page showed; where the session has moved on since, the desk refuses (409)
and the facilitator looks again. To press twice is therefore safe everywhere here. That the session is the facilitator's
own was checked at the door (access).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from web import live
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.pages.facilitator import console
from web.qr import address, square
from web.refused import keep_forms
from web.round_forms import spec_of
from web.secure_tablets import check_next, check_tablets
from web.server.bodies import fields, text, whole

run = Blueprint("facilitator", __name__, url_prefix="/run/<session_id>")
EXTRA_SECONDS = 300
GUESTS = ("scrutineer", "observer")
"""Who may be let in from the console."""
keep_forms(run, {}, otherwise=lambda session_id, **_others: console(session_id))


def seen() -> int | None:
    """The step that the facilitator's page showed."""
    return whole(fields(), "seen_seq")


def _back(session_id: str, body: dict[str, Any] | None = None) -> ResponseReturnValue:
    return done(session_id, f"/run/{session_id}", body)


@run.post("/next")
@open_to(Audience.FACILITATOR)
def next_action(session_id: str) -> ResponseReturnValue:
    """Do what comes next: the one big button."""
    check_next(session_id)
    desk().next_action(session_id, seen_seq=seen())
    return _back(session_id)


@run.post("/items/<item_id>/start")
@open_to(Audience.FACILITATOR)
def start_item(session_id: str, item_id: str) -> ResponseReturnValue:
    """Start an agenda item; the one before it ends."""
    desk().start_item(session_id, item_id, seen_seq=seen())
    return _back(session_id)


@run.post("/items/<item_id>/end")
@open_to(Audience.FACILITATOR)
def end_item(session_id: str, item_id: str) -> ResponseReturnValue:
    """End the running agenda item."""
    desk().end_item(session_id, seen_seq=seen())
    return _back(session_id)


@run.post("/extend")
@open_to(Audience.FACILITATOR)
def extend(session_id: str) -> ResponseReturnValue:
    """Give the running item more time (or less)."""
    desk().extend(session_id, whole(fields(), "seconds", EXTRA_SECONDS) or 0, seen_seq=seen())
    return _back(session_id)


@run.post("/acknowledge")
@open_to(Audience.FACILITATOR)
def acknowledge(session_id: str) -> ResponseReturnValue:
    """Take the result off the screens."""
    desk().acknowledge(session_id, seen_seq=seen())
    return _back(session_id)


@run.post("/undo")
@open_to(Audience.FACILITATOR)
def undo(session_id: str) -> ResponseReturnValue:
    """Take the last act back, while that is still possible."""
    desk().undo(session_id, seen_seq=seen())
    page = "/agenda" if text(fields(), "back") == "agenda" else ""
    return done(session_id, f"/run/{session_id}{page}")


@run.post("/finish")
@open_to(Audience.FACILITATOR)
def close_session(session_id: str) -> ResponseReturnValue:
    """Close the session for good."""
    desk().close_session(session_id, seen_seq=seen())
    return _back(session_id)


@run.post("/links")
@open_to(Audience.FACILITATOR)
def give_link(session_id: str) -> ResponseReturnValue:
    """A one-time link for a scrutineer or an observer, shown once; each press makes another, and all stay good."""
    role = text(fields(), "role")
    if role not in GUESTS:
        raise BadForm("A link is for a scrutineer or an observer.", "Press one of the two buttons of the console.")
    here = address()
    link = f"{here.base}/sign-in/{desk().issue_link(role, desk().assembly_of(session_id), by=me())}"
    shown = {"role": role, "link": link, "only_here": here.only_here}
    return render_template("run/link.html", **shown, qr=square(link, f"QR code: {role}"), back=f"/run/{session_id}")


@run.post("/rounds")
@open_to(Audience.FACILITATOR)
def create_round(session_id: str) -> ResponseReturnValue:
    """Prepare a round and, where the form says so, open it at once."""
    sent = fields()
    round_id = desk().create_round(session_id, spec_of(sent), seen_seq=seen())
    if sent.get("open"):
        g.form_done = True  # the round is prepared: should its opening be refused, the form is not to be sent again
        live.publish(session_id)
        check_tablets(round_id)
        desk().open_round(round_id)
    return _back(session_id, {"round": round_id})


@run.post("/rounds/<round_id>/open")
@open_to(Audience.FACILITATOR)
def open_round(session_id: str, round_id: str) -> ResponseReturnValue:
    """Open the round for ballots."""
    check_tablets(round_id)
    desk().open_round(round_id, seen_seq=seen())
    return _back(session_id)


@run.post("/rounds/<round_id>/close")
@open_to(Audience.FACILITATOR)
def close_round(session_id: str, round_id: str) -> ResponseReturnValue:
    """Close the round and count it. A ballot that came in since the page was made is no reason to refuse."""
    desk().close_round(round_id, seen_seq=seen())
    return _back(session_id)


@run.post("/rounds/<round_id>/show")
@open_to(Audience.FACILITATOR)
def show_result(session_id: str, round_id: str) -> ResponseReturnValue:
    """Put a held result on the screens."""
    desk().show_result(round_id, seen_seq=seen())
    return _back(session_id)


@run.post("/rounds/<round_id>/casting-vote")
@open_to(Audience.FACILITATOR)
def casting_vote(session_id: str, round_id: str) -> ResponseReturnValue:
    """Break the tie as the chair."""
    desk().casting_vote(round_id, request.args.get("option", ""), seen_seq=seen())
    return _back(session_id)


@run.post("/rounds/<round_id>/cancel")
@open_to(Audience.FACILITATOR)
def cancel_round(session_id: str, round_id: str) -> ResponseReturnValue:
    """Declare the round void, with a reason."""
    desk().cancel_round(round_id, text(fields(), "reason"), seen_seq=seen())
    return _back(session_id)
