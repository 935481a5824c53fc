"""A panel after its members were asked: who stays, who is not asked again, and what the open seats need.

Pure, and nothing here searches. Whoever stays has been selected already, whoever was asked before is excluded (see
`lists`): with these the old problem becomes the new one, over the whole panel and with the original quotas.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sortition.errors import SortitionError
from sortition.lists import EXCLUDED, Lists, named, restricted, with_lists, without_lists
from sortition.problem import DrawProblem
from sortition.quotas import Quota

CONFIRMED, DECLINED, WITHDRAWN, SILENT = "confirmed", "declined", "withdrawn", "no answer"
STATUSES = (CONFIRMED, DECLINED, WITHDRAWN, SILENT)
NEVER_SELECTED = "Correct the id; or name the latest draw, or the file of the alternates that it was taken from."


class BadStatus(SortitionError):
    """The statuses do not fit the pool, the panel or each other."""

    code = "bad-status"


def never_selected(id_: str) -> str:
    """What is wrong with a confirmation of somebody who was not asked."""
    return f"{id_} has confirmed, but was never selected: neither drawn nor an alternate."


@dataclass(frozen=True)
class Standing:
    """A panel after the answers: who stays, and who is not asked again. `problem` has no lists."""

    problem: DrawProblem
    staying: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def open_seats(self) -> int:
        """Seats that nobody has; none when more have confirmed than are needed."""
        return max(self.problem.panel_size - len(self.staying), 0)

    @property
    def needs(self) -> tuple[Quota, ...]:
        """What the open seats need of each value: the quotas less those who stay, never below 0."""
        pool, found = self.problem.pool, []
        for quota in self.problem.quotas.rows:
            place = pool.column(quota.feature)
            have = sum(pool.by_id[id_].values[place] == quota.value for id_ in self.staying)
            low, high = max(quota.min - have, 0), max(quota.max - have, 0)
            found.append(Quota(quota.feature, quota.value, low, max(low, min(high, self.open_seats))))
        return tuple(found)

    def listed(self, more: Collection[str] = (), only: Collection[str] | None = None) -> DrawProblem:
        """The problem of the whole panel: those who stay and `more` have seats; of the others perhaps `only` some."""
        certain = {*self.staying, *more}
        problem = replace(self.problem, panel_size=max(self.problem.panel_size, len(certain)))
        if only is not None:
            problem = restricted(problem, {*certain, *only})
        lists = Lists(
            seated=dict.fromkeys(self.staying, "those who stay"),
            included=dict.fromkeys(more, "the alternates"),
            excluded={id_: "those asked before" for id_ in self.asked if id_ in problem.pool.by_id},
        )
        return with_lists(problem, lists, counted=False)


def standing(
    problem: DrawProblem,
    panel: Collection[str],
    statuses: Mapping[str, str],
    *,
    alternates: Collection[str] = (),
    keep_silent: bool = True,
) -> Standing:
    """Who stays and who is not asked again; members of the panel without a status stay.

    Alternates with a status have been called, and are members like those of the panel. Members who have not answered
    keep their seats, unless `keep_silent` is false. Whoever an earlier round left out stays out.
    """
    base = without_lists(problem)
    for id_, status in statuses.items():
        if id_ not in base.pool.by_id:
            raise BadStatus(f"{id_} is not in the pool.", "Correct the id, or delete the row.")
        if status not in STATUSES:
            raise BadStatus(f"The status of {id_} is {status!r}.", f"Write one of {', '.join(STATUSES)}.")
        if status == CONFIRMED and id_ not in panel and id_ not in alternates:
            raise BadStatus(never_selected(id_), NEVER_SELECTED)
    keeping = {CONFIRMED, SILENT} if keep_silent else {CONFIRMED}
    selected = {*panel, *(id_ for id_ in alternates if id_ in statuses)}
    staying = {id_ for id_ in selected if statuses.get(id_, CONFIRMED) in keeping}
    asked = {*panel, *statuses, *named(problem, EXCLUDED)} - staying
    homes: dict[str, str] = {}
    for id_ in sorted(staying):
        home = base.pool.by_id[id_].household
        if home and homes.setdefault(home, id_) != id_:
            raise BadStatus(
                f"{homes[home]} and {id_} live in one household, and both have a seat.",
                "Only one of them can stay: give the other the status withdrawn, or leave the household rule out.",
            )
    return Standing(base, tuple(sorted(staying)), tuple(sorted(asked)))
