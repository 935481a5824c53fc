"""A count that takes seconds: the server goes on serving, whoever sends something waits, and nothing is lost."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest
from halls import Answer, Hall, Seats, a_hall, a_key, an_open_round, join, seat

from facilitation.desk import Desk
from facilitation.errors import Busy
from facilitation.store import Store

pytestmark = pytest.mark.slow
BIDS = [f"Bid {n}" for n in range(40)]
BUDGET = 200_000
TERMS = {"budget": str(BUDGET), "costs": [str(BUDGET // 15 + 911 * n) for n in range(40)], "completion": "add1"}


def a_slow_vote(hall: Hall, seats: Seats) -> str:
    """A budget by equal shares, whose completion counts once for every pound."""
    tokens, lot = [join(hall, code) for code in seats.codes[:-1]], random.Random(5)
    round_id = an_open_round(hall, seats, title="Which bids?", rule="equal-shares", options=BIDS, terms=TERMS)
    for token in tokens:
        ballot = {"key": a_key(), "choice": lot.sample(BIDS, 4)}
        assert hall.post(f"/api/rounds/{round_id}/ballot", ballot, token).status == 200
    return round_id


def joins_as_a_tablet_does(hall: Hall, code: str) -> str:
    """Who had to wait too long on a busy machine is told that nothing was stored, and asks again."""
    until = time.monotonic() + 120
    while (answer := hall.post("/api/join", {"code": code})).status == 503:
        assert time.monotonic() < until, answer.body
    assert answer.status == 200, answer.body
    return str(answer.json["token"])


def test_while_a_long_count_goes_on_pages_are_served_and_what_is_sent_waits(tmp_path: Path) -> None:
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=40)
        round_id = a_slow_vote(hall, seats)
        closed: list[Answer] = []
        late: list[str] = []
        count = threading.Thread(
            target=lambda: closed.append(hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator))
        )
        comer = threading.Thread(target=lambda: late.append(joins_as_a_tablet_does(hall, seats.codes[-1])))
        count.start()
        comer.start()
        served = 0
        while count.is_alive():
            assert hall.get("/api/screen", seats.facilitator).status == 200
            served += not closed
            count.join(0.05)  # a hall asks often, and not without drawing breath
        count.join()
        comer.join()
        assert closed[0].status == 200, closed[0].body
        assert served >= 5
        assert hall.get("/api/screen", late[0]).status == 200
        assert hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json["cast"] == 39


def test_who_waits_too_long_for_the_others_of_the_process_is_told_and_nothing_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facilitation.store.turns.TURN_SECONDS", 0.05)
    desk = Desk.open(f"sqlite:///{tmp_path / 'hall.sqlite'}")
    store: Store = desk._store
    with store.writing(), pytest.raises(Busy, match="busy with something long"):
        desk.seat("Assembly", [{"id": "p1", "name": "A"}])
    assert desk.seat("Assembly", [{"id": "p1", "name": "A"}]).members
    desk.close()
