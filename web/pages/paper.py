"""Ballots on paper, to print: how many, in which size, and the sheets themselves.

Looking at a printing again shows those of its numbers that have not come back; a press makes fresh ones.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.model import Round
from facilitation.paper_form import STUBS, paper_form, who_will_know
from web.access import Audience, desk, me, open_to
from web.doors.joining import HOMES, done
from web.paper import Face, size_of
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

room = Blueprint("paper", __name__, url_prefix="/run/<session_id>/rounds/<round_id>/paper")
COPIES = 20


@room.get("")
@open_to(Audience.FACILITATOR, Audience.SCRUTINEER)
def paper(session_id: str, round_id: str) -> ResponseReturnValue:
    """The form; with `?sheet=` the ballots of that printing, with `&large=1` in large print."""
    one = desk().round(round_id)
    sheet, large = request.args.get("sheet", ""), bool(request.args.get("large"))
    face = face_of(one, desk().session(session_id).assembly_name, large)
    numbers = desk().printed_papers(round_id, sheet) if sheet else []
    back = f"{HOMES[me().role]}/{session_id}"
    shown = {"round": one, "face": face, "numbers": numbers, "sheet": sheet, "large": large, "back": back}
    return render_template("paper/print.html", **shown, here=request.path, copies=COPIES)


keep_forms(room, {}, otherwise=paper)


@room.post("")
@open_to(Audience.FACILITATOR, Audience.SCRUTINEER)
def print_papers(session_id: str, round_id: str) -> ResponseReturnValue:
    """Fresh numbers for so many ballots. Sent twice, there are two printings; what is not used harms nobody."""
    sent = fields()
    actor = f"{me().role}:{me().token_id}"
    sheet = desk().print_papers(round_id, whole(sent, "copies", COPIES) or 0, actor=actor)
    large = "&large=1" if text(sent, "large") else ""
    return done(None, f"{request.path}?sheet={sheet}{large}", {"sheet": sheet})


def face_of(one: Round, assembly: str, large: bool = False) -> Face:
    """What is printed on the ballots of a round."""
    form, conduct = paper_form(one.definition), one.conduct
    stub = "practice" if conduct.practice else "open" if conduct.secrecy == "open" else conduct.publish
    return Face(
        assembly=assembly,
        title=one.definition.title,
        form=form,
        secrecy=who_will_know(conduct.secrecy),
        stub=STUBS[stub],
        size="large" if large else size_of(form, one.definition.title),
        practice=conduct.practice,
        version=one.version,
        fingerprint=" ".join(one.hash[place : place + 4] for place in range(0, 16, 4)),
    )
