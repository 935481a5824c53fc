"""What the commands share: the options that name a problem, the reading of its files, and how refusals are told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from sortition.errors import SortitionError
from sortition.files import PoolFile, read_bytes, read_pool, read_quotas_file
from sortition.quota_file import QuotasFile

MOST_MEMBERS = 50_000  # as many as a pool file may have


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
