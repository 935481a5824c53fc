"""A robot's token for a sealed round: made once, signed by the server without being seen, then cast without a name."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from facilitation import blind

Ask = Callable[[str, dict[str, Any] | None], "dict[str, Any] | None"]
"""Ask the server by the robot's name: path and body to the answer, a refusal included; None when there was none."""


@dataclass(frozen=True)
class Token:
    """What the robot keeps between two tries."""

    key: blind.PublicKey
    prepared: bytes
    blinded: bytes
    inverse: int
    signature: bytes = b""

    def as_json(self) -> dict[str, str]:
        """What goes with the ballot."""
        return {"token": self.prepared.hex(), "signature": self.signature.hex()}


def a_token(given: Mapping[str, str], chance: random.Random) -> Token:
    """A fresh token for the key that the server gave."""
    key = blind.PublicKey(int(given["n"], 16), int(given["e"], 16))
    prepared = blind.prepared_message(chance, chance.randbytes(blind.MESSAGE_BYTES))
    return Token(key, prepared, *blind.blind(key, prepared, chance))


def signed(
    token: Token | None, ask: Ask, round_id: str, chance: random.Random
) -> tuple[Token | None, dict[str, Any] | None]:
    """One more step to a signed token; beside it the answer that stands in the way, if any does."""
    if token is None:
        given = ask(f"/api/rounds/{round_id}/key", None)
        if given is None or "n" not in given:
            return None, given
        token = a_token(given, chance)
    if not token.signature:
        told = ask(f"/api/rounds/{round_id}/token", {"blinded": token.blinded.hex()})
        if told is None or "signature" not in told:
            return token, told
        signature = blind.finalize(token.key, token.prepared, bytes.fromhex(told["signature"]), token.inverse)
        token = replace(token, signature=signature)
    return token, {}
