"""Doors of evidence: the tables ask, the facilitator runs the slots and the bank, papers are handed out.

All of it works by plain forms. A question is sent with the key of its form, a mark and a merger may be pressed twice,
and of a paper only its bytes are believed. What is handed out can do nothing in the reader's browser: it comes with its
own media type that no browser may guess anew, in a sandbox without scripts, and what a browser does not show by itself
is saved. (A PDF is not put into a sandbox: browsers refuse to show one there; their viewers are sandboxes themselves.)
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.desk.evidence import Place
from facilitation.evidence.files import FORMS, MOST_BYTES, file_name
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.handouts import look_at
from web.live import session_shown
from web.pages.facilitator import console
from web.pages.items import of_the_facilitator
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

asked = Blueprint("evidence_questions", __name__)
stand = Blueprint("evidence", __name__, url_prefix="/run/<session_id>/items/<item_id>")
stream = Blueprint("livestream", __name__, url_prefix="/run/<session_id>")
papers = Blueprint("papers", __name__)
BLUEPRINTS = (asked, stand, stream, papers)
keep_forms(stream, {}, otherwise=lambda session_id, **_others: console(session_id))

ONE_PAPER = MOST_BYTES + 64 * 1024
READ_ONLY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A browser draws a picture or a text in a page of its own making, whose style stands in it."""


# ------------------------------------------------------------------------------------------------------------- members


@asked.post("/m/items/<item_id>/questions")
@open_to(Audience.MEMBER)
def ask(item_id: str) -> ResponseReturnValue:
    """A question for the member's table. The key came with the form: sent twice, it is asked once."""
    at, sent = _here(item_id), fields()
    desk().ask_as_member(at, _member(), text(sent, "key"), text(sent, "question"))
    return _member_sees(at)


@asked.post("/m/items/<item_id>/questions/<question_id>/withdraw")
@open_to(Audience.MEMBER)
def withdraw(item_id: str, question_id: str) -> ResponseReturnValue:
    """Take back a question of one's own table."""
    at = _here(item_id)
    desk().withdraw_as_member(at, _member(), question_id)
    return _member_sees(at)


@asked.post("/m/items/<item_id>/questions/<question_id>/support")
@open_to(Audience.MEMBER)
def support(item_id: str, question_id: str) -> ResponseReturnValue:
    """Be for a question, or not any more; pressing twice counts once."""
    at = _here(item_id)
    desk().support_question(at, _member(), question_id, withdraw=bool(text(fields(), "withdraw")))
    return _member_sees(at)


@asked.post("/host/items/<item_id>/questions")
@open_to(Audience.HOST)
def ask_as_host(item_id: str) -> ResponseReturnValue:
    """The host types a question for the table."""
    host, sent = me(), fields()
    at = _here(item_id)
    desk().ask_for_table(at, host.table or 0, text(sent, "key"), text(sent, "question"), actor=Audience.HOST)
    return done(at.session, "/host")


@asked.post("/host/items/<item_id>/questions/<question_id>/withdraw")
@open_to(Audience.HOST)
def withdraw_as_host(item_id: str, question_id: str) -> ResponseReturnValue:
    """The host takes back a question of the table."""
    at = _here(item_id)
    desk().withdraw_question(at, question_id, me().table or 0, actor=Audience.HOST)
    return done(at.session, "/host")


def _here(item_id: str) -> Place:
    return Place(session_shown(me()), item_id)


def _member() -> str:
    return str(me().member_id)


def _member_sees(at: Place) -> ResponseReturnValue:
    """Back to where the item is: the tablet's own page while it runs, its own page afterwards."""
    return done(at.session, "/m" if desk().is_running(at) else f"/m/items/{quote(at.item, safe='')}")


# --------------------------------------------------------------------------------------------------------- facilitator


@stand.post("/speakers")
@open_to(Audience.FACILITATOR)
def change_speakers(session_id: str, item_id: str) -> ResponseReturnValue:
    """Who speaks, one line each: name; subject; minutes."""
    desk().change_speakers(Place(session_id, item_id), text(fields(), "speakers"))
    return _console_sees(session_id, item_id)


@stand.post("/slots")
@open_to(Audience.FACILITATOR)
def start_slot(session_id: str, item_id: str) -> ResponseReturnValue:
    """The speaker of this number begins; whoever spoke has finished."""
    desk().start_slot(Place(session_id, item_id), whole(fields(), "speaker", 0) or 0)
    return _console_sees(session_id, item_id)


@stand.post("/slots/more")
@open_to(Audience.FACILITATOR)
def more_slot(session_id: str, item_id: str) -> ResponseReturnValue:
    """A minute more for the speaker, or as many seconds as the form says."""
    desk().extend_slot(Place(session_id, item_id), whole(fields(), "seconds", 60) or 0)
    return _console_sees(session_id, item_id)


@stand.post("/slots/end")
@open_to(Audience.FACILITATOR)
def end_slot(session_id: str, item_id: str) -> ResponseReturnValue:
    """The speaker has finished."""
    desk().end_slot(Place(session_id, item_id))
    return _console_sees(session_id, item_id)


@stand.post("/questions/allow")
@open_to(Audience.FACILITATOR)
def allow(session_id: str, item_id: str) -> ResponseReturnValue:
    """How many questions every table may ask; none closes the bank."""
    each = whole(fields(), "each")
    desk().allow_questions(Place(session_id, item_id), -1 if each is None else each)
    return _console_sees(session_id, item_id)


@stand.post("/questions")
@open_to(Audience.FACILITATOR)
def ask_for_table(session_id: str, item_id: str) -> ResponseReturnValue:
    """A question that came on paper or by a raised hand."""
    sent = fields()
    table = whole(sent, "table")
    if table is None:
        raise BadForm("No table was chosen.", "Choose the table that asks.")
    desk().ask_for_table(Place(session_id, item_id), table, text(sent, "key"), text(sent, "question"))
    return _console_sees(session_id, item_id)


@stand.post("/questions/<question_id>/mark")
@open_to(Audience.FACILITATOR)
def mark(session_id: str, item_id: str, question_id: str) -> ResponseReturnValue:
    """What became of the question, with a note: who answered, who owes the answer."""
    sent = fields()
    note, key = text(sent, "note"), text(sent, "key", "note") or "note"
    desk().mark_question(Place(session_id, item_id), question_id, text(sent, "mark"), note=note, key=key)
    return _console_sees(session_id, item_id)


@stand.post("/questions/<question_id>/merge")
@open_to(Audience.FACILITATOR)
def merge(session_id: str, item_id: str, question_id: str) -> ResponseReturnValue:
    """Put the question under another one."""
    under = text(fields(), "under")
    if not under:
        raise BadForm("No other question was chosen.", "Choose the question that says the same.")
    desk().merge_questions(Place(session_id, item_id), question_id, under)
    return _console_sees(session_id, item_id)


@stand.post("/questions/<question_id>/part")
@open_to(Audience.FACILITATOR)
def part(session_id: str, item_id: str, question_id: str) -> ResponseReturnValue:
    """Take the question out again."""
    desk().part_question(Place(session_id, item_id), question_id)
    return _console_sees(session_id, item_id)


@stand.post("/questions/<question_id>/remove")
@open_to(Audience.FACILITATOR)
def remove_question(session_id: str, item_id: str, question_id: str) -> ResponseReturnValue:
    """Withdraw a question for its table; its wording is forgotten."""
    desk().withdraw_question(Place(session_id, item_id), question_id)
    return _console_sees(session_id, item_id)


@stand.post("/papers")
@open_to(Audience.FACILITATOR, body_limit=ONE_PAPER)
def attach(session_id: str, item_id: str) -> ResponseReturnValue:
    """Attach a file; the same form sent twice attaches it once."""
    sent, upload = request.form, request.files.get("file")
    if upload is None or not upload.filename:
        raise BadForm("No file was chosen.", "Choose a file first.")
    data = upload.stream.read(MOST_BYTES + 1)
    title = sent.get("title", "")
    look_at(upload.filename, data)
    desk().attach_paper(Place(session_id, item_id), sent.get("key", ""), (upload.filename, data), title)
    return _console_sees(session_id, item_id)


@stand.post("/papers/<paper_id>/remove")
@open_to(Audience.FACILITATOR)
def remove_paper(session_id: str, item_id: str, paper_id: str) -> ResponseReturnValue:
    """Take a file away again, and forget it."""
    desk().remove_paper(Place(session_id, item_id), paper_id)
    return _console_sees(session_id, item_id)


@stream.post("/livestream")
@open_to(Audience.FACILITATOR)
def switch(session_id: str) -> ResponseReturnValue:
    """Whether the session is streamed (`used`), or whether the stream is on now (`on`)."""
    sent = fields()
    if "used" in sent:
        desk().plan_livestream(session_id, used=text(sent, "used") == "yes")
    else:
        desk().switch_livestream(session_id, on=text(sent, "on") == "yes")
    return done(session_id, f"/run/{session_id}")


def _console_sees(session_id: str, item_id: str) -> ResponseReturnValue:
    running = desk().is_running(Place(session_id, item_id))
    return done(session_id, f"/run/{session_id}" if running else f"/run/{session_id}/items/{quote(item_id, safe='')}")


def _page_again(session_id: str, item_id: str, **_others: str) -> ResponseReturnValue:
    """The page on which the refused form stands."""
    if desk().is_running(Place(session_id, item_id)):
        return console(session_id)
    return of_the_facilitator(session_id, item_id)


keep_forms(stand, {}, otherwise=_page_again)


# -------------------------------------------------------------------------------------------------------------- papers


@papers.get("/papers")
@open_to(Audience.MEMBER, Audience.HOST, Audience.FACILITATOR)
def listed() -> ResponseReturnValue:
    """All papers of the assembly, from every session."""
    known = me()
    return render_template("papers.html", groups=desk().evidence_papers(str(known.assembly_id)), back=_home(known.role))


@papers.get("/papers/<paper_id>")
@open_to(Audience.MEMBER, Audience.HOST, Audience.FACILITATOR)
def opened(paper_id: str) -> ResponseReturnValue:
    """One of them."""
    found = desk().paper_file(str(me().assembly_id), paper_id)
    form = FORMS[found.form]
    response = Response(found.data, content_type=form.media)
    name = file_name(found.title, found.form)
    how = "inline" if form.shown else "attachment"
    plain = name.encode("ascii", "ignore").decode().strip() or f"paper.{form.ending}"
    response.headers["Content-Disposition"] = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = READ_ONLY if form.ending == "pdf" else f"{READ_ONLY}; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _home(role: str) -> str:
    return {Audience.MEMBER: "/m", Audience.HOST: "/host"}.get(Audience(role), "/run")
