"""The page of the hall screens and its doors: make, name, switch, renew, take away. Plain forms; no JavaScript needed.

Every press says what shall be so, so pressing twice is safe, but for “make another” and “a new link”, which are shown.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import HallScreen
from facilitation.desk.hall_screens import SHOWS
from web import live
from web.access import Audience, desk, open_to
from web.doors.joining import done
from web.qr import address, square
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("hall_screens", __name__, url_prefix="/run/<session_id>/screens")


@room.get("")
@open_to(Audience.FACILITATOR)
def screens(session_id: str, screen_id: str = "") -> ResponseReturnValue:
    """All of them, and the form for another one; `screen_id` is that of a refused form."""
    shown: dict[str, Any] = {"session": desk().session(session_id), "screens": desk().hall_screens(session_id)}
    shown |= {"shows": SHOWS, "refused_screen": screen_id, "back": f"/run/{session_id}"}
    return render_template("run/screens.html", **shown)


keep_forms(room, {}, otherwise=screens)


@room.post("")
@open_to(Audience.FACILITATOR)
def add_screen(session_id: str) -> ResponseReturnValue:
    """One more screen; its link is shown."""
    sent = fields()
    return _link(*desk().add_hall_screen(session_id, text(sent, "name"), text(sent, "shows", "automatic")))


@room.post("/<screen_id>/shows")
@open_to(Audience.FACILITATOR)
def switch_screen(session_id: str, screen_id: str) -> ResponseReturnValue:
    """Let it show something else, at once."""
    one = desk().switch_hall_screen(session_id, screen_id, text(fields(), "shows"))
    live.look_again(one.token)
    return _back(session_id, screen_id)


@room.post("/<screen_id>/name")
@open_to(Audience.FACILITATOR)
def rename_screen(session_id: str, screen_id: str) -> ResponseReturnValue:
    """Call it otherwise."""
    desk().rename_hall_screen(session_id, screen_id, text(fields(), "name"))
    return _back(session_id, screen_id)


@room.post("/<screen_id>/link")
@open_to(Audience.FACILITATOR)
def renew_screen(session_id: str, screen_id: str) -> ResponseReturnValue:
    """A new link; whatever shows the old one goes dark."""
    old = next((one.token for one in desk().hall_screens(session_id) if one.id == screen_id), "")
    made = desk().renew_hall_screen(session_id, screen_id)
    live.go_dark(old)
    return _link(*made)


@room.post("/<screen_id>/remove")
@open_to(Audience.FACILITATOR)
def remove_screen(session_id: str, screen_id: str) -> ResponseReturnValue:
    """Take it away."""
    live.go_dark(desk().remove_hall_screen(session_id, screen_id).token)
    return _back(session_id)


def _back(session_id: str, screen_id: str = "") -> ResponseReturnValue:
    if text(fields(), "back") == "console":
        return done(None, f"/run/{session_id}")
    return done(None, f"/run/{session_id}/screens{f'#screen-{screen_id}' if screen_id else ''}")


def _link(made: HallScreen, token: str) -> ResponseReturnValue:
    """The page that shows a link, once."""
    here = address()
    link = f"{here.base}/hall/{token}"
    shown = {"made": made, "link": link, "path": f"/hall/{token}", "only_here": here.only_here, "shows": SHOWS}
    qr = square(link, f"QR code: {made.name}")
    return render_template("run/screen_link.html", **shown, qr=qr, back=f"/run/{made.session}/screens")
