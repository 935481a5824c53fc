"""Exact answers to linear systems with whole coefficients: A x = b over the fractions.

Pure. The hard part is done by floating-point numbers, and whole numbers keep them honest: a floating-point inverse
gives the first bits of x; what A x still lacks is counted exactly, enlarged, and gives the next bits, until the
fractions that the bits spell solve the system. Nothing is believed before it is checked in whole numbers.
Citation: Z. Wan, An algorithm to solve integer linear systems exactly using numerical methods, Journal of Symbolic
Computation 41 (2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
BITS = 20  # gained with every step
TALLEST = 1 << 44  # of what may be lacking: beyond, floating point has lost the answer, or there is none
FIRST_TRY = 6  # steps before fractions are tried first
SURE = 12  # bits at the end of a value that may be wrong
SINGULAR = 2.0**-40  # smallest against largest pivot; a system that is nearer to having many answers has no certain one


def solve(matrix: Whole, right: Sequence[Fraction]) -> list[Fraction] | None:
    """The one x with matrix·x = right; None if there is none, or more than one, or floats cannot tell.

    >>> solve(np.array([[2, 1], [1, 3], [3, 4]]), [Fraction(1), Fraction(1), Fraction(2)])
    [Fraction(2, 5), Fraction(1, 5)]
    >>> solve(np.array([[1], [1]]), [Fraction(1), Fraction(2)]) is None
    True
    """
    matrix = np.asarray(matrix, dtype=np.int64)
    inverse = _inverse(matrix)
    if inverse is None:
        return None
    scale = lcm(1, *(value.denominator for value in right))
    answer = _lift(matrix, inverse, [int(value * scale) for value in right])
    return None if answer is None else [value / scale for value in answer]


def _inverse(matrix: Whole) -> Floats | None:
    """What takes A x back to x, as nearly as floats can."""
    height, width = matrix.shape
    if width == 0 or height < width:
        return None
    turned, triangle = np.linalg.qr(matrix.astype(np.float64))
    pivots = np.abs(np.diag(triangle))
    if pivots.min() <= SINGULAR * pivots.max():
        return None
    return np.asarray(np.linalg.solve(triangle, turned.T), dtype=np.float64)


def _lift(matrix: Whole, inverse: Floats, right: Sequence[int]) -> list[Fraction] | None:
    """More and more bits of the answer, until the fractions they spell solve the system.

    The right side comes in by its own bits, highest first; after them come the bits of the answer behind the point.
    """
    length = max((value.bit_length() for value in right), default=0) // BITS + 1
    signs = np.array([1 if value >= 0 else -1 for value in right], dtype=np.int64)
    lacking = np.zeros(len(right), dtype=np.int64)
    bits: list[Whole] = []
    tries = FIRST_TRY
    for step in range(length + 4 * len(right) + 64):
        lacking = lacking << BITS
        if step < length:
            shift = (length - 1 - step) * BITS
            digits = [abs(value) >> shift & (1 << BITS) - 1 for value in right]
            lacking = lacking + signs * np.array(digits, dtype=np.int64)
        digit = np.rint(inverse @ lacking.astype(np.float64)).astype(np.int64)
        lacking = lacking - matrix @ digit
        if np.abs(lacking).max() > TALLEST >> BITS:
            return None
        bits.append(digit)
        if step + 1 >= length + tries:
            tries = tries * 3 // 2
            answer = _fractions(_joined(bits), (step + 1 - length) * BITS)
            if answer is not None and _solves(matrix, answer, right):
                tops, bottom = answer
                return [Fraction(top, bottom) for top in tops]
    return None


def _joined(bits: Sequence[Whole]) -> list[int]:
    """The digits in base 2^BITS as whole numbers."""
    total = np.zeros(len(bits[0]), dtype=object)
    for digit in bits:
        total = (total << BITS) + digit.astype(object)
    return [int(value) for value in total]


def _fractions(values: Sequence[int], behind: int) -> tuple[list[int], int] | None:
    """The simple fractions that these values/2^behind are, over one denominator; None if the bits are too few to say.

    A denominator once met is tried on all that follow: there are few different ones.
    """
    common, found = 1, []
    for value in values:
        if not _is_whole(value * common, behind, common):
            finer = _denominator(value * common, behind, common)
            if finer is None:
                return None
            common *= finer
        found.append((_nearest(value * common, behind), common))
    return [top * (common // bottom) for top, bottom in found], common


def _nearest(value: int, behind: int) -> int:
    return (value + (1 << behind - 1)) >> behind


def _is_whole(value: int, behind: int, times: int) -> bool:
    """Whether value/2^behind is a whole number but for the error of a value that was taken so many times."""
    return abs(value - (_nearest(value, behind) << behind)) <= times << SURE


def _denominator(value: int, behind: int, times: int) -> int | None:
    """The smallest d that makes d·value/2^behind whole, by continued fractions; None if chance would give one too."""
    old, new, before, now = 1 << behind, value % (1 << behind), 0, 1
    while not _is_whole(value * now, behind, times * now):
        if new == 0 or 2 * (times * now).bit_length() + 2 * SURE > behind:
            return None
        quotient = old // new
        old, new, before, now = new, old - quotient * new, now, before + quotient * now
    return now


def _solves(matrix: Whole, answer: tuple[list[int], int], right: Sequence[int]) -> bool:
    tops, bottom = answer
    sums = matrix.astype(object) @ np.array(tops, dtype=object)
    return bool(np.all(sums == np.array([value * bottom for value in right], dtype=object)))
