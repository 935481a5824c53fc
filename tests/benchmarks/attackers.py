"""Outsiders in the hall's network, in a process of their own: `attackers.py KIND PORT SECONDS` prints what they did.

`flood` sends five thousand handshakes a second that open nothing, or as many as one process can; `loris` keeps two
hundred requests dripping; `huge` sends one message of 100 MB after another, as a member whose tablet has gone mad.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import time
from collections import deque

EACH_SECOND, DRIPPING, HUGE = 5000, 200, 100 * 1024 * 1024
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
PATH = "/socket.io/?EIO=4&transport="
NOBODY = "0" * 64
HANDSHAKES = tuple(
    f"GET {PATH}{line} HTTP/1.1\r\nHost: hall\r\n{more}\r\n".encode()
    for line, more in (
        ("polling", ""),
        ("websocket", UPGRADE.replace("13", "8")),
        ("websocket", f"{UPGRADE}Authorization: Bearer {NOBODY}\r\n"),
        ("websocket", f"{UPGRADE}Origin: https://elsewhere.example\r\n"),
    )
)
RESET = struct.pack("ii", 1, 0)  # no goodbye, and no port that has to wait


def line_to(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    return line


def flood(port: int, seconds: float) -> str:
    """Handshakes, each on a connection of its own, evenly; nobody waits for the answers."""
    begun, sent, held = time.monotonic(), 0, deque[socket.socket]()
    while (spent := time.monotonic() - begun) < seconds:
        if sent >= spent * EACH_SECOND:
            time.sleep(0.0005)
            continue
        with contextlib.suppress(OSError):
            held.append(line_to(port))
            held[-1].sendall(HANDSHAKES[sent % len(HANDSHAKES)])
        sent += 1
        if len(held) > 400:
            held.popleft().close()
    return f"{sent / seconds:,.0f} a second"


def loris(port: int, seconds: float) -> str:
    """Requests of which a byte goes out now and then; whoever is hung up on comes again."""
    begun, lines, ended = time.monotonic(), [], 0
    head = b"GET /api/screen HTTP/1.1\r\nHost: hall\r\nX-Drip: "
    body = b"POST /api/join HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
    while time.monotonic() - begun < seconds:
        while len(lines) < DRIPPING:
            lines.append(line_to(port))
            lines[-1].sendall(body if len(lines) % 2 else head)
        for line in list(lines):
            try:
                line.sendall(b"y")
            except OSError:
                lines.remove(line)
                ended += 1
        time.sleep(0.25)
    return f"{DRIPPING} at once, {ended} hung up on"


def huge(port: int, seconds: float, token: str) -> str:
    """A message of 100 MB, as far as it is taken; then the next one."""
    begun, messages, taken = time.monotonic(), 0, 0
    piece = b"x" * 65536
    while time.monotonic() - begun < seconds:
        line = line_to(port)
        line.sendall(f"GET {PATH}websocket HTTP/1.1\r\nHost: hall\r\n{UPGRADE}\r\n".encode())
        with contextlib.suppress(OSError):
            line.recv(4096)
            hello = f'40{{"token":"{token}"}}'.encode()
            line.sendall(struct.pack(">BB", 0x81, 0x80 | len(hello)) + bytes(4) + hello)
            line.recv(65536)
            line.sendall(struct.pack(">BBQ", 0x81, 0xFF, HUGE) + bytes(4))
            for _ in range(HUGE // len(piece)):
                line.sendall(piece)
                taken += len(piece)
        line.close()
        messages += 1
        time.sleep(0.2)
    return f"{messages} messages, of each {taken / messages / 2**20:.1f} MB taken"


if __name__ == "__main__":
    KINDS = {"flood": flood, "loris": loris, "huge": huge}
    print(KINDS[sys.argv[1]](int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:]))
