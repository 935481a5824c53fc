"""The worker of a draw is killed in the middle, and nobody helps: the look every ten seconds finds the silent draw."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from halls import FOLKMOOT, ROOT, alive
from redis_servers import a_redis

from facilitation.desk import Desk
from hall_rows import Place, Row
from web.jobs import HueyJobs
from web.settings import Settings, with_secret

TITLE = "A draw's worker killed mid-solve"
MUST = "retried once, one result, both attempts in the journal"
OWN = True
POOL, SIZE = ROOT / "fixtures" / "climate_assembly", 50
PATIENCE = 300.0


def measure(place: Place) -> Iterator[Row]:
    """Two workers on one Redis; the one that has the draw is killed when its solver has said how far it is."""
    with a_redis() as redis:
        os.chdir(place.folder)  # beside a database that is no file, the secret stands here
        here = with_secret(Settings(place.database, "", redis=redis.url))
        desk = Desk.open(place.database)
        draw, jobs = a_draw(desk), HueyJobs(desk, here)
        jobs.ask(draw)
        with a_worker(here) as one, a_worker(here) as other:
            wait(lambda: bool(jobs.progress(draw).get("stage")))
            holder = str(desk.draw(draw).record[0].worker).rpartition(":")[2]
            first = one if str(one.pid) == holder else other
            solvers = solvers_of(first)
            first.kill()
            killed = time.monotonic()
            wait(lambda: desk.draw(draw).attempts == 2)
            again = time.monotonic() - killed
            gone = not any(alive(pid) for pid in solvers)
            wait(lambda: desk.draw(draw).ended)
        ended = desk.draw(draw)
        attempts = [(one.number, one.ended) for one in ended.record]
        results = sum(name == "panel.csv" for name in desk.draw_files(draw)) if ended.state == "done" else 0
        desk.close()
    held = attempts == [(1, "lost"), (2, "done")] and results == 1 and gone and bool(solvers)
    yield Row("", f"taken on again after {again:.0f} s; attempts {attempts}; {results} result", held)


def a_draw(desk: Desk) -> str:
    """A draw that takes some seconds."""
    recruitment = desk.new_recruitment("Climate")
    pool, quotas = ((f"{part}.csv", (POOL / f"{part}.csv").read_bytes()) for part in ("pool", "quotas"))
    desk.put_files(recruitment, pool=pool, quotas=quotas, size=SIZE, household=("address", "postcode"))
    return desk.request_draw(recruitment)


@contextlib.contextmanager
def a_worker(place: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`folkmoot worker`, as on a machine of its own."""
    command = [*FOLKMOOT, "worker", "--database", place.database, "--redis", str(place.redis)]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    worker = subprocess.Popen(command, env=around, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(timeout=5)
        worker.kill()
        worker.wait(timeout=20)


def solvers_of(worker: subprocess.Popen[bytes]) -> list[int]:
    """The children of all its threads."""
    listed = Path(f"/proc/{worker.pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


def wait(true: Callable[[], bool]) -> None:
    """Until it is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it never came to that")
        time.sleep(0.05)
