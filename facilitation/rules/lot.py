"""The lot: one order of the options, drawn from the published seed, that breaks what nothing else breaks.

Pure. Lots are drawn by recipe, so that anyone can draw them again with any language's standard library
(‖ joins bytes, texts are UTF-8):

    key            = SHA-256("folkmoot lot 1" ‖ 0x0A ‖ title of the round ‖ 0x0A ‖ seed)
    an option's lot = HMAC-SHA-256(key, option)
    the options stand in the order of their lots, smallest first

Where options are level in everything that a rule names, the one that stands earlier is preferred: it takes the seat or
the money, and stays while the other leaves. The order depends neither on ballots nor on the order of the options, and
the seed must be public before the first ballot is cast but unknown when the wording is fixed. Without a seed nothing
is broken here: what is level stays level, and the result says so.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from facilitation.rules.definition import RoundDefinition


@dataclass(frozen=True)
class Lot:
    """The drawn order.

    >>> lot = Lot.draw("Which first?", "ten dice", ("tram", "bus", "path"))
    >>> lot.order == Lot.draw("Which first?", "ten dice", ("path", "tram", "bus")).order
    True
    >>> lot.first(("bus", "tram")) != lot.last(("bus", "tram"))
    True
    """

    order: tuple[str, ...]

    @classmethod
    def draw(cls, title: str, seed: str, options: Collection[str]) -> Lot:
        """By the recipe above."""
        key = hashlib.sha256("\n".join(("folkmoot lot 1", title, seed)).encode()).digest()
        return cls(tuple(sorted(options, key=lambda option: hmac.new(key, option.encode(), hashlib.sha256).digest())))

    @classmethod
    def of(cls, definition: RoundDefinition) -> Lot | None:
        """The lot of a round, if its definition names a seed."""
        seed = definition.terms.seed
        return None if seed is None else cls.draw(definition.title, seed, definition.options)

    def sorted(self, options: Collection[str]) -> tuple[str, ...]:
        """These options in the drawn order."""
        return tuple(option for option in self.order if option in options)

    def first(self, options: Collection[str]) -> str:
        """The one that the lot prefers."""
        return self.sorted(options)[0]

    def last(self, options: Collection[str]) -> str:
        """The one that the lot likes least."""
        return self.sorted(options)[-1]
