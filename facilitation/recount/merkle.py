"""A Merkle tree over the ballots of a round: one short root stands for all of them, and for nothing else.

Pure. Leaves and nodes are hashed in different domains, so that no node passes for a ballot. What is hashed of a ballot
is what is published of it: its tracker and its choice (and its class, where the round is counted by classes). The
tracker is random and nobody else knows it, so it is the salt: from the root alone no choice can be guessed.

    leaf = SHA-256(0x00 ‖ canonical JSON of the ballot)      node = SHA-256(0x01 ‖ left ‖ right)

The leaves stand in the order of their hashes, which says nothing about the order of voting. The left branch of n > 1
leaves holds the largest power of two below n; the root of no ballots is SHA-256 of nothing. Citation: B. Laurie,
A. Langley and E. Kasper, Certificate Transparency, RFC 6962, section 2.1 (2013), whose leaves are not sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from facilitation.events import canonical


def leaf_of(ballot: Mapping[str, object]) -> bytes:
    """The leaf of one ballot as it is published.

    >>> leaf_of({"tracker": "K7Q2-MX9D", "choice": "yes"}) == leaf_of({"choice": "yes", "tracker": "K7Q2-MX9D"})
    True
    """
    return sha256(b"\0" + canonical(ballot).encode()).digest()


def root_of(ballots: Iterable[Mapping[str, object]]) -> str:
    """The root over these ballots, whose order does not matter, in hexadecimal.

    >>> one, two = {"tracker": "K7Q2-MX9D", "choice": "yes"}, {"tracker": "0RB5-Z81A", "choice": "no"}
    >>> root_of([one, two]) == root_of([two, one]) != root_of([one])
    True
    """
    row = sorted(map(leaf_of, ballots))
    if not row:
        return sha256(b"").hexdigest()
    while len(row) > 1:  # pairs from the left: what is left over moves up, which is the tree of RFC 6962
        paired = [node(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        row = paired + row[2 * len(paired) :]
    return row[0].hex()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two branches."""
    return sha256(b"\1" + left + right).digest()
