"""Two hundred crashes, as the disk sees them: the server is stopped, and its database and write-ahead log are copied.

Every copy must open, be sound, and hold every ballot that had been answered before the stop. Then the log of a small
run is torn at every frame and in the middle of every frame: what opens must be sound, and hold whole transactions only.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from crowd import Tablet, gone, joined
from halls import an_open_round

from hall_rows import Place, Row, Served, not_here, served
from hall_rows.ballots import closed

TITLE = "Crash snapshots: stopped, database and WAL copied, the copy opened"
MUST = "200 sound, every answered ballot present"
OWN = True
SNAPSHOTS, IN_A_ROUND, MEMBERS, WITHIN = 200, 25, 250, 1.5
HEADER, FRAME_HEADER = 32, 24
"""Bytes: https://www.sqlite.org/fileformat2.html#walformat"""


def measure(place: Place) -> Iterator[Row]:
    """Take them while rounds are voted."""
    if not place.database.startswith("sqlite:///"):
        yield not_here("", "a copy of files is asked for, and this is a database server")
        return
    with served(place, members=min(place.members, MEMBERS)) as hall:
        sound, missing, answered = asyncio.run(snapped(hall, place))
    yield (
        Row(
            "",
            f"{sound} of {SNAPSHOTS} sound, {missing} answered ballots missing of {answered} looked for",
            not missing,
        )
        if sound == SNAPSHOTS
        else Row("", f"only {sound} of {SNAPSHOTS} sound", held=False)
    )
    torn, whole = tear(place.folder / "last.sqlite", place.folder)
    yield Row("the log torn at and in every frame", f"{whole} of {torn} sound, with whole transactions", whole == torn)


async def snapped(hall: Served, place: Place) -> tuple[int, int, int]:
    """How many copies were sound, how many answered ballots they lacked, and how many were looked for."""
    crowd, lot = await joined(hall.hall.url, hall.seats.codes), random.Random(8)
    sound = missing = looked = 0
    for number in range(SNAPSHOTS // IN_A_ROUND):
        round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)
        answered: set[str] = set()

        async def vote(tablet: Tablet, asked: str, into: set[str]) -> None:
            await asyncio.sleep(lot.random() * WITHIN)
            await tablet.vote(asked, "yes")
            into.add(tablet.code)

        votes = [asyncio.create_task(vote(tablet, round_id, answered)) for tablet in crowd]
        copies = []
        for place_in_round in range(IN_A_ROUND):
            await asyncio.sleep(lot.random() * 2 * WITHIN / IN_A_ROUND)
            known = frozenset(answered)
            copies.append((copied(hall, place, f"{number}-{place_in_round}"), known))
        await asyncio.gather(*votes)
        for copy, known in copies:
            good, there = read(copy, round_id)
            sound, missing, looked = sound + good, missing + len(known - there), looked + len(known)
            copy.unlink()
        copied(hall, place, "last").rename(place.folder / "last.sqlite")
        assert await asyncio.to_thread(closed, hall, round_id) == len(crowd)
    await gone(crowd)
    return sound, missing, looked


def copied(hall: Served, place: Place, name: str) -> Path:
    """The database and its log as they are on the disk at this instant, while nobody writes."""
    assert hall.pid is not None
    database = Path(place.database.removeprefix("sqlite:///"))
    copy = place.folder / f"copy-{name}.sqlite"
    os.kill(hall.pid, signal.SIGSTOP)
    try:
        shutil.copyfile(database, copy)
        if (log := database.with_name(database.name + "-wal")).exists():
            target = "last.sqlite-wal" if name == "last" else copy.name + "-wal"
            shutil.copyfile(log, place.folder / target)
    finally:
        os.kill(hall.pid, signal.SIGCONT)
    return copy


def read(copy: Path, round_id: str) -> tuple[bool, set[str]]:
    """Whether this copy is sound, and the codes of those whose ballot it has in this round."""
    database = sqlite3.connect(copy)
    try:
        sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        voted = "SELECT code FROM turnout JOIN person USING (member) WHERE round = ?"
        return sound and whole(database), {code for (code,) in database.execute(voted, (round_id,))}
    finally:
        database.close()
        for rest in ("-wal", "-shm"):
            copy.with_name(copy.name + rest).unlink(missing_ok=True)


def whole(database: sqlite3.Connection) -> bool:
    """Whether there are as many ballots as people who have voted, in every round: each pair is one transaction."""
    counts = [
        dict(database.execute(f"SELECT round, count(*) FROM {table} GROUP BY round").fetchall())
        for table in ("turnout", "ballot")
    ]
    return counts[0] == counts[1]


def tear(copy: Path, folder: Path) -> tuple[int, int]:
    """Cut the log at the end of every frame and inside it; how often, and how often what opened was sound and whole."""
    log = copy.with_name(copy.name + "-wal")
    if not log.exists():
        return 0, 0
    data = log.read_bytes()
    size = FRAME_HEADER + int.from_bytes(data[8:12], "big")
    ends = range(HEADER, len(data) + 1, size)
    cuts = sorted({end - back for end in ends for back in (0, size // 2, 7) if end - back >= 0})
    good = 0
    for cut in cuts:
        torn = folder / "torn.sqlite"
        shutil.copyfile(copy, torn)
        torn.with_name("torn.sqlite-wal").write_bytes(data[:cut])
        database = sqlite3.connect(torn)
        good += database.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and whole(database)
        database.close()
        for rest in ("", "-wal", "-shm"):
            torn.with_name(torn.name + rest).unlink(missing_ok=True)
    return len(cuts), good
