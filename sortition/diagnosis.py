"""What `check` has to say about a draw problem, as values with their sentences.

Pure. Found in `repair` and `blocked`; nothing here decides anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sortition.quotas import Quota, Quotas

Side = Literal["min", "max"]


@dataclass(frozen=True)
class Bound:
    """One side of one quota."""

    quota: Quota
    side: Side

    def __str__(self) -> str:
        most = "at least" if self.side == "min" else "at most"
        return f"{self.quota.feature}={self.quota.value}: {most} {self.number}"

    @property
    def number(self) -> int:
        return self.quota.min if self.side == "min" else self.quota.max


@dataclass(frozen=True)
class Change:
    """Another number for one side of one quota."""

    bound: Bound
    new: int

    def __str__(self) -> str:
        verb = "lower" if self.new < self.bound.number else "raise"
        name = f"{self.bound.quota.feature}={self.bound.quota.value}"
        return f"{verb} the {self.bound.side} of {name} from {self.bound.number} to {self.new}"

    @property
    def size(self) -> int:
        return abs(self.new - self.bound.number)


@dataclass(frozen=True)
class Repair:
    """One way to make a draw possible; `panel_size` and `recruits` are given where they are part of it."""

    sentence: str
    changes: tuple[Change, ...] = ()
    within_flex: bool = False
    panel_size: int | None = None
    recruits: int = 0

    @property
    def size(self) -> int:
        return sum(change.size for change in self.changes)

    @property
    def key(self) -> str:
        """A name that stays the same for as long as the repair asks for the same, so that a form can send it back."""
        changes = sorted([c.bound.quota.feature, c.bound.quota.value, c.bound.side, c.new] for c in self.changes)
        asked = [changes, self.panel_size, self.recruits, self.sentence if self.recruits else ""]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:12]

    def applied_to(self, quotas: Quotas) -> Quotas:
        """The quotas with these changes."""
        rows = {(quota.feature, quota.value): quota for quota in quotas.rows}
        for change in self.changes:
            place = (change.bound.quota.feature, change.bound.quota.value)
            rows[place] = _with(rows[place], change.bound.side, change.new)
        return Quotas(tuple(rows.values()))


def listed(names: Iterable[str]) -> str:
    """One, two and three.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


@dataclass(frozen=True)
class NeverChosen:
    """Volunteers whom no panel contains, and the bounds that keep all of them out together."""

    ids: tuple[str, ...]
    blocked_by: tuple[Bound, ...]

    def __str__(self) -> str:
        who = f"{len(self.ids)} volunteers can" if len(self.ids) > 1 else "1 volunteer can"
        return f"{who} never be chosen, because of {listed(str(bound) for bound in self.blocked_by)}"


@dataclass(frozen=True)
class Diagnosis:
    """Whether a panel exists; otherwise what conflicts and what would help; else who can never be chosen."""

    possible: bool
    conflict: tuple[Bound, ...] = ()
    repairs: tuple[Repair, ...] = ()
    never: tuple[NeverChosen, ...] = ()


def _with(quota: Quota, side: Side, new: int) -> Quota:
    """The quota with another number on one side, and its flex widened where the number left it."""
    if side == "min":
        return replace(quota, min=new, min_flex=None if quota.min_flex is None else min(quota.min_flex, new))
    return replace(quota, max=new, max_flex=None if quota.max_flex is None else max(quota.max_flex, new))
