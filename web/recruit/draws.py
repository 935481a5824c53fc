"""A draw: asked for, on its way (the work is done elsewhere, by jobs), stopped, looked at, seated."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import DrawRequest
from facilitation.errors import NotFound, WrongState
from web.access import Audience, desk, only_for_all_assemblies, open_to
from web.charts import chances_picture, read_chances
from web.doors.joining import done
from web.queue import jobs
from web.recruit import alternates
from web.recruit.comparison import compared_page
from web.recruit.downloads import download, workbook_of
from web.recruit.public_draw import prepared_page
from web.recruit.recruitments import STAGES, draw_of, fairness_of, recruitment
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("draws", __name__, url_prefix="/recruit")

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


@room.get("/<recruitment_id>/draws/<draw_id>")
@open_to(Audience.RECRUITER)
def show_draw(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """One draw: how far it has come, or what it made."""
    found, request_ = draw_of(recruitment_id, draw_id)
    if request_.kind == "prepare" and request_.state == "done":
        return prepared_page(found, request_)
    if request_.kind == "compare" and request_.state == "done":
        return compared_page(found, request_)
    if request_.kind == alternates.KIND and request_.state == "done":
        return redirect(f"/recruit/{recruitment_id}/draws/{request_.options['of']}#alternates")
    made = _result(draw_id) if request_.state == "done" else None
    return render_template(
        "recruit/draw.html",
        found=found,
        draw=request_,
        words=_words(request_),
        made=made,
        downloads=DOWNLOADS,
        alternates=alternates.alternates_of(found, draw_id),
    )


@room.get("/<recruitment_id>/draws/<draw_id>/progress")
@open_to(Audience.RECRUITER)
def progress(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """How far the draw has come, for the page's script."""
    _, request_ = draw_of(recruitment_id, draw_id)
    attempts = [one.as_json() for one in request_.record]
    return jsonify({"state": request_.state, "ended": request_.ended, "attempts": attempts, **_words(request_)})


@room.get("/<recruitment_id>/draws/<draw_id>/files/<path:name>")
@open_to(Audience.RECRUITER)
def file(recruitment_id: str, draw_id: str, name: str) -> ResponseReturnValue:
    """One file of the draw, byte for byte: this is what `folkmoot verify` reads."""
    draw_of(recruitment_id, draw_id)
    data = desk().draw_files(draw_id, (name,)).get(name)
    if data is None:
        raise NotFound(f"This draw has no file {name[:40]}.", "Choose one of the files on its page.")
    return download(data, name.rpartition("/")[2])


@room.get("/<recruitment_id>/draws/<draw_id>/spreadsheet/<path:name>")
@open_to(Audience.RECRUITER)
def spreadsheet(recruitment_id: str, draw_id: str, name: str) -> ResponseReturnValue:
    """The same table as a workbook in which every cell is text: ids keep their zeros, and nothing runs as a formula."""
    draw_of(recruitment_id, draw_id)
    data = desk().draw_files(draw_id, (name,)).get(name)
    if data is None or not name.endswith(".csv"):
        raise NotFound(f"This draw has no table {name[:40]}.", "Choose one of the tables on its page.")
    table = name.rpartition("/")[2]
    return download(workbook_of({table: data}), table.removesuffix(".csv") + ".xlsx")


keep_forms(alternates.room, {"choose_alternates": show_draw})
keep_forms(room, {"draw": recruitment, "compare": recruitment, "seat": show_draw, "enough": show_draw})


@room.post("/<recruitment_id>/draw")
@open_to(Audience.RECRUITER)
def draw(recruitment_id: str) -> ResponseReturnValue:
    """Ask for a draw, with a public seed if there is one; refused (409) while one of this recruitment is at work."""
    sent = fields()
    options = {"fairness": fairness_of(sent), "diversity": bool(text(sent, "diversity"))}
    draw_id = desk().request_draw(recruitment_id, seed=text(sent, "seed"), options=options)
    jobs().ask(draw_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}", {"draw": draw_id})


@room.post("/<recruitment_id>/compare")
@open_to(Audience.RECRUITER)
def compare(recruitment_id: str) -> ResponseReturnValue:
    """Ask for the ideas of fair side by side; refused (409) while work for this recruitment goes on."""
    draw_id = desk().request_draw(recruitment_id, kind="compare")
    jobs().ask(draw_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}", {"draw": draw_id})


@room.post("/<recruitment_id>/draws/<draw_id>/cancel")
@open_to(Audience.RECRUITER)
def cancel(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """Stop a draw; its process is killed within a second. To cancel twice is fine."""
    draw_of(recruitment_id, draw_id)
    desk().cancel_draw(draw_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}")


@room.post("/<recruitment_id>/draws/<draw_id>/enough")
@open_to(Audience.RECRUITER)
def enough(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """Stop the search and draw from the best lottery so far, with its proven gap. To press twice is fine."""
    draw_of(recruitment_id, draw_id)
    desk().enough(draw_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}")


@room.post("/<recruitment_id>/draws/<draw_id>/seat")
@open_to(Audience.RECRUITER)
def seat(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """Seat the panel that was drawn as an assembly; its name must be free, so to seat twice is refused (409).

    A recruiter of one assembly has theirs already: another one out of the same draw would be nobody's and everybody's.
    """
    only_for_all_assemblies()
    _, request_ = draw_of(recruitment_id, draw_id)
    if request_.kind == "replacement":
        raise WrongState("This draw fills seats of an assembly that is seated.", "Seat who was drawn on its page.")
    files = desk().draw_files(draw_id, ("panel.csv", "private/panel.csv"))
    if not files:
        raise WrongState("Nobody is drawn yet.", "Reveal the draw first.")
    panel = next(iter(files.values())).decode("utf-8")
    people = list(csv.DictReader(io.StringIO(panel, newline="")))
    seated = desk().seat(text(fields(), "assembly"), people, recruitment_id=recruitment_id, draw_id=draw_id)
    return done(None, f"/recruit/assemblies/{seated.assembly_id}", {"assembly": seated.assembly_id})


def _words(request_: DrawRequest) -> dict[str, str]:
    """The progress in plain words; what is not known yet is an empty text."""
    running = request_.state == "running"
    if running:
        request_ = replace(request_, **jobs().progress(request_.id))
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
    rows = _panel(files, report["ticket"])
    met = quotas_met(report, {row[0] for row in rows[1:]})
    return {
        "chances": chances_picture(read_chances(files["chances.csv"], listed(report))),
        "proof": proof_in_words(certificate),
        "proved": certificate["proved"],
        "quotas": met,
        "all_met": all(row["min"] <= row["selected"] <= row["max"] for row in met),
        "report": report,
        "columns": rows[0],
        "panel": rows[1:],
        "names": sorted(files),
    }


def _panel(files: Mapping[str, bytes], ticket: int) -> list[list[str]]:
    """The panel with its header; the ids alone, as the lottery has them, once the people's data is deleted."""
    if "panel.csv" in files:
        return list(csv.reader(io.StringIO(files["panel.csv"].decode("utf-8"), newline="")))
    panels = json.loads(files["lottery.json"])["panels"]
    return [["id"], *([member] for panel in panels if ticket in panel["numbers"] for member in panel["members"])]


def listed(report: Mapping[str, Any]) -> set[str]:
    """Those about whom a list decided, not the lot.

    >>> pool = [{"id": "v1", "values": ["by lot"]}, {"id": "v2", "values": ["excluded"]}]
    >>> listed({"features": ["selection"], "pool": pool}), listed({"features": ["age"], "pool": pool})
    ({'v2'}, set())
    """
    if "selection" not in report["features"]:
        return set()
    place = report["features"].index("selection")
    return {one["id"] for one in report["pool"] if one["values"][place] != "by lot"}


def quotas_met(report: Mapping[str, Any], members: Collection[str]) -> list[dict[str, Any]]:
    """Every quota, as it was before it gave way, with the number of members that have its value.

    >>> report = {"features": ["age"], "quotas": [{"feature": "age", "value": "16-29", "min": 1, "max": 2}],
    ...     "pool": [{"id": "v1", "values": ["16-29"]}, {"id": "v2", "values": ["16-29"]}]}
    >>> quotas_met(report, {"v1"})[0]["selected"]
    1
    """
    place = {feature: number for number, feature in enumerate(report["features"])}
    agreed = {(one["feature"], one["value"]): one for one in report.get("waived", {}).get("quotas", ())}
    seated = [one["values"] for one in report["pool"] if one["id"] in members]
    return [
        {
            **quota,
            **agreed.get((quota["feature"], quota["value"]), {}),
            "selected": sum(values[place[quota["feature"]]] == quota["value"] for values in seated),
        }
        for quota in report["quotas"]
    ]
