"""Ballots: their key, the hash that stays in the turnout, and the receipt.

The tablet makes the key before it first sends and deletes it on receipt. It is never stored, never logged, and nothing
of it decides under which box key the ballot lies. Sending the same ballot again is recognised by the hash alone.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import uuid

from facilitation.codes import in_letters, shown
from facilitation.errors import AlreadyVoted, BadKey

LONGEST_KEY = 50


def read_key(typed: object) -> str:
    """The key in its one spelling.

    >>> read_key("6F9619FF-8B86-D011-B42D-00C04FC964FF")
    '6f9619ff-8b86-d011-b42d-00c04fc964ff'
    """
    try:
        if not isinstance(typed, str) or len(typed) > LONGEST_KEY:
            raise ValueError
        return str(uuid.UUID(typed))
    except ValueError:
        raise BadKey("The ballot's key is not a UUID.", "Make a random UUID before you first send.") from None


def key_hash(key: str, choice: str) -> bytes:
    """SHA-256(key ‖ canonical choice)."""
    return hashlib.sha256(f"{key}{choice}".encode()).digest()


def receipt(round_id: str, member: str, known: bytes) -> str:
    """Made from the turnout row alone, so that it can be given again after any restart.

    >>> receipt("round", "member", bytes(32))
    'KK91-271M'
    """
    row = b"\0".join((b"folkmoot receipt", round_id.encode(), member.encode(), known))
    return shown(in_letters(hashlib.sha256(row).digest()))


def same_ballot(known: bytes, sent: bytes) -> None:
    """Let a re-sent ballot through; refuse any other."""
    if not hmac.compare_digest(known, sent):
        raise AlreadyVoted(
            "Your ballot in this round is in the urn already, and this is another one.",
            "Nothing more to do: the first ballot counts.",
        )


def sealed(choice: str, chance: random.Random) -> tuple[bytes, str]:
    """A choice under a box key that has nothing to do with anything."""
    return chance.randbytes(32), choice


def shaken(choices: list[str], chance: random.Random) -> list[tuple[bytes, str]]:
    """All choices of a round under new box keys, in a random order."""
    mixed = sorted(choices)
    chance.shuffle(mixed)
    return [sealed(choice, chance) for choice in mixed]
