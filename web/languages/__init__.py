"""The languages of a member's pages: English as it stands in the templates, and catalogues for the others.

A catalogue is a gettext file (`cy.po`), read by Babel when it is first needed. Its keys are the English sentences
themselves, so a sentence that no catalogue has is shown in English and never as a code. Easy read is a second, smaller
catalogue laid over the first: short sentences for the ones that matter most (`en_easy.po`, `cy_easy.po`).

Plural forms are those of the language: Welsh has six (none, one, two, three, six, others), in the order in which
`Intl.PluralRules` names them, so that a page and its script choose alike. [Unicode CLDR, Language plural rules: cy]

>>> cy = catalogue("cy", easy=False)
>>> say(cy, "Next"), say(cy, "{n} waiting.", n=3)
('Nesaf', '3 yn aros.')
>>> say(catalogue("en", easy=False), "table {n}", n=4)
'table 4'
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from facilitation.told import Told

HERE = Path(__file__).parent
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "cy": "Cymraeg"})
"""By code, each named in itself."""


@dataclass(frozen=True)
class Words:
    """What one reader reads: the language, and the catalogues to look in, the first that has a sentence wins."""

    language: str
    easy: bool
    layers: tuple[GNUTranslations, ...]


@lru_cache(maxsize=8)
def catalogue(language: str, *, easy: bool) -> Words:
    """The words of this language; with `easy`, the short sentences first."""
    return Words(language, easy, tuple(_compiled(name) for name in layers(language, easy=easy)))


def layers(language: str, *, easy: bool) -> list[str]:
    """The names of the catalogues to look in, in their order; none for plain English."""
    return [*([f"{language}_easy"] if easy else []), *([language] if language != "en" else [])]


@lru_cache(maxsize=4)
def written(name: str) -> Catalog:
    """A catalogue as it is written."""
    with (HERE / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name[:2], abort_invalid=True)


@lru_cache(maxsize=4)
def _compiled(name: str) -> GNUTranslations:
    packed = io.BytesIO()
    write_mo(packed, written(name))
    packed.seek(0)
    return GNUTranslations(packed)


def messages(name: str) -> Iterator[Message]:
    """The sentences of a catalogue, without its heading."""
    return (message for message in written(name) if message.id)


# ------------------------------------------------------------------------------------------------ saying


def say(words: Words, template: str, /, **values: object) -> str:
    """This sentence in this language. Values that are told are put into it too; HTML among them makes HTML."""
    return filled(words, look_up(words, template), values)


def say_count(words: Words, one: str, many: str, n: int, /, **values: object) -> str:
    """A sentence that counts, in the form that the language has for this number."""
    return filled(words, look_up_count(words, one, many, n), {"n": n, **values})


def look_up(words: Words, template: str) -> str:
    """The template in this language, or as it is."""
    for layer in words.layers if template else ():  # under nothing a catalogue has its own heading
        found = layer.gettext(template)
        if found != template:
            return found
    return template


def look_up_count(words: Words, one: str, many: str, n: int) -> str:
    """The same of a sentence that counts."""
    english = one if n == 1 else many
    for layer in words.layers:
        found = layer.ngettext(one, many, n)
        if found != english:
            return found
    return english


def filled(words: Words, template: str, values: Mapping[str, object]) -> str:
    """The template with its values, each in this language where it is told; escaped as soon as one of them is HTML."""
    spoken = {name: retold(words, value) if isinstance(value, Told) else value for name, value in values.items()}
    if any(hasattr(value, "__html__") for value in spoken.values()):
        return Markup(escape(template)).format_map(spoken)  # noqa: S704  # the template is escaped, and so is each value
    return template.format_map(spoken)


def retold(words: Words, text: Told) -> str:
    """A told sentence in this language."""
    if text.many is None:
        return filled(words, look_up(words, text.template), text.values)
    return filled(words, look_up_count(words, text.template, text.many, text.number), text.values)


@lru_cache(maxsize=8)
def of_scripts(words: Words) -> dict[str, str | list[str]]:
    """What scripts say, by its English: the sentences that a catalogue says to be from one; the first layer wins."""
    found: dict[str, str | list[str]] = {}
    for name in reversed(layers(words.language, easy=words.easy)):
        for message in messages(name):
            if any(path.endswith(".js") for path, _ in message.locations):
                key = message.id if isinstance(message.id, str) else message.id[0]
                said = message.string or key
                found[key] = said if isinstance(said, str) else list(said)
    return found
