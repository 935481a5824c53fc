"""Four words for a hash, to be read aloud in a hall, written down, and compared at home.

Pure. The list has 1,024 plain English words; no two begin with the same four letters, and no two differ in one letter
only. Four of them say 40 bits. That alone would be too short: with a fast computer somebody could look for other
ballots whose root has the same words. So the words are not the hash itself but slow to come by:

    bits = PBKDF2-HMAC-SHA-256(password = the hash, salt = "folkmoot four words 1", 131,072 times), the first 40

which costs whoever reads them a blink, and whoever hunts for a second root 2⁵⁷ steps of HMAC (RFC 8018, section 5.2).
The whole root stands in the published file; the words are the way from a wall to that file.

The list itself is in `verify_count.py`, since that script travels alone: one list, not two that could differ.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import pbkdf2_hmac
from typing import Final

from facilitation.recount.verify_count import WORDS

SALT: Final = b"folkmoot four words 1"
TIMES: Final = 2**17


@lru_cache(maxsize=4096)
def four_words(root: str) -> str:
    """The words of a hash in hexadecimal.

    >>> four_words("00" * 32)
    'paper prism history glaze'
    """
    bits = int.from_bytes(pbkdf2_hmac("sha256", bytes.fromhex(root), SALT, TIMES, 5), "big")
    return " ".join(WORDS[bits >> 10 * place & 1023] for place in (3, 2, 1, 0))
