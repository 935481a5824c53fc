"""What a tablet gets of our own scripts and styles: all but the comments, which are for readers of the source.

A member's page has 80 KB for all that it loads, and a fifth of our scripts is prose. Only whole lines go: a line of a
script that is nothing but a comment, and the blocks of comments of a style sheet. No code is rewritten.

>>> slim_script("// why\\nconst a = 1; // kept: it shares its line\\n/**\\n * @param b\\n */\\nlet b;\\n")
'const a = 1; // kept: it shares its line\\nlet b;\\n'
>>> slim_style("/* the\\n   head */\\na { b: c; } /* d */\\n")
'a { b: c; }\\n'
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

SCRIPT_COMMENTS = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)(?:\n|\Z)", re.MULTILINE)
STYLE_COMMENTS = re.compile(r"/\*(?:(?!\*/)[\s\S])*\*/")
BLANK_LINES = re.compile(r"[ \t]*\n\s*\n*", re.MULTILINE)


def slim_script(text: str) -> str:
    """A browser module without its lines of comments."""
    return SCRIPT_COMMENTS.sub("", text)


def slim_style(text: str) -> str:
    """A style sheet without its comments, a rule to each line."""
    return BLANK_LINES.sub("\n", STYLE_COMMENTS.sub("", text)).lstrip("\n")


@lru_cache(maxsize=256)
def slim_file(path: Path, changed: int) -> bytes | None:
    """This file as it is sent; None for files that are sent as they are. `changed` is when it was last written."""
    if "vendor" in path.parts or path.suffix not in (".js", ".css") or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    return (slim_script(text) if path.suffix == ".js" else slim_style(text)).encode()
