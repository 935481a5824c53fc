"""What happens when the server cannot write: a full disk, a quota, a read-only disk, a held database, a clock set back.

Ballots are sent all the while; each 200 must be on the disk, each refusal must be 503, the banner must be told to a
socket that listens, and the same server must take the rest by itself once the fault is over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import socketio
from faults import a_small_disk, full, locked, no_more_room_in_files, read_only
from halls import Hall, a_hall, a_key, an_open_round, join, seat

from facilitation.desk import Desk
from hall_rows import Place, Row, not_here

TITLE = "Disk full, read-only disk, database locked 20 s"
MUST = "no answer without durability, a clear banner, recovers by itself"
OWN = True
MEMBERS, HELD, PATIENCE = 40, 20.0, 40.0
Fault = Callable[[], AbstractContextManager[None]]


def measure(place: Place) -> Iterator[Row]:
    """Each fault on a server of its own, on SQLite: what PostgreSQL's disk does is its own server's business."""
    for what, run in (
        ("disk full", _full),
        ("quota used up", _quota),
        ("read-only", _read_only),
        ("locked 20 s", _held),
    ):
        folder = place.folder / what.replace(" ", "-")
        folder.mkdir()
        try:
            yield run(what, folder)
        except pytest.skip.Exception as refused:
            yield not_here(what, str(refused))


def _full(what: str, folder: Path) -> Row:
    with a_small_disk(folder) as small, a_hall(small, "--no-worker") as hall:
        return _tried(what, hall, lambda: full(small))


def _quota(what: str, folder: Path) -> Row:
    with a_hall(folder, "--no-worker") as hall:
        return _tried(what, hall, lambda: no_more_room_in_files(hall))


def _read_only(what: str, folder: Path) -> Row:
    with a_hall(folder, "--no-worker") as hall:
        return _tried(what, hall, lambda: read_only(hall))


def _held(what: str, folder: Path) -> Row:
    with a_hall(folder, "--no-worker") as hall:
        return _tried(what, hall, lambda: locked(hall), lasts=HELD)


def _tried(what: str, hall: Hall, fault: Fault, lasts: float = 3.0) -> Row:
    seats = seat(hall.database, MEMBERS)
    tokens = [join(hall, code) for code in seats.codes]
    round_id = an_open_round(hall, seats)
    told: list[tuple[float, dict[str, Any]]] = []
    listening = socketio.Client(reconnection=False)
    listening.on("storing", lambda said: told.append((time.monotonic(), said)))
    listening.connect(hall.url, auth={"token": tokens[0]}, transports=["websocket"], wait_timeout=PATIENCE)
    answers: list[int] = []
    voters = [threading.Thread(target=_until_counted, args=(hall, round_id, one, answers)) for one in tokens]
    desk = Desk.open(hall.database)
    desk.turnout(round_id)
    with fault():
        begun = time.monotonic()
        for one in voters:
            one.start()
        while time.monotonic() - begun < lasts or (not told and time.monotonic() - begun < PATIENCE):
            time.sleep(0.1)
        answered = answers.count(200)
        stored = desk.turnout(round_id)
        over = time.monotonic()
    for one in voters:
        one.join(PATIENCE)
    whole, end = time.monotonic() - over, time.monotonic() + PATIENCE
    while told and not told[-1][1]["storing"] and time.monotonic() < end:
        time.sleep(0.1)
    counted, other = desk.turnout(round_id), sorted(set(answers) - {200, 503})
    desk.close()
    listening.disconnect()
    banner = told[0][0] - begun if told else None
    held = (
        answered <= stored and not other and counted == answers.count(200) == MEMBERS
        and banner is not None and told[-1][1]["storing"] is True
    )  # fmt: skip
    said = "no banner" if banner is None else f"banner after {banner:.1f} s"
    strange = f", other answers: {other}" if other else ""
    return Row(
        what,
        f"{answered} answered and {stored} on the disk while it lasted, {answers.count(503)} refused with 503, {said}; "
        f"all {counted} of {MEMBERS} counted once {whole:.1f} s after it ended{strange}",
        held,
    )


def _until_counted(hall: Hall, round_id: str, token: str, answers: list[int]) -> None:
    ballot = {"key": a_key(), "choice": "yes"}
    end = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < end:
        try:
            answers.append(hall.post(f"/api/rounds/{round_id}/ballot", ballot, token).status)
        except OSError:  # it waited longer than we do; a tablet sends it again
            continue
        if answers[-1] == 200:
            return
        time.sleep(1)
