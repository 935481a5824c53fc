"""How near to the exact chances the tickets of a draw must come, so that nobody can favour anyone with them.

Pure, in whole numbers, and independent of how the tickets were found: a draw's tickets may bring nobody's chance
further from the exact one than a whole ticket, or than plain rounding of the panels' weights does where that is more.
`make_draw` keeps this law and `verify` holds every draw against it.
"""

from __future__ import annotations

from fractions import Fraction

from sortition.lottery import Lottery, Tickets


def largest_deviation(lottery: Lottery, total: int) -> Fraction:
    """The deviation that so many tickets of this lottery may have.

    >>> largest_deviation(Lottery((("a", "b"), ("a", "c")), (1, 1)), 1)
    Fraction(1, 1)
    >>> largest_deviation(Lottery((("a", "b"), ("a", "c")), (1, 2)), 1)
    Fraction(1, 1)
    """
    return max(plainly_rounded(lottery, total).deviation, Fraction(1, total))


def plainly_rounded(lottery: Lottery, total: int) -> Tickets:
    """Largest remainders; equal remainders go to the earlier panel. The tickets stand in the order of the panels."""
    shares = [Fraction(weight * total, lottery.denominator) for weight in lottery.weights]
    counts = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (counts[place] - shares[place], place))
    for place in order[: total - sum(counts)]:
        counts[place] += 1
    return Tickets(lottery, tuple(place for place, number in enumerate(counts) for _ in range(number)))
