"""`folkmoot verify`: count a draw again from its files alone."""

from __future__ import annotations

import json
import sys

import click

from sortition.cli.given import telling_faults
from sortition.errors import on_one_line
from sortition.files import read_folder
from sortition.verify import faults_of


@click.command()
@click.argument("folder")
def verify(folder: str) -> None:
    """Count a draw again from its files alone; every file that is wrong is named."""
    with telling_faults():
        files = read_folder(folder)
        faults = faults_of(files)
    for fault in faults:
        click.echo(on_one_line(fault), err=True)
    if faults:
        sys.exit(1)
    click.echo("Everything holds: every file is unchanged, every possible panel keeps every quota, and the chances,")
    click.echo("the proof of fairness, the ticket and the panel follow from the files.")
    if json.loads(files["certificate.json"])["proof"] == "panels":
        click.echo(
            "The proof also uses limits that a search of all panels found. Where a pool has few enough panels to"
        )
        click.echo("count, that search was repeated here; otherwise the limits were held against every panel listed.")
