"""The door and the page on which people choose how their pages look. Nothing of a session changes by it.

A choice is one button, `look` with a value such as “size large”, so that the same page serves with and without a
script. A script sends it in the background; a plain form is led back to where it was. To send it twice is fine.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, devices, open_to
from web.errors import BadForm, wants_json
from web.looks import COOKIE, Look, chosen, remember
from web.server.bodies import fields, text
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
    """Keep one choice, with the member whose tablet this is, and on the device."""
    sent = fields()
    take(text(sent, "look"))
    if wants_json():
        return remembered(jsonify({"look": chosen().text}))
    return remembered(redirect(back_to(text(sent, "back")), 303))


def take(choice: str) -> None:
    """From here on this request has the look of this choice, and so have the pages of this member."""
    before = Look.of(desk().look_of(mine)) if (mine := member_here()) is not None else None
    now = (before or chosen()).having(choice)
    if now is None:
        raise BadForm("There is no such way to look.", "Choose one of the buttons of the page.")
    g.look = now
    if (mine := member_here()) is not None:
        desk().keep_look(mine, now.text)


def member_here() -> str | None:
    """The member whose tablet this is, also on a page that is open to anyone."""
    known = devices().get(Audience.MEMBER.value)
    return None if known is None else known.member_id


def bring_along(member_id: str) -> None:
    """What somebody chose before the tablet knew them is kept with them, unless they had chosen something before."""
    here = Look.of(request.cookies.get(COOKIE))
    if here is not None and desk().look_of(member_id) is None:
        desk().keep_look(member_id, here.text)


def remembered(answer: ResponseReturnValue) -> ResponseReturnValue:
    """The answer, with the look of this request kept on the device."""
    settings = cast(Settings, current_app.extensions["settings"])
    return remember(make_response(answer), chosen(), settings.https)


def back_to(path: str) -> str:
    """A page of this server to go back to: a path of ours, or else the tablet's first page."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/m"
