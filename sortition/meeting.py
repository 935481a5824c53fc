"""Who can meet whom under a lottery.

Pure. Two volunteers can meet if some panel of the lottery holds both. A lottery that treats everybody fairly may still
be made of few panels, so that many pairs never meet though nothing in the quotas keeps them apart. Counted are the
pairs of volunteers who both have a chance and are not of one household (whose members may never serve together);
among them are also pairs that no panel can hold, so 100 % is not always within reach.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from sortition.lottery import Panel, Tickets
from sortition.problem import DrawProblem

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Meeting:
    """How many different panels there are, and how many of the pairs can meet."""

    panels: int
    met: int
    pairs: int

    @property
    def share(self) -> Fraction:
        """Of the pairs that count; 1 if there are none."""
        return Fraction(self.met, self.pairs) if self.pairs else Fraction(1)


@dataclass(frozen=True)
class Meetings:
    """Who can meet in the exact lottery, and who if a ticket is drawn."""

    lottery: Meeting
    tickets: Meeting


def meetings(problem: DrawProblem, tickets: Tickets) -> Meetings:
    """Both, for the tickets of a draw."""
    with_ticket = [panel for panel, count in zip(tickets.panels, tickets.counts, strict=True) if count]
    return Meetings(meeting(problem, tickets.lottery.panels), meeting(problem, with_ticket))


def meeting(problem: DrawProblem, panels: Collection[Panel]) -> Meeting:
    """The panels and pairs of a lottery.

    >>> from sortition.pool import Pool, Volunteer
    >>> from sortition.quotas import Quota, Quotas
    >>> pool = Pool(("g",), tuple(Volunteer(id_, ("m",)) for id_ in "abcd"))
    >>> meeting(DrawProblem(pool, Quotas((Quota("g", "m", 2, 2),)), 2), [("a", "b"), ("c", "d")]).share
    Fraction(1, 3)
    """
    ids = sorted({id_ for panel in panels for id_ in panel})
    place = {id_: number for number, id_ in enumerate(ids)}
    met = [0] * len(ids)  # as bits: of 20,000 volunteers, all pairs would take gigabytes as numbers
    for panel in set(panels):
        seated = np.zeros(len(ids), dtype=np.bool_)
        members = [place[id_] for id_ in panel]
        seated[members] = True
        bits = int.from_bytes(np.packbits(seated, bitorder="little").tobytes(), "little")
        for number in members:
            met[number] |= bits
    together = sum(bits.bit_count() - 1 for bits in met) // 2
    sizes = Counter(problem.pool.by_id[id_].household or f" {number}" for number, id_ in enumerate(ids))
    pairs = (len(ids) ** 2 - sum(size**2 for size in sizes.values())) // 2
    return Meeting(len(set(panels)), together, pairs)


def seats_of(ids: Sequence[str], panels: Collection[Panel]) -> Marks:
    """One row for each panel: who sits on it."""
    place = {id_: number for number, id_ in enumerate(ids)}
    seats = np.zeros((len(panels), len(ids)), dtype=np.bool_)
    for number, panel in enumerate(panels):
        seats[number, [place[id_] for id_ in panel]] = True
    return seats


def met_pairs(ids: Sequence[str], panels: Collection[Panel]) -> Marks:
    """Which of these volunteers sit together on some panel."""
    seats = seats_of(ids, panels).astype(np.float32)
    return np.asarray(seats.T @ seats > 0)


def same_household(problem: DrawProblem, ids: Sequence[str]) -> Marks:
    """Which of these volunteers are of one household, everybody with themselves."""
    homes = [problem.pool.by_id[id_].household or f" {number}" for number, id_ in enumerate(ids)]
    names = {home: number for number, home in enumerate(dict.fromkeys(homes))}
    numbers = np.array([names[home] for home in homes])
    return np.asarray(numbers[:, None] == numbers[None, :])
