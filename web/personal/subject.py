"""A person of whom something is held: as a volunteer of a recruitment, as a member of an assembly, or as both.

A person is named by a handle, which has ids only: `v.RECRUITMENT.ID` (the id in the volunteers' file) or
`m.ASSEMBLY.MEMBER`. Whichever is given, all that is held of that person is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.desk import Desk, Place, Recruitment
from facilitation.errors import BadRequest, NotFound
from web.personal import tables

LISTS = ("pool", "already", "include", "exclude")
NamedFile = tuple[str, bytes]
BLANKED = ("panel.csv", "remaining.csv")
MOST_FOUND = 50
"""So many are shown of those that were found; whoever looks is told how many more there are."""


@dataclass(frozen=True)
class Subject:
    """Who it is."""

    recruitment: Recruitment | None
    volunteer: str
    assembly: str | None
    members: tuple[str, ...]

    @property
    def handle(self) -> str:
        """The handle by which this person is named on pages and commands."""
        if self.recruitment is not None and self.volunteer:
            return f"v.{self.recruitment.id}.{self.volunteer}"
        return f"m.{self.assembly}.{self.members[0]}"


@dataclass(frozen=True)
class Match:
    """Somebody in whose data the text that was looked for stands."""

    handle: str
    name: str
    where: str


def subject_of(desk: Desk, handle: str) -> Subject:
    """The person of this handle."""
    kind, _, rest = handle.partition(".")
    thing, _, person = rest.partition(".")
    if kind == "v" and person:
        found = desk.recruitment(thing)
        return Subject(found, person, found.assembly_id, _members(desk, found.assembly_id, person))
    if kind == "m" and person:
        row = next((one for one in desk.members(thing) if one.id == person), None)
        if row is not None:
            recruitment = next((one for one in desk.recruitments() if one.assembly_id == thing), None)
            members = _members(desk, thing, row.panel_id) if row.panel_id else ()
            return Subject(recruitment, row.panel_id, thing, members or (person,))
    raise NotFound(f"Nobody has the handle {handle[:60]}.", "Find the person by name, e-mail or id first.")


def _members(desk: Desk, assembly: str | None, volunteer: str) -> tuple[str, ...]:
    return () if assembly is None else tuple(one.id for one in desk.members(assembly) if one.panel_id == volunteer)


def find(desk: Desk, text: str, assembly: str | None = None) -> list[Match]:
    """Everybody in whose name, id, contacts or answers this text stands: volunteers first, then members.

    With an assembly, only its own people: nobody else's data is looked at.
    """
    wanted = " ".join(text.casefold().split())
    if len(wanted) < 2:
        return []
    found: dict[str, Match] = {}
    for recruitment in desk.recruitments():
        if assembly not in (None, recruitment.assembly_id):
            continue
        for row, volunteer in volunteers(desk, recruitment):
            if any(wanted in cell.casefold() for cell in row.values()):
                match = Match(f"v.{recruitment.id}.{volunteer}", called(row), recruitment.title)
                found.setdefault(match.handle, match)
    for body in desk.assemblies():
        if assembly not in (None, body.id):
            continue
        for one in desk.members(body.id):
            known = desk.member(body.id, one.id)
            cells = (one.name, one.panel_id, *known.columns.values())
            if not known.erased and any(wanted in cell.casefold() for cell in cells):
                handle = subject_of(desk, f"m.{body.id}.{one.id}").handle
                found.setdefault(handle, Match(handle, one.name, body.name))
    return list(found.values())


def volunteers(desk: Desk, recruitment: Recruitment) -> Iterator[tuple[Mapping[str, str], str]]:
    """The rows of the volunteers' file, each with its id."""
    pool = desk.files(recruitment.id).get("pool")
    if pool is None:
        return
    try:
        sheet = tables.uploaded(*pool)
    except BadRequest:  # it was kept, and no draw could ever use it; it goes as a whole when its time is up
        return
    for row in sheet.rows:
        cells = dict(zip(sheet.header, row, strict=False))
        if sheet.id_place is not None and sheet.id_place < len(row):
            yield cells, row[sheet.id_place]


def called(row: Mapping[str, str]) -> str:
    """What a row is called by: its name columns, or its first cells."""
    named = [cell for column, cell in row.items() if "name" in column.casefold() and cell]
    return " ".join(named or [cell for cell in row.values() if cell][:2])[:80]


def rows_held(desk: Desk, subject: Subject) -> list[dict[str, Any]]:
    """Every row of this volunteer in the files of the recruitment and of its draws."""
    found = subject.recruitment
    if found is None or not subject.volunteer:
        return []
    held = []
    for place, file in desk.all_files(found.id).items():
        if row := _row(place, file, subject.volunteer):
            held.append(
                {"file": file[0] if place.where == "recruitment" else f"{place.owner}: {place.part}", "row": row}
            )
    return held


def without(place: Place, file: NamedFile, subject: Subject, known: Mapping[str, str]) -> NamedFile | None:
    """The file without this person; None where it may stay as it is."""
    name, data = file
    if place.part.endswith(".jsonl"):
        left = tables.lines_without(data, subject.volunteer)
        return None if left == data else (name, left)
    sheet = _sheet(place, file)
    if sheet is None:
        return (name, b"") if place.where == "aside" and data else None
    blank = place.where == "draw" and place.part.rpartition("/")[2] in BLANKED
    after = sheet.blanked(subject.volunteer) if blank else sheet.without(subject.volunteer, known)
    if after.rows == sheet.rows:
        return None
    return (
        name if name.endswith(".csv") else f"{name.partition('#')[0].rpartition('.')[0]}.csv",
        tables.written(after),
    )


def _row(place: Place, file: NamedFile, volunteer: str) -> dict[str, Any] | None:
    if place.part.endswith(".jsonl"):
        return tables.line_of(file[1], volunteer)
    sheet = _sheet(place, file)
    return None if sheet is None else sheet.row_of(volunteer)


def _sheet(place: Place, file: NamedFile) -> tables.Sheet | None:
    """The table in this file; None where it is none, or has nobody in it."""
    name, data = file
    if place.where == "draw":
        return tables.ours(data) if place.part.endswith(".csv") else None
    if place.where == "recruitment" and place.part not in LISTS:
        return None
    try:
        return tables.uploaded(name, data)
    except BadRequest:
        if place.where == "recruitment":
            raise
        return None  # put aside, and of no use: see `without`
