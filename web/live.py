"""The one place that speaks to the screens, and it sends whole pictures.

Sockets only show: a client connects, is told its screen at once, and again after every change; nothing it could send is
listened to. All of an audience gets the same picture, so nothing private travels here (`you` is in GET answers alone).
Publishing is coalesced: the latest picture wins, at most four a second go to one audience, and a picture that has not
changed is not sent again. Members never see the turnout, so a ballot costs their tablets nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import gevent
import structlog
from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError as Refuse
from flask_socketio import SocketIO, join_room

from facilitation.desk import Desk, Identity
from facilitation.errors import Busy, Refusal
from web.access import device_of_socket, own_session
from web.errors import Denied, NotForYou
from web.settings import BODY_LIMIT

AUDIENCE_OF_ROLE: Mapping[str, str] = {
    "member": "member",
    "facilitator": "facilitator",
    "display": "hall",
    "scrutineer": "hall",
    "observer": "hall",
    "host": "host",
}
LOOK = 1.0  # seconds between two looks for changes by other programs
PAUSE = 0.25  # seconds between two pictures for one audience: four a second
PING_EVERY, PING_PATIENCE = 10, 8  # seconds; a tablet that fell asleep is noticed within 18
Screen = dict[str, Any]
log = structlog.get_logger("web.live")


class Live:
    """Publishes the screens of each session, one greenlet for a session that is changing and none for the others."""

    def __init__(self, socketio: SocketIO, desk: Desk) -> None:
        self.socketio = socketio
        self.desk = desk
        self.shown: dict[str, str] = {}  # which session each connected socket looks at
        self.members: dict[str, str] = {}  # whose tablet each connected socket of a member is
        self.tablets: dict[str, set[str]] = {}  # whose tablets each session has ever had
        self.displays: dict[str, str] = {}  # the id of the token of each connected hall screen
        self.waiting: set[str] = set()
        self.busy: set[str] = set()
        self.sent: dict[tuple[str, str], tuple[int, int]] = {}
        self.pictures: dict[str, tuple[float, Mapping[str, Screen]]] = {}

    def keep_watch(self) -> None:
        """Look once a second whether another program (the command line) has changed a session that is on screens."""
        while True:
            gevent.sleep(LOOK)
            for session_id in set(self.shown.values()):
                self.publish(session_id)

    def publish(self, session_id: str) -> None:
        """This session has changed: send its screens soon. Called after the commit, returns at once."""
        self.pictures.pop(session_id, None)
        self.waiting.add(session_id)
        if session_id not in self.busy:
            self.busy.add(session_id)
            gevent.spawn(self._keep_publishing, session_id)

    def _keep_publishing(self, session_id: str) -> None:
        try:
            while session_id in self.waiting:
                self.waiting.discard(session_id)
                try:
                    for audience, screen in self._screens(session_id).items():
                        self._send(session_id, audience, screen)
                except Busy:
                    self.waiting.add(session_id)  # the database is locked by another program: once more, a little later
                gevent.sleep(PAUSE)
        finally:
            self.busy.discard(session_id)

    def _send(self, session_id: str, audience: str, screen: Screen) -> None:
        step = (screen["seq"], screen["turnout_seq"])
        if self.sent.get((session_id, audience)) != step:
            self.sent[session_id, audience] = step
            self.socketio.emit("screen", screen, to=room(session_id, audience))

    def _screens(self, session_id: str) -> Mapping[str, Screen]:
        """The screens of now; those who connect within the same quarter second share one reading."""
        made, screens = self.pictures.get(session_id, (0.0, {}))
        if not screens or time.monotonic() - made > PAUSE:
            screens = self.desk.public_screens(session_id)
            self.pictures[session_id] = (time.monotonic(), screens)
        return screens

    def dismiss(self, member_id: str) -> None:
        """Hang up on the tablets of a member who has left; they ask why, and are told."""
        for tablets in self.tablets.values():
            tablets.discard(member_id)
        for sid in [sid for sid, member in self.members.items() if member == member_id]:
            self.socketio.server.disconnect(sid)

    def nudge(self, member_id: str) -> None:
        """Tell the tablets of a member to look: their seat is in use on another one, or here again."""
        for sid in [sid for sid, member in self.members.items() if member == member_id]:
            self.socketio.emit("look", to=sid)

    def lost(self, session_id: str) -> frozenset[str]:
        """The members whose tablet was connected since this server began, and is not now; the console counts them."""
        looking = (sid for sid, shown in self.shown.items() if shown == session_id)
        connected = {self.members[sid] for sid in looking if sid in self.members}
        return frozenset(self.tablets.get(session_id, set()) - connected)

    def greet(self, sid: str, session_id: str, audience: str) -> None:
        """The first picture of a device that has just connected."""
        self.socketio.emit("screen", self._screens(session_id)[audience], to=sid)


def room(session_id: str, audience: str) -> str:
    return f"{session_id}:{audience}"


def publish(session_id: str) -> None:
    """For the doors: tell all screens of this session, after the commit."""
    cast(Live, current_app.extensions["live"]).publish(session_id)


def lost_tablets(session_id: str) -> frozenset[str]:
    """For the console: whose tablets have lost their connection, to be counted."""
    return cast(Live, current_app.extensions["live"]).lost(session_id)


def leave(session_id: str) -> None:
    """For the doors: there is no such session any more; whoever looked at it asks what there is."""
    live = cast(Live, current_app.extensions["live"])
    for sid in [sid for sid, shown in live.shown.items() if shown == session_id]:
        live.shown.pop(sid, None)
        live.socketio.server.disconnect(sid)


def look_again(token_id: str) -> None:
    """For the doors: the hall screen with this token shows something else from now on; it asks what."""
    live = cast(Live, current_app.extensions["live"])
    for sid in [sid for sid, shown in live.displays.items() if shown == token_id]:
        live.socketio.emit("again", to=sid)


def go_dark(token_id: str) -> None:
    """For the doors: this token opens nothing any more; its hall screen asks why, and is told."""
    live = cast(Live, current_app.extensions["live"])
    for sid in [sid for sid, shown in live.displays.items() if shown == token_id]:
        live.socketio.server.disconnect(sid)


def publish_draw(draw_id: str) -> None:
    """For the doors: tell the hall's screens of this public draw, after the commit. Few things happen in a draw."""
    from web.public_screen import public_screen  # here and not above: that room asks the desk through this one's doors

    socketio = cast(Live, current_app.extensions["live"]).socketio
    socketio.emit("screen", public_screen(draw_id), to=room_of_draw(draw_id))


def room_of_draw(draw_id: str) -> str:
    return f"draw:{draw_id}"


def dismiss(member_id: str) -> None:
    """For the doors: this member has left, after the commit."""
    cast(Live, current_app.extensions["live"]).dismiss(member_id)


def nudge(member_id: str) -> None:
    """For the doors: this member's tablets are to look who they are now, after the commit."""
    cast(Live, current_app.extensions["live"]).nudge(member_id)


# ------------------------------------------------------------------------------------------------ connecting


def small_messages(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Sockets that refuse a message over 64 KB while it arrives; engine.io would look only when it is all there."""

    def make(handler: Callable[..., Any], server: object) -> Any:
        socket = plain(handler, server)
        socket.server_args["max_message_size"] = BODY_LIMIT
        return socket

    return make


def init_live(app: Flask) -> SocketIO:
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
    if known.role == "display":
        live.displays[sid] = known.token_id
    if known.member_id is not None:
        live.members[sid] = known.member_id
        live.tablets.setdefault(session_id, set()).add(known.member_id)
    gevent.spawn(live.greet, sid, session_id, audience)  # spawned: the client hears “connected” first


def _disconnected(_reason: object = None) -> None:
    live = cast(Live, current_app.extensions["live"])
    for known in (live.shown, live.members, live.displays):
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


def session_shown(known: Identity, asked: str | None = None) -> str:
    """The session whose screen this device looks at: the one it asks for, its own, or its assembly's latest."""
    session_id = asked or known.session_id or present_session(known.assembly_id)
    if session_id is None:
        raise NotForYou("This role has no screen of a session.", "Sign in as a facilitator or a member.")
    own_session(session_id, known)
    return session_id


def present_session(assembly_id: str | None) -> str | None:
    """The session that people look at now: the first that is not closed, otherwise the last."""
    if assembly_id is None:
        return None
    planned = cast(Desk, current_app.extensions["desk"]).sessions(assembly_id)
    return next((one.id for one in planned if one.phase != "closed"), planned[-1].id)
