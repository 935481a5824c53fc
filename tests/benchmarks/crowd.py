"""A thousand tablets in one process, lean enough to share two cores with the server that they are to measure.

Plain asyncio and the bytes themselves: HTTP/1.1 on a connection that is kept, as browsers keep theirs, and for the
screens a WebSocket (RFC 6455) with Engine.IO 4 and Socket.IO 5 on it. Of a screen only the numbers at its beginning are
read. A tablet that gets no answer sends the same again, with the same key, as the tablets' own script does.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import random
import re
import socket
import struct
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 60.0
FIRST_WAIT, LONGEST_WAIT, ANSWER_WITHIN, ASKED_TO_WAIT = 0.4, 0.7, 10.0, 2.0
"""Seconds, as in web/static/js/outbox.js and asking.js."""
STEP = re.compile(rb'"seq":(\d+)')
ROUND = re.compile(rb'"round":\{"id":"(\w+)"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class NoAnswer(OSError):
    """The connection ended before the answer was there."""


@dataclass
class Tablet:
    """One member's tablet (or, with a token and without a code, a screen of the staff)."""

    url: str
    code: str = ""
    token: str = ""
    seq: int = 0
    """The step of the newest screen."""
    screens: int = 0
    reached: dict[int, float] = field(default_factory=dict)
    """When each step was first seen, by time.monotonic()."""
    rounds: dict[str, float] = field(default_factory=dict)
    """When each round was first seen."""
    last: bytes = b""
    """The newest screen, as it came."""
    sends: int = 0
    """How often a ballot had to be sent."""
    receipt: str = ""
    closed: bool = False
    """Whether the socket was closed from the other side."""
    _line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _socket: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _reader: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # -------------------------------------------------------------------------------------------- HTTP

    async def ask(self, method: str, path: str, body: object = None) -> Reply:
        """One request on the connection that is kept; a new one where the server has let go of it meanwhile."""
        kept = self._line is not None
        try:
            return await self._asked(method, path, body)
        except OSError:
            self.hang_up()
            if not kept:
                raise
            return await self._asked(method, path, body)
        except asyncio.CancelledError:
            self.hang_up()  # or the answer that comes after all would be taken for the next one
            raise

    async def _asked(self, method: str, path: str, body: object) -> Reply:
        if self._line is None:
            self._line = await self._connect()
        reader, writer = self._line
        sent = b"" if body is None else json.dumps(body).encode()
        bearer = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        kind = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if body is not None else ""
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{bearer}{kind}\r\n".encode() + sent)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            if length is None:
                raise NoAnswer("an answer without a length")
            return Reply(int(head[9:12]), await reader.readexactly(int(length[1])))
        except asyncio.IncompleteReadError:
            raise NoAnswer("the connection ended") from None

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        at = urlsplit(self.url)
        return await asyncio.open_connection(at.hostname, at.port or 80, limit=1 << 22)

    @property
    def _host(self) -> str:
        return urlsplit(self.url).netloc

    def hang_up(self) -> None:
        """Let go of the HTTP connection."""
        if self._line is not None:
            self._line[1].close()
            self._line = None

    # -------------------------------------------------------------------------------------------- joining, screens

    async def join(self) -> None:
        """Code, token, socket, first screen."""
        self.token = (await self._ok("POST", "/api/join", {"code": self.code}))["token"]
        await self.open()

    async def _ok(self, method: str, path: str, body: object = None) -> Any:
        reply = await self.ask(method, path, body)
        if reply.status != 200:
            raise NoAnswer(f"{method} {path}: {reply.status} {reply.body[:200]!r}")
        return reply.json

    async def open(self) -> None:
        """Open a socket and wait for its first screen."""
        reader, writer = self._socket = await self._connect()
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13"
        writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\n{upgrade}\r\n\r\n".encode()
        )
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            raise NoAnswer("the handshake ended") from None
        if b" 101 " not in head[:16]:
            raise NoAnswer(head[:80].decode(errors="replace"))
        writer.write(text_frame(b"40" + json.dumps({"token": self.token}).encode()))
        before, self.closed = self.screens, False
        self._reader = asyncio.create_task(self._listen(reader, writer))
        await self.until(lambda: self.screens > before or self.closed)
        if self.closed:
            raise NoAnswer("the socket was closed before its first screen")

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                message = await read_frame(reader)
                if message == b"2":
                    writer.write(text_frame(b"3"))
                elif message.startswith(b'42["screen"'):
                    self._shown(message)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            if self._socket is not None and self._socket[1] is writer:
                self.closed = True
                self._news.set()
            writer.close()

    def _shown(self, message: bytes) -> None:
        now = time.monotonic()
        self.screens += 1
        self.last = message
        if step := STEP.search(message):
            self.seq = int(step[1])
            self.reached.setdefault(self.seq, now)
        if shown := ROUND.search(message):
            self.rounds.setdefault(shown[1].decode(), now)
        self._news.set()

    async def until(self, there: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait until a screen has made this so."""
        async with asyncio.timeout(patience):
            while not there():
                self._news.clear()
                await self._news.wait()

    async def come_to(self, step: int, patience: float = PATIENCE) -> None:
        """Wait until the screen shows this step or a later one."""
        await self.until(lambda: self.seq >= step, patience)

    def cut(self) -> None:
        """End the socket as a dead network does: no goodbye, a reset."""
        if self._socket is not None:
            writer = self._socket[1]
            self._socket = None
            with contextlib.suppress(OSError):  # it is closed already
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    # -------------------------------------------------------------------------------------------- voting

    async def vote(
        self, round_id: str, choice: object, *, key: str = "", throw_away: Callable[[], bool] = lambda: False
    ) -> str:
        """Send a ballot until an answer is here, always under the same key; the receipt.

        Waits and patience are those of the tablets' own script; `throw_away` says of each answer whether it is lost.
        """
        ballot = {"key": key or str(uuid.uuid4()), "choice": choice}
        wait = FIRST_WAIT
        while True:
            self.sends, asked = self.sends + 1, 0.0
            with contextlib.suppress(OSError):
                async with asyncio.timeout(ANSWER_WITHIN):
                    reply = await self.ask("POST", f"/api/rounds/{round_id}/ballot", ballot)
                if reply.status == 200:
                    if not throw_away():
                        return str(reply.json["receipt"])
                elif reply.status < 500 and reply.status != 429:
                    raise Refused(reply)
                else:
                    asked = ASKED_TO_WAIT
            await asyncio.sleep((asked or wait) * (0.5 + random.random()))
            wait = min(LONGEST_WAIT, wait * 2)

    async def leave(self) -> None:
        """Close everything."""
        self.hang_up()
        self.cut()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)


class Refused(AssertionError):
    """The server said no, and means it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status} {reply.body[:300]!r}")
        self.reply = reply


def text_frame(message: bytes) -> bytes:
    """A text message from a client: masked, as RFC 6455 asks, with a mask of zeros, which costs nothing to apply."""
    size = len(message)
    assert size < 65536
    short = struct.pack(">BB", 0x81, 0x80 | size) if size < 126 else struct.pack(">BBH", 0x81, 0xFE, size)
    return short + b"\0\0\0\0" + message


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """The next message from the server; raises when it is the last one."""
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size == 126:
        (size,) = struct.unpack(">H", await reader.readexactly(2))
    elif size == 127:
        (size,) = struct.unpack(">Q", await reader.readexactly(8))
    body = await reader.readexactly(size)
    if first & 0x0F == 8:
        raise NoAnswer(f"closed: {body!r}")
    return body


def tablets(url: str, codes: Sequence[str]) -> list[Tablet]:
    """A tablet for every code."""
    return [Tablet(url, code) for code in codes]


async def joined(url: str, codes: Sequence[str]) -> list[Tablet]:
    """A tablet for every code that has joined and shows its first screen."""
    crowd = tablets(url, codes)
    for taken in await all_at_once(crowd, Tablet.join, len(crowd) / 400):
        if isinstance(taken, BaseException):
            raise taken
    return crowd


async def all_at_once(
    crowd: Sequence[Tablet], act: Callable[[Tablet], Awaitable[object]], within: float = 0.0
) -> list[float | BaseException]:
    """What every tablet takes for this, in seconds from its own start; the starts are spread evenly over `within`."""

    async def one(place: int, tablet: Tablet) -> float:
        await asyncio.sleep(within * place / len(crowd))
        begun = time.monotonic()
        await act(tablet)
        return time.monotonic() - begun

    return await asyncio.gather(*(one(n, tablet) for n, tablet in enumerate(crowd)), return_exceptions=True)


def sorted_out(taken: Sequence[float | BaseException]) -> tuple[list[float], list[BaseException]]:
    """The times, and what went wrong."""
    return [one for one in taken if isinstance(one, float)], [one for one in taken if isinstance(one, BaseException)]


async def gone(crowd: Sequence[Tablet]) -> None:
    """All of them leave."""
    await asyncio.gather(*(tablet.leave() for tablet in crowd))
