"""What `check` has to say about a draw problem, as values with their sentences.

Pure. Found in `repair` and `blocked`; nothing here decides anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from typing import Literal

from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
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
        """How many places it moves."""
        return abs(self.new - self.bound.number)

    @property
    def stray(self) -> Fraction:
        """How far it strays from the number it changes, as a part of that number; from nothing counts as from one."""
        return Fraction(self.size, max(self.bound.number, 1))


@dataclass(frozen=True)
class Recruits:
    """So many more volunteers with these answers, in the order of the quotas' features."""

    number: int
    profile: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.number} with {listed(f'{feature}={value}' for feature, value in self.profile)}"


@dataclass(frozen=True)
class Effect:
    """What a lottery could do after a repair, by its averages: how many volunteers have no chance, and the smallest
    chance that all others can be given at best. Panels may leave out more and give less; checking again tells."""

    chance: float
    without: int

    def __str__(self) -> str:
        chance = f"smallest chance could be about {self.chance * 100:.1f} %."
        if not self.without:
            return f"The {chance}"
        return f"At least {self.without} volunteer{'s' * (self.without > 1)} would have no chance; the others' {chance}"


@dataclass(frozen=True)
class Repair:
    """One way to make a draw possible; `panel_size` and `recruits` are given where they are part of it."""

    sentence: str
    changes: tuple[Change, ...] = ()
    within_flex: bool = False
    panel_size: int | None = None
    recruits: int = 0
    profiles: tuple[Recruits, ...] = ()
    effect: Effect | None = None

    @property
    def size(self) -> int:
        """How many places the changed quotas move in all."""
        return sum(change.size for change in self.changes)

    @property
    def quotas_changed(self) -> frozenset[Bound]:
        """The sides of quotas that it changes."""
        return frozenset(change.bound for change in self.changes)

    @property
    def stray(self) -> Fraction:
        """How far all changed quotas stray together."""
        return sum((change.stray for change in self.changes), Fraction(0))

    @property
    def key(self) -> str:
        """A name that stays the same for as long as the repair asks for the same, so that a form can send it back."""
        changes = sorted([c.bound.quota.feature, c.bound.quota.value, c.bound.side, c.new] for c in self.changes)
        profiles = sorted([one.number, *map(list, one.profile)] for one in self.profiles)
        asked = json.dumps([changes, self.panel_size, self.recruits, profiles])
        return hashlib.sha256(asked.encode()).hexdigest()[:12]

    def applied_to(self, quotas: Quotas) -> Quotas:
        """The quotas with these changes."""
        rows = {(quota.feature, quota.value): quota for quota in quotas.rows}
        for change in self.changes:
            place = (change.bound.quota.feature, change.bound.quota.value)
            rows[place] = _with(rows[place], change.bound.side, change.new)
        return Quotas(tuple(rows.values()))

    def mended(self, problem: DrawProblem) -> DrawProblem:
        """The problem as it would be: its quotas, its panel size, and the recruits among its volunteers."""
        pool, known = problem.pool, set(problem.pool.ids)
        if self.profiles:
            names = (name for n in count(1) if (name := f"recruit {n}") not in known)
            found = [
                Volunteer(next(names), tuple(dict(one.profile).get(feature, "") for feature in pool.features))
                for one in self.profiles
                for _ in range(one.number)
            ]
            pool = Pool(pool.features, (*pool.volunteers, *found))
        return DrawProblem(pool, self.applied_to(problem.quotas), self.panel_size or problem.panel_size)

    def costs(self) -> Iterator[str]:
        """What it costs and what it does, in sentences."""
        if self.changes:
            strays = (f"{c.bound.quota.feature}={c.bound.quota.value} by {percent_of(c.stray)}" for c in self.changes)
            yield f"{self.size} place{'s' * (self.size > 1)} moved: {listed(strays)}."
        if self.profiles:
            yield f"For example: {'; '.join(map(str, self.profiles))}."
        if self.effect:
            yield str(self.effect)


def percent_of(part: Fraction) -> str:
    """A part as a whole percentage, rounded half up.

    >>> percent_of(Fraction(1, 8))
    '13 %'
    """
    return f"{int(part * 100 + Fraction(1, 2))} %"


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
    """Whether a panel exists; otherwise what conflicts and what would help; else who can never be chosen.

    `smallest` says that no smaller set of bounds conflicts, `households` that members of one household, if they could
    serve together, would make a panel.
    """

    possible: bool
    conflict: tuple[Bound, ...] = ()
    repairs: tuple[Repair, ...] = ()
    never: tuple[NeverChosen, ...] = ()
    smallest: bool = False
    households: bool = False


def _with(quota: Quota, side: Side, new: int) -> Quota:
    """The quota with another number on one side, and its flex widened where the number left it."""
    if side == "min":
        return replace(quota, min=new, min_flex=None if quota.min_flex is None else min(quota.min_flex, new))
    return replace(quota, max=new, max_flex=None if quota.max_flex is None else max(quota.max_flex, new))
