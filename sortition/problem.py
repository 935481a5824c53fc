"""The draw problem: pool, quotas and panel size, the one argument of everything that chooses.

Pure. What a panel may be is said here and nowhere else (`faults_of`); whatever a solver answers is held against it.
A problem may well be impossible; it is only refused if its parts do not belong together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from sortition.errors import BadProblem
from sortition.pool import HouseholdClass, Pool, Profile, VolunteerType, types_of
from sortition.quotas import Quotas


@dataclass(frozen=True)
class DrawProblem:
    """Choose `panel_size` of the pool's volunteers, keeping every quota, at most one per household.

    >>> from sortition.pool import Volunteer
    >>> from sortition.quotas import Quota
    >>> pool = Pool(("gender",), (Volunteer("a", ("man",)), Volunteer("b", ("woman",)), Volunteer("c", ("man",))))
    >>> problem = DrawProblem(pool, Quotas((Quota("gender", "man", 1, 1), Quota("gender", "woman", 1, 1))), 2)
    >>> problem.allows({"a", "b"}), problem.faults_of({"a", "c"})
    (True, ('2 members with gender=man, at most 1 allowed', '0 members with gender=woman, at least 1 needed'))
    """

    pool: Pool
    quotas: Quotas
    panel_size: int

    def __post_init__(self) -> None:
        if self.panel_size < 1:
            raise BadProblem(f"The panel size is {self.panel_size}.", "Ask for a panel of at least one member.")
        for feature in self.quotas.features:
            if feature not in self.pool.features:
                raise BadProblem(
                    f"The quotas ask for the feature {feature!r}, which the pool does not have.",
                    f"Add {feature!r} to the pool, or remove its quotas.",
                )
        for one in self.pool.volunteers:
            self._refuse_values_without_quota(one.id, one.values)

    def _refuse_values_without_quota(self, id_: str, values: tuple[str, ...]) -> None:
        for feature, value in zip(self.pool.features, values, strict=True):
            if feature in self._features and self.quotas.find(feature, value) is None:
                raise BadProblem(
                    f"Volunteer {id_!r} has {feature}={value!r}, which no quota names.",
                    f"Add a quota for {feature}={value!r}, or correct the volunteer's value.",
                )

    @cached_property
    def _features(self) -> frozenset[str]:
        return frozenset(self.quotas.features)

    @cached_property
    def by_name(self) -> DrawProblem:
        """The same problem with its quotas by name: the order of a file's rows must not move the lottery."""
        rows = tuple(sorted(self.quotas.rows, key=lambda quota: (quota.feature, quota.value)))
        return self if rows == self.quotas.rows else DrawProblem(self.pool, Quotas(rows), self.panel_size)

    @cached_property
    def profiles(self) -> Mapping[str, Profile]:
        """Each volunteer's values of the features that have quotas, in the quotas' order."""
        return self.pool.profiles(self.quotas.features)

    @cached_property
    def household_classes(self) -> tuple[HouseholdClass, ...]:
        return self.pool.household_classes(self.quotas.features)

    @cached_property
    def types(self) -> tuple[VolunteerType, ...]:
        """Volunteers whom no quota and no household tells apart; the order does not depend on the pool's rows."""
        return types_of(self.household_classes)

    def allows(self, panel: Collection[str]) -> bool:
        """Whether these volunteers are a panel that keeps every quota."""
        return not self.faults_of(panel)

    def faults_of(self, panel: Collection[str]) -> tuple[str, ...]:
        """Every reason why these volunteers are no panel, counted person by person."""
        members = sorted(panel)
        strangers = [f"{id_!r} is not in the pool" for id_ in members if id_ not in self.pool.by_id]
        if strangers:
            return tuple(strangers)
        faults = [f"{id_!r} occurs {seen} times" for id_, seen in Counter(members).items() if seen > 1]
        if len(members) != self.panel_size:
            faults.append(f"{len(members)} members instead of {self.panel_size}")
        return tuple(faults + self._quota_faults(members) + self._household_faults(members))

    def _quota_faults(self, members: Collection[str]) -> list[str]:
        features = self.quotas.features
        have = Counter(pair for id_ in members for pair in zip(features, self.profiles[id_], strict=True))
        faults = []
        for quota in self.quotas.rows:
            count = have[quota.feature, quota.value]
            said = f"{count} members with {quota.feature}={quota.value}"
            if count < quota.min:
                faults.append(f"{said}, at least {quota.min} needed")
            if count > quota.max:
                faults.append(f"{said}, at most {quota.max} allowed")
        return faults

    def _household_faults(self, members: Collection[str]) -> list[str]:
        seats = Counter(self.pool.by_id[id_].household for id_ in members)
        del seats[""]
        return [f"{seen} members of the household {key!r}" for key, seen in seats.items() if seen > 1]
