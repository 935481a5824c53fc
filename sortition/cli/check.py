"""`folkmoot check`: can these quotas be met?"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from sortition.cli.given import read_input, telling_faults, the_input
from sortition.diagnosis import Diagnosis
from sortition.files import size_faults
from sortition.problem import DrawProblem
from sortition.repair import diagnose


@click.command()
@the_input
def check(size: int, **given: str) -> None:
    """Can these quotas be met? Otherwise: what conflicts, and the smallest repairs."""
    with telling_faults():
        quotas, pool = read_input(size=size, **given)
        for fault in size_faults(quotas, pool, size):
            click.echo(str(fault), err=True)
        diagnosis = diagnose(DrawProblem(pool.pool, quotas.quotas, size))
    for line in in_words(diagnosis, len(pool.pool), size):
        click.echo(line)
    sys.exit(0 if diagnosis.possible else 1)


def in_words(diagnosis: Diagnosis, pool: int, size: int) -> Iterator[str]:
    """The answer of `check`."""
    if diagnosis.possible:
        yield f"Yes: a panel of {size} can be drawn from these {pool} volunteers, and every quota can be met."
        for group in diagnosis.never:
            yield f"But {group}: {', '.join(group.ids)}."
        return
    yield f"No: no panel of {size} from these {pool} volunteers meets every quota."
    if diagnosis.conflict:
        together = "These cannot be met together; without any one of them there would be a panel:"
        yield together if len(diagnosis.conflict) > 1 else "This cannot be met:"
        yield from (f"  {bound}" for bound in diagnosis.conflict)
    else:
        yield "There are too few volunteers or households for a panel of this size."
    if diagnosis.repairs:
        yield "Any one of these would help:"
        yield from (f"  {number}. {repair.sentence}" for number, repair in enumerate(diagnosis.repairs, start=1))
