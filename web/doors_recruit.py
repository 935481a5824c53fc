"""The recruiter's doors: files in, draw asked for, draw cancelled, panel seated.

Everything that takes a solver runs elsewhere (jobs); a door only asks for it and leads back to a page that shows how
far it has come.
"""

from __future__ import annotations

import csv
import io
from typing import Any, cast

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from facilitation.errors import NotFound
from web.access import Audience, desk, open_to
from web.bodies import fields, text, whole
from web.doors import done
from web.errors import BadForm
from web.jobs import Jobs
from web.pages_recruiter import draw as draw_page
from web.pages_recruiter import recruitment, recruitments
from web.refused import keep_forms
from web.settings import UPLOAD_LIMIT

recruiter = Blueprint("recruiter", __name__, url_prefix="/recruit")
TWO_FILES = 2 * UPLOAD_LIMIT + 64 * 1024
WHAT = {"pool": "volunteers", "quotas": "quotas"}
keep_forms(recruiter, {"new": recruitments, "files": recruitment, "draw": recruitment, "seat": draw_page})


def jobs() -> Jobs:
    """The queue of long work."""
    return cast(Jobs, current_app.extensions["jobs"])


@recruiter.post("")
@open_to(Audience.RECRUITER)
def new() -> ResponseReturnValue:
    """Begin a recruitment. Not idempotent: sent twice, there are two."""
    recruitment_id = desk().new_recruitment(text(fields(), "title"))
    return done(None, f"/recruit/{recruitment_id}", {"recruitment": recruitment_id})


@recruiter.post("/<recruitment_id>/files")
@open_to(Audience.RECRUITER, body_limit=TWO_FILES)
def files(recruitment_id: str) -> ResponseReturnValue:
    """Keep pool and quotas; a file that is not sent again stays as it was. To send the same files twice is fine."""
    sent = fields()
    size = _size(sent)
    held = desk().files(recruitment_id)
    pool, quotas = _uploaded("pool", held.get("pool")), _uploaded("quotas", held.get("quotas"))
    household = [column.strip() for column in text(sent, "household").split(",") if column.strip()]
    desk().put_files(recruitment_id, pool=pool, quotas=quotas, size=size, household=household)
    return done(None, f"/recruit/{recruitment_id}")


def _size(sent: dict[str, Any]) -> int:
    try:
        size = whole(sent, "size")
    except BadForm:
        raise BadForm("How many members? That must be a whole number.", "Type digits only, such as 50.") from None
    if size is None:
        raise BadForm("The panel size is missing.", "Type how many members are to be drawn.")
    return size


def _uploaded(part: str, held: tuple[str, bytes] | None) -> tuple[str, bytes]:
    upload: FileStorage | None = request.files.get(part)
    if upload is None or not upload.filename:
        if held is None:
            raise BadForm(f"The file of the {WHAT[part]} is missing.", "Choose a CSV or XLSX file.")
        return held
    data = upload.stream.read(UPLOAD_LIMIT + 1)
    if len(data) > UPLOAD_LIMIT:
        raise BadForm(
            f"The file of the {WHAT[part]} is larger than 10 MB.", "Remove columns that the draw does not need."
        )
    name = upload.filename.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:100] or part, data


@recruiter.post("/<recruitment_id>/draw")
@open_to(Audience.RECRUITER)
def draw(recruitment_id: str) -> ResponseReturnValue:
    """Ask for a draw, with a public seed if there is one; refused (409) while one of this recruitment is at work."""
    draw_id = desk().request_draw(recruitment_id, seed=text(fields(), "seed"))
    jobs().ask(draw_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}", {"draw": draw_id})


@recruiter.post("/<recruitment_id>/draws/<draw_id>/cancel")
@open_to(Audience.RECRUITER)
def cancel(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """Stop a draw; its process is killed within a second. To cancel twice is fine."""
    _of(recruitment_id, draw_id)
    desk().cancel_draw(draw_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}")


@recruiter.post("/<recruitment_id>/draws/<draw_id>/seat")
@open_to(Audience.RECRUITER)
def seat(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """Seat the panel that was drawn as an assembly; its name must be free, so to seat twice is refused (409)."""
    _of(recruitment_id, draw_id)
    panel = desk().draw_files(draw_id)["panel.csv"].decode("utf-8")
    people = list(csv.DictReader(io.StringIO(panel, newline="")))
    seated = desk().seat(text(fields(), "assembly"), people, recruitment_id=recruitment_id)
    return done(None, f"/recruit/assemblies/{seated.assembly_id}", {"assembly": seated.assembly_id})


@recruiter.post("/assemblies/<assembly_id>/facilitate")
@open_to(Audience.RECRUITER)
def facilitate(assembly_id: str) -> ResponseReturnValue:
    """A fresh one-time link for the facilitator of this assembly, shown once; each press makes another."""
    code = desk().issue_link(Audience.FACILITATOR, assembly_id)
    return redirect(f"/sign-in/{code}", 303)


def _of(recruitment_id: str, draw_id: str) -> None:
    """Refuse a draw that is not this recruitment's."""
    if desk().draw(draw_id).recruitment_id != recruitment_id:
        raise NotFound("This recruitment has no such draw.", "Choose a draw from the recruitment's page.")
