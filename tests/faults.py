"""Things that go wrong under a running server: its disk is full, may only be read, gives errors; its database is held.

Each fault is a context: inside it is there, afterwards it is gone, and the server is the same process all the while.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from halls import Hall

SMALL = 24 * 1024 * 1024


def refused_here(what: str, done: subprocess.CompletedProcess[str]) -> None:
    """This machine does not let us make the fault: the test says so by name."""
    pytest.skip(f"{what} is refused here ({(done.stderr or done.stdout).strip()[:100]}); needs a privileged machine")


@contextlib.contextmanager
def a_small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own with little room, in memory."""
    place = folder / "small"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "folkmoot", str(place)], capture_output=True, text=True
    )
    if done.returncode != 0:
        refused_here("mounting a small disk", done)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


@contextlib.contextmanager
def full(place: Path) -> Iterator[None]:
    """Nothing more fits on this disk."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size):
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def no_more_room_in_files(hall: Hall) -> Iterator[None]:
    """No file of the server may grow or be written at all, as where a quota is used up: writes fail with EFBIG."""
    assert hall.process is not None
    before = resource.prlimit(hall.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(hall.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(hall.process.pid, resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def read_only(hall: Hall) -> Iterator[None]:
    """The files of the database cannot be changed by anybody, as on a disk that the system has made read-only."""
    files = [path for path in file_of(hall).parent.glob(f"{file_of(hall).name}*") if not path.name.endswith("-shm")]
    done = subprocess.run(["chattr", "+i", *map(str, files)], capture_output=True, text=True)
    try:
        if done.returncode != 0:
            refused_here("making files immutable", done)
        with pytest.raises(OSError, match=r"not permitted|Read-only") as no:
            os.close(os.open(files[0], os.O_RDWR))
        assert no.value.errno in (errno.EPERM, errno.EROFS)
        yield
    finally:
        subprocess.run(["chattr", "-i", *map(str, files)], capture_output=True)


@contextlib.contextmanager
def locked(hall: Hall) -> Iterator[None]:
    """Another program (this one) holds the database's write lock."""
    other = sqlite3.connect(file_of(hall), isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def file_of(hall: Hall) -> Path:
    return Path(hall.database.removeprefix("sqlite:///"))
