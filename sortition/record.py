"""The record of a draw, `report.json`: what anyone needs to count everything again, and the hash of every file.

Pure: values in, bytes out, and back. The bytes are canonical: there is exactly one way to write a record, so a changed
byte shows even where it changes no meaning; and the record carries the hash of its own other content. Addresses are not
in it: a household is a number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sortition import __version__
from sortition.errors import SortitionError
from sortition.lists import FEATURE
from sortition.meeting import Meeting, Meetings
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas

FORMAT = "folkmoot draw 1"
MADE_BY = f"folkmoot {__version__}"
FILES = ("panel.csv", "remaining.csv", "chances.csv", "lottery.json", "certificate.json", "report.html")
NUMBERS = ("min", "max", "min_flex", "max_flex")


class BadRecord(SortitionError):
    """A file of a draw folder is not what `folkmoot draw` writes."""

    code = "bad-record"


@dataclass(frozen=True)
class Record:
    """The draw without its panels: who could be drawn under which quotas, and by which chance.

    After members dropped out: `follows` is the hash of the record of the draw before; `waived` are the quotas as they
    were, where this draw was allowed to break them, and `empty` the seats that it was allowed to leave empty.
    `made_by` is the version that made the draw; before 0.2.0 none was written down.
    """

    problem: DrawProblem
    fairness: str
    seed: str
    tickets: int
    ticket: int
    meetings: Meetings | None = None
    follows: str = ""
    waived: tuple[Quota, ...] = ()
    empty: int = 0
    made_by: str = ""


def sha256(data: bytes) -> str:
    """The hash that `sha256sum` prints."""
    return hashlib.sha256(data).hexdigest()


def canonical(content: object) -> bytes:
    """The one way to write this content: sorted keys, two spaces, UTF-8, LF."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write_record(record: Record, files: Mapping[str, bytes]) -> bytes:
    """`report.json` for these files."""
    problem = record.problem
    tied = sorted(problem.pool.households.items(), key=lambda household: household[1])
    households = {key: number for number, (key, _) in enumerate(tied, start=1)}
    content: dict[str, Any] = {
        "format": FORMAT,
        "fairness": record.fairness,
        "seed": record.seed,
        "tickets": record.tickets,
        "ticket": record.ticket,
        "meetings": None if record.meetings is None else asdict(record.meetings),
        "panel_size": problem.panel_size,
        "features": list(problem.pool.features),
        "quotas": list(map(_quota_as_json, problem.quotas.rows)),
        "pool": [
            {"id": one.id, "values": list(one.values)}
            | ({"household": households[one.household]} if one.household in households else {})
            for one in sorted(problem.pool.volunteers, key=lambda one: one.id)
        ],
        "files": {name: {"sha256": sha256(data), "bytes": len(data)} for name, data in sorted(files.items())},
    }
    content |= {"made_by": record.made_by} if record.made_by else {}
    content |= {"follows": record.follows} if record.follows else {}
    if record.waived or record.empty:
        content["waived"] = {"quotas": list(map(_quota_as_json, record.waived)), "empty": record.empty}
    return canonical(content | {"sha256": sha256(canonical(content))})


def _quota_as_json(quota: Quota) -> dict[str, Any]:
    """A quota as the record holds it."""
    return {"feature": quota.feature, "value": quota.value} | {
        name: number for name in NUMBERS if (number := getattr(quota, name)) is not None
    }


def _waived(content: Mapping[str, Any], problem: DrawProblem) -> tuple[tuple[Quota, ...], int]:
    """What the draw was allowed to break: quotas of the draw, in their order, each now wider on one side."""
    if "waived" not in content:
        return (), 0
    rows, empty = content["waived"]["quotas"], content["waived"]["empty"]
    whole(empty, *(number for row in rows for key, number in row.items() if key in NUMBERS))
    _texts(*(text for row in rows for text in (row["feature"], row["value"])))
    waived = tuple(Quota(**row) for row in rows)
    if empty < 0 or not (waived or empty):
        raise BadRecord("it speaks of a waiver that is none", "Get it from its source.")
    for old in waived:
        new = problem.quotas.find(old.feature, old.value)
        if new is None or old.feature == FEATURE or not _on_one_side(old, new):
            raise BadRecord(f"the waived quota {old} is not wider now", "Get it from its source.")
    names = [(quota.feature, quota.value) for quota in problem.quotas.rows]
    places = [names.index((old.feature, old.value)) for old in waived]
    if places != sorted(set(places)):
        raise BadRecord("the waived quotas are not in the order of the quotas", "Get it from its source.")
    return waived, empty


def _on_one_side(old: Quota, new: Quota) -> bool:
    """Whether the new quota has a lower minimum or a higher maximum, but not both."""
    return (new.min < old.min and new.max == old.max) or (new.min == old.min and new.max > old.max)


def _follows(content: Mapping[str, Any]) -> str:
    """The hash of the record of the draw before, if there was one."""
    if "follows" not in content:
        return ""
    _texts(content["follows"])
    if not re.fullmatch("[0-9a-f]{64}", content["follows"]):
        raise BadRecord("it does not name the draw before by its SHA-256", "Get it from its source.")
    return str(content["follows"])


def _made_by(content: Mapping[str, Any]) -> str:
    """The version that made the draw, if it was written down."""
    if "made_by" not in content:
        return ""
    _texts(content["made_by"])
    if not re.fullmatch("folkmoot [0-9A-Za-z.+-]{1,40}", content["made_by"]):
        raise BadRecord("it does not name the version that made the draw", "Get it from its source.")
    return str(content["made_by"])


def read_json(name: str, data: bytes) -> dict[str, Any]:
    """The content of a JSON file that was written canonically; anything else has been changed."""
    try:
        content = json.loads(data.decode())
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise BadRecord(
            f"{name} is not a JSON file that `folkmoot draw` wrote.", "Get the folder again from its source."
        )
    return content


def read_record(data: bytes) -> tuple[Record, Mapping[str, tuple[str, int]]]:
    """The record, and the hash and size of every file; raises BadRecord if a byte of it was changed."""
    content = read_json("report.json", data)
    rest = {key: value for key, value in content.items() if key != "sha256"}
    if canonical(content) != data or content.get("sha256") != sha256(canonical(rest)):
        raise BadRecord("report.json does not have the hash it carries: it was changed.", "Get it from its source.")
    if content.get("format") != FORMAT:
        raise BadRecord("report.json is not of the format " + FORMAT + ".", "Use the Folkmoot that wrote it.")
    try:
        whole(content["panel_size"], content["tickets"], content["ticket"])
        whole(*(number for row in content["quotas"] for key, number in row.items() if key in NUMBERS))
        _texts(content["fairness"], content["seed"], *content["features"])
        _texts(*(text for row in content["pool"] for text in (row["id"], *row["values"])))
        _texts(*(text for row in content["quotas"] for text in (row["feature"], row["value"])))
        quotas = Quotas(tuple(Quota(**row) for row in content["quotas"]))
        pool = Pool(tuple(content["features"]), tuple(map(_volunteer, content["pool"])))
        problem = DrawProblem(pool, quotas, content["panel_size"])
        record = Record(
            problem,
            content["fairness"],
            content["seed"],
            content["tickets"],
            content["ticket"],
            _meetings(content["meetings"]),
            _follows(content),
            *_waived(content, problem),
            made_by=_made_by(content),
        )
        files = {name: (entry["sha256"], entry["bytes"]) for name, entry in content["files"].items()}
    except (KeyError, TypeError, AttributeError, SortitionError) as fault:
        raise BadRecord(f"report.json cannot be understood: {fault}.", "Get it from its source.") from fault
    return record, files


def whole(*numbers: object) -> None:
    """Refuse what is no whole number, such as true or 1.0, before anything is counted with it."""
    for number in numbers:
        if type(number) is not int:
            raise TypeError(f"{number!r} is not a whole number")


def _meetings(content: Mapping[str, Mapping[str, int]] | None) -> Meetings | None:
    """How many panels there are and who can meet, in the lottery and by ticket."""
    if content is None:
        return None
    for counts in content.values():
        whole(*counts.values())
    return Meetings(**{name: Meeting(**counts) for name, counts in content.items()})


def _texts(*texts: object) -> None:
    """Refuse what is no text."""
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{text!r} is not a text")


def _volunteer(row: Mapping[str, Any]) -> Volunteer:
    """One entry of the pool."""
    household = f"household {row['household']}" if "household" in row else ""
    return Volunteer(row["id"], tuple(row["values"]), household)
