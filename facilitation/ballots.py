"""Ballots: their key, the hash that stays in the turnout, and the receipt.

The tablet makes the key before it first sends and deletes it on receipt. It is never stored, never logged, and nothing
of it decides under which box key the ballot lies. Sending the same ballot again is recognised by the hash alone.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import uuid
from dataclasses import dataclass

from facilitation.codes import ALPHABET, in_letters, shown
from facilitation.errors import AlreadyVoted, BadKey, BadTracker

LONGEST_KEY = 50
TRACKER_LETTERS = 8


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


def handle_hash(key: str, round_id: str) -> bytes:
    """The same where the vote may be changed: the key is a handle then, and the turnout's hash knows no choice.

    Who has not the handle cannot tell which ballot (`box_key_of`) belongs to this hash.
    """
    return hashlib.sha256(b"\0".join((b"folkmoot turnout", key.encode(), round_id.encode()))).digest()


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


@dataclass(frozen=True)
class Slip:
    """What lies in the box: a canonical choice, the tracker by which its member finds it again, and, in a round that is
    counted by classes, the class. `null` is a ballot left blank and `false` a spoilt one; both come from paper alone.
    """

    choice: str
    tracker: str = ""
    group: str = ""


BLANK, SPOILT = "null", "false"
CHANNELS = ("tablet", "assisted", "paper", "phone")
"""The ways in which a ballot can come."""


def read_tracker(typed: str, chance: random.Random) -> str:
    """The tracker that the tablet made, in its one spelling; a device that made none gets one that nobody knows.

    >>> read_tracker("k7q2-mx9d", random.Random(1))
    'K7Q2-MX9D'
    """
    letters = typed.upper().replace("-", "").replace(" ", "")
    if not letters:
        return shown("".join(chance.choices(ALPHABET, k=TRACKER_LETTERS)))
    if len(letters) != TRACKER_LETTERS or not set(letters) <= set(ALPHABET):
        raise BadTracker(
            "The ballot's tracker is not eight letters and digits.", "Load the page again, and send again."
        )
    return shown(letters)


def any_box_key(chance: random.Random) -> bytes:
    """A box key that has nothing to do with anything."""
    return chance.randbytes(32)


def box_key_of(key: str, round_id: str) -> bytes:
    """In a round in which votes may be changed, the ballot lies where only the holder of the key can find it."""
    return hashlib.sha256(b"\0".join((b"folkmoot box", key.encode(), round_id.encode()))).digest()


def shaken(slips: list[Slip], chance: random.Random) -> list[tuple[bytes, Slip]]:
    """All slips of a round under new box keys, in a random order."""
    mixed = sorted(slips, key=lambda slip: (slip.choice, slip.tracker, slip.group))
    chance.shuffle(mixed)
    return [(any_box_key(chance), slip) for slip in mixed]
