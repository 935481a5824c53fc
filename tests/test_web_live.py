"""Screens by socket: a client of the official library, against a served process."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import socketio
from draws import prepared
from halls import Hall, Seats, a_key, an_open_round, folkmoot, join, seat
from waiting import until

from facilitation import model
from facilitation.desk import Desk
from web.live import LONGEST_PAUSE, LOOK, Live, room

PATIENCE = 5.0


class Device:
    """A socket client that keeps every screen it is sent."""

    def __init__(self, hall: Hall, **auth: str) -> None:
        self.screens: queue.Queue[dict[str, Any]] = queue.Queue()
        self.client = socketio.Client(reconnection=False)
        self.client.on("screen", self.screens.put)
        self.client.connect(hall.url, auth=auth, transports=["websocket"], wait_timeout=PATIENCE)

    def next(self) -> dict[str, Any]:
        return self.screens.get(timeout=PATIENCE)

    def until(self, seq: int) -> dict[str, Any]:
        """The first screen at this step or later."""
        while (screen := self.next())["seq"] < seq:
            pass
        return screen

    def settle(self) -> None:
        """Let everything come that is still on its way: publishing rests for a second at most."""
        while not self.quiet(LONGEST_PAUSE + 0.5):
            while not self.screens.empty():
                self.next()

    def quiet(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self.screens.empty()


@pytest.fixture
def connect(hall: Hall) -> Iterator[Any]:
    devices = []

    def open_one(**auth: str) -> Device:
        devices.append(Device(hall, **auth))
        return devices[-1]

    yield open_one
    for device in devices:
        device.client.disconnect()


def seen(screen: dict[str, Any]) -> dict[str, Any]:
    """What a screen shows, without the moment it was made and the private part."""
    timer = screen["timer"] and {**screen["timer"], "seconds_left": None}
    return {key: value for key, value in screen.items() if key not in ("now", "you")} | {"timer": timer}


def display_token(hall: Hall, seats: Seats) -> str:
    arguments = ("--role", "display", "--assembly", seats.assembly)
    return folkmoot("token", "--database", hall.database, *arguments).stdout.strip()


def test_a_device_is_shown_its_screen_at_once(hall: Hall, seats: Seats, connect: Any) -> None:
    token = join(hall, seats.codes[0])
    first = connect(token=token).next()
    assert first["audience"] == "member"
    assert seen(first) == seen(hall.get("/api/screen", token).json)
    assert "you" not in first


def test_every_change_reaches_every_audience_with_the_same_step(hall: Hall, seats: Seats, connect: Any) -> None:
    member = connect(token=join(hall, seats.codes[0]))
    staff = connect(token=seats.facilitator)
    display = connect(token=display_token(hall, seats))
    an_open_round(hall, seats)
    seq = hall.get("/api/screen", seats.facilitator).json["seq"]
    screens = [device.until(seq) for device in (member, staff, display)]
    assert {screen["seq"] for screen in screens} == {seq}
    assert [screen["audience"] for screen in screens] == ["member", "facilitator", "hall"]
    assert all(screen["round"]["state"] == "open" for screen in screens)


def test_turnout_goes_to_the_facilitator_and_the_hall_only(hall: Hall, seats: Seats, connect: Any) -> None:
    tokens = [join(hall, code) for code in seats.codes]
    round_id = an_open_round(hall, seats)
    seq = hall.get("/api/screen", seats.facilitator).json["seq"]
    member, staff = connect(token=tokens[0]), connect(token=seats.facilitator)
    member.until(seq)
    staff.until(seq)
    member.settle()
    for token in tokens:
        hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, token)
    screen = staff.next()
    while screen["turnout"]["cast"] < 4:
        screen = staff.next()
    assert screen["result"] is None
    assert member.quiet(0.6)
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    assert member.next()["result"]["counts"] == {"yes": 4, "no": 0, "abstain": 0}


def test_screens_are_coalesced_and_the_latest_wins(hall: Hall, seats: Seats, connect: Any) -> None:
    staff = connect(token=seats.facilitator)
    staff.next()
    begun = time.monotonic()
    for n in range(20):
        hall.post(f"/api/sessions/{seats.session}/rounds", {"title": f"{n}?", "rule": "yes-no"}, seats.facilitator)
    spent = time.monotonic() - begun
    seq = hall.get("/api/screen", seats.facilitator).json["seq"]
    received = 1
    while staff.next()["seq"] < seq:
        received += 1
    assert received <= spent * 4 + 2


def test_sessions_are_kept_apart(hall: Hall, seats: Seats, connect: Any) -> None:
    other = seat(hall.database, name=f"other {seats.assembly}")
    member = connect(token=join(hall, seats.codes[0]))
    member.next()
    member.settle()
    an_open_round(hall, other)
    assert member.quiet(0.6)


@pytest.mark.parametrize("auth", [{}, {"token": "wrong"}, {"token": ""}, {"audience": "member"}])
def test_an_unknown_device_is_refused(hall: Hall, auth: dict[str, str]) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        Device(hall, **auth)


def test_a_socket_that_speaks_is_not_heard(hall: Hall, seats: Seats, connect: Any) -> None:
    staff = connect(token=seats.facilitator)
    before = staff.next()
    for event in ("screen", "open_round", "message", "publish"):
        staff.client.emit(event, {"session": seats.session})
    time.sleep(0.3)
    assert hall.get("/api/screen", seats.facilitator).json["seq"] == before["seq"]


def test_another_origin_may_not_open_a_socket(hall: Hall, seats: Seats) -> None:
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            hall.url,
            auth={"token": seats.facilitator},
            headers={"Origin": "https://elsewhere.example"},
            transports=["websocket"],
        )


def test_what_another_program_changes_reaches_the_screens_too(hall: Hall, seats: Seats, connect: Any) -> None:
    staff = connect(token=seats.facilitator)
    before = staff.next()["seq"]
    folkmoot("next", "--database", hall.database, "--session", seats.session)
    assert staff.until(before + 1)["item"]["title"] == "Welcome"


def test_a_message_over_64_kb_ends_the_socket_and_nothing_else(hall: Hall, seats: Seats, connect: Any) -> None:
    loud, quiet = connect(token=seats.facilitator), connect(token=seats.facilitator)
    quiet.next()
    loud.client.emit("noise", "x" * 200_000)
    until(lambda: not loud.client.connected, PATIENCE)
    assert quiet.client.connected


def test_there_is_no_long_polling_and_the_refusal_says_what_to_do(hall: Hall, seats: Seats) -> None:
    client = socketio.Client(reconnection=False)
    told: queue.Queue[Any] = queue.Queue()
    client.on("connect_error", told.put)
    with pytest.raises(socketio.exceptions.ConnectionError, match="426"):
        client.connect(hall.url, auth={"token": seats.facilitator}, transports=["polling"], wait_timeout=PATIENCE)
    said = told.get(timeout=PATIENCE)
    assert said["error"] == "websocket-only"
    assert "GET /api/screen" in said["remedy"]
    assert hall.get("/api/screen", seats.facilitator).json["audience"] == "facilitator"


def test_a_socket_that_asks_for_an_unknown_session_is_told_so(hall: Hall, seats: Seats) -> None:
    told: queue.Queue[object] = queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("connect_error", told.put)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            hall.url,
            auth={"token": seats.facilitator, "session": "nothing"},
            transports=["websocket"],
            wait_timeout=PATIENCE,
        )
    client.disconnect()
    assert "not-found" in str(told.get(timeout=PATIENCE))


def test_the_hall_screen_of_a_public_draw_is_told_what_happens(hall: Hall, connect: Any) -> None:
    desk = Desk.open(hall.database)
    made = desk.new_recruitment("Public")
    desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=8)
    draw = desk.request_draw(made, kind="prepare", options={"names": "number"})
    desk.start_draw(draw)
    desk.finish_draw(draw, prepared())
    screen, recruiter = connect(token=desk.hall_key(draw), audience="draw"), desk.issue_token("recruiter")
    for key in ("nonsense", "", None):
        with pytest.raises(socketio.exceptions.ConnectionError):
            connect(token=key, audience="draw")
    typed = {"box-1": "3", "box-2": "0", "box-3": "7"}
    answer = hall.post(f"/recruit/{made}/draws/{draw}/public/entry", typed, recruiter)
    assert answer.status == 200, answer.body
    told = screen.next()
    assert (told["seq"], told["typed"], told["members"]) == (1, ["The recruiter"], [])
    assert "307" not in str({key: value for key, value in told.items() if key != "fixed"})
    # another process takes the draw on, and its wake-up is lost, as while the Redis is away
    desk.enter(draw, "witness", "3 0 8", lambda _files, _entry: ({}, {}))
    desk.close()
    told = screen.next()
    assert (told["seq"], told["typed"], bool(told["differed"])) == (3, [], True)
    assert screen.quiet(LOOK + 0.5), "what is on the screens is not sent again"


def test_the_tablet_of_a_member_who_leaves_is_hung_up_on(hall: Hall, seats: Seats, connect: Any) -> None:
    tablets = [connect(token=join(hall, code)) for code in seats.codes[:2]]
    desk = Desk.open(hall.database)
    leaving = next(one.id for one in desk.members(seats.assembly) if one.code == seats.codes[0])
    recruiter = desk.issue_token("recruiter")
    desk.close()
    path = f"/recruit/assemblies/{seats.assembly}/members/{leaving}/leave"
    assert hall.post(path, {"reason": "own-wish"}, recruiter).status == 200
    until(lambda: not tablets[0].client.connected, PATIENCE)
    assert [tablet.client.connected for tablet in tablets] == [False, True]


def test_no_screen_is_made_for_nobody(tmp_path: Path) -> None:
    """In a large hall the facilitator's picture is the dearest; where nobody looks at it, it is not made."""
    desk = Desk.open(f"sqlite:///{tmp_path / 'hall.sqlite'}")
    seated = desk.seat("Hall", [{"id": "p1", "name": "A"}])
    looked_at = {room(seated.session_id, "member"): {"sid": "line"}}
    sent: list[tuple[str, str]] = []
    server = SimpleNamespace(manager=SimpleNamespace(rooms={"/": looked_at}))
    live = Live(SimpleNamespace(server=server, emit=lambda what, screen, to, **_: sent.append((what, to))), desk)
    made: list[str] = []
    plain = desk.public_screens
    desk.public_screens = lambda session_id, audiences: made.extend(audiences) or plain(session_id, audiences)
    live.waiting.add(seated.session_id)
    live._keep_publishing(seated.session_id)
    assert (made, sent) == (["member"], [("screen", room(seated.session_id, "member"))])
    live.greet("sid", seated.session_id, "facilitator")
    assert made[-1] == "facilitator"
    desk.close()


def test_who_is_here_is_worked_out_once_for_a_state_and_not_once_for_each_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.open(f"sqlite:///{tmp_path / 'hall.sqlite'}")
    agenda = [{"kind": "discussion", "title": "Talk"}]
    seated = desk.seat("Hall", [{"id": f"p{n}", "name": f"Member {n}"} for n in range(40)], agenda)
    for one in seated.members:
        desk.join(one.code)
    desk.next_action(seated.session_id)
    asked: list[int] = []
    plain = model.here
    monkeypatch.setattr(model, "here", lambda stays: asked.append(len(stays)) or plain(stays))
    assert desk.public_screens(seated.session_id)["member"]["present"] == 40
    assert desk.public_screens(seated.session_id)["host"]["present"] == 40
    assert len(asked) <= 1
    desk.close()
