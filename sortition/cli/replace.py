"""`folkmoot replace`: fill the seats of those who dropped out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace as changed
from typing import Any

import click

from sortition.cli.draw import draw_in_words, refuse_what_cannot_be, teller
from sortition.cli.given import read_input, telling_faults
from sortition.cli.stopping import Stop, the_stops
from sortition.errors import SortitionError, on_one_line
from sortition.files import (
    DrawnFolder,
    PoolFile,
    read_bytes,
    read_drawn,
    read_folder,
    read_statuses,
    read_table_ids,
    write_folder,
)
from sortition.folder import draw_files
from sortition.lists import FEATURE, words_of
from sortition.problem import DrawProblem
from sortition.replacement import Replacement, choose_replacement
from sortition.shortfall import breaks_of
from sortition.standing import Standing, as_agreed, standing


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
@click.option("--seed", default=None, help="Any text; without it one is made from the system's randomness.")
@click.option("--tickets", type=int, default=1000, show_default=True, help="How many numbered tickets there are.")
@click.option("--progress", type=click.Choice(["auto", "json", "none"]), default="auto", help="What stderr shows.")
@the_stops
@click.option("--out", "folder", metavar="DIR", required=True, help="A folder that does not exist yet, or is empty.")
def replace(folder: str, tickets: int, seed: str | None, progress: str, **given: Any) -> None:
    """Fill the seats of members who dropped out, from the folder DRAW or from a pool, fairly and verifiably."""
    with telling_faults():
        refuse_what_cannot_be(folder, tickets, seed)
        stop = Stop(keep_best=given.pop("keep_best"), stop_after=given.pop("stop_after"))
        problem, panel, pool, hash_ = _read(**given)
        statuses = read_statuses(*read_bytes(given["status"]), pool.rows)
        keep = given["no_answer"] == "keep"
        now = standing(problem, panel if panel is not None else tuple(statuses), statuses, keep_silent=keep)
        for line in standing_in_words(now):
            click.echo(on_one_line(line))
        if not now.open_seats:
            click.echo("No seat is open, so nothing is drawn and nothing is written.")
            return
        order = read_table_ids(*read_bytes(given["alternates"]), pool.rows) if given["alternates"] else ()
        with stop.heard():
            found = choose_replacement(
                now,
                seed or secrets.token_hex(16),
                tickets,
                alternates=order,
                allow_violation=given["allow_violation"],
                tell=stop.telling(teller(progress)),
            )
        drawn = changed(found.draw, record=changed(found.draw.record, follows=hash_))
        write_folder(folder, draw_files(drawn, _listed(pool, drawn.record.problem)))
    for line in (*found_in_words(found, bool(order)), *draw_in_words(drawn, folder)):
        click.echo(on_one_line(line))


def _read(
    drawn: str, pool_path: str, quotas_path: str, household: str, size: int | None, **_: Any
) -> tuple[DrawProblem, tuple[str, ...] | None, PoolFile, str]:
    """The problem as it was agreed, its panel if there is one, everybody's rows, and the hash of the draw before."""
    if drawn:
        if pool_path or quotas_path or household:
            raise SortitionError("--pool: a draw's folder was named too.", "Name either DRAW or the pool and quotas.")
        before: DrawnFolder = read_drawn(read_folder(drawn))
        problem = as_agreed(before.record)
        return (problem if size is None else changed(problem, panel_size=size)), before.panel, before.pool, before.hash
    if not pool_path or not quotas_path or size is None:
        raise SortitionError(
            "Neither a draw nor a pool was named.", "Name the folder of the draw, or --pool, --quotas and --size."
        )
    quotas, pool = read_input(pool_path, quotas_path, size, household)
    return DrawProblem(pool.pool, quotas.quotas, size), None, pool, ""


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


def found_in_words(found: Replacement, asked_for_alternates: bool) -> Iterator[str]:
    """Who is new, and what gave way."""
    if found.shortfall is not None:
        yield "WARNING: this panel does not keep every quota. This is the least that must give way:"
        yield from (f"  {sentence}" for sentence in found.shortfall.sentences)
    if asked_for_alternates and found.by != "alternates":
        yield "The alternates cannot repair the panel, so the seats were drawn from everybody who is left."
    how = "Alternates called" if found.by == "alternates" else "Drawn as replacements"
    yield f"{how}: {', '.join(found.new)}."
