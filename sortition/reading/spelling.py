"""What an organiser may have meant by a cell that matches no quota.

Pure. A spreadsheet turns `5-9` into the 5th of September when nobody is looking, so a date is read back into the range
it may have been; anything else is compared with the known spellings.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping

from sortition.errors import shown
from sortition.reading.cells import key_of

LONGEST_GUESSED = 100  # letters; comparing longer texts takes long and helps nobody
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED_MONTH = re.compile(r"(?P<before>[0-9]{1,4})?[ ./-]?(?P<month>[a-z]{3,9})[ ./-]?(?P<after>[0-9]{1,4})?")
NUMBERS_ONLY = re.compile(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})(?: 00:00:00)?")
RANGE = re.compile(r"([0-9]{1,2}) ?[-–—/] ?([0-9]{1,2})")


def what_is_meant(cell: str, spellings: Mapping[str, str]) -> str:
    """A sentence with the likely spelling, or nothing; `spellings` are known values by their keys.

    >>> what_is_meant("wommen", {"woman": "Woman", "women": "Women"})
    'Did you mean Women? '
    >>> what_is_meant("05-Sep", {"5-9": "5-9"})
    'Did you mean 5-9? A spreadsheet makes dates of such ranges: set the column to text and type them again. '
    >>> what_is_meant("apples", {"kiwis": "kiwis"})
    ''
    """
    if len(cell) > LONGEST_GUESSED:
        return ""
    dates = [value for value in spellings.values() if same_but_for_a_date(cell, value)]
    near = dates or [
        spellings[key] for key in difflib.get_close_matches(key_of(cell), list(spellings), n=1, cutoff=0.5)
    ]
    if not near:
        return ""
    why = ""
    if dates:
        why = "A spreadsheet makes dates of such ranges: set the column to text and type them again. "
    elif stranger := next((letter for letter in cell if _alphabet(letter) not in map(_alphabet, near[0])), ""):
        why = f"Its “{stranger}” is from another alphabet. " if _alphabet(stranger) else ""
    return f"Did you mean {shown(near[0])}? {why}"


def _alphabet(letter: str) -> str:
    """Latin, Greek, Cyrillic …, or nothing for what is no letter."""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def same_but_for_a_date(one: str, other: str) -> bool:
    """Whether one of the two is a range of numbers and the other a date that a spreadsheet would make of it.

    >>> [same_but_for_a_date(date, "10-24") for date in ("Oct-24", "2024-10-01", "24/10/2026", "5 Sep")]
    [True, True, True, False]
    """
    return any(
        (found := RANGE.fullmatch(range_)) is not None and {int(found[1]), int(found[2])} in list(_pairs(date))
        for range_, date in ((one, other), (other, one))
    )


def looks_like_a_date(text: str) -> bool:
    """Whether a person or a spreadsheet would take this for a date.

    >>> [looks_like_a_date(text) for text in ("05-Sep", "Sep-16", "2026-09-05", "5/9/2026", "16-29", "March", "May 1")]
    [True, True, True, True, False, False, True]
    """
    return any(True for _ in _pairs(text))


def _pairs(date: str) -> Iterator[set[int]]:
    """The pairs of numbers that may have been typed where this date stands now: day and month, or month and year."""
    lower = date.casefold()
    if (named := NAMED_MONTH.fullmatch(lower)) and named["month"][:3] in MONTHS:
        month = MONTHS.index(named["month"][:3]) + 1
        yield from ({month, int(number) % 100} for number in (named["before"], named["after"]) if number)
    elif found := NUMBERS_ONLY.fullmatch(lower):
        first, second, third = (int(number) for number in found.groups())
        year_first = first > 31
        day, month, year = (third, second, first) if year_first else (first, second, third)
        yield {day, month}
        yield {month, year % 100}
        yield {day, year % 100}  # where the month is written first
