"""A seated assembly: its members with their codes, who leaves it, and who takes the seat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import MemberRow
from facilitation.errors import NotFound
from facilitation.seats import REASONS
from web import live
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.pages.facilitator import badge_sheet
from web.recruit.alternates import alternates_of
from web.recruit.replacements import newly_drawn
from web.recruit.seated import Volunteer, drawn, recruitment_of
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("assemblies", __name__, url_prefix="/recruit/assemblies/<assembly_id>")


@room.get("")
@open_to(Audience.RECRUITER)
def assembly(assembly_id: str) -> ResponseReturnValue:
    """The members with their join codes, free seats first of all, and those who have left."""
    named = _assembly(assembly_id)
    everyone = desk().members(assembly_id)
    return render_template(
        "recruit/assembly.html",
        assembly=named,
        people=[one for one in everyone if not one.left],
        free=[one for one in everyone if one.free],
        left=[one for one in everyone if one.left],
        reasons=REASONS,
        recruitment=recruitment_of(assembly_id),
    )


@room.get("/badges")
@open_to(Audience.RECRUITER)
def badges(assembly_id: str) -> ResponseReturnValue:
    """The badges of all members, to print."""
    sheet = badge_sheet(_assembly(assembly_id))
    return render_template("badges.html", **sheet, back=f"/recruit/assemblies/{assembly_id}")


@room.get("/members/<member_id>/leave")
@open_to(Audience.RECRUITER)
def leaving(assembly_id: str, member_id: str) -> ResponseReturnValue:
    """What it means that this member leaves, and the question why."""
    named = _assembly(assembly_id)
    return render_template(
        "recruit/leave.html", assembly=named, member=_member(assembly_id, member_id), reasons=REASONS
    )


@room.get("/members/<member_id>/seat")
@open_to(Audience.RECRUITER)
def free_seat(assembly_id: str, member_id: str) -> ResponseReturnValue:
    """Who takes the seat that this member gave up?"""
    named, everyone, found = _assembly(assembly_id), desk().members(assembly_id), recruitment_of(assembly_id)
    sat = {one.panel_id for one in everyone}
    alternates = [one for one in alternates_of(found, found.seated_draw if found else None) if one["id"] not in sat]
    return render_template(
        "recruit/seat.html",
        assembly=named,
        member=_member(assembly_id, member_id),
        alternates=alternates,
        replacements=newly_drawn(found, assembly_id, everyone),
        volunteers=bool(drawn(found, "remaining.csv")),
        reasons=REASONS,
    )


keep_forms(room, {"withdraw": leaving, "replace_member": free_seat, "call_back": free_seat})


@room.post("/facilitate")
@open_to(Audience.RECRUITER)
def facilitate(assembly_id: str) -> ResponseReturnValue:
    """A fresh one-time link for the facilitator of this assembly, shown once; each press makes another."""
    code = desk().issue_link(Audience.FACILITATOR, assembly_id, by=me())
    return redirect(f"/sign-in/{code}", 303)


@room.post("/members/<member_id>/leave")
@open_to(Audience.RECRUITER)
def withdraw(assembly_id: str, member_id: str) -> ResponseReturnValue:
    """The member leaves: code and devices are revoked in the same moment. Sent twice, the second is refused (410)."""
    reason = text(fields(), "reason")
    if not reason:
        raise BadForm("The reason is missing.", "Choose one; the journal keeps it for good, without the name.")
    desk().withdraw_member(assembly_id, member_id, reason, actor=_actor())
    live.dismiss(member_id)
    return _back(assembly_id, to=f"members/{member_id}/seat")


@room.post("/members/<member_id>/seat")
@open_to(Audience.RECRUITER)
def replace_member(assembly_id: str, member_id: str) -> ResponseReturnValue:
    """Somebody takes the free seat, with a fresh code. Sent twice, or by two at once, the second is refused (409)."""
    row, source = _chosen(assembly_id)
    seat = desk().seat_alternate(assembly_id, member_id, row, source, actor=_actor())
    return _back(assembly_id, {"id": seat.id, "name": seat.name, "code": seat.code})


@room.post("/members/<member_id>/call-back")
@open_to(Audience.RECRUITER)
def call_back(assembly_id: str, member_id: str) -> ResponseReturnValue:
    """Who left comes back to the same seat, with a fresh code. Sent twice, the second is refused (409)."""
    seat = desk().seat_again(assembly_id, member_id, actor=_actor())
    return _back(assembly_id, {"id": seat.id, "name": seat.name, "code": seat.code})


def _back(assembly_id: str, body: dict[str, Any] | None = None, to: str = "") -> ResponseReturnValue:
    """Every session of the assembly is told: who is a member has changed."""
    here = f"/recruit/assemblies/{assembly_id}"
    return done(live.present_session(assembly_id), f"{here}/{to}" if to else here, body)


def _actor() -> str:
    return f"recruiter:{me().token_id}"


def _assembly(assembly_id: str) -> dict[str, Any]:
    for one in desk().assemblies():
        if one.id == assembly_id:
            return asdict(one)
    raise NotFound("There is no such assembly.", "Choose one from the list.")


def _member(assembly_id: str, member_id: str) -> MemberRow:
    for one in desk().members(assembly_id):
        if one.id == member_id:
            return one
    raise NotFound("There is no such member in this assembly.", "Choose one from the list of members.")


def _chosen(assembly_id: str) -> tuple[Volunteer, str]:
    """Who was chosen: an alternate, somebody newly drawn, another volunteer by id, or, without a draw, anybody."""
    sent, found = fields(), recruitment_of(assembly_id)
    chosen, other, name = (text(sent, field) for field in ("alternate", "volunteer", "name"))
    way, _, known = chosen.partition(":")
    if way == "alternate":
        return _volunteer(alternates_of(found, found.seated_draw if found else None), known), "alternate"
    if way == "drawn":
        return _volunteer(newly_drawn(found, assembly_id, desk().members(assembly_id)), known), "replacement-draw"
    if not other:
        raise BadForm("The volunteer’s id is missing.", "Type the id as it stands in the list of volunteers.")
    volunteers = drawn(found, "remaining.csv")
    if volunteers:
        return _volunteer(volunteers, other), "remaining"
    return {"id": other, "name": name}, "by-hand"


def _volunteer(rows: Sequence[Volunteer], volunteer_id: str) -> Volunteer:
    for row in rows:
        if row["id"] == volunteer_id:
            return {column: cell for column, cell in row.items() if column != "table"}
    raise BadForm(
        f"The draw has no volunteer {volunteer_id[:40]} who was not chosen.",
        "Type an id of remaining.csv, the list of all other volunteers.",
    )
