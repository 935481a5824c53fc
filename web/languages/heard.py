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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from facilitation.ballot_words import ANSWERS
from facilitation.rules.majority_judgement import GRADES
from facilitation.told import Told
from web.languages import Words, filled, layers, look_up, look_up_count, messages, retold

NUMBERS = frozenset({"n", "m", "k", "of", "most", "least", "sum", "cost", "budget"})
PARTS = frozenset(
    {"amount", "ballots", "base", "best", "credits", "dots", "figures", "groups", "line", "objections", "points"}
    | {"share", "supporters", "then", "votes"}
)
ROWS = frozenset({"figures"})
"""Parts that are sentences in a row themselves."""
STAGE = re.compile(r"\(stage \d+\)$")
SHAPES = {**dict.fromkeys(NUMBERS, r"[−-]?\d[\d,./]*"), "percent": r"[+−]?[\d.,]+ %|–"}
COUNTED = dict.fromkeys(
    ("ballots", "credits", "dots", "objections", "points", "supporters", "votes"), r"[−-]?\d[\d,./]* .+?"
)
"""Parts that are a number with its noun."""
HEARD = "heard"
"""The comment beside a sentence of a catalogue that stands in no template, room or script of the pages."""
BREAK = re.compile(r"(?<=[.:?!;]) ")
ENDS = ".:;"
MOST_BREAKS = 40
CONFUSING = re.compile(r" (and|or|with|have|were) |[.,:;?!]|^\d")
FROM, TO = "\ue000", "\ue001"
"""Around the number of a name while its sentence is heard: signs that no text of a round may have."""
ONE_PIECE = re.compile(r"(?:[^.:;?!]|[.:;?!](?! ))*")
ANYTHING = re.compile(r".*", re.DOTALL)
OF_A_NUMBER = 3
"""A number in its place says as much as so many letters."""
LEAST = 4
"""Letters of its own that a template needs, to be told from any other text."""


@dataclass(frozen=True)
class Template:
    """A template that listens. `many` is the other English form of one that counts."""

    one: str
    many: str | None
    shape: re.Pattern[str]
    pieces: tuple[str, ...]
    weight: int

    def heard_in(self, text: str) -> re.Match[str] | None:
        """Its values in this text; first a look whether all that it says itself is there, which is quick."""
        return self.shape.fullmatch(text) if all(piece in text for piece in self.pieces) else None

    def said(self, words: Words, found: re.Match[str], names: re.Pattern[str]) -> str | None:
        """What was heard, in this language; None when something in its braces cannot be what it should be."""
        values = {}
        for name, value in found.groupdict().items():
            there = in_place(words, name, value, names)
            if there is None:
                return None
            values[name] = there
        if self.many is None:
            return filled(words, look_up(words, self.one), values)
        number = found["n"].replace(",", "")
        count = int(number) if number.isdigit() else 1000  # parts of votes take the form of many
        return filled(words, look_up_count(words, self.one, self.many, count), values)


@lru_cache(maxsize=4096)
def heard(words: Words, text: str) -> str:
    """The text in this language, sentence by sentence; as it is where nothing is known of it."""
    return understood(words, text) or text


def heard_beside(words: Words, text: str, names: Iterable[str]) -> str:
    """The same of a text in which these words of people stand: no “and” and no full stop of theirs is heard.

    >>> from web.languages import catalogue
    >>> heard_beside(catalogue("cy", easy=False), "Not ranked: bed and board.", ["bed and board"])
    'Ddim mewn trefn: bed and board.'
    """
    kept = [name for name in sorted(set(names), key=len, reverse=True) if CONFUSING.search(name) and name in text]
    for place, name in enumerate(kept):
        text = text.replace(name, f"{FROM}{place}{TO}")
    said = heard(words, text)
    for place, name in enumerate(kept):
        said = said.replace(f"{FROM}{place}{TO}", name)
    return said


def understood(words: Words, text: str) -> str | None:
    """The text in this language, or None. First no name of people's may have the end of a sentence in it, then any."""
    for names in (ONE_PIECE, ANYTHING):
        found = _known(words, text, names) or _in_pieces(words, text, names)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=8192)
def _known(words: Words, text: str, names: re.Pattern[str]) -> str | None:
    """The whole text by one template, if there is one."""
    exact = look_up(words, text)
    if exact != text or text in _fixed(words):
        return exact
    for template in _templates(words):
        found = template.heard_in(text)
        if found is not None and (said := template.said(words, found, names)) is not None:
            return said
    if len(text) > 1 and text[-1] in ENDS and (core := _known(words, text[:-1], names)) is not None:
        return core + text[-1]
    return None


def _in_pieces(words: Words, text: str, names: re.Pattern[str]) -> str | None:
    """The text as pieces that are known each; as few as there can be, so that no name with a full stop is cut."""
    ends = [*(found.end() for found in BREAK.finditer(text)), len(text) + 1]
    if not 1 < len(ends) <= MOST_BREAKS:
        return None
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in ends:
        for start in sorted(best):
            if end in best and len(best[start]) + 1 >= len(best[end]):
                continue
            piece = _known(words, text[start : end - 1], names)
            if piece is not None:
                best[end] = (*best[start], piece)
    whole = best.get(len(text) + 1)
    return None if whole is None else " ".join(whole)


# ------------------------------------------------------------------------------------------------ what stands in braces


def in_place(words: Words, name: str, value: str, names: re.Pattern[str]) -> str | None:
    """A value as it stands in the sentence of this language; None when it cannot stand there."""
    if name in SHAPES:
        return value
    if name == "base":
        return look_up(words, value) if value in _fixed(words) else None
    if name in PARTS:
        return _known(words, value, names) or (_in_pieces(words, value, names) if name in ROWS else None)
    if not names.fullmatch(value) or (name == "name" and heard(words, value) != value):
        return None
    if name == "stages":
        return listed(words, value, heard) if STAGE.search(value) else None
    if name in ("option", "other", "grade", "best_grade"):
        return answer(words, value)
    if name in ("options", "others"):
        return listed(words, value, answer)
    if name == "ways":
        return listed(words, value, heard)
    if name == "quoted":
        return listed(words, value, lambda now, each: f"“{answer(now, each[1:-1])}”", " or ")
    return value


def answer(words: Words, option: str) -> str:
    """An answer that a rule brings, in this language; any other option as it is.

    >>> from web.languages import catalogue
    >>> answer(catalogue("cy", easy=False), "yes"), answer(catalogue("cy", easy=False), "Next")
    ('ie', 'Next')
    """
    if isinstance(option, Told):
        return retold(words, option)
    return look_up(words, option) if option in ANSWERS or option in GRADES else option


def listed(words: Words, row: str, speak: Callable[[Words, str], str], joint: str = " and ") -> str:
    """Things in a row: each in this language, and the “and” or “or” before the last.

    >>> from web.languages import catalogue
    >>> welsh = catalogue("cy", easy=False)
    >>> listed(welsh, "yes and no", answer), listed(welsh, "bus, path and tram", answer)
    ('ie a na', 'bus, path a tram')
    """
    front, joined, last = row.rpartition(joint)
    if not joined:
        return speak(words, row)
    first, last = ", ".join(speak(words, one) for one in front.split(", ")), speak(words, last)
    return f"{first} {joined_by(words, last, joint.strip())} {last}"


def joined_by(words: Words, following: str, joint: str) -> str:
    """“and” or “or” before this word: in Welsh “ac” before a vowel and “a” before others; “neu” always."""
    if words.language != "cy":
        return joint
    if joint == "or":
        return "neu"
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
        said = HEARD in message.auto_comments or any(path.endswith(".py") for path, _ in message.locations)
        said = said or len(forms) > 1
        for form in forms if said or "{" not in forms[0] else ():
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
            weight += OF_A_NUMBER * (name in SHAPES)
            pieces.append(f"(?P<{name}>{(SHAPES | COUNTED).get(name, '.+?')})")
    if pair[1] is not None and "n" not in named:
        weight = 0  # “1 vote” said without its number cannot be told from a word
    own = tuple(sorted((piece for piece in re.split(r"{\w+}", text) if piece), key=len, reverse=True))
    return Template(*pair, re.compile("".join(pieces), re.DOTALL), own, weight)
