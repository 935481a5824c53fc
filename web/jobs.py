"""Long work, off the web process: a draw runs as a child of a worker, which cancel can kill and a crash cannot lose.

Huey carries only the wish (“run draw 17”) and the progress, outside the assembly's database (web/wishes.py). The truth
is the draw's row in the store: its state, its attempts and its heartbeat, written once in five seconds. Huey forgets
a task whose worker is killed, so a periodic task looks for draws that fell silent and asks for them once more; a draw
that falls silent twice has failed. A worker that was only slow, and comes back when another one has taken its draw
over, finds that its attempt is over, and what it has drawn is thrown away. The solver is never run in this process.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import structlog

from facilitation.desk import Desk, DrawRequest
from facilitation.desk.private_folders import private_folder, sweep
from facilitation.errors import Busy, NotFound, WrongState
from web.offspring import die_with_parent, follow, stop_child
from web.orders import order
from web.settings import Settings
from web.wishes import ASK_AGAIN, Carrier, Wishes, wishes_for

LOOK = 0.5  # seconds between two looks at a running draw: its progress is told, and a cancel is heard
BEAT = 5.0  # seconds between two heartbeats in the assembly's database, which wait for its lock like every writer
LAST_TRIES, LAST_PAUSE = 30, 1.0  # what was drawn is kept as soon as the database can be written
PROGRESS = ("stage", "done", "bound", "gap", "elapsed", "note")
log = structlog.get_logger("web.jobs")


class Jobs(Protocol):
    """What the web process needs of this room: to ask for a draw."""

    def ask(self, draw_id: str) -> None:
        """Have a worker run this draw soon."""
        ...

    def progress(self, draw_id: str) -> Mapping[str, Any]:
        """What the worker last said of it."""
        ...


class HueyJobs:
    """The queue, its two tasks, and the desk they report to."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.desk = desk
        self.wishes = wishes_for(settings)
        self.huey = self.wishes.huey
        self.run = self.huey.task(name="run_draw")(self._run)
        always = self.huey.periodic_task(lambda _now: True, name="look_for_silent_draws", expires=ASK_AGAIN)
        self.look = always(self.ask_again)  # one that waited behind a long draw for longer is done by a later one

    def ask(self, draw_id: str) -> None:
        """Have a worker run this draw soon. Asked twice, the second run finds it started and leaves it."""
        self.wishes.carry(self.run, draw_id)

    def progress(self, draw_id: str) -> Mapping[str, Any]:
        """What the worker last said of it."""
        return self.wishes.told(draw_id)

    def _run(self, draw_id: str) -> None:
        try:
            mine = self.desk.start_draw(draw_id, worker=f"{socket.gethostname()}:{os.getpid()}")
        except (WrongState, NotFound, Busy) as refusal:
            log.info("draw not started", draw=draw_id, why=refusal.code)
            return
        try:
            run_draw(self.desk, self.wishes, mine)
        finally:
            self.wishes.forget(draw_id)

    def ask_again(self) -> None:
        """Draws whose worker fell silent are queued once more, then given up; all that are queued are asked for."""
        for request in self.desk.revive_draws():
            log.warning("draw fell silent, asked again", draw=request.id)
        for request in self.desk.waiting_draws():
            if request.state == "queued":
                self.ask(request.id)


# ------------------------------------------------------------------------------------------------ one draw


@dataclass
class Child:
    """A running `folkmoot draw`: its process, what it last said of its progress, and what it complained of."""

    process: subprocess.Popen[str]
    lines: queue.Queue[str | None] = field(default_factory=queue.Queue)
    progress: dict[str, Any] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    told_enough: bool = False

    def hear(self, patience: float) -> bool:
        """Take in what the child says for so long; False once it has said its last."""
        until = time.monotonic() + patience
        while (left := until - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                line = self.lines.get(timeout=left)
                if line is None:
                    return False
                self._understand(line)
        return True

    def enough(self) -> None:
        """Ask it to stop and keep what it has found; only once, and not before it has said that it is at work."""
        if self.progress and not self.told_enough:
            self.told_enough = True
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                self.process.send_signal(signal.SIGINT)

    def _understand(self, line: str) -> None:
        with contextlib.suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict):
                self.progress = {part: said[part] for part in PROGRESS if _fits(part, said.get(part))}
                return
        if line.strip() and not line.startswith("Notice:"):
            self.complaints.append(line.strip())


def _fits(part: str, value: object) -> bool:
    return isinstance(value, str) if part in ("stage", "note") else isinstance(value, int | float)


def run_draw(desk: Desk, wishes: Wishes, mine: DrawRequest) -> None:
    """Carry out one attempt at a draw to its end, in a private folder that is gone afterwards."""
    with private_folder("draw") as folder:
        child = start_child(order(desk, mine.id, folder))
        try:
            if not _attend(child, desk, wishes, mine):
                log.info("draw not wanted any more", draw=mine.id, attempt=mine.attempts)
                return
            status = child.process.wait()
        finally:
            stop_child(child.process)
        out = folder / "out"
        with contextlib.suppress(WrongState):  # cancelled at the last moment, or given to another: it is not kept
            if status == 0 and out.is_dir():
                files = files_in(out)
                _kept(lambda: desk.finish_draw(mine.id, files, attempt=mine.attempts))
            else:
                why = "\n".join(child.complaints[-50:]) or f"The draw ended with status {status}."
                _kept(lambda: desk.fail_draw(mine.id, why, attempt=mine.attempts))
        log.info("draw ended", draw=mine.id, attempt=mine.attempts, status=status)


def _attend(child: Child, desk: Desk, wishes: Wishes, mine: DrawRequest) -> bool:
    """Listen to the solver to its end, telling how far it is; False when this attempt is not wanted any more.

    Looking takes no lock; the heartbeat takes it for a moment, and where the lock is held for long it is made up for
    later: a solver is not stopped for that.
    """
    beaten = time.monotonic()
    while child.hear(LOOK):
        wishes.tell(mine.id, child.progress)
        with contextlib.suppress(Busy):
            wish = desk.draw(mine.id)
            if wish.state == "running" and time.monotonic() - beaten >= BEAT:
                wish = desk.heartbeat(mine.id, attempt=mine.attempts, **child.progress)
                beaten = time.monotonic()
            if (wish.state, wish.attempts) != ("running", mine.attempts):
                return False
            if wish.options.get("enough"):
                child.enough()
    return True


def _kept(write: Callable[[], object]) -> None:
    """Write what came of a draw, as often as it takes while the database is locked or away."""
    for left in reversed(range(LAST_TRIES)):
        try:
            write()
            return
        except Busy:
            if not left:
                raise
            time.sleep(LAST_PAUSE)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it; folders inside are separated by “/” on every system."""
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


# ------------------------------------------------------------------------------------------------ children


def start_child(arguments: list[str]) -> Child:
    """Start the lottery house as a process of its own, which dies with this one, and listen to its stderr."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sortition.cli", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        preexec_fn=die_with_parent if sys.platform == "linux" else None,
    )
    child = Child(process)
    threading.Thread(target=_listen, args=(process, child.lines), daemon=True).start()
    return child


def _listen(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        lines.put(line)
    lines.put(None)


# ------------------------------------------------------------------------------------------------ the worker


def work(jobs: HueyJobs, parent: int | None) -> None:
    """Be a worker until told to stop; with a parent, end when that is gone."""
    if parent is not None:
        follow(parent)
    if left := sweep():
        log.warning("folders of interrupted work deleted", folders=left)
    jobs.ask_again()
    consumer = Carrier(jobs.huey, workers=1, periodic=True, max_delay=0.5, check_worker_health=True)
    consumer.run()
    gc.freeze()  # or the interpreter looks all of it through at its end, for as long as a second
