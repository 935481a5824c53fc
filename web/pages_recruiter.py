"""The recruiter's pages: files → check → draw → panel → seats.

The draw itself runs elsewhere (jobs); these pages show how far it has come and what it made.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import DrawRequest, Recruitment
from facilitation.errors import NotFound
from web.access import Audience, desk, open_to
from web.charts import chances_picture, read_chances
from web.checks import Asked, Checked, Upload, check
from web.pages_facilitator import badge_sheet

recruiter_pages = Blueprint("recruiter_pages", __name__, url_prefix="/recruit")

STAGES = {
    "queued": "Waiting for its turn",
    "running": "Working",
    "done": "Done",
    "failed": "Stopped by a fault",
    "cancelled": "Cancelled",
}
STEPS = {
    "levels": "1 of 3: how equal the chances can be",
    "panels": "2 of 3: real panels that give these chances",
    "mixing": "2 of 3: real panels that give these chances",
    "seats": "3 of 3: seats for the volunteers",
}
DOWNLOADS: tuple[tuple[str, str], ...] = (
    ("panel.csv", "The members of the panel"),
    ("remaining.csv", "All other volunteers"),
    ("chances.csv", "Everyone’s chance"),
    ("lottery.json", "Every panel of the lottery with its weight"),
    ("certificate.json", "The proof of fairness"),
    ("report.html", "The report, to read and to publish"),
    ("report.json", "What is needed to verify the draw"),
)
BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@recruiter_pages.get("")
@open_to(Audience.RECRUITER)
def recruitments() -> ResponseReturnValue:
    """All recruitments and assemblies, and the form for a new one."""
    return render_template(
        "recruit/list.html", recruitments=desk().recruitments(), assemblies=desk().assemblies(), stages=STAGES
    )


@recruiter_pages.get("/<recruitment_id>")
@open_to(Audience.RECRUITER)
def recruitment(recruitment_id: str) -> ResponseReturnValue:
    """One recruitment: its files, what the check says of them, and its draws."""
    found = desk().recruitment(recruitment_id)
    return render_template("recruit/recruitment.html", found=found, checked=_checked(found), stages=STAGES)


def _checked(found: Recruitment) -> Checked | None:
    files = desk().files(found.id)
    if not {"pool", "quotas"} <= set(files) or found.size is None:
        return None
    return check(Asked(Upload(*files["pool"]), Upload(*files["quotas"]), found.size, tuple(found.household)))


@recruiter_pages.get("/<recruitment_id>/draws/<draw_id>")
@open_to(Audience.RECRUITER)
def draw(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """One draw: how far it has come, or what it made."""
    found, request_ = _of(recruitment_id, draw_id)
    made = _result(draw_id) if request_.state == "done" else None
    return render_template(
        "recruit/draw.html", found=found, draw=request_, words=_words(request_), made=made, downloads=DOWNLOADS
    )


@recruiter_pages.get("/<recruitment_id>/draws/<draw_id>/progress")
@open_to(Audience.RECRUITER)
def progress(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """How far the draw has come, for the page's script."""
    _, request_ = _of(recruitment_id, draw_id)
    return jsonify({"state": request_.state, "ended": request_.ended, **_words(request_)})


@recruiter_pages.get("/<recruitment_id>/draws/<draw_id>/files/<name>")
@open_to(Audience.RECRUITER)
def file(recruitment_id: str, draw_id: str, name: str) -> ResponseReturnValue:
    """One file of the draw, byte for byte: this is what `folkmoot verify` reads."""
    _of(recruitment_id, draw_id)
    data = desk().draw_files(draw_id).get(name)
    if data is None:
        raise NotFound(f"This draw has no file {name[:40]}.", "Choose one of the files on its page.")
    return download(data, name)


@recruiter_pages.get("/<recruitment_id>/draws/<draw_id>/spreadsheet/<name>")
@open_to(Audience.RECRUITER)
def spreadsheet(recruitment_id: str, draw_id: str, name: str) -> ResponseReturnValue:
    """The same table for a spreadsheet programme: with BOM, every cell quoted, and no cell that runs as a formula."""
    _of(recruitment_id, draw_id)
    data = desk().draw_files(draw_id).get(name)
    if data is None or not name.endswith(".csv"):
        raise NotFound(f"This draw has no table {name[:40]}.", "Choose one of the tables on its page.")
    return download(for_spreadsheets(data), name.replace(".csv", "-for-spreadsheets.csv"))


@recruiter_pages.get("/assemblies/<assembly_id>")
@open_to(Audience.RECRUITER)
def assembly(assembly_id: str) -> ResponseReturnValue:
    """A seated assembly: its members with their join codes."""
    named = _assembly(assembly_id)
    return render_template("recruit/assembly.html", assembly=named, people=desk().badges(assembly_id))


@recruiter_pages.get("/assemblies/<assembly_id>/badges")
@open_to(Audience.RECRUITER)
def badges(assembly_id: str) -> ResponseReturnValue:
    """The badges of all members, to print."""
    sheet = badge_sheet(_assembly(assembly_id))
    return render_template("badges.html", **sheet, back=f"/recruit/assemblies/{assembly_id}")


def _assembly(assembly_id: str) -> dict[str, Any]:
    for one in desk().assemblies():
        if one.id == assembly_id:
            return asdict(one)
    raise NotFound("There is no such assembly.", "Choose one from the list.")


def _of(recruitment_id: str, draw_id: str) -> tuple[Recruitment, DrawRequest]:
    """The recruitment and its draw; a draw of another recruitment is not found here."""
    found = desk().recruitment(recruitment_id)
    for one in found.draws:
        if one.id == draw_id:
            return found, one
    raise NotFound("This recruitment has no such draw.", "Choose a draw on the recruitment's page.")


def _words(request_: DrawRequest) -> dict[str, str]:
    """The progress in plain words; what is not known yet is an empty text."""
    running = request_.state == "running"
    return {
        "state_words": STAGES.get(request_.state, request_.state),
        "stage": STEPS.get(request_.stage, request_.stage) if running else "",
        "note": (request_.note if running else "") or "",
        "bound": _figure(request_.bound),
        "gap": _figure(request_.gap),
        "elapsed": f"{(datetime.now(UTC) - request_.asked_at).total_seconds():.0f} s",
    }


def _figure(share: float | None) -> str:
    return f"{100 * share:.2f} %" if share is not None else ""


def _result(draw_id: str) -> dict[str, Any]:
    """What the page of a finished draw shows, read from the draw's own files."""
    from sortition.folder import proof_in_words  # here and not above: a server starts faster without the draw's rooms

    files = desk().draw_files(draw_id)
    report, certificate = json.loads(files["report.json"]), json.loads(files["certificate.json"])
    rows = list(csv.reader(io.StringIO(files["panel.csv"].decode("utf-8"), newline="")))
    return {
        "chances": chances_picture(read_chances(files["chances.csv"])),
        "proof": proof_in_words(certificate),
        "proved": certificate["proved"],
        "quotas": quotas_met(report, {row[0] for row in rows[1:]}),
        "report": report,
        "columns": rows[0],
        "panel": rows[1:],
        "names": sorted(files),
    }


def quotas_met(report: Mapping[str, Any], members: Collection[str]) -> list[dict[str, Any]]:
    """Every quota with the number of members that have its value.

    >>> report = {"features": ["age"], "quotas": [{"feature": "age", "value": "16-29", "min": 1, "max": 2}],
    ...     "pool": [{"id": "v1", "values": ["16-29"]}, {"id": "v2", "values": ["16-29"]}]}
    >>> quotas_met(report, {"v1"})[0]["selected"]
    1
    """
    place = {feature: number for number, feature in enumerate(report["features"])}
    seated = [one["values"] for one in report["pool"] if one["id"] in members]
    return [
        {**quota, "selected": sum(values[place[quota["feature"]]] == quota["value"] for values in seated)}
        for quota in report["quotas"]
    ]


# ------------------------------------------------------------------------------------------------ downloads


def download(data: bytes, name: str) -> Response:
    """A file to keep, never to be run by the browser."""
    response = Response(data, mimetype="text/csv" if name.endswith(".csv") else "application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def for_spreadsheets(table: bytes) -> bytes:
    """A CSV that a spreadsheet opens as it is meant: with BOM, quoted, and without formulas.

    >>> for_spreadsheets(b"id,name\\n1,=2+2\\n").decode("utf-8-sig")
    '"id","name"\\r\\n"1","\\'=2+2"\\r\\n'
    """
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(table.decode("utf-8"))):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return (BOM + made.getvalue()).encode("utf-8")
