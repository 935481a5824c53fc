"""Outsiders try to keep members from voting, and the server busy and fat.

They share two cores with the server and the tablets; a real attacker sits at another machine. So they run only while
nobody else wants to (tests/benchmarks/attackers.py), the tablets are a process of their own, and every attack stands
between two votes in peace, twice, so that what else this machine does counts on both sides. Beside what the members
wait stands the part of it that the server says it took for a ballot (its own log, until the answer is ready), and how
long server and tablets were ready to run while others had the cores: that waiting is the machine's.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crowd import Tablet, all_at_once, gone, sorted_out, tablets
from halls import an_open_round

from hall_rows import Place, Row, Served, family, memory, processor, quantile, served, waited

TITLE = "members vote under attack"
MUST = "members’ p99 ≤ 2×, memory +50 MB at most"
ATTACKERS = Path(__file__).parents[1] / "attackers.py"
VOTING = 10.0  # seconds over which the members' ballots are spread
SETTLING = 2.0  # seconds of the attack before the first ballot
TURNS = 2  # votes under each attack, each between two in peace
TWICE, MORE = 2.0, 50.0  # times; MB
OFFERED = 0.95  # of what an attacker is to send; with less the figure says nothing
ATTACKS = {
    "huge": "100 MB socket messages",
    "loris": "200 slow-loris",
    "flood": "5,000 bad handshakes/s",
}


def measure(place: Place) -> Iterator[Row]:
    """All vote in peace, and again under each attack."""
    with served(place) as hall:
        yield from asyncio.run(_all(place, hall))


@dataclass
class Vote:
    """How it went: one round of voting, or several of a kind."""

    seconds: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    """The server's part of each, by its log; empty where the server is not ours."""
    wrong: list[BaseException] = field(default_factory=list)
    grown: float = 0.0
    used: float = 0.0
    waited: tuple[float, float] = (0.0, 0.0)
    """Seconds that server and tablets waited for a core."""

    @property
    def p99(self) -> float:
        return quantile(self.seconds, 0.99)

    def add(self, other: Vote) -> None:
        self.seconds += other.seconds
        self.inside += other.inside
        self.wrong += other.wrong
        self.grown, self.used = max(self.grown, other.grown), self.used + other.used
        self.waited = self.waited[0] + other.waited[0], self.waited[1] + other.waited[1]

    def said(self) -> str:
        inside = f" (in the server {quantile(self.inside, 0.99) * 1000:.0f} ms)" if self.inside else ""
        cores = f"waited for a core {self.waited[0]:.1f} s (server), {self.waited[1]:.1f} s (tablets)"
        return f"p99 {self.p99 * 1000:.0f} ms{inside} of {len(self.seconds)}, {self.used:.1f} s of processor, {cores}"


async def _all(place: Place, hall: Served) -> list[Row]:
    """Peace, an attack, peace, the next attack, and so on."""
    crowd = tablets(hall.hall.url, hall.seats.codes)
    await all_at_once(crowd, Tablet.join, within=len(crowd) / 200)
    await _vote(place, hall, crowd)  # warm
    calm, rows = Vote(), {kind: (Vote(), Vote(), list[tuple[str, float]]()) for kind in ATTACKS}
    before = await _vote(place, hall, crowd)
    calm.add(before)
    for _ in range(TURNS):
        for kind, (peace, under, did) in rows.items():
            under.add(await _under(place, hall, crowd, kind, did))
            after = await _vote(place, hall, crowd)
            peace.add(before)
            peace.add(after)
            calm.add(after)
            before = after
    await gone(crowd)
    first = Row("in peace, between all attacks", calm.said(), not calm.wrong)
    return [first, *(_row(ATTACKS[kind], *figures) for kind, figures in rows.items())]


def _row(what: str, peace: Vote, under: Vote, did: list[tuple[str, float]]) -> Row:
    """How it went under one attack, beside the votes in peace before and after it."""
    times, least = under.p99 / peace.p99, min(share for _, share in did)
    said = f"{times:.1f}×: {under.said()}; peace {peace.said()}; +{under.grown:.0f} MB; " + " and ".join(
        one for one, _ in did
    )
    if least < OFFERED:
        said += f"; this machine let the attacker send only {least:.0%} of it"
    if under.wrong:
        said += f"; {len(under.wrong)} not answered: {under.wrong[0]!r}"[:200]
    return Row(what, said, times <= TWICE and under.grown <= MORE and not under.wrong and least >= OFFERED)


async def _under(place: Place, hall: Served, crowd: list[Tablet], kind: str, did: list[tuple[str, float]]) -> Vote:
    """Vote while others attack."""
    more = (crowd[0].token,) if kind == "huge" else ()
    command = [sys.executable, str(ATTACKERS), kind, str(hall.hall.port), str(VOTING + SETTLING + 1), *more]
    before = memory(hall.pid)
    attacker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    await asyncio.sleep(SETTLING)
    vote = await _vote(place, hall, crowd, before)
    said, _ = await asyncio.to_thread(attacker.communicate)
    told, share = json.loads(said)
    did.append((str(told), float(share)))
    return vote


async def _vote(place: Place, hall: Served, crowd: list[Tablet], before: float | None = None) -> Vote:
    """Everybody votes once, evenly; the memory of the server is looked at meanwhile."""
    round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats, title=f"{time.time_ns()}?")
    held = [before if before is not None else memory(hall.pid)]
    used, waits, read = processor(hall.pid), _waits(hall), _log_of(place, hall)
    looking = asyncio.create_task(_look(hall.pid, held))
    seconds, wrong = sorted_out(await all_at_once(crowd, lambda tablet: tablet.vote(round_id, "yes"), within=VOTING))
    looking.cancel()
    used, waits = processor(hall.pid) - used, tuple(now - then for now, then in zip(_waits(hall), waits, strict=True))
    inside = [
        line["ms"] / 1000
        for line in map(json.loads, _log_of(place, hall)[len(read) :])
        if line.get("endpoint") == "api.ballot"
    ]
    closed = await asyncio.to_thread(hall.hall.post, f"/api/rounds/{round_id}/close", None, hall.seats.facilitator)
    counted = closed.status == 200 and hall.hall.get(f"/api/rounds/{round_id}/result", hall.seats.facilitator).json
    if not counted or counted["counts"]["yes"] != len(seconds):
        wrong.append(AssertionError(f"{len(seconds)} answered, counted {counted}"))
    return Vote(seconds, inside, wrong, max(held) - held[0], used, (waits[0], waits[1]))


def _waits(hall: Served) -> tuple[float, ...]:
    """How long the server, and this process with all its tablets, have waited for a core."""
    return waited(family(hall.pid)) if hall.pid else 0.0, waited([os.getpid()])


def _log_of(place: Place, hall: Served) -> list[str]:
    """The lines that our own server has logged so far."""
    log = place.folder / "serve.log"
    return [line for line in log.read_text().splitlines() if line.startswith("{")] if hall.own and log.exists() else []


async def _look(pid: int | None, held: list[float]) -> None:
    while True:
        held.append(memory(pid))
        await asyncio.sleep(0.2)
