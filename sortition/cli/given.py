"""What the commands share: the options that name a problem, the reading of its files, and how refusals are told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from sortition.errors import SortitionError, on_one_line
from sortition.files import ListFiles, PoolFile, apply_lists, read_bytes, read_pool, read_quotas_file, write_file
from sortition.reading.notices import formulas_written
from sortition.reading.quota_file import QuotasFile
from sortition.reading.spreadsheet import workbook_of

MOST_MEMBERS = 50_000  # as many as a pool file may have


def the_input(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name a draw problem."""
    for option in (
        click.option("--exclude-by", metavar="COLUMNS", default="", help="Exclude by these columns, not by id."),
        click.option("--exclude", metavar="FILE", default="", help="Nobody in this file is drawn: past members."),
        click.option("--include", metavar="FILE", default="", help="Everybody in this file gets a seat."),
        click.option("--already", metavar="FILE", default="", help="These have been selected: their seats count."),
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


def refuse_no_table(path: str) -> None:
    """The name after --out must be that of a table."""
    if not path.casefold().endswith((".csv", ".xlsx")):
        raise SortitionError("--out: this is not the name of a table.", "Let the name end in .csv or .xlsx.")


def write_table(path: str, name: str, data: bytes) -> None:
    """Write a CSV file, or the workbook of it; cells of a CSV file that would run as formulas are told."""
    if path.casefold().endswith(".xlsx"):
        write_file(path, workbook_of({name: data}))
        return
    write_file(path, data)
    for notice in formulas_written(path, data):
        click.echo(on_one_line(f"Notice: {notice}"), err=True)


def read_input(
    pool_path: str, quotas_path: str, size: int, household: str, **lists: str
) -> tuple[QuotasFile, PoolFile]:
    """Both files, under the lists; the notices of their readers go to stderr. The pool is read under good quotas."""
    if not 1 <= size <= MOST_MEMBERS:
        raise SortitionError(f"--size: {size} is not possible.", f"Ask for a panel of 1 to {MOST_MEMBERS:,} members.")
    columns = names_in(household)
    named = read_lists(**lists)
    pool_bytes = read_bytes(pool_path)
    quotas = read_quotas_file(*read_bytes(quotas_path))
    pool = read_pool(*pool_bytes, quotas.quotas, columns)
    if named:
        pool, listed = apply_lists(named, pool, quotas.quotas, size, columns)
        quotas = replace(quotas, quotas=listed)
    for notice in (*quotas.notices, *pool.notices):
        click.echo(on_one_line(f"Notice: {notice}"), err=True)
    return quotas, pool


def names_in(text: str) -> tuple[str, ...]:
    """The names in an option that takes several, separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def read_lists(already: str = "", include: str = "", exclude: str = "", exclude_by: str = "") -> ListFiles:
    """The files of those who are decided upon before the draw."""
    if exclude_by and not exclude:
        raise SortitionError("--exclude-by: there is no --exclude file.", "Name the file of those to be left out.")
    seated, included, excluded = (read_bytes(path) if path else None for path in (already, include, exclude))
    return ListFiles(seated, included, excluded, names_in(exclude_by))
