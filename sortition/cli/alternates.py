"""`folkmoot alternates`: who stands by for a panel that was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import click

from sortition.alternates import Standby, choose_alternates
from sortition.attrition import StayModel, learn
from sortition.cells import write_csv
from sortition.cli.given import telling_faults
from sortition.errors import SortitionError, on_one_line
from sortition.files import PoolFile, read_bytes, read_drawn, read_folder, read_history, write_file
from sortition.report import percent

MOST_SAMPLES = 1_000


@click.command()
@click.argument("drawn", metavar="DRAW")
@click.option("--number", type=int, default=10, show_default=True, help="How many stand by, at most 20.")
@click.option("--drop-out", type=int, default=10, show_default=True, help="Of 100 members, so many will leave.")
@click.option("--history", metavar="FILE", default="", help="Learn who leaves from earlier assemblies: CSV or XLSX.")
@click.option("--samples", type=int, default=200, show_default=True, help="How many drop-outs are imagined.")
@click.option("--seed", default=None, help="Any text; without it, the seed of the draw.")
@click.option("--out", metavar="FILE", required=True, help="A new CSV file for the alternates.")
def alternates(drawn: str, number: int, drop_out: int, history: str, samples: int, seed: str | None, out: str) -> None:
    """Choose alternates with whom the panel of the folder DRAW can be repaired, whoever drops out."""
    with telling_faults():
        for name, given, least, most in (("--samples", samples, 1, MOST_SAMPLES), ("--drop-out", drop_out, 0, 99)):
            if not least <= given <= most:
                raise SortitionError(f"{name}: {given} is not possible.", f"Ask for {least} to {most:,}.")
        before = read_drawn(read_folder(drawn))
        record = before.record
        model = StayModel(Fraction(100 - drop_out, 100))
        if history:
            model = learn(read_history(*read_bytes(history), record.problem.quotas))
        own = record.seed if seed is None else seed
        found = choose_alternates(record.problem, before.panel, number, model, seed=own, samples=samples)
        write_file(out, write_alternates(found, before.pool))
    for line in in_words(found, model, own):
        click.echo(on_one_line(line))
    click.echo(f"The alternates are in {out}, in calling order.")


def write_alternates(found: Standby, pool: PoolFile) -> bytes:
    """`alternates.csv`: id, order, serves, reason, and the pool's columns."""
    lines = [
        (one.id, f"{place}", f"{one.serves}", one.reason, *pool.rows[one.id][1:])
        for place, one in enumerate(found.chosen, start=1)
    ]
    return write_csv([("id", "calling order", "serves", "reason", *pool.columns[1:]), *lines])


def in_words(found: Standby, model: StayModel, seed: str) -> Iterator[str]:
    """What the alternates are worth."""
    times = f"{found.samples} imagined drop-outs"
    yield f"{len(found.chosen)} alternates, chosen against {times} (seed {seed})."
    yield f"A member stays with {percent(model.base)}" + (", before the values below." if model.factors else ".")
    for (feature, value), factor in sorted(model.factors.items(), key=lambda one: (one[1], one[0])):
        if factor < 1:
            yield f"  {feature}={value}: times {percent(factor)}"
    yield "Expected violation, as members too few or too many over the quota's maximum, summed over all quotas:"
    yield f"  without alternates  {float(found.without):.4f}"
    yield f"  with these          {float(found.expected):.4f}"
    if found.proved:
        yield "  No other choice is better for these drop-outs: that is proved."
    else:
        yield f"  no choice has less    {float(found.bound):.4f}: these are within {float(found.gap):.4f} of the best"
    for place, one in enumerate(found.chosen, start=1):
        yield f"{place:3}. {one.id}: serves in {one.serves} of {found.samples}; {one.reason}"
