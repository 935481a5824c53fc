"""`folkmoot reveal`: enter what the dice or the beacon showed, and learn the panel."""

from __future__ import annotations

import json

import click

from sortition.cli.given import telling_faults
from sortition.cli.public_folder import add_revealed, read_prepared
from sortition.public.reveal import outcome, reveal


@click.command("reveal")
@click.argument("folder", metavar="DIR")
@click.option("--entered", metavar="TEXT", required=True, help="What was seen, such as “3 0 7” for three dice.")
def reveal_draw(folder: str, entered: str) -> None:
    """Reveal a prepared draw: enter the public randomness, get the ticket and its panel. Once only."""
    with telling_faults():
        files = read_prepared(folder)
        drawn = outcome(files, entered)
        add_revealed(folder, reveal(files, entered))
    click.echo(f"{json.loads(files['public/commitment.json'])['randomness']} showed {drawn.entered}.")
    click.echo(f"Ticket {drawn.ticket:,} of {drawn.tickets:,}: a panel of {len(drawn.panel)} members.")
    click.echo(f"The names are in {folder}/private/panel.csv, everybody else in {folder}/private/remaining.csv.")
    click.echo(f"Publish {folder}/public again. Anyone can check it: python3 {folder}/public/verify_draw.py")
