"""What a tablet gets of our own scripts and styles: all but the comments, which are for readers of the source.

A member's page has 80 KB for all that it loads, and a fifth of our scripts is prose. Only whole lines go: a line of a
script that is nothing but a comment, and the blocks of comments of a style sheet; and the white space before a line (no
text of ours goes over two lines: a test looks), or beside a brace or semicolon of a style. No code is rewritten.

>>> slim_script("// why\\nif (a) {\\n  b(); // kept: it shares its line\\n}\\n/**\\n * @param b\\n */\\nlet b;\\n")
'if (a) {\\nb(); // kept: it shares its line\\n}\\nlet b;\\n'
>>> slim_style("/* the\\n   head */\\na { b: c; } /* d */\\n")
'a{b: c;}'
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

SCRIPT_COMMENTS = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)(?:\n|\Z)", re.MULTILINE)
STYLE_COMMENTS = re.compile(r"/\*(?:(?!\*/)[\s\S])*\*/")
INDENTS = re.compile(r"^[ \t]+", re.MULTILINE)
AROUND_SIGNS = re.compile(r"\s*([{};])\s*")


def slim_script(text: str) -> str:
    """A browser module without its lines of comments."""
    return INDENTS.sub("", SCRIPT_COMMENTS.sub("", text))


def slim_style(text: str) -> str:
    """A style sheet without its comments and the white space that only readers need."""
    return AROUND_SIGNS.sub(r"\1", STYLE_COMMENTS.sub("", text)).strip()


@lru_cache(maxsize=256)
def slim_file(path: Path, changed: int) -> bytes | None:
    """This file as it is sent; None for files that are sent as they are. `changed` is when it was last written."""
    if "vendor" in path.parts or path.suffix not in (".js", ".css") or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    return (slim_script(text) if path.suffix == ".js" else slim_style(text)).encode()
