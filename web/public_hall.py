"""The public draw before people: the hall's screen and the witness's page, opened by a key in the link or the cookie.

Both need no account and survive a restart. The witness's link is used up by its button, so that a preview of the link
does not burn it, and whoever finds the link later cannot type.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, session
from flask.typing import ResponseReturnValue

from facilitation.errors import UnknownCode
from web import live
from web.access import Audience, desk, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.guessing import try_code
from web.public_screen import fixed_terms, public_screen, reveal_files, typed_so_far
from web.recruit.downloads import download
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("public_hall", __name__)
FOR_ALL = ("bundle.json", "certificate.json", "verify_draw.py", "commitment.json", "announcement.txt")
AFTERWARDS = ("reveal.json", "result.txt")


@room.get("/draw/<key>")
@open_to(Audience.ANYONE)
def hall(key: str) -> ResponseReturnValue:
    """The whole screen."""
    return render_template("hall/draw.html", key=key, screen=public_screen(_opened(key)), files=(*FOR_ALL, *AFTERWARDS))


@room.get("/draw/<key>/picture")
@open_to(Audience.ANYONE)
def picture(key: str) -> ResponseReturnValue:
    """The picture inside it."""
    return render_template("hall/_draw.html", key=key, screen=public_screen(_opened(key)))


@room.get("/draw/<key>/screen")
@open_to(Audience.ANYONE)
def screen(key: str) -> ResponseReturnValue:
    """The same as values, for the screen's script."""
    return jsonify(public_screen(_opened(key)))


@room.get("/draw/<key>/files/<name>")
@open_to(Audience.ANYONE)
def public_file(key: str, name: str) -> ResponseReturnValue:
    """A file that everyone may have, to check the draw at home."""
    draw_id = _opened(key)
    path = f"public/{name}"
    files = desk().draw_files(draw_id, (path,)) if name in (*FOR_ALL, *AFTERWARDS) else {}
    if path not in files:
        raise UnknownCode(f"This draw has no public file {name[:40]}.", "Choose one of the files on its page.")
    return download(files[path], name)


# ------------------------------------------------------------------------------------------------ the witness


@room.get("/witness/<invitation>")
@open_to(Audience.ANYONE)
def invited(invitation: str) -> ResponseReturnValue:
    """One button, and nothing used up."""
    return render_template("hall/invited.html", invitation=invitation)


@room.get("/witness")
@open_to(Audience.ANYONE)
def witness() -> ResponseReturnValue:
    """The boxes to type into, what is typed so far, and in the end the ticket."""
    draw_id = _witnessed()
    draw = desk().public_draw(draw_id)
    typed = typed_so_far(draw, "witness")
    return render_template("hall/witness.html", draw=draw, typed=typed, fixed=fixed_terms(draw_id))


@room.get("/witness-step")
@open_to(Audience.ANYONE)
def witness_step() -> ResponseReturnValue:
    """The number of the newest event, for the page's script."""
    return jsonify({"step": desk().public_draw(_witnessed()).step})


keep_forms(room, {"type_as_witness": witness})


@room.post("/witness/<invitation>")
@open_to(Audience.ANYONE)
def accept(invitation: str) -> ResponseReturnValue:
    """This device becomes the witness's. The link is used up: sent twice, the second is refused (410)."""
    session["witness"] = try_code(lambda: desk().become_witness(invitation))
    session.permanent = True
    return done(None, "/witness")


@room.post("/witness")
@open_to(Audience.ANYONE)
def type_as_witness() -> ResponseReturnValue:
    """What the witness saw. The same again changes nothing; something else replaces it until the draw is revealed."""
    draw_id = _witnessed()
    type_in(draw_id, "witness", "witness")
    return done(None, "/witness")


def type_in(draw_id: str, typist: str, actor: str) -> None:
    """Read the boxes of the form and tell the desk; when both agree, the draw is revealed and the hall told."""
    from sortition.public.entry import BadEntry, understood
    from sortition.public.randomness import read_randomness

    fixed, sent = fixed_terms(draw_id), fields()
    typed = " ".join(text(sent, f"box-{number}") for number, _ in enumerate(fixed["boxes"], start=1))
    try:
        entry = understood(read_randomness(fixed["randomness"]), fixed["tickets"], typed)
    except BadEntry as bad:
        raise BadForm(bad.message, bad.remedy) from None
    desk().enter(draw_id, typist, entry.text, reveal_files, actor=actor)
    live.publish_draw(draw_id)


def _opened(key: str) -> str:
    return desk().draw_opened_by(key, "hall")


def _witnessed() -> str:
    key = session.get("witness")
    if not isinstance(key, str):
        raise UnknownCode("This device is not the witness’s.", "Open the link that the recruiter made for you.")
    return desk().draw_opened_by(key, "witness")
