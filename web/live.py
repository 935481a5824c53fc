"""The one place that speaks to the screens, and it sends whole pictures.

Who may open a socket is decided in server/sockets.py; here is what it is sent: its screen at once, then after every
change. All of an audience gets the same picture, so nothing private travels here (`you` is in GET answers alone).
Publishing is coalesced: the latest picture wins, at most four a second go to one audience, and a picture that has not
changed is not sent again. Members never see the turnout, so a ballot costs their tablets nothing.
"""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import gevent
import structlog
from flask import current_app
from flask_socketio import SocketIO

from facilitation.desk import Desk, Identity
from facilitation.errors import Busy
from facilitation.work import AUDIENCES, Audience
from web.access import own_session
from web.errors import NotForYou, TooManySockets, told
from web.roles import SOCKETS

AUDIENCE_OF_ROLE = cast(Mapping[str, Audience], SOCKETS)
LOOK = 1.0  # seconds between two looks for changes by other programs
LOOKS_PER_CHECK = 4  # looks between two checks whether the tokens of the connected devices are still good
LOOKS_PER_USE = 60  # looks between two times that open pages count as a use of their accounts
PAUSE = 0.25  # seconds between two pictures for one audience: four a second
MOST_OF_MEMBER = 3  # sockets at once
SHARE, LONGEST_PAUSE = 3, 1.0  # publishing rests three times as long as it took: a large hall must get on with voting
DRAW = "draw:"  # how the name of the room of a public draw begins
Screen = dict[str, Any]
log = structlog.get_logger("web.live")


class Live:
    """Publishes the screens of each session, one greenlet for a session that is changing and none for the others."""

    def __init__(self, socketio: SocketIO, desk: Desk) -> None:
        self.socketio = socketio
        self.desk = desk
        self.shown: dict[str, str] = {}  # which session each connected socket looks at
        self.members: dict[str, str] = {}  # whose tablet each connected socket of a member is
        self.tokens: dict[str, str] = {}  # the id of the token that each connected socket showed
        self.tablets: dict[str, set[str]] = {}  # whose tablets each session has ever had
        self.waiting: set[str] = set()
        self.busy: set[str] = set()
        self.sent: dict[tuple[str, str], tuple[int, int]] = {}
        self.pictures: dict[str, tuple[float, Mapping[Audience, Screen]]] = {}
        self.news: set[str] = set()  # sessions that were changed here, of which other processes do not know yet
        self.elsewhere: Callable[[str], set[str]] = lambda session_id: set()
        self.tell: Callable[..., None] = lambda what, **of: None  # tells other processes, where there are any
        self.draws: dict[str, int] = {}  # at which step each public draw was last on screens here
        self.show_draw: Callable[[str], None] = lambda draw_id: None  # makes the screen of a draw, and sends it

    def keep_watch(self) -> None:
        """Look once a second whether another program (the command line) has changed a session that is on screens.

        Less often, hang up on devices whose tokens were revoked: by another program, or in another process.
        """
        looks = 0
        grow_old()
        while True:
            gevent.sleep(LOOK)
            self.look()
            with contextlib.suppress(Busy):
                self.look_at_draws()
            looks += 1
            if looks % LOOKS_PER_CHECK == 0:
                with contextlib.suppress(Busy):
                    self.hang_up_on_revoked()
            if looks % LOOKS_PER_USE == 0:
                with contextlib.suppress(Busy):
                    self.desk.keep_in_use(self.tokens.values())  # a console that stands open through a talk is in use

    def hang_up_on_revoked(self) -> None:
        """Close the sockets of devices that may not look any more."""
        for token_id in self.desk.revoked_of(set(self.tokens.values())):
            self.hang_up_here(room_of_token(token_id))

    def look(self) -> None:
        """Send the screens of every session that is looked at here, as far as they have changed."""
        for session_id in set(self.shown.values()):
            self.send_soon(session_id)

    def has_draw(self, draw_id: str) -> None:
        """A screen of this draw is here; the first picture, for which it asks, is of this step or a later one."""
        if draw_id not in self.draws:
            self.draws[draw_id] = self.desk.step_of_draw(draw_id)

    def look_at_draws(self) -> None:
        """Send the screens of every public draw that is looked at here, where another process took it a step on."""
        rooms = self.socketio.server.manager.rooms.get("/", {})
        shown = {name.removeprefix(DRAW) for name, there in rooms.items() if str(name).startswith(DRAW) and there}
        self.draws = {draw_id: step for draw_id, step in self.draws.items() if draw_id in shown}
        for draw_id in shown:
            if self.draws.get(draw_id) != self.desk.step_of_draw(draw_id):
                self.show_draw(draw_id)

    def publish(self, session_id: str) -> None:
        """This session has changed: send its screens soon, and tell other processes. Called after the commit."""
        self.news.add(session_id)
        self.send_soon(session_id)

    def wake(self, session_id: str) -> None:
        """Another process says that this session has changed."""
        if session_id in self.shown.values():
            self.send_soon(session_id)

    def send_soon(self, session_id: str) -> None:
        """Send the screens of this session to whoever looks at them here; returns at once."""
        self.waiting.add(session_id)
        if session_id not in self.busy:
            self.busy.add(session_id)
            gevent.spawn(self._keep_publishing, session_id)

    def _keep_publishing(self, session_id: str) -> None:
        try:
            while session_id in self.waiting:
                self.waiting.discard(session_id)
                if session_id in self.news:
                    self.news.discard(session_id)
                    self.tell("changed", session=session_id)
                begun = time.monotonic()
                try:
                    looked_at = self._looked_at(session_id)
                    self.pictures.pop(session_id, None)
                    screens = self._screens(session_id, looked_at)
                    for audience in looked_at:
                        self._send(session_id, audience, screens[audience])
                except Busy:
                    self.waiting.add(session_id)  # the database is locked by another program: once more, a little later
                gevent.sleep(max(PAUSE, min(LONGEST_PAUSE, SHARE * (time.monotonic() - begun))))
        finally:
            self.busy.discard(session_id)

    def _send(self, session_id: str, audience: str, screen: Screen) -> None:
        step = (screen["seq"], screen["turnout_seq"])
        if self.sent.get((session_id, audience)) != step:
            self.sent[session_id, audience] = step
            self.socketio.emit("screen", screen, to=room(session_id, audience), ignore_queue=True)

    def _looked_at(self, session_id: str) -> list[Audience]:
        """The audiences of which somebody is connected: no screen is made for nobody."""
        rooms = self.socketio.server.manager.rooms.get("/", {})
        return [audience for audience in AUDIENCES if rooms.get(room(session_id, audience))]

    def _screens(self, session_id: str, audiences: Sequence[Audience]) -> Mapping[Audience, Screen]:
        """The screens of now; those who connect within the same quarter second share one reading.

        What changed since is on its way to their rooms, which they are in already: nobody misses it.
        """
        made, screens = self.pictures.get(session_id, (0.0, {}))
        if time.monotonic() - made > PAUSE:
            made, screens = time.monotonic(), {}
        if missing := [audience for audience in audiences if audience not in screens]:
            screens = {**screens, **self.desk.public_screens(session_id, missing)}
            self.pictures[session_id] = (made, screens)
        return screens

    def dismiss(self, member_id: str) -> None:
        """Hang up on the tablets of a member who has left; they ask why, and are told."""
        self.forget(member_id)
        self.tell("left", member=member_id)
        self.hang_up(room_of_member(member_id))

    def forget(self, member_id: str) -> None:
        """This member's tablets are not missed any more."""
        for tablets in self.tablets.values():
            tablets.discard(member_id)

    def hang_up(self, wanted: str) -> None:
        """Close every socket in this room, whichever process it is connected to."""
        self.tell("hang up", room=wanted)
        self.hang_up_here(wanted)

    def hang_up_here(self, wanted: str) -> None:
        """Close those of this process."""
        for sid, line in list(self.socketio.server.manager.get_participants("/", wanted)):
            self.end(sid, line)

    def end_oldest(self, wanted: str, most: int) -> None:
        """Leave so many sockets in this room, of this process; the oldest are told so, and closed."""
        there = list(self.socketio.server.manager.get_participants("/", wanted))
        for sid, line in there[: max(0, len(there) - most)]:
            self.socketio.emit("closing", told(TooManySockets()).as_json(), to=sid, ignore_queue=True)
            self.end(sid, line)

    def end(self, sid: str, line: str) -> None:
        """Close a socket and the line under it, and wait for neither: the device may not be reading."""
        server = self.socketio.server
        server.disconnect(sid)
        if line in server.eio.sockets:
            server.eio.sockets[line].close(wait=False, reason=server.eio.reason.SERVER_DISCONNECT)

    def lost(self, session_id: str) -> frozenset[str]:
        """The members whose tablet was connected since this server began, and is not now; the console counts them."""
        here = set(self.here().get(session_id, ()))
        return frozenset(self.tablets.get(session_id, set()) - here - self.elsewhere(session_id))

    def here(self) -> dict[str, list[str]]:
        """Whose tablets are connected to this process, by session; a member once for every socket."""
        found: dict[str, list[str]] = {}
        for sid, session_id in list(self.shown.items()):
            if sid in self.members:
                found.setdefault(session_id, []).append(self.members[sid])
        return {session_id: sorted(members) for session_id, members in found.items()}

    def greet(self, sid: str, session_id: str, audience: Audience) -> None:
        """The first picture of a device that has just connected."""
        screen = self._screens(session_id, [audience])[audience]
        self.socketio.emit("screen", screen, to=sid, ignore_queue=True)


def grow_old() -> None:
    """What the program was made of stays until its end: let the collector of garbage not look it through again.

    Nor is it called as often as Python is used to: a thousand sockets are many things that live long.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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
    for audience in set(AUDIENCE_OF_ROLE.values()):
        live.hang_up(room(session_id, audience))


def look_again(token_id: str) -> None:
    """For the doors: the hall screen with this token shows something else from now on; it asks what."""
    cast(Live, current_app.extensions["live"]).socketio.emit("again", to=room_of_token(token_id))


def go_dark(token_id: str) -> None:
    """For the doors: this token opens nothing any more; its device asks why, and is told."""
    cast(Live, current_app.extensions["live"]).hang_up(room_of_token(token_id))


def revoke(token: str) -> None:
    """For the doors: this token opens nothing from now on, and its device is hung up on."""
    live = cast(Live, current_app.extensions["live"])
    token_id = live.desk.revoke(token)
    if token_id is not None:
        live.hang_up(room_of_token(token_id))


def publish_draw(draw_id: str) -> None:
    """For the doors: tell the hall's screens of this public draw, after the commit. Few things happen in a draw."""
    cast(Live, current_app.extensions["live"]).tell("draw", draw=draw_id)
    show_draw(draw_id)


def show_draw(draw_id: str) -> None:
    """Send the screen of this draw to whoever looks at it here; it may hold names, and goes through no queue."""
    from web.public_screen import public_screen  # here and not above: that room asks the desk through this one's doors

    live, screen = cast(Live, current_app.extensions["live"]), public_screen(draw_id)
    live.draws[draw_id] = screen["seq"]
    live.socketio.emit("screen", screen, to=room_of_draw(draw_id), ignore_queue=True)


def room_of_draw(draw_id: str) -> str:
    return f"{DRAW}{draw_id}"


def room_of_member(member_id: str) -> str:
    return f"member:{member_id}"


def room_of_token(token_id: str) -> str:
    return f"token:{token_id}"


def dismiss(member_id: str) -> None:
    """For the doors: this member has left, after the commit."""
    cast(Live, current_app.extensions["live"]).dismiss(member_id)


def nudge(member_id: str) -> None:
    """For the doors: this member's tablets (their seat is in use on another one, or here again) are to look now."""
    cast(Live, current_app.extensions["live"]).socketio.emit("look", to=room_of_member(member_id))


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
