"""Draws and the workers that are lost over them: real processes, killed, frozen, and two at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from halls import FOLKMOOT, ROOT, alive
from redis_servers import RedisServer
from waiting import until

from facilitation.desk import Desk
from facilitation.desk.recruiting import SILENCE_SECONDS
from facilitation.errors import Busy, WrongState
from facilitation.times import in_text
from web.jobs import HueyJobs
from web.settings import Settings, with_secret
from web.wishes import ASK_AGAIN

SMALL, SIZE = ROOT / "fixtures" / "small", 8
PATIENCE = 60.0


def a_draw(desk: Desk) -> str:
    recruitment = desk.new_recruitment("Climate")
    pool, quotas = ((f"{part}.csv", (SMALL / f"{part}.csv").read_bytes()) for part in ("pool", "quotas"))
    desk.put_files(recruitment, pool=pool, quotas=quotas, size=SIZE)
    return desk.request_draw(recruitment)


@contextlib.contextmanager
def a_worker(place: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`folkmoot worker`, as on a machine of its own."""
    redis = ["--redis", place.redis] if place.redis else []
    command = [*FOLKMOOT, "worker", "--database", place.database, *redis]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    worker = subprocess.Popen(command, cwd=ROOT, env=around, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGCONT)
        worker.kill()
        worker.wait(timeout=20)


def solvers_of(worker: subprocess.Popen[bytes]) -> list[int]:
    listed = Path(f"/proc/{worker.pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


def declared_silent(place: Settings) -> None:
    """What the look every ten seconds does, a minute from now."""
    later = Desk.open(place.database, now=lambda: datetime.now(UTC) + timedelta(seconds=60))
    HueyJobs(later, place).ask_again()
    later.close()


@pytest.fixture(params=["file", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("redis").url if request.param == "redis" else None
    return with_secret(Settings(f"sqlite:///{tmp_path / 'hall.sqlite'}", "", redis=url))


@pytest.fixture
def desk(place: Settings) -> Iterator[Desk]:
    opened = Desk.open(place.database)
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_is_replaced_once_and_both_attempts_are_told(desk: Desk, place: Settings) -> None:
    draw = a_draw(desk)
    HueyJobs(desk, place).ask(draw)
    with a_worker(place) as first:
        assert until(lambda: bool(solvers_of(first)))
        solvers = solvers_of(first)
        first.kill()
        first.wait(timeout=20)
        assert until(lambda: not any(alive(pid) for pid in solvers), 5), "the solver dies with its worker"
    assert (desk.draw(draw).state, desk.draw(draw).attempts) == ("running", 1)
    declared_silent(place)
    with a_worker(place):
        assert until(lambda: desk.draw(draw).ended)
    ended = desk.draw(draw)
    assert ended.state == "done", ended.error
    assert [(one.number, one.ended) for one in ended.record] == [(1, "lost"), (2, "done")]
    assert len({one.worker for one in ended.record}) == 2
    assert all(one.ended_at and one.began_at <= one.ended_at for one in ended.record)
    assert len(desk.draw_files(draw)["panel.csv"].splitlines()) == 1 + SIZE


@pytest.mark.slow
def test_a_draw_that_fell_silent_is_asked_again_within_45_seconds_by_whoever_works(desk: Desk, place: Settings) -> None:
    """The worker is at work already, so its next look may be a whole pause away."""
    draw = a_draw(desk)
    jobs = HueyJobs(desk, place)
    desk.start_draw(draw, worker="one that is gone")
    jobs.ask("no such draw")
    with a_worker(place):
        assert until(lambda: jobs.huey.pending_count() == 0)
        nearly = datetime.now(UTC) - timedelta(seconds=SILENCE_SECONDS - 1)
        with contextlib.closing(sqlite3.connect(place.database.removeprefix("sqlite:///"))) as raw, raw:
            raw.execute("UPDATE draw SET heartbeat_at = ?", (in_text(nearly),))
        begun = time.monotonic()
        assert until(lambda: desk.draw(draw).attempts == 2)
        assert SILENCE_SECONDS - 1 + time.monotonic() - begun <= 45
        assert until(lambda: desk.draw(draw).state == "done")
    assert [(one.worker == "one that is gone", one.ended) for one in desk.draw(draw).record] == [
        (True, "lost"),
        (False, "done"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["redis"], indirect=True)
def test_two_workers_do_each_draw_once_though_they_are_asked_twice(desk: Desk, place: Settings) -> None:
    draws = [a_draw(desk) for _ in range(3)]
    jobs = HueyJobs(desk, place)
    for draw in draws * 2:
        jobs.ask(draw)
    with a_worker(place), a_worker(place):
        assert until(lambda: all(desk.draw(draw).ended for draw in draws))
    for draw in draws:
        assert [(one.number, one.ended) for one in desk.draw(draw).record] == [(1, "done")], desk.draw(draw).error


@pytest.mark.slow
@pytest.mark.parametrize("place", ["redis"], indirect=True)
def test_a_worker_that_comes_back_finds_its_attempt_over(desk: Desk, place: Settings) -> None:
    draw = a_draw(desk)
    HueyJobs(desk, place).ask(draw)
    with a_worker(place) as frozen:
        assert until(lambda: bool(solvers_of(frozen)))
        frozen.send_signal(signal.SIGSTOP)  # its solver goes on, and ends
        assert desk.draw(draw).state == "running"
        declared_silent(place)
        with a_worker(place):
            assert until(lambda: desk.draw(draw).state == "done")
        before = desk.draw_files(draw)
        frozen.send_signal(signal.SIGCONT)
        assert until(lambda: not solvers_of(frozen)), "it stops its solver"
        frozen.terminate()
        frozen.wait(timeout=20)
    assert desk.draw_files(draw) == before
    assert [(one.number, one.ended) for one in desk.draw(draw).record] == [(1, "lost"), (2, "done")]


def test_an_attempt_that_was_given_up_cannot_speak_for_the_draw(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 26, tzinfo=UTC)]
    desk = Desk.open(f"sqlite:///{tmp_path / 'hall.sqlite'}", now=lambda: now[0])
    draw = a_draw(desk)
    first = desk.start_draw(draw, worker="one")
    now[0] += timedelta(seconds=31)
    assert [one.id for one in desk.revive_draws()] == [draw]
    second = desk.start_draw(draw, worker="two")
    assert desk.heartbeat(draw, attempt=first.attempts, stage="late").attempts == second.attempts
    assert desk.draw(draw).stage == "starting"
    for late in (
        lambda: desk.finish_draw(draw, {"panel.csv": b"first"}, attempt=first.attempts),
        lambda: desk.fail_draw(draw, "late", attempt=first.attempts),
    ):
        with pytest.raises(WrongState, match="Attempt 1 fell silent, and attempt 2 has taken the draw over"):
            late()
    desk.finish_draw(draw, {"panel.csv": b"second"}, attempt=second.attempts)
    assert desk.draw_files(draw) == {"panel.csv": b"second"}
    assert [(one.worker, one.ended) for one in desk.draw(draw).record] == [("one", "lost"), ("two", "done")]
    desk.close()


def test_progress_is_told_without_the_databases_lock(
    desk: Desk, place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds the lock, a worker tells how far it is, and a page sees it."""
    monkeypatch.setattr("facilitation.store.engine.TRIES", 3)
    draw = a_draw(desk)
    with holding_the_lock(place):
        jobs = HueyJobs(desk, place)
        with pytest.raises(Busy):
            desk.heartbeat(draw)
        jobs.wishes.tell(draw, {"stage": "leximin", "bound": 0.25})
        assert HueyJobs(desk, place).progress(draw) == {"stage": "leximin", "bound": 0.25}
    jobs.wishes.forget(draw)
    assert jobs.progress(draw) == {}


@contextlib.contextmanager
def holding_the_lock(place: Settings) -> Iterator[None]:
    """Another program is in the middle of writing the assembly's database."""
    path = place.database.removeprefix("sqlite:///")
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); "
        "print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.stdin.close()
        holder.wait(timeout=20)
        holder.stdout.close()


def test_a_queue_that_is_away_refuses_nothing_and_forgets_nothing(tmp_path: Path, redis: RedisServer) -> None:
    place = with_secret(Settings(f"sqlite:///{tmp_path / 'hall.sqlite'}", "", redis=redis.url))
    desk = Desk.open(place.database)
    draw, jobs = a_draw(desk), HueyJobs(desk, place)
    redis.stop()
    jobs.ask(draw)
    jobs.wishes.tell(draw, {"stage": "leximin"})
    assert jobs.progress(draw) == {}
    redis.start()
    jobs.ask_again()
    assert jobs.huey.pending_count() == 1
    desk.close()


def test_a_look_that_waited_behind_a_long_draw_is_not_done_twice(desk: Desk, place: Settings) -> None:
    jobs, draw = HueyJobs(desk, place), a_draw(desk)
    jobs.look()
    jobs.look()
    (fresh, late) = jobs.huey.dequeue(), jobs.huey.dequeue()
    now = datetime.now(UTC).replace(tzinfo=None)
    jobs.huey.execute(late, now + timedelta(seconds=ASK_AGAIN + 1))
    assert jobs.huey.pending_count() == 0
    jobs.huey.execute(fresh, now)
    assert [list(one.args) for one in jobs.huey.pending()] == [[draw]]


def test_nothing_in_the_queue_is_pickled(desk: Desk, place: Settings) -> None:
    jobs = HueyJobs(desk, place)
    jobs.ask("17")
    (waiting,) = jobs.huey.storage.enqueued_items()
    assert waiting.startswith(b'{"message": {"id": ')
    jobs.huey.storage.enqueue(b"cos\nsystem\n(S'touch /tmp/owned'\ntR.")
    jobs.huey.dequeue()
    with pytest.raises(ValueError, match="Expecting value"):
        jobs.huey.dequeue()
