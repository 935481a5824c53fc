"""Quotas: how many members of the panel may have each value of each feature.

Pure. `min_flex` and `max_flex` say how far a repair may lower the minimum or raise the maximum; a draw itself never
leaves `min` and `max`. A locked quota is one that no repair may touch, whatever its flex.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sortition.errors import BadQuotas


@dataclass(frozen=True)
class Quota:
    """At least `min` and at most `max` members with this value.

    >>> str(Quota("gender", "woman", 24, 26))
    'gender=woman (24 to 26)'
    """

    feature: str
    value: str
    min: int
    max: int
    min_flex: int | None = None
    max_flex: int | None = None
    locked: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        place = f"The quota {self.feature}={self.value}"
        if self.min < 0:
            raise BadQuotas(f"{place} has the minimum {self.min}.", "Write a minimum of 0 or more.")
        if self.min > self.max:
            raise BadQuotas(
                f"{place} has the minimum {self.min} above the maximum {self.max}.",
                "Lower the minimum or raise the maximum.",
            )
        if self.min_flex is not None and not 0 <= self.min_flex <= self.min:
            raise BadQuotas(
                f"{place} has min_flex {self.min_flex}, which is not between 0 and the minimum {self.min}.",
                "Write the lowest minimum that a repair may use.",
            )
        if self.max_flex is not None and self.max_flex < self.max:
            raise BadQuotas(
                f"{place} has max_flex {self.max_flex} below the maximum {self.max}.",
                "Write the highest maximum that a repair may use.",
            )

    def __str__(self) -> str:
        return f"{self.feature}={self.value} ({self.min} to {self.max})"


@dataclass(frozen=True)
class Quotas:
    """All quotas of a draw, in the order of their file.

    >>> quotas = Quotas((Quota("gender", "man", 1, 2), Quota("age", "65+", 0, 2), Quota("gender", "woman", 1, 2)))
    >>> quotas.features, len(quotas.of("gender"))
    (('gender', 'age'), 2)
    """

    rows: tuple[Quota, ...]

    def __post_init__(self) -> None:
        times = Counter((row.feature, row.value) for row in self.rows)
        for (feature, value), seen in times.items():
            if seen > 1:
                raise BadQuotas(f"The quota {feature}={value} occurs {seen} times.", "Keep one row per value.")

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def features(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.feature for row in self.rows))

    @cached_property
    def _by_value(self) -> Mapping[tuple[str, str], Quota]:
        return {(row.feature, row.value): row for row in self.rows}

    def of(self, feature: str) -> tuple[Quota, ...]:
        return tuple(row for row in self.rows if row.feature == feature)

    def find(self, feature: str, value: str) -> Quota | None:
        return self._by_value.get((feature, value))

    def named(self, name: str) -> tuple[Quota, ...]:
        """The quotas of this name: `gender=Woman` is one of them, `gender` all of a feature; capitals do not matter."""
        said = _folded(name)
        return tuple(row for row in self.rows if said in (_folded(row.feature), _folded(f"{row.feature}={row.value}")))

    def locking(self, names: Iterable[str]) -> Quotas:
        """The same quotas, and those of these names locked.

        >>> rows = (Quota("gender", "man", 1, 2), Quota("gender", "woman", 1, 2), Quota("age", "65+", 0, 2))
        >>> [row.value for row in Quotas(rows).locking(["Gender = woman", "age"]).rows if row.locked]
        ['woman', '65+']
        """
        wanted: set[Quota] = set()
        for name in names:
            if not (named := self.named(name)):
                raise BadQuotas(
                    f"There is no quota {name.strip()!r} to lock.",
                    f"Name a feature ({', '.join(self.features)}), or one value of it, as in feature=value.",
                )
            wanted.update(named)
        return Quotas(tuple(replace(row, locked=True) if row in wanted else row for row in self.rows))


def _folded(name: str) -> str:
    """A name without capitals, and without spaces that make no difference."""
    return " ".join(name.casefold().replace("=", " = ").split())
