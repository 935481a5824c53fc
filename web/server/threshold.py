"""At the threshold of the gate: a handshake that opens nothing is answered from its bytes alone.

Whoever floods the server with handshakes is to cost it as little as can be: no request is made of those that the gate
(gate.py) refuses without asking anybody. The law is the gate's own; all that cannot be read at a glance, and all
that it may let in, goes the long way and is judged there. Flask, its headers and its log never hear of the rest.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from web.errors import Denied, Told, told
from web.server.gate import PATH, Gate, answer_to

Headers = Sequence[tuple[str, str]]
BEGINS = f"GET {PATH}".encode()


class Threshold:
    """Called with what has arrived first on a connection, and the address that it came from."""

    def __init__(self, gate: Gate, headers: Headers) -> None:
        self.gate = gate
        self.headers = tuple(headers)
        self.behind_proxies = bool(gate.settings.proxies)

    def __call__(self, said: bytes, address: str) -> bytes | None:
        """The whole answer to a handshake that opens nothing; None for all else."""
        environ = handshake_in(said)
        if environ is None:
            return None
        try:
            self.gate.check(environ, None if self.behind_proxies else address)
        except Denied as denied:
            return _whole(told(denied), self.headers, int(time.time()))
        return None


def handshake_in(said: bytes) -> dict[str, Any] | None:
    """The request as the gate reads it, where this is one whole, plain request for the path of the sockets."""
    if not said.startswith(BEGINS) or not said.endswith(b"\r\n\r\n"):
        return None
    first, *lines = said[:-4].decode("latin-1").split("\r\n")
    method, target, version = first.split(" ") if first.count(" ") == 2 else ("", "", "")
    path, _, query = target.partition("?")
    if path != PATH or version != "HTTP/1.1":
        return None
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    for line in lines:
        name, colon, value = line.partition(":")
        key = f"HTTP_{name.replace('-', '_').upper()}"
        if not colon or not name.replace("-", "").isalnum() or not value.isprintable() or key in environ:
            return None
        environ[key] = value.strip()
    return environ


@lru_cache(maxsize=16)
def _whole(what: Told, headers: Headers, second: int) -> bytes:
    """Status, headers and body; the same for all that are refused for this reason within this second."""
    status, own, body = answer_to(what)
    lines = "".join(f"{name}: {value}\r\n" for name, value in (*own, *headers))
    return f"HTTP/1.1 {status}\r\nDate: {formatdate(second, usegmt=True)}\r\n{lines}\r\n".encode() + body
