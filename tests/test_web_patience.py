"""Requests that drip, heads that never end, answers that nobody reads: none keeps others waiting, none is kept long."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from halls import Hall, Seats, a_hall, a_key, an_open_round, join, seat
from waiting import until

from web.server import patience
from web.server.drips import DRIP, FIRST_PAUSE, LONGEST_PAUSE, Drips
from web.server.patience import BODY_WITHIN, HEAD_LIMIT, HEAD_WITHIN, Incoming, TooSlow, make_way

LONG = 40.0


def line_to(hall: Hall, said: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", hall.port), timeout=LONG)
    line.sendall(said)
    return line


def answer_on(line: socket.socket) -> bytes:
    """All that comes until the server closes."""
    said = b""
    try:
        while piece := line.recv(65536):
            said += piece
    except ConnectionError:
        pass
    return said


def refusal(said: bytes) -> tuple[int, str]:
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split()[1]), str(json.loads(body)["error"])


def test_a_head_that_does_not_end_is_refused(hall: Hall) -> None:
    lines = b"".join(b"X-Filler-%d: %s\r\n" % (n, b"y" * 1000) for n in range(HEAD_LIMIT // 1000 + 9))
    line = line_to(hall, b"GET /api/screen HTTP/1.1\r\nHost: hall\r\n" + lines + b"\r\n")
    assert refusal(answer_on(line)) == (431, "too-large")


def test_a_head_of_too_many_lines_is_refused_and_is_no_fault_of_ours(tmp_path: Path) -> None:
    """Every one of them left a traceback of two thousand letters in the log."""
    with a_hall(tmp_path, "--no-worker") as hall:
        lines = b"".join(b"X-%d: y\r\n" % n for n in range(200))
        line = line_to(hall, b"GET /api/screen HTTP/1.1\r\nHost: hall\r\n" + lines + b"\r\n")
        assert refusal(answer_on(line)) == (431, "too-large")
        hall.stop()
        assert hall.log is not None
        assert "Traceback" not in hall.log.read_text()


@pytest.mark.slow
def test_two_hundred_that_drip_keep_no_member_waiting_and_are_let_go(hall: Hall, seats: Seats) -> None:
    """Half of them never end their head, half of them never end their body; a byte goes out every second."""
    token, round_id = join(hall, seats.codes[0]), an_open_round(hall, seats)
    head = b"GET /api/screen HTTP/1.1\r\nHost: hall\r\nX-Drip: "
    body = b"POST /api/join HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
    begun = time.monotonic()
    dripping = [line_to(hall, body if n % 2 else head) for n in range(200)]
    answered = []
    while time.monotonic() - begun < 4:
        for line in dripping:
            line.sendall(b"y")
        asked = time.monotonic()
        assert hall.get("/api/screen", token).status == 200
        answered.append(time.monotonic() - asked)
        time.sleep(0.5)
    assert hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, token).status == 200
    assert max(answered) < 2
    said = [answer_on(line) for line in dripping]
    assert {refusal(one)[0] for one in said[::2]} == {408}
    assert all(refusal(one)[0] == 400 for one in said[1::2])
    assert HEAD_WITHIN - 1 < time.monotonic() - begun < LONG


@pytest.fixture
def pair() -> Iterator[tuple[Any, socket.socket]]:
    """A gevent socket, as the server has it, and its other end."""
    from gevent import socket as cooperative

    ours, theirs = socket.socketpair()
    wrapped = cooperative.socket(ours.family, ours.type, fileno=ours.detach())
    yield wrapped, theirs
    wrapped.close()
    theirs.close()


def test_each_phase_of_a_request_has_its_own_deadline(pair: tuple[Any, socket.socket]) -> None:
    incoming = Incoming(pair[0], {})
    now = time.monotonic()
    assert incoming.until - now == pytest.approx(HEAD_WITHIN, abs=0.5)
    incoming.begin_body()
    pair[1].sendall(b"x" * 4096)
    assert incoming.readinto(bytearray(8192)) == 4096
    assert incoming.until - now == pytest.approx(BODY_WITHIN + 4096 / patience.PACE, abs=0.5)
    incoming.wait_for_another()
    assert incoming.until - now == pytest.approx(patience.IDLE_WITHIN, abs=0.5)
    pair[1].sendall(b"G")
    incoming.readinto(bytearray(8192))
    assert incoming.until - now == pytest.approx(HEAD_WITHIN, abs=0.5)
    incoming.until = time.monotonic() + 0.05
    with pytest.raises(TooSlow):
        incoming.readinto(bytearray(8192))
    with pytest.raises(TooSlow):
        incoming.readinto(bytearray(8192))


def test_whoever_drips_is_read_seldom_and_an_honest_request_at_once(pair: tuple[Any, socket.socket]) -> None:
    incoming, slept = Incoming(pair[0], {}), []
    drips = incoming.drips
    for _ in range(9):
        pair[1].sendall(b"y")
        assert incoming.readinto(bytearray(8192)) == 1
        slept.append(drips.pause)
        drips.lag = 0.0  # the waits themselves are not waited for here
    assert slept[0] == FIRST_PAUSE
    assert all(later == min(LONGEST_PAUSE, 2 * sooner) for sooner, later in itertools.pairwise(slept))
    assert slept[-1] == LONGEST_PAUSE
    incoming.begin_body()
    assert drips.pause == 0
    pair[1].sendall(b"y" * DRIP)
    incoming.readinto(bytearray(8192))
    assert drips.pause == 0
    assert len({Drips(number).lag for number in range(64)}) == 64


def test_what_came_while_a_dripper_was_not_read_comes_together(pair: tuple[Any, socket.socket]) -> None:
    incoming = Incoming(pair[0], {})
    incoming.drips.count(1)
    begun = time.monotonic()

    def drip() -> None:
        for _ in range(5):
            pair[1].sendall(b"y")

    gevent.spawn(drip)
    assert incoming.readinto(bytearray(8192)) == 5
    assert time.monotonic() - begun >= incoming.drips.lag * FIRST_PAUSE


def test_of_too_many_incomplete_requests_the_first_makes_way(pair: tuple[Any, socket.socket]) -> None:
    unfinished: dict[Incoming, float] = {}
    slowest = Incoming(pair[0], unfinished)
    for n in range(patience.MOST_UNFINISHED - 1):
        unfinished[Incoming(None, unfinished)] = slowest.since + 1 + n
    make_way(unfinished)
    unfinished[slowest] = slowest.since
    assert len(unfinished) == patience.MOST_UNFINISHED
    make_way(unfinished)
    assert slowest not in unfinished
    assert len(unfinished) == patience.MOST_UNFINISHED - 1
    assert pair[1].recv(1) == b""


@pytest.mark.slow
def test_an_answer_that_nobody_reads_ends_its_connection(hall: Hall) -> None:
    """A page is asked for again and again on one connection, and never read."""
    ask = b"GET /api/openapi.json HTTP/1.1\r\nHost: hall\r\n\r\n"
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(LONG)
    line.connect(("127.0.0.1", hall.port))
    with pytest.raises(ConnectionError):
        ask_for_ever(line, ask)
    line.close()


def ask_for_ever(line: socket.socket, ask: bytes) -> None:
    while True:
        line.sendall(ask)


def test_whoever_resets_in_the_middle_of_a_head_leaves_no_line_in_the_log(tmp_path: Path) -> None:
    """Every one of them cost a millisecond and a traceback."""
    with a_hall(tmp_path, "--no-worker") as hall:
        assert hall.process is not None
        open_files = Path(f"/proc/{hall.process.pid}/fd")
        before = len(list(open_files.iterdir()))
        line = line_to(hall, b"GET /api/screen HTTP/1.1\r\nHost: hall\r\nX-Drip: ")
        until(lambda: len(list(open_files.iterdir())) > before, what="the connection is taken")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()
        until(lambda: len(list(open_files.iterdir())) <= before, what="the connection is let go")
        hall.stop()
        assert hall.log is not None
        assert "Traceback" not in hall.log.read_text()


def test_whoever_has_hung_up_while_waiting_is_not_worked_for(tmp_path: Path) -> None:
    """A tablet that gave up sends again; a server that is too slow must not do the same work for nobody."""
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=2)
        assert hall.process is not None
        body = json.dumps({"code": seats.codes[0]}).encode()
        asked = (
            b"POST /api/join HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        hall.process.send_signal(signal.SIGSTOP)
        gone = [line_to(hall, asked + body) for _ in range(3)]
        for line in gone:
            line.close()
        stays = line_to(hall, asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + body)
        hall.process.send_signal(signal.SIGCONT)
        assert answer_on(stays).startswith(b"HTTP/1.1 200")
        assert hall.get("/api/openapi.json").status == 200
        hall.stop()
        assert hall.log is not None
        assert hall.log.read_text().count('"endpoint": "api.join"') == 1
