"""Opinions: a member answers and adds statements, the facilitator leads. Works without JavaScript, a page at a time.

Everything may be sent twice: an answer takes the place of the one before, a statement has a key, a close is a close.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, me, open_to
from web.children import ask
from web.doors.joining import done
from web.errors import BadForm
from web.pages.items import of_the_facilitator
from web.refused import keep_forms
from web.server.bodies import fields, text

answering = Blueprint("answering", __name__)
opinions = Blueprint("opinions", __name__)
BLUEPRINTS = (answering, opinions)
keep_forms(opinions, {}, otherwise=of_the_facilitator)
ROOM_FOR_STATEMENTS = 512 * 1024
"""Bytes: five hundred statements with their signs."""
GAVE_UP = (
    ("The picture took longer than a minute.", "Try once more; a smaller number of statements is faster."),
    ("The picture could not be drawn.", "Try once more, and tell whoever runs the server."),
)


@dataclass(frozen=True)
class Drawn:
    """What the program that draws answered."""

    picture: dict[str, Any] | None = None
    problems: tuple[dict[str, Any], ...] = ()


# --------------------------------------------------------------------------------------------------- the member's


@answering.post("/m/items/<item_id>/opinions")
@open_to(Audience.MEMBER)
def add(item_id: str) -> ResponseReturnValue:
    """Add a statement of one's own."""
    sent, (place, member) = fields(), _mine(item_id)
    desk().add_statement(place, item_id, text(sent, "words"), text(sent, "key"), member=member)
    return done(place, "/m")


@answering.post("/m/items/<item_id>/opinions/<statement>")
@open_to(Audience.MEMBER)
def answer(item_id: str, statement: str) -> ResponseReturnValue:
    """Agree, disagree or pass."""
    place, member = _mine(item_id)
    desk().answer_statement(place, item_id, member, statement, text(fields(), "value"))
    return done(place, "/m")


@answering.post("/m/items/<item_id>/look-again")
@open_to(Audience.MEMBER)
def again(item_id: str) -> ResponseReturnValue:
    """Look at a statement again, or go on with the others."""
    place, member = _mine(item_id)
    desk().look_again(place, item_id, member, text(fields(), "statement"))
    return done(None, "/m")


def _mine(item_id: str) -> tuple[str, str]:
    """The session in which the item stands, and the member of this tablet."""
    known = me()
    return desk().session_of_item(str(known.assembly_id), item_id), str(known.member_id)


# ---------------------------------------------------------------------------------------------- the facilitator's


@opinions.post("/run/<session_id>/items/<item_id>/opinions/statements", endpoint="write")
@open_to(Audience.FACILITATOR, body_limit=ROOM_FOR_STATEMENTS)
def write(session_id: str, item_id: str) -> ResponseReturnValue:
    """Add statements, one in each line. Sent twice, each is there once."""
    sent = fields()
    lines = [line for line in text(sent, "words").splitlines() if line.strip()]
    if not lines:
        raise BadForm("There is no statement.", "Write one in each line.")
    desk().add_statements(session_id, item_id, lines, text(sent, "key"))
    return _back(session_id, item_id)


@opinions.post("/run/<session_id>/items/<item_id>/opinions/statements/<statement>")
@open_to(Audience.FACILITATOR)
def judge(session_id: str, item_id: str, statement: str) -> ResponseReturnValue:
    """Show a statement, hold it back, or withdraw it."""
    sent = fields()
    desk().judge_statement(session_id, item_id, statement, text(sent, "state"), text(sent, "reason"))
    return _back(session_id, item_id)


@opinions.post("/run/<session_id>/items/<item_id>/opinions/close")
@open_to(Audience.FACILITATOR)
def close(session_id: str, item_id: str) -> ResponseReturnValue:
    """Take no more answers."""
    desk().close_opinions(session_id, item_id)
    return _back(session_id, item_id)


@opinions.post("/run/<session_id>/items/<item_id>/opinions/draw")
@open_to(Audience.FACILITATOR)
def draw(session_id: str, item_id: str) -> ResponseReturnValue:
    """Have the picture worked out, in a program of its own, and keep it."""
    table = desk().opinion_table(session_id, item_id)
    if table is not None:
        question = json.dumps({**table, "straight": bool(text(fields(), "straight"))})
        drawn = ask("web.opinions", question, Drawn, GAVE_UP)
        if drawn.picture is None:
            raise BadForm(drawn.problems[0]["message"], drawn.problems[0]["remedy"])
        desk().draw_opinions(session_id, item_id, drawn.picture)
    return _back(session_id, item_id)


@opinions.post("/run/<session_id>/items/<item_id>/opinions/show")
@open_to(Audience.FACILITATOR)
def show(session_id: str, item_id: str) -> ResponseReturnValue:
    """Let members, or the hall, see the picture, or take it away again."""
    sent = fields()
    desk().show_opinions(session_id, item_id, members=bool(text(sent, "members")), hall=bool(text(sent, "hall")))
    return _back(session_id, item_id)


def _back(session_id: str, item_id: str) -> ResponseReturnValue:
    here = f"/run/{session_id}/items/{item_id}"
    return done(session_id, here if request.form.get("back") != "console" else f"/run/{session_id}")
