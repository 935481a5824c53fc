"""Who looks at which screen: a device that the gate (gate.py) let through says who it is, and goes to its rooms.

Sockets only show. How little they may say is the law of wire.py; what they are sent is published by web/live.py.
"""

from __future__ import annotations

from typing import cast

import gevent
from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError as Refuse
from flask_socketio import SocketIO, join_room

from facilitation.desk import Desk, Identity
from facilitation.errors import Refusal
from web.access import device_of_socket
from web.errors import Denied
from web.live import (
    AUDIENCE_OF_ROLE,
    MOST_OF_MEMBER,
    Live,
    room,
    room_of_draw,
    room_of_member,
    room_of_token,
    session_shown,
)
from web.server import together
from web.server.gate import PLACE, Gate
from web.server.wire import WIRE, Outbox, Wire
from web.settings import BODY_LIMIT

PING_EVERY, PING_PATIENCE = 10, 8  # seconds; a tablet that fell asleep is noticed within 18
MOST_OF_ANY = 50  # sockets at once of a device that is no member's


def init_sockets(app: Flask) -> SocketIO:
    """Sockets for this application: gevent said explicitly, our own wire, and the gate before all."""
    socketio = SocketIO(
        app,
        async_mode="gevent",
        transports=["websocket"],
        manage_session=False,
        ping_interval=PING_EVERY,
        ping_timeout=PING_PATIENCE,
        max_http_buffer_size=BODY_LIMIT,
        http_compression=False,
        cors_allowed_origins=[],  # engine.io neither checks nor answers origins: the gate has refused all but ours
        **together.queue_for(app.extensions["settings"]),
    )
    engine = socketio.server.eio
    engine._async = {**engine._async, "websocket": Wire, "queue": Outbox}  # there is no public setting for either
    live = app.extensions["live"] = Live(socketio, app.extensions["desk"])
    together.join(app, live, app.extensions["tries"])
    socketio.on_event("connect", _connected)
    socketio.on_event("disconnect", _disconnected)
    gate = app.extensions["gate"] = Gate(app, app.wsgi_app)
    app.wsgi_app = gate  # type: ignore[method-assign]  # as Flask documents it
    return socketio


def _connected(auth: object = None) -> None:
    """Let a known device in and show it its screen; refuse all others. Nothing else that a socket says is heard."""
    asked = auth if isinstance(auth, dict) else {}
    if asked.get("audience") == "draw":
        draw_id = _draw_of(asked.get("token"))
        _admit()
        cast(Live, current_app.extensions["live"]).has_draw(draw_id)
        join_room(room_of_draw(draw_id))
        return
    known = device_of_socket(asked.get("token"), asked.get("audience"))
    audience = AUDIENCE_OF_ROLE.get(known.role) if known else None
    if known is None or audience is None:
        raise Refuse("not-signed-in")
    session_id = _session_of(known, asked.get("session"))
    _admit()
    sid = request.sid  # type: ignore[attr-defined]  # Flask-SocketIO adds it
    live = cast(Live, current_app.extensions["live"])
    _make_place(live, known)
    join_room(room(session_id, audience))
    live.shown[sid] = session_id
    live.tokens[sid] = known.token_id
    join_room(room_of_token(known.token_id))
    if known.member_id is not None:
        join_room(room_of_member(known.member_id))
        live.members[sid] = known.member_id
        live.tablets.setdefault(session_id, set()).add(known.member_id)
    gevent.spawn(live.greet, sid, session_id, audience)  # spawned: the client hears “connected” first


def _admit() -> None:
    """This device has said who it is: it is no stranger any more, and may stay."""
    request.environ[WIRE].admit()
    request.environ[PLACE].give_back()


def _make_place(live: Live, known: Identity) -> None:
    """A member has three sockets at most (in other processes: web/server/together.py), any other device fifty."""
    if known.member_id is not None:
        live.end_oldest(room_of_member(known.member_id), MOST_OF_MEMBER - 1)
    else:
        most: int = current_app.extensions["settings"].share(MOST_OF_ANY)
        live.end_oldest(room_of_token(known.token_id), most - 1)


def _disconnected(_reason: object = None) -> None:
    live = cast(Live, current_app.extensions["live"])
    for known in (live.shown, live.members, live.tokens):
        known.pop(request.sid, None)  # type: ignore[attr-defined]  # as above


def _draw_of(key: object) -> str:
    """The public draw whose hall screen this key opens. The screen asks for its picture as soon as it is connected."""
    try:
        return cast(Desk, current_app.extensions["desk"]).draw_opened_by(key if isinstance(key, str) else "", "hall")
    except Refusal as refusal:
        raise Refuse(refusal.code) from None


def _session_of(known: Identity, asked: object) -> str:
    """Staff may look at any session of their assembly; without asking they get their own, or the latest."""
    try:
        return session_shown(known, asked if isinstance(asked, str) else None)
    except (Denied, Refusal) as refusal:
        raise Refuse(refusal.code) from None
