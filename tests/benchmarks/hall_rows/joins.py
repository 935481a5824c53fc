"""A thousand tablets join at once: code, token, socket, first screen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from crowd import Tablet, all_at_once, gone, sorted_out, tablets

from hall_rows import Place, Row, memory, processor, quantile, served, spread

TITLE = "Tablets join at once: code, token, socket, first screen"
MUST = "all ≤ 4 s, p99 ≤ 3 s, 0 errors"


def measure(place: Place) -> Iterator[Row]:
    """Join all of them, once."""
    with served(place) as hall:
        before = processor(hall.pid)
        taken, wrong = asyncio.run(joined(tablets(hall.hall.url, hall.seats.codes)))
        used = processor(hall.pid) - before
        if not taken:
            yield Row("", f"nobody joined: {wrong[0]!r}", held=False)
            return
        held = not wrong and max(taken) <= 4 and quantile(taken, 0.99) <= 3
        errors = f"{len(wrong)} errors" + (f" ({wrong[0]!r})" if wrong else "")
        cost = f"; server {used:.1f} s of processor, {memory(hall.pid):.0f} MB" if hall.own else ""
        yield Row("", f"{spread(taken)}, {errors}{cost}", held)


async def joined(crowd: list[Tablet]) -> tuple[list[float], list[BaseException]]:
    """All join and leave."""
    taken = sorted_out(await all_at_once(crowd, Tablet.join))
    await gone(crowd)
    return taken
