"""A thief with a stolen database, who knows in which order the members voted, and looks for any order to lay beside it.

A **view** is whatever has an order: rows as they lie, by key, by transaction, by the place of a ballot in the bytes of
a file. It is written as the voters, by their number in the order of voting, whose ballots (or turnout rows) stand
first, second, third in it. An **attack** lays a view of the ballots beside the known order of voting, or beside a view
of the turnout: the n-th belongs to the n-th. It is worth what it gets right, and how strongly the two orders go
together (Spearman's ρ), which tells a thief whose ballots came early and whose came late.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from assemblies import Sitting

CHOICE = re.compile(rb'\["[A-J]"(?:,"[A-J]")*\]')
View = Sequence[int]


@dataclass(frozen=True)
class Attack:
    """What an attack got right."""

    matches: int
    rho: Fraction

    @property
    def fails(self) -> bool:
        """No better than chance, by the measure of the issue: at most 3 of 1,000, and |ρ| < 0.1."""
        return self.matches <= 3 and abs(self.rho) < Fraction(1, 10)


def attack(ballots: View, voters: View | None = None) -> Attack:
    """The n-th ballot belongs to the n-th voter.

    >>> attack([0, 1, 2, 3]), attack([3, 2, 1, 0]).rho, attack([2, 0, 1], [2, 1, 0]).matches
    (Attack(matches=4, rho=Fraction(1, 1)), Fraction(-1, 1), 1)
    """
    n = len(ballots)
    place = {voter: number for number, voter in enumerate(range(n) if voters is None else voters)}
    assert sorted(ballots) == sorted(place), "a view has every voter once"
    apart = [place[voter] - number for number, voter in enumerate(ballots)]
    return Attack(apart.count(0), 1 - Fraction(6 * sum(d * d for d in apart), n * (n * n - 1)))


def files_of(sitting: Sitting) -> dict[str, bytes]:
    """Everything in the database's folder; of PostgreSQL the files of the tables."""
    if sitting.postgres is not None:
        found = sitting.postgres.files(sitting.database)
    else:
        found = sorted(sitting.path.parent.iterdir())
    return {path.name.replace(sitting.path.name, "file"): path.read_bytes() for path in found}


@dataclass(frozen=True)
class Loot:
    """What one table tells, row by row as it was read: values under `names`, and the voter behind each row."""

    names: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    voters: View

    def by(self, *names: str) -> View:
        """The voters in the order of these columns; rows that are alike in them stay as they lie."""
        places = [self.names.index(name) for name in names]
        order = sorted(range(len(self.rows)), key=lambda row: [self.rows[row][place] for place in places])
        return [self.voters[row] for row in order]

    def tokens(self, name: str) -> dict[bytes, int]:
        """The values of a column as bytes to look for in files, with their voters."""
        place = self.names.index(name)
        values = [row[place] for row in self.rows]
        return {v.encode() if isinstance(v, str) else bytes(v): one for v, one in zip(values, self.voters, strict=True)}


def places(data: bytes, tokens: Mapping[bytes, int]) -> dict[int, list[int]]:
    """Where each of these byte strings (of at least eight bytes) stands in the data, by voter.

    >>> places(b"..seventeen!seventeen", {b"seventeen": 7})
    {7: [2, 12]}
    """
    heads: dict[bytes, list[bytes]] = {}
    for token in tokens:
        heads.setdefault(token[:8], []).append(token)
    begins = np.zeros(1 << 16, dtype=bool)  # which two bytes a token begins with: most places are ruled out by these
    begins[[int.from_bytes(head[:2], "little") for head in heads]] = True
    found: list[tuple[int, int]] = []
    for shift in range(2):
        pairs = np.frombuffer(data, dtype="<u2", offset=min(shift, len(data)), count=max(0, len(data) - shift) // 2)
        for index in np.nonzero(begins[pairs])[0]:
            at = shift + 2 * int(index)
            found += [(at, tokens[token]) for token in heads.get(data[at : at + 8], ()) if data.startswith(token, at)]
    return _by_voter(sorted(found))


def carved(data: bytes, choices: Mapping[bytes, int]) -> dict[int, list[int]]:
    """Where each choice stands in the data, as text, in a table or in what is left of one."""
    hits = [(hit.start(), choices[hit[0]]) for hit in CHOICE.finditer(data) if hit[0] in choices]
    return _by_voter(hits)


def views_of(where: Mapping[int, list[int]]) -> dict[str, View]:
    """The voters by the first and by the last place at which something of theirs stands."""
    return {
        "first place": sorted(where, key=lambda voter: where[voter][0]),
        "last place": sorted(where, key=lambda voter: where[voter][-1]),
    }


def _by_voter(found: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = {}
    for at, voter in found:
        grouped.setdefault(voter, []).append(at)
    return grouped
