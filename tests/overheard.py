"""Is everything on a page in the language that it says it is in? Every text node is held against the catalogue.

A text is known when it is a sentence of the catalogue's translations, with numbers, words of people or other known
texts in its braces; or a row of such sentences; or a word of people (`data`), a number, a name. What is left is what
nobody has translated. The page itself never tells which is which, so that a forgotten `_()` cannot hide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from facilitation.ballot_words import ANSWERS
from facilitation.rules.majority_judgement import GRADES
from web.languages import messages
from web.languages.heard import COUNTED, PARTS, SHAPES

SILENT = ("script", "style", "template")
SPOKEN = ("aria-label", "alt", "title", "placeholder", "data-note")
FREE = re.compile(r"[\W\d_]*")
"""Numbers, signs and nothing else."""
CODES = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{4}( [0-9a-f]{4})+|[a-z]+(-[a-z]+)+")
"""Receipts, trackers, fingerprints and codes of refusals: the same in every language."""
OURS = ("Folkmoot", "English", "Cymraeg", "JavaScript", "UTC", "JSON", "Python", "bundle.json", "verify_count.py")
BREAK = re.compile(r"(?<=[.:?!;,·–“”]) |(?<=[(])|(?=[)])")


class Spoken(HTMLParser):
    """All texts of a page that are seen or read aloud, with the line where each begins."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in SPOKEN and value]
        if tag in SILENT:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside and (text := " ".join(data.split())):
            self.texts.append(text)


def texts_of(page: str) -> list[str]:
    """What is seen or read aloud on this page."""
    reader = Spoken()
    reader.feed(page)
    return reader.texts


class Listener:
    """Knows the translations of one language and the words of people on one page."""

    def __init__(self, language: str, data: frozenset[str]) -> None:
        self.fixed, self.shapes = translated(language)
        self.known: dict[str, bool] = {}
        self.data = frozenset(word for text in data for word in (text, text[:1].upper() + text[1:], text.strip(" .")))

    def strange(self, page: str) -> list[str]:
        """The texts of this page that are neither of the language nor of people."""
        return [text for text in dict.fromkeys(texts_of(page)) if not self.knows(text)]

    def knows(self, text: str) -> bool:
        if text not in self.known:
            self.known[text] = False  # while it is looked at
            self.known[text] = self.whole(text) or self.in_pieces(text)
        return self.known[text]

    def whole(self, text: str) -> bool:
        text = text.strip()
        bare, core = text.strip(" .,:;·–“”()?+✓→←"), text.strip(" .,:;")
        alone = bare.strip(" 0123456789.,%/")
        if any(
            FREE.fullmatch(one) or CODES.fullmatch(one) or one in self.fixed or one in self.data or one in OURS
            for one in (text, bare, core, alone, core.strip("“”"))
        ):
            return True
        if any(one[:1].lower() + one[1:] in self.fixed for one in (text, bare, core, alone)):
            return True
        return any(
            all(self.in_braces(name, value) for name, value in found.groupdict().items())
            for pieces, shape in self.shapes
            if all(piece in text for piece in pieces)
            for found in (shape.fullmatch(text) or shape.fullmatch(core) or shape.fullmatch(bare),)
            if found
        )

    def in_pieces(self, text: str) -> bool:
        """As a row of texts that are known each."""
        ends = [*(found.start() for found in BREAK.finditer(text)), len(text)]
        reached = {0}
        for end in ends:
            if any(start < end and self.whole(text[start:end]) for start in reached):
                reached.add(end)
        return len(text) in reached and len(ends) > 1

    def in_braces(self, name: str, value: str) -> bool:
        if name in SHAPES:
            return True
        if name in PARTS:
            return self.knows(value)
        row = re.split(r", | a | ac | neu | and ", value)
        return value in self.data or self.knows(value) or all(self.knows(one) for one in row)


@lru_cache
def translated(language: str) -> tuple[frozenset[str], tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]]:
    """The sentences of a language that stand as they are, and the shapes of those with braces."""
    fixed, shapes = set(), []
    for text in translations(language):
        if "{" not in text:
            fixed |= {text, text.strip(" .:")}
            continue
        named: set[str] = set()
        pieces = []
        for piece in re.split(r"({\w+})", text):
            name = piece[1:-1]
            if not piece.startswith("{"):
                pieces.append(re.escape(piece))
            elif name in named:
                pieces.append(f"(?P={name})")
            else:
                named.add(name)
                pieces.append(f"(?P<{name}>{(SHAPES | COUNTED).get(name, '.*?')})")
        letters = sum(map(str.isalpha, re.sub(r"{\w+}", "", text)))
        if letters or named & SHAPES.keys():
            own = tuple(piece.strip() for piece in re.split(r"{\w+}", text.strip(" .,:;")) if piece.strip())
            shapes.append((own, re.compile("".join(pieces), re.DOTALL)))
            shapes.append((own, re.compile("".join(pieces).replace(".*?", ".*"), re.DOTALL)))
    return frozenset(fixed), tuple(shapes)


def translations(language: str) -> Iterator[str]:
    """Every sentence of the catalogue; of those of templates also what stands around elements in their braces."""
    for message in messages(language):
        texts = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        yield from texts
        if any(path.endswith(".html") for path, _ in message.locations):
            yield from (piece.strip() for text in texts for piece in re.split(r"{\w+}", text) if "{" in text)


def words_of(round_: dict[str, Any], *more: str) -> frozenset[str]:
    """The words of people in a round; answers that its rule brings are not theirs."""
    grades = (round_.get("terms") or {}).get("grades") or ()
    said = {*(round_.get("options") or ()), *grades, round_["title"], *more}
    return frozenset(word for word in said if word not in ANSWERS and word not in GRADES)
