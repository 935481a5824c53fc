"""Giving out and erasing: everything held of a person as JSON and as a page to keep, and nothing of them any more.

Erasure takes the person's row out of the volunteers' file, lists, letters and proofs, leaves the id alone in the tables
of who was drawn, and blanks the seat. What was published of a draw has numbers and salted hashes only: it stays, and
verifies as before; with the salt gone, nobody can tell any more whose leaf it was. The id itself stays where the
lottery would not count without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from facilitation.desk import Desk
from facilitation.desk.copying import while_no_copy_is_made
from facilitation.desk.private_folders import sweep
from facilitation.errors import Refusal
from facilitation.times import local
from web.personal.subject import Subject, rows_held, subject_of, without

UNFINISHED: Final = re.compile(r"\..+\.(sqlite3?|db)\.\w{8}(-wal|-shm|-journal)?")
"""What is left of a backup whose maker was killed."""
COPIES: Final = ("*.sqlite", "*.sqlite3", "*.db")
STYLE: Final = "body{font:1.1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}dt{font-weight:700}"


def everything(desk: Desk, subject: Subject) -> dict[str, Any]:
    """All that is held of this person, as JSON values."""
    found = subject.recruitment
    return {
        "handle": subject.handle,
        "as a volunteer": []
        if found is None
        else [{"recruitment": found.title, **held} for held in rows_held(desk, subject)],
        "as a member": [desk.subject(str(subject.assembly), member) for member in subject.members],
    }


def as_json(held: Mapping[str, Any]) -> bytes:
    """To be given to the person, or taken to another service (UK GDPR article 20)."""
    return (json.dumps(held, ensure_ascii=False, indent=2) + "\n").encode()


def as_html(held: Mapping[str, Any]) -> bytes:
    """The same for reading: one page that needs nothing else."""
    metas = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"{metas}<title>What is held of you</title><style>{STYLE}</style>"
    intro = (
        "<p>You have the right to have this corrected, or erased, and to complain about how it is used. "
        "How you voted in a secret vote is not here, because nobody knows it: it was never kept with you.</p>"
    )
    body = f"<main><h1>What is held of you</h1>{intro}{_told(held)}</main>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'.encode()


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return "<dl>" + "".join(f"<dt>{escape(str(k))}</dt><dd>{_told(v)}</dd>" for k, v in value.items()) + "</dl>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "<ul>" + "".join(f"<li>{_told(one)}</li>" for one in value) + "</ul>" if value else "nothing"
    text = str(value)
    if len(text) == 24 and text[10:11] == "T" and text.endswith("Z"):
        text = local(text).replace("T", " ")
    return escape(text) if value not in ("", None) else "–"


@dataclass(frozen=True)
class Erased:
    """What was done: files written anew, seats blanked, folders deleted that interrupted work had left behind."""

    files: int
    seats: int
    folders: int = 0


def erase(desk: Desk, subject: Subject) -> Erased:
    """Forget this person everywhere in this database. To do it again changes nothing."""
    files = 0
    if subject.recruitment is not None and subject.volunteer:
        known: dict[str, str] = {}
        for held in rows_held(desk, subject):
            known |= {str(name): str(cell) for name, cell in held["row"].items() if isinstance(cell, str)}
        files = desk.rewrite_files(subject.recruitment.id, lambda place, file: without(place, file, subject, known))
    for member in subject.members:
        desk.erase_person(member, str(subject.assembly))
    return Erased(files, len(subject.members), sweep())


def copies_in(folder: Path) -> list[Path]:
    """The copies of databases in a folder of backups."""
    return sorted({file for pattern in COPIES for file in folder.rglob(pattern) if file.is_file()})


def erase_with_copies(desk: Desk, handle: str, folder: Path) -> tuple[Erased, list[tuple[Path, str]]]:
    """Forget the person in the database and in every backup of this folder, while no backup is being made there."""
    with while_no_copy_is_made(folder):
        return erase(desk, subject_of(desk, handle)), [*_leftovers(folder), *erase_in_copies(folder, handle)]


def _leftovers(folder: Path) -> list[tuple[Path, str]]:
    """Delete what is left of unfinished backups: no backup is being made, so nobody will ever finish them."""
    found = sorted(file for file in folder.rglob(".*") if file.is_file() and UNFINISHED.fullmatch(file.name))
    for file in found:
        file.unlink()
    return [(file, "was never finished, and is deleted") for file in found]


def erase_in_copies(folder: Path, handle: str) -> list[tuple[Path, str]]:
    """Forget the person in every backup of this folder; each file with what was done there, or why nothing could be."""
    told = []
    for file in copies_in(folder):
        try:
            copy = Desk.open(str(file))
            try:
                done = erase(copy, subject_of(copy, handle))
            finally:
                copy.close()
        except Refusal as refusal:
            missing = refusal.kind == "not-found"
            told.append((file, "does not hold this person" if missing else f"NOT erased: {refusal.message}"))
        else:
            told.append((file, f"{done.files} files written anew, {done.seats} seats blanked"))
    return told
