"""`bundle.json`: everything that anyone needs to count a public draw again, without a name or an address in it.

Pure. Volunteers and panels are numbered from 1 in the order they are listed. One line for each volunteer, panel and
quota, so that people can read it and tools can compare it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Any

from sortition.lottery import Tickets
from sortition.problem import DrawProblem
from sortition.public.freeze import Frozen

FORMAT = "folkmoot bundle 1"


@dataclass(frozen=True)
class Rounding:
    """What the whole tickets cost: chances by ticket beside the exact ones, over everyone who can be drawn at all."""

    exact: Mapping[str, Fraction]
    held: Mapping[str, int]
    tickets: int

    @cached_property
    def largest_deviation(self) -> Fraction:
        """The furthest that anybody's chance by ticket is from the exact one."""
        return max(abs(chance - Fraction(self.held[name], self.tickets)) for name, chance in self.exact.items())

    @cached_property
    def least_chance(self) -> Fraction:
        """The smallest exact chance of anyone who has one."""
        return min(chance for chance in self.exact.values() if chance)

    @cached_property
    def least_held(self) -> int:
        """The fewest tickets of anyone who has a chance."""
        return min(self.held[name] for name, chance in self.exact.items() if chance)

    @property
    def most_possible(self) -> int:
        """No tickets of panels give everyone more than this when no lottery gives a higher smallest chance.

        Whole tickets are themselves a lottery, so their smallest chance c/M is at most the exact one: c ≤ ⌊Mz⌋.
        """
        return floor(self.least_chance * self.tickets)

    @property
    def empty_handed(self) -> int:
        """How many have a chance but no ticket, because there are too few tickets."""
        return sum(1 for name, chance in self.exact.items() if chance and not self.held[name])


def rounding_of(problem: DrawProblem, tickets: Tickets) -> Rounding:
    """Everyone's exact chance and tickets."""
    exact, drawn = tickets.lottery.chances(), tickets.chances()
    names = sorted(problem.pool.ids)
    held = {name: int(drawn.get(name, Fraction(0)) * len(tickets)) for name in names}
    return Rounding({name: exact.get(name, Fraction(0)) for name in names}, held, len(tickets))


def write_bundle(fairness: str, frozen: Frozen, tickets: Tickets) -> bytes:
    """The public bundle."""
    problem, lottery = frozen.problem, tickets.lottery
    told = rounding_of(problem, tickets)
    number = {one.id: place for place, one in enumerate(problem.pool.volunteers, start=1)}
    heads: dict[str, Any] = {
        "format": FORMAT,
        "fairness": fairness,
        "features": list(problem.pool.features),
        "rounding": {
            "largest_deviation": str(told.largest_deviation),
            "least_chance": str(told.least_chance),
            "fewest_tickets": told.least_held,
        },
        "tickets": [place + 1 for place in tickets.places],
    }
    lists: dict[str, Iterable[object]] = {
        "quotas": (
            {"feature": row.feature, "value": row.value, "min": row.min, "max": row.max} for row in problem.quotas.rows
        ),
        "volunteers": (
            {
                "volunteer": one.id,
                "values": one.values,
                "household": int(one.household) if one.household else None,
                "chance": str(told.exact[one.id]),
                "tickets": told.held[one.id],
                "leaf": leaf.hex(),
            }
            for one, leaf in zip(problem.pool.volunteers, frozen.leaves, strict=True)
        ),
        "panels": (
            {"weight": weight, "members": [number[name] for name in panel]}
            for panel, weight in zip(tickets.panels, (*lottery.weights, *(0 for _ in tickets.more)), strict=True)
        ),
    }
    lines = [f"{_json(key)}:{_json(value)}" for key, value in heads.items()]
    lines += [f"{_json(key)}:[\n" + ",\n".join(map(_json, rows)) + "\n]" for key, rows in lists.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
