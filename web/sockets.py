"""Who may open a socket, and how little it may send: sockets only show, and nothing that a device says is listened to.

What the screens are sent is published by web/live.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import gevent
from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError as Refuse
from flask_socketio import SocketIO, join_room

from facilitation.desk import Desk, Identity
from facilitation.errors import Refusal
from web.access import device_of_socket
from web.errors import Denied
from web.live import AUDIENCE_OF_ROLE, Live, room, room_of_draw, room_of_member, room_of_token, session_shown
from web.settings import BODY_LIMIT

PING_EVERY, PING_PATIENCE = 10, 8  # seconds; a tablet that fell asleep is noticed within 18


def small_messages(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Sockets that refuse a message over 64 KB while it arrives; engine.io would look only when it is all there."""

    def make(handler: Callable[..., Any], server: object) -> Any:
        socket = plain(handler, server)
        socket.server_args["max_message_size"] = BODY_LIMIT
        return socket

    return make


def init_sockets(app: Flask) -> SocketIO:
    """Sockets for this application: gevent said explicitly, the page's own origin only, small messages."""
    socketio = SocketIO(
        app,
        async_mode="gevent",
        manage_session=False,
        ping_interval=PING_EVERY,
        ping_timeout=PING_PATIENCE,
        max_http_buffer_size=BODY_LIMIT,
        http_compression=False,
    )
    engine = socketio.server.eio
    # there is no public setting for the size of a message
    engine._async = {**engine._async, "websocket": small_messages(engine._async["websocket"])}
    live = Live(socketio, app.extensions["desk"])
    app.extensions["live"] = live
    socketio.on_event("connect", _connected)
    socketio.on_event("disconnect", _disconnected)
    return socketio


def _connected(auth: object = None) -> None:
    """Let a known device in and show it its screen; refuse all others. Nothing else that a socket says is heard."""
    asked = auth if isinstance(auth, dict) else {}
    if asked.get("audience") == "draw":
        join_room(room_of_draw(_draw_of(asked.get("token"))))
        return
    known = device_of_socket(asked.get("token"), asked.get("audience"))
    audience = AUDIENCE_OF_ROLE.get(known.role) if known else None
    if known is None or audience is None:
        raise Refuse("not-signed-in")
    session_id = _session_of(known, asked.get("session"))
    sid = request.sid  # type: ignore[attr-defined]  # Flask-SocketIO adds it
    join_room(room(session_id, audience))
    live = cast(Live, current_app.extensions["live"])
    live.shown[sid] = session_id
    join_room(room_of_token(known.token_id))
    if known.member_id is not None:
        join_room(room_of_member(known.member_id))
        live.members[sid] = known.member_id
        live.tablets.setdefault(session_id, set()).add(known.member_id)
    gevent.spawn(live.greet, sid, session_id, audience)  # spawned: the client hears “connected” first


def _disconnected(_reason: object = None) -> None:
    live = cast(Live, current_app.extensions["live"])
    for known in (live.shown, live.members):
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
