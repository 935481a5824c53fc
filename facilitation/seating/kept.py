"""Can the rules be kept, and if not, which of them clash? Exact search over those guests whom a rule names.

Guests who must sit together are one block. Blocks are placed one after the other, those with the fewest tables left
first, and a choice that leaves some block without a table is taken back: all ways are tried, so “no” is a proof.
Everyone else fits anywhere, since there are chairs enough. Clashing rules are found by leaving out one rule after the
other for as long as it stays impossible; what remains clashes, and would not without any one of them.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from facilitation.errors import BadSeating, SeatingClash
from facilitation.seating.hall import Hall, Rule

MOST_TRIES: Final = 50_000
NO_CHANCE: Final = random.Random(0)  # noqa: S311  # whether there is a way does not hang on the order of looking


@dataclass(frozen=True)
class Blocks:
    """The guests whom rules name, as blocks that stay together in this round, with what each may do."""

    members: tuple[tuple[str, ...], ...]
    allowed: tuple[frozenset[int], ...]
    remote: tuple[int, ...]
    apart: frozenset[tuple[int, int]]


def blocks_of(hall: Hall, rules: Sequence[Rule], round_number: int) -> Blocks | None:
    """The blocks of a round; None when two who must be apart must also sit together."""
    now = [rule for rule in rules if rule.holds_in(round_number)]
    head = {guest: guest for rule in now for guest in rule.guests}

    def root(guest: str) -> str:
        while head[guest] != guest:
            guest = head[guest]
        return guest

    for rule in now:
        if rule.kind == "together":
            for guest in rule.guests[1:]:
                head[root(guest)] = root(rule.guests[0])
    groups: dict[str, list[str]] = {}
    for guest in sorted(head):
        groups.setdefault(root(guest), []).append(guest)
    place = {guest: number for number, group in enumerate(groups.values()) for guest in group}
    everywhere = frozenset(range(len(hall.tables)))
    allowed, remote = [everywhere] * len(groups), [0] * len(groups)
    apart: set[tuple[int, int]] = set()
    for rule in now:
        if rule.tables:
            tables = frozenset(t for t, table in enumerate(hall.tables) if table.number in rule.tables)
            for guest in rule.guests:
                allowed[place[guest]] &= tables
        if rule.kind == "remote":
            for guest in rule.guests:
                remote[place[guest]] += 1
        if rule.kind == "apart":
            for one, other in combinations(rule.guests, 2):
                if place[one] == place[other]:
                    return None
                apart |= {(place[one], place[other]), (place[other], place[one])}
    return Blocks(tuple(map(tuple, groups.values())), tuple(allowed), tuple(remote), frozenset(apart))


def placed(hall: Hall, blocks: Blocks, chairs: Sequence[int], chance: random.Random) -> dict[str, int] | None:
    """A table (by place) for every guest in a block, by chance among those that keep all rules; None: there is none."""
    search = _Search(hall, blocks, list(chairs), chance)
    if not search.go_on(list(range(len(blocks.members)))):
        return None
    return {guest: search.at[number] for number, group in enumerate(blocks.members) for guest in group}


class _Search:
    """Depth first, the tightest block first."""

    def __init__(self, hall: Hall, blocks: Blocks, chairs: list[int], chance: random.Random) -> None:
        self.blocks, self.chairs, self.chance = blocks, chairs, chance
        self.seats = [table.remote for table in hall.tables]
        self.at: dict[int, int] = {}
        self.tries = 0

    def tables_for(self, block: int) -> list[int]:
        size, remote = len(self.blocks.members[block]), self.blocks.remote[block]
        shunned = {self.at[other] for other in self.at if (block, other) in self.blocks.apart}
        fits = (t for t in sorted(self.blocks.allowed[block]) if self.chairs[t] >= size and self.seats[t] >= remote)
        return [table for table in fits if table not in shunned]

    def _kind(self, table: int, waiting: Sequence[int]) -> Hashable:
        """What a table still is to those who wait: where one of a kind leads nowhere, none does."""
        here = [other for other, at in self.at.items() if at == table]
        open_to = tuple(
            table in self.blocks.allowed[one] and not any((one, other) in self.blocks.apart for other in here)
            for one in waiting
        )
        return self.chairs[table], self.seats[table], open_to

    def go_on(self, waiting: list[int]) -> bool:
        if not waiting:
            return True
        self.tries += 1
        if self.tries > MOST_TRIES:
            raise BadSeating(
                f"Whether all rules can be kept was not decided within {MOST_TRIES} tries.",
                "Plan with fewer rules at a time, or pin more people to tables.",
            )
        ways = {block: self.tables_for(block) for block in waiting}
        block = min(waiting, key=lambda one: (len(ways[one]), -len(self.blocks.members[one]), one))
        tables = ways[block]
        self.chance.shuffle(tables)
        size, remote = len(self.blocks.members[block]), self.blocks.remote[block]
        seen = set()
        for table in tables:
            if (kind := self._kind(table, waiting)) in seen:
                continue
            seen.add(kind)
            self.at[block] = table
            self.chairs[table] -= size
            self.seats[table] -= remote
            if self.go_on([other for other in waiting if other != block]):
                return True
            del self.at[block]
            self.chairs[table] += size
            self.seats[table] += remote
        return False


def possible(hall: Hall, rules: Sequence[Rule], round_number: int) -> bool:
    """Whether these rules can be kept in this round."""
    blocks = blocks_of(hall, rules, round_number)
    chairs = [table.chairs for table in hall.tables]
    return blocks is not None and placed(hall, blocks, chairs, NO_CHANCE) is not None


def refuse_clashes(hall: Hall) -> None:
    """Refuse rules that cannot be kept together, and name a smallest set of them: without any one it would go."""
    for round_number in range(1, hall.rounds + 1):
        if possible(hall, hall.rules, round_number):
            continue
        clash = list(hall.rules)
        for rule in hall.rules:
            without = [other for other in clash if other is not rule]
            if not possible(hall, without, round_number):
                clash = without
        raise SeatingClash(
            f"In round {round_number} these cannot all be kept: {'; '.join(rule.words for rule in clash)}.",
            "Give up one of them, or add chairs where they are needed.",
        )
