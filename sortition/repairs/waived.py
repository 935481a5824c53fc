"""What a draw was allowed to break: the quotas as they were agreed, and the seats that stay empty.

Pure, and counted without a solver. Where nobody is left who could repair a panel, the least violation is searched for
(`shortfall`), and the quotas of the draw are wider by just that. Because it is the least, no panel can break less; so
every panel of such a lottery breaks exactly the waived quotas by exactly as much as they were widened. And a seat stays
empty only where the households of those who are not excluded are too few, whatever the quotas. Both are recounted by
`verify`. That nothing less had to give way follows from the solver's bound when the draw is made, and from nothing in
the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sortition.lists import EXCLUDED, named
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.record import Record


def as_agreed(record: Record) -> DrawProblem:
    """The problem of a draw with the quotas and seats that it was allowed to waive."""
    problem = record.problem
    return DrawProblem(problem.pool, agreed(problem.quotas, record.waived), problem.panel_size + record.empty)


def agreed(quotas: Quotas, waived: Iterable[Quota]) -> Quotas:
    """These quotas as they were before some were widened.

    >>> agreed(Quotas((Quota("age", "16-24", 4, 7), Quota("age", "65+", 2, 4))), [Quota("age", "16-24", 6, 7)]).rows[0]
    Quota(feature='age', value='16-24', min=6, max=7, min_flex=None, max_flex=None, locked=False)
    """
    old = {(quota.feature, quota.value): quota for quota in waived}
    return Quotas(tuple(old.get((quota.feature, quota.value), quota) for quota in quotas.rows))


def waiver_faults(record: Record, panels: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Waivers of which the panels make no use, or not all."""
    problem = record.problem
    if record.empty and (most := most_seats(problem)) != problem.panel_size:
        yield f"{record.empty} seats are said to be empty for want of people, but {most} could serve"
    distinct = set(panels)
    for old in record.waived:
        new = problem.quotas.find(old.feature, old.value) or old
        needed = new.min if new.min < old.min else new.max
        place = problem.pool.column(old.feature)
        counts = {sum(problem.pool.by_id[id_].values[place] == old.value for id_ in panel) for panel in distinct}
        if counts != {needed}:
            yield f"the quota {old} is waived further than the panels need"


def waiver_in_words(record: Record) -> Iterator[str]:
    """What gave way, for people; as it is once `waiver_faults` has found nothing."""
    if record.empty:
        yield f"{record.empty} of {record.problem.panel_size + record.empty} seats are empty"
    for old in record.waived:
        new = record.problem.quotas.find(old.feature, old.value) or old
        have = new.min if new.min < old.min else new.max
        wanted = f"{old.min}" if old.min == old.max else f"{old.min} to {old.max}"
        yield f"{old.feature}={old.value}: {have} member{'' if have == 1 else 's'}; the quota is {wanted}"


def most_seats(problem: DrawProblem) -> int:
    """How many could serve if there were no quotas: one of each household in which somebody is not excluded."""
    out = set(named(problem, EXCLUDED))
    free = [one for one in problem.pool.volunteers if one.id not in out]
    return len({one.household or f"alone {one.id}" for one in free})
