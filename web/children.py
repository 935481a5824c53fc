"""Questions about strangers' files, answered in a child process: it has limits, and takes nothing from a session.

A child is one of our own rooms run as a program; it reads the question from its stdin and writes the answer as JSON.
What it reads of a stranger it reads inside `reading`: ten seconds of the processor and 512 MB; past these the kernel
ends it, whatever a parser is doing. It knows neither the database nor any secret. The same question is not asked twice
in a row, and no more than two at once.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

Answer = TypeVar("Answer")
PATIENCE = 60  # seconds; two seconds are usual for a thousand volunteers
READING = 10  # seconds of the processor for each file; a list of 50,000 volunteers takes five
MEMORY = 512 * 1024**2
OUT_OF_MEMORY = 71
AT_ONCE = 2
KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED", "VIRTUAL_ENV", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")
"""What a child is told of our surroundings: where Python is, and nothing of ours."""
REMEMBERED = 16  # answers


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name and its bytes."""

    name: str
    data: bytes

    def as_json(self) -> dict[str, str]:
        """For a child's stdin."""
        return {"name": self.name, "data": base64.b64encode(self.data).decode("ascii")}

    @classmethod
    def from_json(cls, said: dict[str, str]) -> Upload:
        """What `as_json` wrote."""
        return cls(said["name"], base64.b64decode(said["data"]))


Words = tuple[str, str]
FILES: tuple[Words, Words] = (
    (f"The check took longer than {PATIENCE} seconds.", "Start the draw: it takes its time."),
    ("The files could not be checked.", "Save them again as CSV in UTF-8 and upload them once more."),
)
"""What is said, and what can be done, where a child takes too long, and where it breaks down."""

TOO_LONG: Words = (
    f"Reading the files took longer than {READING} seconds of the computer’s time.",
    "Copy the list alone into a new file, save it as CSV in UTF-8, and upload that.",
)
TOO_MUCH: Words = (
    f"Reading the files takes more than {MEMORY // 1024**2} MB of memory.",
    "Copy the list alone into a new file, save it as CSV in UTF-8, and upload that.",
)

_gate = threading.BoundedSemaphore(AT_ONCE)
_remembered: OrderedDict[str, Any] = OrderedDict()


def ask(room: str, question: str, make: Callable[..., Answer], gave_up: tuple[Words, Words] = FILES) -> Answer:
    """What this room of ours, run as a program, answers; where it gives up, an answer with the one problem.

    That its turn never came, or that somebody ended it, says nothing of the files: whoever asks again is answered.
    """
    name = hashlib.sha256(f"{room}\n{question}".encode()).hexdigest()
    if name not in _remembered:
        try:
            said = _asked(room, question, gave_up)
        except NoAnswer as none:
            return make(**_gave_up(*none.words))
        _remembered[name] = make(**said)
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)
    return cast(Answer, _remembered[name])


class NoAnswer(Exception):
    """Nothing was found out."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words


def _asked(room: str, question: str, gave_up: tuple[Words, Words]) -> dict[str, Any]:
    late, broken = gave_up
    if not _gate.acquire(timeout=PATIENCE):
        raise NoAnswer(late)
    try:
        child = subprocess.run(
            [sys.executable, "-m", room],
            input=question,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        return _gave_up(*late)
    finally:
        _gate.release()
    if child.returncode == -getattr(signal, "SIGPROF", 0) < 0:
        return _gave_up(*TOO_LONG)
    if child.returncode == OUT_OF_MEMORY:
        return _gave_up(*TOO_MUCH)
    if child.returncode:
        raise NoAnswer(broken)
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer


def _gave_up(message: str, remedy: str) -> dict[str, Any]:
    return {"problems": [{"place": "The files", "message": message, "remedy": remedy}]}


def answer_as_child(answer: Callable[[str], dict[str, Any]]) -> None:
    """Be the child: the question from stdin, the answer to stdout."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a real stream here
    sys.stdout.write(json.dumps(answer(sys.stdin.read())))


@contextlib.contextmanager
def reading(files: int = 1) -> Iterator[None]:
    """In a child: what strangers sent is read inside of this. (On Windows only the parent limits the time.)"""
    if not hasattr(signal, "setitimer"):
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    signal.setitimer(signal.ITIMER_PROF, READING * files)
    try:
        yield
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # nothing may be left of it that could still fail
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)
