"""The HTTP server's patience: a request that drips in is not waited for, and one that is too large is not read.

A request has to begin within ten seconds of its connection, its head to be complete within ten more, its body to come
within fifteen and one more for every 16 KB; an answer is to be taken at the same pace, and an idle connection is kept
for 75 seconds. Where too many requests are incomplete, the one that began first makes way: that is a slow one, since an
honest request is complete within a moment. New connections are accepted a few at a time, so that a flood of them waits
in the kernel while those that are connected are served.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import socket
import time
from http.client import HTTPException
from typing import Any

from gevent.pywsgi import WSGIHandler, WSGIServer

from web.errors import HTTP_WORDS, Told
from web.server.drips import Drips
from web.server.framing import ends_once, in_origin_form
from web.server.gate import PLACE
from web.server.threshold import Threshold
from web.server.wire import SOCKET, is_timeout

HEAD_WITHIN, BODY_WITHIN, IDLE_WITHIN = 10.0, 15.0, 75.0
PACE = 16 * 1024  # bytes a second, in both directions
HEAD_LIMIT = 32 * 1024
MOST_UNFINISHED = 2048
HELD = 64 * 1024  # bytes of a body that are copied to leave with their head
REASON = {408: "Request Timeout", 431: "Request Header Fields Too Large"}


class TooSlow(OSError):
    """The rest of a request did not come in time."""


class TooLarge(ValueError):
    """The head of a request does not end."""


class Incoming(io.RawIOBase):
    """The bytes of one connection, each phase of a request with its deadline."""

    def __init__(self, sock: Any, unfinished: dict[Incoming, float]) -> None:
        super().__init__()
        self.sock = sock
        self.unfinished = unfinished
        self.drips = Drips(0 if sock is None else sock.fileno())
        self.spoilt = self.idle = False
        self.left: int | None = HEAD_LIMIT
        self.since = time.monotonic()
        self.until = self.since + HEAD_WITHIN

    def readable(self) -> bool:
        return True

    def wait_for_another(self) -> None:
        """The last request is answered: the next one may take its time to begin."""
        self.idle, self.left = True, HEAD_LIMIT
        self.drips.end()
        self.until = time.monotonic() + IDLE_WITHIN

    def begin_head(self) -> None:
        """The first byte of a request is here."""
        self.idle, self.since = False, time.monotonic()
        self.until = self.since + HEAD_WITHIN

    def begin_body(self) -> None:
        """The head of the request is complete."""
        self.left, self.since = None, time.monotonic()
        self.drips.end()
        self.until = self.since + BODY_WITHIN

    def readinto(self, buffer: Any) -> int:
        """Wait for the next bytes, no longer than the deadline."""
        left = self.until - time.monotonic()
        if left <= 0 or self.spoilt:
            self.spoilt = True
            raise TooSlow
        if not self.idle:
            make_way(self.unfinished)
            self.unfinished[self] = self.since
        try:
            self.drips.wait(left)
            self.sock.settimeout(max(self.until - time.monotonic(), 0.001))
            size = int(self.sock.recv_into(buffer))
        except OSError as broken:
            if not is_timeout(broken):
                raise
            self.spoilt = True
            raise TooSlow from None
        finally:
            self.unfinished.pop(self, None)
        self._count(size)
        self.drips.count(size)
        return size

    def _count(self, size: int) -> None:
        if self.idle and size:
            self.begin_head()
        if self.left is None:
            self.until += size / PACE
        else:
            self.left -= size
            if self.left < 0:
                self.spoilt = True
                raise TooLarge("The headers are too large.")


def make_way(unfinished: dict[Incoming, float]) -> None:
    """When too many requests are waited for, end the one that began first."""
    if len(unfinished) >= MOST_UNFINISHED:
        slowest = min(unfinished, key=lambda one: unfinished[one])
        del unfinished[slowest]
        getattr(slowest.sock, "_sock", slowest.sock).shutdown(socket.SHUT_RDWR)  # its own greenlet wakes and closes it


class PatientHandler(WSGIHandler):  # type: ignore[misc]  # gevent ships no types
    """One connection."""

    path: str

    def __init__(self, sock: Any, address: object, server: PatientServer) -> None:
        self.incoming = Incoming(sock, server.unfinished)
        self.held: bytearray | None = None
        self.asked: str | None = None
        super().__init__(sock, address, server, rfile=io.BufferedReader(self.incoming))

    def handle(self) -> None:
        """All requests of one connection; whoever hangs up before a refusal is nobody's error."""
        with contextlib.suppress(OSError):
            if not self._is_turned_away():
                super().handle()

    def _is_turned_away(self) -> bool:
        """Was this a handshake that opens nothing? It is answered, and no request is made of it."""
        judge, address = self.server.threshold, self.client_address
        if judge is None:
            return False
        answer = judge(self.rfile.peek(), str(address[0]) if isinstance(address, tuple) else "")
        if answer is not None:
            self.socket.settimeout(BODY_WITHIN)
            self.socket.sendall(answer)
        return answer is not None

    def handle_one_request(self) -> Any:
        """One request; what came too late or is too large is told so, and ends the connection."""
        if self.incoming.spoilt:
            return None
        answer = super().handle_one_request()
        if answer is True:
            self.incoming.wait_for_another()
        return answer

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes] | None:
        if isinstance(ex, TooSlow | TooLarge):
            return no_request(408 if isinstance(ex, TooSlow) else 431)
        if isinstance(ex, OSError):
            return None  # the other end is gone, and hears no answer; gevent would print all of its traceback
        answer: tuple[str, bytes] = super()._handle_client_error(ex)
        return answer

    def MessageClass(self, *source: Any) -> Any:  # noqa: N802  # gevent's name for what reads the headers
        """The headers; refused (400) where they say more than once, or in no clear way, where the request ends."""
        try:
            headers = super().MessageClass(*source)
        except HTTPException:
            raise TooLarge("There are more than a hundred headers.") from None
        if not ends_once(headers):
            raise ValueError("the end of the request is not said once")
        return headers

    def read_request(self, raw_requestline: str) -> Any:
        """The head; then the body has its own time. A whole address is taken apart: nothing behind us sees one."""
        read = super().read_request(raw_requestline)
        self.path, self.asked = in_origin_form(self.path, len(self.headers.get_all("host", [])))
        self.incoming.begin_body()
        return read

    def get_environ(self) -> dict[str, Any]:
        """The request; a WebSocket finds its line here. The host of a whole address stands for that of the header."""
        whose = {} if self.asked is None else {"HTTP_HOST": self.asked}
        return {**super().get_environ(), **whose, SOCKET: self.socket}

    def handle_one_response(self) -> None:
        """The answer; a connection that the request has spoilt, or that was a WebSocket, is closed after it.

        Whoever has hung up while their request waited for its turn is not answered, and it is not carried out: on a
        server that is too slow tablets give up and send again, and it must not work for those who do not listen.
        """
        if self._has_hung_up():
            self.close_connection = True
            return
        super().handle_one_response()
        if self.incoming.spoilt or PLACE in self.environ:
            self.close_connection = True

    def _has_hung_up(self) -> bool:
        """Is the other end closed already? (Under TLS a goodbye comes first, and is not read here.)"""
        raw: Any = getattr(self.socket, "_sock", self.socket)  # gevent's own never blocks
        try:
            return bool(raw.recv(1, socket.MSG_PEEK | getattr(socket, "MSG_DONTWAIT", 0)) == b"")
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _write_with_headers(self, data: bytes) -> None:
        """Head and body of a small answer leave together: one call of the kernel, one packet."""
        self.held = bytearray() if len(data) < HELD else None
        try:
            super()._write_with_headers(data)
        finally:
            held, self.held = self.held, None
        if held is not None:
            self._sendall(held)

    def _sendall(self, data: bytes | bytearray) -> None:
        if self.held is not None:
            self.held += data
            return
        self.socket.settimeout(BODY_WITHIN + len(data) / PACE)
        try:
            super()._sendall(data)
        except OSError as broken:
            if not is_timeout(broken):
                raise
            raise BrokenPipeError(errno.EPIPE, "the answer was not taken") from None


class PatientServer(WSGIServer):  # type: ignore[misc]  # as above
    """All connections."""

    handler_class = PatientHandler
    max_accept = 2

    def __init__(self, *arguments: Any, threshold: Threshold | None = None, **options: Any) -> None:
        self.threshold = threshold
        self.unfinished: dict[Incoming, float] = {}
        super().__init__(*arguments, **options)


def no_request(status: int) -> tuple[str, bytes]:
    """The whole answer to what is no request."""
    code, message, remedy = HTTP_WORDS[status]
    body = json.dumps(Told(status, code, message, remedy).as_json()).encode()
    head = f"HTTP/1.1 {status} {REASON[status]}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return str(status), f"{head}Connection: close\r\n\r\n".encode() + body
