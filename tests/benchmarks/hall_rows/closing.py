"""Closing races a thousand ballots; and one member votes on two devices at once, ten thousand times.

The facilitator takes part in the burst: the close is sent between two ballots, after the first of them at one offset,
after the last at another, and evenly over all places between. A server that takes requests in the order in which they
come has then counted about so many, and must refuse the others, each of whose tablets is told so.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crowd import Refused, Tablet, all_at_once, gone, joined, sorted_out
from halls import a_key, an_open_round

from facilitation.desk import Desk
from facilitation.errors import AlreadyVoted
from hall_rows import Place, Row, Served, processor, served

TITLE = "Closing races ballots; one member on two devices"
MUST = "tally = answered at each of 100 offsets; exactly one of two counts, 10,000 times, and the other is told so"
OWN = True
OFFSETS, WITHIN = 100, 0.5
TWICE, IN_A_ROUND = 10_000, 1000


@dataclass(frozen=True)
class Race:
    """One close: ballots counted, answered with a receipt, and refused because they came too late."""

    cast: int
    answered: int
    refused: int


def measure(place: Place) -> Iterator[Row]:
    """Both races."""
    with served(place) as hall:
        before = processor(hall.pid)
        races = asyncio.run(raced(hall))
        used = (processor(hall.pid) - before) / OFFSETS
    agree = sum(race.cast == race.answered for race in races)
    early, late = (range_of([getattr(race, name) for race in races]) for name in ("answered", "refused"))
    yield Row(
        f"{OFFSETS} closes, {len(hall.seats.codes)} ballots each",
        f"tally = answered in {agree} of {OFFSETS}; {early} ballots before the close and {late} after it, refused "
        f"(least, median, most); server {used:.1f} s of processor a race",
        agree == OFFSETS and any(race.refused and race.answered for race in races),
    )
    once, told = two_devices(place.database)
    what = f"two devices, {TWICE} times (threads on the real store)"
    yield Row(what, f"{once} times exactly one counted, {told} times the other was told", once == told == TWICE)


def range_of(counts: list[int]) -> str:
    """Least, median and most."""
    return f"{min(counts)}, {statistics.median_low(counts)}, {max(counts)}"


async def raced(hall: Served) -> list[Race]:
    """A hall that has joined once votes in one round after another; each is closed at another place of its burst."""
    crowd, lot = await joined(hall.hall.url, hall.seats.codes), random.Random(9)
    staff = Tablet(hall.hall.url, token=hall.seats.facilitator)
    places = [int((offset + lot.random()) * (len(crowd) + 1) / OFFSETS) for offset in range(OFFSETS)]
    lot.shuffle(places)
    races = []
    for place in places:
        lot.shuffle(crowd)
        round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)
        races.append(await race(crowd, staff, round_id, place))
    await gone([*crowd, staff])
    return races


async def race(crowd: list[Tablet], staff: Tablet, round_id: str, place: int) -> Race:
    """So many tablets send their ballot before the facilitator sends the close, and all others after it."""

    async def send(tablet: Tablet) -> None:
        if tablet is staff:
            await wanted(staff, "POST", f"/api/rounds/{round_id}/close")
        else:
            tablet.receipt = await tablet.vote(round_id, "yes")

    _, wrong = sorted_out(await all_at_once([*crowd[:place], staff, *crowd[place:]], send, WITHIN))
    for one in wrong:
        if not (isinstance(one, Refused) and one.reply.json["error"] == "round-not-open"):
            raise one
    result = await wanted(staff, "GET", f"/api/rounds/{round_id}/result")
    assert result["cast"] == sum(result["counts"].values())
    return Race(result["cast"], len(crowd) - len(wrong), len(wrong))


async def wanted(staff: Tablet, method: str, path: str) -> dict[str, Any]:
    """What the facilitator asks for, on the connection that is kept."""
    reply = await staff.ask(method, path)
    assert reply.status == 200, reply.body
    return dict(reply.json)


def two_devices(database: str) -> tuple[int, int]:
    """How often exactly one of two ballots at the same moment was taken, and how often the other was refused as such.

    Fails where a round's tally is not the number of its members.
    """
    desk = Desk.open(database)
    seated = desk.seat(f"Two devices {a_key()}", [{"id": f"t{n}", "name": f"Member {n}"} for n in range(IN_A_ROUND)])
    members = [str(desk.join(one.code).member["id"]) for one in seated.members]
    once = told = 0
    for _ in range(TWICE // IN_A_ROUND):
        round_id = desk.create_round(seated.session_id, {"title": "Trams?", "rule": "yes-no"})
        desk.open_round(round_id)
        answers = [device_pair(desk, round_id, member) for member in members]
        once += sum(kinds["receipt"] == 1 for kinds in answers)
        told += sum(kinds["told"] == 1 for kinds in answers)
        desk.close_round(round_id)
        assert desk.result(round_id)["cast"] == IN_A_ROUND
        desk.acknowledge(seated.session_id)
    desk.close()
    return once, told


def device_pair(desk: Desk, round_id: str, member: str) -> Counter[str]:
    """What two devices are told that send different ballots of one member at the same moment."""
    together, kinds = threading.Barrier(2), Counter()

    def send(choice: str) -> None:
        key = a_key()
        together.wait()
        try:
            desk.cast_ballot(round_id, member, key, choice)
            kinds["receipt"] += 1
        except AlreadyVoted:
            kinds["told"] += 1

    devices = [threading.Thread(target=send, args=(choice,)) for choice in ("yes", "no")]
    for device in devices:
        device.start()
    for device in devices:
        device.join()
    return kinds
