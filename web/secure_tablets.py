"""Sealed votes need tablets that can hash and sign: browsers do so over HTTPS, and on the server's own machine.

Whoever opens a sealed round is told so before anybody stands before a tablet that cannot vote.
"""

from __future__ import annotations

from flask import current_app

from web.access import desk
from web.errors import NeedsHttps
from web.settings import Settings


def tablets_are_secure() -> bool:
    """Can every browser that reaches this server hold a sealed vote?"""
    settings: Settings = current_app.extensions["settings"]
    return settings.tablets_are_secure


def check_tablets(round_id: str) -> None:
    """Refuse to open a sealed round where tablets come over plain HTTP."""
    if not tablets_are_secure() and desk().round(round_id).conduct.secrecy == "sealed":
        raise NeedsHttps


def check_next(session_id: str) -> None:
    """The same for the one big button."""
    offered = desk().actions(session_id)
    if offered and offered[0].id == "open-round" and offered[0].round is not None:
        check_tablets(offered[0].round)
