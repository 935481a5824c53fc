"""A recruitment: its two files, what the check says of them, and its draws."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from facilitation.desk import DrawRequest, Recruitment
from facilitation.errors import NotFound
from web.access import Audience, desk, me, open_to
from web.bodies import fields, text, whole
from web.checks import Asked, Checked, Upload, check
from web.doors import done
from web.errors import BadForm
from web.refused import keep_forms
from web.settings import UPLOAD_LIMIT

room = Blueprint("recruitments", __name__, url_prefix="/recruit")
TWO_FILES = 2 * UPLOAD_LIMIT + 64 * 1024
WHAT = {"pool": "volunteers", "quotas": "quotas"}
STAGES = {
    "queued": "Waiting for its turn",
    "running": "Working",
    "done": "Done",
    "failed": "Stopped by a fault",
    "cancelled": "Cancelled",
}


@room.get("")
@open_to(Audience.RECRUITER)
def recruitments() -> ResponseReturnValue:
    """All recruitments and assemblies, and the form for a new one."""
    return render_template(
        "recruit/list.html", recruitments=desk().recruitments(), assemblies=desk().assemblies(), stages=STAGES
    )


@room.get("/<recruitment_id>")
@open_to(Audience.RECRUITER)
def recruitment(recruitment_id: str) -> ResponseReturnValue:
    """One recruitment: its files, what the check says of them, and its draws."""
    found = desk().recruitment(recruitment_id)
    return render_template("recruit/recruitment.html", found=found, checked=checked_now(found), stages=STAGES)


def checked_now(found: Recruitment) -> Checked | None:
    files = desk().files(found.id)
    if not {"pool", "quotas"} <= set(files) or found.size is None:
        return None
    return check(Asked(Upload(*files["pool"]), Upload(*files["quotas"]), found.size, tuple(found.household)))


keep_forms(room, {"new": recruitments, "files": recruitment})


@room.post("")
@open_to(Audience.RECRUITER)
def new() -> ResponseReturnValue:
    """Begin a recruitment. Not idempotent: sent twice, there are two."""
    recruitment_id = desk().new_recruitment(text(fields(), "title"))
    return done(None, f"/recruit/{recruitment_id}", {"recruitment": recruitment_id})


@room.post("/<recruitment_id>/files")
@open_to(Audience.RECRUITER, body_limit=TWO_FILES)
def files(recruitment_id: str) -> ResponseReturnValue:
    """Keep pool and quotas; a file that is not sent again stays as it was. To send the same files twice is fine."""
    sent = fields()
    size = _size(sent)
    held = desk().files(recruitment_id)
    pool, quotas = _uploaded("pool", held.get("pool")), _uploaded("quotas", held.get("quotas"))
    household = [column.strip() for column in text(sent, "household").split(",") if column.strip()]
    desk().put_files(
        recruitment_id, pool=pool, quotas=quotas, size=size, household=household, actor=f"recruiter:{me().token_id}"
    )
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


def draw_of(recruitment_id: str, draw_id: str) -> tuple[Recruitment, DrawRequest]:
    """The recruitment and its draw; a draw of another recruitment is not found here."""
    found = desk().recruitment(recruitment_id)
    for one in found.draws:
        if one.id == draw_id:
            return found, one
    raise NotFound("This recruitment has no such draw.", "Choose a draw on the recruitment's page.")
