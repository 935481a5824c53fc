"""`folkmoot verify`: count a draw again from its files alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from sortition.cli.given import telling_faults
from sortition.cli.public_folder import public_part, read_prepared, read_public
from sortition.errors import SortitionError, on_one_line
from sortition.files import read_folder
from sortition.public import verify_draw
from sortition.public.fairness_proof import proof_faults
from sortition.public.reveal import untrue
from sortition.record import MADE_BY, read_record
from sortition.repairs.waived import waiver_in_words
from sortition.verify import faults_of, pages_of_another_version

# the citizen's script has no types, so that it is easy to read
check: Callable[[bool, str], None] = verify_draw.check
check_draw: Callable[[Path], None] = verify_draw.check_draw


@click.command()
@click.argument("folder")
def verify(folder: str) -> None:
    """Count a draw again from its files alone; every file that is wrong is named."""
    if (public := public_part(folder)) is not None:
        check_public(public, folder)
        return
    with telling_faults():
        files = read_folder(folder)
        faults = faults_of(files)
        record = None if faults else read_record(files["report.json"])[0]
    for fault in faults:
        click.echo(on_one_line(fault), err=True)
    if record is None:
        sys.exit(1)
    click.echo("Everything holds: every file is unchanged, every possible panel keeps every quota, and the chances,")
    click.echo("the proof of fairness, the ticket and the panel follow from the files.")
    for page in pages_of_another_version(record):
        version = record.made_by or "a folkmoot before 0.2.0"
        click.echo(f"{page} was written by {version}: only its hash was checked. This is {MADE_BY}.")
    if record.waived or record.empty:
        click.echo("WARNING: these quotas are not those that were agreed. Every possible panel breaks the agreed ones:")
        for sentence in waiver_in_words(record):
            click.echo(on_one_line(f"  {sentence}"))
        click.echo("That nothing less had to give way was proved when the draw was made; the files do not show it.")
    if json.loads(files["certificate.json"])["proof"] == "panels":
        click.echo(
            "The proof also uses limits that a search of all panels found. Where a pool has few enough panels to"
        )
        click.echo("count, that search was repeated here; otherwise the limits were held against every panel listed.")


def check_public(public: Path, folder: str) -> None:
    """A public draw: all that the citizen's script checks, the proof of fairness, and what is written for people.

    The tables with names are checked where the organiser's whole folder is named.
    """
    try:
        check_draw(public)
        fixed, bundle, proof = (
            json.loads((public / name).read_bytes()) for name in ("commitment.json", "bundle.json", "certificate.json")
        )
        faults = proof_faults(fixed, bundle, proof)
        untold = untrue(read_public(folder) if public == Path(folder) else read_prepared(folder))
    except SortitionError as fault:
        check(False, on_one_line(str(fault)))
        return
    except verify_draw.UNREADABLE as fault:
        check(False, f"The files cannot be read: {fault!r}")
        return
    check(not faults, on_one_line(faults[0]) if faults else "The certificate proves the lottery as fair as it claims.")
    wrong = f"{', '.join(untold)}: not what {MADE_BY} writes from the signed files."
    wrong += " Check it with the version that wrote it; if it fails there too, take the folder as Folkmoot wrote it."
    check(not untold, wrong if untold else "What is written for people says the same.")
    click.echo("Everything holds.")
