"""A thousand ballots inside a second, each on the disk before its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from crowd import Tablet, all_at_once, gone, joined, sorted_out
from halls import an_open_round

from hall_rows import Place, Row, Served, memory, processor, quantile, served, spread

TITLE = "Ballots inside one second, each durable before its answer"
MUST = "all answered ≤ 3 s, 0 lost, 0 twice"
BOTH = True
WITHIN = 1.0


def measure(place: Place) -> Iterator[Row]:
    """One round in which all vote."""
    with served(place) as hall:
        taken, wrong, used, cast = asyncio.run(voted(hall))
        held = not wrong and cast == len(taken) == len(hall.seats.codes) and max(taken) <= 3
        cost = f"; server {used:.1f} s of processor, {memory(hall.pid, peak=True):.0f} MB" if hall.own else ""
        p95 = f"p95 {quantile(taken, 0.95):.2f} s, " if taken else ""
        errors = f", {len(wrong)} errors ({wrong[0]!r})" if wrong else ""
        yield Row("", f"{p95}{spread(taken)}; {cast} counted of {len(taken)} answered{errors}{cost}", held)


async def voted(hall: Served) -> tuple[list[float], list[BaseException], float, int]:
    """All join, and vote within a second; what it took, what went wrong, the server's work, and the ballots counted."""
    crowd = await joined(hall.hall.url, hall.seats.codes)
    round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)
    await asyncio.gather(*(tablet.until(lambda tablet=tablet: round_id in tablet.rounds) for tablet in crowd))
    before = processor(hall.pid)

    async def vote(tablet: Tablet) -> None:
        tablet.receipt = await tablet.vote(round_id, "yes")

    taken, wrong = sorted_out(await all_at_once(crowd, vote, WITHIN))
    used = processor(hall.pid) - before
    assert len({tablet.receipt for tablet in crowd}) == len(crowd) - len(wrong)
    cast = await asyncio.to_thread(closed, hall, round_id)
    await gone(crowd)
    return taken, wrong, used, cast


def closed(hall: Served, round_id: str) -> int:
    """Close the round; how many ballots were counted."""
    answer = hall.hall.post(f"/api/rounds/{round_id}/close", token=hall.seats.facilitator)
    assert answer.status == 200, answer.body
    result = hall.hall.get(f"/api/rounds/{round_id}/result", hall.seats.facilitator).json
    assert result["cast"] == sum(result["counts"].values())
    return int(result["cast"])
