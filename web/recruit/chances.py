"""One volunteer's chance in a draw, and the letter that says why; or the letters for all, as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.errors import NotFound
from facilitation.harmless import harmless
from web.access import Audience, desk, open_to
from web.recruit.downloads import download, workbook_of
from web.recruit.recruitments import draw_of
from web.server.bodies import fields, text

room = Blueprint("chances", __name__, url_prefix="/recruit/<recruitment_id>/draws/<draw_id>/chances")
MOST_FOUND = 20
NAMES = ("id", "name", "first_name", "last_name")
PLAIN = ("report.json", "lottery.json", "certificate.json", "panel.csv", "remaining.csv")
PUBLIC = ("public/bundle.json", "private/pool.jsonl", "private/letters.csv", "private/panel.csv")


@dataclass(frozen=True)
class Told:
    """One volunteer: the row of the pool, the chance, whether drawn (None: not yet), why, and the tickets held."""

    row: Mapping[str, str]
    chance: Fraction
    drawn: bool | None
    why: str
    tickets: str = ""

    @property
    def letter(self) -> str:
        """What is written to them: in a public draw their number and tickets come first."""
        return f"{self.tickets} {self.why}".lstrip()

    @property
    def name(self) -> str:
        """By what a person is called in a list."""
        known = {"_".join(column.casefold().split()): cell for column, cell in self.row.items()}
        whole = known.get("name") or f"{known.get('first_name', '')} {known.get('last_name', '')}".strip()
        return whole or self.row["id"]

    @property
    def in_100(self) -> str:
        """The chance in words."""
        from sortition.letters import in_100  # here and not above: a server starts faster without the draw's rooms

        return in_100(self.chance)

    def called(self, words: str) -> bool:
        """Does an id or a name of this volunteer hold these words?"""
        own = [cell for column, cell in self.row.items() if "_".join(column.casefold().split()) in NAMES]
        return any(words in " ".join(cell.casefold().split()) for cell in (*own, self.name))


@room.route("", methods=["GET", "POST"])
@open_to(Audience.RECRUITER)
def chances(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """Look a volunteer up. A POST, which changes nothing: names do not belong into addresses, which browsers keep."""
    found, request_ = draw_of(recruitment_id, draw_id)
    asked = text(fields(), "volunteer")
    words = " ".join(asked.casefold().split())
    hits = [one for one in everyone(draw_id) if one.called(words)] if words else []
    shown = {"asked": asked, "hits": hits[:MOST_FOUND], "more": max(0, len(hits) - MOST_FOUND)}
    return render_template("recruit/chances.html", found=found, draw=request_, **shown)


@room.get("/letters.<ending>")
@open_to(Audience.RECRUITER)
def letters(recruitment_id: str, draw_id: str, ending: str) -> ResponseReturnValue:
    """Everyone's letter, for a mail merge: the pool's own columns, then drawn, chance and letter."""
    draw_of(recruitment_id, draw_id)
    if ending not in ("csv", "xlsx"):
        raise NotFound("The letters come as CSV or as XLSX.", "Choose one of them on the page.")
    told = list(everyone(draw_id))
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow([*told[0].row, "drawn", "chance", "letter"])
    tame = harmless if ending == "csv" else str  # a workbook's cells are all text
    for one in told:
        drawn = "" if one.drawn is None else "yes" if one.drawn else "no"
        writer.writerow([*map(tame, one.row.values()), drawn, one.in_100, one.letter])
    data = made.getvalue().encode("utf-8")
    return download(data if ending == "csv" else workbook_of({"letters.csv": data}), f"letters.{ending}")


def everyone(draw_id: str) -> Iterator[Told]:
    """All volunteers of a draw, in the order of their ids."""
    files = desk().draw_files(draw_id, (*PLAIN, *PUBLIC))
    if set(PLAIN) <= set(files):
        return _of_draw(files)
    if {"public/bundle.json", "private/pool.jsonl"} <= set(files):
        return _of_public_draw(files)
    raise NotFound("This draw has no chances to tell.", "Choose a draw that is done and whose files were not erased.")


def _of_draw(files: Mapping[str, bytes]) -> Iterator[Told]:
    from sortition.folder import read_draw  # see Told.in_100
    from sortition.letters import letters as letters_of

    rows = {row["id"]: row for row in (*_table(files["panel.csv"]), *_table(files["remaining.csv"]))}
    draw = read_draw(files)
    drawn = set(draw.panel)
    for id_, chance, told in letters_of(draw):
        yield Told(rows[id_], chance, id_ in drawn, told)


def _of_public_draw(files: Mapping[str, bytes]) -> Iterator[Told]:
    from sortition.letters import Person, odds_of, words  # see Told.in_100

    bundle = json.loads(files["public/bundle.json"])
    rows = [json.loads(line) for line in files["private/pool.jsonl"].splitlines()]
    exact = {one["volunteer"]: Fraction(one["chance"]) for one in bundle["volunteers"]}
    size = len(bundle["panels"][0]["members"])
    odds = odds_of(size, bundle["quotas"], [row["values"] for row in rows])
    panel = files.get("private/panel.csv")
    drawn = None if panel is None else {row["id"] for row in _table(panel)}
    tickets = {row["volunteer"]: row["tickets"] for row in _table(files.get("private/letters.csv", b""))}
    for row in sorted(rows, key=lambda row: str(row["id"])):
        cells = {"id": row["id"], **row["columns"]}
        one = Person(exact[row["volunteer"]], row["values"], None if drawn is None else row["id"] in drawn)
        told = Told(cells, one.chance, one.drawn, words(one, odds))
        yield _with_tickets(told, row["volunteer"], tickets.get(row["volunteer"], ""))


def _with_tickets(told: Told, number: str, tickets: str) -> Told:
    held = tickets.split()
    own = f"Your number is {number}. " + (f"Your tickets are {', '.join(held)}." if held else "You hold no ticket.")
    return replace(told, tickets=own)


def _table(data: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
