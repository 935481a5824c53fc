"""The members of a running day: added, corrected, taken out, and free seats filled, all from one page. No JavaScript.

What is known of a member beyond a table number stands where it can be erased; the journal gets ids and a hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.desk.membership import OWN_COLUMNS
from facilitation.seats import REASONS
from web import live
from web.access import Audience, desk, me, open_to, sees_columns
from web.doors.joining import done
from web.errors import BadForm, NotForYou
from web.pages.facilitator import badge_sheet
from web.presence import folded
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

room = Blueprint("members", __name__, url_prefix="/run/<session_id>/members")

COLUMN = "column:"
FEW_VALUES = 12
SIGN_IN_TOO = "Correct name, table and needs here, or sign in as a recruiter in this browser, too."


@room.get("")
@open_to(Audience.FACILITATOR)
def members(session_id: str, **_of_the_door: str) -> ResponseReturnValue:
    """Everyone, with a search by name; free seats; the form for one more; what it all means for votes."""
    session = desk().session(session_id)
    everyone = desk().members(session.assembly_id)
    sought = request.args.get("q", "").strip()[:100]
    here = [one for one in everyone if not one.left]
    names = [one.name.casefold() for one in here]
    seen: dict[str, Any] = {
        "session": session,
        "people": [one for one in here if folded(sought) in folded(one.name)],
        "of": len(here),
        "same": {one.id for one in here if names.count(one.name.casefold()) > 1},
        "free": [one for one in everyone if one.free],
        "left": [one for one in everyone if one.left],
        "sought": sought,
        "reasons": REASONS,
    }
    return render_template("run/members.html", **seen, **_form_of(session.assembly_id), back=f"/run/{session_id}")


@room.get("/<member_id>")
@open_to(Audience.FACILITATOR)
def member(session_id: str, member_id: str) -> ResponseReturnValue:
    """One member: what is known of them, to be corrected; their code; and the way out."""
    session = desk().session(session_id)
    known = desk().member(session.assembly_id, member_id)
    seen = {"session": session, "known": known, "row": known.row, "reasons": REASONS, "new": request.args.get("new")}
    shown = _seen_of_one(session.assembly_id, known.columns)
    form = _form_of(session.assembly_id, {name: known.columns[name] for name in shown}, only=shown)
    return render_template("run/member.html", **seen, **form, hidden_columns=len(shown) < len(known.columns))


@room.get("/<member_id>/badge")
@open_to(Audience.FACILITATOR)
def badge(session_id: str, member_id: str) -> ResponseReturnValue:
    """The badge of one member, to print."""
    session = desk().session(session_id)
    row = desk().member(session.assembly_id, member_id).row
    sheet = badge_sheet({"id": session.assembly_id, "name": session.assembly_name})
    sheet["people"] = [one for one in sheet["people"] if one["code"] == row.code]
    return render_template("badges.html", **sheet, back=f"/run/{session_id}/members/{member_id}")


keep_forms(room, {"add": members, "fill": members, "call_back": members}, otherwise=member)


@room.post("")
@open_to(Audience.FACILITATOR)
def add(session_id: str) -> ResponseReturnValue:
    """One more member. The page's key makes the id where none is typed, so that sending it twice is refused (409)."""
    sent = fields()
    row = {**_typed(sent), "id": text(sent, "id") or f"added-{text(sent, 'key')[:8]}"}
    member_id, code = desk().add_member(_assembly(session_id), row, _table(sent), actor=_actor())
    return done(session_id, f"/run/{session_id}/members/{member_id}?new=1", {"member": member_id, "code": code})


@room.post("/<member_id>/correct")
@open_to(Audience.FACILITATOR)
def correct(session_id: str, member_id: str) -> ResponseReturnValue:
    """Correct name, table and what the member needs; a recruiter, the other columns, too. Twice changes no more."""
    sent, assembly_id = fields(), _assembly(session_id)
    row = _typed(sent)
    if set(row) - {"name", *_seen_of_one(assembly_id, row)}:
        raise NotForYou("Only recruiters see and correct what volunteers said of themselves.", SIGN_IN_TOO)
    desk().correct_member(assembly_id, member_id, row, _table(sent), actor=_actor())
    return done(session_id, f"/run/{session_id}/members#member-{member_id}")


@room.post("/<member_id>/new-code")
@open_to(Audience.FACILITATOR)
def new_code(session_id: str, member_id: str) -> ResponseReturnValue:
    """The badge was lost: a fresh code and square. The form names the lost one, so sent twice it is done once."""
    desk().renew_code(_assembly(session_id), member_id, text(fields(), "lost"), actor=_actor())
    live.nudge(member_id)
    return done(session_id, f"/run/{session_id}/members/{member_id}#code-heading")


@room.post("/<member_id>/remove")
@open_to(Audience.FACILITATOR)
def remove(session_id: str, member_id: str) -> ResponseReturnValue:
    """The member leaves the assembly: code and devices are refused from now on. Twice, the second is refused (410)."""
    reason = text(fields(), "reason")
    if not reason:
        raise BadForm("The reason is missing.", "Choose one; the journal keeps it for good, without the name.")
    desk().withdraw_member(_assembly(session_id), member_id, reason, actor=_actor())
    live.dismiss(member_id)
    return done(session_id, f"/run/{session_id}/members#free")


@room.post("/<member_id>/fill")
@open_to(Audience.FACILITATOR)
def fill(session_id: str, member_id: str) -> ResponseReturnValue:
    """Somebody takes the seat that this member gave up, with a fresh code. Twice, the second is refused (409)."""
    sent = fields()
    row = {"id": text(sent, "id") or f"added-{text(sent, 'key')[:8]}", "name": text(sent, "name")}
    if not row["name"]:
        raise BadForm("The name is missing.", "Type the name of whoever takes the seat.")
    assembly_id = _assembly(session_id)
    seat = desk().seat_alternate(assembly_id, member_id, row, "by-hand", actor=_actor())
    new = desk().member_called(assembly_id, seat.id)
    return done(session_id, f"/run/{session_id}/members/{new}?new=1", {"member": new, "code": seat.code})


@room.post("/<member_id>/call-back")
@open_to(Audience.FACILITATOR)
def call_back(session_id: str, member_id: str) -> ResponseReturnValue:
    """Who left comes back to the same seat, with a fresh code. Twice, the second is refused (409)."""
    assembly_id = _assembly(session_id)
    seat = desk().seat_again(assembly_id, member_id, actor=_actor())
    new = desk().member_called(assembly_id, seat.id)
    return done(session_id, f"/run/{session_id}/members/{new}?new=1", {"member": new, "code": seat.code})


def _seen_of_one(assembly_id: str, columns: Iterable[str]) -> list[str]:
    """Which columns this browser may see of one person: a facilitator those that say what they need, no others."""
    mine = set(desk().needs_columns(assembly_id))
    return [name for name in columns if name in mine or sees_columns(assembly_id)]


def _form_of(
    assembly_id: str, known: Mapping[str, str] | None = None, only: Sequence[str] | None = None
) -> dict[str, Any]:
    """The fields of the form: every column of the panel's file (or `only` some), as a choice where it has few values.

    Of a new member nothing is known yet, so whoever adds them may type what they say.
    """
    columns = desk().columns(assembly_id)
    typed: Mapping[str, str] = g.sent if g.get("problem") else {}
    said = known or {}
    names = [name for name in dict.fromkeys([*columns, *said]) if name not in OWN_COLUMNS]
    names = [name for name in names if only is None or name in only]
    rows = [
        {
            "name": name,
            "field": f"{COLUMN}{name}",
            "value": typed.get(f"{COLUMN}{name}", said.get(name, "")),
            "values": list(columns[name]) if _is_of_groups(columns.get(name, {})) else [],
        }
        for name in names
    ]
    return {"columns": rows, "typed": typed, "consequences": desk().consequences(assembly_id)}


def _is_of_groups(values: Mapping[str, int]) -> bool:
    """Has this column few values, none of which says who somebody is? Then it is a choice, and otherwise a blank.

    >>> _is_of_groups({"north": 2, "south": 3}), _is_of_groups({"PC1 1AA": 1, "PC1 1AB": 2})
    (True, False)
    """
    return 1 < len(values) <= FEW_VALUES and min(values.values()) > 1


def _typed(sent: Mapping[str, Any]) -> dict[str, str]:
    found = {name.removeprefix(COLUMN): text(dict(sent), name) for name in sent if name.startswith(COLUMN)}
    return {**found, "name": text(dict(sent), "name")}


def _table(sent: dict[str, Any]) -> int:
    table = whole(sent, "table")
    if table is None:
        raise BadForm("The field “table” is empty.", "Type the number of the table.")
    return table


def _assembly(session_id: str) -> str:
    return desk().assembly_of(session_id)


def _actor() -> str:
    return f"facilitator:{me().token_id}"
