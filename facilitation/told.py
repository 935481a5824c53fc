"""Sentences that remember how they were made, so that a page can say them in another language.

Pure. The house speaks English: a `told` sentence is a `str` like any other, in the journal, in JSON, in a comparison.
It also keeps its template and the values in it, and whoever draws a page for a member looks the template up in a
catalogue of that member's language (web/languages). A value that is told itself is put into that language first.

>>> line = told("You may ask {n} more.", n=2)
>>> line, line.template, dict(line.values)
('You may ask 2 more.', 'You may ask {n} more.', {'n': 2})
>>> told_count("{n} vote for {what}", "{n} votes for {what}", 1, what=told("the tram"))
'1 vote for the tram'
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class Told(str):
    """A text with its template, its values and, where it counts something, the template for many and the number."""

    __slots__ = ("many", "number", "template", "values")

    template: str
    values: Mapping[str, object]
    many: str | None
    number: int

    def __new__(cls, template: str, values: Mapping[str, object], many: str | None = None, number: int = 1) -> Told:
        """Fill the template in."""
        text = str.__new__(cls, (template if many is None or number == 1 else many).format_map(values))
        text.template, text.values = template, MappingProxyType(dict(values))
        text.many, text.number = many, number
        return text

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """A copy, also in another process, remembers the same."""
        return Told, (self.template, dict(self.values), self.many, self.number)


def told(template: str, /, **values: object) -> Told:
    """A sentence for members: a template with named braces, and what stands in them."""
    return Told(template, values)


def told_count(one: str, many: str, n: int, /, **values: object) -> Told:
    """A sentence that counts: `{n}` is the number. Languages have up to six forms of it; English has these two."""
    return Told(one, {"n": n, **values}, many, n)
