"""A thousand sockets are cut at once, as when the Wi-Fi goes, and come back all at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator

from crowd import Tablet, gone, joined

from hall_rows import Place, Row, Served, descriptors, memory, served, spread

TITLE = "All sockets are cut at once (reset) and come back"
MUST = "in sync ≤ 8 s, ≤ 400 MB, descriptors back to base"
OWN = True
JITTER = 1.0
"""Tablets come back at a random moment within so many seconds; what is measured begins with the cut."""
SPARE = 5
"""Connections of the database and the like that the server may have opened since."""


def measure(place: Place) -> Iterator[Row]:
    """Cut them, change the phase meanwhile, and wait until everybody has it."""
    agenda = [{"kind": "discussion", "title": f"Part {n}"} for n in range(1, 4)]
    with served(place, agenda=agenda) as hall:
        assert hall.pid is not None
        base = descriptors(hall.pid)
        taken, open_again, after = asyncio.run(cut(hall))
        peak = memory(hall.pid, peak=True)
        held = max(taken) <= 8 and peak <= 400 and after <= base + SPARE
        yield Row(
            "",
            f"in sync: {spread(taken)}; {peak:.0f} MB at most; descriptors {base} before, {open_again} with all "
            f"tablets back, {after} after they left",
            held,
        )


async def cut(hall: Served) -> tuple[list[float], int, int]:
    """Seconds from the cut until each has the newest screen; descriptors then, and once all have left."""
    assert hall.pid is not None
    crowd, lot = await joined(hall.hall.url, hall.seats.codes), random.Random(6)
    staff = Tablet(hall.hall.url, token=hall.seats.facilitator)
    await asyncio.sleep(1.5)
    begun = time.monotonic()
    for tablet in crowd:
        tablet.cut()
    reply = await staff.ask("POST", f"/run/{hall.seats.session}/next", {})
    assert reply.status == 200, reply.body
    step = (await staff.ask("GET", f"/api/screen?session={hall.seats.session}")).json["seq"]

    async def back(tablet: Tablet) -> float:
        await asyncio.sleep(lot.random() * JITTER)
        while True:
            try:
                await tablet.open()
                break
            except OSError:
                await asyncio.sleep(0.5 + lot.random())
        await tablet.come_to(step)
        return time.monotonic() - begun

    taken = await asyncio.gather(*(back(tablet) for tablet in crowd))
    with_all = descriptors(hall.pid)
    await gone([*crowd, staff])
    return list(taken), with_all, await settled(hall.pid)


async def settled(pid: int, patience: float = 25.0) -> int:
    """How many descriptors are left when no more of them go."""
    until, known = time.monotonic() + patience, descriptors(pid)
    while time.monotonic() < until:
        await asyncio.sleep(2)
        if (now := descriptors(pid)) == known:
            break
        known = now
    return known
