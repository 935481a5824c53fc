"""`folkmoot prepare`: fix everything and sign it, before the dice are thrown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import click

from sortition.cli.draw import teller
from sortition.cli.given import read_input, telling_faults, the_input
from sortition.cli.public_folder import note_commitment, read_secret, write_prepared
from sortition.errors import BadFile, SortitionError
from sortition.fairness import fair_lottery
from sortition.files import check_free, size_faults
from sortition.objectives import FAIRNESS
from sortition.problem import DrawProblem
from sortition.public.prepare import TICKETS, Terms, prepare
from sortition.public.randomness import read_randomness
from sortition.public.secret import Secret
from sortition.public.signed import Supersedes, hash_of
from sortition.report import percent


@click.command("prepare")
@the_input
@click.option("--fairness", type=click.Choice(FAIRNESS), default="leximin", show_default=True, help="What is fair.")
@click.option("--tickets", type=click.Choice([str(n) for n in TICKETS]), default="1000", help="How many tickets.")
@click.option("--secret", "secret_path", metavar="FILE", required=True, help="A secret of at least 32 characters.")
@click.option(
    "--randomness", metavar="SPEC", required=True, help="dice, drand:ROUND or national-lottery:YEAR-MONTH-DAY."
)
@click.option("--assembly", metavar="NAME", default="", help="The assembly's name, for the announcement.")
@click.option("--supersedes", metavar="HASH", default="", help="The earlier commitment that this one replaces.")
@click.option("--reason", metavar="TEXT", default="", help="Why it is replaced; this is published.")
@click.option("--progress", type=click.Choice(["auto", "json", "none"]), default="auto", help="What stderr shows.")
@click.option("--out", "folder", metavar="DIR", required=True, help="A folder that does not exist yet, or is empty.")
def prepare_draw(folder: str, secret_path: str, tickets: str, progress: str, **given: Any) -> None:
    """Prepare a public draw: freeze the pool, number the tickets, and sign what will be announced."""
    with telling_faults():
        if not folder:
            raise SortitionError("--out: it is empty.", "Name a folder that does not exist yet.")
        check_free(folder)
        terms = _terms(secret_path, int(tickets), given)
        fairness = given.pop("fairness")
        quotas, pool = read_input(**given)
        problem = DrawProblem(pool.pool, quotas.quotas, int(given["size"]))
        if faults := size_faults(quotas, pool, problem.panel_size):
            raise BadFile(faults)
        fair = fair_lottery(problem, fairness, teller(progress))
        if progress == "auto" and sys.stderr.isatty():
            click.echo(err=True)
        files = prepare(pool, problem, fair.lottery, fair.proof, terms)
        write_prepared(folder, files)
        commitment = hash_of(files["public/commitment.json"])
        if commitment not in terms.earlier:
            note_commitment(secret_path, commitment)
    click.echo(files["public/announcement.txt"].decode())
    for line in _in_words(files, folder, fairness):
        click.echo(line)


def _terms(secret_path: str, tickets: int, given: dict[str, Any]) -> Terms:
    """The terms that the options name, taken from them; a bad one is refused before any work is done."""
    randomness, assembly = read_randomness(given.pop("randomness")), given.pop("assembly")
    superseded, reason = given.pop("supersedes"), given.pop("reason")
    replaced = Supersedes(superseded, reason) if superseded or reason else None
    data, earlier = read_secret(secret_path)
    Secret(data)
    return Terms(data, randomness, tickets, assembly, supersedes=replaced, earlier=earlier)


def _in_words(files: Mapping[str, bytes], folder: str, fairness: str) -> Iterator[str]:
    """What the tickets cost, and what to do now."""
    told = json.loads(files["public/bundle.json"])["rounding"]
    tickets = json.loads(files["public/commitment.json"])["tickets"]
    least = Fraction(told["least_chance"])
    yield f"Fair by {fairness}. " + rounding_in_words(least, told["fewest_tickets"], tickets)
    yield f"Largest deviation of a chance by ticket: {percent(Fraction(told['largest_deviation']))}."
    yield f"Publish {folder}/public before the draw, and give everyone their line of {folder}/private/letters.csv."
    yield f"Then: folkmoot reveal {folder} --entered …"


def rounding_in_words(least: Fraction, fewest: int, tickets: int) -> str:
    """What the whole tickets cost the smallest chance.

    >>> rounding_in_words(Fraction(12, 155), 77, 1000)
    'The smallest chance, 12/155, becomes 77 of 1,000 tickets: the most that any 1,000 tickets can give.'
    >>> rounding_in_words(Fraction(12, 155), 76, 1000)
    'The smallest chance, 12/155, becomes 76 of 1,000 tickets, 1 less than the exact chance would allow.'
    """
    best = least * tickets // 1
    words = f"The smallest chance, {least}, becomes {fewest:,} of {tickets:,} tickets"
    if fewest >= best:
        return f"{words}: the most that any {tickets:,} tickets can give."
    return f"{words}, {best - fewest} less than the exact chance would allow."
