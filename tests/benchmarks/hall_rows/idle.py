"""What a server costs that nobody uses, and how soon it is there."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from halls import Hall, seat

from hall_rows import Place, Row, family, memory, processor

TITLE = "Idle"
MUST = "≤ 120 MB, ≤ 1 % of a processor, cold start ≤ 2 s"
OWN = True
STARTS, WATCHED, SETTLING = 3, 15.0, 4.0


def measure(place: Place) -> Iterator[Row]:
    """Start it some times on a seated database, and then watch it do nothing."""
    hall = Hall(place.database, log=place.folder / "serve.log", folder=place.folder)
    hall.start("--no-worker")
    seat(hall.database, place.members)
    hall.stop()
    starts = []
    for _ in range(STARTS):
        begun = time.monotonic()
        hall.start("--no-worker")
        assert hall.get("/").status == 200
        starts.append(time.monotonic() - begun)
        hall.stop()
    hall.start()
    try:
        assert hall.process is not None
        assert hall.get("/").status == 200
        time.sleep(SETTLING)
        used = -processor(hall.process.pid)
        time.sleep(WATCHED)
        share = (used + processor(hall.process.pid)) / WATCHED
        whole, own = memory(hall.process.pid), of_one(hall.process.pid)
        others = len(family(hall.process.pid)) - 1
    finally:
        hall.stop()
    start = statistics.median(starts)
    yield Row(
        "",
        f"server {own:.0f} MB (with its {others} worker for draws {whole:.0f} MB), {share:.1%} of a processor (both), "
        f"first page {start:.2f} s after the start",
        own <= 120 and share <= 0.01 and start <= 2,
    )


def of_one(pid: int) -> float:
    """Megabytes of this process alone."""
    said = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in said.splitlines() if line.startswith("VmRSS:")) / 1024
