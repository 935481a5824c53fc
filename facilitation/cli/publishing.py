"""The command that publishes a count: `folkmoot bundle`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from facilitation.cli.common import Told, database_option, desk_of
from facilitation.recount import verify_count
from facilitation.recount.signing import in_groups

SCRIPT = "verify_count.py"


@click.command("bundle")
@database_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=".", show_default=True, help="The folder to write into."
)
@click.argument("round_id", metavar="ROUND-ID")
def bundle(database: str, round_id: str, out: Path) -> None:
    """Write what is published of a closed round, bundle.json with verify_count.py beside it; print its four words."""
    with desk_of(database) as desk:
        data = desk.bundle(round_id)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "bundle.json").write_bytes(data)
        (out / SCRIPT).write_bytes(Path(verify_count.__file__).read_bytes())
    except OSError as error:
        raise Told(f"{out}: {error.strerror}. Remedy: Name a folder that can be written.") from None
    body = json.loads(data)["body"]
    click.echo(f"words: {body['words']}\nroot: {body['root']}\nkey: {in_groups(body['key'])}")
