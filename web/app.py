"""The factory: one Flask application, its sockets, and what every answer carries.

`create_app(desk, settings)` wires rooms that know nothing of one another: access (who may), doors (what changes), pages
(what shows), sockets and live (who listens, and what is pushed), errors (what is refused). Nothing is decided here.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request, send_from_directory
from flask.json.provider import DefaultJSONProvider
from flask_socketio import SocketIO
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.security import safe_join

from facilitation.desk import Desk
from web import (
    access,
    accounts,
    errors,
    kiosk,
    looks,
    members,
    needs,
    presence,
    staff,
    storing,
    tablets,
)
from web.access import Audience, open_to
from web.doors import (
    api,
    drafts,
    evaluation,
    evidence,
    host,
    ideas,
    joining,
    look,
    notes,
    opinions,
    plan,
    run,
    scrutiny,
    talk,
)
from web.pages import front, paper
from web.server import sockets
from web.server.proxies import Trusted
from web.server.threshold import Threshold
from web.settings import BODY_LIMIT, Settings
from web.slim import slim_file
from web.tls import pages as pages_tls

STATIC = Path(__file__).parent / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = ", ".join(
    [f"{power}=()" for power in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")]
    + ["screen-wake-lock=(self)", "fullscreen=(self)"]
)
# Referrer-Policy is same-origin, not no-referrer: under no-referrer browsers send `Origin: null` with our own forms,
# and the origin check would have to let null pass. Nothing of ours is told to another origin either way.
HEADERS = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", PERMISSIONS),
)
A_YEAR = 31536000
HSTS = ("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")
EDITION_LOOK = 1.0  # seconds
SCREENS = ("api.screen", "public_hall.screen")  # what open pages ask again and again; its answer says the edition, too
log = structlog.get_logger("web")


def create_app(desk: Desk, settings: Settings) -> tuple[Flask, SocketIO]:
    """The whole web house for this desk."""
    app = Flask("web", static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME=settings.cookie_name,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
    )
    app.extensions.update(desk=desk, settings=settings)
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("web"), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
    )
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]  # errors.broken logs, without the text
    app.json = _Json(app)
    app.before_request(_start_watch)
    access.init_access(app)
    looks.init_looks(app)
    errors.init_errors(app)
    app.add_url_rule("/static/<edition>/<path:filename>", "static", static)
    app.add_url_rule("/worker.js", "worker", worker)
    app.url_defaults(_add_edition)
    app.after_request(_finish)
    rooms = (joining.doors, look.looks, api.api, run.run, paper.room, scrutiny.room)
    for room in (
        *front.BLUEPRINTS,
        *rooms,
        presence.leaving,
        *(drafts.drafts_of_members, drafts.drafts_of_hosts, drafts.drafts_of_staff),
        ideas.cards,
        ideas.team,
        talk.talk,
        talk.asking,
        talk.timing,
        plan.plan,
        host.room,
        notes.notes,
        notes.calls,
        notes.at_table,
        presence.room,
        members.room,
        needs.room,
        tablets.room,
        tablets.own,
        kiosk.kiosk,
        accounts.room,
        staff.room,
        needs.own,
        pages_tls.room,
        *evidence.BLUEPRINTS,
        *opinions.BLUEPRINTS,
        *evaluation.BLUEPRINTS,
    ):
        app.register_blueprint(room)
    socketio = sockets.init_sockets(app)
    safe = (*HEADERS, HSTS) if settings.hsts else HEADERS
    app.extensions["threshold"] = Threshold(app.extensions["gate"], safe)
    app.wsgi_app = _Headers(app.wsgi_app, safe)  # type: ignore[method-assign]  # as Flask documents it
    storing.init_storing(app, socketio)
    if settings.proxies:
        app.wsgi_app = Trusted(app.wsgi_app, settings.proxies)  # type: ignore[method-assign]  # as above
    return app, socketio


class _Json(DefaultJSONProvider):
    """Answers keep the order of their fields (options stand as they were asked) and their quotation marks."""

    sort_keys = False
    ensure_ascii = False


class _Headers:
    """Outermost: the security headers on every answer, also on those that Flask never sees (the sockets' handshake)."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], headers: Sequence[tuple[str, str]]) -> None:
        self.inner = inner
        self.headers = headers

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            present = {name.lower() for name, _ in headers}
            return start_response(status, headers + [h for h in self.headers if h[0].lower() not in present], *rest)

        return self.inner(environ, start)


# ------------------------------------------------------------------------------------------------ static files


@open_to(Audience.ANYONE)
def static(edition: str, filename: str) -> Response:
    """Files of the pages. Under the address of their present edition they may be kept for a year.

    The edition is a folder and not a `?v=`: modules import one another by relative addresses, and so stay in it.
    """
    fresh = edition == present_edition()
    response = _slim(filename) or send_from_directory(STATIC, filename, conditional=True)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if fresh else "no-cache"
    return response


@open_to(Audience.ANYONE)
def worker() -> Response:
    """What keeps a member's last page: at the root, since a worker serves only what is below its address."""
    response = _slim("js/worker.js")
    assert response is not None, "the file is part of the package"
    return response


def _slim(filename: str) -> Response | None:
    """One of our own scripts or styles, without its comments; None for everything else."""
    found = safe_join(str(STATIC), filename)
    path = Path(found) if found is not None else STATIC
    body = slim_file(path, path.stat().st_mtime_ns) if path.is_file() else None
    if body is None:
        return None
    kind = "text/javascript" if path.suffix == ".js" else "text/css"
    response = Response(body, mimetype=kind)
    response.set_etag(hashlib.sha256(body).hexdigest()[:16])
    response.make_conditional(request)
    return response


def _add_edition(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        if "edition" not in g:
            g.edition = present_edition()
        values.setdefault("edition", g.edition)


def present_edition() -> str:
    """A hash over all static files, looked for every second and read again only when one of them has changed."""
    return _edition_at(int(time.monotonic() / EDITION_LOOK))


@lru_cache(maxsize=1)
def _edition_at(_moment: int) -> str:
    return _edition(tuple((str(path), path.stat().st_mtime_ns) for path in sorted(STATIC.rglob("*")) if path.is_file()))


@lru_cache(maxsize=4)
def _edition(files: tuple[tuple[str, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _ in files:
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:12]


# ------------------------------------------------------------------------------------------------ around a request


def _start_watch() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    """Personal answers are never stored; each request is one log line with its endpoint, never its address or body."""
    response.headers.setdefault("Cache-Control", "no-store")
    if request.endpoint in SCREENS:
        response.headers["Folkmoot-Edition"] = present_edition()
    if request.endpoint != "static":
        spent = round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None
        log.info("request", method=request.method, endpoint=request.endpoint, status=response.status_code, ms=spent)
    return response
