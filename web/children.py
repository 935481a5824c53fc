"""Questions about strangers' files, answered in a child process: it has a time limit, and takes nothing from a session.

A child is one of our own rooms run as a program; it reads the question from its stdin and writes the answer as JSON.
The same question is not asked twice in a row.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

Answer = TypeVar("Answer")
PATIENCE = 60  # seconds; two seconds are usual for a thousand volunteers
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

_remembered: OrderedDict[str, Any] = OrderedDict()


def ask(room: str, question: str, make: Callable[..., Answer], gave_up: tuple[Words, Words] = FILES) -> Answer:
    """What this room of ours, run as a program, answers; where it gives up, an answer with the one problem."""
    name = hashlib.sha256(f"{room}\n{question}".encode()).hexdigest()
    if name not in _remembered:
        _remembered[name] = make(**_asked(room, question, gave_up))
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)
    return cast(Answer, _remembered[name])


def _asked(room: str, question: str, gave_up: tuple[Words, Words]) -> dict[str, Any]:
    late, broken = gave_up
    try:
        child = subprocess.run(
            [sys.executable, "-m", room],
            input=question,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return _gave_up(*late)
    if child.returncode:
        return _gave_up(*broken)
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer


def _gave_up(message: str, remedy: str) -> dict[str, Any]:
    return {"problems": [{"place": "The files", "message": message, "remedy": remedy}]}


def answer_as_child(answer: Callable[[str], dict[str, Any]]) -> None:
    """Be the child: the question from stdin, the answer to stdout."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a real stream here
    sys.stdout.write(json.dumps(answer(sys.stdin.read())))
