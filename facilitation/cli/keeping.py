"""What keeps the data: backups, coming back from one, and moving to another database."""

from __future__ import annotations

from pathlib import Path

import click

from facilitation.cli.common import Told, database_option, desk_of
from facilitation.desk.moving import check_backup, migrate_database
from facilitation.desk.moving import restore as restored
from facilitation.errors import Refusal
from facilitation.store.moving import Counted


@click.command()
@database_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(database: str, file: Path) -> None:
    """Copy the database into the new FILE, also while it is served; ballots of a vote that is still open stay out."""
    with desk_of(database) as desk:
        try:
            told = desk.backup(file)
        except OSError as error:
            raise Told(
                f"{file} cannot be written: {error.strerror}. Remedy: Make room, or name another disk."
            ) from None
    click.echo(f"{file}: {told.assemblies} {'assembly' if told.assemblies == 1 else 'assemblies'}, checked")
    for title in told.cancelled:
        click.echo(
            f"The vote “{title}” is open: it is cancelled in the copy, and would have to be held again from there."
        )


@click.command()
@click.option("--check", is_flag=True, help="Only check FILE: nothing is written anywhere.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("target", metavar="[TO]", required=False)
def restore(file: Path, target: str | None, check: bool) -> None:
    """Check a backup FILE (journals, references, every closed vote counted again), then write it into TO.

    TO is the path of a new file or the URL of an empty database, SQLite's or PostgreSQL's.
    """
    if check is (target is not None):
        raise click.UsageError("Say --check, or where to: folkmoot restore FILE TO.")
    try:
        found = check_backup(file) if target is None else restored(file, target)
    except Refusal as refusal:
        raise Told(str(refusal)) from None
    _print(found.found)
    rounds = ", ".join(f"{n} {state}" for state, n in sorted(found.rounds.items())) or "none"
    click.echo(f"schema: step {found.step}")
    click.echo(f"rounds: {rounds}; {found.recounted} counted again, with the same result")
    click.echo(f"{file} is sound" if target is None else f"restored into {target}")


@click.command("migrate-db")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def migrate_db(source: str, target: str) -> None:
    """Copy everything from one database into another that is empty, SQLite or PostgreSQL, and compare the two.

    FROM and TO are URLs or paths of SQLite files. Stop the server first; FROM stays as it is.
    """
    try:
        moved = migrate_database(source, target)
    except Refusal as refusal:
        raise Told(str(refusal)) from None
    _print(moved)
    click.echo("All rows and all heads are equal in both. From now on serve the new one, and keep the old one offline.")


def _print(found: Counted) -> None:
    for table, rows in found.rows.items():
        click.echo(f"{table}: {rows} {'row' if rows == 1 else 'rows'}")
    for name, (seq, head) in found.heads.items():
        click.echo(f"journal of “{name}”: {seq} rows, head {head}")
