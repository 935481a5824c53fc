"""Blind signatures: the server signs a token that it cannot see, so that nobody can tell whose token it is.

RFC 9474, RSABSSA-SHA384-PSS-Randomized. Let (n, e) be the round's public key and d its private exponent, m the
EMSA-PSS encoding (SHA-384, MGF1 with SHA-384, 48 bytes of salt) of a message with 32 random bytes before it.

    Blind     z = m · rᵉ mod n, for a random r that has an inverse          (tablet)
    BlindSign s′ = zᵈ mod n, given out only if s′ᵉ = z                      (server: it sees z, never m)
    Finalize  s = s′ · r⁻¹ = mᵈ mod n                                       (tablet)
    Verify    sᵉ mod n is a PSS encoding of the message                     (server: an ordinary RSA-PSS signature)

For every z that was signed and every pair (m, s) that comes back there is exactly one r that joins them, so the pairs
say nothing about who asked, however great the computer that looks at them. That one signing gives at most one token is
the security of RSA (“one more unforgeability”).

The private operation uses the two primes (CRT). Python's `pow` does not take constant time, so what it works on is
made random each time, base and exponents both: its time then follows chance and not the key. The check s′ᵉ = z keeps a
computing error from giving a prime away. `cryptography` makes the key and verifies; it has no unpadded private
operation.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import random
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from facilitation.errors import BadToken

KEY_BITS = 3072
PUBLIC_EXPONENT = 65537
HASH_BYTES = 48
SALT_BYTES = 48
PREFIX_BYTES = 32
MESSAGE_BYTES = 32
"""What a tablet puts behind the prefix: as many random bytes again."""
MASK_BITS = 64
"""By how many random bits the exponents are lengthened."""

ASK_AGAIN = "Reload the page; the tablet then asks for its token in the right form."
NO_TOKEN = "Vote with the tablet that holds your token, or ask a helper for a paper ballot."  # noqa: S105  # a sentence


@dataclass(frozen=True)
class PublicKey:
    """The half of a round's key that everybody may know."""

    n: int
    e: int = PUBLIC_EXPONENT

    @property
    def length(self) -> int:
        """How many bytes a number below n takes."""
        return (self.n.bit_length() + 7) // 8

    def as_json(self) -> dict[str, str]:
        """Both numbers in hexadecimal digits; the modulus fills its bytes."""
        return {"n": self.n.to_bytes(self.length, "big").hex(), "e": f"{self.e:06x}"}


@dataclass(frozen=True)
class PrivateKey:
    """A round's key: two primes. It signs tokens while the round is open and is destroyed at the close."""

    p: int = field(repr=False)
    q: int = field(repr=False)
    e: int = PUBLIC_EXPONENT

    @cached_property
    def public(self) -> PublicKey:
        """Its public half."""
        return PublicKey(self.p * self.q, self.e)

    def in_bytes(self) -> bytes:
        """p ‖ q, each of the same length."""
        length = max(self.p.bit_length(), self.q.bit_length()) + 7 >> 3
        return self.p.to_bytes(length, "big") + self.q.to_bytes(length, "big")

    @classmethod
    def from_bytes(cls, stored: bytes) -> PrivateKey:
        """The key that `in_bytes` wrote down."""
        half = len(stored) // 2
        return cls(int.from_bytes(stored[:half], "big"), int.from_bytes(stored[half:], "big"))


def new_key(bits: int = KEY_BITS) -> PrivateKey:
    """A fresh key from the operating system's randomness: a secret must come from no seed."""
    made = rsa.generate_private_key(public_exponent=PUBLIC_EXPONENT, key_size=bits).private_numbers()
    return PrivateKey(made.p, made.q)


# ------------------------------------------------------------------------------------------------ the server


def blind_sign(key: PrivateKey, blinded: bytes, chance: random.Random) -> bytes:
    """BlindSign: z ↦ zᵈ mod n, with base and exponents masked by `chance`."""
    public = key.public
    if len(blinded) != public.length:
        raise BadToken(
            f"A blinded token of this round has {public.length} bytes; this one has {len(blinded)}.", ASK_AGAIN
        )
    z = int.from_bytes(blinded, "big")
    if not 0 < z < public.n or math.gcd(z, public.n) != 1:
        raise BadToken("The blinded token is not a number that the key of this round can sign.", ASK_AGAIN)
    mask = _unit(public.n, chance)
    signed = _private(key, z * pow(mask, public.e, public.n) % public.n, chance) * pow(mask, -1, public.n) % public.n
    if pow(signed, public.e, public.n) != z:  # RFC 9474, 4.3: a wrong answer would give a prime away
        raise ArithmeticError("the computer made an error in a blind signature")
    return signed.to_bytes(public.length, "big")


def _private(key: PrivateKey, z: int, chance: random.Random) -> int:
    """zᵈ mod pq by the remainders (RFC 8017, 5.1.2), with exponents d + k(p − 1) for random k."""
    halves = []
    for prime in (key.p, key.q):
        exponent = pow(key.e, -1, prime - 1) + chance.getrandbits(MASK_BITS) * (prime - 1)
        halves.append(pow(z % prime, exponent, prime))
    of_p, of_q = halves
    return of_q + key.q * ((of_p - of_q) * pow(key.q, -1, key.p) % key.p)


def verified(key: PublicKey, prepared: bytes, signature: bytes) -> bool:
    """Verify: is this the round's signature of the prepared message?"""
    ordinary = rsa.RSAPublicNumbers(key.e, key.n).public_key()
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=SALT_BYTES)
    try:
        ordinary.verify(signature, prepared, pss, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


# ------------------------------------------------------------------------------------------------ the tablet's side
# Tablets do this in the browser (web/static/js/blind.js). It stands here for members' programs, robots and tests.


def prepared_message(chance: random.Random, message: bytes) -> bytes:
    """Prepare: 32 random bytes before the message."""
    return chance.randbytes(PREFIX_BYTES) + message


def blind(key: PublicKey, prepared: bytes, chance: random.Random) -> tuple[bytes, int]:
    """Blind: the blinded message, and r⁻¹ for `finalize`."""
    return blinded_with(
        key, encoded(prepared, key.n.bit_length() - 1, chance.randbytes(SALT_BYTES)), _unit(key.n, chance)
    )


def blinded_with(key: PublicKey, message: bytes, r: int) -> tuple[bytes, int]:
    """The encoded message hidden by this r, and r⁻¹."""
    m = int.from_bytes(message, "big")
    z = m * pow(r, key.e, key.n) % key.n
    return z.to_bytes(key.length, "big"), pow(r, -1, key.n)


def finalize(key: PublicKey, prepared: bytes, blind_signature: bytes, inverse: int) -> bytes:
    """Finalize: the signature of the message itself, verified."""
    s = int.from_bytes(blind_signature, "big") * inverse % key.n
    signature = s.to_bytes(key.length, "big")
    if len(blind_signature) != key.length or not verified(key, prepared, signature):
        raise BadToken("The server's signature does not fit this token.", NO_TOKEN)
    return signature


def encoded(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE (RFC 8017, 9.1.1): DB ⊕ MGF1(H) ‖ H ‖ BC, with H = Hash(0⁸ ‖ Hash(message) ‖ salt)."""
    length = (bits + 7) // 8
    seed = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(length - len(salt) - HASH_BYTES - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mgf1(seed, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + seed + b"\xbc"


def _mgf1(seed: bytes, length: int) -> bytes:
    """MGF1 (RFC 8017, B.2.1) with SHA-384."""
    blocks = (hashlib.sha384(seed + counter.to_bytes(4, "big")).digest() for counter in range(-(-length // HASH_BYTES)))
    return b"".join(blocks)[:length]


def _unit(n: int, chance: random.Random) -> int:
    """A random number below n that has an inverse."""
    while True:
        r = chance.randrange(1, n)
        if math.gcd(r, n) == 1:
            return r


# ------------------------------------------------------------------------------------------------ what is stored


def key_hash(key: PublicKey) -> bytes:
    """The fingerprint of a round's key."""
    return hashlib.sha256(b"folkmoot round key\0" + key.n.to_bytes(key.length, "big")).digest()


def token_hash(round_id: str, prepared: bytes) -> bytes:
    """Under what a token is remembered as spent; the token itself is never stored."""
    return hashlib.sha256(b"folkmoot token\0" + round_id.encode() + b"\0" + prepared).digest()


def choice_hash(prepared: bytes, choice: str) -> bytes:
    """What the spent token remembers of its choice: nobody who has not the token can try choices against it."""
    return hmac.new(prepared, choice.encode(), hashlib.sha256).digest()


def blinded_hash(blinded: bytes) -> bytes:
    """By what a member's blinded token is known again."""
    return hashlib.sha256(b"folkmoot blinded token\0" + blinded).digest()
