"""A seating plan, and what it is worth, counted again from the plan alone.

Pure and by definition: nothing here knows how the plan was found. Meetings are counted among voices. With n voices,
tables of v₁ … v_T voices and R rounds, no plan has more distinct meetings than min(R · Σ v(v − 1)/2, n(n − 1)/2). The
fair share of a value at a table is size × holders ÷ guests; a cell (table × value) is unfair when the count lies below
its floor or above its ceiling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from facilitation.seating.hall import Guest, Hall, Rule

Seats = tuple[tuple[str, ...], ...]
"""One round: the ids at each table, in the order of the tables."""


@dataclass(frozen=True)
class Plan:
    """Who sits where, round by round."""

    hall: Hall
    rounds: tuple[Seats, ...]

    def table_of(self, guest: str, round_number: int) -> int | None:
        """The number of the guest's table in this round (counted from 1); None for one who is not there."""
        for table, seats in zip(self.hall.tables, self.rounds[round_number - 1], strict=True):
            if guest in seats:
                return table.number
        return None

    def worth(self) -> Worth:
        """What the plan is worth."""
        voice = {guest.id for guest in self.hall.guests if guest.voice}
        met: Counter[tuple[str, str]] = Counter()
        most = 0
        for seats in self.rounds:
            for table in seats:
                speaking = sorted(guest for guest in table if guest in voice)
                met.update(combinations(speaking, 2))
                most += len(speaking) * (len(speaking) - 1) // 2
        unfair, cells, lone = 0, 0, 0
        for seats in self.rounds:
            for low, high, count, alone in self._cells(seats):
                cells += 1
                unfair += not low <= count <= high
                lone += alone
        bound = min(most, len(voice) * (len(voice) - 1) // 2)
        most_often = max(met.values(), default=0)
        return Worth(len(met), bound, most_often, unfair, cells, lone, tuple(self.broken()))

    def _cells(self, seats: Seats) -> Iterator[tuple[int, int, int, bool]]:
        """Every table × value: lowest and highest fair count, the count, and whether one sits alone who should not."""
        by_id = {guest.id: guest for guest in self.hall.guests}
        here = [by_id[guest] for table in seats for guest in table]
        for feature in (*self.hall.spread, *self.hall.pairs):
            holders = Counter(_value(guest, feature) for guest in here)
            for table in seats:
                counts = Counter(_value(by_id[guest], feature) for guest in table)
                for value in sorted(set(holders) - {""}):
                    if feature in self.hall.spread:
                        share = Fraction(len(table) * holders[value], len(here))
                        yield int(share), -int(-share // 1), counts[value], False
                    else:
                        yield 0, len(table), counts[value], counts[value] == 1

    def broken(self) -> Iterator[str]:
        """Rules that the plan does not keep, in words: a checked plan has none."""
        for number, seats in enumerate(self.rounds, start=1):
            at = {guest: place for place, table in enumerate(seats) for guest in table}
            for rule in self.hall.rules:
                if rule.holds_in(number) and not self._keeps(rule, at):
                    yield f"round {number}: {rule.words}"
            for table, people in zip(self.hall.tables, seats, strict=True):
                if len(people) > table.chairs:
                    yield f"round {number}: table {table.number} has {table.chairs} chairs"
                remote = [g for rule in self.hall.rules if rule.kind == "remote" for g in rule.guests if g in people]
                if len(remote) > table.remote:
                    yield f"round {number}: table {table.number} has {table.remote} seats from afar"

    def _keeps(self, rule: Rule, at: dict[str, int]) -> bool:
        places = [at[guest] for guest in rule.guests if guest in at]
        if rule.tables and any(self.hall.tables[place].number not in rule.tables for place in places):
            return False
        if rule.kind == "together":
            return len(set(places)) <= 1
        return rule.kind != "apart" or len(set(places)) == len(places)


@dataclass(frozen=True)
class Worth:
    """Distinct meetings and their bound, the most that two meet, unfair cells of all, lone members, broken rules."""

    meetings: int
    bound: int
    most_often: int
    unfair: int
    cells: int
    lone: int
    broken: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "meetings": self.meetings,
            "bound": self.bound,
            "most_often": self.most_often,
            "unfair_cells": self.unfair,
            "cells": self.cells,
            "lone": self.lone,
        }


def _value(guest: Guest, feature: str) -> str:
    return guest.values.get(feature, "") if guest.voice else ""
