"""A head of the journal: the root over its first rows, signed by the house, and said in four words.

Pure. Whoever holds a head, if only as four words on paper, can tell later whether a row up to it was altered, taken
out, put elsewhere or cut off, even if every hash after it was made to fit again. The house notes a head whenever the
hall moves on (`MARKS`); witnesses see it on the hall screen, the console, the run sheet and in the minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from facilitation.audit.tree import Growing, leaf_of
from facilitation.event import Event
from facilitation.events import (
    ActionUndone,
    CastingVote,
    ItemEnded,
    ItemStarted,
    KeyChanged,
    Link,
    ResultAcknowledged,
    ResultShown,
    RoundCancelled,
    RoundClosed,
    RoundEnded,
    RoundOpened,
    SessionClosed,
    SessionPlanned,
    canonical,
)
from facilitation.recount.signing import public_half, signature_of, signed_by
from facilitation.recount.words import four_words

FORMAT: Final = "folkmoot journal head 1"
KEY_FORMAT: Final = "folkmoot key change 1"
MARKS: Final[tuple[type[Event], ...]] = (
    *(SessionPlanned, ItemStarted, ItemEnded, RoundOpened, RoundEnded, RoundClosed, RoundCancelled, ResultShown),
    *(CastingVote, ResultAcknowledged, ActionUndone, SessionClosed, KeyChanged),
)
"""After which events a head is noted: the session is planned, the hall moves on, the sitting is over."""
MARKED: Final = frozenset(event.kind for event in MARKS)


@dataclass(frozen=True)
class TreeHead:
    """What the house says of the first `size` rows; `key` is the public half that the signature is of."""

    assembly: str
    size: int
    root: str
    at: str
    key: str = ""
    signature: str = ""

    @property
    def content(self) -> dict[str, object]:
        """What is signed."""
        said = {"format": FORMAT, "assembly": self.assembly, "size": self.size}
        return {**said, "root": self.root, "at": self.at, "key": self.key}

    @property
    def words(self) -> str:
        """The root in four words: slow to come by, so ask for them where they are shown."""
        return four_words(self.root)

    @property
    def holds(self) -> bool:
        """Whether the signature is that of the key which the head names."""
        return signed_by(self.content, self.signature, self.key)

    def signed(self, private: bytes) -> TreeHead:
        """The same, signed."""
        named = replace(self, key=public_half(private))
        return replace(named, signature=signature_of(named.content, private))

    def as_json(self) -> dict[str, object]:
        """As a file, with the words."""
        return {**self.content, "signature": self.signature, "words": self.words}


@dataclass(frozen=True)
class Noted:
    """What a witness brings: the number of the row (None: words alone), and the words or the root."""

    size: int | None
    words: str = ""
    root: str = ""
    leaves: tuple[str, ...] = ()
    """The hash of every row, if the witness kept the long form: then the very row can be named."""


def row_of(assembly: str, link: Link) -> list[object]:
    """Everything that a row says, to the letter, with its hash in the chain."""
    return [assembly, link.seq, link.at, link.actor, link.kind, link.data, link.hash]


def row_leaf(assembly: str, link: Link) -> bytes:
    """The leaf of a row."""
    return leaf_of(canonical(row_of(assembly, link)).encode())


def head_of(assembly: str, links: Sequence[Link], at: str) -> TreeHead:
    """The head over these rows, not signed yet."""
    tree = Growing()
    tree.add(row_leaf(assembly, link) for link in links)
    return TreeHead(assembly, tree.size, tree.root().hex(), at)


def read_noted(text: str) -> Noted:
    """Words as they were written down on paper, with or without the number of the row.

    >>> read_noted("Row 412: paper prism history glaze")
    Noted(size=412, words='paper prism history glaze', root='', leaves=())
    """
    number = re.search(r"\d+", text)
    words = re.findall(r"[a-z]+", re.sub(r"\brow\b", " ", text.lower()))
    return Noted(int(number[0]) if number else None, " ".join(words))


def noted_in(content: Mapping[str, Any]) -> Noted:
    """What a file of `folkmoot audit head` says; the words beside it do not matter."""
    leaves = content.get("leaves", ())
    return Noted(int(content["size"]), root=str(content["root"]), leaves=tuple(map(str, leaves)))


def key_change(old: bytes, new: bytes) -> KeyChanged:
    """The event that hands over from one key to the next, signed by both."""
    said = _change(public_half(old), public_half(new))
    return KeyChanged(said["old"], said["new"], signature_of(said, old), signature_of(said, new))


def trusted(links: Iterable[Link], key_now: str) -> frozenset[str]:
    """The keys that may have signed heads: the house's own, and those that handed over to it, step by step back."""
    found = {key_now}
    for link in reversed([link for link in links if link.kind == KeyChanged.kind]):
        event = link.entry.event
        assert isinstance(event, KeyChanged)
        said = _change(event.old, event.new)
        if event.new in found and signed_by(said, event.by_new, event.new) and signed_by(said, event.by_old, event.old):
            found.add(event.old)
    return frozenset(found)


def _change(old: str, new: str) -> dict[str, str]:
    return {"format": KEY_FORMAT, "old": old, "new": new}
