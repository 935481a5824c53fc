"""`folkmoot export`: a draw's tables as one Excel workbook."""

from __future__ import annotations

import click

from sortition.cli.given import telling_faults
from sortition.cli.public_folder import private_part
from sortition.errors import SortitionError
from sortition.files import disk_refusal, read_folder, write_file
from sortition.reading.spreadsheet import workbook_of

FIRST = ("panel.csv", "remaining.csv", "chances.csv")


@click.command()
@click.argument("folder")
@click.option("--out", "path", metavar="FILE", required=True, help="The workbook, a file that does not exist yet.")
def export(folder: str, path: str) -> None:
    """Make an Excel workbook of a folder's tables in which ids keep their zeros and nothing runs as a formula."""
    with telling_faults():
        if not path.casefold().endswith(".xlsx"):
            raise SortitionError("--out: this is not the name of a workbook.", "Let the name end in .xlsx.")
        files, private = read_folder(folder), private_part(folder)
        names = [*FIRST, *sorted(set(files) - set(FIRST))]
        tables = {name: files[name] for name in names if name in files and name.endswith(".csv")}
        if not tables:
            remedy = f"Its tables are elsewhere: folkmoot export {private} --out {path}" if private else ""
            raise SortitionError(f"{folder}: there is no table in this folder.", remedy or "Name the folder of a draw.")
        try:
            book = workbook_of(tables)  # openpyxl writes it to a temporary file first
        except OSError as fault:
            raise disk_refusal(path, fault) from fault
        write_file(path, book)
    click.echo(f"{path} holds {', '.join(name.removesuffix('.csv') for name in tables)}; every cell is text.")
    click.echo(
        f"It was not checked; whoever wants to be sure runs: folkmoot verify {private.parent if private else folder}"
    )
