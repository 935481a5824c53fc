"""Before the sockets: may this device open one? Decided from the request alone, before engine.io hears of it.

A Bearer header or a device in the cookie is looked up here, and who is unknown is refused with 401 or 403. Whoever
brings neither (a hall screen whose key is in its link) is a stranger until its first packet says who it is, and of
strangers there may be so many at an address and so many in all. A whole hall is one address: its thousand tablets bring
cookies and never count, and were they all to come as strangers, they would still be let in together.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gevent
from flask import Flask

from facilitation.desk import Desk, Identity
from facilitation.errors import Refusal
from web.access import bearer_in, device_of_socket, devices, held_devices
from web.errors import (
    BadHandshake,
    Denied,
    NotForYou,
    NotSignedIn,
    Told,
    TooManySockets,
    WebSocketOnly,
    WrongOrigin,
    told,
)
from web.live import AUDIENCE_OF_ROLE
from web.server.wire import FIRST_WITHIN
from web.settings import Settings

PATH = "/socket.io/"
PLACE = "folkmoot.place"  # where the request's environ keeps its place
STRANGERS, STRANGERS_AT_ONE_ADDRESS = 2400, 1200
OPENING = 12  # sockets of one device that are known and have not connected yet
STATUS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    426: "Upgrade Required",
    503: "Service Unavailable",
}
MORE = {401: (("WWW-Authenticate", "Bearer"),), 426: (("Upgrade", "websocket"),), 503: (("Retry-After", "2"),)}


class Rooms:
    """How many sockets there are of some kinds: of all strangers, of those at one address, of one device."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    def check(self, kinds: dict[str, int]) -> None:
        """Refuse where one of these kinds, of which there are so many, has no place left."""
        if any(self.taken[kind] >= most for kind, most in kinds.items()):
            raise TooManySockets

    def take(self, kinds: dict[str, int], then: float = 0.0) -> Place:
        """A place of each of these kinds; `then`: seconds that it is kept for a failure."""
        self.check(kinds)
        self.taken.update(kinds.keys())
        return Place(self, tuple(kinds), then)


@dataclass
class Place:
    """What a socket holds until it is known; whoever goes without having been known leaves it empty for a while.

    So strangers who are never known come seldom, however quickly they give up: 240 a second at one address.
    """

    rooms: Rooms
    kinds: tuple[str, ...]
    then: float = 0.0

    def let_go(self) -> None:
        """The socket is gone."""
        if self.kinds and self.then:
            gevent.spawn_later(self.then, self.give_back)
        else:
            self.give_back()

    def give_back(self) -> None:
        """Let others in; twice is fine."""
        for kind in self.kinds:
            self.rooms.taken[kind] -= 1
            if self.rooms.taken[kind] <= 0:
                del self.rooms.taken[kind]
        self.kinds = ()


class Gate:
    """In front of Flask and engine.io, for the path of the sockets alone."""

    def __init__(self, app: Flask, inner: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.inner = inner
        self.settings: Settings = app.extensions["settings"]
        self.desk: Desk = app.extensions["desk"]
        self.rooms = Rooms()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not f"{environ.get('PATH_INFO', '')}/".startswith(PATH):
            return self.inner(environ, start_response)
        try:
            place = environ[PLACE] = self._place_for(environ)
        except (Denied, Refusal) as denied:
            return refused(denied, start_response)
        try:
            return self.inner(environ, start_response)
        finally:
            place.let_go()

    def check(self, environ: dict[str, Any], address: str | None) -> dict[str, list[str]]:
        """What can be refused without asking anybody; the query otherwise. (web/server/threshold.py asks this, too.)"""
        query = check_handshake(environ)
        if not own_origin(environ, self.settings.https):
            raise WrongOrigin("This socket was not opened by a page of this server.", "Open the page itself.")
        if address is not None and not self._may_be_known(environ):
            self.rooms.check(self._places_of_strangers(address))
        return query

    def _may_be_known(self, environ: dict[str, Any]) -> bool:
        return "HTTP_AUTHORIZATION" not in environ and self.settings.cookie_name in environ.get("HTTP_COOKIE", "")

    def _place_for(self, environ: dict[str, Any]) -> Place:
        query = self.check(environ, environ.get("REMOTE_ADDR", ""))
        if self._may_be_known(environ):
            with self.app.request_context(environ):
                known = device_of_page(query)
            if known is not None:
                return self._of_device(known)
        place = self._of_stranger(environ.get("REMOTE_ADDR", ""))
        if "HTTP_AUTHORIZATION" not in environ:
            return place
        try:  # an unknown token is looked up only in the place of a stranger, and that is given back slowly
            known = with_screen(self.desk.identify(bearer_in(environ["HTTP_AUTHORIZATION"]) or ""))
        except (Denied, Refusal):  # the database may be away, too
            place.let_go()
            raise
        place.give_back()
        return self._of_device(known)

    def _of_device(self, known: Identity) -> Place:
        return self.rooms.take({f"device {known.token_id}": self.settings.share(OPENING)})

    def _of_stranger(self, address: str) -> Place:
        return self.rooms.take(self._places_of_strangers(address), then=FIRST_WITHIN)

    def _places_of_strangers(self, address: str) -> dict[str, int]:
        """The kinds of places that a stranger needs, and how many there are of each."""
        most = {"strangers": STRANGERS, f"strangers at {address}": STRANGERS_AT_ONE_ADDRESS}
        return {kind: self.settings.share(many) for kind, many in most.items()}


def check_handshake(environ: dict[str, Any]) -> dict[str, list[str]]:
    """Is this the beginning of a WebSocket (RFC 6455 4.2.1) of Engine.IO 4?"""
    upgrade = environ.get("HTTP_UPGRADE", "").lower(), "upgrade" in environ.get("HTTP_CONNECTION", "").lower()
    query = parse_qs(environ.get("QUERY_STRING", ""))
    if upgrade != ("websocket", True) or query.get("transport") != ["websocket"] or "sid" in query:
        raise WebSocketOnly
    version, key = environ.get("HTTP_SEC_WEBSOCKET_VERSION"), environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    plain = environ["REQUEST_METHOD"] == "GET" and "j" not in query
    if not plain or version != "13" or len(key) != 24 or query.get("EIO") != ["4"]:
        raise BadHandshake
    return query


def own_origin(environ: dict[str, Any], https: bool) -> bool:
    """Does the page that opens this socket come from this server? Programs name no origin; browsers always do."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return True
    try:
        at = urlsplit(origin)
    except ValueError:
        return False
    return at.netloc == environ.get("HTTP_HOST") and at.scheme in (("https",) if https else ("http", "https"))


def device_of_page(query: dict[str, list[str]]) -> Identity | None:
    """Whose cookie this is; None where there is no device in it, or its page says that its token follows.

    (A hall screen in a browser whose cookie holds something else shows itself by the key of its link.)
    """
    if not held_devices() or query.get("by") == ["token"]:
        return None
    known = device_of_socket(None, query.get("audience", [""])[0])
    if known is None and devices():
        raise NotForYou
    return with_screen(known)


def with_screen(known: Identity | None) -> Identity:
    """A device that is known and has a screen; refused otherwise."""
    if known is None:
        raise NotSignedIn
    if known.role not in AUDIENCE_OF_ROLE:
        raise NotForYou("This role has no screen.", "Sign in as a member, a host or a facilitator, or open a screen.")
    return known


def refused(denied: Denied | Refusal, start_response: Callable[..., Any]) -> list[bytes]:
    """The one shape of every refusal, without Flask: a flood of bad handshakes must cost little."""
    status, headers, body = answer_to(told(denied))
    start_response(status, list(headers))
    return [body]


@lru_cache(maxsize=16)
def answer_to(what: Told) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and body of a refusal."""
    body = json.dumps(what.as_json(), ensure_ascii=False).encode()
    headers = (("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Connection", "close"))
    return f"{what.status} {STATUS[what.status]}", headers + MORE.get(what.status, ()), body
