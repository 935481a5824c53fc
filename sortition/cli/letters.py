"""`folkmoot letters`: everybody's chance, and why, for a mail merge."""

from __future__ import annotations

import click

from sortition.cli.given import telling_faults
from sortition.cli.public_folder import read_plain
from sortition.errors import SortitionError
from sortition.files import write_file
from sortition.folder import read_draw
from sortition.letters import write_letters
from sortition.spreadsheet import workbook_of

OF_A_PUBLIC_DRAW = "`folkmoot prepare` has written its letters already: {private}/letters.csv."


@click.command()
@click.argument("folder")
@click.option("--out", "path", metavar="FILE", required=True, help="The letters, a new file: .csv or .xlsx.")
def letters(folder: str, path: str) -> None:
    """Write everybody's letter: “Your chance of being chosen was 12.5 in 100 …”, and why."""
    with telling_faults():
        if not path.casefold().endswith((".csv", ".xlsx")):
            raise SortitionError("--out: this is not the name of a table.", "Let the name end in .csv or .xlsx.")
        draw = read_draw(read_plain(folder, OF_A_PUBLIC_DRAW))
        data = write_letters(draw)
        if path.casefold().endswith(".xlsx"):
            data = workbook_of({"letters.csv": data})
        write_file(path, data)
    click.echo(f"{path} holds {len(draw.record.problem.pool):,} letters, one for each volunteer.")
