"""`folkmoot draw`: the panel, and everything that lets others check it."""

from __future__ import annotations

import json
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import click

from sortition.cli.given import read_input, telling_faults, the_input
from sortition.cli.stopping import Stop, the_stops
from sortition.drawing import make_draw
from sortition.errors import BadFile, SortitionError, on_one_line
from sortition.fairness import fair_lottery
from sortition.files import check_free, scarce_faults, size_faults, write_folder
from sortition.folder import Draw, draw_files, proof_in_words
from sortition.lists import drawn_by_lot, in_words, seats_by_lot
from sortition.meeting import Meetings
from sortition.objectives import FAIRNESS
from sortition.objectives.goldilocks import GAMMA
from sortition.problem import DrawProblem
from sortition.progress import Progress
from sortition.report import figures, percent, points
from sortition.strangers import Diverse, diverse

MOST_TICKETS = 1_000_000
STAGES = {  # what a stage is called to people
    "levels": "how equal the chances can be",
    "panels": "finding panels",
    "mixing": "mixing the panels",
    "seats": "giving out the seats",
    "meeting": "letting more people meet",
}


@click.command()
@the_input
@click.option("--fairness", type=click.Choice(FAIRNESS), default="leximin", show_default=True, help="What is fair.")
@click.option("--gamma", default=None, help="For goldilocks: how much the smallest chance weighs against the largest.")
@click.option(
    "--diversity", is_flag=True, help="Spread the same chances over many panels, so that more pairs can meet."
)
@click.option("--seed", default=None, help="Any text; without it one is made from the system's randomness.")
@click.option("--tickets", type=int, default=1000, show_default=True, help="How many numbered tickets there are.")
@click.option("--progress", type=click.Choice(["auto", "json", "none"]), default="auto", help="What stderr shows.")
@the_stops
@click.option("--out", "folder", metavar="DIR", required=True, help="A folder that does not exist yet, or is empty.")
def draw(folder: str, progress: str, tickets: int, seed: str | None, fairness: str, **given: Any) -> None:
    """Draw a panel, and write everything that lets others check the draw."""
    with telling_faults():
        refuse_what_cannot_be(folder, tickets, seed)
        weight, wide = gamma_of(given.pop("gamma"), fairness), given.pop("diversity")
        stop = Stop(keep_best=given.pop("keep_best"), stop_after=given.pop("stop_after"))
        quotas, pool = read_input(**given)
        problem = DrawProblem(pool.pool, quotas.quotas, int(given["size"]))
        if faults := (*size_faults(quotas, pool, problem.panel_size), *scarce_faults(quotas, pool)):
            raise BadFile(faults)
        with stop.heard():
            fair = fair_lottery(problem, fairness, stop.telling(teller(progress)), gamma=weight)
            if wide:
                many = diverse(problem, fair.lottery, fair.proof.cuts, teller(progress))
            if progress == "auto" and sys.stderr.isatty():
                click.echo(err=True)
            lottery, few = (many.lottery, fair.lottery) if wide else (fair.lottery, None)
            drawn = make_draw(problem, lottery, fair.proof, seed or secrets.token_hex(16), tickets, few=few)
            write_folder(folder, draw_files(drawn, pool))
    for line in draw_in_words(drawn, folder):
        click.echo(on_one_line(line))
    if wide:
        click.echo(strangers_in_words(many))


def gamma_of(text: str | None, fairness: str) -> Fraction:
    """The number after --gamma: 2, 0.5 or 1/3; refused where the idea of fair does not use it."""
    if text is None:
        return GAMMA
    if fairness != "goldilocks":
        message = f"--gamma: only goldilocks uses it, and this draw is by {fairness}."
        raise SortitionError(message, "Add --fairness goldilocks, or leave --gamma out.")
    whole = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(?:/([0-9]{1,6}))?", text)
    top, bottom = (Fraction(whole[1]), int(whole[2] or 1)) if whole else (Fraction(0), 1)
    if top <= 0 or bottom <= 0:
        raise SortitionError(f"--gamma: {text!r} is not possible.", "Write a number above 0, such as 2, 0.5 or 1/3.")
    return top / bottom


def refuse_what_cannot_be(folder: str, tickets: int, seed: str | None) -> None:
    """Before any work is done: options with which no draw can be made or written."""
    if not 1 <= tickets <= MOST_TICKETS:
        raise SortitionError(f"--tickets: {tickets} is not possible.", f"Ask for 1 to {MOST_TICKETS:,} tickets.")
    if seed is not None and not seed.isprintable():
        raise SortitionError("--seed: it holds something that cannot be printed.", "Write plain text, digits or words.")
    if not folder:
        raise SortitionError("--out: it is empty.", "Name a folder that does not exist yet.")
    check_free(folder)


def draw_in_words(drawn: Draw, folder: str) -> Iterator[str]:
    """What `draw` says at its end."""
    record = drawn.record
    told = figures(drawn_by_lot(record.problem, drawn.chances()), drawn.ticket_chances())
    rows = [
        ("smallest chance", percent(told.lowest) + (" of those who have one" if told.never else "")),
        ("chance in the middle", percent(told.median)),
        ("largest chance", f"{percent(told.highest)} (equal chances would be {percent(told.equal)})"),
        ("never chosen", never_in_words(told.never, record.fairness, bool(drawn.certificate.get("proved")))),
        ("panels it can draw", panels_in_words(record.meetings)),
        ("proof", proof_in_words(drawn.certificate)),
        ("tickets", f"{record.tickets}; by ticket nobody's chance is off by more than {points(told.deviation)}"),
        ("seed", record.seed),
        ("ticket drawn", f"{record.ticket}"),
    ]
    if seats_by_lot(record.problem):
        yield f"Drawn: {record.problem.panel_size} members from {len(record.problem.pool)} volunteers."
    else:
        yield f"A panel of {record.problem.panel_size} members; every seat was given by name, and none by lot."
        rows = [("seed", record.seed)]
    yield from in_words(record.problem)
    yield from (f"  {name + ':':22}{value}" for name, value in rows)
    yield f"Everything is in {folder}. Anyone can check it: folkmoot verify {folder}"


def panels_in_words(meetings: Meetings | None) -> str:
    """How many panels there are, and who can meet."""
    if meetings is None:
        return "not counted"
    exact, drawn = meetings.lottery, meetings.tickets
    return (
        f"{exact.panels}, on which {percent(exact.share)} of all pairs of volunteers can meet; "
        f"with a ticket {drawn.panels}, {percent(drawn.share)}"
    )


def strangers_in_words(many: Diverse) -> str:
    """Who cannot meet though the panels are many."""
    if not many.apart and not many.open:
        return "Any two volunteers with a chance can meet, unless they are of one household."
    kept = f"{many.apart} pairs cannot meet under these chances, whatever the panels: an exhaustive search shows it."
    return kept + (f" For {many.open} more pairs no way was found and none was excluded." if many.open else "")


def never_in_words(never: int, fairness: str, proved: bool) -> str:
    """Who has no chance; under minimax, or if the search ended early, that may be somebody whom a panel could hold."""
    if not never:
        return "nobody"
    if not proved:
        return f"{never} volunteers: no panel that had been found when the search ended has a place for them"
    if fairness == "minimax":
        return f"{never} volunteers: minimax may leave out people whom a panel could hold; maximin or leximin would not"
    return f"{never} volunteers; `folkmoot check` says why"


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
