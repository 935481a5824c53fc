"""A long day in a short time: five hundred members, two thousand changes, fifty rounds."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator

from crowd import Tablet, all_at_once, gone, joined, sorted_out
from halls import an_open_round

from hall_rows import Place, Row, Served, descriptors, memory, quantile, served
from hall_rows.ballots import closed

TITLE = "Soak: 500 members, 2,000 changes of phase or timer, 50 rounds"
MUST = "memory drift ≤ 5 %, p99 flat"
OWN = True
ROUNDS, CHANGES, FIRST = 50, 40, 10
"""Changes in front of every round; what comes after the first ten rounds is compared with the end."""
FLAT = 1.5


def measure(place: Place) -> Iterator[Row]:
    """All of it, once; compressed: of forty changes one is waited for, the others follow at once."""
    agenda = [{"kind": "discussion", "title": f"Part {n}", "minutes": 60} for n in range(1, ROUNDS + 2)]
    members = min(place.members, 500)
    with served(place, agenda=agenda, members=members) as hall:
        reached, voted, held_memory, files = asyncio.run(soaked(hall))
        drift = statistics.median(held_memory[-5:]) / statistics.median(held_memory[FIRST - 5 : FIRST]) - 1
        first, last = (statistics.median(part) for part in (reached[:FIRST], reached[-FIRST:]))
        flat = last <= first * FLAT
        yield Row(
            f"{members} members",
            f"memory {held_memory[0]:.0f} MB after the 1st round, {held_memory[FIRST - 1]:.0f} after the {FIRST}th, "
            f"{held_memory[-1]:.0f} after the {ROUNDS}th ({drift:+.1%}); p99 of a change {first * 1000:.0f} ms in the "
            f"first ten and {last * 1000:.0f} ms in the last ten, of ballots {statistics.median(voted[:FIRST]):.2f} s "
            f"and {statistics.median(voted[-FIRST:]):.2f} s; descriptors {files[0]} and {files[-1]}",
            drift <= 0.05 and flat,
        )


async def soaked(hall: Served) -> tuple[list[float], list[float], list[float], list[int]]:
    """After every round: p99 of a change, p99 of the ballots, memory, descriptors."""
    crowd = await joined(hall.hall.url, hall.seats.codes)
    staff = Tablet(hall.hall.url, token=hall.seats.facilitator)
    reached, voted, held, files = [], [], [], []
    for _ in range(ROUNDS):
        await press(staff, f"/run/{hall.seats.session}/next")
        for number in range(CHANGES - 2):
            await press(staff, f"/run/{hall.seats.session}/extend", {"seconds": 60 if number % 2 else -60})
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        await press(staff, f"/run/{hall.seats.session}/extend", {"seconds": 60})
        step = (await staff.ask("GET", f"/api/screen?session={hall.seats.session}")).json["seq"]
        await asyncio.gather(*(tablet.come_to(step) for tablet in crowd))
        reached.append(quantile([tablet.reached[step] - begun for tablet in crowd], 0.99))
        round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)
        taken, wrong = sorted_out(
            await all_at_once(crowd, lambda tablet, asked=round_id: tablet.vote(asked, "yes"), 0.5)
        )
        if wrong:
            raise wrong[0]
        voted.append(quantile(taken, 0.99))
        assert await asyncio.to_thread(closed, hall, round_id) == len(crowd)
        await press(staff, f"/run/{hall.seats.session}/acknowledge")
        held.append(memory(hall.pid))
        files.append(descriptors(hall.pid or 0))
        for tablet in crowd:
            tablet.reached.clear()
    await gone([*crowd, staff])
    return reached, voted, held, files


async def press(staff: Tablet, path: str, body: object = None) -> None:
    """The facilitator presses a button."""
    reply = await staff.ask("POST", path, body or {})
    assert reply.status == 200, reply.body
