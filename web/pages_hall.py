"""The hall screen: one link, no login; the display token in the address is the key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import Identity
from web.access import Audience, desk, open_to
from web.errors import NotSignedIn
from web.pages_member import result_view, screen_for
from web.qr import address, square

hall_pages = Blueprint("hall_pages", __name__)


@hall_pages.get("/hall/<token>")
@open_to(Audience.ANYONE)
def hall(token: str) -> ResponseReturnValue:
    """The whole screen."""
    return render_template("hall/hall.html", token=token, **_seen(token))


@hall_pages.get("/hall/<token>/picture")
@open_to(Audience.ANYONE)
def picture(token: str) -> ResponseReturnValue:
    """The picture inside it."""
    return render_template("hall/_picture.html", token=token, **_seen(token))


def display(token: str) -> Identity:
    """The hall screen behind this address."""
    known = desk().identify(token)
    if known is None or known.role != Audience.DISPLAY:
        raise NotSignedIn("This hall screen's link is not known any more.", "Open the hall screen from the console.")
    return known


def _seen(token: str) -> dict[str, Any]:
    screen = screen_for(display(token))
    here = address()
    join = {
        "qr": square(here.join_link(), f"QR code for {here.join}"),
        "address": here.join,
        "only_here": here.only_here,
    }
    return {"screen": screen, "join": join, "result_view": result_view(screen)}
