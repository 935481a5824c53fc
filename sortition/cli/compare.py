"""`folkmoot compare`: the ideas of fair side by side, before anybody decides for one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from sortition.cli.draw import teller
from sortition.cli.given import read_input, telling_faults, the_input
from sortition.comparison import Comparison, as_csv, as_json, compare
from sortition.comparison_page import comparison_page, figures
from sortition.comparison_svg import comparison_svg
from sortition.errors import BadFile, SortitionError, on_one_line
from sortition.files import check_free, size_faults, write_folder
from sortition.objectives import FAIRNESS
from sortition.problem import DrawProblem
from sortition.record import canonical
from sortition.report import percent


@click.command("compare")
@the_input
@click.option("--fairness", default=",".join(FAIRNESS), show_default=True, help="Which ideas of fair, by commas.")
@click.option("--json", "wants_json", is_flag=True, help="Print everything as JSON instead of a table.")
@click.option("--progress", type=click.Choice(["auto", "json", "none"]), default="auto", help="What stderr shows.")
@click.option(
    "--out", "folder", metavar="DIR", default=None, help="Also write a page, a picture, a table and JSON here."
)
def compare_ideas(fairness: str, folder: str | None, progress: str, wants_json: bool, **given: Any) -> None:
    """Put the ideas of fair side by side for this pool: chances, inequality, who gains and who loses."""
    with telling_faults():
        names = names_of(fairness)
        if folder is not None:
            check_free(folder)
        quotas, pool = read_input(**given)
        problem = DrawProblem(pool.pool, quotas.quotas, int(given["size"]))
        if faults := size_faults(quotas, pool, problem.panel_size):
            raise BadFile(faults)
        comparison = compare(problem, names, teller(progress))
        if progress == "auto" and sys.stderr.isatty():
            click.echo(err=True)
        if folder is not None:
            write_folder(folder, comparison_files(comparison))
    if wants_json:
        click.echo(json.dumps(as_json(comparison), ensure_ascii=False))
        return
    for line in comparison_in_words(comparison):
        click.echo(on_one_line(line))
    if folder is not None:
        click.echo(f"The page, its picture and the table are in {folder}.")


def names_of(text: str) -> tuple[str, ...]:
    """The ideas of fair that were asked for, each once."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in FAIRNESS:
            raise SortitionError(f"--fairness: {name!r} is unknown.", f"Choose among {', '.join(FAIRNESS)}.")
    if not names:
        raise SortitionError("--fairness: it is empty.", f"Choose among {', '.join(FAIRNESS)}.")
    return names


def comparison_files(comparison: Comparison) -> dict[str, bytes]:
    """Every file of the folder, by name."""
    return {
        "compare.csv": as_csv(comparison),
        "compare.json": canonical(as_json(comparison)),
        "compare.svg": comparison_svg(comparison).encode(),
        "compare.html": comparison_page(comparison).encode(),
    }


def comparison_in_words(comparison: Comparison) -> Iterator[str]:
    """The table on the screen."""
    count = len(comparison.rows[0].chances)
    equal = percent(comparison.equal)
    yield f"{count} volunteers, {comparison.problem.panel_size} seats; equal chances would be {equal}."
    if comparison.never:
        yield f"{comparison.never} more have no chance under any of these; `folkmoot check` says why."
    averages = [
        (f"{feature}: {value}", *(percent(row.by_value[feature, value]) for row in comparison.rows))
        for feature, value in comparison.values
    ]
    lines = [("", *(row.fairness for row in comparison.rows)), *figures(comparison), ("average chance",), *averages]
    first = max(len(line[0]) for line in lines)
    for name, *cells in lines:
        yield f"{name:{first}}" + "".join(f"{cell:>13}" for cell in cells)
