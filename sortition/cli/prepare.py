"""`folkmoot prepare`: fix everything and sign it, before the dice are thrown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import click

from sortition.cli.draw import gamma_of, teller
from sortition.cli.given import read_input, telling_faults, the_input
from sortition.cli.public_folder import note_commitment, read_secret, write_prepared
from sortition.errors import BadFile, SortitionError
from sortition.fairness import fair_lottery
from sortition.files import check_free, scarce_faults, size_faults
from sortition.objectives import FAIRNESS
from sortition.problem import DrawProblem
from sortition.public.prepare import TICKETS, Terms, prepare
from sortition.public.randomness import read_randomness
from sortition.public.secret import Secret
from sortition.public.signed import Supersedes, hash_of
from sortition.strangers import diverse

LIFTS_THE_LOWEST = ("leximin", "maximin")  # under these ideas of fair no lottery has a higher smallest chance


@click.command("prepare")
@the_input
@click.option("--fairness", type=click.Choice(FAIRNESS), default="leximin", show_default=True, help="What is fair.")
@click.option("--gamma", default=None, help="For goldilocks: how much the smallest chance weighs against the largest.")
@click.option("--diversity", is_flag=True, help="Spread the chances over many panels, so that more pairs can meet.")
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
        fairness, wide = given.pop("fairness"), given.pop("diversity")
        weight = gamma_of(given.pop("gamma"), fairness)
        quotas, pool = read_input(**given)
        problem = DrawProblem(pool.pool, quotas.quotas, int(given["size"]))
        if faults := (*size_faults(quotas, pool, problem.panel_size), *scarce_faults(quotas, pool)):
            raise BadFile(faults)
        fair = fair_lottery(problem, fairness, teller(progress), gamma=weight)
        lottery, few = fair.lottery, None
        if wide:
            few, lottery = lottery, diverse(problem, lottery, fair.proof.cuts, teller(progress)).lottery
        if progress == "auto" and sys.stderr.isatty():
            click.echo(err=True)
        files = prepare(pool, problem, lottery, fair.proof, terms, few=few)
        write_prepared(folder, files)
        commitment = hash_of(files["public/commitment.json"])
        if commitment not in terms.earlier:
            note_commitment(secret_path, commitment)
    click.echo(files["public/announcement.txt"].decode())
    for line in _in_words(files, folder, best=fairness in LIFTS_THE_LOWEST and fair.proof.proved):
        click.echo(line)


def _terms(secret_path: str, tickets: int, given: dict[str, Any]) -> Terms:
    """The terms that the options name, taken from them; a bad one is refused before any work is done."""
    randomness, assembly = read_randomness(given.pop("randomness")), given.pop("assembly")
    superseded, reason = given.pop("supersedes"), given.pop("reason")
    replaced = Supersedes(superseded, reason) if superseded or reason else None
    data, earlier = read_secret(secret_path)
    Secret(data)
    return Terms(data, randomness, tickets, assembly, supersedes=replaced, earlier=earlier)


def _in_words(files: Mapping[str, bytes], folder: str, best: bool) -> Iterator[str]:
    """What the tickets cost, and what to do now."""
    told = json.loads(files["public/bundle.json"])["rounding"]
    tickets = json.loads(files["public/commitment.json"])["tickets"]
    yield rounding_in_words(Fraction(told["least_chance"]), told["fewest_tickets"], tickets, best)
    yield f"Publish {folder}/public before the draw, and give everyone their line of {folder}/private/letters.csv."
    yield f"Then: folkmoot reveal {folder} --entered …"


def rounding_in_words(least: Fraction, fewest: int, tickets: int, best: bool) -> str:
    """What the whole tickets cost the smallest chance; `best`: no lottery has a higher one.

    >>> rounding_in_words(Fraction(12, 155), 77, 1000, best=True)
    'The smallest chance, 12/155, becomes 77 of 1,000 tickets: the most that any 1,000 tickets can give everyone.'
    >>> rounding_in_words(Fraction(12, 155), 76, 1000, best=True)
    'The smallest chance, 12/155, becomes 76 of 1,000 tickets, 1 less than its whole tickets.'
    >>> rounding_in_words(Fraction(1, 1500), 0, 1000, best=True)
    'The smallest chance, 1/1500, becomes 0 of 1,000 tickets: too few for everyone, so take 10,000.'
    """
    whole = least * tickets // 1
    words = f"The smallest chance, {least}, becomes {fewest:,} of {tickets:,} tickets"
    if not fewest:
        return f"{words}: too few for everyone" + (", so take 10,000." if tickets < TICKETS[-1] else ".")
    if fewest < whole:
        return f"{words}, {whole - fewest} less than its whole tickets."
    return words + (f": the most that any {tickets:,} tickets can give everyone." if best else ".")
