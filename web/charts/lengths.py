"""Lengths and figures of pictures: whole thousandths of the full width, so that a picture is the same on every machine.

Pure. Where a line is shorter than a thousandth it is cut away, never rounded up: a bar never says more than the count.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from facilitation.rules.result import decimal

FULL = 1000

Shown: TypeAlias = int | str
"""A figure of a result's JSON: a whole number, or the exact text of a fraction."""


def length(share: Fraction) -> int:
    """Thousandths of the full width.

    >>> length(Fraction(31, 50)), length(Fraction(2, 3))
    (620, 666)
    """
    return int(FULL * share)


def exactly(shown: Shown | None) -> Fraction:
    """The number behind a figure; nothing is nought.

    >>> exactly("12/24"), exactly("11.5"), exactly(3), exactly(None)
    (Fraction(1, 2), Fraction(23, 2), Fraction(3, 1), Fraction(0, 1))
    """
    return Fraction(shown) if shown else Fraction(0)


def figure(number: Shown | Fraction, digits: int = 2) -> str:
    """A number as people read it: thousands apart, decimals only where there are any.

    >>> figure(12000), figure("11.5"), figure("1/3"), figure("5.33332"), figure(Fraction(7))
    ('12,000', '11.5', '0.33', '5.33', '7')
    """
    exact = Fraction(number)
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    whole, _, rest = decimal(abs(exact), digits).partition(".")
    text = f"{int(whole):,}.{rest}".rstrip("0").rstrip(".")
    return f"-{text}" if exact < 0 else text


def at(thousandths: int) -> str:
    """A place or a length for an SVG that is as wide as its box.

    >>> at(625), at(1000)
    ('62.5%', '100.0%')
    """
    return f"{thousandths // 10}.{thousandths % 10}%"


def size_of(shares: Mapping[str, Mapping[str, Any]]) -> int:
    """How large the base of these shares is."""
    for share in shares.values():
        if share["exact"]:
            return int(share["exact"].partition("/")[2])
    return 0


def percent(share: Fraction, most_digits: int = 1) -> str:
    """A percentage with at most this many decimals, none where none is needed.

    >>> percent(Fraction(1, 8)), percent(Fraction(1, 10)), percent(Fraction(1, 3))
    ('12.5 %', '10 %', '33.3 %')
    """
    unit = 10**most_digits
    whole, rest = divmod((2 * 100 * unit * share.numerator + share.denominator) // (2 * share.denominator), unit)
    return f"{whole}.{rest:0{most_digits}d} %" if rest else f"{whole} %"
