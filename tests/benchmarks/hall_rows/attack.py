"""Outsiders try to keep members from voting, and the server busy and fat."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crowd import Tablet, all_at_once, gone, sorted_out, tablets
from halls import an_open_round

from hall_rows import Place, Row, Served, memory, processor, quantile, served

TITLE = "members vote under attack"
MUST = "members’ p99 ≤ 2×, memory +50 MB at most"
ATTACKERS = Path(__file__).parents[1] / "attackers.py"
VOTING = 10.0  # seconds over which the members' ballots are spread
SETTLING = 2.0  # seconds of the attack before the first ballot
TWICE, MORE = 2.0, 50.0  # times; MB
ATTACKS = {
    "huge": "100 MB socket messages",
    "loris": "200 slow-loris",
    "flood": "5,000 bad handshakes/s",
}


def measure(place: Place) -> Iterator[Row]:
    """All vote in peace, and again under each attack; attackers are as many as this machine bears beside the hall."""
    with served(place) as hall:
        yield from asyncio.run(_all(place, hall))


@dataclass
class Vote:
    """How one round of voting went."""

    seconds: list[float]
    wrong: list[BaseException]
    grown: float
    used: float

    @property
    def p99(self) -> float:
        return quantile(self.seconds, 0.99)


async def _all(place: Place, hall: Served) -> list[Row]:
    """In peace before and after, so that what else this machine does then counts on both sides."""
    crowd = tablets(hall.hall.url, hall.seats.codes)
    await all_at_once(crowd, Tablet.join, within=len(crowd) / 200)
    await _vote(hall, crowd)  # warm
    calm = [await _vote(hall, crowd)]
    attacked = []
    for kind in ATTACKS:
        more = (crowd[0].token,) if kind == "huge" else ()
        attacked.append(await _under(hall, crowd, kind, *more))
    calm.append(await _vote(hall, crowd))
    await gone(crowd)
    p99 = quantile([one for vote in calm for one in vote.seconds], 0.99)
    said = " and ".join(f"{vote.p99 * 1000:.0f} ms" for vote in calm)
    rows = [Row("in peace, before and after", f"p99 {said}", not any(vote.wrong for vote in calm))]
    return rows + [_row(what, *attacked[place], p99) for place, what in enumerate(ATTACKS.values())]


def _row(what: str, under: Vote, did: str, calm: float) -> Row:
    """How it went under one attack, beside the p99 in peace."""
    times = under.p99 / calm
    said = (
        f"p99 {under.p99 * 1000:.0f} ms ({times:.1f}×), +{under.grown:.0f} MB, {under.used:.1f} s of processor; {did}"
    )
    if under.wrong:
        said += f"; {len(under.wrong)} not answered: {under.wrong[0]!r}"[:200]
    return Row(what, said, times <= TWICE and under.grown <= MORE and not under.wrong)


async def _under(hall: Served, crowd: list[Tablet], kind: str, *more: str) -> tuple[Vote, str]:
    """Vote while others attack."""
    command = [sys.executable, str(ATTACKERS), kind, str(hall.hall.port), str(VOTING + SETTLING + 1), *more]
    before = memory(hall.pid)
    attacker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.nice(10))
    await asyncio.sleep(SETTLING)
    vote = await _vote(hall, crowd, before)
    did, _ = await asyncio.to_thread(attacker.communicate)
    return vote, did.strip()


async def _vote(hall: Served, crowd: list[Tablet], before: float | None = None) -> Vote:
    """Everybody votes once, evenly; the memory of the server is looked at meanwhile."""
    round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats, title=f"{time.time_ns()}?")
    held = [before if before is not None else memory(hall.pid)]
    used = processor(hall.pid)
    looking = asyncio.create_task(_look(hall.pid, held))
    seconds, wrong = sorted_out(await all_at_once(crowd, lambda tablet: tablet.vote(round_id, "yes"), within=VOTING))
    looking.cancel()
    closed = await asyncio.to_thread(hall.hall.post, f"/api/rounds/{round_id}/close", None, hall.seats.facilitator)
    counted = closed.status == 200 and hall.hall.get(f"/api/rounds/{round_id}/result", hall.seats.facilitator).json
    if not counted or counted["counts"]["yes"] != len(seconds):
        wrong.append(AssertionError(f"{len(seconds)} answered, counted {counted}"))
    return Vote(seconds, wrong, max(held) - held[0], processor(hall.pid) - used)


async def _look(pid: int | None, held: list[float]) -> None:
    while True:
        held.append(memory(pid))
        await asyncio.sleep(0.2)
