"""Words of strangers in a table that leaves the house: no spreadsheet program is to take them for a formula."""

from __future__ import annotations

import unicodedata
from typing import Final

STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def harmless(text: str) -> str:
    """The text as it is, or with an apostrophe before it, as spreadsheets themselves write a text that is no formula.

    >>> [harmless(text) for text in ("Ada", "=cmd|' /C calc'!A0", " +1", "＝1+1", "-", "")]
    ['Ada', "'=cmd|' /C calc'!A0", "' +1", "'＝1+1", '-', '']
    """
    seen = unicodedata.normalize("NFKC", text).lstrip(" \u00a0\u200b\ufeff")
    return f"'{text}" if (len(seen) > 1 and seen.startswith(STARTS)) or text[:1] in ("\t", "\r") else text
