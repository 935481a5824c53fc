"""A phase changes, and a thousand tablets show it: how long after the answer to the facilitator's press."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from crowd import Tablet, gone, joined

from hall_rows import Place, Row, Served, processor, quantile, served, spread

TITLE = "A phase change reaches all tablets"
MUST = "p99 ≤ 400 ms, same `seq` everywhere"
CHANGES = 8
AGENDA = [{"kind": "discussion", "title": f"Part {n}"} for n in range(1, CHANGES + 2)]


def measure(place: Place) -> Iterator[Row]:
    """Change the phase some times; every tablet must come to the same step."""
    with served(place, agenda=AGENDA) as hall:
        delays, same, used = asyncio.run(changed(hall))
        cost = f"; server {used * 1000:.0f} ms of processor a change" if hall.own else ""
        held = same and quantile(delays, 0.99) <= 0.4
        steps = "same `seq` everywhere" if same else "NOT the same `seq` everywhere"
        yield Row(f"{CHANGES} changes", f"{spread(delays)}, {steps}{cost}", held)


async def changed(hall: Served) -> tuple[list[float], bool, float]:
    """From the press on, by every tablet and change; whether all came to the same step; the server's work."""
    crowd = await joined(hall.hall.url, hall.seats.codes)
    staff = Tablet(hall.hall.url, token=hall.seats.facilitator)
    await staff.open()
    await asyncio.sleep(3)  # until the last arrival has been shown
    delays, same, before = [], True, processor(hall.pid)
    for _ in range(CHANGES):
        known = staff.seq
        begun = time.monotonic()
        reply = await staff.ask("POST", f"/run/{hall.seats.session}/next", {})
        assert reply.status == 200, reply.body
        step = (await staff.ask("GET", f"/api/screen?session={hall.seats.session}")).json["seq"]
        assert step > known
        await asyncio.gather(*(tablet.come_to(step, 20) for tablet in crowd))
        delays += [tablet.reached.get(step, begun + 99) - begun for tablet in crowd]
        same = same and {tablet.seq for tablet in crowd} == {step}
        await asyncio.sleep(0.7)
        await staff.come_to(step)
    used = (processor(hall.pid) - before) / CHANGES
    await gone([*crowd, staff])
    return delays, same, used
