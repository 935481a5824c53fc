"""A recruitment with people whom nobody could mistake: every cell of theirs is a mark that stands nowhere else.

Real files, a real draw, a real public draw held with dice, an assembly seated from it, members who wrote and needed
something. `PEOPLE` are two of the volunteers; who of them is drawn, the lottery says.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from assemblies import Sitting

from sortition.drawing import make_draw
from sortition.fairness import leximin
from sortition.files import read_pool, read_quotas_file
from sortition.folder import draw_files
from sortition.problem import DrawProblem
from sortition.public.prepare import Terms, prepare
from sortition.public.randomness import read_randomness
from web.public_screen import reveal_files

HEADER = ("id", "name", "email", "phone", "address", "postcode", "gender", "age")
QUOTAS = b"feature,value,min,max\ngender,Woman,2,3\ngender,Man,2,3\nage,young,2,3\nage,old,2,3\n"
SIZE = 5


def marks_of(number: int) -> tuple[str, ...]:
    """Name, e-mail, phone, address and postcode of a volunteer: in no other bytes of anything."""
    return (
        f"Quaggamark{number:03} Zebulon",
        f"zq{number:03}.mark@example.org",
        f"07700 900{number:03}",
        f"{number:03} Quibblemark Row",
        f"ZQ{number:03} 9QZ",
    )


def rows(count: int = 12) -> list[tuple[str, ...]]:
    """The volunteers: half of each gender, a third of them old."""
    kinds = [("Woman", "Man")[n % 2] for n in range(count)], [("young", "old")[n // 2 % 2] for n in range(count)]
    return [(f"v{n}", *marks_of(n), kinds[0][n], kinds[1][n]) for n in range(count)]


def as_csv(encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows()])
    return text.getvalue().encode(encoding)


def as_workbook() -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Pool"
    for row in (HEADER, *rows()):
        book.active.append(row)
    other = book.create_sheet("Notes")
    other.append([f"Called {marks_of(1)[0]} on {marks_of(1)[2]}"])
    book.save(data)
    return data.getvalue()


@dataclass
class Marked:
    """The world: a database, its recruitment, who was drawn, the assembly."""

    sitting: Sitting
    workbook: bool = False
    recruitment: str = ""
    drawn: list[str] = field(default_factory=list)
    public: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        desk = self.sitting.desk
        self.recruitment = desk.new_recruitment("Marked")
        pool = ("pool.xlsx", as_workbook()) if self.workbook else ("pool.csv", as_csv())
        past = ("past.csv", b"name,postcode\n" + ",".join((marks_of(1)[0], marks_of(1)[4])).encode() + b"\n")
        more = {"exclude": past}
        desk.put_files(self.recruitment, pool=pool, quotas=("quotas.csv", QUOTAS), size=SIZE, more=more)
        quotas = read_quotas_file("quotas.csv", QUOTAS)
        people = read_pool("pool.csv", as_csv(), quotas.quotas, ())
        problem = DrawProblem(people.pool, quotas.quotas, SIZE)
        fair = leximin(problem)
        plain = draw_files(make_draw(problem, fair.lottery, fair.proof, "ten dice", 1000), people)
        terms = Terms(b"0123456789abcdef" * 4, read_randomness("dice"), 1000, "Marked")
        ready = prepare(people, problem, fair.lottery, fair.proof, terms)
        self.draws = [self._put(plain, "draw"), self._put(ready, "prepare")]
        for typist in ("recruiter", "witness"):
            desk.enter(self.draws[1], typist, "3 0 7", reveal_files)
        held = desk.draw_files(self.draws[1])
        self.public = {name: data for name, data in held.items() if name.startswith("public/")}
        panel = list(csv.DictReader(io.StringIO(plain["panel.csv"].decode(), newline="")))
        self.drawn = [row["id"] for row in panel]
        asked = {"recruitment_id": self.recruitment, "draw_id": self.draws[0]}
        self.seated = desk.seat("Marked assembly", panel, **asked)
        self.members = {seat.id: desk.join(seat.code).member["id"] for seat in self.seated.members}

    def _put(self, files: dict[str, bytes], kind: str) -> str:
        desk = self.sitting.desk
        draw = desk.request_draw(self.recruitment, kind=kind)
        desk.start_draw(draw)
        desk.finish_draw(draw, files)
        return draw

    @property
    def left_out(self) -> list[str]:
        return [row[0] for row in rows() if row[0] not in self.drawn]


def number_of(volunteer: str) -> int:
    return int(volunteer.removeprefix("v"))


def found_in(files: dict[str, bytes], marks: tuple[str, ...]) -> dict[str, list[str]]:
    """Which marks stand in which files, as UTF-8 or as UTF-16."""
    found = {
        name: [mark for mark in marks if mark.encode() in data or mark.encode("utf-16-le") in data]
        for name, data in files.items()
    }
    return {name: marks for name, marks in found.items() if marks}


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
