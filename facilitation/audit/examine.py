"""Is this still the journal that the hall saw? The chain, the signed heads and what witnesses noted, in one pass.

Pure. What each of them finds: the **chain** an altered row, a row taken out, rows in another order, and names the row;
the **heads** of the house also a journal that was written anew from some row on with every hash made to fit, and rows
cut off at the end; what **witnesses** noted the same where the heads, too, were taken away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from facilitation.audit.heads import MARKED, Noted, TreeHead, row_leaf
from facilitation.audit.tree import Growing
from facilitation.events import Link
from facilitation.recount.words import four_words


@dataclass(frozen=True)
class Finding:
    """What does not fit: the first row that is bad (or may be), and why, in a sentence."""

    row: int
    why: str


@dataclass(frozen=True)
class Journal:
    """All that there is to be examined of an assembly; `keys` are those that may have signed."""

    assembly: str
    links: Sequence[Link]
    heads: Sequence[TreeHead] = ()
    keys: Collection[str] = ()
    leaves: list[str] = field(default_factory=list)


def examine(journal: Journal, noted: Sequence[Noted] = ()) -> Finding | None:
    """The first thing that is not as it was; None when all is."""
    return _chain(journal) or _heads(journal) or _witnesses(journal, noted)


def roots_at(journal: Journal, sizes: Collection[int]) -> Mapping[int, str]:
    """The roots over the first rows, for each of these sizes that the journal reaches."""
    tree, found, reached = Growing(), {}, 0
    for size in sorted(size for size in sizes if 0 <= size <= len(journal.links)):
        tree.add(row_leaf(journal.assembly, link) for link in journal.links[reached:size])
        found[size], reached = tree.root().hex(), size
    return found


def _chain(journal: Journal) -> Finding | None:
    previous = ""
    for expected, link in enumerate(journal.links, start=1):
        if link.seq > expected:
            return Finding(expected, f"row {expected} is missing: row {link.seq} follows row {expected - 1}")
        if link.seq < expected:
            return Finding(expected, f"row {link.seq} stands where row {expected} belongs")
        if link.chained(journal.assembly, previous) != link.hash:
            return Finding(expected, f"row {expected} does not fit the chain: it, or the hash before it, was altered")
        previous = link.hash
    return None


def _heads(journal: Journal) -> Finding | None:
    """Every head, its signature, its root, and that none is missing between the first and the last."""
    heads = sorted(journal.heads, key=lambda head: head.size)
    roots = roots_at(journal, {head.size for head in heads})
    good = 0
    for head in heads:
        if head.assembly != journal.assembly or head.key not in journal.keys or not head.holds:
            return Finding(good + 1, f"the head of row {head.size} is not signed by the house's key")
        if wrong := _wrong(len(journal.links), head.size, roots.get(head.size) == head.root, good):
            return wrong
        good = head.size
    if heads:
        there = {head.size for head in heads}
        for link in journal.links[heads[0].size : heads[-1].size]:
            if link.kind in MARKED and not any(size in there for size in _of_one_act(journal, link)):
                return Finding(link.seq, f"the head that was noted with row {link.seq} was taken away")
    return None


def _of_one_act(journal: Journal, link: Link) -> range:
    """The rows that were written together with this one, of which the last has the head: the same moment and actor."""
    last = link.seq
    while last < len(journal.links) and (journal.links[last].at, journal.links[last].actor) == (link.at, link.actor):
        last += 1
    return range(link.seq, last + 1)


def _witnesses(journal: Journal, noted: Sequence[Noted]) -> Finding | None:
    for one in noted:
        found = _witness(journal, one)
        if found is not None:
            return found
    return None


def _witness(journal: Journal, one: Noted) -> Finding | None:
    if one.size is None:
        return _words_alone(journal, one.words)
    root = roots_at(journal, {one.size}).get(one.size)
    agrees = root is not None and (root == one.root if one.root else four_words(root) == one.words)
    if not agrees and one.leaves and root is not None:
        for place, leaf in enumerate(one.leaves[: one.size], start=1):
            if row_leaf(journal.assembly, journal.links[place - 1]).hex() != leaf:
                return Finding(place, f"row {place} is not the row that the witness's file has")
    return _wrong(len(journal.links), one.size, agrees, 0, "that a witness noted")


def _words_alone(journal: Journal, words: str) -> Finding | None:
    """Words without the number of a row: some head, or the hall moving on, must have had them."""
    sizes = {head.size for head in journal.heads} | {link.seq for link in journal.links if link.kind in MARKED}
    roots = roots_at(journal, sizes | {len(journal.links)})
    if any(four_words(roots[size]) == words for size in sorted(roots, reverse=True)):
        return None
    why = f"no head of this journal has the words “{words}”: rows before them were changed, or the last were cut off"
    return Finding(1, f"{why} (say the number of the row as well, to know more)")


def _wrong(rows: int, size: int, agrees: bool, good: int, whose: str = "that the house signed") -> Finding | None:
    if size > rows:
        return Finding(rows + 1, f"rows {rows + 1} to {size} were cut off: there is a head of row {size} {whose}")
    if agrees:
        return None
    where = f"row {size}" if good + 1 == size else f"one of the rows {good + 1} to {size}"
    return Finding(good + 1, f"{where} is not what it was: the head of row {size} {whose} is another")
