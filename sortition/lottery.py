"""The lottery: panels with exact weights, everyone's chance, numbered tickets, and the draw of one.

Pure, and nothing here chooses: the panels are given, the seed is an argument. A lottery in tickets is what a hall
can draw by hand: M equally likely numbers, each standing for one panel.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count, pairwise

from sortition.errors import BadLottery

Panel = tuple[str, ...]


@dataclass(frozen=True)
class Lottery:
    """Panels, each with a whole weight; a panel's probability is its weight over their sum.

    >>> lottery = Lottery((("a", "b"), ("a", "c")), (1, 2))
    >>> lottery.chances()["c"], lottery.denominator
    (Fraction(2, 3), 3)
    """

    panels: tuple[Panel, ...]
    weights: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.panels or len(self.panels) != len(self.weights):
            raise BadLottery("A lottery needs panels and one weight for each.", "Give every panel one weight.")
        if min(self.weights) < 1:
            raise BadLottery("A panel has a weight below 1.", "Leave out panels that cannot be drawn.")
        if any(first >= second for first, second in pairwise(self.panels)):
            raise BadLottery(
                "The panels are not in order, or one occurs twice.", "Sort the panels and merge equal ones."
            )
        for panel in self.panels:
            if any(first >= second for first, second in pairwise(panel)):
                raise BadLottery(f"The ids of the panel {panel} are not in order.", "Sort the ids, each once.")

    @cached_property
    def denominator(self) -> int:
        return sum(self.weights)

    def chances(self) -> dict[str, Fraction]:
        """Everyone who is in some panel, by id in order, with the exact chance; all others have none."""
        return _chances(self.panels, self.weights)


@dataclass(frozen=True)
class Tickets:
    """Equally likely numbered tickets: ticket n stands for the panel `panels[places[n - 1]]`.

    Few panels make the exact chances, so whole tickets may need `more`: panels that the exact lottery does without.
    """

    lottery: Lottery
    places: tuple[int, ...]
    more: tuple[Panel, ...] = ()

    def __post_init__(self) -> None:
        if not self.places:
            raise BadLottery("There are no tickets.", "Ask for at least one ticket.")
        if not all(0 <= place < len(self.panels) for place in self.places):
            raise BadLottery("A ticket stands for a panel that does not exist.", "Number only the panels there are.")
        if self.more:
            Lottery(self.more, (1,) * len(self.more))
            if not set(self.more).isdisjoint(self.lottery.panels) or 0 in self.counts[len(self.lottery.panels) :]:
                raise BadLottery("A panel without weight has no ticket, or occurs twice.", "Leave that panel out.")

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """Those of the lottery, then those that only have tickets."""
        return self.lottery.panels + self.more

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many tickets each panel has."""
        counts = [0] * len(self.panels)
        for place in self.places:
            counts[place] += 1
        return tuple(counts)

    def panel(self, number: int) -> Panel:
        """The panel of ticket `number`, counted from 1."""
        if not 1 <= number <= len(self.places):
            raise BadLottery(f"There is no ticket {number}.", f"Draw a number from 1 to {len(self.places)}.")
        return self.panels[self.places[number - 1]]

    def chances(self) -> dict[str, Fraction]:
        """Everyone's chance when a ticket is drawn, for all who are in some panel."""
        return _chances(self.panels, self.counts)

    @cached_property
    def deviation(self) -> Fraction:
        """The largest distance between anyone's ticket chance and exact chance."""
        exact, drawn = self.lottery.chances(), self.chances()
        return max(abs(chance - exact.get(id_, 0)) for id_, chance in drawn.items())


def number_tickets(lottery: Lottery, drawn: Collection[Panel], seed: str) -> Tickets:
    """One ticket for each of these panels, numbered in an order shuffled by the seed.

    >>> number_tickets(Lottery((("a", "b"), ("a", "c")), (1, 1)), [("a", "b"), ("a", "c"), ("a", "b")], "seed").counts
    (2, 1)
    """
    counts = Counter(drawn)
    more = tuple(sorted(counts.keys() - set(lottery.panels)))
    return shuffle_tickets(lottery, more, [counts[panel] for panel in (*lottery.panels, *more)], seed)


def shuffle_tickets(lottery: Lottery, more: tuple[Panel, ...], counts: Sequence[int], seed: str) -> Tickets:
    """So many tickets for each panel, numbered in an order that the seed shuffles; exact, so anyone can redo it."""
    places = [place for place, number in enumerate(counts) for _ in range(number)]
    numbers = _numbers(_key("folkmoot tickets 1", f"{len(places)}", seed))
    for last in range(len(places) - 1, 0, -1):
        other = _below(last + 1, numbers)
        places[last], places[other] = places[other], places[last]
    return Tickets(lottery, tuple(places), more)


def ticket_number(seed: str, commitment: bytes | str, tickets: int, *, purpose: str = "folkmoot draw 1") -> int:
    """The ticket that this seed draws, from 1 to `tickets`, every number equally likely.

    The recipe, to be redone with any language's standard library (‖ joins bytes, texts are UTF-8):

        key    = SHA-256(purpose ‖ 0x0A ‖ commitment ‖ 0x0A ‖ seed)
        number = HMAC-SHA-256(key, counter as 8 bytes, big-endian), read as a big-endian whole number; counter = 0, 1, …
        take the first number below the largest multiple of `tickets` that is not above 2^256
        ticket = number mod tickets + 1

    >>> ticket_number("the ducks", "abc", 1000) == ticket_number("the ducks", b"abc", 1000)
    True
    """
    if tickets < 1:
        raise BadLottery(f"There are {tickets} tickets.", "Draw from at least one ticket.")
    return _below(tickets, _numbers(_key(purpose, commitment, seed))) + 1


def _key(purpose: str, commitment: bytes | str, seed: str) -> bytes:
    bound = commitment if isinstance(commitment, bytes) else commitment.encode()
    return hashlib.sha256(b"\n".join([purpose.encode(), bound, seed.encode()])).digest()


def _numbers(key: bytes) -> Iterator[int]:
    for counter in count():
        yield int.from_bytes(hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha256).digest(), "big")


def _below(limit: int, numbers: Iterator[int]) -> int:
    """The next number, reduced below the limit without favouring any remainder."""
    fair = 2**256 - 2**256 % limit
    return next(number for number in numbers if number < fair) % limit


def _chances(panels: Collection[Panel], weights: Collection[int]) -> dict[str, Fraction]:
    seats: dict[str, int] = {}
    for panel, weight in zip(panels, weights, strict=True):
        for id_ in panel:
            seats[id_] = seats.get(id_, 0) + weight
    total = sum(weights)
    return {id_: Fraction(seats[id_], total) for id_ in sorted(seats)}


def histogram(chances: Mapping[str, Fraction]) -> dict[Fraction, int]:
    """How many volunteers have each chance, from the lowest up."""
    found: dict[Fraction, int] = {}
    for chance in sorted(chances.values()):
        found[chance] = found.get(chance, 0) + 1
    return found
