"""`folkmoot alternates`: who stands by for a panel that was drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import click

from sortition.cli.given import refuse_no_table, telling_faults, write_table
from sortition.cli.public_folder import read_plain
from sortition.errors import SortitionError, on_one_line
from sortition.files import PoolFile, read_bytes, read_drawn, read_history, read_rates
from sortition.quotas import Quotas
from sortition.reading.cells import write_csv
from sortition.report import percent
from sortition.standby.alternates import Standby, choose_alternates
from sortition.standby.attrition import StayModel, learn, model_of

MOST_SAMPLES = 1_000
MOST_LEAVE = 99  # of 100
OF_A_PUBLIC_DRAW = (
    "Nobody stands by for it. When members have left: folkmoot replace --pool … --quotas … --size … --status … --out …"
)


@click.command()
@click.argument("drawn", metavar="DRAW")
@click.option(
    "--count", "--number", "number", type=int, default=10, show_default=True, help="How many stand by, at most 20."
)
@click.option("--drop-out", type=int, default=10, show_default=True, help="Of 100 members, so many will leave.")
@click.option("--rates", metavar="FILE", default="", help="Rates by value: a CSV or XLSX with feature,value,rate.")
@click.option("--history", metavar="FILE", default="", help="Learn who leaves from earlier assemblies: CSV or XLSX.")
@click.option("--samples", type=int, default=200, show_default=True, help="How many drop-outs are imagined.")
@click.option("--seed", default=None, help="Any text; without it, the seed of the draw.")
@click.option("--json", "as_json", is_flag=True, help="For programs, instead of words.")
@click.option("--out", metavar="FILE", required=True, help="A new file for the alternates: .csv or .xlsx.")
def alternates(drawn: str, number: int, samples: int, seed: str | None, out: str, as_json: bool, **known: Any) -> None:
    """Choose alternates with whom the panel of the folder DRAW can be repaired, whoever drops out."""
    with telling_faults():
        if not 1 <= samples <= MOST_SAMPLES:
            raise SortitionError(f"--samples: {samples} is not possible.", f"Ask for 1 to {MOST_SAMPLES:,}.")
        refuse_no_table(out)
        before = read_drawn(read_plain(drawn, OF_A_PUBLIC_DRAW))
        record = before.record
        model = read_model(record.problem.quotas, **known)
        own = record.seed if seed is None else seed
        found = choose_alternates(record.problem, before.panel, number, model, seed=own, samples=samples)
        write_table(out, "alternates.csv", write_alternates(found, before.pool))
    if as_json:
        click.echo(json.dumps(in_json(found, model, own), ensure_ascii=False, indent=1))
        return
    for line in in_words(found, model, own):
        click.echo(on_one_line(line))
    click.echo(f"The alternates are in {out}, in calling order.")


def read_model(quotas: Quotas, drop_out: int, rates: str, history: str) -> StayModel:
    """Who drops out how often: the same for all, by value, or as earlier assemblies teach."""
    if rates and history:
        raise SortitionError("--rates: there is a --history too.", "Name one of the two files.")
    if not 0 <= drop_out <= MOST_LEAVE:
        raise SortitionError(f"--drop-out: {drop_out} is not possible.", f"Ask for 0 to {MOST_LEAVE}.")
    if history:
        return learn(read_history(*read_bytes(history), quotas))
    usual = Fraction(100 - drop_out, 100)
    return model_of(read_rates(*read_bytes(rates), quotas), usual) if rates else StayModel(usual)


def write_alternates(found: Standby, pool: PoolFile) -> bytes:
    """`alternates.csv`: id, order, serves, reason, and the pool's columns."""
    lines = [
        (one.id, f"{place}", f"{one.serves}", one.reason, *pool.rows[one.id][1:])
        for place, one in enumerate(found.chosen, start=1)
    ]
    return write_csv([("id", "calling order", "serves", "reason", *pool.columns[1:]), *lines])


def in_json(found: Standby, model: StayModel, seed: str) -> dict[str, Any]:
    """What the alternates are worth, exactly: fractions are written a/b."""
    factors = [{"feature": f, "value": v, "factor": str(own)} for (f, v), own in sorted(model.factors.items())]
    return {
        "alternates": [{"id": one.id, "serves": one.serves, "reason": one.reason} for one in found.chosen],
        "violation_without": str(found.without),
        "violation": str(found.expected),
        "bound": str(found.bound),
        "gap": str(found.gap),
        "proved": found.proved,
        "samples": found.samples,
        "seed": seed,
        "stays": {"everybody": str(model.base), "values": factors},
    }


def in_words(found: Standby, model: StayModel, seed: str) -> Iterator[str]:
    """What the alternates are worth."""
    times = f"{found.samples} imagined drop-outs"
    yield f"{len(found.chosen)} alternates, chosen against {times} (seed {seed})."
    yield f"A member stays with {percent(model.base)}" + (", before the values below." if model.factors else ".")
    for (feature, value), factor in sorted(model.factors.items(), key=lambda one: (one[1], one[0])):
        if factor != 1:
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
