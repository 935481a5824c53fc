"""Sentences that were stored in English, said again in another language: by the template that they were made from.

A result is a record: its sentence stands in the journal, is published, and is counted again by strangers, in English. A
page in another language cannot ask how it was made, so it listens: the catalogue's own templates are tried against the
text, the longest first, and what stands in their braces is kept, or put into the language too where it is a part of the
sentence and no person's words. What no template fits stays as it is.

The names of the braces say what may stand there: numbers (`n`, `m`, `of` …), a `percent`, `option` and `options` (words
of the round, of which only the answers that a rule brings are translated), PARTS (parts of sentences, heard in turn),
and for all other names anything, which stays as it is.

>>> from web.languages import catalogue
>>> heard(catalogue("cy", easy=False), "7 waiting."), heard(catalogue("cy", easy=False), "7 of us were waiting.")
('7 yn aros.', '7 of us were waiting.')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from facilitation.ballot_words import ANSWERS
from facilitation.rules.majority_judgement import GRADES
from web.languages import Words, filled, layers, look_up, look_up_count, messages

NUMBERS = frozenset({"n", "m", "k", "of", "place", "seats", "stage", "round", "least", "sum", "cost", "left", "budget"})
PARTS = frozenset(
    {"figures", "share", "line", "needed", "base", "verdict", "bids", "votes", "points", "dots", "credits", "ballots"}
    | {"supporters", "what", "way", "ways", "limit", "when", "then", "groups", "said", "message"}
)
SHAPES = {**dict.fromkeys(NUMBERS, r"[−-]?\d[\d,./]*"), "percent": r"[+−]?[\d.,]+ %|–"}
BREAK = re.compile(r"(?<=[.:?!;]) ")
MOST_BREAKS = 40
LEAST = 4
"""Letters of its own that a template needs, to be told from any other text."""


@dataclass(frozen=True)
class Template:
    """A template that listens. `many` is the other English form of one that counts."""

    one: str
    many: str | None
    shape: re.Pattern[str]
    weight: int

    def said(self, words: Words, found: re.Match[str]) -> str:
        """What was heard, in this language."""
        values = {name: in_place(words, name, value) for name, value in found.groupdict().items()}
        if self.many is None:
            return filled(words, look_up(words, self.one), values)
        number = found["n"].replace(",", "")
        count = int(number) if number.isdigit() else 1000  # parts of votes take the form of many
        return filled(words, look_up_count(words, self.one, self.many, count), values)


@lru_cache(maxsize=4096)
def heard(words: Words, text: str) -> str:
    """The text in this language, sentence by sentence; as it is where nothing is known of it."""
    return _known(words, text) or _in_pieces(words, text) or text


def _known(words: Words, text: str) -> str | None:
    """The whole text by one template, if there is one."""
    exact = look_up(words, text)
    if exact != text or text in _fixed(words):
        return exact
    for template in _templates(words):
        if (found := template.shape.fullmatch(text)) is not None:
            return template.said(words, found)
    return None


def _in_pieces(words: Words, text: str) -> str | None:
    """The text as pieces that are known each; as few as there can be, so that no name with a full stop is cut."""
    ends = [*(found.end() for found in BREAK.finditer(text)), len(text) + 1]
    if not 1 < len(ends) <= MOST_BREAKS:
        return None
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in ends:
        for start in sorted(best):
            if end in best and len(best[start]) + 1 >= len(best[end]):
                continue
            piece = _known(words, text[start : end - 1])
            if piece is not None:
                best[end] = (*best[start], piece)
    whole = best.get(len(text) + 1)
    return None if whole is None else " ".join(whole)


# ------------------------------------------------------------------------------------------------ what stands in braces


def in_place(words: Words, name: str, value: str) -> str:
    """A value as it stands in the sentence of this language."""
    if name == "option":
        return answer(words, value)
    if name == "options":
        return listed(words, value)
    return heard(words, value) if name in PARTS else value


def answer(words: Words, option: str) -> str:
    """An answer that a rule brings, in this language; any other option as it is.

    >>> from web.languages import catalogue
    >>> answer(catalogue("cy", easy=False), "yes"), answer(catalogue("cy", easy=False), "Next")
    ('ie', 'Next')
    """
    return look_up(words, option) if option in ANSWERS or option in GRADES else option


def listed(words: Words, options: str) -> str:
    """Options in a row: the last “and” in this language, the answers of rules too.

    >>> from web.languages import catalogue
    >>> listed(catalogue("cy", easy=False), "yes and no"), listed(catalogue("cy", easy=False), "bus, path and tram")
    ('ie a na', 'bus, path a tram')
    """
    front, joined, last = options.rpartition(" and ")
    if not joined:
        return answer(words, options)
    row, last = ", ".join(answer(words, option) for option in front.split(", ")), answer(words, last)
    return f"{row} {joined_by(words, last)} {last}"


def joined_by(words: Words, following: str) -> str:
    """“and” before this word: in Welsh “ac” before a vowel and “a” before others."""
    if words.language != "cy":
        return "and"
    return "ac" if following[:1].casefold() in "aeiouwyâêîôûŵŷ" else "a"


# ------------------------------------------------------------------------------------------------ templates that listen


@lru_cache(maxsize=4)
def _fixed(words: Words) -> frozenset[str]:
    """Sentences that stand in a catalogue as they are, even where they are the same in the language."""
    return frozenset(text for text, many in _texts(words) if "{" not in text)


@lru_cache(maxsize=4)
def _templates(words: Words) -> tuple[Template, ...]:
    """The longest first: who says more of its own is more surely meant."""
    made = [_template(text, pair) for text, pair in _texts(words) if "{" in text]
    return tuple(sorted((one for one in made if one.weight >= LEAST), key=lambda one: -one.weight))


def _texts(words: Words) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Every English text of the catalogue of a language, with its two forms."""
    for message in chain.from_iterable(messages(name) for name in layers(words.language, easy=words.easy)):
        forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        for form in forms:
            yield form, (forms[0], forms[1] if len(forms) > 1 else None)


def _template(text: str, pair: tuple[str, str | None]) -> Template:
    pieces, weight, named = [], 0, set()
    for piece in re.split(r"({\w+})", text):
        if not piece.startswith("{"):
            pieces.append(re.escape(piece))
            weight += sum(map(str.isalpha, piece))
        elif (name := piece[1:-1]) in named:
            pieces.append(f"(?P={name})")
        else:
            named.add(name)
            pieces.append(f"(?P<{name}>{SHAPES.get(name, '.+?')})")
    if pair[1] is not None and "n" not in named:
        weight = 0  # “1 vote” said without its number cannot be told from a word
    return Template(*pair, re.compile("".join(pieces), re.DOTALL), weight)
