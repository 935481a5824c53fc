"""What a recruiter is told about the uploaded files, before anything is drawn.

The files are strangers': they are read and checked in a child process (`python -m web.checks`, see children).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from web.children import Upload, answer_as_child, ask, reading

PREVIEW_ROWS = 20
LISTS = ("already", "include", "exclude")


@dataclass(frozen=True)
class Asked:
    """What is to be checked: the two files, the size, and who is decided upon before the draw."""

    pool: Upload
    quotas: Upload
    size: int
    household: tuple[str, ...]
    lists: Mapping[str, Upload] = field(default_factory=dict)
    exclude_by: tuple[str, ...] = ()

    def as_json(self) -> str:
        """For the child's stdin."""
        lists = {name: one.as_json() for name, one in self.lists.items()}
        files = {"pool": self.pool.as_json(), "quotas": self.quotas.as_json(), "lists": lists}
        return json.dumps({**files, "size": self.size, "household": self.household, "exclude_by": self.exclude_by})

    @classmethod
    def from_json(cls, text: str) -> Asked:
        """What `as_json` wrote."""
        said = json.loads(text)
        pool, quotas = (Upload.from_json(said[part]) for part in ("pool", "quotas"))
        lists = {name: Upload.from_json(one) for name, one in said["lists"].items()}
        return cls(pool, quotas, said["size"], tuple(said["household"]), lists, tuple(said["exclude_by"]))


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


def check(asked: Asked) -> Checked:
    """Check in a child process; a repeated question is answered from memory."""
    return ask("web.checks", asked.as_json(), Checked)


# ------------------------------------------------------------------------------------------------ in the child


def answer(asked: Asked) -> Checked:
    """Read both files and ask the lottery house; every fault of a file is told, not only the first."""
    from sortition.errors import BadFile, FileProblem, SortitionError
    from sortition.files import read_pool, read_quotas_file, scarce_faults, size_faults

    def told(problems: Sequence[FileProblem]) -> Checked:
        return Checked(problems=[{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])

    try:
        with reading(files=2 + len(asked.lists)):
            quotas = read_quotas_file(asked.quotas.name, asked.quotas.data)
            pool = read_pool(asked.pool.name, asked.pool.data, quotas.quotas, asked.household)
            listed, limits = _with_lists(asked, pool, quotas.quotas)
        faults = [*size_faults(quotas, pool, asked.size), *scarce_faults(quotas, pool)]
        seen = _seen(pool, quotas)
        diagnosis = _diagnosis(listed.pool, (limits, quotas.quotas), asked.size)
    except BadFile as bad:
        return told(bad.problems)
    except SortitionError as bad:
        return Checked(problems=({"place": "The files", "message": bad.message, "remedy": bad.remedy},))
    return Checked(**{**asdict(told(faults)), **seen, "notices": [*quotas.notices, *listed.notices], **diagnosis})


def _with_lists(asked: Asked, pool: Any, quotas: Any) -> tuple[Any, Any]:
    """Pool and quotas under the lists of those who are decided upon."""
    from sortition.files import ListFiles, apply_lists

    files = {name: (one.name, one.data) for name, one in asked.lists.items()}
    named = ListFiles(**files, exclude_by=asked.exclude_by if "exclude" in files else ())
    return apply_lists(named, pool, quotas, asked.size, asked.household) if named else (pool, quotas)


def _seen(pool: Any, quotas: Any) -> dict[str, Any]:
    from sortition.reading.quota_file import write_quotas

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
        "columns": rows[0],
        "preview": rows[1:],
        "volunteers": len(pool.pool),
        "quotas": counted,
        "quotas_file": write_quotas(quotas.quotas).decode("utf-8"),
    }


def _diagnosis(pool: Any, quotas: tuple[Any, Any], size: int) -> dict[str, Any]:
    """What the lottery house says under the lists; a repair changes the quotas of the file, and never the lists."""
    from sortition.lists import FEATURE
    from sortition.problem import DrawProblem
    from sortition.repairs.repair import diagnose

    limits, written = quotas
    found = diagnose(DrawProblem(pool, limits, size), [FEATURE] if FEATURE in limits.features else [])
    return {
        "possible": found.possible,
        "conflict": [str(bound) for bound in found.conflict],
        "repairs": [_repair(repair, written) for repair in found.repairs],
        "never": [str(never) for never in found.never if all(one.quota.feature != FEATURE for one in never.blocked_by)],
    }


def _repair(repair: Any, quotas: Any) -> dict[str, Any]:
    """A repair for the page: how large it is, and the file that it would make of the quotas, where it changes them."""
    from sortition.reading.quota_file import write_quotas

    return {
        "key": repair.key,
        "sentence": repair.sentence,
        "effect": str(repair.effect) if repair.effect else "",
        "numbers": len(repair.changes),
        "size": repair.size,
        "within_flex": repair.within_flex,
        "panel_size": repair.panel_size,
        "recruits": repair.recruits,
        "quotas": write_quotas(repair.applied_to(quotas)).decode("utf-8") if repair.changes else None,
    }


if __name__ == "__main__":
    answer_as_child(lambda text: asdict(answer(Asked.from_json(text))))
