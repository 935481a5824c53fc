"""The pages of one draft: its words, its history and what is attached to it; its lineage; a minority statement."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.drafts.wording import HINTS, LABELS, LONGEST
from web.access import Audience, desk, me, open_to
from web.charts.comfort import bands, comfort_of
from web.pages.member import screen_for

draft_pages = Blueprint("draft_pages", __name__)
draft_pages.add_app_template_global(comfort_of, "comfort_of")
draft_pages.add_app_template_global(bands, "bands")


@draft_pages.app_template_global("drafts_of_round")
def drafts_of_round(round_id: str) -> list[dict[str, Any]]:
    """What the options of a vote stand for; nothing where the vote is not about drafts."""
    return desk().drafts_of_round(round_id)


@draft_pages.app_template_global("earlier_drafts")
def earlier_drafts(session_id: str, item_id: str) -> list[dict[str, str]]:
    """The drafts with which an item can go on."""
    return desk().earlier_drafts(session_id, item_id)


@draft_pages.app_template_global("draft_fields")
def draft_fields() -> list[dict[str, object]]:
    """The five fields of a draft: name, label, hint, longest, and how high the box is."""
    return [
        {
            "name": name,
            "label": label,
            "hint": HINTS[name],
            "longest": LONGEST[name],
            "rows": 1 if name == "title" else 4,
        }
        for name, label in LABELS.items()
    ]


@draft_pages.get("/m/drafts/<draft>")
@open_to(Audience.MEMBER)
def draft_of_a_member(draft: str) -> ResponseReturnValue:
    """What a member reads of a draft, and can do about it."""
    known = me()
    seen = desk().draft_page(str(known.assembly_id), draft, member=str(known.member_id))
    screen = screen_for(known)
    return render_template("member/draft.html", screen=screen, you=screen["you"], page=seen)


@draft_pages.get("/m/lineage/<draft>")
@open_to(Audience.MEMBER)
def lineage_for_a_member(draft: str) -> ResponseReturnValue:
    """Where a draft comes from."""
    known = me()
    screen = screen_for(known)
    tree = desk().draft_lineage(str(known.assembly_id), draft)
    return render_template("member/lineage.html", screen=screen, you=screen["you"], tree=tree)


@draft_pages.get("/m/statements/<statement>")
@open_to(Audience.MEMBER)
def statement_for_a_member(statement: str) -> ResponseReturnValue:
    """A minority statement to the letter."""
    known = me()
    screen = screen_for(known)
    found = desk().minority_statement(str(known.assembly_id), statement)
    return render_template("member/statement.html", screen=screen, you=screen["you"], statement=found)


@draft_pages.get("/host/drafts/<draft>")
@open_to(Audience.HOST)
def draft_of_a_host(draft: str) -> ResponseReturnValue:
    """What a host reads of a draft, and writes into it for the group."""
    known = me()
    seen = desk().draft_page(str(known.assembly_id), draft)
    return render_template("host/draft.html", screen=screen_for(known), page=seen)


@draft_pages.get("/run/<session_id>/drafts/<draft>")
@open_to(Audience.FACILITATOR)
def draft_of_the_facilitator(session_id: str, draft: str) -> ResponseReturnValue:
    """A draft with everything that the facilitator can do about it."""
    known = me()
    seen = desk().draft_page(str(known.assembly_id), draft)
    return render_template("run/draft.html", screen=screen_for(known, session_id), page=seen)


@draft_pages.get("/run/<session_id>/lineage/<draft>")
@open_to(Audience.FACILITATOR)
def lineage_for_the_facilitator(session_id: str, draft: str) -> ResponseReturnValue:
    """Where a draft comes from."""
    known = me()
    tree = desk().draft_lineage(str(known.assembly_id), draft)
    return render_template("run/lineage.html", screen=screen_for(known, session_id), tree=tree)
