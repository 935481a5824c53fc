"""`folkmoot letters`: everybody's chance, and why, for a mail merge."""

from __future__ import annotations

import click

from sortition.cli.given import refuse_no_table, telling_faults, write_table
from sortition.cli.public_folder import read_plain
from sortition.folder import read_draw
from sortition.letters import write_letters

OF_A_PUBLIC_DRAW = "`folkmoot prepare` has written its letters already: {private}/letters.csv."


@click.command()
@click.argument("folder")
@click.option("--out", "path", metavar="FILE", required=True, help="The letters, a new file: .csv or .xlsx.")
def letters(folder: str, path: str) -> None:
    """Write everybody's letter: “Your chance of being chosen was 12.5 in 100 …”, and why."""
    with telling_faults():
        refuse_no_table(path)
        draw = read_draw(read_plain(folder, OF_A_PUBLIC_DRAW))
        write_table(path, "letters.csv", write_letters(draw))
    click.echo(f"{path} holds {len(draw.record.problem.pool):,} letters, one for each volunteer.")
