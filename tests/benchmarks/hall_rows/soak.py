"""A long day in a short time: five hundred members, two thousand changes of phase, fifty rounds.

The facilitator starts a talk and takes that back, again and again, as fast as screens may follow, which is four times a
second for an audience: one change is waited for on every tablet, and of the next three, which follow each other at
once, the last. So a thousand pictures show two thousand changes, and each must have come before there is another.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from crowd import Tablet, all_at_once, gone, joined, sorted_out
from halls import an_open_round

from hall_rows import Place, Row, Served, descriptors, memory, processor, quantile, served
from hall_rows.ballots import closed

TITLE = "Soak: 500 members, 2,000 changes of phase, 50 rounds"
MUST = "memory drift ≤ 5 %, p99 flat"
OWN = True
MEMBERS, ROUNDS, CHANGES = 500, 50, 40
"""So many changes before every round."""
FIFTH = ROUNDS // 5
"""The first rounds warm the server up; memory after them is compared with that at the end."""
SAMPLES = 5
DRIFT, FLAT = 0.05, 1.25
AT_ONCE = (1, 3)
"""So many changes before one is waited for: by turns an odd number, so that both phases are shown."""
AGENDA = [{"kind": "discussion", "title": "Talk", "minutes": 60}]


@dataclass
class Day:
    """What was measured, round by round."""

    changes: int = 0
    reached: list[list[float]] = field(default_factory=list)
    """Seconds from the last press until each tablet showed it."""
    voted: list[list[float]] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


def measure(place: Place) -> Iterator[Row]:
    """All of it, once."""
    members = min(place.members, MEMBERS)
    with served(place, agenda=AGENDA, members=members) as hall:
        begun, used = time.monotonic(), processor(hall.pid)
        day = asyncio.run(soaked(hall))
        used, whole = processor(hall.pid) - used, time.monotonic() - begun
    warm, end = (statistics.median(day.megabytes[last - SAMPLES : last]) for last in (FIFTH, ROUNDS))
    drift = end / warm - 1
    first, last = p99_of_fifths(day.reached)
    first_vote, last_vote = p99_of_fifths(day.voted)
    yield Row(
        f"{members} members, {day.changes} changes, {len(day.voted)} rounds in {whole / 60:.1f} minutes",
        f"memory {day.megabytes[0]:.0f} MB after the 1st round, {warm:.0f} after the {FIFTH}th, {end:.0f} at the end "
        f"({drift:+.1%}); p99 of a change {first * 1000:.0f} ms in the first fifth and {last * 1000:.0f} ms in the "
        f"last ({last / first:.2f}×), of ballots {first_vote:.2f} and {last_vote:.2f} s "
        f"({last_vote / first_vote:.2f}×); descriptors {day.files[0]} and {day.files[-1]}; "
        f"server {used:.0f} s of processor",
        drift <= DRIFT and last <= first * FLAT and last_vote <= first_vote * FLAT,
    )


def p99_of_fifths(by_round: list[list[float]]) -> tuple[float, float]:
    """The p99 of all tablets in the first fifth of the rounds, and in the last."""
    first, last = by_round[:FIFTH], by_round[-FIFTH:]
    return quantile([one for taken in first for one in taken], 0.99), quantile([one for t in last for one in t], 0.99)


async def soaked(hall: Served) -> Day:
    """Change, vote, change, vote."""
    crowd = await joined(hall.hall.url, hall.seats.codes)
    staff = Tablet(hall.hall.url, token=hall.seats.facilitator)
    day = Day()
    for _ in range(ROUNDS):
        day.reached.append([])
        for number in AT_ONCE * (CHANGES // sum(AT_ONCE)):
            await change(hall, day, crowd, staff, number)
        round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)
        taken, wrong = sorted_out(
            await all_at_once(crowd, lambda tablet, asked=round_id: tablet.vote(asked, "yes"), 0.5)
        )
        if wrong:
            raise wrong[0]
        day.voted.append(taken)
        assert await asyncio.to_thread(closed, hall, round_id) == len(crowd)
        await press(staff, f"/run/{hall.seats.session}/acknowledge")
        day.megabytes.append(memory(hall.pid))
        day.files.append(descriptors(hall.pid or 0))
        for tablet in crowd:
            tablet.reached.clear()
            tablet.rounds.clear()
    await gone([*crowd, staff])
    return day


async def change(hall: Served, day: Day, crowd: list[Tablet], staff: Tablet, number: int) -> None:
    """Change the phase so many times, and wait until all tablets show the last."""
    for _ in range(number):
        begun = time.monotonic()
        await press(staff, f"/run/{hall.seats.session}/{'undo' if day.changes % 2 else 'next'}")
        day.changes += 1
    reply = await staff.ask("GET", f"/api/screen?session={hall.seats.session}")
    step = reply.json["seq"]
    try:
        await asyncio.gather(*(tablet.come_to(step) for tablet in crowd))
    except TimeoutError:
        behind = [(tablet.seq, tablet.closed) for tablet in crowd if tablet.seq < step]
        said = f"{len(behind)} tablets never showed step {step}: the first shows {behind[0]} (step, closed)"
        raise AssertionError(f"{said} after {day.changes} changes") from None
    day.reached[-1] += [tablet.reached[step] - begun for tablet in crowd]


async def press(staff: Tablet, path: str, body: object = None) -> None:
    """The facilitator presses a button."""
    reply = await staff.ask("POST", path, body or {})
    assert reply.status == 200, reply.body
