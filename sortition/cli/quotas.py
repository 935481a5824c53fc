"""`folkmoot quotas`: what the population's shares mean for a panel."""

from __future__ import annotations

from collections.abc import Iterator

import click

from sortition.cli.given import MOST_MEMBERS, telling_faults
from sortition.errors import BadFile, SortitionError
from sortition.files import read_answers, read_bytes, read_pool, read_shares_file, write_file, write_quotas
from sortition.problem import DrawProblem
from sortition.quotas import Quotas
from sortition.repairs.repair import diagnose
from sortition.shares import Proposal, quotas_from_shares


@click.command()
@click.option("--shares", "shares_path", metavar="FILE", required=True, help="Shares of the population, CSV or XLSX.")
@click.option("--size", type=int, required=True, help="How many members the panel has.")
@click.option("--slack", type=int, default=0, show_default=True, help="So many places more on both sides.")
@click.option("--flex", type=int, default=0, show_default=True, help="So many places further for repairs only.")
@click.option("--pool", "pool_path", metavar="FILE", default=None, help="Volunteers to hold the quotas against.")
@click.option("--household", metavar="COLUMNS", default="", help="Address columns of the pool: address,postcode")
@click.option("--out", metavar="FILE", default=None, help="A new file for the quotas; otherwise they go to stdout.")
def quotas(
    shares_path: str, size: int, slack: int, flex: int, pool_path: str | None, household: str, out: str | None
) -> None:
    """Turn percentages of the population into quotas, and say how each was rounded."""
    with telling_faults():
        for name, number, least in (("--size", size, 1), ("--slack", slack, 0), ("--flex", flex, 0)):
            if not least <= number <= MOST_MEMBERS:
                raise SortitionError(f"{name}: {number} is not possible.", f"Ask for {least} to {MOST_MEMBERS:,}.")
        file = read_shares_file(*read_bytes(shares_path))
        pool_bytes = read_bytes(pool_path) if pool_path else None
        answers = read_answers(*pool_bytes, file.shares) if pool_bytes else None
        proposal = quotas_from_shares(file.shares, size, slack, answers, flex)
        columns = tuple(name.strip() for name in household.split(",") if name.strip())
        held_against = list(against_pool(proposal.quotas, size, pool_bytes, columns)) if pool_bytes else []
        data = write_quotas(proposal.quotas)
        if out is not None:
            write_file(out, data)
    for line in in_words(proposal, file.notices, held_against):
        click.echo(line, err=out is None)
    click.echo(data, nl=False) if out is None else click.echo(f"The quotas are in {out}.")


def in_words(proposal: Proposal, notices: tuple[str, ...], held_against: list[str]) -> Iterator[str]:
    """How the quotas came about, and what to look at."""
    yield from (f"Notice: {notice}" for notice in notices)
    yield from proposal.choices
    yield from (f"Look at this: {warning}" for warning in proposal.warnings)
    yield from held_against


def against_pool(quotas: Quotas, size: int, pool_bytes: tuple[str, bytes], household: tuple[str, ...]) -> Iterator[str]:
    """Whether this pool can meet the quotas; otherwise the first repair."""
    try:
        pool = read_pool(*pool_bytes, quotas, household)
    except BadFile as fault:
        yield f"Whether the pool can meet these quotas cannot be told before its answers fit: {fault.message}"
        return
    diagnosis = diagnose(DrawProblem(pool.pool, quotas, size))
    if diagnosis.possible:
        yield f"A panel of {size} can be drawn from these {len(pool.pool)} volunteers under these quotas."
        yield from (f"But {group}." for group in diagnosis.never)
        return
    yield f"No panel of {size} from these {len(pool.pool)} volunteers meets every one of these quotas."
    for repair in diagnosis.repairs[:1]:
        yield f"The first of {len(diagnosis.repairs)} repairs that `folkmoot check` tells: {repair.sentence}."
