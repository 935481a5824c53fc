"""`folkmoot person`: find somebody in the data, give out everything that is held of them, erase them."""

from __future__ import annotations

from pathlib import Path

import click

from facilitation.cli.common import Told, database_option, desk_of
from web.personal.giving import as_html, as_json, copies_in, erase, erase_with_copies, everything
from web.personal.subject import MOST_FOUND, find, subject_of

handle_argument = click.argument("handle", metavar="HANDLE")


@click.group("people")
def people() -> None:
    """The commands of this room."""


@people.group("person")
def person() -> None:
    """What is held of one person: find, export, erase (UK GDPR articles 15, 17 and 20)."""


@person.command("find")
@database_option
@click.argument("text", metavar="TEXT")
def find_person(database: str, text: str) -> None:
    """Print the handles of everybody in whose data TEXT stands: a name, an e-mail address, an id."""
    with desk_of(database) as desk:
        found = find(desk, text)
    for one in found[:MOST_FOUND]:
        click.echo(f"{one.handle}  {one.name}  ({one.where})")
    if len(found) > MOST_FOUND:
        click.echo(f"Only the first {MOST_FOUND} are shown of {len(found)}. Remedy: Type more of the name.", err=True)
    if not found:
        raise Told("Nobody is found. Remedy: Try a part of the name, the e-mail address or the id.")


@person.command("export")
@database_option
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write JSON into this file.")
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write a page into this file.")
@handle_argument
def export(database: str, json_file: Path | None, html_file: Path | None, handle: str) -> None:
    """Give out everything that is held of a person; without a file, JSON is printed."""
    with desk_of(database) as desk:
        held = everything(desk, subject_of(desk, handle))
    for file, data in ((json_file, as_json(held)), (html_file, as_html(held))):
        if file is not None:
            try:
                file.write_bytes(data)
            except OSError as error:
                raise Told(f"{file}: {error.strerror}. Remedy: Name a file that can be written.") from None
    if json_file is None and html_file is None:
        click.echo(as_json(held).decode(), nl=False)


@person.command("erase")
@database_option
@click.option("--backups", type=click.Path(path_type=Path), help="Also erase in every SQLite backup in this folder.")
@handle_argument
def erase_person(database: str, backups: Path | None, handle: str) -> None:
    """Forget a person for good: volunteers' files, draws, letters, the seat. Counts and published proofs stay."""
    if backups is not None and not backups.is_dir():
        raise Told(f"{backups} is no folder. Remedy: Name the folder of your backups.")
    told: list[tuple[Path, str]] = []
    with desk_of(database) as desk:
        if backups is None:
            done = erase(desk, subject_of(desk, handle))
        else:
            done, told = erase_with_copies(desk, handle, backups)
    click.echo(f"{done.files} files written anew, {done.seats} seats blanked")
    if done.folders:
        click.echo(f"{done.folders} folders deleted that interrupted work had left behind on this machine")
    if backups is None:
        click.echo("Backups made before still hold this person: erase there too, with --backups FOLDER.")
        return
    for file, words in told:
        click.echo(f"{file}: {words}")
    others = sorted({file for file in backups.rglob("*") if file.is_file()} - set(copies_in(backups)))
    for file in others:
        if not file.name.endswith(("-wal", "-shm", "-journal", ".json")):
            click.echo(f"{file}: not looked into; delete it if it is a backup")
    if any(words.startswith("NOT") for _, words in told):
        raise Told("Not every backup could be written anew. Remedy: Delete those that are named above.")
