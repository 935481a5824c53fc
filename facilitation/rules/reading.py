"""What people wrote into a definition or a file, read with care: keys, words, and texts that are shown again.

Pure. What is wrong is refused where it stands and quoted in short, with the nearest known word where there is one.

>>> did_you_mean("entitlde", ["present", "entitled"]), quoted("a" * 50) == f"“{'a' * 40}…”"
('Did you mean “entitled”? ', True)
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from facilitation.errors import BadRound

LONGEST_COMPARED: Final = 200
"""Of a word, in characters, that is compared with the known ones: looking for a near one takes time."""

TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF)))
"""Signs that turn the direction of reading or take no room: two options could look the same on every screen."""


def check_text(what: str, text: str, longest: int) -> None:
    """A text that a screen shows: not blank, not endless, without signs that hide or turn round the others."""
    if not text.strip():
        raise BadRound(f"The {what} is blank.", "Write what the members are to read.")
    if len(text) > longest:
        raise BadRound(f"The {what} has {len(text)} characters.", f"Say it in at most {longest}.")
    bad = [sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") or sign in TURNING]
    if bad or tidy(text) != text:
        raise BadRound(f"The {what} holds characters that cannot be shown.", "Type the text afresh, without pasting.")


def tidy(text: str) -> str:
    """One spelling per text: composed accents (NFC), single blanks, none at the ends.

    >>> tidy("  more   buses ")
    'more buses'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def known_keys(spec: Mapping[str, object], keys: Iterable[str], what: str) -> None:
    """Refuse a key that nothing reads."""
    keys = tuple(keys)
    for key in spec:
        if key not in keys:
            raise BadRound(
                f"A {what} has no field {quoted(key)}.",
                f"{did_you_mean(key, keys)}The fields are: {', '.join(keys)}.",
            )


def text_of(spec: Mapping[str, object], key: str, what: str) -> str:
    """The text under this key."""
    value = spec.get(key)
    if not isinstance(value, str):
        raise BadRound(
            f"The {what} has no {key}." if value is None else f"The {what}'s {key} is not a text.",
            f"Give “{key}” as a text.",
        )
    return value


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word as a question, or nothing."""
    near = difflib.get_close_matches(word[:LONGEST_COMPARED].casefold(), list(known), n=1)
    return f"Did you mean “{near[0]}”? " if near else ""


def quoted(value: str) -> str:
    """A stranger's text inside a sentence: short, and without half characters."""
    shown = value if len(value) <= 40 else f"{value[:40]}…"
    return f"“{shown.encode('utf-8', 'replace').decode('utf-8')}”"
