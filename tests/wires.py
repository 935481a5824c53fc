"""A WebSocket made of bare bytes, for messages that no library would send."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

from halls import Hall

WEBSOCKET = "EIO=4&transport=websocket"
TEXT, BINARY, CONTINUED, CLOSE, PING = 1, 2, 0, 8, 9
PATIENCE = 20.0


def handshake(query: str = WEBSOCKET, path: str = "/socket.io/", **headers: str | None) -> bytes:
    """The request that begins a WebSocket; None leaves a header out."""
    said: dict[str, str | None] = {
        "Host": "hall",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value is not None)
    return f"GET {path}?{query} HTTP/1.1\r\n{lines}\r\n".encode()


def frame(payload: bytes, opcode: int = TEXT, *, final: bool = True, bits: int = 0) -> bytes:
    """One frame of a client, under a mask of zeros."""
    first, size = (0x80 if final else 0) | bits | opcode, len(payload)
    if size < 126:
        head = struct.pack(">BB", first, 0x80 | size)
    elif size < 65536:
        head = struct.pack(">BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack(">BBQ", first, 0x80 | 127, size)
    return head + bytes(4) + payload


class Refused(Exception):
    """The handshake was answered by a refusal."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(f"{status} {body!r}")
        self.status, self.headers, self.body = status, headers, body

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["error"])


class Raw:
    """One connection."""

    def __init__(
        self,
        hall: Hall,
        request: bytes | None = None,
        buffer: int | None = None,
        secure: Callable[[socket.socket], socket.socket] = lambda line: line,
    ) -> None:
        self.line = socket.socket()
        if buffer is not None:
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.line.settimeout(PATIENCE)
        self.line.connect(("127.0.0.1", hall.port))
        self.line = secure(self.line)
        self.file = self.line.makefile("rb")
        self.line.sendall(request if request is not None else handshake())
        self.head = self._head()
        if not self.head.startswith("HTTP/1.1 101"):
            headers = dict(line.lower().split(": ", 1) for line in self.head.splitlines()[1:] if ": " in line)
            body = self.file.read(int(headers.get("content-length", "0")))
            self.line.close()
            raise Refused(int(self.head.split()[1]), headers, body)
        assert self.message().startswith('0{"sid"')

    def _head(self) -> str:
        lines = []
        while (line := self.file.readline()) not in (b"\r\n", b""):
            lines.append(line.decode())
        return "".join(lines)

    def connect(self, auth: object = None) -> dict[str, Any]:
        """Say who this is, and wait for the first screen."""
        self.send(b"40" + (b"" if auth is None else json.dumps(auth).encode()))
        said = self.message()
        assert said.startswith("40"), said
        return dict(json.loads(self.message()[2:])[1])

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        self.line.sendall(frame(payload, opcode))

    def message(self) -> str:
        """The next message; a closed socket is an EOFError with the code of its close frame."""
        while True:
            first, second = self._exactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self._exactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self._exactly(8))
            body = self._exactly(size)
            if first & 0x0F == CLOSE:
                raise EOFError(struct.unpack(">H", body[:2])[0] if body else 0)
            if first & 0x0F == TEXT:
                return body.decode()

    def _exactly(self, size: int) -> bytes:
        body = self.file.read(size)
        if len(body) < size:
            raise EOFError(0)
        return body

    def ending(self, patience: float = PATIENCE) -> int:
        """Read, and answer pings, until the server ends it; the code that it gave, 0 for none."""
        until = time.monotonic() + patience
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < until:
                try:
                    if self.message() == "2":
                        self.send(b"3")
                except EOFError as ended:
                    return int(ended.args[0])
            raise AssertionError("the socket was not ended")
        return 0

    def close(self) -> None:
        self.file.close()
        self.line.close()
