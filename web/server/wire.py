"""One WebSocket: what arrives is small, seldom and in time, and what leaves is not kept for a device that never reads.

RFC 6455 by wsproto, and of Engine.IO 4 and Socket.IO 5 only what a tablet needs: it asks to connect (“40”, once),
answers pings (“3”) and leaves (“1”, “41”). Events and acknowledgements are counted and dropped unread, since nothing
that a device says is listened to; everything else ends the socket. No compression: a small message stays small.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import gevent
import structlog
from gevent.lock import BoundedSemaphore
from gevent.queue import JoinableQueue
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, generate_accept_token

from web.server.drips import Drips
from web.settings import BODY_LIMIT

FIRST_PACKET, FIRST_WITHIN = 4096, 5.0  # bytes; seconds in which a device says who it is
MOST_EVENTS, WINDOW = 20, 10.0  # so many frames of one device in so many seconds
SILENCE = 25.0  # seconds without a word, in which two pings have gone unanswered
SEND_WITHIN = 10.0  # seconds until a device must have taken what it is sent
MOST_WAITING = 32  # packets that wait for a device; of screens only the newest waits
KERNEL = 128 * 1024  # bytes that the kernel keeps for a device
KERNEL_IN = 32 * 1024  # and of what a device says; it never says much
LINGER = 0.25  # seconds for whoever is in the middle of a message that is too large to see why it is not read
CHUNK = 4096
SOCKET, WIRE = "folkmoot.socket", "folkmoot.wire"  # where the request's environ keeps them
SCREEN = '2["screen",'
log = structlog.get_logger("web.server.wire")


class Outbox(JoinableQueue):  # type: ignore[misc]  # gevent ships no types
    """What waits for one device: bounded, and a newer screen takes the place of the one that still waits."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if item is not None:
            if _is_screen(item):
                for place, waiting in enumerate(self.queue):
                    if _is_screen(waiting):
                        self.queue[place] = item
                        return
            if self.qsize() >= MOST_WAITING:
                return  # it has not read for a long time: the wire ends it soon
        super().put(item, block, timeout)


def _is_screen(item: Any) -> bool:
    return item is not None and isinstance(item.data, str) and item.data.startswith(SCREEN)


class Wire:
    """What engine.io asks of a WebSocket: called with the request, and then `wait`, `send` and `close`."""

    def __init__(self, handler: Callable[[Wire], object], _server: object) -> None:
        self.handler = handler
        self.frames = Connection(ConnectionType.SERVER)
        self.beginnings = Beginnings()
        self.ready: deque[str] = deque()
        self.partial = bytearray()
        self.over = self.asked = self.admitted = False
        self.begun = self.window = time.monotonic()
        self.counted = 0
        self.sending = BoundedSemaphore(1)
        self.line: Any = None
        self.drips = Drips(0)

    def __call__(self, environ: dict[str, Any], _start_response: object) -> list[bytes]:
        """Shake hands (the gate has looked at the request) and stay until one side has had enough."""
        self.line = _socket_of(environ)
        environ[WIRE] = self
        self.drips = Drips(self.line.fileno())
        with contextlib.suppress(OSError):  # smaller buffers are a kindness to us, and no need
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL)
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_IN)
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._put(_accepted(environ["HTTP_SEC_WEBSOCKET_KEY"]))
        self.handler(self)
        self._end()
        if "gunicorn.socket" in environ:
            raise StopIteration  # as gunicorn asks of whoever has taken its socket
        return []

    def admit(self) -> None:
        """The device has said who it is."""
        self.admitted = True

    # -------------------------------------------------------------------------------------------- sending

    def send(self, message: str) -> None:
        """Send a text message; OSError when it was not taken in time."""
        if not self._put(framed(message)):
            raise OSError("the socket is over")

    def close(self) -> None:
        """Say goodbye."""
        self._refuse(CloseReason.NORMAL_CLOSURE, "")

    def _put(self, frame: bytes, within: float = SEND_WITHIN) -> bool:
        """Put bytes on the line, one frame after another; whoever does not take them in time has hung up."""
        with self.sending:
            if not self.over:
                try:
                    self.line.settimeout(within)
                    self.line.sendall(frame)
                except OSError:
                    self._end()
        return not self.over

    def _refuse(self, code: CloseReason, why: str) -> None:
        """End the socket, saying why where that costs no waiting."""
        if not self.over:
            self._say_why(code, why)
        self._end()

    def _say_why(self, code: CloseReason, why: str) -> None:
        if why:
            log.info("socket ended", code=int(code), why=why)
        if not self.sending.locked():
            with contextlib.suppress(LocalProtocolError):
                self._put(self.frames.send(CloseConnection(code, why or None)), within=1.0)

    def _end(self) -> None:
        self.over = True
        with contextlib.suppress(OSError):
            getattr(self.line, "_sock", self.line).shutdown(socket.SHUT_RDWR)  # wakes whoever reads or writes it

    # -------------------------------------------------------------------------------------------- hearing

    def wait(self) -> str | None:
        """The next message for engine.io; None when the socket is over."""
        while not self.over:
            if self.ready:
                return self.ready.popleft()
            try:
                left = self._patience()
                self.drips.wait(left)
                left = min(left, self._patience())
                self.line.settimeout(max(left, 0.001))
                data = self.line.recv(CHUNK)
            except OSError as broken:
                if is_timeout(broken):
                    self._refuse(CloseReason.POLICY_VIOLATION, "Silent for too long")
                break
            if not data:
                break
            self._take(data)
        self._end()
        return None

    def _patience(self) -> float:
        return SILENCE if self.admitted else self.begun + FIRST_WITHIN - time.monotonic()

    def _take(self, data: bytes) -> None:
        if self.beginnings.longest(data) > self._most():
            self._turn_away()
            return
        if self.beginnings.amid:
            self.drips.count(len(data))
        else:
            self.drips.end()
        self.frames.receive_data(data)
        for event in self.frames.events():
            self._hear(event)
            if self.over:
                return

    def _hear(self, event: Event) -> None:
        """One frame, or a piece of one."""
        if isinstance(event, CloseConnection):
            self._refuse(CloseReason(event.code) if event.code in set(CloseReason) else CloseReason.NORMAL_CLOSURE, "")
        elif isinstance(event, BytesMessage):
            self._refuse(CloseReason.UNSUPPORTED_DATA, "Only text is read here")
        elif isinstance(event, TextMessage):
            self.partial += event.data.encode()
            if len(self.partial) > self._most():
                self._turn_away()
            elif event.frame_finished and self._is_seldom() and event.message_finished:
                message, self.partial = self.partial.decode(), bytearray()
                self._judge(message)
        elif self._is_seldom() and isinstance(event, Ping):
            self._put(self.frames.send(event.response()))

    def _most(self) -> int:
        return BODY_LIMIT if self.admitted else FIRST_PACKET

    def _turn_away(self) -> None:
        """A message is too large: say so, read nothing more, and hang up a moment later, when that may be seen."""
        self._say_why(CloseReason.MESSAGE_TOO_BIG, "The message is too large")
        self.over = True
        with contextlib.suppress(OSError):
            getattr(self.line, "_sock", self.line).shutdown(socket.SHUT_WR)
            gevent.sleep(LINGER)
        self._end()

    def _is_seldom(self) -> bool:
        """Count a frame; a device that sends too many is hung up on."""
        now = time.monotonic()
        if now - self.window > WINDOW:
            self.window, self.counted = now, 0
        self.counted += 1
        if self.counted > MOST_EVENTS:
            self._refuse(CloseReason.POLICY_VIOLATION, "Too many messages")
        return not self.over

    def _judge(self, message: str) -> None:
        """Pass on what a tablet needs to say, drop what is not listened to, and end the socket over all else."""
        if message == "3":
            self.ready.append(message)
        elif message.startswith("40") and not self.asked and _is_object(message[2:]):
            self.asked = True
            self.ready.append(message)
        elif message in ("1", "41"):
            self._refuse(CloseReason.NORMAL_CLOSURE, "")
        elif not (self.admitted and message[:2] in ("42", "43")):
            self._refuse(CloseReason.POLICY_VIOLATION, "Not understood here")


class Beginnings:
    """Where frames begin in what arrives (RFC 6455 5.2), so that a long one is known before it is read."""

    def __init__(self) -> None:
        self.head = bytearray()
        self.left = 0  # bytes of the present frame that are still to come

    @property
    def amid(self) -> bool:
        """Is the rest of a frame still to come?"""
        return bool(self.head or self.left)

    def longest(self, data: bytes) -> int:
        """The length of the longest frame that begins here."""
        longest = at = 0
        while at < len(data):
            if self.left:
                taken = min(self.left, len(data) - at)
                self.left -= taken
                at += taken
                continue
            self.head.append(data[at])
            at += 1
            if (size := announced(self.head)) is not None:
                longest, self.left = max(longest, size), size
                self.head.clear()
        return longest


def announced(head: bytes | bytearray) -> int | None:
    """How long a frame with this head is; None while the head is not complete."""
    if len(head) < 2:
        return None
    length, mask = head[1] & 0x7F, 4 if head[1] & 0x80 else 0
    more = {126: 2, 127: 8}.get(length, 0)
    if len(head) < 2 + more + mask:
        return None
    return int.from_bytes(head[2 : 2 + more]) if more else length


def is_timeout(broken: OSError) -> bool:
    """Did nothing come in time? (Under TLS gevent says so by an error of its own.)"""
    return isinstance(broken, TimeoutError) or "timed out" in str(broken)


def _is_object(text: str) -> bool:
    """Is this nothing, or a JSON object (and so of the one namespace that there is)?"""
    try:
        return not text or isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


@lru_cache(maxsize=16)
def framed(message: str) -> bytes:
    """A text message in its frame; a screen for a thousand tablets is framed once."""
    return Connection(ConnectionType.SERVER).send(TextMessage(message))


def _accepted(key: str) -> bytes:
    """The server's half of the handshake: no extension, no subprotocol."""
    token = generate_accept_token(key.encode()).decode()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {token}\r\n\r\n"
    ).encode()


def _socket_of(environ: dict[str, Any]) -> Any:
    """The socket that this request came by: from our own server, or from gunicorn's."""
    return environ[SOCKET] if SOCKET in environ else environ["gunicorn.socket"]
