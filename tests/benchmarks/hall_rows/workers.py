"""Several processes, PostgreSQL and Redis, and each of them is taken away while the hall votes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, field, replace

from crowd import NoAnswer, Tablet, all_at_once, gone, sorted_out, tablets
from halls import Answer, children_of
from redis_servers import RedisServer, a_redis

from hall_rows import Place, Row, Served, served

TITLE = "4 gunicorn-gevent workers + PostgreSQL + Redis; a worker killed every 5 s, `FLUSHALL`, Redis off for 30 s"
MUST = "0 lost, 0 twice, in sync ≤ 5 s"
OWN = True
PROCESSES, EVERY, OFF = 4, 5.0, 30.0
ROUNDS_KILLED, ROUNDS_OFF = 3, 2
SYNC = 5.0
COMING = 10
"""Times that a tablet tries to join."""


def measure(place: Place) -> Iterator[Row]:
    """Rounds while processes are killed, rounds while Redis is off, and one after it came back."""
    with contextlib.ExitStack() as around:
        database = place.database
        if not database.startswith("postgresql"):
            from postgres import a_cluster

            database = around.enter_context(a_cluster(fsync="on", max_connections="200")).new()
        redis = around.enter_context(a_redis())
        several = ("--workers", str(PROCESSES), "--redis", redis.url)
        hall = around.enter_context(served(replace(place, database=database, workers=1), *several))
        trial = Trial(hall, redis)
        asyncio.run(trial.run())
        members = len(hall.seats.codes)
        held = all(one == (members, members) for one in trial.rounds) and max(trial.sync) <= SYNC
        sync, counted = sorted(trial.sync), sorted(set(trial.rounds))
        yield Row(
            "",
            f"{len(trial.rounds)} rounds of {members} members: (receipts, ballots counted) {counted}; "
            f"{trial.kills} processes killed, Redis emptied {trial.emptied} times and off for {trial.off:.0f} s; "
            f"all in sync {sync[-1]:.1f} s after a change at the latest, {sync[len(sync) // 2]:.1f} s as a rule",
            held,
        )


@dataclass
class Trial:
    """What happened."""

    hall: Served
    redis: RedisServer
    rounds: list[tuple[int, int]] = field(default_factory=list)
    sync: list[float] = field(default_factory=list)
    kills: int = 0
    emptied: int = 0
    off: float = 0.0

    async def run(self) -> None:
        """All of it."""
        prepared = [await self._prepared(n) for n in range(ROUNDS_KILLED + ROUNDS_OFF + 1)]
        crowd = await arrived(self.hall)
        async with kept_open(crowd), during(self._kill()):
            for round_id in prepared[:ROUNDS_KILLED]:
                await self._vote(crowd, round_id, 2 * EVERY)
        async with kept_open(crowd):
            self.redis.stop()
            begun = time.monotonic()
            for round_id in prepared[ROUNDS_KILLED:-1]:
                await self._vote(crowd, round_id, 1.0)
            await asyncio.sleep(max(0.0, OFF - (time.monotonic() - begun)))
            self.off = time.monotonic() - begun
            await asyncio.to_thread(self.redis.start)
            await self._vote(crowd, prepared[-1], 1.0)
        await gone(crowd)

    async def _prepared(self, number: int) -> str:
        asked = {"title": f"Question {number}?", "rule": "yes-no"}
        path = f"/api/sessions/{self.hall.seats.session}/rounds"
        answer = await asyncio.to_thread(self.hall.hall.post, path, asked, self.hall.seats.facilitator)
        return str(answer.json["round"])

    async def _vote(self, crowd: list[Tablet], round_id: str, within: float) -> None:
        """Open, let all vote, close, and look whether each is counted once; how soon all tablets knew."""
        await self._change(crowd, f"/api/rounds/{round_id}/open")
        receipts: dict[str, str] = {}

        async def vote(tablet: Tablet) -> None:
            receipts[tablet.code] = await tablet.vote(round_id, "yes")

        _, wrong = sorted_out(await all_at_once(crowd, vote, within))
        if wrong:
            raise wrong[0]
        await self._change(crowd, f"/api/rounds/{round_id}/close")
        counts = (await self._surely("GET", f"/api/rounds/{round_id}/result")).json["counts"]
        self.rounds.append((len(set(receipts.values())), sum(counts.values())))

    async def _change(self, crowd: list[Tablet], path: str) -> None:
        await self._surely("POST", path)
        begun = time.monotonic()
        step = int((await self._surely("GET", "/api/screen")).json["seq"])
        while not all(tablet.seq >= step and not tablet.closed for tablet in crowd):
            if time.monotonic() - begun > 12 * SYNC:
                behind = [(tablet.seq, tablet.closed) for tablet in crowd if tablet.seq < step or tablet.closed]
                raise AssertionError(f"{len(behind)} tablets never saw step {step}: {behind[:3]} (step, closed)")
            await asyncio.sleep(0.02)
        self.sync.append(time.monotonic() - begun)

    async def _surely(self, method: str, path: str) -> Answer:
        """As the console does it: again when the process that was asked is gone; what is done already is fine."""
        before = False
        while True:
            with contextlib.suppress(OSError):
                ask = self.hall.hall.ask
                answer = await asyncio.to_thread(ask, method, path, None, self.hall.seats.facilitator)
                if answer.status == 200 or (before and answer.status == 409):
                    return answer
                assert answer.status >= 500, (path, answer)
            before = True
            await asyncio.sleep(0.1)

    async def _kill(self) -> None:
        """A process every five seconds, and everything that Redis holds."""
        lot = random.Random(6)
        while True:
            await asyncio.sleep(EVERY)
            os.kill(lot.choice(sorted(children_of(self.hall.pid or 0))), signal.SIGKILL)
            self.kills += 1
            await asyncio.to_thread(self.redis.ask().flushall)
            self.emptied += 1


async def arrived(hall: Served) -> list[Tablet]:
    """All have come, within forty seconds, and whoever was told to try again did: how they join is another row."""
    crowd = tablets(hall.hall.url, hall.seats.codes)

    async def come(tablet: Tablet) -> None:
        for tries in range(COMING):
            try:
                await tablet.join()
                return
            except (NoAnswer, TimeoutError):
                if tries == COMING - 1:
                    raise
                await asyncio.sleep(1.0)

    _, wrong = sorted_out(await all_at_once(crowd, come, len(crowd) / 25))
    if wrong:
        raise wrong[0]
    return crowd


@contextlib.asynccontextmanager
async def during(what: Awaitable[None]) -> AsyncIterator[None]:
    """Meanwhile."""
    task = asyncio.ensure_future(what)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def kept_open(crowd: list[Tablet]) -> AsyncIterator[None]:
    """A tablet whose socket was cut opens it again, after a moment of its own."""
    lot = random.Random(7)

    async def keep(tablet: Tablet) -> None:
        while True:
            if tablet.closed:
                await asyncio.sleep(lot.uniform(0.1, 1.0))
                with contextlib.suppress(OSError, TimeoutError):
                    await tablet.open()
            await asyncio.sleep(0.05)

    tasks = [asyncio.create_task(keep(tablet)) for tablet in crowd]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
