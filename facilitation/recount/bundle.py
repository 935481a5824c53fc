"""The bundle: all that anyone needs to count a closed round again, in one signed file without a name in it.

Pure. The **body** has the frozen definition and conduct with their version and hash, the result, the ballots (or, where
a tracker could be used to sell a vote, only the root over them), the root as four words, and the house's public key.
The house signs the body. Beside it, not in it, stand the countersignatures: the scrutineer may add theirs later, and
the body stays the same to the byte.

A ballot of the list is `{"tracker": …, "choice": …}`, in the order of the trackers, which says nothing about the order
of voting; an open ballot is `{"seat": …, "choice": …}`, by the number of the seat and never by name. `null` is a ballot
left blank, `false` a spoilt one. Its `class` stands with it only where nothing of the result by classes is suppressed.

>>> listed = ballots_listed([("yes", "K7Q2-MX9D", ""), ("no", "0RB5-Z81A", "")])
>>> [ballot["tracker"] for ballot in listed]
['0RB5-Z81A', 'K7Q2-MX9D']
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facilitation.events import canonical
from facilitation.recount.signing import public_half, signature_of
from facilitation.recount.words import four_words

FORMAT: Final = "folkmoot count 1"


@dataclass(frozen=True)
class Published:
    """A closed round as it is published; `ballots` is None where only the root is."""

    assembly: Mapping[str, str]
    session: Mapping[str, str]
    round: str
    definition: Mapping[str, Any]
    conduct: Mapping[str, Any]
    version: int
    hash: str
    closed_at: str
    result: Mapping[str, Any]
    root: str
    ballots: Sequence[Mapping[str, object]] | None

    def body(self, key: str) -> dict[str, Any]:
        """What is signed, with the public key that it is signed for."""
        return {
            "format": FORMAT,
            "assembly": dict(self.assembly),
            "session": dict(self.session),
            "round": self.round,
            "definition": dict(self.definition),
            "conduct": dict(self.conduct),
            "version": self.version,
            "hash": self.hash,
            "closed_at": self.closed_at,
            "result": dict(self.result),
            "root": self.root,
            "words": four_words(self.root),
            "ballots": None if self.ballots is None else [dict(ballot) for ballot in self.ballots],
            "key": key,
        }


@dataclass(frozen=True)
class Countersignature:
    """Who stands by a result, when, and the hash of what they stand by."""

    round: str
    by: str
    at: str
    result_hash: str

    def as_json(self) -> dict[str, object]:
        """What the house signs of it."""
        return {"round": self.round, "by": self.by, "at": self.at, "result_hash": self.result_hash}


def ballots_listed(slips: Iterable[tuple[object, str, str]]) -> list[dict[str, object]]:
    """Choices with tracker and class (if any) as they are published, in the order of their trackers."""
    rows = [
        {"tracker": tracker, "choice": choice} | ({"class": group} if group else {}) for choice, tracker, group in slips
    ]
    return sorted(rows, key=lambda row: (str(row["tracker"]), canonical(row)))


def open_ballots_listed(slips: Iterable[tuple[object, int, str]]) -> list[dict[str, object]]:
    """Choices with the number of the seat and the class (if any)."""
    rows: list[dict[str, object]] = []
    for choice, seat, group in sorted(slips, key=lambda slip: slip[1]):
        rows.append({"seat": seat, "choice": choice} | ({"class": group} if group else {}))
    return rows


def name_of(ballot: Mapping[str, object]) -> str:
    """What a ballot of the list is called by: its tracker, or the number of its seat."""
    return str(ballot.get("tracker", ballot.get("seat")))


def plain(tracker: str) -> str:
    """A tracker as it is compared: hyphens do not matter, and no letter is taken for a digit.

    >>> plain("k7o2-mxld")
    'K702MX1D'
    """
    return tracker.upper().replace("-", "").translate(str.maketrans("OIL", "011"))


def write_bundle(published: Published, countersigned: Iterable[Countersignature], private: bytes) -> bytes:
    """The file: its body, the house's signature of it, and what has been countersigned. Same input, same bytes."""
    body = published.body(public_half(private))
    seconds = [one.as_json() for one in countersigned]
    content = {
        "body": body,
        "signature": signature_of(body, private),
        "countersignatures": [{**one, "signature": signature_of(one, private)} for one in seconds],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
