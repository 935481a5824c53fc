"""Find every sentence that the pages of members say, and bring the catalogues up to date.

`python -m web.languages.gather` does it; a test fails while a catalogue is behind.

Sentences stand in templates (`_`, `_n`), in rooms of the house (`told`, `told_count`) and in scripts (`_`, `_n`). New
ones are added without a translation, those that are gone are dropped, and beside each stand the files it is from: by
them a page knows which sentences its scripts may need. Sentences that are only ever heard (web/languages/heard.py)
carry the comment `heard` and stay.
"""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from web.languages import HERE, written
from web.languages.heard import HEARD

HOUSE = HERE.parent.parent
COMMENT = re.compile(r"\s*(//|/?\*)")
SAID = re.compile(r'(?<![\w$.])(_n?)\(\s*"((?:[^"\\]|\\.)*)"(?:,\s*"((?:[^"\\]|\\.)*)")?')
KEYWORDS: dict[str, Any] = {"_": None, "_n": (1, 2)}
ROOMS = {"told": 1, "told_count": 2}
WHOLE = ("cy",)
"""Catalogues that must have every sentence; those of easy read have a few."""

Key = str | tuple[str, str]


def gathered(house: Path = HOUSE) -> dict[Key, set[str]]:
    """Every sentence with the files that say it, in the order of the files."""
    found: dict[Key, set[str]] = {}
    templates, scripts = house / "web" / "templates", house / "web" / "static" / "js"
    rooms = (path for part in ("facilitation", "web") for path in sorted((house / part).rglob("*.py")))
    sources = (
        (from_template, sorted(templates.rglob("*.html"))),
        (from_script, sorted(scripts.rglob("*.js"))),
        (from_room, rooms),
    )
    for reader, paths in sources:
        for path in paths:
            for key in reader(path.read_text(encoding="utf-8")):
                found.setdefault(key, set()).add(path.relative_to(house).as_posix())
    return found


def from_template(text: str) -> Iterator[Key]:
    """The sentences of a Jinja template."""
    yield from _keys(babel_extract(io.BytesIO(text.encode()), list(KEYWORDS), (), {"encoding": "utf-8"}))


def from_script(text: str) -> Iterator[Key]:
    """The sentences of a browser module, also those inside a template string; all are in double quotation marks.

    >>> list(from_script('say(`${_("Up")}: ${_n("{n} dot", "{n} dots", n)}`); // _("no")'))
    ['Up', ('{n} dot', '{n} dots')]
    """
    code = "\n".join(line.partition(" // ")[0] for line in text.splitlines() if not COMMENT.match(line))
    for found in SAID.finditer(code):
        one, many = (None if part is None else str(json.loads(f'"{part}"')) for part in found.group(2, 3))
        assert one is not None, "the pattern has it"
        yield one if found[1] == "_" or many is None else (one, many)


def from_room(text: str) -> Iterator[Key]:
    """The told sentences of a room.

    >>> list(from_room('a = told("You may ask {n} more.", n=2); b = told_count("{n} vote", "{n} votes", n); told(x)'))
    ['You may ask {n} more.', ('{n} vote', '{n} votes')]
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ROOMS:
            first = node.args[: ROOMS[node.func.id]]
            texts = [one.value for one in first if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if texts and len(texts) == ROOMS[node.func.id]:
                yield texts[0] if len(texts) == 1 else (texts[0], texts[1])
            elif len(first) == 1 and isinstance(first[0], ast.IfExp):
                yield from (str(one.value) for one in (first[0].body, first[0].orelse) if isinstance(one, ast.Constant))


def _keys(found: Iterable[tuple[Any, ...]]) -> Iterator[Key]:
    for _, _, message, _ in found:
        if isinstance(message, str):
            yield message
        else:
            texts = [one for one in message or () if isinstance(one, str)]
            yield from [texts[0] if len(texts) == 1 else (texts[0], texts[1])] if texts else []


def brought_up_to_date(name: str, found: dict[Key, set[str]]) -> Catalog:
    """The catalogue with the sentences of now: what it says of them is kept, and nothing is guessed."""
    old = written(name)
    new = Catalog(locale=name[:2], fuzzy=False, header_comment=old.header_comment)
    new.mime_headers = [(k, v) for k, v in old.mime_headers if k in KEPT]
    for message in (one for one in old if one.id):
        key = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
        heard = HEARD in message.auto_comments
        if heard or key in found:
            new.add(key, message.string, _places(found.get(key, ())), auto_comments=[HEARD] if heard else ())
    for key in found if name in WHOLE else ():
        if key not in new:
            new.add(key, locations=_places(found[key]))
    return new


def _places(paths: Iterable[str]) -> list[tuple[str, int]]:
    """The files of a sentence; their lines would change with every edit."""
    return [(path, 0) for path in sorted(paths)]


KEPT = ("Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
HEADING = re.compile(rb'^"(?!' + b"|".join(name.encode() for name in KEPT) + rb")[A-Z][A-Za-z-]+: .*\n", re.MULTILINE)
"""The lines of a heading that would change with every run, or say nothing."""


def as_text(catalogue: Catalog) -> bytes:
    """The bytes of a catalogue's file."""
    file = io.BytesIO()
    write_po(file, catalogue, width=120, include_lineno=False)
    return HEADING.sub(b"", file.getvalue())


if __name__ == "__main__":
    everything = gathered()
    for each in sorted(path.stem for path in HERE.glob("*.po")):
        (HERE / f"{each}.po").write_bytes(as_text(brought_up_to_date(each, everything)))
