"""An assembly from a panel that was drawn elsewhere: a name and a file, and everyone has a seat and a code."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.errors import BadPanel
from web.access import Audience, desk, only_for_all_assemblies, open_to
from web.children import Upload
from web.doors.joining import done
from web.errors import BadForm
from web.panels import panel_rows
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("seating", __name__, url_prefix="/recruit/seat")
PANEL_LIMIT = 2 * 1024 * 1024  # some thousand members with many columns


@room.get("")
@open_to(Audience.RECRUITER)
def form() -> ResponseReturnValue:
    """The form."""
    return render_template("recruit/seat_panel.html")


keep_forms(room, {}, otherwise=form)


@room.post("")
@open_to(Audience.RECRUITER, body_limit=PANEL_LIMIT + 64 * 1024)
def seat_panel() -> ResponseReturnValue:
    """Seat it. Sent twice, the second is told that an assembly of this name is there."""
    only_for_all_assemblies()
    name = text(fields(), "assembly")
    if not name:
        raise BadForm("The assembly needs a name.", "Give it a name, such as Northmoor climate assembly.")
    file = request.files.get("panel")
    if file is None or not file.filename:
        raise BadForm("The file of the panel is missing.", "Choose a CSV or XLSX file with a column “id”.")
    data = file.stream.read(PANEL_LIMIT + 1)
    if len(data) > PANEL_LIMIT:
        raise BadForm("The panel’s file is larger than 2 MB.", "Remove columns that the session does not need.")
    called = file.filename.replace("\\", "/").rpartition("/")[2][:100] or "panel"
    read = panel_rows(Upload(called, data))
    for problem in read.problems:
        raise BadForm(problem["message"], problem["remedy"])
    try:
        seated = desk().seat(name, read.rows)
    except BadPanel as bad:
        raise BadForm(f"The panel’s file, {bad.message}", bad.remedy) from None
    return done(None, f"/recruit/assemblies/{seated.assembly_id}", {"assembly": seated.assembly_id})
