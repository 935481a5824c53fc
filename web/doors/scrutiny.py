"""The scrutineer's doors: papers typed the first and the second time, struck; the close confirmed; a result stood by.

Every door leads back to the scrutineer's page, which says what was done. What was typed the first time is never sent to
anybody: where two typings differ, both are void and the form comes back empty.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from facilitation.ballot_forms import payload_of
from facilitation.desk import PaperBallot
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.pages.scrutiny import scrutiny
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

room = Blueprint("scrutiny", __name__, url_prefix="/scrutiny/<session_id>/rounds/<round_id>")
keep_forms(room, {}, otherwise=lambda session_id, **_others: scrutiny(session_id))


class PapersDisagree(BadForm):
    """The two typings of a paper ballot are not the same; both are gone."""

    code, status = "papers-disagree", 409
    message = "The two typings of this ballot are not the same. Both are void now."
    remedy = "Lay the paper before you and type it anew: the first time, then the second time."


@room.post("/first")
@open_to(Audience.SCRUTINEER)
def first(session_id: str, round_id: str) -> ResponseReturnValue:
    """The first typing of a paper, without its member. Sent again it is refused: the second typing is due."""
    sent = fields()
    desk().type_paper(round_id, _typed(round_id, sent), text(sent, "channel", "paper"), actor=_actor())
    return _back(session_id, "first")


@room.post("/second")
@open_to(Audience.SCRUTINEER)
def second(session_id: str, round_id: str) -> ResponseReturnValue:
    """The second typing, with the member. Sent again after it agreed it is refused, and counts once."""
    sent = fields()
    member = text(sent, "member")
    if not member:
        raise BadForm("No member is chosen.", "Choose whose ballot this is.")
    if not desk().type_paper_again(round_id, _typed(round_id, sent), member, actor=_actor()):
        raise PapersDisagree
    return _back(session_id, "second")


@room.post("/strike")
@open_to(Audience.SCRUTINEER)
def strike(session_id: str, round_id: str) -> ResponseReturnValue:
    """Forget what was typed once of a number, with a reason for the minutes. Sent again it is refused."""
    sent = fields()
    desk().strike_paper(round_id, text(sent, "number"), text(sent, "reason"), actor=_actor())
    return _back(session_id, "strike")


@room.post("/confirm")
@open_to(Audience.SCRUTINEER)
def confirm(session_id: str, round_id: str) -> ResponseReturnValue:
    """Everything is in the urn: count it. Sent again it is refused, and the count stands."""
    desk().confirm_close(round_id, seen_seq=whole(fields(), "seen_seq"), actor=_actor())
    return _back(session_id, "confirm")


@room.post("/countersign")
@open_to(Audience.SCRUTINEER)
def countersign(session_id: str, round_id: str) -> ResponseReturnValue:
    """Stand by the result as it is shown on the page; each press is one more line in the journal."""
    desk().countersign(round_id, seen_seq=whole(fields(), "seen_seq"), actor=_actor())
    return _back(session_id, "countersign")


@room.post("/recount")
@open_to(Audience.SCRUTINEER)
def recount(session_id: str, round_id: str) -> ResponseReturnValue:
    """Count the urn once more, with a reason; each press is one more recount."""
    agrees = desk().recount(round_id, text(fields(), "reason"), actor=_actor())
    return _back(session_id, "same" if agrees else "other")


def _typed(round_id: str, sent: dict[str, Any]) -> PaperBallot:
    """What the boxes of the form hold."""
    kind, number = text(sent, "kind", "filled"), text(sent, "number")
    if kind in ("blank", "spoilt"):
        return PaperBallot(number, kind)
    boxes = {
        name: [str(one) for one in (value if isinstance(value, list) else [value])] for name, value in sent.items()
    }
    return PaperBallot(number, "filled", payload_of(desk().round(round_id).definition, boxes))


def _actor() -> str:
    return f"scrutineer:{me().token_id}"


def _back(session_id: str, what: str) -> ResponseReturnValue:
    return done(session_id, f"/scrutiny/{session_id}?done={what}", {"done": what})
