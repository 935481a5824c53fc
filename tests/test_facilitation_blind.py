"""Blind signatures against the figures of RFC 9474, against `cryptography`, and against whoever holds the key."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation import blind
from facilitation.errors import BadToken

RFC = json.loads((Path(__file__).parent.parent / "fixtures" / "blind" / "rfc9474.json").read_text())["vectors"]
CHANCE = random.Random(9474)


@cache
def a_key() -> blind.PrivateKey:
    return blind.new_key()


def number(vector: dict[str, Any], name: str) -> int:
    return int(vector[name], 16)


def octets(vector: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(vector[name])


@pytest.fixture(params=RFC, ids=lambda vector: vector["name"])
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def test_the_rfcs_figures_come_out_at_every_step(vector: dict[str, Any]) -> None:
    key = blind.PrivateKey(number(vector, "p"), number(vector, "q"))
    assert key.public.as_json() == {"n": vector["n"], "e": vector["e"]}
    prepared = octets(vector, "msg_prefix") + octets(vector, "msg")
    message = blind.encoded(prepared, key.public.n.bit_length() - 1, octets(vector, "salt"))
    r = pow(number(vector, "inv"), -1, key.public.n)
    blinded, inverse = blind.blinded_with(key.public, message, r)
    assert (blinded.hex(), inverse) == (vector["blinded_msg"], number(vector, "inv"))
    signed = blind.blind_sign(key, blinded, CHANCE)
    assert signed.hex() == vector["blind_sig"]
    assert blind.finalize(key.public, prepared, signed, inverse).hex() == vector["sig"]
    assert blind.verified(key.public, prepared, octets(vector, "sig"))


def test_prepare_puts_32_random_bytes_before_the_message() -> None:
    first, second = (blind.prepared_message(CHANCE, b"token") for _ in range(2))
    assert len(first) == blind.PREFIX_BYTES + 5
    assert first.endswith(b"token")
    assert first != second


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2**32))
def test_what_was_signed_blindly_is_an_ordinary_signature(message: bytes, seed: int) -> None:
    key, chance = a_key(), random.Random(seed)
    prepared = blind.prepared_message(chance, message)
    blinded, inverse = blind.blind(key.public, prepared, chance)
    signature = blind.finalize(key.public, prepared, blind.blind_sign(key, blinded, chance), inverse)
    ordinary = rsa.RSAPublicNumbers(key.public.e, key.public.n).public_key()
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
    ordinary.verify(signature, prepared, pss, hashes.SHA384())
    with pytest.raises(InvalidSignature):
        ordinary.verify(signature, prepared + b"!", pss, hashes.SHA384())
    assert not blind.verified(key.public, prepared, bytes([signature[0] ^ 1]) + signature[1:])


def test_the_signature_does_not_depend_on_the_masks() -> None:
    key, blinded = a_key(), (2**3000 + 1).to_bytes(384, "big")
    assert len({blind.blind_sign(key, blinded, random.Random(seed)) for seed in range(3)}) == 1


def test_every_blinded_token_fits_every_ballot() -> None:
    """Who holds the key and all tables still finds one r for each pair of request and ballot: they tell nothing."""
    key, n = a_key(), a_key().public.n
    asked, cast = [], []
    for name in (b"ada", b"bob", b"cyd"):
        prepared = blind.prepared_message(CHANCE, name)
        blinded, inverse = blind.blind(key.public, prepared, CHANCE)
        signed = blind.blind_sign(key, blinded, CHANCE)
        asked.append(int.from_bytes(signed, "big"))
        cast.append(int.from_bytes(blind.finalize(key.public, prepared, signed, inverse), "big"))
    for of_request in asked:
        for of_ballot in cast:
            r = of_request * pow(of_ballot, -1, n) % n
            assert of_ballot * r % n == of_request
            assert pow(of_ballot, 65537, n) * pow(r, 65537, n) % n == pow(of_request, 65537, n)


@pytest.mark.parametrize(
    "blinded",
    [b"", bytes(384), b"\x01" * 383, b"\x01" * 385, b"\xff" * 384, "n", "p"],
    ids=["empty", "zero", "short", "long", "too great", "n itself", "a prime"],
)
def test_what_cannot_be_signed_is_refused_with_a_remedy(blinded: bytes | str) -> None:
    key = a_key()
    sent = {"n": key.public.n, "p": key.p}[blinded].to_bytes(384, "big") if isinstance(blinded, str) else blinded
    with pytest.raises(BadToken) as refused:
        blind.blind_sign(key, sent, CHANCE)
    assert refused.value.remedy


def test_a_computing_error_gives_no_signature_away(monkeypatch: pytest.MonkeyPatch) -> None:
    right = blind._private
    monkeypatch.setattr(blind, "_private", lambda key, z, chance: right(key, z, chance) ^ 1)
    with pytest.raises(ArithmeticError):
        blind.blind_sign(a_key(), (3).to_bytes(384, "big"), CHANCE)


def test_a_wrong_answer_of_the_server_is_no_token() -> None:
    key, prepared = a_key(), blind.prepared_message(CHANCE, b"token")
    blinded, inverse = blind.blind(key.public, prepared, CHANCE)
    for wrong in (blinded, b"", blind.blind_sign(key, blinded, CHANCE)[1:]):
        with pytest.raises(BadToken):
            blind.finalize(key.public, prepared, wrong, inverse)


def test_a_key_is_new_each_time_of_3072_bits_and_keeps_in_384_bytes() -> None:
    key = a_key()
    assert key.public.n.bit_length() == blind.KEY_BITS
    assert key.p != key.q
    assert blind.PrivateKey.from_bytes(key.in_bytes()) == key
    assert len(key.in_bytes()) == 384
    assert blind.new_key().public != key.public


def test_a_spent_token_does_not_tell_its_choice() -> None:
    prepared = blind.prepared_message(CHANCE, b"token")
    assert blind.choice_hash(prepared, '"yes"') != blind.choice_hash(prepared, '"no"')
    assert blind.token_hash("r1", prepared) != blind.token_hash("r2", prepared)
    assert prepared not in blind.token_hash("r1", prepared) + blind.choice_hash(prepared, '"yes"')
