"""`folkmoot check`: can these quotas be met?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from sortition.cli.given import read_input, telling_faults, the_input
from sortition.errors import on_one_line
from sortition.files import size_faults
from sortition.problem import DrawProblem
from sortition.quotas import Quotas
from sortition.repairs.diagnosis import Bound, Diagnosis, Repair
from sortition.repairs.repair import diagnose


@click.command()
@the_input
@click.option("--lock", multiple=True, metavar="NAMES", help="Quotas that no repair may touch: gender=Woman,age")
@click.option("--json", "as_json", is_flag=True, help="The answer for programs.")
def check(as_json: bool, lock: tuple[str, ...], size: int, **given: Any) -> None:
    """Can these quotas be met? Otherwise: what conflicts, and what would help, the smallest change first."""
    with telling_faults():
        file, pool = read_input(size=size, **given)
        quotas = file.quotas.locking(name for names in lock for name in locks_in(names, file.quotas))
        for fault in size_faults(file, pool, size):
            click.echo(str(fault), err=True)
        diagnosis = diagnose(DrawProblem(pool.pool, quotas, size))
    if as_json:
        content = {"panel_size": size, "volunteers": len(pool.pool), **for_programs(diagnosis)}
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        for line in in_words(diagnosis, len(pool.pool), size):
            click.echo(on_one_line(line))
    sys.exit(0 if diagnosis.possible else 1)


def locks_in(text: str, quotas: Quotas) -> list[str]:
    """The names between commas, unless the whole is a name with a comma in it."""
    return [text] if quotas.named(text) else [name for name in text.split(",") if name.strip()]


def in_words(diagnosis: Diagnosis, pool: int, size: int) -> Iterator[str]:
    """The answer of `check`."""
    if diagnosis.possible:
        yield f"Yes: a panel of {size} can be drawn from these {pool} volunteers, and every quota can be met."
        for group in diagnosis.never:
            yield f"But {group}: {', '.join(group.ids)}."
        return
    yield f"No: no panel of {size} from these {pool} volunteers meets every quota."
    yield from conflict_in_words(diagnosis)
    if diagnosis.repairs:
        yield "Any one of these would help:" if len(diagnosis.repairs) > 1 else "This would help:"
        for number, repair in enumerate(diagnosis.repairs, start=1):
            yield f"  {number}. {repair.sentence}"
            yield from (f"     {cost}" for cost in repair.costs())
    else:
        yield "Nothing that is not locked would help."


def conflict_in_words(diagnosis: Diagnosis) -> Iterator[str]:
    """What conflicts, and whether the households are part of it."""
    if not diagnosis.conflict:
        yield "There are too few volunteers or households for a panel of this size."
    elif len(diagnosis.conflict) == 1:
        yield "This cannot be met:"
    elif diagnosis.smallest:
        yield "These cannot be met together; without any one of them there would be a panel, and no fewer conflict:"
    else:
        yield "These cannot be met together; without any one of them there would be a panel:"
    yield from (f"  {bound}" for bound in diagnosis.conflict)
    if diagnosis.households:
        yield "It is because at most one member may come from each household: without this rule there would be a panel."


def for_programs(diagnosis: Diagnosis) -> dict[str, Any]:
    """The whole diagnosis in plain values."""
    return {
        "possible": diagnosis.possible,
        "conflict": [_bound(bound) for bound in diagnosis.conflict],
        "smallest": diagnosis.smallest,
        "households": diagnosis.households,
        "repairs": [_repair(repair) for repair in diagnosis.repairs],
        "never": [
            {"ids": list(group.ids), "blocked_by": [_bound(bound) for bound in group.blocked_by]}
            for group in diagnosis.never
        ],
    }


def _bound(bound: Bound) -> dict[str, Any]:
    return {"feature": bound.quota.feature, "value": bound.quota.value, "side": bound.side, "number": bound.number}


def _repair(repair: Repair) -> dict[str, Any]:
    return {
        "key": repair.key,
        "sentence": repair.sentence,
        "costs": list(repair.costs()),
        "changes": [
            {**_bound(change.bound), "new": change.new, "places": change.size, "stray": str(change.stray)}
            for change in repair.changes
        ],
        "places": repair.size,
        "within_flex": repair.within_flex,
        "panel_size": repair.panel_size,
        "recruits": repair.recruits,
        "profiles": [{"number": one.number, "profile": dict(one.profile)} for one in repair.profiles],
        "smallest_chance": round(repair.effect.chance, 6) if repair.effect else None,
        "without_chance": repair.effect.without if repair.effect else None,
    }
