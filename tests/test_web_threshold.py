"""The threshold says what the gate would have said, and costs no request; all that it cannot read goes to the gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent import socket
from houses import web_of
from test_web_sockets import UNREADABLE
from wires import WEBSOCKET, handshake

from facilitation.desk import Desk
from web.errors import TooManySockets
from web.server.gate import STRANGERS_AT_ONE_ADDRESS, Gate
from web.server.patience import PatientServer
from web.server.threshold import Threshold, handshake_in

ADDRESS = "10.0.0.7"
ASKS_SOMEBODY = ("an unknown token",)  # the gate looks it up
NOT_PLAIN = ("POST",)


@pytest.fixture
def app(tmp_path: Path) -> Any:
    return web_of(Desk.open(f"sqlite:///{tmp_path / 'hall.sqlite'}"))


@pytest.fixture
def threshold(app: Any) -> Threshold:
    found: Threshold = app.extensions["threshold"]
    return found


def read(answer: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return status.partition(" ")[2], dict(line.split(": ", 1) for line in lines), body


def environ_of(request: bytes) -> dict[str, Any]:
    environ = handshake_in(request)
    assert environ is not None
    return environ | {"REMOTE_ADDR": ADDRESS}


def through_the_gate(app: Any, request: bytes) -> tuple[str, dict[str, str], bytes]:
    """What the application itself answers to this request."""
    heard: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        heard.update(status=status, headers=dict(headers))

    body = b"".join(app.wsgi_app(environ_of(request), start))
    return heard["status"], heard["headers"], body


@pytest.mark.parametrize("case", sorted(set(UNREADABLE) - {*ASKS_SOMEBODY, *NOT_PLAIN}))
def test_it_says_what_the_gate_says(app: Any, threshold: Threshold, case: str) -> None:
    request = UNREADABLE[case][0]
    answer = threshold(request, ADDRESS)
    assert answer is not None
    status, headers, body = read(answer)
    assert headers.pop("Date").endswith(" GMT")
    assert (status, headers, body) == through_the_gate(app, request)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert int(headers["Content-Length"]) == len(body)


PASSED_ON = {
    "a good one": handshake(),
    "an unknown token": UNREADABLE["an unknown token"][0],
    "a cookie": handshake(Cookie="folkmoot=anything"),
    "another path": handshake("", path="/api/screen", Upgrade=None),
    "a longer path": handshake("", path="/socket.io/more", Upgrade=None),
    "POST": UNREADABLE["POST"][0],
    "half a head": handshake("")[:-2],
    "a body": handshake("") + b"x",
    "two at once": handshake("") + handshake("").replace(b"\r\n\r\n", b"\r\n"),
    "HTTP/1.0": handshake("").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "no version": handshake("").replace(b" HTTP/1.1", b""),
    "a folded line": handshake("").replace(b"Host: hall", b"Host: hall\r\n two: three"),
    "a header twice": handshake("").replace(b"Host: hall", b"Host: hall\r\nHost: hall"),
    "a header of another kind": handshake("").replace(b"Host: hall", b"Host hall"),
    "an underscore": handshake("").replace(b"Host: hall", b"Host: hall\r\nX_Y: z"),
    "bare line feeds": handshake("").replace(b"\r\n", b"\n") + b"\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("case", PASSED_ON)
def test_what_may_be_let_in_and_what_is_odd_goes_to_the_gate(threshold: Threshold, case: str) -> None:
    assert threshold(PASSED_ON[case], ADDRESS) is None


def test_where_strangers_have_no_place_they_are_told_so_and_known_devices_pass(app: Any, threshold: Threshold) -> None:
    gate: Gate = app.extensions["gate"]
    for _ in range(STRANGERS_AT_ONE_ADDRESS):
        gate.rooms.take({f"strangers at {ADDRESS}": STRANGERS_AT_ONE_ADDRESS})
    for full in (handshake(), handshake(Authorization="Bearer 1234")):
        answer = threshold(full, ADDRESS)
        assert answer is not None
        assert json.loads(read(answer)[2])["error"] == TooManySockets.code
    cookie = f"{app.extensions['settings'].cookie_name}=x"
    assert threshold(handshake(f"{WEBSOCKET}&audience=member", Cookie=cookie), ADDRESS) is None
    assert threshold(handshake(), "10.0.0.8") is None
    threshold.behind_proxies = True  # the address is the proxy's, and the gate alone learns whose it is
    assert threshold(handshake(), ADDRESS) is None


def test_no_request_is_made_of_it(threshold: Threshold) -> None:
    """A real server, whose application would count what reaches it."""
    reached = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        reached.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Length", "0"), ("Connection", "close")])
        return [b""]

    server = PatientServer(("127.0.0.1", 0), application, log=None, error_log=None, threshold=threshold)
    server.start()
    with gevent.Timeout(20):
        said = [ask(server.server_port, one) for one in (handshake(""), handshake("", path="/m"))]
    server.stop()
    assert [one[:12] for one in said] == [b"HTTP/1.1 426", b"HTTP/1.1 200"]
    assert reached == ["/m"]


def ask(port: int, request: bytes) -> bytes:
    """All that is answered before the server hangs up."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(request)
    said = b""
    while piece := line.recv(65536):
        said += piece
    line.close()
    return said
