"""Quotas from shares of the population: how many of a panel of k would have each value, if it were the people in small.

Pure, in fractions. A value with the share p has the exact number p·k, and any panel has ⌊p·k⌋ or ⌈p·k⌉ if it keeps

    min = max(⌊p·k⌋ − slack, 0),     max = min(⌈p·k⌉ + slack, k).

The exact numbers of a feature add up to k, so Σ min ≤ k ≤ Σ max for every feature and every slack (Balinski, Young,
Fair Representation, 1982, call this staying within the quota). More slack only widens. How far a repair may go beyond
is the organiser's own decision: flex is only written when it is asked for, as so many places further on both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from sortition.errors import BadProblem, BadQuotas
from sortition.pool import Pool
from sortition.quotas import Quota, Quotas

THIN = 2  # a pool should hold so many times the minimum: with fewer, nearly everyone with the value is chosen


@dataclass(frozen=True)
class Share:
    """The part of the population that has this value."""

    feature: str
    value: str
    part: Fraction

    @property
    def name(self) -> str:
        return f"{self.feature}={self.value}"


@dataclass(frozen=True)
class Shares:
    """The shares of all values; those of one feature add up to 1."""

    rows: tuple[Share, ...]

    def __post_init__(self) -> None:
        for (feature, value), times in Counter((row.feature, row.value) for row in self.rows).items():
            if times > 1:
                raise BadQuotas(f"The share of {feature}={value} occurs {times} times.", "Keep one row per value.")
        for feature in self.features:
            total = sum(row.part for row in self.of(feature))
            if total != 1 or any(row.part < 0 for row in self.of(feature)):
                raise BadQuotas(f"The shares of {feature} add up to {total}.", "Give parts that add up to 1.")

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.feature for row in self.rows))

    def of(self, feature: str) -> tuple[Share, ...]:
        return tuple(row for row in self.rows if row.feature == feature)


@dataclass(frozen=True)
class Proposal:
    """The quotas, how each came about, and what an organiser should look at."""

    quotas: Quotas
    choices: tuple[str, ...]
    warnings: tuple[str, ...]


def quotas_from_shares(shares: Shares, size: int, slack: int = 0, pool: Pool | None = None, flex: int = 0) -> Proposal:
    """Quotas for a panel of this size, with a sentence for every choice.

    >>> half = Shares((Share("gender", "woman", Fraction(51, 100)), Share("gender", "man", Fraction(49, 100))))
    >>> quotas_from_shares(half, 50).choices
    ('gender=woman: 51 % of 50 is 25.5: 25 to 26.', 'gender=man: 49 % of 50 is 24.5: 24 to 25.')
    """
    if size < 1:
        raise BadProblem(f"The panel size is {size}.", "Ask for a panel of at least one member.")
    if slack < 0 or flex < 0:
        raise BadProblem("The slack or the flex is negative.", "Ask for 0 or more places.")
    rows, choices = [], []
    for share in shares.rows:
        exact = share.part * size
        least, most = floor(exact), ceil(exact)
        low, high = max(least - slack, 0), min(most + slack, size)
        rows.append(
            Quota(share.feature, share.value, low, high, max(low - flex, 0), min(high + flex, size))
            if flex
            else Quota(share.feature, share.value, low, high)
        )
        wider = f"; with the slack {low} to {high}" if (low, high) != (least, most) else ""
        told = f"{in_decimals(share.part * 100)} % of {size} is {in_decimals(exact)}"
        choices.append(f"{share.name}: {told}: {_range(least, most)}{wider}.")
    quotas = Quotas(tuple(rows))
    warnings = [*_rare(shares, quotas, size), *(_pool_warnings(shares, quotas, pool) if pool else ())]
    return Proposal(quotas, tuple(choices), tuple(warnings))


def in_decimals(number: Fraction) -> str:
    """At most two decimals, rounded half up, and said so.

    >>> in_decimals(Fraction(27, 2)), in_decimals(Fraction(50, 3)), in_decimals(Fraction(1, 1000))
    ('13.5', 'about 16.67', 'less than 0.01')
    """
    hundredths = floor(number * 100 + Fraction(1, 2))
    if number and not hundredths:
        return "less than 0.01"
    whole, rest = divmod(hundredths, 100)
    text = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    return text if Fraction(hundredths, 100) == number else f"about {text}"


def _range(least: int, most: int) -> str:
    return f"{least}" if least == most else f"{least} to {most}"


def _rare(shares: Shares, quotas: Quotas, size: int) -> Iterator[str]:
    """Values that a panel may do without."""
    for share, quota in zip(shares.rows, quotas.rows, strict=True):
        told = f"{share.name}: {in_decimals(share.part * 100)} % of {size} is {in_decimals(share.part * size)}"
        if quota.max == 0:
            yield f"{told}: nobody with it can be chosen; raise its maximum to 1 if somebody may."
        elif share.part * size < 1:
            yield f"{told}: {quota.min} to {quota.max}; set a minimum of 1 if no panel should be without it."


def _pool_warnings(shares: Shares, quotas: Quotas, pool: Pool) -> Iterator[str]:
    """Where the pool is thin, and values that only one side knows."""
    for feature in shares.features:
        if feature not in pool.features:
            yield f"The pool does not say who has which {feature}: ask the volunteers, or leave the feature out."
            continue
        place = pool.column(feature)
        held = Counter(one.values[place] for one in pool.volunteers)
        for quota in quotas.of(feature):
            yield from _thin(quota, held.pop(quota.value, 0))
        for value, count in sorted(held.items()):
            who = f"{count} volunteer{'s have' if count > 1 else ' has'} {feature}={value or '(blank)'}"
            yield f"{who}, which the shares do not name: add its share, or correct the volunteers' answers."


def _thin(quota: Quota, count: int) -> Iterator[str]:
    name, who = f"{quota.feature}={quota.value}", f"{count} volunteer{'' if count == 1 else 's'}"
    if count < quota.min:
        yield f"{name}: only {who} for at least {quota.min} places: recruit {quota.min - count} more at the least."
    elif count == 0:
        yield f"{name}: nobody in the pool has it."
    elif count < THIN * quota.min:
        yield f"{name}: {who} for at least {quota.min} places is thin: most of them would be chosen."
