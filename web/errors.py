"""Every no that reaches a person: one page and one JSON shape, `{"error": code, "message": …, "remedy": …}`.

The houses refuse in their own words (`Refusal`, `SortitionError`) and speak no HTTP; this room alone turns a refusal
into a status. An answer never shows a traceback, and a log line never shows what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException, InternalServerError

from facilitation.errors import Busy, Refusal
from sortition.errors import SortitionError
from web.logs import last_place

STATUS: Mapping[str, int] = {
    "bad-request": 400,
    "forbidden": 403,
    "not-found": 404,
    "conflict": 409,
    "gone": 410,
    "too-often": 429,
    "unavailable": 503,
}
log = structlog.get_logger("web")


class Denied(Exception):
    """A no of the web house itself; a subclass fixes code and status, the raise site may bring another sentence."""

    code: ClassVar[str]
    status: ClassVar[int]
    message: str
    remedy: str

    def __init__(self, message: str = "", remedy: str = "") -> None:
        self.message = message or self.message
        self.remedy = remedy or self.remedy
        super().__init__(f"{self.message} Remedy: {self.remedy}")


class NotSignedIn(Denied):
    """Nobody knows this device."""

    code, status = "not-signed-in", 401
    message = "This device is not signed in."
    remedy = "Members: scan your code again. Staff: sign in, or ask for a new sign-in link."


class SessionOver(Denied):
    """This browser was signed in to an account or by a link, and is no more."""

    code, status = "session-over", 401
    message = "You have been signed out."
    remedy = "Sign in again. What you typed is kept on this page."


class NotForYou(Denied):
    """This device is known, and this is not its place."""

    code, status = "not-for-you", 403
    message = "It is for another role than the one with which this device is signed in."
    remedy = "Sign in with the role that it is for, or ask an administrator to give it to you."


class WrongOrigin(Denied):
    """A browser sent a form without the token of its own page."""

    code, status = "wrong-origin", 403
    message = "This form did not come from a page of this server, or its page is too old. Nothing was changed."
    remedy = "Load the page again and send the form once more."


class BadJson(Denied):
    """The body is not the JSON object that was asked for."""

    code, status = "bad-json", 400
    message = "The body is not valid JSON."
    remedy = "Send a JSON object in UTF-8, as described in /api/openapi.json."


class BadForm(Denied):
    """A field is missing or has a value that cannot be read."""

    code, status = "bad-request", 400
    message = "The request cannot be read."
    remedy = "Send what /api/openapi.json describes."


class WrongType(Denied):
    """The body is in another format than the door reads."""

    code, status = "wrong-content-type", 415
    message = "This door reads JSON only."
    remedy = "Send the header Content-Type: application/json."


class NotAnonymous(Denied):
    """A sealed ballot came with a name tag."""

    code, status = "not-anonymous", 400
    message = "A sealed ballot must come without a cookie and without a token of a device. It was not counted."
    remedy = "Send it again without the headers Cookie and Authorization."


class NeedsHttps(Denied):
    """A sealed round is to be opened where tablets reach this server over plain HTTP."""

    code, status = "needs-https", 409
    message = "Sealed votes need tablets that reach this server over HTTPS; here they come over plain HTTP."
    remedy = "Serve over HTTPS (folkmoot tls authority), or hold this vote as a secret one. Nothing was opened."


class SharedTablet(Denied):
    """Something that needs a tablet of one's own was asked for on one that many share."""

    code, status = "shared-tablet", 409
    message = "A sealed vote is not possible on a shared tablet."
    remedy = "Ask a helper for a ballot on paper, or for a tablet of your own."


class TooManyTries(Denied):
    """Too many join codes that nobody was given."""

    code, status = "too-many-tries", 429
    message = "Too many unknown codes were tried here."
    remedy = "Type the code from your badge once more, or ask the staff at the desk."


class WebSocketOnly(Denied):
    """Something else than a WebSocket was opened on the path of the sockets."""

    code, status = "websocket-only", 426
    message = "Screens are sent over a WebSocket only, and this is not the beginning of one."
    remedy = (
        'Connect with transports=["websocket"]; where WebSockets are blocked, ask GET /api/screen every few seconds.'
    )


class BadHandshake(Denied):
    """A WebSocket of a kind that is not spoken here."""

    code, status = "bad-handshake", 400
    message = "This handshake cannot be read."
    remedy = "Connect with a client of Socket.IO 4 (Engine.IO 4, WebSocket version 13)."


class TooManySockets(Denied):
    """Too many sockets are open: of one device, or of devices that have not said who they are."""

    code, status = "too-many-sockets", 503
    message = "Too many sockets are open here."
    remedy = "Close other windows with this page, or wait a few seconds: the page goes on by itself meanwhile."


@dataclass(frozen=True)
class Told:
    """What a person or a program is told: the one shape."""

    status: int
    code: str
    message: str
    remedy: str
    wait: int = 2
    """Seconds after which to come again, where the status asks for coming again."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the status demands (RFC 9110, sections 10.2.3 and 11.6.1; RFC 6585, section 4)."""
        if self.status == 401:
            return {"WWW-Authenticate": "Bearer"}
        return {"Retry-After": str(self.wait)} if self.status in (429, 503) else {}

    def as_json(self, spoken: Callable[[str], str] = str) -> dict[str, str]:
        """The code is for programs and never changes; the sentences are for people, in the language of their pages."""
        return {"error": self.code, "message": spoken(self.message), "remedy": spoken(self.remedy)}


HTTP_WORDS: Mapping[int, tuple[str, str, str]] = {
    400: ("bad-request", "The request cannot be read.", "Load the page again and try once more."),
    404: ("not-found", "There is nothing at this address.", "Check the address, or start again at the front page."),
    405: (
        "wrong-method",
        "This address cannot be opened in this way.",
        "Open the page again from its link; a program uses a method that it allows.",
    ),
    408: ("too-slow", "The request did not arrive in time.", "Send it again: nothing was changed."),
    413: ("too-large", "The request is too large.", "Send at most 64 KB, and files of at most 10 MB."),
    414: ("too-large", "The address is too long.", "Shorten the address."),
    431: ("too-large", "The headers of the request are too large.", "Delete the cookies of this address."),
    415: ("wrong-content-type", "This door does not read this format.", "Send JSON, or the form of the page."),
    500: (
        "broken",
        "Something broke on our side.",
        "Nothing is half done: load the page again and see what is stored.",
    ),
}


def told(error: Exception) -> Told:
    """The one shape for each of our errors and for Werkzeug's."""
    if isinstance(error, Denied):
        return Told(error.status, error.code, error.message, error.remedy)
    if isinstance(error, Refusal):
        return Told(STATUS[error.kind], error.code, error.message, error.remedy, error.wait or Told.wait)
    if isinstance(error, SortitionError):
        return Told(400, error.code, error.message, error.remedy)
    status = error.code if isinstance(error, HTTPException) and error.code else 500
    code, message, remedy = HTTP_WORDS.get(status, HTTP_WORDS[400 if status < 500 else 500])
    return Told(status, code, message, remedy)


def wants_json() -> bool:
    """The API always answers JSON; a page's script asks for it by the Accept header or by sending JSON."""
    if f"{request.path}/".startswith("/api/") or request.is_json:
        return True
    best = request.accept_mimetypes.best_match(("text/html", "application/json"), default="text/html")
    return best == "application/json"


BARE = "<!DOCTYPE html><html lang=en><title>{message} – Folkmoot</title><h1>{message}</h1><p>{remedy}</p></html>"
"""A page of its own, for when the database cannot be read."""


def _body(what: Told, spoken: Callable[[str], str]) -> Response:
    if wants_json():
        return jsonify(what.as_json(spoken))
    return make_response(_page(what))


def answer(error: Exception) -> Response:
    """One page or one JSON object; the headers that a status demands come with it."""
    what = told(error)
    try:
        body = _body(what, current_app.extensions["spoken"])
    except Busy:  # not even the language of its reader can be looked up
        body = (
            jsonify(what.as_json())
            if wants_json()
            else make_response(BARE.format(message=escape(what.message), remedy=escape(what.remedy)))
        )
    response = make_response(body, what.status, what.headers)
    if isinstance(error, HTTPException):
        response.headers.extend((k, v) for k, v in error.get_headers() if k == "Allow")
    return response


def _page(what: Told) -> str:
    if what.code != SessionOver.code:
        return render_template("error.html", error=what, **asdict(what))
    kept, secrets = g.get("typed", []), g.get("secrets", False)
    back = request.full_path.rstrip("?")
    if secrets and not kept:  # nothing is left to be sent: back to the page on which the form stands
        back = request.path.rpartition("/")[0]
    seen = {"accounts": current_app.extensions["settings"].accounts, "kept": kept, "secrets": secrets, "back": back}
    return render_template("accounts/sign_in.html", over=True, **seen)


def broken(error: InternalServerError) -> Response:
    """An error of ours: the log keeps its type and place, never its text, which might hold what a person sent."""
    original = error.original_exception or error
    where = last_place(original.__traceback__)
    log.error("broken", type=type(original).__name__, where=where, endpoint=request.endpoint)
    return answer(error)


def init_errors(app: Flask) -> None:
    """Answer every refusal and every error in the one shape."""
    app.register_error_handler(Denied, answer)
    app.register_error_handler(Refusal, answer)
    app.register_error_handler(SortitionError, answer)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(InternalServerError, broken)
