"""`folkmoot retention`: what personal data is deleted when, and deleting what is due. For a timer, once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from facilitation.cli.common import database_option, desk_of
from facilitation.desk.backup import made_at
from facilitation.desk.private_folders import left_behind, sweep
from facilitation.retention import KINDS, Due

INTERRUPTED = "folders on this machine: {}, left behind by work that was interrupted"


@click.command("retention")
@database_option
@click.option("--dry-run", is_flag=True, help="Delete nothing: print what there is, and when it goes.")
@click.option(
    "--backups",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Also delete backups in this folder that are older than the shortest period.",
)
@click.option("--set", "said", multiple=True, metavar="KIND=DAYS", help="Keep volunteers, contacts, names so long.")
def retention(database: str, dry_run: bool, backups: Path | None, said: tuple[str, ...]) -> None:
    """Delete the personal data whose time is up, and print what was deleted; run it once a day."""
    with desk_of(database) as desk:
        if said:
            asked = dict(one.partition("=")[::2] for one in said)
            if wrong := sorted(set(asked) - set(desk.periods().as_json())):
                raise click.UsageError(f"There is no period “{wrong[0]}”. Set: volunteers, contacts, names, unseated.")
            desk.set_periods({**desk.periods().as_json(), **asked})
            click.echo(", ".join(f"{name}: {days} days" for name, days in desk.periods().as_json().items()))
        days = min(desk.periods().as_json().values())
        old = [] if backups is None else older_than(backups, datetime.now(UTC) - timedelta(days=days))
        if dry_run or said:
            for due in desk.retention():
                click.echo(line(due))
            for file in old:
                click.echo(f"due now  backup {file.name}: older than {days} days")
            if folders := left_behind():
                click.echo(f"due now  {INTERRUPTED.format(folders)}")
            return
        done = desk.delete_due()
    for file in old:
        file.unlink()
        click.echo(f"deleted: backup {file.name}: older than {days} days")
    if folders := sweep():
        click.echo(f"deleted: {INTERRUPTED.format(folders)}")
    for due in done:
        click.echo(f"deleted: {line(due)}")
    if not done and not old and not folders:
        click.echo("Nothing is due.")


def older_than(folder: Path, moment: datetime) -> list[Path]:
    """The backups that were made before: each holds whom the database held then, and cannot know what came after."""
    return sorted(file for file in folder.iterdir() if (made := made_at(file.name)) is not None and made < moment)


def line(due: Due) -> str:
    """What goes when, and why then."""
    when = "no date yet" if due.at is None else f"{due.at:%Y-%m-%d}"
    many = f" ({due.people} people)" if due.people else ""
    return f"{when}  {due.kind} of “{due.of}”{many}: {KINDS[due.kind]}; {due.why}"
