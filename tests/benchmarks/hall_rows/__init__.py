"""The rows of the table that `tests/benchmarks/hall.py` prints: one module for each, with three names.

`TITLE` says what is tried, `MUST` what is asked for, and `measure(place)` yields what came out. A module whose figure
is asked for on PostgreSQL too says `BOTH = True`; one that needs a server of its own (to kill it) says `OWN = True`
and is left out, by name, where `--url` names another. What cannot be measured here is a `Row` that says so.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from halls import Hall, Seats, seat


@dataclass(frozen=True)
class Place:
    """Where a row is measured: the URL of a database (fresh, unless `url` names a server that has it already)."""

    database: str
    url: str | None
    workers: int
    members: int
    folder: Path


@dataclass(frozen=True)
class Row:
    """One figure: what, what came out, and whether that is what must be."""

    what: str
    measured: str
    held: bool


def not_here(what: str, why: str) -> Row:
    """A figure that could not be measured on this machine, by name."""
    return Row(what, f"not measured: {why}", held=False)


@dataclass
class Served:
    """A server that answers, with a seated assembly."""

    hall: Hall
    seats: Seats
    own: bool

    @property
    def pid(self) -> int | None:
        """The process of the server, where it is ours."""
        return self.hall.process.pid if self.own and self.hall.process else None


@contextlib.contextmanager
def served(place: Place, *options: str, members: int | None = None, agenda: Any = None) -> Iterator[Served]:
    """The running server that was named, or one of our own for this row; with so many members seated."""
    hall = Hall(place.database, log=place.folder / "serve.log", folder=place.folder)
    around = contextlib.ExitStack()
    if place.url is not None:
        hall.port = int(place.url.rstrip("/").rpartition(":")[2])
    else:
        workers: tuple[str, ...] = ()
        if place.workers > 1:
            from redis_servers import a_redis

            workers = ("--workers", str(place.workers), "--redis", around.enter_context(a_redis()).url)
        hall.start("--no-worker", *workers, *options)
    try:
        seats = seat(hall.database, members or place.members, f"Hall {time.time_ns()}", agenda)
        yield Served(hall, seats, own=place.url is None)
    finally:
        if hall.process is not None and hall.process.poll() is None:
            hall.stop(signal.SIGTERM)
        around.close()


# ------------------------------------------------------------------------------------------------ figures


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed; no value is made up between two."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def spread(seconds: Sequence[float]) -> str:
    """Median, p99 and last, for people."""
    return f"p50 {quantile(seconds, 0.5):.2f} s, p99 {quantile(seconds, 0.99):.2f} s, last {max(seconds):.2f} s"


def family(pid: int) -> list[int]:
    """This process and all that it started."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            found += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
    return found


def processor(pid: int | None) -> float:
    """Processor seconds that the server and its children have used."""
    if pid is None:
        return 0.0
    tick, used = os.sysconf("SC_CLK_TCK"), 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
    return used / tick


def waited(processes: Sequence[int]) -> float:
    """Seconds that these were ready to run while others had the cores; 0 where the kernel does not count it."""
    spent = 0
    for one in processes:
        for thread in Path(f"/proc/{one}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                spent += int(thread.read_text().split()[1])
    return spent / 1e9


def memory(pid: int | None, peak: bool = False) -> float:
    """Megabytes of memory that the server and its children hold (or held at most)."""
    name, kilobytes = "VmHWM:" if peak else "VmRSS:", 0
    for one in family(pid) if pid else []:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith(name):
                    kilobytes += int(line.split()[1])
    return kilobytes / 1024


def descriptors(pid: int) -> int:
    """How many files and sockets the server and its children hold open."""
    return sum(len(os.listdir(f"/proc/{one}/fd")) for one in family(pid))
