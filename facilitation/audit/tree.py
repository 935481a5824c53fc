"""A Merkle tree over rows in their order: one root stands for all of them, and short proofs show two things.

Pure. An **inclusion proof** shows that a row stands where it is said to stand among the first n rows; a **consistency
proof** shows that the first m rows were still the same when there were n. Who holds two roots and such a proof needs no
row at all.

    root of nothing = SHA-256()      leaf = SHA-256(0x00 ‖ row)      node = SHA-256(0x01 ‖ left ‖ right)

The left branch of n > 1 leaves holds the largest power of two below n. Citation: B. Laurie, A. Langley and E. Kasper,
Certificate Transparency, RFC 6962, section 2.1 (2013); checking by folding: RFC 9162, sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf_of(row: bytes) -> bytes:
    """The leaf of one row."""
    return sha256(b"\0" + row).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two branches."""
    return sha256(b"\1" + left + right).digest()


class Growing:
    """A tree that grows leaf by leaf and knows its root at every size; it keeps one hash for each digit of that."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaves: Iterable[bytes]) -> None:
        """More leaves, on the right."""
        for leaf in leaves:
            self._peaks.append(leaf)
            self.size += 1
            for _ in range((self.size & -self.size).bit_length() - 1):  # two trees of one height become one
                right = self._peaks.pop()
                self._peaks.append(node(self._peaks.pop(), right))

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return sha256().digest()
        found = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            found = node(peak, found)
        return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaves.

    >>> root_of([b"a"]) == b"a", root_of([b"a", b"b", b"c"]) == node(node(b"a", b"b"), b"c")
    (True, True)
    """
    tree = Growing()
    tree.add(leaves)
    return tree.root()


def inclusion(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes beside the way of leaf number `place` (from 0) to the root, from the bottom up."""
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    if place < cut:
        return [*inclusion(leaves[:cut], place), root_of(leaves[cut:])]
    return [*inclusion(leaves[cut:], place - cut), root_of(leaves[:cut])]


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """What shows that the first leaves of these, so many, are those of an earlier root; 0 < first ≤ their number."""
    return _grown(leaves, first, known=True)


def _grown(leaves: Sequence[bytes], first: int, *, known: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if known else [root_of(leaves)]
    cut = _cut(len(leaves))
    if first <= cut:
        return [*_grown(leaves[:cut], first, known=known), root_of(leaves[cut:])]
    return [*_grown(leaves[cut:], first - cut, known=False), root_of(leaves[:cut])]


def included(leaf: bytes, place: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that this leaf reaches by the proof, to be compared; None if the proof has not the right length."""
    if not 0 <= place < size:
        return None
    last, found = size - 1, leaf
    for beside in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node(beside, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, beside)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def consistent(first: int, second: int, roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the proof leads to both roots: the tree of `first` leaves, and the one of `second`."""
    before, after = roots
    if first == second:
        return not proof and before == after
    if not 0 < first < second or not proof:
        return False
    path = [before, *proof] if first & (first - 1) == 0 else list(proof)
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node(beside, old), node(beside, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (before, after)


def _cut(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1
