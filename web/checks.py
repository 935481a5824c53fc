"""What a recruiter is told about two uploaded files, before anything is drawn.

The files are strangers': they are read and checked in a child process (`python -m web.checks`), which has a time limit
and takes no memory or time from a session that is running in this one. The same files are not checked twice.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

PREVIEW_ROWS = 20
PATIENCE = 60  # seconds; two seconds are usual for a thousand volunteers
REMEMBERED = 16  # checks


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Asked:
    """What is to be checked."""

    pool: Upload
    quotas: Upload
    size: int
    household: tuple[str, ...]

    def as_json(self) -> str:
        """For the child's stdin."""
        files = {
            part: {"name": one.name, "data": base64.b64encode(one.data).decode("ascii")}
            for part, one in (("pool", self.pool), ("quotas", self.quotas))
        }
        return json.dumps({**files, "size": self.size, "household": self.household})

    @classmethod
    def from_json(cls, text: str) -> Asked:
        """What `as_json` wrote."""
        said = json.loads(text)
        pool, quotas = (Upload(said[part]["name"], base64.b64decode(said[part]["data"])) for part in ("pool", "quotas"))
        return cls(pool, quotas, said["size"], tuple(said["household"]))


@dataclass(frozen=True)
class Checked:
    """The answer: the files' faults; or a preview, and whether a panel exists, what conflicts, what would help."""

    problems: Sequence[Mapping[str, str]] = ()
    notices: Sequence[str] = ()
    columns: Sequence[str] = ()
    preview: Sequence[Sequence[str]] = ()
    volunteers: int = 0
    quotas: Sequence[Mapping[str, Any]] = ()
    possible: bool = False
    conflict: Sequence[str] = ()
    repairs: Sequence[Mapping[str, Any]] = ()
    quotas_file: str = ""
    """The quotas as this house writes them, for changes that a person makes on the page."""
    never: Sequence[str] = ()


_remembered: OrderedDict[str, Checked] = OrderedDict()


def check(asked: Asked) -> Checked:
    """Check in a child process; a repeated question is answered from memory."""
    text = asked.as_json()
    name = hashlib.sha256(text.encode()).hexdigest()
    if name not in _remembered:
        _remembered[name] = _ask_child(text)
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)
    return _remembered[name]


def _ask_child(text: str) -> Checked:
    command = [sys.executable, "-m", "web.checks"]
    try:
        child = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return _gave_up(f"The check took longer than {PATIENCE} seconds.", "Start the draw: it takes its time.")
    if child.returncode:
        return _gave_up("The files could not be checked.", "Save them again as CSV in UTF-8 and upload them once more.")
    return Checked(**json.loads(child.stdout))


def _gave_up(message: str, remedy: str) -> Checked:
    return Checked(problems=({"place": "The two files", "message": message, "remedy": remedy},))


# ------------------------------------------------------------------------------------------------ in the child


def answer(asked: Asked) -> Checked:
    """Read both files and ask the lottery house; every fault of a file is told, not only the first."""
    from sortition.errors import BadFile, FileProblem, SortitionError
    from sortition.files import read_pool, read_quotas_file, size_faults

    def told(problems: Sequence[FileProblem]) -> Checked:
        return Checked(problems=[{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])

    try:
        quotas = read_quotas_file(asked.quotas.name, asked.quotas.data)
        pool = read_pool(asked.pool.name, asked.pool.data, quotas.quotas, asked.household)
        faults = size_faults(quotas, pool, asked.size)
        seen = _seen(pool, quotas)
        diagnosis = _diagnosis(pool.pool, quotas.quotas, asked.size)
    except BadFile as bad:
        return told(bad.problems)
    except SortitionError as bad:
        return Checked(problems=({"place": "The two files", "message": bad.message, "remedy": bad.remedy},))
    return Checked(**{**asdict(told(faults)), **seen, **diagnosis})


def _seen(pool: Any, quotas: Any) -> dict[str, Any]:
    from sortition.quota_file import write_quotas

    rows = pool.table(pool.pool.ids[:PREVIEW_ROWS])
    counted = [
        {
            "feature": quota.feature,
            "value": quota.value,
            "min": quota.min,
            "max": quota.max,
            "locked": quota.locked,
            "volunteers": len(pool.pool.having(quota.feature, quota.value)),
        }
        for quota in quotas.quotas.rows
    ]
    return {
        "notices": [*quotas.notices, *pool.notices],
        "columns": rows[0],
        "preview": rows[1:],
        "volunteers": len(pool.pool),
        "quotas": counted,
        "quotas_file": write_quotas(quotas.quotas).decode("utf-8"),
    }


def _diagnosis(pool: Any, quotas: Any, size: int) -> dict[str, Any]:
    from sortition.problem import DrawProblem
    from sortition.repair import diagnose

    found = diagnose(DrawProblem(pool, quotas, size))
    return {
        "possible": found.possible,
        "conflict": [str(bound) for bound in found.conflict],
        "repairs": [_repair(repair, quotas) for repair in found.repairs],
        "never": [str(never) for never in found.never],
    }


def _repair(repair: Any, quotas: Any) -> dict[str, Any]:
    """A repair for the page: how large it is, and the file that it would make of the quotas, where it changes them."""
    from sortition.quota_file import write_quotas

    return {
        "key": repair.key,
        "sentence": repair.sentence,
        "numbers": len(repair.changes),
        "size": repair.size,
        "within_flex": repair.within_flex,
        "panel_size": repair.panel_size,
        "recruits": repair.recruits,
        "quotas": write_quotas(repair.applied_to(quotas)).decode("utf-8") if repair.changes else None,
    }


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a real stream here
    sys.stdout.write(json.dumps(asdict(answer(Asked.from_json(sys.stdin.read())))))
