"""Doors of table notes: members write for their table and call for help; the facilitator puts notes together.

Everything may be sent twice: a note and a group carry a key, and every other deed names what it is about.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from facilitation.desk import By
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.doors.run import seen
from web.errors import BadForm
from web.live import session_shown
from web.pages.facilitator import console
from web.pages.items import of_the_facilitator
from web.refused import keep_forms
from web.server.bodies import fields, number, text, whole

notes = Blueprint("notes", __name__, url_prefix="/run/<session_id>/items/<item_id>/notes")
calls = Blueprint("calls", __name__, url_prefix="/run/<session_id>/help")
at_table = Blueprint("at_table", __name__, url_prefix="/m")
keep_forms(notes, {}, otherwise=lambda session_id, item_id, **_others: of_the_facilitator(session_id, item_id))
keep_forms(calls, {}, otherwise=lambda session_id, **_others: console(session_id))
TEAM = By(facilitator=True)
YES = ("go_round", "members")


# ---------------------------------------------------------------------------------------------------------- members


@at_table.post("/items/<item_id>/notes")
@open_to(Audience.MEMBER)
def write(item_id: str) -> ResponseReturnValue:
    """Write a note for the table where this member sits. Sent twice with one key it is written once."""
    session_id, by, sent = session_shown(me()), _member(), fields()
    words = {"key": text(sent, "key"), "body": text(sent, "text")}
    desk().add_note(session_id, item_id, by, text(sent, "heading"), **words)
    return done(session_id, "/m")


@at_table.post("/items/<item_id>/notes/<note_id>")
@open_to(Audience.MEMBER)
def reword(item_id: str, note_id: str) -> ResponseReturnValue:
    """Put a note of the table in other words."""
    session_id, by, sent = session_shown(me()), _member(), fields()
    words = {"key": text(sent, "key"), "body": text(sent, "text")}
    desk().change_note(session_id, item_id, by, (note_id, text(sent, "version")), **words)
    return done(session_id, "/m")


@at_table.post("/items/<item_id>/notes/<note_id>/withdraw")
@open_to(Audience.MEMBER)
def take_back(item_id: str, note_id: str) -> ResponseReturnValue:
    """Take a note of the table back; its host can put it back."""
    session_id = session_shown(me())
    desk().withdraw_note(session_id, item_id, _member(), note_id)
    return done(session_id, "/m")


@at_table.post("/help")
@open_to(Audience.MEMBER)
def call() -> ResponseReturnValue:
    """Ask somebody of the team to come to this member's table, or take that back (`withdraw` is the call)."""
    session_id, by, sent = session_shown(me()), _member(), fields()
    known = whole(sent, "withdraw")
    if known is None:
        desk().call_for_help(session_id, by, text(sent, "what"))
    else:
        desk().withdraw_help(session_id, by, known)
    return done(session_id, "/m")


def _member() -> By:
    return By(member=str(me().member_id))


# -------------------------------------------------------------------------------------------------- the facilitator


@notes.post("/group")
@open_to(Audience.FACILITATOR)
def group(session_id: str, item_id: str) -> ResponseReturnValue:
    """Put the ticked notes together: under a new name, or into the group that was chosen."""
    sent = fields()
    chosen, into = _ticked(sent), text(sent, "into")
    if into:
        desk().grow_group(session_id, item_id, into, chosen)
    else:
        desk().group_notes(session_id, item_id, chosen, key=text(sent, "key"), name=text(sent, "name"))
    return _back(session_id, item_id)


@notes.post("/part")
@open_to(Audience.FACILITATOR)
def part(session_id: str, item_id: str) -> ResponseReturnValue:
    """Let the ticked notes stand by themselves again."""
    desk().part_notes(session_id, item_id, _ticked(fields()))
    return _back(session_id, item_id)


@notes.post("/withdraw")
@open_to(Audience.FACILITATOR)
def withdraw(session_id: str, item_id: str) -> ResponseReturnValue:
    """Take the ticked notes back; their tables can put them back while the item runs."""
    for note in _ticked(fields()):
        desk().withdraw_note(session_id, item_id, TEAM, note)
    return _back(session_id, item_id)


@notes.post("/name")
@open_to(Audience.FACILITATOR)
def name(session_id: str, item_id: str) -> ResponseReturnValue:
    """Give a group another name."""
    sent = fields()
    desk().name_group(session_id, item_id, text(sent, "group"), key=text(sent, "key"), name=text(sent, "name"))
    return _back(session_id, item_id)


@notes.post("/undo")
@open_to(Audience.FACILITATOR)
def undo(session_id: str, item_id: str) -> ResponseReturnValue:
    """Take the last step of putting together back; `step` says which that was."""
    desk().undo_grouping(session_id, item_id, whole(fields(), "step") or 0)
    return _back(session_id, item_id)


@notes.post("/terms")
@open_to(Audience.FACILITATOR)
def terms(session_id: str, item_id: str) -> ResponseReturnValue:
    """The headings of the notes, a line for each, and how it goes round: until the item begins."""
    sent = fields()
    headings = [line for line in text(sent, "headings").splitlines() if line.strip()]
    said = {"headings": headings, "seconds": whole(sent, "seconds"), **{one: bool(text(sent, one)) for one in YES}}
    desk().correct_item(session_id, item_id, {"terms": said}, seen_seq=seen())
    return _back(session_id, item_id)


@notes.post("/show")
@open_to(Audience.FACILITATOR)
def show(session_id: str, item_id: str) -> ResponseReturnValue:
    """Show the notes of all tables under one heading in the hall; an empty heading takes them down."""
    desk().show_notes(session_id, item_id, text(fields(), "heading"))
    return _back(session_id, item_id)


@calls.post("/<call_id>/<state>")
@open_to(Audience.FACILITATOR)
def answer(session_id: str, call_id: str, state: str) -> ResponseReturnValue:
    """Somebody is coming, or it is done."""
    changes = {"coming": desk().answer_help, "done": desk().finish_help}
    if state not in changes:
        raise BadForm("A call for help is “coming” or “done”.", "Press one of the two buttons.")
    changes[state](session_id, number(call_id))
    return done(session_id, f"/run/{session_id}")


def _ticked(sent: dict[str, Any]) -> list[str]:
    chosen = sent.get("notes", [])
    found = [chosen] if isinstance(chosen, str) else chosen
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise BadForm("No note is ticked.", "Tick the notes that this is about.")
    return found


def _back(session_id: str, item_id: str) -> ResponseReturnValue:
    console_first = request.args.get("from") == "console"
    return done(session_id, f"/run/{session_id}" if console_first else f"/run/{session_id}/items/{item_id}")
