"""The commands of the lottery house: check, draw, verify. `web.cli` joins them to the console script `folkmoot`.

What is asked for goes to stdout, in plain English; faults of files and progress go to stderr. Exit 0: yes; 1: no, or
a file that must be mended first; 2: a command that click does not understand. The clock is looked at only to show how
long a draw has been running.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from sortition.diagnosis import Diagnosis
from sortition.errors import BadFile, SortitionError
from sortition.fairness import Progress, leximin
from sortition.files import (
    PoolFile,
    check_free,
    read_bytes,
    read_folder,
    read_pool,
    read_quotas_file,
    size_faults,
    write_folder,
)
from sortition.folder import Draw, draw_files, make_draw, proof_in_words
from sortition.problem import DrawProblem
from sortition.quota_file import QuotasFile
from sortition.repair import diagnose
from sortition.report import figures, percent
from sortition.verify import faults_of

MOST_TICKETS = 1_000_000
MOST_MEMBERS = 50_000  # as many as a pool file may have
STAGES = {  # what a stage is called to people
    "levels": "how equal the chances can be",
    "panels": "finding panels",
    "mixing": "mixing the panels",
    "seats": "giving out the seats",
}


@click.group()
def sortition() -> None:
    """Draw a citizens' assembly by a lottery that is provably fair."""


def the_input(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name a draw problem."""
    for option in (
        click.option("--household", metavar="COLUMNS", default="", help="Address columns, such as address,postcode."),
        click.option("--size", type=int, required=True, help="How many members the panel has."),
        click.option("--quotas", "quotas_path", metavar="FILE", required=True, help="Quotas, as CSV or XLSX."),
        click.option("--pool", "pool_path", metavar="FILE", required=True, help="Volunteers, as CSV or XLSX."),
    ):
        command = option(command)
    return command


@sortition.command()
@the_input
def check(pool_path: str, quotas_path: str, size: int, household: str) -> None:
    """Can these quotas be met? Otherwise: what conflicts, and the smallest repairs."""
    with telling_faults():
        quotas, pool = read_input(pool_path, quotas_path, size, household)
        for fault in size_faults(quotas, pool, size):
            click.echo(str(fault), err=True)
        diagnosis = diagnose(DrawProblem(pool.pool, quotas.quotas, size))
    for line in in_words(diagnosis, len(pool.pool), size):
        click.echo(line)
    sys.exit(0 if diagnosis.possible else 1)


@sortition.command()
@the_input
@click.option("--fairness", type=click.Choice(["leximin"]), default="leximin", show_default=True, help="What is fair.")
@click.option("--seed", default=None, help="Any text; without it one is made from the system's randomness.")
@click.option("--tickets", type=int, default=1000, show_default=True, help="How many numbered tickets there are.")
@click.option("--progress", type=click.Choice(["auto", "json", "none"]), default="auto", help="What stderr shows.")
@click.option("--out", "folder", metavar="DIR", required=True, help="A folder that does not exist yet, or is empty.")
def draw(folder: str, progress: str, tickets: int, seed: str | None, fairness: str, **given: Any) -> None:
    """Draw a panel, and write everything that lets others check the draw."""
    with telling_faults():
        if not 1 <= tickets <= MOST_TICKETS:
            raise SortitionError(f"--tickets: {tickets} is not possible.", f"Ask for 1 to {MOST_TICKETS:,} tickets.")
        if seed is not None and not seed.isprintable():
            raise SortitionError(
                "--seed: it holds something that cannot be printed.", "Write plain text, digits or words."
            )
        if not folder:
            raise SortitionError("--out: it is empty.", "Name a folder that does not exist yet.")
        check_free(folder)
        quotas, pool = read_input(**given)
        problem = DrawProblem(pool.pool, quotas.quotas, int(given["size"]))
        if faults := size_faults(quotas, pool, problem.panel_size):
            raise BadFile(faults)
        fair = leximin(problem, teller(progress))
        if progress == "auto" and sys.stderr.isatty():
            click.echo(err=True)
        drawn = make_draw(problem, fair.lottery, fair.proof, seed or secrets.token_hex(16), tickets)
        write_folder(folder, draw_files(drawn, pool))
    for line in draw_in_words(drawn, folder):
        click.echo(line)


@sortition.command()
@click.argument("folder")
def verify(folder: str) -> None:
    """Count a draw again from its files alone; every file that is wrong is named."""
    with telling_faults():
        files = read_folder(folder)
        faults = faults_of(files)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo("Everything holds: every file is unchanged, every possible panel keeps every quota, and the chances,")
    click.echo("the proof of fairness, the ticket and the panel follow from the files.")
    if json.loads(files["certificate.json"])["proof"] == "panels":
        click.echo(
            "The proof also uses limits that a search of all panels found. Where a pool has few enough panels to"
        )
        click.echo("count, that search was repeated here; otherwise the limits were held against every panel listed.")


@contextmanager
def telling_faults() -> Iterator[None]:
    """Whatever this house refuses becomes lines on stderr and exit 1."""
    try:
        yield
    except SortitionError as fault:
        click.echo(str(fault), err=True)
        sys.exit(1)


def read_input(pool_path: str, quotas_path: str, size: int, household: str) -> tuple[QuotasFile, PoolFile]:
    """Both files; the notices of their readers go to stderr. The pool can only be read under good quotas."""
    if not 1 <= size <= MOST_MEMBERS:
        raise SortitionError(f"--size: {size} is not possible.", f"Ask for a panel of 1 to {MOST_MEMBERS:,} members.")
    columns = tuple(name.strip() for name in household.split(",") if name.strip())
    pool_bytes = read_bytes(pool_path)
    quotas = read_quotas_file(*read_bytes(quotas_path))
    pool = read_pool(*pool_bytes, quotas.quotas, columns)
    for notice in (*quotas.notices, *pool.notices):
        click.echo(f"Notice: {notice}", err=True)
    return quotas, pool


def in_words(diagnosis: Diagnosis, pool: int, size: int) -> Iterator[str]:
    """The answer of `check`."""
    if diagnosis.possible:
        yield f"Yes: a panel of {size} can be drawn from these {pool} volunteers, and every quota can be met."
        for group in diagnosis.never:
            yield f"But {group}: {', '.join(group.ids)}."
        return
    yield f"No: no panel of {size} from these {pool} volunteers meets every quota."
    if diagnosis.conflict:
        together = "These cannot be met together; without any one of them there would be a panel:"
        yield together if len(diagnosis.conflict) > 1 else "This cannot be met:"
        yield from (f"  {bound}" for bound in diagnosis.conflict)
    else:
        yield "There are too few volunteers or households for a panel of this size."
    if diagnosis.repairs:
        yield "Any one of these would help:"
        yield from (f"  {number}. {repair.sentence}" for number, repair in enumerate(diagnosis.repairs, start=1))


def draw_in_words(drawn: Draw, folder: str) -> Iterator[str]:
    """What `draw` says at its end."""
    told = figures(drawn.chances(), drawn.ticket_chances())
    record = drawn.record
    rows = [
        ("smallest chance", percent(told.lowest)),
        ("chance in the middle", percent(told.median)),
        ("largest chance", f"{percent(told.highest)} (equal chances would be {percent(told.equal)})"),
        ("never chosen", f"{told.never} volunteers; `folkmoot check` says why" if told.never else "nobody"),
        ("panels it can draw", f"{len(drawn.tickets.lottery.panels)}"),
        ("proof", proof_in_words(drawn.certificate)),
        ("tickets", f"{record.tickets}; by ticket nobody's chance is off by more than {percent(told.deviation)}"),
        ("seed", record.seed),
        ("ticket drawn", f"{record.ticket}"),
    ]
    yield f"Drawn: {record.problem.panel_size} members from {len(record.problem.pool)} volunteers."
    yield from (f"  {name + ':':22}{value}" for name, value in rows)
    yield f"Everything is in {folder}. Anyone can check it: folkmoot verify {folder}"


def teller(progress: str) -> Callable[[Progress], None]:
    """How a draw shows its progress on stderr. The elapsed time is shown and never decides anything."""
    started = time.monotonic()

    def as_json(step: Progress) -> None:
        content = {"stage": step.stage, "done": step.done, "bound": step.bound, "gap": step.gap, "note": step.note}
        click.echo(json.dumps(content | {"elapsed": round(time.monotonic() - started, 1)}), err=True)

    said: dict[str, str | float] = {"stage": "", "at": -1.0}

    def as_line(step: Progress) -> None:
        now = time.monotonic() - started
        if not terminal and step.stage == said["stage"] and now - float(said["at"]) < 1:
            return  # a log wants a line a second, a terminal every step in place
        said.update(stage=step.stage, at=now)
        done = "" if step.done is None else f" {step.done:.0%}"
        line = f"{now:6.1f} s  {STAGES.get(step.stage, step.stage)}{done}: {step.note}"
        click.echo(f"\r\033[K{line}" if terminal else line, err=True, nl=not terminal)

    terminal = sys.stderr.isatty()
    return {"json": as_json, "none": lambda step: None, "auto": as_line}[progress]


if __name__ == "__main__":
    sortition()
