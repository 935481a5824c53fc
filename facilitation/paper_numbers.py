"""The number of a ballot on paper: eight signs that look like what a tablet makes for its own ballot.

Pure. It becomes the ballot's tracker, and nothing that is published tells which ballots came on paper. Hence it has no
check character, which a tablet's has not: one slip of the finger in thirty-two million hits another printed number of
a thousand, and what is typed must be a number that was printed for this round, twice.
"""

from __future__ import annotations

import random
from collections.abc import Collection

from facilitation.codes import ALPHABET, MISREAD, shown
from facilitation.errors import BadPaperNumber

SIGNS = 8


def new_number(chance: random.Random, taken: Collection[str] = ()) -> str:
    """A fresh number.

    >>> number = new_number(random.Random(1))
    >>> len(number), read_number(number.lower()) == number
    (9, True)
    """
    while True:
        number = shown("".join(chance.choice(ALPHABET) for _ in range(SIGNS)))
        if number not in taken:
            return number


def read_number(typed: str) -> str:
    """The number that somebody typed; blanks and hyphens, small letters, O for 0 and I and L for 1 are forgiven.

    >>> read_number(" k7qf 2mxo")
    'K7QF-2MX0'
    """
    signs = "".join(typed[:100].split()).upper().replace("-", "").replace("–", "").translate(MISREAD)
    if len(signs) != SIGNS or not set(signs) <= set(ALPHABET):
        raise BadPaperNumber(
            "This is not the number of a ballot: it has eight letters and digits.", "Read it from the paper once more."
        )
    return shown(signs)
