"""Six digits from a clock and a shared secret, and codes for the day on which the telephone is lost.

RFC 6238 over RFC 4226: the digits are HMAC-SHA-1 of the number of the half minute, cut as section 5.3 says. A code
counts within one half minute before and after its own (RFC 6238, section 5.2), and once: the desk keeps the number of
the last half minute that was used, and takes no earlier one again.

The secret is not stored. It is HMAC-SHA-256 of a number of the account, keyed by the server's secret, so that a copy
of the database without the file of the secret yields no six digits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from datetime import datetime
from typing import Final
from urllib.parse import quote

from facilitation.codes import ALPHABET

HALF_MINUTE: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
RECOVERY_CODES: Final = 10
RECOVERY_LENGTH: Final = 12
"""Sixty bits each."""


def secret_of(server_secret: str, number: str) -> bytes:
    """The secret that the telephone of one account shares with this server: 160 bits, as RFC 4226 recommends."""
    return hmac.new(server_secret.encode(), b"folkmoot totp " + number.encode(), hashlib.sha256).digest()[:20]


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a half minute.

    >>> [code_at(b"12345678901234567890", step) for step in range(3)]  # RFC 4226, appendix D
    ['755224', '287082', '359152']
    """
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    return str((int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)


def step_at(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // HALF_MINUTE


def step_of(secret: bytes, typed: str, now: datetime) -> int | None:
    """The half minute whose digits these are, if it is near enough; every one is looked at, whichever fits."""
    here, said = step_at(now), typed.encode()
    near = range(here - DRIFT, here + DRIFT + 1)
    fits = [step for step in near if hmac.compare_digest(code_at(secret, step).encode(), said)]
    return max(fits, default=None)


def address_of(secret: bytes, name: str, issuer: str) -> str:
    """What the square says to an authenticator app (the key URI that these apps read)."""
    label, word = quote(f"{issuer}:{name}", safe=""), in_letters(secret)
    return f"otpauth://totp/{label}?secret={word}&issuer={quote(issuer, safe='')}&digits={DIGITS}&period={HALF_MINUTE}"


def in_letters(secret: bytes) -> str:
    """The secret as it is typed where no square can be scanned."""
    return base64.b32encode(secret).decode().rstrip("=")


def recovery_codes(chance: random.Random) -> tuple[str, ...]:
    """Codes that stand in for the six digits, once each."""
    return tuple(
        "-".join("".join(ALPHABET[chance.randrange(32)] for _ in range(4)) for _ in range(RECOVERY_LENGTH // 4))
        for _ in range(RECOVERY_CODES)
    )


def read_typed(typed: str) -> str:
    """What was typed, without blanks and hyphens.

    >>> read_typed("123 456"), read_typed("k7qf-2mx0-9abo")
    ('123456', 'K7QF2MX09AB0')
    """
    kept = "".join(sign for sign in typed[:40].upper() if sign.isalnum())
    return kept if kept.isdigit() and len(kept) == DIGITS else kept.translate(str.maketrans("OIL", "011"))


def recovery_hash(code: str) -> bytes:
    """What the database keeps of a recovery code."""
    return hashlib.sha256(b"folkmoot recovery " + read_typed(code).encode()).digest()
