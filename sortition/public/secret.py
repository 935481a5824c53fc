"""The organiser's one secret, and the keys derived from it: same secret, same bytes.

Pure. Every use has a key of its own (HKDF with SHA-256, one purpose each), so that publishing or losing one says
nothing about the others. Citation: H. Krawczyk and P. Eronen, HMAC-based Extract-and-Expand Key Derivation Function,
RFC 5869 (2010).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sortition.errors import SortitionError

SHORTEST = 32  # bytes; 32 hexadecimal digits are 128 bits, beyond guessing
FEWEST_DIFFERENT = 8  # different bytes; "aaaa…" is long and no secret
MAKE_ONE = "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))' > secret.txt"


class BadSecret(SortitionError):
    """The secret of a public draw is too short or too simple to keep anything secret."""

    code = "bad-secret"


@dataclass(frozen=True)
class Secret:
    """The content of the secret's file, without the spaces and line ends around it, which editors add."""

    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", self.data.strip())
        if len(self.data) < SHORTEST:
            raise BadSecret(f"The secret has {len(self.data)} characters; at least {SHORTEST} are needed.", MAKE_ONE)
        if len(set(self.data)) < FEWEST_DIFFERENT:
            raise BadSecret(f"The secret is made of {len(set(self.data))} different characters only.", MAKE_ONE)

    def key(self, purpose: str) -> bytes:
        """32 bytes for this purpose alone."""
        return HKDF(SHA256(), 32, b"folkmoot public draw 1", purpose.encode()).derive(self.data)

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs commitment and reveal."""
        return Ed25519PrivateKey.from_private_bytes(self.key("signing key"))

    def of_each(self, purpose: str, name: str) -> bytes:
        """32 bytes for one name, such as the salt of one volunteer."""
        return hmac.digest(self.key(purpose), name.encode(), "sha256")
