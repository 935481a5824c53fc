"""Children that end with the process that started them, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from web.settings import Settings

PR_SET_PDEATHSIG = 1
LAST_WORDS = 1.0  # seconds that children have, all together, to end by themselves
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Linux: the kernel ends this process when the one that started it is gone, even by kill -9."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def follow(parent: int) -> None:
    """End when this parent is gone; where the kernel does not tell, a look once a second does."""
    die_with_parent()
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def tell_to_end(process: subprocess.Popen[Any]) -> None:
    """Ask a child to end, and do not wait for it."""
    if process.poll() is None:
        process.terminate()


def stop_child(*processes: subprocess.Popen[Any]) -> None:
    """End those that still run, all at the same time: politely, then for good."""
    for process in processes:
        tell_to_end(process)
    until = time.monotonic() + LAST_WORDS
    for process in processes:
        try:
            process.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def worker_command() -> list[str]:
    """How the jobs' worker of this server is started, as a child of this process."""
    return [sys.executable, "-m", "web.cli", "worker", "--parent", str(os.getpid())]


def start_child(command: list[str], place: Settings) -> subprocess.Popen[bytes]:
    """Start a child of this server.

    Database and Redis go by the environment: a URL may hold a password, and everybody may read a command line.
    """
    around = dict(os.environ) | {"FOLKMOOT_DATABASE": place.database}
    if place.redis is not None:
        around["FOLKMOOT_REDIS"] = place.redis
    follows = die_with_parent if sys.platform == "linux" else None
    return subprocess.Popen(command, env=around, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=follows)
