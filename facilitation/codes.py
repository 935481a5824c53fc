"""Codes that people read aloud and type: eight characters that cannot be mistaken for one another.

Crockford's base 32 has no I, L, O or U. The last character checks the others: over the field of 32 elements any one
wrong character and any two swapped ones are found, so a slip of the finger never opens someone else's seat.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Collection

from facilitation.errors import BadCode, BadRequest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
LOOK_AGAIN = "Look at your badge and type it again."
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FIELD = 0b100101
"""x⁵ + x² + 1, which makes the 32 characters a field."""


def new_code(chance: random.Random, taken: Collection[str] = (), length: int = LENGTH) -> str:
    """A fresh code that nobody has; of eight characters, where members join with it.

    >>> code = new_code(random.Random(1))
    >>> len(code), read_code(code.lower()) == code
    (8, True)
    """
    while True:
        places = [chance.randrange(len(ALPHABET)) for _ in range(length - 1)]
        code = "".join(ALPHABET[place] for place in (*places, _check(places)))
        if code not in taken:
            return code


def read_code(typed: object, length: int = LENGTH, look_again: str = LOOK_AGAIN) -> str:
    """The code that somebody typed: small letters, blanks, hyphens and O for 0 or I and L for 1 are forgiven.

    >>> read_code("k7qf-2mx" + ALPHABET[_check([ALPHABET.index(sign) for sign in "K7QF2MX"])].lower())[:7]
    'K7QF2MX'
    """
    if not isinstance(typed, str):
        raise BadRequest("The code is not a text.", "Send it as {“code”: “…”}.")
    code = "".join(sign for sign in typed[:100].upper() if not _between(sign)).translate(MISREAD)
    if len(code) != length:
        raise BadCode(f"A code has {length} characters; this one has {len(code)}.", look_again)
    strange = [sign for sign in code if sign not in ALPHABET]
    if strange:
        raise BadCode(f"No code has the character “{strange[0]}”.", look_again)
    places = [ALPHABET.index(sign) for sign in code]
    if _check(places[:-1]) != places[-1]:
        raise BadCode("This code cannot be right: its characters do not fit together.", "Check the last letters.")
    return code


def _between(sign: str) -> bool:
    """Any blank, line end or dash: a scanner ends its line, and a phone's keyboard has hyphens of its own."""
    return sign.isspace() or unicodedata.category(sign) == "Pd"


def shown(code: str) -> str:
    """A code as it is printed, in two groups of four.

    >>> shown("K7QF2MXD")
    'K7QF-2MXD'
    """
    return f"{code[:4]}-{code[4:]}"


def in_letters(data: bytes, length: int = LENGTH) -> str:
    """The first bits of some bytes as so many characters.

    >>> in_letters(bytes(5)), in_letters(bytes([255] * 5))
    ('00000000', 'ZZZZZZZZ')
    """
    bits = int.from_bytes(data, "big") >> (8 * len(data) - 5 * length)
    return "".join(ALPHABET[(bits >> 5 * place) & 31] for place in reversed(range(length)))


def _check(places: list[int]) -> int:
    """Σ dᵢ·αⁿ⁻ⁱ in the field: every place has its own weight, and none has weight one, which is the check's own."""
    total = 0
    for place in places:
        total = (total ^ place) << 1
        total ^= _FIELD if total & 32 else 0
    return total
