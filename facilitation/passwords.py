"""Which password may guard an account: long, and not one that a guesser tries first.

NIST SP 800-63B, section 3.1.1.2: length instead of rules about characters; refuse what is common, expected, or made of
the name or the service; allow pasting, blanks and every letter. What is common is worked out instead of looked up: the
words, runs and repetitions from which common passwords are made are taken away, and enough must be left.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from facilitation.errors import WeakPassword

SHORTEST: Final = 12
LONGEST: Final = 128
LEFT_OVER: Final = 5
"""So many characters that no guesser expects."""

_WORDS: Final = """
password passwort passw passwd pass welcome letmein login admin administrator root user test guest qwerty qwertz
azerty asdf zxcv iloveyou love monkey dragon master shadow sunshine princess football baseball superman batman
trustno hello secret summer winter spring autumn monday friday january august december november october changeme
change default temp access whatever computer internet google facebook michael jordan charlie liverpool chelsea
arsenal england london manchester starwars pokemon cheese banana cookie flower freedom killer hunter ginger pepper
correct horse battery staple folkmoot assembly citizens citizen council facilitator recruiter moot vote lottery hall
the and for you with
"""
COMMON: Final = tuple(sorted(_WORDS.split(), key=lambda word: (-len(word), word)))
RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop")
LEET: Final = str.maketrans("@4301!5$7", "aaeoiisst")
ONE_OF_ITS_OWN: Final = "Use four or more words that do not belong together, or let a password manager make one."


def check_password(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, common, or made of the name.

    >>> check_password("tram gravel ninety owls", "Ada Byron")
    >>> check_password("Password-2026!", "Ada Byron")
    Traceback (most recent call last):
    ...
    facilitation.errors.WeakPassword: This password is too easy to guess. Remedy: Use four or more words that do not belong together, or let a password manager make one.
    """  # noqa: E501  # a doctest shows the whole sentence
    if len(password) < SHORTEST:
        raise WeakPassword(
            f"A password has at least {SHORTEST} characters; this one has {len(password)}.", ONE_OF_ITS_OWN
        )
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters.", "Take a shorter one.")
    if any(part in _plain(password) for part in _parts(name)):
        raise WeakPassword("The password contains the name.", ONE_OF_ITS_OWN)
    if unexpected(password) < LEFT_OVER:
        raise WeakPassword("This password is too easy to guess.", ONE_OF_ITS_OWN)


def unexpected(password: str) -> int:
    """How many different characters are left when common words, runs, years and repetitions are taken away.

    >>> common = ("qwertyuiop12", "aaaaaaaaaaaa", "P@ssw0rd2024!!", "Summer-Winter-2026")
    >>> [unexpected(each) < LEFT_OVER for each in common], unexpected("tram gravel ninety owls")
    ([True, True, True, True], 14)
    """
    plain = _plain(password)
    rest = min((_without_common(text) for text in (plain, plain.translate(LEET))), key=lambda left: len(set(left)))
    return len(set(rest))


def _without_common(text: str) -> str:
    text = re.sub(r"(19|20)\d\d", "", text)
    for word in COMMON:
        text = text.replace(word, " ")
    for run in RUNS:
        for way in (run, run[::-1]):
            for length in range(len(way), 2, -1):
                for start in range(len(way) - length + 1):
                    text = text.replace(way[start : start + length], " ")
    return re.sub(r"(.+?)\1+", r"\1", re.sub(r"\s+", "", text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\W_]+", _plain(name)) if len(part) > 3]


def folded_name(name: str) -> str:
    """The name by which an account is found: capitals, forms of letters and blanks make no difference.

    >>> folded_name("  Ada   BYRON ")
    'ada byron'
    """
    return " ".join(_plain(name).split())
