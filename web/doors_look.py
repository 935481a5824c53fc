"""The door and the page on which people choose how their pages look. Nothing of a session changes by it.

A choice is one button, `look` with a value such as “size large”, so that the same page serves with and without a
script. A script sends it in the background; a plain form is led back to where it was. To send it twice is fine.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from web.access import Audience, open_to
from web.bodies import fields, text
from web.errors import BadForm, wants_json
from web.looks import chosen, remember
from web.settings import Settings

looks = Blueprint("looks", __name__)


@looks.get("/m/look")
@open_to(Audience.ANYONE, looks=True)
def look() -> ResponseReturnValue:
    """All choices on a page of their own."""
    return render_template("member/look.html", back=back_to(request.args.get("back", "")))


@looks.post("/m/look")
@open_to(Audience.ANYONE, looks=True)
def choose() -> ResponseReturnValue:
    """Keep one choice on this device."""
    sent = fields()
    take(text(sent, "look"))
    if wants_json():
        return remembered(jsonify({"look": chosen().text}))
    return remembered(redirect(back_to(text(sent, "back")), 303))


def take(choice: str) -> None:
    """From here on this request has the look of this choice."""
    now = chosen().having(choice)
    if now is None:
        raise BadForm("There is no such way to look.", "Choose one of the buttons of the page.")
    g.look = now


def remembered(answer: ResponseReturnValue) -> ResponseReturnValue:
    """The answer, with the look of this request kept on the device."""
    settings = cast(Settings, current_app.extensions["settings"])
    return remember(make_response(answer), chosen(), settings.https)


def back_to(path: str) -> str:
    """A page of this server to go back to: a path of ours, or else the tablet's first page."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/m"
