"""A Merkle tree over the rows of the pool: one short root stands for all rows, and each row can prove that it is there.

Pure. Leaves and nodes are hashed in different domains, so that no node passes for a row; a leaf is salted, so that
nobody can guess a row and look for its hash.

    leaf = SHA-256(0x00 ‖ salt ‖ row)      node = SHA-256(0x01 ‖ left ‖ right)

The left branch of n > 1 leaves holds the largest power of two below n. Citation: B. Laurie, A. Langley and E. Kasper,
Certificate Transparency, RFC 6962, section 2.1 (2013), whose leaves have no salt.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf_of(salt: bytes, row: bytes) -> bytes:
    """The leaf of one row."""
    return sha256(b"\0" + salt + row).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of at least one leaf.

    >>> root_of([b"a"]) == b"a", root_of([b"a", b"b", b"c"]) == node(node(b"a", b"b"), b"c")
    (True, True)
    """
    if len(leaves) == 1:
        return leaves[0]
    cut = _cut(len(leaves))
    return node(root_of(leaves[:cut]), root_of(leaves[cut:]))


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two branches."""
    return sha256(b"\1" + left + right).digest()


def paths_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """For each leaf the hashes beside its way to the root, from the bottom up."""
    if len(leaves) == 1:
        return [[]]
    cut = _cut(len(leaves))
    left, right = leaves[:cut], leaves[cut:]
    beside_left, beside_right = root_of(right), root_of(left)
    return [[*path, beside_left] for path in paths_of(left)] + [[*path, beside_right] for path in paths_of(right)]


def climbed(leaf: bytes, place: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root that leaf number `place` (from 0) of `count` reaches along its path; None if the path's length is wrong.

    >>> leaves = [b"a", b"b", b"c", b"d", b"e"]
    >>> [climbed(leaf, n, 5, paths_of(leaves)[n]) == root_of(leaves) for n, leaf in enumerate(leaves)]
    [True, True, True, True, True]
    """
    if count == 1:
        return leaf if not path else None
    if not path:
        return None
    cut = _cut(count)
    if place < cut:
        below = climbed(leaf, place, cut, path[:-1])
        return None if below is None else node(below, path[-1])
    below = climbed(leaf, place - cut, count - cut, path[:-1])
    return None if below is None else node(path[-1], below)


def _cut(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1
