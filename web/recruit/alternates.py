"""Alternates of a draw: chosen elsewhere, against imagined drop-outs, and kept in the order in which to call them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from facilitation.desk import Recruitment
from facilitation.errors import WrongState
from web.access import Audience, desk, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.queue import jobs
from web.recruit.recruitments import draw_of
from web.server.bodies import fields, whole

room = Blueprint("alternates", __name__, url_prefix="/recruit/<recruitment_id>/draws/<draw_id>")
KIND, FILE = "alternates", "alternates.csv"
LIMITS: Mapping[str, tuple[int, int, int]] = {"number": (10, 1, 20), "drop_out": (10, 0, 99)}


@room.post("/alternates")
@open_to(Audience.RECRUITER)
def choose_alternates(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """Ask for alternates of this draw. Refused (409) while work goes on; chosen anew, the newest ones count."""
    _, request_ = draw_of(recruitment_id, draw_id)
    if request_.kind != "draw" or request_.state != "done":
        raise WrongState("Alternates are chosen for a draw that is done.", "Choose such a draw.")
    sent = fields()
    options = {"of": draw_id, **{name: _number(sent, name) for name in LIMITS}}
    alternates_id = desk().request_draw(recruitment_id, kind=KIND, options=options)
    jobs().ask(alternates_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{alternates_id}", {"draw": alternates_id})


def alternates_of(found: Recruitment | None, draw_id: str | None) -> list[dict[str, str]]:
    """The alternates chosen last for this draw, in calling order; empty where none were."""
    draws = found.draws if found else ()
    made = [one for one in draws if one.kind == KIND and one.options.get("of") == draw_id and one.state == "done"]
    if not made:
        return []
    data = desk().draw_files(made[-1].id, (FILE,)).get(FILE, b"")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def _number(sent: dict[str, Any], name: str) -> int:
    usual, least, most = LIMITS[name]
    number = whole(sent, name, default=usual)
    if number is None or not least <= number <= most:
        raise BadForm(f"The {name.replace('_', '-')} must be a whole number from {least} to {most}.", "Type digits.")
    return number
