"""What members need: asked after they have joined, listed for the facilitator, said at the desk. No JavaScript needed.

The words stand on these pages alone: no screen that is sent to an audience carries them, and the hall and observers
never see them.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.desk import NeedRow
from facilitation.errors import NotFound, Refusal
from facilitation.needs import WISHES, found_column
from web.access import Audience, desk, me, open_to, sees_columns
from web.doors.joining import done
from web.errors import BadForm, NotForYou, told
from web.live import session_shown
from web.presence import folded
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("needs", __name__, url_prefix="/run/<session_id>/needs")
own = Blueprint("own_needs", __name__)

FOR_RECRUITERS = "Choose a column that is called after needs, or sign in as a recruiter in this browser, too."


@own.get("/m/needs")
@open_to(Audience.MEMBER)
def mine() -> ResponseReturnValue:
    """What is on record about this member: is it right?"""
    return render_template("member/needs.html", **_mine())


@own.post("/m/needs")
@open_to(Audience.MEMBER)
def answer() -> ResponseReturnValue:
    """It is right, or it is otherwise. Sent twice, it is said once."""
    session_id = session_shown(me())
    try:
        _take(session_id, str(me().member_id))
    except (Refusal, BadForm) as no:
        g.problem = told(no)
        return render_template("member/needs.html", **_mine()), g.problem.status
    return done(session_id, "/m")


@room.get("")
@open_to(Audience.FACILITATOR)
def needs(session_id: str, **_of_the_door: str) -> ResponseReturnValue:
    """Who has confirmed, who has not, and who needs something else than was known; with `?q=` some by name."""
    session = desk().session(session_id)
    rows = desk().needs(session_id)
    sought = request.args.get("q", "").strip()[:100]
    found = [row for row in rows if folded(sought) in folded(row.name)]
    states = ("changed", "to confirm", "confirmed")
    seen: dict[str, Any] = {
        "session": session,
        "groups": [(state, [row for row in found if row.state == state]) for state in states],
        "count": {state: sum(row.state == state for row in rows) for state in states},
        "to_seat": [row for row in rows if row.to_seat],
        "sought": sought,
        "of": len(rows),
        "found": len(found),
        "chosen": desk().needs_columns(session.assembly_id),
        "columns": _offered(session.assembly_id),
        "all_columns": sees_columns(session.assembly_id),
        "wishes": WISHES,
        "closed": session.phase == "closed",
        "back": f"/run/{session_id}",
    }
    return render_template("run/needs.html", **seen, in_words=in_words)


keep_forms(room, {}, otherwise=needs)


@room.post("/columns")
@open_to(Audience.FACILITATOR)
def columns(session_id: str) -> ResponseReturnValue:
    """Choose the columns of the panel's file that say what members need; none: nobody is asked.

    What stands in a chosen column is shown to facilitators: other columns than those of needs only a recruiter chooses.
    """
    assembly_id, chosen = desk().assembly_of(session_id), request.form.getlist("column")
    if not sees_columns(assembly_id) and set(chosen) & set(desk().columns(assembly_id)) - set(_offered(assembly_id)):
        raise NotForYou("What stands in this column is for recruiters only.", FOR_RECRUITERS)
    desk().ask_needs(assembly_id, chosen, actor=_actor())
    return done(session_id, f"/run/{session_id}/needs")


@room.post("/<member_id>")
@open_to(Audience.FACILITATOR)
def at_the_desk(session_id: str, member_id: str) -> ResponseReturnValue:
    """Somebody at the desk says it for a member who is found by name. Sent twice, it is said once."""
    _take(session_id, member_id)
    return done(session_id, f"/run/{session_id}/needs#member-{member_id}")


def _offered(assembly_id: str) -> list[str]:
    """The columns that this browser may choose: a recruiter all, a facilitator those that are called after needs."""
    columns, chosen = desk().columns(assembly_id), desk().needs_columns(assembly_id)
    everything = sees_columns(assembly_id)
    return [name for name in columns if everything or name in chosen or found_column([name])]


def in_words(row: NeedRow) -> str:
    """What somebody needs, in one line.

    >>> from facilitation.needs import Record
    >>> row = NeedRow("m", "Ada", 1, True, "changed", Record((), ("loop",), "no nuts", True, ()), True)
    >>> in_words(row)
    'A seat where the hearing loop works; no nuts'
    """
    if not row.known.own:
        return row.known.text
    said = [WISHES[wish] for wish in row.known.wishes]
    return "; ".join([*said, row.known.words] if row.known.words else said)


def _take(session_id: str, member_id: str) -> None:
    sent = fields()
    match text(sent, "answer"):
        case "right":
            desk().confirm_needs(session_id, member_id)
        case "otherwise":
            desk().correct_needs(session_id, member_id, request.form.getlist("wish"), text(sent, "words"))
        case _:
            raise BadForm("Is it right, or is it otherwise?", "Press one of the buttons.")


def _mine() -> dict[str, Any]:
    session_id = session_shown(me())
    row = desk().needs_of(session_id, str(me().member_id))
    if row is None:
        raise NotFound("Nobody is asked here what they need.", "Go back to your page; ask the team in person.")
    refused = "problem" in g
    typed = {
        "wishes": request.form.getlist("wish") if refused else list(row.known.wishes),
        "words": request.form.get("words", "") if refused else row.known.text,
    }
    return {"row": row, "typed": typed, "wishes": WISHES}


def _actor() -> str:
    return f"facilitator:{me().token_id}"
