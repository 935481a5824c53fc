"""A backup every minute while a session is on, and whenever something in it has ended; and the console's word of it.

They are made by a process of their own (`folkmoot backups FOLDER`; `folkmoot serve --backups FOLDER` starts it), so no
socket waits for them. It keeps the newest and says in a file beside them how it goes. The web process reads that
file: where the last one failed, or nothing has been heard for a while, the facilitator's console says so.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, cast

import structlog
from flask import Flask, current_app
from flask_socketio import SocketIO

from facilitation.desk import Desk
from facilitation.desk.backup import NAMED, called
from facilitation.errors import BadRequest, CannotWrite, Refusal
from facilitation.health import in_words
from web.offspring import die_with_parent

EVERY, KEEP = 60, 60  # seconds; backups
LOOK = 1.0  # seconds between two looks at the sessions
AGAIN = 5.0  # seconds after one that failed
SILENT = 20.0  # seconds without a word after which the backups are said to have stopped
UNFINISHED = re.compile(rf"\.{NAMED.pattern}\.\w+(-wal|-shm|-journal)?")
UNFINISHED_FOR = 600  # seconds in which nobody has written into it
WORD = "how-it-goes.json"
log = structlog.get_logger("web.backups")


@dataclass
class Keeper:
    """Makes the backups of one database in one folder."""

    desk: Desk
    folder: Path
    every: float = EVERY
    keep: int = KEEP
    step: object = None
    last: float | None = None
    why: str = ""
    made: str = ""
    beats: int = 0

    def look(self) -> None:
        """Make one if it is time; then say how it goes."""
        try:
            pulse = self.desk.pulse()
        except Refusal:
            return  # the database is busy: the server says so, and the next look is in a second
        ended = self.step not in (None, pulse.step)
        self.step = pulse.step
        if ended or (pulse.live and self._is_due()):
            self.make()
        self.say()

    def _is_due(self) -> bool:
        wait = min(AGAIN, self.every) if self.why else self.every
        return self.last is None or time.monotonic() - self.last >= wait

    def make(self) -> None:
        """One backup, checked, and the oldest away."""
        self.last = time.monotonic()
        file = self.folder / called(datetime.now(UTC))
        try:
            told = self.desk.backup(file)
        except CannotWrite as refusal:
            self._failed(f"the folder of the backups cannot be written: {in_words(refusal.cause)}")
        except Refusal as refusal:
            self._failed(refusal.message.rstrip("."))
        except OSError as error:
            self._failed(f"the folder of the backups cannot be written: {error.strerror}")
        else:
            self.why, self.made = "", file.name
            log.info("backup made", file=file.name, open_votes_left_out=len(told.cancelled))
            for old in [*self.kept()[: -self.keep], *self._unfinished()]:
                with suppress(OSError):  # it stays, and is looked at again after the next backup
                    old.unlink()

    def kept(self) -> list[Path]:
        """The backups that there are, the oldest first."""
        return sorted(path for path in self.folder.iterdir() if NAMED.fullmatch(path.name))

    def _unfinished(self) -> list[Path]:
        """What is left of backups whose maker was killed: full of names, and nobody would ever look for it."""
        before, found = time.time() - UNFINISHED_FOR, []
        for path in self.folder.iterdir():
            with suppress(OSError):  # it may be finished, and gone, by now
                if UNFINISHED.fullmatch(path.name) and path.stat().st_mtime < before:
                    found.append(path)
        return found

    def _failed(self, why: str) -> None:
        self.why = why
        log.error("no backup could be made", why=why)

    def say(self) -> None:
        """Write how it goes beside the backups, whole; where that cannot be written, silence says it."""
        self.beats += 1
        told = json.dumps({"beat": f"{os.getpid()} {self.beats}", "made": self.made, "why": self.why})
        fresh = self.folder / f".{WORD}"
        with suppress(OSError):
            fresh.write_text(told, encoding="utf-8")
            fresh.replace(self.folder / WORD)


def keep_backups(keeper: Keeper, parent: int | None) -> None:
    """Look once a second until told to stop; with a parent, end when that is gone."""
    told = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if parent is not None:
        die_with_parent()
    while not told.wait(LOOK):
        keeper.look()
        if parent is not None and os.getppid() != parent:
            return


def folder_for(folder: Path) -> Path:
    """The folder, made for its owner alone where it is not there yet; refused where nothing can be kept in it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        probe = folder / f".{WORD}.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadRequest(
            f"Backups cannot be kept in {folder}: {error.strerror}.", "Name a folder, best on another disk."
        ) from None
    return folder


def command(folder: Path) -> list[str]:
    """How a server starts this as its child."""
    return [sys.executable, "-m", "web.cli", "backups", "--parent", str(os.getpid()), str(folder)]


# ------------------------------------------------------------------------------------------------ in the web process


class Watch:
    """Reads how the backups go, and tells the consoles when that changes."""

    def __init__(self, socketio: SocketIO, folder: Path) -> None:
        self.socketio = socketio
        self.word = folder / WORD
        self.heard = ""
        self.heard_at = time.monotonic()
        self.why = ""

    def look(self) -> None:
        """Read it once."""
        with suppress(OSError):  # silence is counted, and told below
            said = self.word.read_text(encoding="utf-8")
            if said != self.heard:
                self.heard, self.heard_at = said, time.monotonic()
        why = self._why()
        if why != self.why:
            self.why = why
            log.warning("backups", why=why or "made again")
            self.socketio.emit("backups", {"why": why})  # rarely; only consoles have a place for it

    def _why(self) -> str:
        silent = time.monotonic() - self.heard_at
        if silent > SILENT:
            return "nothing has been heard of them for a while"
        try:
            said: Any = json.loads(self.heard or "{}")
        except ValueError:
            return ""
        return str(said.get("why", "")) if isinstance(said, dict) else ""


def init_backups(app: Flask, socketio: SocketIO) -> Watch | None:
    """Where backups are made, watch them; the console's page knows how they go."""
    folder = app.extensions["settings"].backups
    app.extensions["backups"] = None if folder is None else Watch(socketio, folder)
    app.jinja_env.globals["no_backups"] = why_none
    return cast(Watch | None, app.extensions["backups"])


def why_none() -> str:
    """Why no backups are made at the moment, in the middle of a sentence; empty where they are, or none are wanted."""
    watch = cast(Watch | None, current_app.extensions["backups"])
    return "" if watch is None else watch.why
