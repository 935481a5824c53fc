"""The banner “The server cannot write at the moment”: told to every screen while it is so, and gone by itself.

Every answer meanwhile carries the header `Folkmoot-Storing: no`, and every socket hears `storing`; so a tablet knows it
from its next answer, also when it was asleep. While it is so the server really tries to write once a second, since most
requests write nothing and would prove nothing. Nothing has to be started again when the disk is mended.
"""

from __future__ import annotations

from typing import cast

import gevent
import structlog
from flask import Flask, Response, current_app
from flask_socketio import SocketIO

from facilitation.desk import Desk
from facilitation.health import in_words
from web.backing_up import Watch, init_backups

HEADER = "Folkmoot-Storing"
LOOK = 0.5  # seconds between two looks
log = structlog.get_logger("web.storing")


class Storing:
    """Watches over what the desk's writers find, and tells the screens when it changes."""

    def __init__(self, socketio: SocketIO, desk: Desk, backups: Watch | None = None) -> None:
        self.socketio = socketio
        self.desk = desk
        self.backups = backups
        self.told: str | None = None

    def keep_watch(self) -> None:
        """Look twice a second; a greenlet beside the server."""
        while True:
            gevent.sleep(LOOK)
            self.look()
            if self.backups is not None:
                self.backups.look()

    def look(self) -> None:
        """Tell what is new; while nothing can be written, try."""
        cause = self.desk.cannot_write
        if cause is not None and cause == self.told:
            cause = self.desk.try_to_write()
        if cause == self.told:
            return
        if cause is None:
            log.warning("the server can write again")
        else:
            log.error("the server cannot write", cause=cause)
        self.told = cause
        self.socketio.emit("storing", {"storing": cause is None, "why": "" if cause is None else in_words(cause)})


def init_storing(app: Flask, socketio: SocketIO) -> None:
    """Put the header on every answer, and the banner on every page."""
    app.extensions["storing"] = Storing(socketio, app.extensions["desk"], init_backups(app, socketio))
    app.after_request(_say_it)
    app.jinja_env.globals["not_storing"] = why_not


def why_not() -> str:
    """Why this server cannot write, in the middle of a sentence; empty while it can."""
    cause = cast(Desk, current_app.extensions["desk"]).cannot_write
    return "" if cause is None else in_words(cause)


def _say_it(response: Response) -> Response:
    if why := why_not():
        response.headers[HEADER] = f"no, {why}"
    return response
