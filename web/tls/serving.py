"""Serving HTTPS by oneself: the context of the server's sockets, and the plain door beside it (see `certificates`).

The plain door is for tablets that do not trust the hall's authority yet: over HTTP it shows the page of that authority
and nothing else, and leads people on to HTTPS. Programs and forms are refused there, since what they send has been seen
by whoever listens.
"""

from __future__ import annotations

import contextlib
import json
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import gevent

from web.qr import lan_address
from web.settings import EVERYWHERE, LOOPBACK, Settings

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HANDSHAKE = 10  # seconds
OPEN_PLAINLY = ("/tls", "/static")


@dataclass(frozen=True)
class Secured:
    """The settings as they are under HTTPS, the context for the server's sockets, and what to tell the operator."""

    settings: Settings
    context: ssl.SSLContext | None = None
    notes: tuple[str, ...] = ()


def secured(settings: Settings, now: datetime) -> Secured:
    """HTTPS where a certificate lies beside the database; refused if it cannot serve now."""
    from web.tls.certificates import (  # here and not above: without a certificate nothing is imported
        CERTIFICATE,
        KEY,
        SOON,
        held,
    )

    found = held(settings.tls, now)
    if found is None:
        return Secured(settings)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls / CERTIFICATE, settings.tls / KEY)
    notes = []
    if found.until - now < SOON:
        notes.append(f"The certificate runs out on {found.until:%d %B %Y}. Remedy: make or import a newer one in time.")
    reached = lan_address() if settings.host in EVERYWHERE else settings.host
    if reached is not None and found.own and not found.fits(reached):
        notes.append(
            f"Browsers will refuse https://{reached}: the certificate is for {found.told}. "
            f"Remedy: folkmoot tls authority --for {reached}"
        )
    return Secured(replace(settings, https=True, hsts=not found.own), context, tuple(notes))


def be_brief(server: Any) -> None:
    """A handshake has ten seconds; one that fails is nobody's error, and its connection is closed without a word."""

    def handled(client: Any, place: Any) -> None:
        try:
            with gevent.Timeout(HANDSHAKE, TimeoutError):
                wire = server.wrap_socket(client, **server.ssl_args)
        except OSError:  # also ssl.SSLError and TimeoutError
            return
        with wire, contextlib.suppress(ssl.SSLError):  # whoever does not trust us hangs up in the middle
            server.handle(wire, place)

    server.wrap_socket_and_handle = handled


def plain_door(app: App, port: int) -> App:
    """What is served over plain HTTP, beside HTTPS on this port."""

    def door(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", "")) or "/"
        reads = environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        if reads and any(path == open_one or path.startswith(f"{open_one}/") for open_one in OPEN_PLAINLY):
            return app(environ, start)
        if not reads or path.startswith(("/api/", "/socket.io/")):
            refused = {
                "error": "needs-https",
                "message": "This server speaks HTTPS only. What was sent here could be read on its way.",
                "remedy": "Use the address that begins with https://.",
            }
            start("403 Forbidden", [("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")])
            return [json.dumps(refused, ensure_ascii=False).encode()]
        asked = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        to = f"https://{_host(environ)}{f':{port}' if port != 443 else ''}{quote(path.encode('latin-1'))}{asked}"
        start("307 Temporary Redirect", [("Location", to), ("Cache-Control", "no-store")])
        return [b""]

    return door


def _host(environ: dict[str, Any]) -> str:
    """The name under which this server was asked for, as far as it is one; else its own."""
    asked = str(environ.get("HTTP_HOST", ""))
    name = asked.rpartition(":")[0] if asked.rpartition(":")[2].isdigit() else asked
    plain = name.strip("[]").replace(".", "").replace("-", "").replace(":", "")
    return name if plain.isascii() and plain.isalnum() else LOOPBACK[0]
