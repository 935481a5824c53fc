"""The server is killed three times in the middle of a vote, and three in ten answers are thrown away on their way."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Iterator

from crowd import Tablet, all_at_once, gone, joined, sorted_out
from halls import Hall, an_open_round

from hall_rows import Place, Row, Served, served, spread
from hall_rows.ballots import closed

TITLE = "The same with `kill -9` of the server three times and 30 % of answers thrown away"
MUST = "1,000 receipts = 1,000 ballots in ≤ 12 s; serving again ≤ 2 s after restart"
OWN = True
BOTH = True
KILLS = (0.2, 0.45, 0.7)
"""The server is killed when this share has a receipt."""
LOST = 0.3


def measure(place: Place) -> Iterator[Row]:
    """One round in which all vote, whatever happens."""
    with served(place) as hall:
        whole, taken, sends, again, cast, receipts = asyncio.run(killed(hall))
        members = len(hall.seats.codes)
        held = receipts == cast == members and whole <= 12 and max(again) <= 2
        serving = ", ".join(f"{one:.2f}" for one in again)
        yield Row(
            "",
            f"{receipts} receipts, {cast} ballots of {members} members after {whole:.1f} s ({spread(taken)}; {sends} "
            f"sendings); serving again after {serving} s",
            held,
        )


async def killed(hall: Served) -> tuple[float, list[float], int, list[float], int, int]:
    """Seconds to the last receipt, of each, sendings, seconds to serve again, ballots counted, receipts."""
    crowd = await joined(hall.hall.url, hall.seats.codes)
    round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)
    lot, receipts = random.Random(6), {}

    async def vote(tablet: Tablet) -> None:
        receipts[tablet.code] = await tablet.vote(round_id, "yes", throw_away=lambda: lot.random() < LOST)

    async def kill() -> list[float]:
        again = []
        for share in KILLS:
            while len(receipts) < share * len(crowd):
                await asyncio.sleep(0.005)
            again.append(await asyncio.to_thread(restarted, hall.hall))
        return again

    begun = time.monotonic()
    killing = asyncio.create_task(kill())
    taken, wrong = sorted_out(await all_at_once(crowd, vote, 1.0))
    whole = time.monotonic() - begun
    if wrong:
        raise wrong[0]
    again = await killing
    cast = await asyncio.to_thread(closed, hall, round_id)
    sends = sum(tablet.sends for tablet in crowd)
    await gone(crowd)
    return whole, taken, sends, again, cast, len(set(receipts.values()))


def restarted(hall: Hall) -> float:
    """Kill the server, start it again; seconds from the start to its first answer."""
    hall.stop(signal.SIGKILL)
    begun = time.monotonic()
    hall.start("--no-worker")
    assert hall.get("/api/openapi.json").status == 200
    return time.monotonic() - begun
