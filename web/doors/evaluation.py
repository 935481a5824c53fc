"""The questionnaire: a member answers, skips and changes; the facilitator closes it and says who sees the results."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.pages.items import of_the_facilitator
from web.refused import keep_forms
from web.server.bodies import fields, text

filling_in = Blueprint("filling_in", __name__)
evaluation = Blueprint("evaluation", __name__)
results = Blueprint("results", __name__)
BLUEPRINTS = (filling_in, evaluation, results)
keep_forms(evaluation, {}, otherwise=of_the_facilitator)
ROOM_FOR_A_FILE = 256 * 1024
"""Bytes: a questionnaire of a hundred questions in any language."""
QUESTION = "q-"
"""How a field is called that holds an answer: this, and the question's id."""


@filling_in.post("/m/items/<item_id>/evaluation")
@open_to(Audience.MEMBER)
def answers(item_id: str) -> ResponseReturnValue:
    """Keep all that was sent: answers, and what somebody wants to add. What is not among it stays as it was."""
    sent, known = fields(), me()
    place, member = desk().session_of_item(str(known.assembly_id), item_id), str(known.member_id)
    for name in sent:
        if name.startswith(QUESTION):
            desk().answer_question(place, item_id, member, name.removeprefix(QUESTION), text(sent, name))
    if "comment" in sent:
        desk().comment(place, item_id, member, text(sent, "comment"))
    page = text(sent, "page")
    known_page = page.isascii() and page.isdigit() and len(page) < 5
    return done(place, f"/m/items/{item_id}?page={int(page)}" if known_page else "/m")


@evaluation.post("/run/<session_id>/items/<item_id>/evaluation/close")
@open_to(Audience.FACILITATOR)
def close(session_id: str, item_id: str) -> ResponseReturnValue:
    """Take no more answers, and count."""
    desk().close_evaluation(session_id, item_id)
    return _back(session_id, item_id)


@evaluation.post("/run/<session_id>/items/<item_id>/evaluation/show")
@open_to(Audience.FACILITATOR)
def show(session_id: str, item_id: str) -> ResponseReturnValue:
    """Let members, or everyone, see the results, or take them away again."""
    sent = fields()
    desk().show_evaluation(session_id, item_id, members=bool(text(sent, "members")), public=bool(text(sent, "public")))
    return _back(session_id, item_id)


@evaluation.post("/run/<session_id>/items/<item_id>/evaluation/questions")
@open_to(Audience.FACILITATOR, body_limit=ROOM_FOR_A_FILE)
def load(session_id: str, item_id: str) -> ResponseReturnValue:
    """Use the wording of a file, or the built-in one again."""
    if text(fields(), "built_in"):
        desk().load_questionnaire(session_id, item_id, None)
    else:
        file = request.files.get("file")
        data = b"" if file is None else file.read()
        if not data:
            raise BadForm("No file was chosen.", "Choose a questionnaire (JSON).")
        desk().load_questionnaire(session_id, item_id, data)
    return _back(session_id, item_id)


@results.get("/run/<session_id>/items/<item_id>/evaluation.csv")
@open_to(Audience.FACILITATOR)
def table(session_id: str, item_id: str) -> ResponseReturnValue:
    """The results as a table."""
    return _file(desk().evaluation_csv(session_id, item_id), "evaluation.csv", "text/csv; charset=utf-8")


@results.get("/run/<session_id>/items/<item_id>/questions.json")
@open_to(Audience.FACILITATOR)
def questions(session_id: str, item_id: str) -> ResponseReturnValue:
    """The built-in questionnaire as a file, to see the form of one."""
    return _file(desk().built_in_questionnaire(), "questions.json", "application/json")


@results.get("/evaluation/<session_id>/<item_id>")
@open_to(Audience.ANYONE)
def public(session_id: str, item_id: str) -> ResponseReturnValue:
    """The results for everyone, if the facilitator shows them to everyone."""
    return render_template("evaluation.html", **desk().public_evaluation(session_id, item_id))


def _file(body: str, name: str, kind: str) -> Response:
    return Response(body, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _back(session_id: str, item_id: str) -> ResponseReturnValue:
    here = f"/run/{session_id}/items/{item_id}"
    return done(session_id, here if request.form.get("back") != "console" else f"/run/{session_id}")
