"""The pool: all volunteers, what is known of each, and which of them share a household.

Pure, and exact: values are compared letter by letter (`files` has already matched spellings). An empty household is no
tie, so blank addresses never become one household; a household with a single volunteer is no tie either.

Volunteers whom no quota and no household can tell apart form a *type*. Households with the same mix of profiles form a
*household class*, and a type is one profile within one class, so two volunteers of a type can change places in any
panel without anything else changing. That is why a fair lottery gives everyone of a type the same chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sortition.errors import BadPool

Profile = tuple[str, ...]


@dataclass(frozen=True)
class Volunteer:
    """One person who accepted the invitation; `values` stand in the order of the pool's features."""

    id: str
    values: tuple[str, ...]
    household: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            raise BadPool("A volunteer has an empty id.", "Give every volunteer an id of their own.")


@dataclass(frozen=True)
class HouseholdClass:
    """Households whose volunteers have the same profiles; each household is listed in the order of `profiles`."""

    profiles: tuple[Profile, ...]
    households: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.households)


@dataclass(frozen=True)
class VolunteerType:
    """Volunteers with one profile in one household class: exchangeable, hence with equal chances.

    `most` is the largest number of them that one panel can hold: one per household.
    """

    profile: Profile
    household_class: int
    members: tuple[str, ...]
    most: int

    def __len__(self) -> int:
        return len(self.members)


@dataclass(frozen=True)
class Pool:
    """All volunteers.

    >>> pool = Pool(("gender",), (Volunteer("a", ("man",)), Volunteer("b", ("woman",), "1 High St")))
    >>> len(pool), pool.ids, [one.id for one in pool.having("gender", "woman")]
    (2, ('a', 'b'), ['b'])
    """

    features: tuple[str, ...]
    volunteers: tuple[Volunteer, ...]

    def __post_init__(self) -> None:
        _refuse_repeats(self.features, "feature")
        _refuse_repeats([one.id for one in self.volunteers], "volunteer id")
        for one in self.volunteers:
            if len(one.values) != len(self.features):
                raise BadPool(
                    f"Volunteer {one.id!r} has {len(one.values)} values for {len(self.features)} features.",
                    "Give every volunteer exactly one value for each feature.",
                )

    def __len__(self) -> int:
        return len(self.volunteers)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.volunteers)

    @cached_property
    def by_id(self) -> Mapping[str, Volunteer]:
        return {one.id: one for one in self.volunteers}

    @cached_property
    def households(self) -> Mapping[str, tuple[str, ...]]:
        """Ids by household key, for every household that ties at least two volunteers; all sorted."""
        found: dict[str, list[str]] = {}
        for one in self.volunteers:
            if one.household:
                found.setdefault(one.household, []).append(one.id)
        return {key: tuple(sorted(ids)) for key, ids in sorted(found.items()) if len(ids) > 1}

    def column(self, feature: str) -> int:
        """Where this feature stands in a volunteer's values."""
        return self.features.index(feature)

    def having(self, feature: str, value: str) -> tuple[Volunteer, ...]:
        column = self.column(feature)
        return tuple(one for one in self.volunteers if one.values[column] == value)

    def profiles(self, features: Sequence[str]) -> Mapping[str, Profile]:
        """Each volunteer's values of just these features."""
        columns = [self.column(feature) for feature in features]
        return {one.id: tuple(one.values[column] for column in columns) for one in self.volunteers}

    def household_classes(self, features: Sequence[str]) -> tuple[HouseholdClass, ...]:
        """Households by the sorted mix of their profiles; whoever has no tie is a household of one."""
        profiles = self.profiles(features)
        tied = {id_ for ids in self.households.values() for id_ in ids}
        alone = [(id_,) for id_ in self.ids if id_ not in tied]
        found: dict[tuple[Profile, ...], list[tuple[str, ...]]] = {}
        for ids in [*alone, *self.households.values()]:
            ordered = tuple(sorted(ids, key=lambda id_: (profiles[id_], id_)))
            found.setdefault(tuple(profiles[id_] for id_ in ordered), []).append(ordered)
        return tuple(HouseholdClass(mix, tuple(sorted(found[mix]))) for mix in sorted(found))


def types_of(classes: Sequence[HouseholdClass]) -> tuple[VolunteerType, ...]:
    """Every profile of every household class, in the order of the classes and then of the profiles."""
    found = []
    for number, one in enumerate(classes):
        for profile in sorted(set(one.profiles)):
            places = [place for place, own in enumerate(one.profiles) if own == profile]
            members = sorted(household[place] for household in one.households for place in places)
            found.append(VolunteerType(profile, number, tuple(members), len(one)))
    return tuple(found)


def _refuse_repeats(names: Iterable[str], what: str) -> None:
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise BadPool(f"The {what} {repeated[0]!r} occurs more than once.", f"Give every {what} once.")
