"""The whole server on PostgreSQL: a hall that votes at once, and the commands beside it."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from pathlib import Path

import pytest
from halls import Hall, a_key, an_open_round, folkmoot, join, seat_by_command
from postgres import Cluster

pytestmark = pytest.mark.slow


def test_a_hall_votes_at_once_and_a_killed_server_has_lost_nothing(postgres: Cluster, tmp_path: Path) -> None:
    hall = Hall(postgres.empty(), log=tmp_path / "serve.log", folder=tmp_path)
    hall.start("--no-worker")
    seats = seat_by_command(hall.database, tmp_path, members=60)
    tokens = [join(hall, code) for code in seats.codes]
    round_id = an_open_round(hall, seats)
    answers: list[int] = []

    def vote(number: int, token: str) -> None:
        ballot = {"key": a_key(), "choice": ("yes", "no", "abstain")[number % 3]}
        answers.append(hall.post(f"/api/rounds/{round_id}/ballot", ballot, token).status)

    voters = [threading.Thread(target=vote, args=one) for one in enumerate(tokens)]
    for one in voters:
        one.start()
    for one in voters:
        one.join()
    assert Counter(answers) == {200: 60}
    hall.stop(signal.SIGKILL)
    hall.start("--no-worker")
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
    assert result["counts"] == {"yes": 20, "no": 20, "abstain": 20}
    assert "60" in folkmoot("minutes", "--database", hall.database, "--session", seats.session).stdout
    verified = folkmoot("journal", "--database", hall.database, "--assembly", seats.assembly, "--verify").stdout
    assert "all in the chain" in verified
    copy = str(tmp_path / "copy.sqlite")
    assert "1 assembly, checked" in folkmoot("backup", "--database", hall.database, copy).stdout
    assert "1 closed; 1 counted again, with the same result" in folkmoot("restore", "--check", copy).stdout
    hall.stop()
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
    assert {path.name for path in tmp_path.iterdir()} >= {"folkmoot.secret", "serve.log"}
