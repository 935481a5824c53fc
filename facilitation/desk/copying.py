"""Who may write into a folder of backups: many backups at a time, or one who writes those that are there anew.

A backup shows the database as it was when it began. One that begins before somebody is erased and is finished after
the old copies were gone through would bring them back, and nobody would look at it again. So each backup holds its
folder, shared, from before it looks at the database until its file is there; whoever erases holds the folder alone,
from before the database is changed until the last copy is written: a backup is finished before, and gone through, or
begins after, and never saw the person. The lock (flock) is on the folder itself, leaves nothing in it, and ends with
its process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from facilitation.errors import BadRequest, Busy

PATIENCE: Final = 300.0  # seconds: a large backup on a slow disk takes less
LOOK: Final = 0.1


@contextmanager
def while_a_copy_is_made(folder: Path) -> Iterator[None]:
    """Nobody goes through the copies of this folder meanwhile; refused while somebody does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("The backups in this folder are being written anew.", "Make one when that is done.") from None
        except OSError:  # a disk that knows no locks: whoever erases there is told to stop the backups first
            pass
        yield
    finally:
        os.close(handle)


@contextmanager
def while_no_copy_is_made(top: Path) -> Iterator[None]:
    """No backup is being made in this folder or in one below; waits for those that have begun."""
    with ExitStack() as held:
        until = time.monotonic() + PATIENCE
        for folder in _folders(top):
            handle = os.open(folder, os.O_RDONLY)
            held.callback(os.close, handle)
            _hold_alone(handle, folder, until)
        yield


def _folders(top: Path) -> Iterable[Path]:
    yield top
    yield from sorted(one for one in top.rglob("*") if one.is_dir() and not one.is_symlink())


def _hold_alone(handle: int, folder: Path, until: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Busy(
                    f"A backup in {folder} is still being made. Nobody was erased.", "Wait for its end, then try again."
                ) from None
        except OSError as error:
            raise BadRequest(
                f"{folder} cannot be kept from new backups: {error.strerror}. Nobody was erased.",
                "Stop the backups, copy the folder to a disk of this machine, and erase there.",
            ) from None
        time.sleep(LOOK)
