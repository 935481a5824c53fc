"""The wording of a draft: five fields, one spelling, one fingerprint.

A wording is kept as canonical JSON of its five fields (sorted keys, no spaces), and its **fingerprint** is the SHA-256
of these bytes: the same words have the same fingerprint wherever they were typed, and a vote can cite it. Before that
every field is cleaned: composed accents (NFC), lines that end alike, no control characters, nothing blank around it.
Everything else stays as it was typed: emoji with their joiners, right-to-left text with its marks, and `<b>` as `<b>`.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from facilitation.drafts.differences import merged
from facilitation.errors import BadRequest
from facilitation.events import canonical
from facilitation.told import told

LONGEST: Final[Mapping[str, int]] = {"title": 200, "what": 10_000, "who": 10_000, "why": 10_000, "concerns": 10_000}
"""Characters of each field."""

LABELS: Final[Mapping[str, str]] = {
    "title": told("Title"),
    "what": told("What should happen"),
    "who": told("Who should do it"),
    "why": told("Why"),
    "concerns": told("Concerns"),
}
HINTS: Final[Mapping[str, str]] = {
    "title": told("Say it in one short line. This line may stand on the ballot."),
    "what": told("One thing at a time. What would be different?"),
    "who": told("Who can do this? The council, a company, a school, all of us?"),
    "why": told("What did you hear or live through that makes you ask for this?"),
    "concerns": told("What could go wrong? Who could be left worse off?"),
}
LONGEST_REASON: Final = 2_000
LONGEST_STATEMENT: Final = 100_000
LONGEST_THEME: Final = 100
LONGEST_BODY: Final = 2 * (sum(LONGEST.values()) + LONGEST_REASON) + 200
"""Of a wording as JSON, where quotation marks and ends of lines take two characters."""


@dataclass(frozen=True)
class Wording:
    """The five fields, cleaned.

    >>> Wording("More trams", "Build one.").changed(Wording("More trams", "Build two."))
    ('what',)
    """

    title: str = ""
    what: str = ""
    who: str = ""
    why: str = ""
    concerns: str = ""

    def as_json(self) -> dict[str, str]:
        """The fields by name."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @property
    def body(self) -> str:
        """The canonical JSON: what the fingerprint is taken of."""
        return canonical(self.as_json())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    def changed(self, other: Wording) -> tuple[str, ...]:
        """The fields in which the other one differs."""
        return tuple(name for name, text in self.as_json().items() if getattr(other, name) != text)


FIELDS: Final = tuple(part.name for part in fields(Wording))


def taken_up(base: Wording, now: Wording, proposed: Wording) -> Wording:
    """What a draft says once it takes up a proposal that was written on an earlier version, `base`.

    Fields that the proposal left alone stay as they are now. Where both changed a field, lines that only one of them
    touched are kept from both; where they touched the same lines, the proposal has its way, and the history the rest.

    >>> taken_up(Wording("a", "i\\nii\\niii"), Wording("a", "I\\nii\\niii"), Wording("b", "i\\nii\\nIII"))
    Wording(title='b', what='I\\nii\\nIII', who='', why='', concerns='')
    """
    before, present, wished = base.as_json(), now.as_json(), proposed.as_json()
    for name in base.changed(proposed):
        both = merged(before[name], present[name], wished[name])
        fits = both is not None and len(both) <= LONGEST[name]
        present[name] = both if fits and both is not None else wished[name]
    return Wording(**present)


def read_wording(sent: Mapping[str, Any]) -> Wording:
    """The wording that somebody typed; refused when it has no title or a field is too long.

    >>> read_wording({"title": " More\\u0000 trams\\r\\n", "what": "One\\r\\ntwo"})
    Wording(title='More trams', what='One\\ntwo', who='', why='', concerns='')
    >>> read_wording({"what": "Build one."})
    Traceback (most recent call last):
    facilitation.errors.BadRequest: The draft has no title. Remedy: Give it a title; everything else can come later.
    """
    typed = {name: cleaned(str(sent.get(name) or "")) for name in FIELDS}
    typed["title"] = " ".join(typed["title"].split())
    for name, text in typed.items():
        if len(text) > LONGEST[name]:
            raise BadRequest(
                told("The field “{field}” has {n} characters.", field=LABELS[name], n=f"{len(text):,}"),
                told("Keep it within {n} characters. Nothing that you typed is lost.", n=f"{LONGEST[name]:,}"),
            )
    if not typed["title"]:
        raise BadRequest(told("The draft has no title."), told("Give it a title; everything else can come later."))
    return Wording(**typed)


def wording_of(body: str | None) -> Wording | None:
    """The wording of a kept text; None when the text was erased."""
    if body is None:
        return None
    kept = json.loads(body)
    return Wording(**{name: str(kept.get(name, "")) for name in FIELDS})


def cleaned(text: str) -> str:
    """One spelling per text: composed accents, one kind of line end, no control characters, nothing blank around it.

    >>> cleaned("\\tone\\r\\ntwo\\u0007\\rthree\\n\\n"), cleaned("caf" + "e\\u0301")
    ('one\\ntwo\\nthree', 'café')
    """
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(
        sign for sign in whole if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn")
    ).strip()
