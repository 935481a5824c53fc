"""The commitment: a page that fixes everything by hash, signed with Ed25519; and how reveals are signed.

Pure. What is signed is the canonical JSON of all other fields; the hash of the commitment is that of its whole file,
so that `sha256sum commitment.json` prints what the announcement shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sortition.errors import SortitionError
from sortition.record import canonical, sha256

COMMITMENT = "folkmoot commitment 1"
LONGEST_REASON = 500


class BadPreparation(SortitionError):
    """Files of a public draw are missing, changed, or do not belong together."""

    code = "bad-preparation"


class AlreadyCommitted(SortitionError):
    """This assembly's draw has a published commitment; another one must name it and say why."""

    code = "already-committed"


@dataclass(frozen=True)
class Supersedes:
    """The commitment that a new one replaces, and the reason that everyone will read."""

    commitment: str
    reason: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[0-9a-f]{64}", self.commitment):
            raise AlreadyCommitted(
                f"“{self.commitment[:80]}” is not the hash of a commitment.",
                "Write the 64 hexadecimal digits that the earlier announcement shows.",
            )
        if not self.reason.strip() or not self.reason.isprintable() or len(self.reason) > LONGEST_REASON:
            raise AlreadyCommitted(
                "No reason is given for replacing a commitment, or one that cannot be printed.",
                f"Say in one line of at most {LONGEST_REASON} characters what happened; it will be published.",
            )


def sign(content: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The content with its signature, as a file."""
    return canonical({**content, "signature": key.sign(canonical(dict(content))).hex()})


def read_signed(name: str, data: bytes, form: str, key: str | None = None) -> dict[str, Any]:
    """The content of a signed file, checked with this key or the one it names itself; raises BadPreparation."""
    content = read_object(name, data)
    if canonical(content) != data or content.get("format") != form:
        raise BadPreparation(f"{name} is not written as Folkmoot writes it.", "Get it again from its source.")
    unsigned = {field: value for field, value in content.items() if field != "signature"}
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key or content["key"]))
        public.verify(bytes.fromhex(content["signature"]), canonical(unsigned))
    except (InvalidSignature, ValueError, KeyError, TypeError) as fault:
        raise BadPreparation(f"The signature of {name} does not hold.", "Get it again from its source.") from fault
    return content


def read_object(name: str, data: bytes) -> dict[str, Any]:
    """The object in a JSON file of a public draw."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise BadPreparation(f"{name} is not a JSON object.", "Get it again from its source.")
    return content


def hash_of(commitment: bytes) -> str:
    """The hash under which a commitment is announced."""
    return sha256(commitment)


def in_groups(hash_: str) -> str:
    """A hash in groups of four, to be read aloud and compared on paper.

    >>> in_groups("0123456789abcdef")
    '0123 4567 89ab cdef'
    """
    return " ".join(hash_[place : place + 4] for place in range(0, len(hash_), 4))
