"""The square on a badge: the seat and 128 secret bits, which open it as the eight spoken characters do.

The bits are HMAC-SHA-256 (RFC 2104), keyed by this server's secret, of the seat and of its spoken code. So nothing of
them stands in the database, not even a hash: who steals it can make no square. The badge can be printed again at any
time; a seat whose code is renewed, given up or erased has another square from that moment, or none.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import Any

from flask import current_app

from facilitation.codes import ALPHABET, in_letters
from facilitation.desk.core import ID_LENGTH
from facilitation.errors import UnknownCode
from web.access import desk
from web.guessing import try_code
from web.settings import Settings

BITS = 128
LETTERS = -(-BITS // 5)


def on_the_square(member_id: str, code: str) -> str:
    """What the square of this badge says: the seat, then the secret."""
    return f"{member_id.upper()}{_secret(member_id, code)}"


def spoken(typed: object) -> object:
    """What was typed as it is; for the text of a square the spoken code of its seat, if the secret is right.

    Behind the limit on guessing, as every look-up of a code (`guessing.try_code`).
    """
    if not isinstance(typed, str):
        return typed
    text = "".join(sign for sign in typed[:100].upper() if not sign.isspace() and unicodedata.category(sign) != "Pd")
    if len(text) != ID_LENGTH + LETTERS or not set(text) <= set(ALPHABET):
        return typed
    member_id, secret = text[:ID_LENGTH].lower(), text[ID_LENGTH:]
    code = desk().code_of(member_id)
    if not hmac.compare_digest(secret, _secret(member_id, code or "")) or code is None:
        raise UnknownCode(
            "The square on this badge opens no seat here.", "Type the code on it, or ask at the desk for a new badge."
        )
    return code


def preview_code(typed: str) -> Any:
    """Whose code, or square, is this? For “You are NAME, table 4: yes or no”; marks nobody present."""
    return try_code(lambda: desk().who_is(spoken(typed)), typed)


def _secret(member_id: str, code: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    said = f"folkmoot badge\n{member_id}\n{code}".encode()
    made = hmac.digest(settings.secret.encode(), said, hashlib.sha256)[: BITS // 8]
    return in_letters(made + b"\0", LETTERS)
