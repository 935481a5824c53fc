"""The whole server on PostgreSQL: a hall that votes at once, and the commands beside it."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from pathlib import Path

import pytest
from halls import Hall, a_key, an_open_round, folkmoot, join, seat, seat_by_command
from postgres import Cluster
from test_web_faults import HEADER, Listening, until, vote

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


def test_a_database_that_may_only_be_read_stores_nothing_says_so_and_is_well_again_by_itself(
    postgres: Cluster, tmp_path: Path
) -> None:
    """As an administrator does it (every connection is ended, 57P01), or a server that has become a standby: 25006."""
    hall = Hall(postgres.new(), log=tmp_path / "serve.log", folder=tmp_path)
    hall.start("--no-worker")
    seats = seat(hall.database, members=6)
    tokens = [join(hall, code) for code in seats.codes]
    round_id, keys = an_open_round(hall, seats), [a_key() for _ in tokens]
    assert vote(hall, round_id, tokens[0], keys[0]).status == 200
    tablet = Listening(hall, tokens[1])

    def says(how: str) -> None:
        everywhere = postgres.url("postgres")
        postgres.rows(everywhere, f'ALTER DATABASE "{name}" {how}')
        postgres.rows(everywhere, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    name = hall.database.partition("@/")[2].partition("?")[0]
    says("SET default_transaction_read_only = on")
    refused = until(lambda: (a := vote(hall, round_id, tokens[1], keys[1])).json["error"] == "cannot-write" and a)
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert "may only be read" in refused.json["message"]
    assert until(lambda: tablet.told, what="the socket is told")[0]["storing"] is False
    screen = hall.get("/api/screen", tokens[1])
    assert (screen.status, "may only be read" in screen.headers[HEADER]) == (200, True)
    assert postgres.rows(hall.database, "SELECT count(*) FROM ballot") == [(1,)]
    says("RESET default_transaction_read_only")
    assert until(lambda: tablet.told[-1]["storing"], what="the socket is told that it can be written")
    for token, key in zip(tokens[1:], keys[1:], strict=True):
        assert until(lambda t=token, k=key: vote(hall, round_id, t, k).status == 200, what="counted")
    assert HEADER not in hall.get("/api/screen", tokens[1]).headers
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    assert hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json["counts"]["yes"] == 6
    tablet.client.disconnect()
    hall.stop()
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
