"""Doors of the table host: taps of the go-round, notes, calls for help, all for the host's own table and no other.

The table is the one of the host's token: no field of a form names it. Everything may be sent twice.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint
from flask.typing import ResponseReturnValue

from facilitation.desk import By
from facilitation.desk.notes import Deed
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.pages.host import host as page
from web.refused import keep_forms
from web.server.bodies import fields, number, text

room = Blueprint("host", __name__, url_prefix="/host/<session_id>")
keep_forms(room, {}, otherwise=lambda session_id, **_others: page(session_id))


def by_host() -> By:
    """The host who asks, for their table."""
    return By(table=me().table or 0)


@room.post("/items/<item_id>/tap")
@open_to(Audience.HOST)
def tap(session_id: str, item_id: str) -> ResponseReturnValue:
    """Somebody begins, finishes or passes; it goes round once more; the last tap is undone."""
    sent = fields()
    desk().tap(session_id, item_id, by_host(), cast(Deed, text(sent, "deed")), text(sent, "what"))
    return _back(session_id)


@room.post("/items/<item_id>/notes")
@open_to(Audience.HOST)
def add_note(session_id: str, item_id: str) -> ResponseReturnValue:
    """Write a note. Sent twice with one key it is written once."""
    sent = fields()
    words = {"key": text(sent, "key"), "body": text(sent, "text")}
    desk().add_note(session_id, item_id, by_host(), text(sent, "heading"), **words)
    return _back(session_id)


@room.post("/items/<item_id>/notes/<note_id>")
@open_to(Audience.HOST)
def change_note(session_id: str, item_id: str, note_id: str) -> ResponseReturnValue:
    """Put a note in other words. Where somebody was faster, these words become a note beside theirs."""
    sent = fields()
    words = {"key": text(sent, "key"), "body": text(sent, "text")}
    desk().change_note(session_id, item_id, by_host(), (note_id, text(sent, "version")), **words)
    return _back(session_id)


@room.post("/items/<item_id>/notes/<note_id>/withdraw")
@open_to(Audience.HOST)
def withdraw_note(session_id: str, item_id: str, note_id: str) -> ResponseReturnValue:
    """Take a note back, or put it back."""
    back = bool(text(fields(), "back"))
    desk().withdraw_note(session_id, item_id, by_host(), note_id, back=back)
    return _back(session_id)


@room.post("/help")
@open_to(Audience.HOST)
def call(session_id: str) -> ResponseReturnValue:
    """Ask somebody of the team to come."""
    desk().call_for_help(session_id, by_host(), text(fields(), "what"))
    return _back(session_id)


@room.post("/help/<call_id>/withdraw")
@open_to(Audience.HOST)
def withdraw_call(session_id: str, call_id: str) -> ResponseReturnValue:
    """No help is needed any more."""
    desk().withdraw_help(session_id, by_host(), number(call_id))
    return _back(session_id)


def _back(session_id: str) -> ResponseReturnValue:
    return done(session_id, f"/host/{session_id}")
