"""Folders for work in files with people's data in them: for their owner alone, gone when the work is over.

A program that is killed cannot tidy up. So whoever works in such a folder holds it (flock), which ends with the process
however that ends; one that nobody holds was left behind, and is deleted when a worker starts, and by whoever erases
people or deletes what is due. The lock is on the folder itself, and no child inherits it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

KINDS: Final = ("draw", "export", "restore")
BEGINS: Final = "folkmoot-"


@contextmanager
def private_folder(kind: str) -> Iterator[Path]:
    """An empty folder of one of these kinds (mode 0700), which is gone afterwards."""
    folder, held = _made(f"{BEGINS}{kind}-")
    try:
        yield folder
    finally:
        try:
            shutil.rmtree(folder)
        finally:
            os.close(held)


def left_behind() -> int:
    """How many folders lie here that nobody works in any more."""
    return sum(1 for _ in _left())


def sweep() -> int:
    """Delete what killed programs of this user have left behind on this machine; how many folders."""
    return sum(_is_gone(folder) for folder in _left())


def _made(prefix: str) -> tuple[Path, int]:
    """A folder, and the handle that holds it; another one where somebody swept it before it was held."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        with suppress(FileNotFoundError):
            held = os.open(folder, os.O_RDONLY)
            with suppress(OSError):  # a disk that knows no locks: nobody sweeps there
                fcntl.flock(held, fcntl.LOCK_EX)
            if folder.exists():
                return folder, held
            os.close(held)


def _left() -> Iterator[Path]:
    """Each folder that is held by nobody, held while it is looked at."""
    names = tuple(f"{BEGINS}{kind}-" for kind in KINDS)
    for folder in sorted(Path(tempfile.gettempdir()).iterdir()):
        if not folder.name.startswith(names):
            continue
        with suppress(OSError):  # no folder, another user's, gone by now, or somebody works in it
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(held).st_uid == os.geteuid():
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    yield folder
            finally:
                os.close(held)


def _is_gone(folder: Path) -> bool:
    """A child of the killed program may be about to write in it still: what stays is swept the next time."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
