"""What an authority must be able to show: its details, the data protection impact assessment, the record of processing.

The last two are made of what is configured and what was said, so they are never older than that; what nobody has said
stands there as missing.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk.retention import AUTHORITY
from facilitation.retention import KINDS
from web.access import Audience, desk, me, only_for_all_assemblies, open_to
from web.authority import FIELDS, LONG, PARTS, authority_of, columns_now, read_authority
from web.doors.joining import done
from web.refused import keep_forms
from web.server.bodies import fields

room = Blueprint("authority", __name__, url_prefix="/recruit")
FORM_LIMIT = 512 * 1024  # two hundred columns with their reasons
RISKS: tuple[tuple[str, str, str], ...] = (
    (
        "Answers about ethnicity, health or opinions become known to people who need not know them",
        "Only recruiters see them; facilitators and hosts see names, tables and needs. Nothing public has a name. "
        "Small numbers are left out of results by groups.",
        "A recruiter who passes files on; a stolen laptop: encrypt its disk.",
    ),
    (
        "Somebody finds out how a member voted",
        "Ballots are kept without a member, a time or an order; sealed votes cannot be linked even by this server.",
        "A unanimous result tells everybody’s vote; people look at each other’s tablets.",
    ),
    (
        "The choice of members is unfair, or seems so",
        "The lottery is as fair as the quotas allow, with a proof that anyone can check; it can be drawn in public.",
        "Who volunteers is not chance: see who did not.",
    ),
    (
        "Data are kept for longer than they are needed",
        "Each kind has a period after which it is deleted; the page “People’s data” shows the day.",
        "Copies outside this server: downloads, letters, backups.",
    ),
    (
        "A tablet or a link falls into other hands",
        "Tablets hold no personal data but the member’s own page; links work once; tablets can be revoked.",
        "A tablet that is left unlocked at a table.",
    ),
    (
        "What happened is changed afterwards",
        "Every row of the journal hashes the one before; signed heads stand on the hall screen as four words.",
        "What is changed before anybody noted a head, by whoever has the key.",
    ),
)
ROLES: tuple[tuple[str, str], ...] = (
    ("Recruiters", "everything of volunteers and members, but no vote"),
    ("Facilitators", "names, tables, presence, needs; who has voted, not how"),
    ("Hosts", "the names at their own table"),
    ("Scrutineers", "numbers of paper ballots and results; no names of voters"),
    ("Observers and the public", "results, minutes, published draws: no names"),
    ("Members", "their own data"),
)


@room.get("/authority")
@open_to(Audience.RECRUITER)
def authority() -> ResponseReturnValue:
    """The form of what the public pages say."""
    known = authority_of(desk())
    form = {"fields": FIELDS, "parts": PARTS, "long": LONG}
    columns = columns_now(desk(), me().assembly_id)
    return render_template("recruit/authority.html", **form, known=known, columns=columns)


@room.post("/authority")
@open_to(Audience.RECRUITER, body_limit=FORM_LIMIT)
def say() -> ResponseReturnValue:
    """Say it from now on. To send the same again is fine."""
    only_for_all_assemblies()
    desk().set_house_setting(AUTHORITY, read_authority(fields()))
    return done(None, "/recruit/authority?kept=1")


@room.get("/dpia")
@open_to(Audience.RECRUITER)
def dpia() -> ResponseReturnValue:
    """The impact assessment, on a page."""
    return render_template("recruit/paper.html", **_paper("dpia"))


@room.get("/processing")
@open_to(Audience.RECRUITER)
def processing() -> ResponseReturnValue:
    """The record of processing, on a page."""
    return render_template("recruit/paper.html", **_paper("processing"))


@room.get("/<any(dpia, processing):which>.html")
@open_to(Audience.RECRUITER)
def file(which: str) -> ResponseReturnValue:
    """The same as one file that needs nothing else, to keep, to change and to sign."""
    shown = {"Content-Disposition": f"attachment; filename={which}.html"}
    return Response(render_template("recruit/paper_alone.html", **_paper(which)), headers=shown, mimetype="text/html")


def _paper(which: str) -> dict[str, Any]:
    """What the paper says; to a recruiter of one assembly, nothing of other recruitments, not even their names."""
    one = me().assembly_id
    return {
        "which": which,
        "title": {"dpia": "Data protection impact assessment", "processing": "Record of processing"}[which],
        "authority": authority_of(desk()),
        "columns": columns_now(desk(), one),
        "periods": desk().periods(),
        "kinds": KINDS,
        "risks": RISKS,
        "roles": ROLES,
        "recruitments": [each.title for each in desk().recruitments() if one in (None, each.assembly_id)],
        "assemblies": [each.name for each in desk().assemblies() if one in (None, each.id)],
    }


keep_forms(room, {"say": authority})
