"""A recruitment: its two files, what the check says of them, and its draws."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from facilitation.desk import DrawRequest, Recruitment
from facilitation.errors import NotFound
from web.access import Audience, desk, me, only_for_all_assemblies, open_to
from web.checks import LISTS, Asked, Checked, check
from web.children import Upload
from web.doors.joining import done
from web.errors import BadForm
from web.refused import keep_forms
from web.server.bodies import fields, text, whole
from web.settings import UPLOAD_LIMIT

room = Blueprint("recruitments", __name__, url_prefix="/recruit")
FAIRNESS: tuple[tuple[str, str, str], ...] = (
    (
        "leximin",
        "Nobody is worse off than they must be",
        "The smallest chance is as large as it can be, then the next smallest, and so on. Folkmoot’s choice.",
    ),
    (
        "maximin",
        "The smallest chance as large as it can be",
        "After that, the largest chance as small as it can be; between the two, nothing is promised.",
    ),
    (
        "nash",
        "A balance between the worst off and everybody else",
        "The product of all chances is as large as it can be: a little less for the worst off, where that gives "
        "many others more.",
    ),
    (
        "goldilocks",
        "Neither very small nor very large chances",
        "No chance is far below the others and none far above, both weighed together.",
    ),
    (
        "minimax",
        "The largest chance as small as it can be",
        "Nobody is nearly certain to be drawn, so it pays least to pretend to be somebody else.",
    ),
)
"""The ideas of fair that the lottery house knows, in plain words."""
LIST_LIMIT = 2 * 1024 * 1024  # fifty thousand ids
FIVE_FILES = 2 * UPLOAD_LIMIT + 3 * LIST_LIMIT + 64 * 1024
WHAT = {
    "pool": "volunteers",
    "quotas": "quotas",
    "already": "members who are selected already",
    "include": "volunteers to include",
    "exclude": "people to leave out",
    "shares": "shares",
}
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
    """All recruitments and assemblies, and the form for a new one; to a recruiter of one assembly, what is of that."""
    one = me().assembly_id
    begun = [each for each in desk().recruitments() if one in (None, each.assembly_id)]
    seated = [each for each in desk().assemblies() if one in (None, each.id)]
    return render_template(
        "recruit/list.html", recruitments=begun, assemblies=seated, stages=STAGES, of_all=one is None
    )


@room.get("/<recruitment_id>")
@open_to(Audience.RECRUITER)
def recruitment(recruitment_id: str) -> ResponseReturnValue:
    """One recruitment: its files, what the check says of them, and its draws."""
    found = desk().recruitment(recruitment_id)
    return render_template(
        "recruit/recruitment.html", found=found, checked=checked_now(found), stages=STAGES, fairness=FAIRNESS
    )


def checked_now(found: Recruitment) -> Checked | None:
    files = desk().files(found.id)
    if not {"pool", "quotas"} <= set(files) or found.size is None:
        return None
    pool, quotas = Upload(*files["pool"]), Upload(*files["quotas"])
    lists = {name: Upload(*files[name]) for name in LISTS if name in files}
    return check(Asked(pool, quotas, found.size, found.household, lists, _names(found.exclude_by)))


keep_forms(room, {"new": recruitments, "files": recruitment})


@room.post("")
@open_to(Audience.RECRUITER)
def new() -> ResponseReturnValue:
    """Begin a recruitment. Not idempotent: sent twice, there are two."""
    only_for_all_assemblies()
    recruitment_id = desk().new_recruitment(text(fields(), "title"))
    return done(None, f"/recruit/{recruitment_id}", {"recruitment": recruitment_id})


@room.post("/<recruitment_id>/files")
@open_to(Audience.RECRUITER, body_limit=FIVE_FILES)
def files(recruitment_id: str) -> ResponseReturnValue:
    """Keep pool and quotas; a file that is not sent again stays as it was. To send the same files twice is fine."""
    sent = fields()
    size = _size(sent)
    held = desk().files(recruitment_id)
    pool, quotas = _uploaded("pool", held.get("pool")), _uploaded("quotas", held.get("quotas"))
    desk().put_files(
        recruitment_id,
        pool=pool,
        quotas=quotas,
        size=size,
        household=_names(text(sent, "household")),
        more=_lists(sent),
        exclude_by=text(sent, "exclude_by"),
        actor=f"recruiter:{me().token_id}",
    )
    return done(None, f"/recruit/{recruitment_id}")


def fairness_of(sent: dict[str, Any]) -> str:
    """The idea of fair that a form chose, one of those that the pages offer."""
    fairness = text(sent, "fairness", FAIRNESS[0][0])
    if fairness not in [name for name, *_ in FAIRNESS]:
        raise BadForm("That idea of fairness is not offered.", "Choose one of those on the page.")
    return fairness


def _lists(sent: dict[str, Any]) -> dict[str, tuple[str, bytes] | None]:
    """Lists of those who are decided upon: new files, and None for those whose box says to forget them."""
    forgotten = {name: None for name in LISTS if text(sent, f"no-{name}")}
    return {**forgotten, **{name: file for name in LISTS if (file := uploaded(name)) is not None}}


def _size(sent: dict[str, Any]) -> int:
    try:
        size = whole(sent, "size")
    except BadForm:
        raise BadForm("How many members? That must be a whole number.", "Type digits only, such as 50.") from None
    if size is None:
        raise BadForm("The panel size is missing.", "Type how many members are to be drawn.")
    return size


def _uploaded(part: str, held: tuple[str, bytes] | None) -> tuple[str, bytes]:
    file = uploaded(part) or held
    if file is None:
        raise BadForm(f"The file of the {WHAT[part]} is missing.", "Choose a CSV or XLSX file.")
    return file


def uploaded(part: str) -> tuple[str, bytes] | None:
    """The file that a form sent under this name, if it sent one; larger ones are refused, names are made harmless."""
    upload: FileStorage | None = request.files.get(part)
    if upload is None or not upload.filename:
        return None
    most = LIST_LIMIT if part in LISTS else UPLOAD_LIMIT
    data = upload.stream.read(most + 1)
    if len(data) > most:
        raise BadForm(
            f"The file of the {WHAT[part]} is larger than {most // 1024**2} MB.",
            "Remove columns that the draw does not need.",
        )
    name = upload.filename.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:100] or part, data


def _names(typed: str) -> tuple[str, ...]:
    """Columns, with commas between them."""
    return tuple(name for column in typed.split(",") if (name := column.strip()))


def draw_of(recruitment_id: str, draw_id: str) -> tuple[Recruitment, DrawRequest]:
    """The recruitment and its draw; a draw of another recruitment is not found here."""
    found = desk().recruitment(recruitment_id)
    for one in found.draws:
        if one.id == draw_id:
            return found, one
    raise NotFound("This recruitment has no such draw.", "Choose a draw on the recruitment's page.")
