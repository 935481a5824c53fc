"""What the hall sees while the server cannot write: no answer without durability, a banner, and it mends by itself.

The server is a process of its own all the while, and is never started again.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import socketio
from faults import a_small_disk, full, locked, no_more_room_in_files, read_only
from halls import Answer, Hall, Seats, a_hall, a_key, an_open_round, join, seat
from waiting import until

from facilitation.desk import Desk

pytestmark = pytest.mark.slow

PATIENCE = 30.0
HEADER = "folkmoot-storing"


@contextlib.contextmanager
def on_a_small_disk(folder: Path) -> Iterator[tuple[Hall, Callable[[], AbstractContextManager[None]]]]:
    with a_small_disk(folder) as place, a_hall(place, "--no-worker") as hall:
        yield hall, lambda: full(place)


@contextlib.contextmanager
def on_a_used_up_quota(folder: Path) -> Iterator[tuple[Hall, Callable[[], AbstractContextManager[None]]]]:
    with a_hall(folder, "--no-worker") as hall:
        yield hall, lambda: no_more_room_in_files(hall)


@contextlib.contextmanager
def on_a_read_only_disk(folder: Path) -> Iterator[tuple[Hall, Callable[[], AbstractContextManager[None]]]]:
    with a_hall(folder, "--no-worker") as hall:
        yield hall, lambda: read_only(hall)


WAYS = {
    "disk full": (on_a_small_disk, "its disk is full"),
    "quota used up": (on_a_used_up_quota, "its disk gives errors"),
    "read-only": (on_a_read_only_disk, "its disk gives errors"),
}


class Listening:
    """A device's socket: what it was told of the server's writing, or of something else."""

    def __init__(self, hall: Hall, token: str, of: str = "storing") -> None:
        self.told: list[dict[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        self.client.on(of, self.told.append)
        self.client.connect(hall.url, auth={"token": token}, transports=["websocket"], wait_timeout=PATIENCE)


def vote(hall: Hall, round_id: str, token: str, key: str) -> Answer:
    return hall.post(f"/api/rounds/{round_id}/ballot", {"key": key, "choice": "yes"}, token)


def turnout_on_the_disk(hall: Hall, round_id: str) -> int:
    """How many have voted, as another program reads the files."""
    desk = Desk.open(hall.database)
    turnout = desk.turnout(round_id)
    desk.close()
    return turnout


def banner_of(page: Answer) -> bool:
    """Whether the page shows the banner."""
    found = page.body.decode().partition("data-not-storing")[2]
    assert "The server cannot write at the moment." in found
    return not found.lstrip().startswith("hidden")


def display_of(hall: Hall, seats: Seats) -> str:
    desk = Desk.open(hall.database)
    display = desk.issue_token("display", seats.assembly)
    desk.close()
    return display


def pages(hall: Hall, seats: Seats, member: str, display: str) -> list[Answer]:
    return [
        hall.get("/m", member),
        hall.get(f"/run/{seats.session}", seats.facilitator),
        hall.get(f"/hall/{display}"),
    ]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_answered_that_is_not_on_the_disk_and_all_is_well_again_by_itself(way: str, tmp_path: Path) -> None:
    place, why = WAYS[way]
    with place(tmp_path) as (hall, fault):
        seats = seat(hall.database, members=12)
        tokens = [join(hall, code) for code in seats.codes]
        round_id, keys = an_open_round(hall, seats), [a_key() for _ in tokens]
        assert vote(hall, round_id, tokens[0], keys[0]).status == 200
        tablet = Listening(hall, tokens[1])
        display = display_of(hall, seats)
        screens = pages(hall, seats, tokens[1], display)
        assert [page.status for page in screens] == [200, 200, 200]
        assert not any(banner_of(page) for page in screens)
        with fault():
            answers = [vote(hall, round_id, token, key) for token, key in zip(tokens[1:], keys[1:], strict=True)]
            refused = answers[-1]
            assert {answer.status for answer in answers} <= {200, 503}
            assert refused.json["error"] == "cannot-write"
            assert why in refused.json["message"]
            assert refused.headers["retry-after"] == "2"
            stored = 1 + sum(answer.status == 200 for answer in answers)  # there may be room in pages that are there
            assert turnout_on_the_disk(hall, round_id) == stored < len(tokens)
            assert until(lambda: tablet.told, what="the socket is told") == [{"storing": False, "why": why}]
            screen = hall.get("/api/screen", tokens[1])
            assert (screen.status, screen.headers[HEADER]) == (200, f"no, {why}")
            again = vote(hall, round_id, tokens[0], keys[0])
            assert again.status in (200, 503), "what is stored may be told again, and nothing else"
            member, console, on_the_wall = pages(hall, seats, tokens[1], display)
            assert banner_of(member)
            assert banner_of(console)
            assert banner_of(on_the_wall)
            assert f"<span data-not-storing-why>{why}</span>" in console.body.decode()
            assert "your tablet keeps it" in member.body.decode()
            assert "your tablet keeps it" not in console.body.decode()
        assert until(lambda: len(tablet.told) > 1 and tablet.told[-1], what="the socket is told")["storing"] is True
        for token, key in zip(tokens[1:], keys[1:], strict=True):
            answered = until(
                lambda t=token, k=key: (a := vote(hall, round_id, t, k)).status == 200 and a, what="counted"
            )
            assert answered.json["receipt"]
        assert HEADER not in hall.get("/api/screen", tokens[1]).headers
        assert not banner_of(hall.get("/m", tokens[1]))
        assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
        result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
        assert result["counts"]["yes"] == 12
        tablet.client.disconnect()
        said = hall.log.read_text() if hall.log else ""
        assert "Traceback" not in said
        assert "the server can write again" in said


def test_a_database_held_by_another_program_is_waited_for_and_told(tmp_path: Path) -> None:
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=2)
        tokens = [join(hall, code) for code in seats.codes]
        round_id = an_open_round(hall, seats)
        tablet, answers = Listening(hall, tokens[1]), []
        voting = threading.Thread(target=lambda: answers.append(vote(hall, round_id, tokens[0], a_key())))
        with locked(hall):
            voting.start()
            told = until(lambda: tablet.told, what="the socket is told")
            assert told == [{"storing": False, "why": "its database is held by another program, or does not answer"}]
            assert hall.get("/api/screen", tokens[1]).headers[HEADER].startswith("no, its database is held")
            assert answers == [], "screens are shown while a writer waits"
        voting.join(PATIENCE)
        assert until(lambda: len(tablet.told) > 1 and tablet.told[-1], what="the socket is told")["storing"] is True
        assert [answer.status for answer in answers] == [200], "it waited, and is counted"
        tablet.client.disconnect()


def test_a_disk_that_went_away_is_a_disk_that_fails_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches over the banner hears a word and no error, which would end the watch, and leave the banner."""
    desk = Desk.open(str(tmp_path / "h.sqlite"))
    with monkeypatch.context() as away:
        away.setattr("facilitation.store.sqlite.os.statvfs", lambda _path: os.stat(tmp_path / "gone"))
        assert desk.try_to_write() == desk.cannot_write == "disk-failing"
    assert desk.try_to_write() is desk.cannot_write is None
    desk.close()


def test_log_lines_that_cannot_be_written_cost_no_answer(tmp_path: Path) -> None:
    """The log on the same full disk: lines are lost, the answers stay what they are."""
    with a_small_disk(tmp_path) as place, a_hall(place, "--no-worker") as hall:
        seats = seat(hall.database, members=1)
        token = join(hall, seats.codes[0])
        with full(place):
            assert {hall.get("/api/screen", token).status for _ in range(20)} == {200}
        assert hall.get("/api/screen", token).status == 200
        assert all(json.loads(line)["event"] for line in (place / "serve.log").read_text().splitlines()[-1:])
