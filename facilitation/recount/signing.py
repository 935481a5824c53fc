"""The house's signature: Ed25519 (RFC 8032) over canonical JSON.

Pure. One house has one key, made when something is first signed and kept in its database. Whoever knows the public half
(it is shown beside every count, and belongs into the assembly's announcement) can tell what this house has published
from what somebody has changed afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from facilitation.events import canonical

KEY_LENGTH: Final = 32


def new_key(chance: random.Random) -> bytes:
    """The private half of a fresh key."""
    return chance.randbytes(KEY_LENGTH)


def public_half(private: bytes) -> str:
    """What everybody may know, in hexadecimal.

    >>> public_half(bytes(32))[:16]
    '3b6a27bcceb6a42d'
    """
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()


def signature_of(content: Mapping[str, object], private: bytes) -> str:
    """The signature of this content, in hexadecimal."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(canonical(content).encode()).hex()


def signed_by(content: Mapping[str, object], signature: str, key: str) -> bool:
    """Whether this is the signature of this content by the key whose public half this is.

    >>> signed_by({"a": 1}, signature_of({"a": 1}, bytes(32)), public_half(bytes(32)))
    True
    >>> signed_by({"a": 2}, signature_of({"a": 1}, bytes(32)), public_half(bytes(32)))
    False
    """
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), canonical(content).encode())
    except (ValueError, InvalidSignature):
        return False
    return True


def in_groups(hexadecimal: str) -> str:
    """A key or a hash as it is read aloud and compared on paper.

    >>> in_groups("0123456789abcdef")
    '0123 4567 89ab cdef'
    """
    return " ".join(hexadecimal[place : place + 4] for place in range(0, len(hexadecimal), 4))
