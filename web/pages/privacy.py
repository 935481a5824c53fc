"""What everybody may read about their data, and about how accessible these pages are: linked at every page's foot."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, open_to
from web.authority import authority_of

room = Blueprint("privacy", __name__)


@room.get("/privacy")
@open_to(Audience.ANYONE, looks=True)
def privacy() -> ResponseReturnValue:
    """Who is responsible, what is kept and why, for how long, rights, and how to complain."""
    return render_template("privacy.html", authority=authority_of(desk()), periods=desk().periods())


@room.get("/accessibility")
@open_to(Audience.ANYONE, looks=True)
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, in the order of the model of the regulations of 2018."""
    return render_template("accessibility.html", authority=authority_of(desk()))
