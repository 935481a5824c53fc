"""Exact answers to linear systems with whole coefficients: A x = b over the fractions.

Pure. Dixon's lifting: invert A modulo a prime once, then find the answer digit by digit in base p and read the
fraction off the digits. The hard part stays in machine integers, so a system with some hundred unknowns takes a
moment. Citation: J. D. Dixon, Exact solution of linear equations using p-adic expansions, Numerische Mathematik 40
(1982).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt, lcm

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
PRIME = 2_147_483_629
HALF = 1 << 16


def solve(matrix: Whole, right: Sequence[Fraction]) -> list[Fraction] | None:
    """The one x with matrix·x = right; None if there is none or more than one.

    >>> solve(np.array([[2, 1], [1, 3], [3, 4]]), [Fraction(1), Fraction(1), Fraction(2)])
    [Fraction(2, 5), Fraction(1, 5)]
    >>> solve(np.array([[1], [1]]), [Fraction(1), Fraction(2)]) is None
    True
    """
    found = _inverse_of_pivots(np.asarray(matrix, dtype=np.int64))
    if found is None:
        return None
    rows, inverse = found
    scale = lcm(1, *(value.denominator for value in right))
    whole = np.array([int(value * scale) for value in right], dtype=object)
    square = np.asarray(matrix, dtype=np.int64)[rows]
    answer = _lift(square, inverse, whole[rows])
    if answer is None or not _solves(matrix, answer, whole):
        return None
    return [value / scale for value in answer]


def _inverse_of_pivots(matrix: Whole) -> tuple[Whole, Whole] | None:
    """As many independent rows as there are columns, and the inverse of that square, modulo the prime."""
    height, width = matrix.shape
    if width == 0 or height < width:
        return None
    work = matrix.T % PRIME
    rows: list[int] = []
    place = 0
    for row in range(height):
        hits = np.flatnonzero(work[place:, row])
        if len(hits) == 0:
            continue
        pivot = place + int(hits[0])
        work[[place, pivot]] = work[[pivot, place]]
        work[place] = work[place] * pow(int(work[place, row]), -1, PRIME) % PRIME
        below = work[place + 1 :, row].copy()
        work[place + 1 :] = (work[place + 1 :] - below[:, None] * work[place][None, :]) % PRIME
        rows.append(row)
        place += 1
        if place == width:
            break
    if place < width:
        return None
    return np.array(rows), _inverse(matrix[rows])


def _inverse(square: Whole) -> Whole:
    """Gauss and Jordan, modulo the prime; the square is known to have an inverse."""
    size = len(square)
    work = np.concatenate([square % PRIME, np.eye(size, dtype=np.int64)], axis=1)
    for place in range(size):
        pivot = place + int(np.flatnonzero(work[place:, place])[0])
        work[[place, pivot]] = work[[pivot, place]]
        work[place] = work[place] * pow(int(work[place, place]), -1, PRIME) % PRIME
        factors = work[:, place].copy()
        factors[place] = 0
        work = (work - factors[:, None] * work[place][None, :]) % PRIME
    return work[:, size:]


def _lift(square: Whole, inverse: Whole, right: npt.NDArray[np.object_]) -> list[Fraction] | None:
    """Digits of the answer in base p until the fractions they spell solve the system."""
    low, high = inverse % HALF, inverse // HALF
    digits = np.zeros(len(right), dtype=object)
    power, rest, tries = 1, right.copy(), 8
    for step in range(1, 40 * len(right) + 400):
        now = np.array([int(value % PRIME) for value in rest], dtype=np.int64)
        digit = ((high @ now) % PRIME * HALF + (low @ now) % PRIME) % PRIME
        digits += digit.astype(object) * power
        rest = (rest - (square @ digit).astype(object)) // PRIME
        power *= PRIME
        if step >= tries:
            tries = tries * 3 // 2
            answer = _fractions(digits, power)
            if answer is not None and _solves(square, answer, right):
                return answer
    return None


def _fractions(digits: npt.NDArray[np.object_], power: int) -> list[Fraction] | None:
    """Each a/d with a and d below √(power/2); a denominator once met is tried on all that follow."""
    limit = isqrt(power // 2)
    common, found = 1, []
    for value in digits:
        shifted = int(value) * common % power
        signed = shifted - power if shifted > power // 2 else shifted
        if abs(signed) <= limit // common if common <= limit else False:
            found.append(Fraction(signed, common))
            continue
        top, bottom = _rational(shifted, power, limit)
        if bottom == 0:
            return None
        found.append(Fraction(top, bottom * common))
        common *= bottom
    return found


def _rational(value: int, power: int, limit: int) -> tuple[int, int]:
    old, new, old_t, new_t = power, value, 0, 1
    while new > limit:
        quotient = old // new
        old, new, old_t, new_t = new, old - quotient * new, new_t, old_t - quotient * new_t
    return (new, new_t) if new_t > 0 else (-new, -new_t)


def _solves(matrix: Whole, answer: list[Fraction], right: npt.NDArray[np.object_]) -> bool:
    scale = lcm(1, *(value.denominator for value in answer))
    whole = np.array([int(value * scale) for value in answer], dtype=object)
    return bool(np.all(np.asarray(matrix).astype(object) @ whole == right * scale))
