"""Outsiders in the hall's network, in a process of their own: `attackers.py KIND PORT SECONDS` prints what they did.

`flood` sends five thousand handshakes a second that open nothing; `loris` keeps two hundred requests dripping; `huge`
sends one message of 100 MB after another, as a member whose tablet has gone mad. The last line is JSON: what is to be
said of it, and which share of what it was to send it has sent.

A real attacker sits at another machine. This one shares the cores of the server that it attacks, and of the members
whose waiting is measured; so it runs only while neither wants to run (SCHED_IDLE), and all its bytes are made before.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable

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
ANSWERED_WITHIN = 0.16  # seconds after which nobody looks whether there is an answer
RESET = struct.pack("ii", 1, 0)  # no goodbye, and no port that has to wait


def line_to(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    return line


def flood(port: int, seconds: float) -> tuple[str, float]:
    """Handshakes, each on a connection of its own, evenly; whether one was answered is looked at once, later."""
    begun, sent, answered, held = time.monotonic(), 0, 0, deque[socket.socket]()
    while (spent := time.monotonic() - begun) < seconds:
        if sent >= spent * EACH_SECOND:
            time.sleep(0.0005)
            continue
        line = socket.socket()
        line.setblocking(False)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        line.connect_ex(("127.0.0.1", port))  # done at once, unless the kernel has too many that wait
        with contextlib.suppress(OSError):
            line.send(HANDSHAKES[sent % len(HANDSHAKES)])
        held.append(line)
        sent += 1
        if len(held) > ANSWERED_WITHIN * EACH_SECOND:
            answered += is_answered(held.popleft())
    return f"{sent / seconds:,.0f} offered a second, {answered / seconds:,.0f} answered", sent / seconds / EACH_SECOND


def is_answered(line: socket.socket) -> bool:
    """Look, and reset."""
    try:
        return line.recv(16).startswith(b"HTTP/1.1 ")
    except OSError:
        return False
    finally:
        line.close()


def loris(port: int, seconds: float) -> tuple[str, float]:
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
    return f"{DRIPPING} at once, {ended} hung up on", 1.0


def huge(port: int, seconds: float, token: str) -> tuple[str, float]:
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
        time.sleep(0.05)
    return f"{messages} messages, of each {taken / messages / 2**20:.1f} MB taken", 1.0


if __name__ == "__main__":
    with contextlib.suppress(AttributeError, OSError):  # elsewhere than on Linux it competes with those it attacks
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    KINDS: dict[str, Callable[..., tuple[str, float]]] = {"flood": flood, "loris": loris, "huge": huge}
    print(json.dumps(KINDS[sys.argv[1]](int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:])))
