"""One server of several processes: what each of them hears of the others, and tells them (across.py carries it).

Without a Redis there is one process, and nothing here does anything.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import gevent
from flask import Flask

from facilitation.errors import Refusal
from web.guessing import Tries
from web.live import MOST_OF_MEMBER, Live, room_of_member, show_draw
from web.settings import Settings

SAY = 1.0  # seconds between two looks whether other processes should hear whose tablets are connected here


def queue_for(settings: Settings) -> dict[str, Any]:
    """Socket.IO's option for a server of several processes."""
    if settings.redis is None:
        return {}
    from web.server.across import Across  # here and not above: one process alone starts without Redis' client

    return {"client_manager": Across(settings)}


def join(app: Flask, live: Live, tries: Tries) -> None:
    """From now on this process and the others hear of one another."""
    settings: Settings = app.extensions["settings"]

    def show(draw_id: str) -> None:
        with (
            app.app_context(),
            suppress(Refusal),
        ):  # its files may have been erased since; if the database is locked, a look follows
            show_draw(draw_id)

    live.show_draw = show
    if settings.redis is None:
        return
    from web.server.across import Across, Elsewhere

    across: Across = live.socketio.server.manager
    elsewhere = Elsewhere()
    live.tell, live.elsewhere, across.deaf = across.tell, elsewhere.connected, live.look

    def here(said: Mapping[str, Any]) -> None:
        for session_id, members in elsewhere.hear(said).items():
            live.tablets.setdefault(session_id, set()).update(members)
        for member, number in elsewhere.surplus(across.host_id, live.members.values(), MOST_OF_MEMBER).items():
            live.end_oldest(room_of_member(member), number)

    def say_who_is_here() -> None:
        while True:
            gevent.sleep(SAY)
            connected = live.here()
            if elsewhere.worth_saying(connected):
                across.tell("here", here=connected)

    tries.name_of = lambda address: hidden(address, settings)
    tries.tell = lambda where, tried: across.tell("failed", where=where, code=tried)
    across.hears = {
        "changed": lambda said: live.wake(said["session"]),
        "hang up": lambda said: live.hang_up_here(said["room"]),
        "left": lambda said: live.forget(said["member"]),
        "failed": lambda said: tries.note(said["where"], said.get("code", "")),
        "draw": lambda said: gevent.spawn(live.show_draw, said["draw"]),
        "here": here,
    }
    across.initialize()
    gevent.spawn(say_who_is_here)


def hidden(where: str, settings: Settings) -> str:
    """An address as the other processes may know it: the same for all of them, and nobody else's."""
    return hmac.new(settings.secret.encode(), f"address {where}".encode(), hashlib.sha256).hexdigest()[:16]
