"""`folkmoot replace`: fill the seats of those who dropped out."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from typing import Any

import click

from sortition.cli.draw import draw_in_words, gamma_of, refuse_what_cannot_be, teller
from sortition.cli.given import MOST_MEMBERS, read_input, telling_faults
from sortition.cli.public_folder import read_plain
from sortition.cli.stopping import Stop, the_stops
from sortition.errors import BadFile, SortitionError, on_one_line
from sortition.files import (
    PoolFile,
    StatusFile,
    read_bytes,
    read_drawn,
    read_statuses,
    read_table_ids,
    size_faults,
    write_folder,
)
from sortition.folder import draw_files
from sortition.lists import FEATURE, words_of
from sortition.objectives import FAIRNESS
from sortition.objectives.goldilocks import GAMMA
from sortition.problem import DrawProblem
from sortition.repairs.shortfall import breaks_of
from sortition.repairs.waived import as_agreed
from sortition.standby.replacement import Replacement, choose_replacement
from sortition.standby.standing import BadStatus, Standing, standing

OF_A_PUBLIC_DRAW = (
    "Name its pool and quotas, and write the status of every member in {private}/panel.csv: "
    "folkmoot replace --pool … --quotas … --size … --status … --out …"
)


@click.command()
@click.argument("drawn", metavar="[DRAW]", default="")
@click.option("--pool", "pool_path", metavar="FILE", default="", help="Without DRAW: the volunteers.")
@click.option("--quotas", "quotas_path", metavar="FILE", default="", help="Without DRAW: the quotas.")
@click.option("--household", metavar="COLUMNS", default="", help="Without DRAW: address columns.")
@click.option("--size", type=int, default=None, help="How many members the panel has; with DRAW, as many as it drew.")
@click.option("--status", metavar="FILE", required=True, help="id and status of everyone who was asked.")
@click.option("--no-answer", type=click.Choice(["keep", "replace"]), default="keep", help="What silence means.")
@click.option("--alternates", metavar="FILE", default="", help="Alternates in calling order; they come first.")
@click.option("--allow-violation", is_flag=True, help="Accept the panel that breaks the quotas least.")
@click.option("--fairness", type=click.Choice(FAIRNESS), help="What is fair; if not said, as in DRAW, or leximin.")
@click.option("--gamma", default="", help="For goldilocks: as in `draw`; if not said, as in DRAW, or 1.")
@click.option("--seed", default=None, help="Any text; without it one is made from the system's randomness.")
@click.option("--tickets", type=int, default=1000, show_default=True, help="How many numbered tickets there are.")
@click.option("--progress", type=click.Choice(["auto", "json", "none"]), default="auto", help="What stderr shows.")
@the_stops
@click.option("--out", "folder", metavar="DIR", required=True, help="A folder that does not exist yet, or is empty.")
def replace(folder: str, tickets: int, seed: str | None, progress: str, **given: Any) -> None:
    """Fill the seats of members who dropped out, from the folder DRAW or from a pool, fairly and verifiably."""
    with telling_faults():
        refuse_what_cannot_be(folder, tickets, seed)
        stop = Stop(keep_best=given["keep_best"], stop_after=given["stop_after"])
        before = _read(**given)
        fairness = given["fairness"] or before.fairness
        weight = gamma_of(given["gamma"], fairness) if given["gamma"] else before.gamma
        order, now = _answered(before, given["status"], given["alternates"], keep=given["no_answer"] == "keep")
        with stop.heard():
            found = choose_replacement(
                now,
                seed or secrets.token_hex(16),
                tickets,
                fairness=fairness,
                gamma=weight,
                alternates=order,
                allow_violation=given["allow_violation"],
                tell=stop.telling(teller(progress)),
            )
            if progress == "auto" and sys.stderr.isatty():
                click.echo(err=True)
            drawn = changed(found.draw, record=changed(found.draw.record, follows=before.hash))
            write_folder(folder, draw_files(drawn, _listed(before.pool, drawn.record.problem)))
    for line in (*found_in_words(found, bool(order)), *draw_in_words(drawn, folder)):
        click.echo(on_one_line(line))


@dataclass(frozen=True)
class Before:
    """What there was before: the problem as it was agreed, its panel if that is known, and everybody's rows."""

    problem: DrawProblem
    pool: PoolFile
    panel: tuple[str, ...] | None = None
    hash: str = ""
    fairness: str = "leximin"
    gamma: Fraction = GAMMA


def _read(drawn: str, pool_path: str, quotas_path: str, household: str, **given: Any) -> Before:
    """The draw before, or the pool and the quotas."""
    size = given["size"]
    if drawn:
        if pool_path or quotas_path or household:
            raise SortitionError("--pool: a draw's folder was named too.", "Name either DRAW or the pool and quotas.")
        if size is not None and not 1 <= size <= MOST_MEMBERS:
            raise SortitionError(f"--size: {size} is not possible.", f"Ask for 1 to {MOST_MEMBERS:,} members.")
        old = read_drawn(read_plain(drawn, OF_A_PUBLIC_DRAW))
        problem = as_agreed(old.record)
        problem = problem if size is None else changed(problem, panel_size=size)
        return Before(problem, old.pool, old.panel, old.hash, old.record.fairness, old.gamma or GAMMA)
    if not pool_path or not quotas_path or size is None:
        raise SortitionError(
            "Neither a draw nor a pool was named.", "Name the folder of the draw, or --pool, --quotas and --size."
        )
    quotas, pool = read_input(pool_path, quotas_path, size, household)
    if faults := tuple(size_faults(quotas, pool, size)):
        raise BadFile(faults)
    return Before(DrawProblem(pool.pool, quotas.quotas, size), pool)


def _answered(before: Before, status: str, alternates: str, *, keep: bool) -> tuple[tuple[str, ...], Standing]:
    """The calling order and how the panel stands, told; refused where nothing is to be drawn."""
    notices: list[str] = []
    order = read_table_ids(*read_bytes(alternates), before.pool.rows, notices) if alternates else ()
    selected = None if before.panel is None else {*before.panel, *order}
    answers = read_statuses(*read_bytes(status), before.pool.rows, selected)
    for notice in (*notices, *answers.notices):
        click.echo(on_one_line(f"Notice: {notice}"), err=True)
    panel = tuple(answers.statuses) if before.panel is None else before.panel
    now = standing(before.problem, panel, answers.statuses, alternates=order, keep_silent=keep)
    for line in standing_in_words(now):
        click.echo(on_one_line(line))
    for fault in _nothing_to_do(now, answers):
        raise fault
    return order, now


def _nothing_to_do(now: Standing, answers: StatusFile) -> Iterator[BadStatus]:
    """Why nothing is drawn, where nothing is."""
    if not now.staying:
        yield BadStatus(
            f"{answers.name}: of {len(answers.statuses)} who answered nobody has a seat any more.",
            "Correct the statuses; if they are right, draw a new panel with `folkmoot draw`, and --exclude this file.",
        )
    if not now.open_seats:
        yield BadStatus(
            f"{answers.name}: no seat is open, {len(now.staying)} have one of {now.problem.panel_size}.",
            "Give whoever has left the status declined or withdrawn, or ask for a larger panel with --size.",
        )


def _listed(pool: PoolFile, problem: DrawProblem) -> PoolFile:
    """Everybody's rows with the column `selection`."""
    words = words_of(problem)
    rows = {id_: (*cells, words[id_]) for id_, cells in pool.rows.items()}
    return changed(pool, pool=problem.pool, columns=(*pool.columns, FEATURE), rows=rows)


def standing_in_words(now: Standing) -> Iterator[str]:
    """Who stays, and what the open seats need."""
    size = now.problem.panel_size
    yield f"Seats kept: {len(now.staying)} of {size}. Open: {now.open_seats}. Not asked again: {len(now.asked)}."
    if len(now.staying) > size:
        yield f"{len(now.staying) - size} more have a seat than the panel needs."
    if now.open_seats:
        yield "The open seats need:"
        for quota in now.needs:
            if quota.max and (quota.min or quota.max < now.open_seats):
                number = f"{quota.min}" if quota.min == quota.max else f"{quota.min} to {quota.max}"
                yield f"  {quota.feature}={quota.value}: {number}"
        return
    for broken in breaks_of(now.problem, now.staying):
        yield f"But {broken}."


def found_in_words(found: Replacement, with_alternates: bool) -> Iterator[str]:
    """Who is new, and what gave way."""
    if found.shortfall is not None:
        yield "WARNING: this panel does not keep every quota. This is the least that must give way:"
        yield from (f"  {sentence}" for sentence in found.shortfall.sentences)
    if with_alternates and found.by != "alternates":
        yield "The alternates cannot repair the panel, so the seats were drawn from everybody who is left."
        if found.missed is not None:
            yield f"With the alternates alone: {'; '.join(found.missed.sentences)}."
    how = "Alternates called" if found.by == "alternates" else "Drawn as replacements"
    yield f"{how}: {', '.join(found.new)}."
