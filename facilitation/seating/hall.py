"""Who is to be seated, at which tables, and what must be kept: values that hold together once they exist.

Pure. A guest is a member or somebody who supports one: a supporter takes a chair and has no voice, so that meetings and
mixing are counted among voices alone. A table has so many chairs (a host can listen to nine at most), offers what some
guests need (step-free way, hearing loop, quiet corner: any words), and has so many seats for guests who take part from
afar. Everything that must be kept is a `Rule` with words of its own, so that rules that cannot be kept together can be
named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from facilitation.errors import BadSeating

MOST_CHAIRS: Final = 9
"""A host can listen to so many."""
MOST_ROUNDS: Final = 40
MOST_GUESTS: Final = 1000

Kind = Literal["needs", "remote", "pinned", "together", "apart"]


@dataclass(frozen=True)
class Guest:
    """Somebody who needs a chair. `values` are the features to be mixed; a blank one is not mixed."""

    id: str
    values: Mapping[str, str] = field(default_factory=dict)
    voice: bool = True


@dataclass(frozen=True)
class Table:
    """A table by its number; `remote` is how many of its seats can be taken from afar."""

    number: int
    chairs: int = MOST_CHAIRS
    offers: frozenset[str] = frozenset()
    remote: int = MOST_CHAIRS

    def __post_init__(self) -> None:
        if not 1 <= self.chairs <= MOST_CHAIRS:
            raise BadSeating(
                f"Table {self.number} has {self.chairs} chairs.",
                f"A host can listen to {MOST_CHAIRS} at most: give it 1 to {MOST_CHAIRS} chairs.",
            )


@dataclass(frozen=True)
class Rule:
    """Something that must be kept: guests at certain tables, together, or apart; in all rounds or in some.

    `tables` are the numbers that are allowed (pinned, needs), empty where the rule is about company. `rounds` counts
    from 1; empty means all.
    """

    kind: Kind
    guests: tuple[str, ...]
    words: str
    tables: frozenset[int] = frozenset()
    rounds: frozenset[int] = frozenset()

    def holds_in(self, round_number: int) -> bool:
        """Whether it must be kept in this round."""
        return not self.rounds or round_number in self.rounds


@dataclass(frozen=True)
class Hall:
    """Guests, tables, rounds, the features to mix, and the rules.

    `spread`: features of which every table gets its fair share, rounded up or down. `pairs`: features of whose values
    no table has just one (at least two or none), so that nobody of a minority sits alone.
    """

    guests: tuple[Guest, ...]
    tables: tuple[Table, ...]
    rounds: int
    spread: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        ids = [guest.id for guest in self.guests]
        twice = [one for one, times in Counter(ids).items() if times > 1]
        if twice:
            raise BadSeating(f"{twice[0]} is among the guests twice.", "Give every guest an id of their own.")
        if not 2 <= len(ids) <= MOST_GUESTS or not self.tables or not 1 <= self.rounds <= MOST_ROUNDS:
            raise BadSeating(
                f"{len(ids)} guests, {len(self.tables)} tables and {self.rounds} rounds cannot be planned.",
                f"Give 2 to {MOST_GUESTS} guests, at least one table and 1 to {MOST_ROUNDS} rounds.",
            )
        if len({table.number for table in self.tables}) < len(self.tables):
            raise BadSeating("Two tables have the same number.", "Number every table once.")
        self._enough_chairs()
        self._known(set(ids))

    def _enough_chairs(self) -> None:
        chairs = sum(table.chairs for table in self.tables)
        if chairs < len(self.guests):
            raise BadSeating(
                f"There are {chairs} chairs at {len(self.tables)} table{'s' * (len(self.tables) > 1)}"
                f" for {len(self.guests)} people.",
                f"Add {-(-(len(self.guests) - chairs) // MOST_CHAIRS)} more tables, or more chairs (at most"
                f" {MOST_CHAIRS} at a table).",
            )

    def _known(self, ids: set[str]) -> None:
        numbers = {table.number for table in self.tables}
        for rule in self.rules:
            unknown = [one for one in rule.guests if one not in ids]
            if unknown:
                raise BadSeating(f"“{rule.words}” names {unknown[0]}, who is not among the guests.", "Check the id.")
            if rule.tables - numbers:
                raise BadSeating(f"“{rule.words}” names a table that is not there.", "Check the table's number.")
            if any(not 1 <= number <= self.rounds for number in rule.rounds):
                raise BadSeating(f"“{rule.words}” names a round that is not planned.", f"Rounds: 1 to {self.rounds}.")
        for feature in (*self.spread, *self.pairs):
            if not any(guest.values.get(feature) for guest in self.guests):
                raise BadSeating(f"No guest has a value of “{feature}”.", "Name a column that is filled in.")

    @property
    def voices(self) -> tuple[Guest, ...]:
        """The guests with a voice."""
        return tuple(guest for guest in self.guests if guest.voice)


def even_sizes(guests: int, tables: Sequence[Table], least: Iterable[int] = ()) -> list[int]:
    """How many sit at each table: as even as the chairs allow, and never fewer than `least`.

    >>> even_sizes(20, [Table(1), Table(2, chairs=4), Table(3)])
    [8, 4, 8]
    """
    sizes = list(least) or [0] * len(tables)
    for _ in range(guests - sum(sizes)):
        open_tables = [place for place, table in enumerate(tables) if sizes[place] < table.chairs]
        sizes[min(open_tables, key=lambda place: (sizes[place], place))] += 1
    return sizes
