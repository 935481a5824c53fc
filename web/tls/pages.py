"""The page by which a tablet comes to trust the authority of this hall; open to anyone, over plain HTTP too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from facilitation.errors import NotFound
from web.access import Audience, open_to
from web.settings import Settings

if TYPE_CHECKING:
    from web.tls.tablets import ForTablets

room = Blueprint("tls", __name__, url_prefix="/tls")


@room.get("")
@open_to(Audience.ANYONE)
def page() -> ResponseReturnValue:
    """What to press on which tablet, and the fingerprint to compare."""
    pairs = _authority().fingerprint.split()
    lines = [" ".join(pairs[start : start + 8]) for start in range(0, len(pairs), 8)]
    return render_template("tls.html", lines=lines)


@room.get("/authority.crt")
@open_to(Audience.ANYONE)
def for_android() -> ResponseReturnValue:
    """The authority, for Android, Windows, ChromeOS and Linux."""
    return _file(_authority().file, "application/x-x509-ca-cert", "folkmoot-hall.crt")


@room.get("/authority.mobileconfig")
@open_to(Audience.ANYONE)
def for_apple() -> ResponseReturnValue:
    """The authority, for iPads, iPhones and Macs."""
    return _file(_authority().profile, "application/x-apple-aspen-config", "folkmoot-hall.mobileconfig")


def _authority() -> ForTablets:
    from web.tls.tablets import ForTablets  # here and not above: a server starts faster without

    settings: Settings = current_app.extensions["settings"]
    found = ForTablets.of(settings.tls)
    if found is None:
        raise NotFound("This server has no authority of its own.", "Ask whoever runs it, if a page warns of it.")
    return found


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
