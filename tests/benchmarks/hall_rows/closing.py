"""Closing races a thousand ballots; and one member votes on two devices at once, ten thousand times."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Iterator

from crowd import Refused, Tablet, all_at_once, gone, joined, sorted_out
from halls import a_key, an_open_round

from facilitation.desk import Desk
from facilitation.errors import AlreadyVoted
from hall_rows import Place, Row, Served, served
from hall_rows.ballots import closed

TITLE = "Closing races ballots; one member on two devices"
MUST = "tally = answered at each of 100 offsets; exactly one of two counts, 10,000 times, and the other is told so"
OWN = True
OFFSETS, WITHIN, LATEST = 100, 0.3, 1.5
TWICE, IN_A_ROUND = 10_000, 1000


def measure(place: Place) -> Iterator[Row]:
    """Both races."""
    with served(place) as hall:
        agree, answered, refused = asyncio.run(raced(hall))
        yield Row(
            f"{OFFSETS} closes, {len(hall.seats.codes)} ballots each",
            f"tally = answered in {agree} of {OFFSETS}; {answered} ballots counted, {refused} refused as too late",
            agree == OFFSETS and answered > 0 and refused > 0,
        )
    once, told = two_devices(place.database)
    what = f"two devices, {TWICE} times (threads on the real store)"
    yield Row(what, f"{once} times exactly one counted, {told} times the other was told", once == told == TWICE)


async def raced(hall: Served) -> tuple[int, int, int]:
    """In how many rounds the tally was what had been answered; ballots answered, and refused, in all."""
    crowd, lot = await joined(hall.hall.url, hall.seats.codes), random.Random(9)
    agree = answered = refused = 0
    for _ in range(OFFSETS):
        round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)

        async def vote(tablet: Tablet, asked: str) -> None:
            tablet.receipt = await tablet.vote(asked, "yes")

        voting = asyncio.create_task(
            all_at_once(crowd, lambda tablet, asked=round_id: vote(tablet, asked), WITHIN)  # awaited here
        )
        await asyncio.sleep(lot.random() * LATEST)
        cast = await asyncio.to_thread(closed, hall, round_id)
        taken, wrong = sorted_out(await voting)
        for one in wrong:
            if not (isinstance(one, Refused) and one.reply.json["error"] == "round-not-open"):
                raise one
        agree += cast == len(taken)
        answered, refused = answered + len(taken), refused + len(wrong)
    await gone(crowd)
    return agree, answered, refused


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
