"""Schulze: every option against every other, said as duels, and as one table of pairs.

Pure. A duel tells how many ballots rank the one above the other, and how many do not tell them apart. Where the option
ahead loses or draws a duel and is ahead by a chain of wins, the strengths of the two chains are said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from web.charts.bars import rows_of
from web.charts.lengths import length

DIRECT = "ballots that rank the row above the column"
CHAINS = "strongest path from the row to the column"
MOST_IN_TABLE = 12
MOST_LEADERS = 3


@dataclass(frozen=True)
class Duel:
    """The option ahead against another: ballots for each, and the chains where they decide."""

    other: str
    ours: int
    theirs: int
    neither: int
    our_length: int
    their_length: int
    chains: tuple[int, int] | None = None

    @property
    def word(self) -> str:
        """Who wins it, from the side of the option ahead."""
        return "wins" if self.ours > self.theirs else "loses" if self.ours < self.theirs else "level"


@dataclass(frozen=True)
class Pairs:
    """The duels of every option that is ahead, and the whole table where it can still be read.

    `order` are all options by the number of others that they are ahead of; a cell of `rows` is how many ballots rank
    the row's option above the column's, with a word for the duel, or None against itself.
    """

    order: tuple[str, ...]
    leaders: tuple[tuple[str, tuple[Duel, ...]], ...]
    rows: tuple[tuple[str, tuple[tuple[int, str] | None, ...]], ...]


def pairs_of(result: Mapping[str, Any]) -> Pairs:
    """The picture of a Schulze round.

    >>> from facilitation.rules import Electorate, every_rule, parse_count
    >>> asked = parse_count({"title": "?", "rule": "schulze", "options": ["tram", "bus", "path"]})
    >>> ballots = [("tram", "bus"), ("bus", "tram"), ("tram",)]
    >>> drawn = pairs_of(every_rule()["schulze"].tally(asked, ballots, Electorate(3, 3)).as_json())
    >>> [(who, [(duel.other, duel.ours, duel.theirs, duel.neither) for duel in duels]) for who, duels in drawn.leaders]
    [('tram', [('bus', 2, 1, 0), ('path', 3, 0, 0)])]
    """
    direct, chains = _matrix(result, DIRECT), _matrix(result, CHAINS)
    order = tuple(sorted(direct, key=lambda option: -result["counts"][option]))
    valid = result["cast"] - result["spoilt"] - result.get("blank", 0)
    leaders = tuple(
        (option, tuple(_duel((option, other), direct, chains, valid) for other in order if other != option))
        for option in result["winners"][:MOST_LEADERS]
    )
    rows = tuple((one, tuple(_cell(one, other, direct) for other in order)) for one in order)
    return Pairs(order, leaders, rows if len(order) <= MOST_IN_TABLE else ())


Matrix = Mapping[str, Mapping[str, int]]


def _matrix(result: Mapping[str, Any], name: str) -> Matrix:
    rows = rows_of(result, name)
    options = [row[0] for row in rows]
    return {row[0]: dict(zip(options, row[1:], strict=True)) for row in rows}


def _duel(two: tuple[str, str], direct: Matrix, chains: Matrix, valid: int) -> Duel:
    one, other = two
    ours, theirs = direct[one][other], direct[other][one]
    valid = max(valid, ours + theirs)
    decided_by_chains = ours <= theirs and chains[one][other] > chains[other][one]
    return Duel(
        other,
        ours,
        theirs,
        valid - ours - theirs,
        length(Fraction(ours, valid)) if valid else 0,
        length(Fraction(theirs, valid)) if valid else 0,
        (chains[one][other], chains[other][one]) if decided_by_chains else None,
    )


def _cell(one: str, other: str, direct: Matrix) -> tuple[int, str] | None:
    if one == other:
        return None
    ours, theirs = direct[one][other], direct[other][one]
    return ours, "wins" if ours > theirs else "loses" if ours < theirs else "level"
