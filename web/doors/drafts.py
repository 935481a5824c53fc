"""The doors of drafts: members write, amend, answer and object; the facilitator tests, stops and asks for votes.

Plain forms, without JavaScript too; every form in which people write has a key made with the page, so that sending
twice is sending once. A member's doors name the item alone: it may stand in an earlier session of their assembly.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from facilitation.drafts.deciding import SEATS
from facilitation.drafts.wording import FIELDS
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.pages.drafts import draft_of_the_facilitator
from web.pages.items import of_the_facilitator
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

drafts_of_members = Blueprint("drafts_of_members", __name__, url_prefix="/m/items/<item_id>")
drafts_of_hosts = Blueprint("drafts_of_hosts", __name__, url_prefix="/host/items/<item_id>")
drafts_of_staff = Blueprint("drafts_of_staff", __name__, url_prefix="/run/<session_id>/items/<item_id>")

ROOM = 1_400_000
"""Bytes of a form: a hundred thousand characters, each of which may take twelve in the address form of a plain form."""


def _again(session_id: str, item_id: str, draft: str = "", **_others: str) -> ResponseReturnValue:
    """The page on which the form stood that was refused."""
    if draft:
        return draft_of_the_facilitator(session_id, draft)
    return of_the_facilitator(session_id, item_id)


keep_forms(drafts_of_staff, {}, otherwise=_again)


# ------------------------------------------------------------------------------------------------ members


@drafts_of_members.post("/theme")
@open_to(Audience.MEMBER)
def choose_theme(item_id: str) -> ResponseReturnValue:
    """Work on this theme, or on none."""
    session_id, member = _mine(item_id)
    desk().choose_theme(session_id, item_id, member, text(fields(), "theme"))
    return done(session_id, _back(item_id))


@drafts_of_members.post("/drafts")
@open_to(Audience.MEMBER, body_limit=ROOM)
def start(item_id: str) -> ResponseReturnValue:
    """Begin a draft on the theme of one's group."""
    session_id, member = _mine(item_id)
    sent = fields()
    how = {"key": text(sent, "key"), "member": member, "sources": _several(sent, "source")}
    desk().start_draft(session_id, item_id, text(sent, "theme"), _wording(sent), **how)
    return done(session_id, _back(item_id))


@drafts_of_members.post("/drafts/<draft>")
@open_to(Audience.MEMBER, body_limit=ROOM)
def save(item_id: str, draft: str) -> ResponseReturnValue:
    """Save a wording; it says on which version it was written."""
    session_id, member = _mine(item_id)
    _save(session_id, item_id, draft, member=member)
    return done(session_id, _back(item_id, draft))


@drafts_of_members.post("/drafts/<draft>/sources")
@open_to(Audience.MEMBER)
def name_sources(item_id: str, draft: str) -> ResponseReturnValue:
    """Name what the draft comes from."""
    session_id, member = _mine(item_id)
    desk().source_draft(session_id, item_id, draft, _several(fields(), "source"), member=member)
    return done(session_id, _back(item_id, draft))


@drafts_of_members.post("/drafts/<draft>/amendments")
@open_to(Audience.MEMBER, body_limit=ROOM)
def propose(item_id: str, draft: str) -> ResponseReturnValue:
    """Propose another wording."""
    session_id, member = _mine(item_id)
    sent = fields()
    wording = {**_wording(sent), "reason": _typed(sent, "reason")}
    how = {"key": text(sent, "key"), "member": member}
    desk().propose_amendment(session_id, item_id, draft, wording, on=_version(sent), **how)
    return done(session_id, _back(item_id, draft))


@drafts_of_members.post("/drafts/<draft>/amendments/<amendment>")
@open_to(Audience.MEMBER)
def answer_amendment(item_id: str, draft: str, amendment: str) -> ResponseReturnValue:
    """The group takes it up or declines it, or its writer takes it back."""
    session_id, member = _mine(item_id)
    if text(fields(), "do") == "take-back":
        desk().take_amendment_back(session_id, item_id, draft, amendment, member=member)
    else:
        _answer_amendment((session_id, item_id, draft, amendment), member=member)
    return done(session_id, _back(item_id, draft))


@drafts_of_members.post("/drafts/<draft>/answer")
@open_to(Audience.MEMBER)
def answer(item_id: str, draft: str) -> ResponseReturnValue:
    """How well one can live with a draft, and why."""
    session_id, member = _mine(item_id)
    sent = fields()
    given = {"answer": text(sent, "answer"), "why": _typed(sent, "why"), "objects": bool(text(sent, "objects"))}
    desk().answer_draft(session_id, item_id, member, draft, given)
    return done(session_id, _back(item_id))


@drafts_of_members.post("/objections/<objection>")
@open_to(Audience.MEMBER)
def answer_objection(item_id: str, objection: str) -> ResponseReturnValue:
    """The group says that it is met; whoever objected agrees, or opens it again."""
    session_id, member = _mine(item_id)
    acts: dict[str, Any] = {"agree": desk().confirm_objection, "open": desk().reopen_objection}
    acts["met"] = desk().resolve_objection
    _known(acts, text(fields(), "do"))(session_id, item_id, objection, member=member)
    return done(session_id, _back(item_id, text(fields(), "draft")))


@drafts_of_members.post("/statements")
@open_to(Audience.MEMBER, body_limit=ROOM)
def attach(item_id: str) -> ResponseReturnValue:
    """Attach a minority statement to a draft, or to the whole."""
    session_id, member = _mine(item_id)
    sent = fields()
    draft = text(sent, "draft")
    how = {"key": text(sent, "key"), "member": member}
    desk().attach_statement(session_id, item_id, draft, _typed(sent, "text"), **how)
    return done(session_id, _back(item_id, draft))


@drafts_of_members.post("/statements/<statement>")
@open_to(Audience.MEMBER)
def stand(item_id: str, statement: str) -> ResponseReturnValue:
    """Stand by a minority statement, or no longer; its writer takes it back."""
    session_id, member = _mine(item_id)
    sent = fields()
    if (what := text(sent, "do")) == "take-back":
        desk().take_statement_back(session_id, item_id, statement, member=member)
    else:
        desk().stand_by(session_id, item_id, statement, member=member, stands=what != "leave")
    return done(session_id, _back(item_id, text(sent, "draft")))


# ------------------------------------------------------------------------------------------------ hosts


@drafts_of_hosts.post("/drafts")
@open_to(Audience.HOST, body_limit=ROOM)
def start_for_a_group(item_id: str) -> ResponseReturnValue:
    """Begin a draft that a group dictates."""
    session_id, sent = _place(item_id), fields()
    how = {"key": text(sent, "key"), "actor": str(Audience.HOST)}
    desk().start_draft(session_id, item_id, text(sent, "theme"), _wording(sent), **how)
    return done(session_id, "/host")


@drafts_of_hosts.post("/drafts/<draft>")
@open_to(Audience.HOST, body_limit=ROOM)
def save_for_a_group(item_id: str, draft: str) -> ResponseReturnValue:
    """Save what a group dictates."""
    session_id = _place(item_id)
    _save(session_id, item_id, draft, actor=str(Audience.HOST))
    return done(session_id, f"/host/drafts/{draft}")


# ------------------------------------------------------------------------------------------------ the facilitator


@drafts_of_staff.post("/drafts-terms")
@open_to(Audience.FACILITATOR)
def plan_drafts(session_id: str, item_id: str) -> ResponseReturnValue:
    """How an item that has not begun is held: its step, places, line, and with whose work it goes on."""
    sent = fields()
    terms = {name: text(sent, name) or None for name in ("step", "share", "participation")}
    row = {"terms": {**terms, "seats": whole(sent, "seats", SEATS)}, "continues": text(sent, "continues")}
    desk().correct_item(session_id, item_id, row, seen_seq=whole(sent, "seen_seq"))
    return done(session_id, f"/run/{session_id}/items/{item_id}")


@drafts_of_staff.post("/themes")
@open_to(Audience.FACILITATOR)
def make_theme(session_id: str, item_id: str) -> ResponseReturnValue:
    """Make a theme, with the clusters or ideas that it comes from."""
    sent = fields()
    named, sources = _typed(sent, "name"), _several(sent, "source")
    desk().make_theme(session_id, item_id, named, key=text(sent, "key"), sources=sources)
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/themes/of-groups")
@open_to(Audience.FACILITATOR)
def make_themes_of_groups(session_id: str, item_id: str) -> ResponseReturnValue:
    """A theme for each group of ideas that is ticked."""
    desk().make_themes_of(session_id, item_id, _several(fields(), "group"))
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/themes/<theme>")
@open_to(Audience.FACILITATOR)
def change_theme(session_id: str, item_id: str, theme: str) -> ResponseReturnValue:
    """Give a theme another name, or remove it."""
    sent = fields()
    if text(sent, "do") == "remove":
        desk().remove_theme(session_id, item_id, theme)
    else:
        desk().rename_theme(session_id, item_id, theme, _typed(sent, "name"), key=text(sent, "key"))
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/groups")
@open_to(Audience.FACILITATOR)
def place_member(session_id: str, item_id: str) -> ResponseReturnValue:
    """Put a member who has no tablet into a group."""
    sent = fields()
    desk().choose_theme(session_id, item_id, text(sent, "member"), text(sent, "theme"), actor=str(Audience.FACILITATOR))
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/drafts")
@open_to(Audience.FACILITATOR, body_limit=ROOM)
def start_as_staff(session_id: str, item_id: str) -> ResponseReturnValue:
    """Begin a draft for a group."""
    sent = fields()
    desk().start_draft(session_id, item_id, text(sent, "theme"), _wording(sent), key=text(sent, "key"))
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/drafts/<draft>")
@open_to(Audience.FACILITATOR, body_limit=ROOM)
def save_as_staff(session_id: str, item_id: str, draft: str) -> ResponseReturnValue:
    """Save a wording."""
    _save(session_id, item_id, draft)
    return done(session_id, f"/run/{session_id}/drafts/{draft}")


@drafts_of_staff.post("/drafts/<draft>/amendments")
@open_to(Audience.FACILITATOR, body_limit=ROOM)
def propose_as_staff(session_id: str, item_id: str, draft: str) -> ResponseReturnValue:
    """Propose another wording for somebody."""
    sent = fields()
    wording = {**_wording(sent), "reason": _typed(sent, "reason")}
    desk().propose_amendment(session_id, item_id, draft, wording, on=_version(sent), key=text(sent, "key"))
    return done(session_id, f"/run/{session_id}/drafts/{draft}")


@drafts_of_staff.post("/drafts/<draft>/amendments/<amendment>")
@open_to(Audience.FACILITATOR)
def answer_amendment_as_staff(session_id: str, item_id: str, draft: str, amendment: str) -> ResponseReturnValue:
    """Take an amendment up, or decline it."""
    _answer_amendment((session_id, item_id, draft, amendment))
    return done(session_id, f"/run/{session_id}/drafts/{draft}")


@drafts_of_staff.post("/drafts/<draft>/<act>")
@open_to(Audience.FACILITATOR)
def handle(session_id: str, item_id: str, draft: str, act: str) -> ResponseReturnValue:
    """Withdraw a draft or take it up again, stop its loop or go on with it, show it, write down an objection to it."""
    sent, place = fields(), (session_id, item_id, draft)
    written = {"withdraw": desk().withdraw_draft, "stop": desk().stop_loop, "object": desk().raise_objection}
    pressed = {"restore": desk().restore_draft, "resume": desk().resume_loop, "show": desk().show_draft}
    if act in written:
        written[act](*place, _typed(sent, "reason"), key=text(sent, "key"))
    else:
        _known(pressed, act)(*place)
    back = f"/run/{session_id}/drafts/{draft}" if text(sent, "back") == "draft" else _page(session_id, item_id)
    return done(session_id, back)


@drafts_of_staff.post("/show-no-draft")
@open_to(Audience.FACILITATOR)
def show_none(session_id: str, item_id: str) -> ResponseReturnValue:
    """Take the draft off the hall's screen."""
    desk().show_draft(session_id, item_id, "")
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/objections/<objection>")
@open_to(Audience.FACILITATOR)
def answer_objection_as_staff(session_id: str, item_id: str, objection: str) -> ResponseReturnValue:
    """An objection is met, or it is not."""
    sent = fields()
    act = {"met": desk().resolve_objection, "open": desk().reopen_objection}
    _known(act, text(sent, "do"))(session_id, item_id, objection)
    return done(session_id, f"/run/{session_id}/drafts/{text(sent, 'draft')}")


@drafts_of_staff.post("/tests")
@open_to(Audience.FACILITATOR)
def open_test(session_id: str, item_id: str) -> ResponseReturnValue:
    """Ask everyone about the drafts that are ticked; about all that wait, where none is."""
    desk().open_test(session_id, item_id, _several(fields(), "draft"))
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/tests/<test>/close")
@open_to(Audience.FACILITATOR)
def close_test(session_id: str, item_id: str, test: str) -> ResponseReturnValue:
    """Count the test."""
    desk().close_test(session_id, item_id, test)
    return done(session_id, _page(session_id, item_id))


@drafts_of_staff.post("/priorities")
@open_to(Audience.FACILITATOR)
def priorities(session_id: str, item_id: str) -> ResponseReturnValue:
    """Prepare a vote on drafts as they read now."""
    sent = fields()
    seen = whole(sent, "seen_seq")
    made = desk().ask_priorities(session_id, item_id, text(sent, "rule"), _several(sent, "draft"), seen_seq=seen)
    return done(session_id, f"/run/{session_id}/rounds/{made[0]}", {"rounds": made})


# ------------------------------------------------------------------------------------------------ what was sent


def _mine(item_id: str) -> tuple[str, str]:
    """The session of the item, and the member who asks."""
    return _place(item_id), str(me().member_id)


def _place(item_id: str) -> str:
    return desk().session_of_item(str(me().assembly_id), item_id)


def _save(session_id: str, item_id: str, draft: str, **who: str) -> None:
    sent = fields()
    how = {"key": text(sent, "key"), **who}
    desk().save_draft(session_id, item_id, draft, _wording(sent), on=_version(sent), **how)


def _answer_amendment(place: tuple[str, str, str, str], **who: str) -> None:
    sent = fields()
    if text(sent, "do") == "decline":
        desk().decline_amendment(*place, reason=_typed(sent, "reason"), key=text(sent, "key"), **who)
    else:
        desk().accept_amendment(*place, on=_version(sent), **who)


def _wording(sent: dict[str, Any]) -> dict[str, str]:
    return {name: _typed(sent, name) for name in FIELDS}


def _typed(sent: dict[str, Any], name: str) -> str:
    """Words as they were typed, with the blanks around them."""
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise BadForm(f"The field “{name}” must be one text.", "Load the page again and send the form once more.")
    return value


def _version(sent: dict[str, Any]) -> int:
    """On which version it was written."""
    version = whole(sent, "on")
    if version is None:
        raise BadForm("The version is missing.", "Load the page again and send the form once more.")
    return version


def _several(sent: dict[str, Any], name: str) -> list[str]:
    """The boxes that were ticked."""
    value = sent.get(name, [])
    found = value if isinstance(value, list) else [value]
    return [str(one) for one in found if one]


def _known(acts: dict[str, Any], name: str) -> Any:
    if name not in acts:
        raise BadForm(f"“{name[:40]}” is not something that can be done here.", f"Use one of: {', '.join(acts)}.")
    return acts[name]


def _page(session_id: str, item_id: str) -> str:
    """Back to the console, where the form stood there, else to the page of the item."""
    return f"/run/{session_id}" if text(fields(), "back") == "console" else f"/run/{session_id}/items/{item_id}"


def _back(item_id: str, draft: str = "") -> str:
    """Where a member goes on: to the page of the draft, to what is on now, or to the item looked at again."""
    here = request.form.get("here", "")
    return f"/m/drafts/{draft}" if draft and here == "draft" else "/m" if here == "now" else f"/m/items/{item_id}"
