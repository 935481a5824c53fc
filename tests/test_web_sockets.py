"""Who may open a socket, what it may say, and that nothing it says harms another one: bare bytes, a served process."""

from __future__ import annotations

import contextlib
import json
import queue
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
import pytest
from engineio.packet import MESSAGE, Packet
from halls import Hall, Seats, folkmoot, join, seat
from houses import web_of
from wires import BINARY, CONTINUED, PATIENCE, PING, TEXT, WEBSOCKET, Raw, Refused, frame, handshake

from facilitation.desk import Desk
from facilitation.errors import Busy
from web.errors import TooManySockets
from web.live import LOOK, LOOKS_PER_CHECK
from web.server import wire
from web.server.gate import OPENING, STRANGERS, STRANGERS_AT_ONE_ADDRESS, Gate, Rooms, own_origin


@pytest.fixture
def opened(hall: Hall) -> Iterator[Callable[..., Raw]]:
    lines = []

    def open_one(request: bytes | None = None, **more: Any) -> Raw:
        lines.append(Raw(hall, request, **more))
        return lines[-1]

    yield open_one
    for line in lines:
        line.close()


def revoked(hall: Hall, token: str) -> None:
    """As another program does it, such as `folkmoot` on the command line."""
    desk = Desk.open(hall.database)
    desk.revoke(token)
    desk.close()


# ------------------------------------------------------------------------------------------------ the handshake

UNREADABLE = {
    "polling": (handshake("EIO=4&transport=polling", Upgrade=None, Connection=None), 426, "websocket-only"),
    "no upgrade": (handshake(Upgrade=None), 426, "websocket-only"),
    "upgrade of polling": (handshake(f"{WEBSOCKET}&sid=abc"), 426, "websocket-only"),
    "no query": (handshake(""), 426, "websocket-only"),
    "another Engine.IO": (handshake("EIO=3&transport=websocket"), 400, "bad-handshake"),
    "another WebSocket": (handshake(Sec_WebSocket_Version="8"), 400, "bad-handshake"),
    "no key": (handshake(Sec_WebSocket_Key=None), 400, "bad-handshake"),
    "POST": (handshake().replace(b"GET", b"POST", 1), 400, "bad-handshake"),
    "JSONP": (handshake(f"{WEBSOCKET}&j=0"), 400, "bad-handshake"),
    "another origin": (handshake(Origin="https://elsewhere.example"), 403, "wrong-origin"),
    "no origin at all": (handshake(Origin="null"), 403, "wrong-origin"),
    "an origin that is none": (handshake(Origin="http://["), 403, "wrong-origin"),
    "an unknown token": (handshake(Authorization="Bearer 1234"), 401, "not-signed-in"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_handshake_of_another_kind_is_refused_with_a_remedy(hall: Hall, case: str) -> None:
    request, status, code = UNREADABLE[case]
    with pytest.raises(Refused) as refused:
        Raw(hall, request)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert json.loads(refused.value.body)["remedy"]
    assert refused.value.headers["connection"] == "close"


def test_a_secure_server_takes_no_socket_from_a_page_without_https() -> None:
    said = {"HTTP_HOST": "hall", "HTTP_ORIGIN": "http://hall"}
    assert own_origin(said, https=False)
    assert not own_origin(said, https=True)
    assert own_origin(said | {"HTTP_ORIGIN": "https://hall"}, https=True)


def test_a_token_in_the_header_is_looked_up_before_the_socket_is_there(
    hall: Hall, seats: Seats, opened: Callable[..., Raw]
) -> None:
    token = join(hall, seats.codes[0])
    known = handshake(Authorization=f"Bearer {token}")
    assert opened(known).connect()["audience"] == "member"
    revoked(hall, token)
    recruiter = folkmoot("token", "--database", hall.database, "--role", "recruiter").stdout.strip()
    for header, status in ((f"Bearer {token}", 401), (f"Bearer {recruiter}", 403)):
        with pytest.raises(Refused) as refused:
            Raw(hall, handshake(Authorization=header))
        assert refused.value.status == status


def test_a_cookie_is_looked_up_before_the_socket_is_there(hall: Hall, seats: Seats, opened: Callable[..., Raw]) -> None:
    cookie, csrf = signed_in(hall, seats.codes[0])
    as_member = f"{WEBSOCKET}&audience=member"
    assert opened(handshake(as_member, Cookie=cookie)).connect({"audience": "member"})["audience"] == "member"
    with pytest.raises(Refused) as refused:
        Raw(hall, handshake(f"{WEBSOCKET}&audience=facilitator", Cookie=cookie))
    assert (refused.value.status, refused.value.code) == (403, "not-for-you")
    sent = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    assert hall.ask("POST", "/sign-out", f"csrf_token={csrf}".encode(), headers=sent).status == 303
    with pytest.raises(Refused) as refused:
        Raw(hall, handshake(as_member, Cookie=cookie))
    assert (refused.value.status, refused.value.code) == (401, "not-signed-in")
    by_token = handshake(f"{WEBSOCKET}&audience=facilitator&by=token", Cookie=cookie)
    assert opened(by_token).connect({"token": seats.facilitator})["audience"] == "facilitator"


def signed_in(hall: Hall, code: str) -> tuple[str, str]:
    """The cookie and the CSRF token of a browser that has joined."""
    first = hall.get("/join")
    cookie = first.headers["set-cookie"].partition(";")[0]
    csrf = re.search(rb'name="csrf_token" value="([^"]+)"', first.body)
    assert csrf is not None
    sent = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    answer = hall.ask("POST", "/join", f"code={code}&csrf_token={csrf[1].decode()}".encode(), headers=sent)
    assert answer.status == 303, answer.body
    cookie = answer.headers["set-cookie"].partition(";")[0]
    page = hall.ask("GET", "/m", headers={"Cookie": cookie})
    again = re.search(rb'name="csrf-token" content="([^"]+)"', page.body)
    assert again is not None
    return cookie, again[1].decode()


# ------------------------------------------------------------------------------------------------ the first packet


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (frame(b"40" + json.dumps({"token": "x" * 4096}).encode()), 1009),
        (frame(b'42["screen",1]'), 1008),
        (frame(b"3") * 2 + frame(b"9"), 1008),
        (frame(b'40/admin,{"token":"x"}'), 1008),
        (frame(b"40[1]"), 1008),
        (frame(b"40null"), 1008),
        (frame(b"40" + b"[" * 4000), 1008),
        (frame(b"40{"), 1008),
        (frame(b"40{}") * 2, 1008),
    ],
    ids=["too-large", "event-first", "unknown-type", "namespace", "list", "null", "deep", "half", "twice"],
)
def test_the_first_packet_says_who_this_is_and_nothing_else(
    hall: Hall, opened: Callable[..., Raw], first: bytes, code: int
) -> None:
    line = opened()
    line.line.sendall(first)
    assert line.ending() == code


def test_a_socket_that_does_not_say_who_it_is_is_ended(hall: Hall, opened: Callable[..., Raw]) -> None:
    silent, wrong = opened(), opened()
    begun = time.monotonic()
    wrong.send(b'40{"token":"wrong"}')
    assert "not-signed-in" in wrong.message()
    assert (silent.ending(), wrong.ending()) == (1008, 1008)
    assert time.monotonic() - begun >= wire.FIRST_WITHIN - 1


def test_a_whole_hall_may_come_as_strangers_and_a_flood_of_them_keeps_no_known_device_out() -> None:
    rooms = Rooms()
    at_hall = {"strangers": STRANGERS, "strangers at 10.0.0.1": STRANGERS_AT_ONE_ADDRESS}
    hall = [rooms.take(at_hall) for _ in range(1000)]
    for _ in range(STRANGERS_AT_ONE_ADDRESS - 1000):
        rooms.take(at_hall)
    with pytest.raises(TooManySockets):
        rooms.take(at_hall)
    elsewhere = {"strangers": STRANGERS, "strangers at 10.0.0.2": STRANGERS_AT_ONE_ADDRESS}
    for _ in range(STRANGERS - STRANGERS_AT_ONE_ADDRESS):
        rooms.take(elsewhere)
    with pytest.raises(TooManySockets):
        rooms.take({"strangers": STRANGERS, "strangers at 10.0.0.3": STRANGERS_AT_ONE_ADDRESS})
    for _ in range(OPENING):
        rooms.take({"device 1": OPENING})
    with pytest.raises(TooManySockets):
        rooms.take({"device 1": OPENING})
    for _ in range(2):  # twice is fine
        hall[0].let_go()
    rooms.take(at_hall)
    with pytest.raises(TooManySockets):
        rooms.take(at_hall)


def test_while_the_database_is_away_sockets_are_refused_and_keep_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 and “try again”, however often: when it is back, no place of a stranger is taken by one who was refused."""
    desk, said = Desk.open(str(tmp_path / "h.sqlite")), []

    def away(_token: str) -> None:
        raise Busy("The database does not answer.", "Try again.")

    monkeypatch.setattr(desk, "identify", away)
    monkeypatch.setattr("web.server.gate.FIRST_WITHIN", 0.0)
    app = web_of(desk)
    gate = Gate(app, app.wsgi_app)
    asked = {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "Upgrade", "HTTP_SEC_WEBSOCKET_VERSION": "13"}
    asked |= {"HTTP_SEC_WEBSOCKET_KEY": "k" * 24, "QUERY_STRING": "EIO=4&transport=websocket", "REQUEST_METHOD": "GET"}
    asked |= {"PATH_INFO": "/socket.io/", "HTTP_AUTHORIZATION": "Bearer somebody", "REMOTE_ADDR": "10.0.0.1"}
    for _ in range(3):
        list(gate({**asked}, lambda status, _headers: said.append(status)))
    assert said == ["503 Service Unavailable"] * 3
    assert gate.rooms.taken == {}
    desk.close()


def test_a_stranger_that_was_never_known_leaves_its_place_empty_for_a_while() -> None:
    rooms = Rooms()
    place = rooms.take({"strangers": 1}, then=0.05)
    place.let_go()
    with pytest.raises(TooManySockets):
        rooms.take({"strangers": 1})
    gevent.sleep(0.1)
    rooms.take({"strangers": 1}, then=5.0).give_back()  # it was known
    rooms.take({"strangers": 1})


# ------------------------------------------------------------------------------------------------ what is said later

HOSTILE = {
    "unknown event": (frame(b'42["open_round",{"a":1}]'), None),
    "null payload": (frame(b"42null") + frame(b"42"), None),
    "ack id -1": (frame(b'42-1["x"]') + frame(b"43-1[]"), None),
    "ack id 2^63": (frame(b'429223372036854775808["x"]') + frame(b"439223372036854775808[]"), None),
    "deep JSON": (frame(b"42" + b"[" * 60_000), None),
    "a room by name": (frame(b'42["join","member:1"]') + frame(b'42["enter",{"room":"token:1"}]'), None),
    "WebSocket ping": (frame(b"x", PING), None),
    "binary": (frame(b"\x04\x00", BINARY), 1003),
    "binary event": (frame(b'451-["x",{"_placeholder":true,"num":0}]'), 1008),
    "base64 binary": (frame(b"bAAAA"), 1008),
    "packet type 9": (frame(b"9"), 1008),
    "Socket.IO type 9": (frame(b"49"), 1008),
    "empty": (frame(b""), 1008),
    "not UTF-8": (frame(b'42["\xff"]'), 1007),
    "other namespace": (frame(b'42/admin,["x"]') + frame(b"40/admin,"), 1008),
    "second connect": (frame(b"40{}"), 1008),
    "upgrade of nothing": (frame(b"5"), 1008),
    "64 KB and a byte": (frame(b'42["' + b"x" * 65_536), 1009),
    "fragments that never end": (frame(b"42", TEXT, final=False) + frame(b"x", CONTINUED, final=False) * 100, 1008),
    "large fragments": (frame(b"x" * 40_000, TEXT, final=False) + frame(b"x" * 40_000, CONTINUED, final=False), 1009),
    "compressed": (frame(b"\x00" * 20, bits=0x40), 1002),
    "unmasked": (b"\x81\x01x", 1002),
    "unknown opcode": (frame(b"x", 3), 1002),
    "large ping": (frame(b"x" * 126, PING), 1002),
    "8 exabytes": (struct.pack(">BBQ", 0x81, 0xFF, 2**63 - 1) + bytes(4) + b"x" * 70_000, 1009),
    "a million tiny events": (frame(b'42["x"]') * 20_000, 1008),
    "a million pings": (frame(b"", PING) * 20_000, 1008),
    "a million pongs": (frame(b"3") * 20_000, 1008),
}


@dataclass
class Quiet:
    """A tablet that looks on, and answers pings, while others misbehave."""

    line: Raw
    screens: queue.Queue[dict[str, Any]]

    def listen(self) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError):
            while True:
                said = self.line.message()
                if said == "2":
                    self.line.send(b"3")
                elif said.startswith('42["screen",'):
                    self.screens.put(json.loads(said[2:])[1])


@pytest.fixture(scope="module")
def looked_at(hall: Hall) -> Iterator[tuple[Seats, Quiet]]:
    """A seated assembly, and a tablet that looks on."""
    seats = seat(hall.database, members=2, name="Looked at")
    quiet = Quiet(Raw(hall), queue.Queue())
    quiet.screens.put(quiet.line.connect({"token": join(hall, seats.codes[0])}))
    listening = threading.Thread(target=quiet.listen, daemon=True)
    listening.start()
    yield seats, quiet
    quiet.line.line.shutdown(socket.SHUT_RDWR)
    listening.join(PATIENCE)
    quiet.line.close()


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_a_socket_says_is_dropped_or_ends_it(
    hall: Hall, looked_at: tuple[Seats, Quiet], opened: Callable[..., Raw], case: str
) -> None:
    said, code = HOSTILE[case]
    line = opened(handshake(Authorization=f"Bearer {looked_at[0].facilitator}"))
    line.connect()
    try:
        line.line.sendall(said)
    except ConnectionError:
        assert code is not None
    if code is None:
        line.send(b"1")  # it still hears that we leave
        assert line.ending() == 1000
    else:
        assert line.ending() in (code, 0)  # where more is on its way, a reset may overtake the reason


def test_a_long_message_is_refused_before_it_is_sent(
    hall: Hall, looked_at: tuple[Seats, Quiet], opened: Callable[..., Raw]
) -> None:
    """Its head alone is enough: nothing of the 100 MB has to come, or is waited for."""
    head = struct.pack(">BBQ", 0x81, 0xFF, 100 * 1024 * 1024) + bytes(4)
    known = opened(handshake(Authorization=f"Bearer {looked_at[0].facilitator}"))
    known.connect()
    known.line.sendall(head)
    assert known.ending() == 1009
    stranger = opened()
    stranger.line.sendall(frame(b"x" * (wire.FIRST_PACKET + 1))[:8])
    assert stranger.ending() == 1009


def test_frames_are_found_wherever_the_bytes_are_cut() -> None:
    sizes = (0, 1, 125, 126, 65_535, 65_536)
    said = b"".join(frame(b"x" * size) for size in sizes) + b"\x81\x03abc"
    for step in (1, 2, 7, 4096, len(said)):
        found = wire.Beginnings()
        longest = [found.longest(said[at : at + step]) for at in range(0, len(said), step)]
        assert max(longest) == 65_536
        assert not found.amid
        assert [one for one in longest if one] == [*sizes[1:], 3] or step > 2
    assert found.longest(frame(b"xy")[:3]) == 0
    assert found.amid


def test_what_follows_the_end_of_a_socket_is_no_request(
    hall: Hall, looked_at: tuple[Seats, Quiet], opened: Callable[..., Raw]
) -> None:
    seats, _ = looked_at
    line = opened()
    line.connect({"token": seats.facilitator})
    before = hall.get("/api/screen", seats.facilitator).json["seq"]
    events = frame(b'42["x"]') * 314 + frame(b'42["xy"]')
    assert len(events) == wire.CHUNK
    asked = b'{"title":"Smuggled?","rule":"yes-no"}'
    head = f"POST /api/sessions/{seats.session}/rounds HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {seats.facilitator}\r\nContent-Length: {len(asked)}\r\n\r\n"
    line.line.sendall(events + head.encode() + asked)
    assert line.ending() in (1008, 0)
    assert hall.get("/api/screen", seats.facilitator).json["seq"] == before


def test_and_harms_no_other_tablet(hall: Hall, looked_at: tuple[Seats, Quiet]) -> None:
    seats, quiet = looked_at
    before = quiet.screens.get(timeout=PATIENCE)["seq"]
    folkmoot("next", "--database", hall.database, "--session", seats.session)
    while quiet.screens.get(timeout=PATIENCE)["seq"] <= before:
        pass
    assert hall.get("/api/screen", seats.facilitator).status == 200


def test_a_loop_of_connections_leaves_nothing_behind(
    hall: Hall, looked_at: tuple[Seats, Quiet], opened: Callable[..., Raw]
) -> None:
    assert hall.process is not None
    open_files = Path(f"/proc/{hall.process.pid}/fd")
    before = len(list(open_files.iterdir()))
    known = handshake(Authorization=f"Bearer {looked_at[0].facilitator}")
    for n in range(300):
        line = Raw(hall, known)
        if n % 3:
            line.send(b"40")
        line.close()
    opened(known).connect()
    until = time.monotonic() + PATIENCE
    while len(list(open_files.iterdir())) > before + 3 and time.monotonic() < until:
        time.sleep(0.1)
    assert len(list(open_files.iterdir())) <= before + 3
    assert looked_at[1].line.line.fileno() >= 0


# ------------------------------------------------------------------------------------------------ how many, how long


def test_a_member_has_three_sockets_and_the_oldest_makes_way(
    hall: Hall, seats: Seats, opened: Callable[..., Raw]
) -> None:
    token = join(hall, seats.codes[0])
    lines = [opened() for _ in range(4)]
    for line in lines:
        line.connect({"token": token})
    told = lines[0].message()
    assert told.startswith('42["closing",')
    assert json.loads(told[2:])[1]["error"] == "too-many-sockets"
    assert lines[0].ending() == 1000
    folkmoot("next", "--database", hall.database, "--session", seats.session)
    for line in lines[1:]:
        next_screen(line)


def test_a_device_that_signs_out_is_hung_up_on(hall: Hall, seats: Seats, opened: Callable[..., Raw]) -> None:
    cookie, csrf = signed_in(hall, seats.codes[0])
    mine, other = opened(handshake(f"{WEBSOCKET}&audience=member", Cookie=cookie)), opened()
    mine.connect()
    other.connect({"token": join(hall, seats.codes[1])})
    sent = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    assert hall.ask("POST", "/sign-out", f"csrf_token={csrf}".encode(), headers=sent).status == 303
    begun = time.monotonic()
    assert mine.ending() == 1000
    assert time.monotonic() - begun < LOOK * LOOKS_PER_CHECK
    folkmoot("next", "--database", hall.database, "--session", seats.session)
    next_screen(other)


def test_a_token_that_another_program_revokes_is_hung_up_on_soon(
    hall: Hall, seats: Seats, opened: Callable[..., Raw]
) -> None:
    line, token = opened(), join(hall, seats.codes[0])
    line.connect({"token": token})
    revoked(hall, token)
    assert line.ending() == 1000


def next_screen(line: Raw) -> dict[str, Any]:
    """The next screen; pings are answered meanwhile."""
    while not (said := line.message()).startswith('42["screen",'):
        if said == "2":
            line.send(b"3")
    return dict(json.loads(said[2:])[1])


def test_of_screens_only_the_newest_waits_and_of_all_else_not_much() -> None:
    waiting = wire.Outbox()
    other, *screens = (Packet(MESSAGE, text) for text in ('2["look"]', *(f'2["screen",{n}]' for n in range(100))))
    waiting.put(other)
    for screen in screens:
        waiting.put(screen)
    assert [waiting.get() for _ in range(waiting.qsize())] == [other, screens[-1]]
    for _ in range(1000):
        waiting.put(other)
    assert waiting.qsize() == wire.MOST_WAITING
    waiting.put(None)  # the end is always heard
    assert waiting.qsize() == wire.MOST_WAITING + 1


@pytest.mark.slow
def test_a_device_that_never_reads_is_hung_up_on_and_costs_no_memory(hall: Hall, opened: Callable[..., Raw]) -> None:
    assert hall.process is not None
    agenda = [{"title": "x" * 150, "minutes": 5, "kind": "discussion"} for _ in range(60)]
    seats = seat(hall.database, members=2, name="Deaf", agenda=agenda)
    token = join(hall, seats.codes[0])
    deaf = [opened(buffer=4096) for _ in range(3)]
    for line in deaf:
        line.send(b"40" + json.dumps({"token": token}).encode())
    until = time.monotonic() + 120
    assert held_by_the_server(hall, deaf) == 3
    used = memory(hall)
    n = 0
    while held_by_the_server(hall, deaf):
        assert time.monotonic() < until, "never hung up on"
        asked = {"title": f"{n} " + "x" * 140, "rule": "yes-no"}
        assert hall.post(f"/api/sessions/{seats.session}/rounds", asked, seats.facilitator).status == 200
        n += 1
    assert memory(hall) - used < 20


def held_by_the_server(hall: Hall, lines: list[Raw]) -> int:
    """How many of these connections a process still holds at the server's end: what the kernel flushes has no inode."""
    ours = {line.line.getsockname()[1] for line in lines}
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = {(int(row[1].split(":")[1], 16), int(row[2].split(":")[1], 16)): row[9] for row in rows}
    return sum(ends.get((hall.port, port), "0") != "0" for port in ours)


def memory(hall: Hall) -> int:
    """Megabytes that the server holds."""
    assert hall.process is not None
    status = Path(f"/proc/{hall.process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024
