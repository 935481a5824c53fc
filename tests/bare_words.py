"""Words of a template that no catalogue can reach: text between its tags, or in an attribute, that no `_()` says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment, nodes
from overheard import OURS, SPOKEN, Spoken

HERE = "\ufffc"
"""Where something is put in."""
WORD = re.compile(r"[^\W\d_]{2,}")
CLASS = re.compile(r"(fm-[\w-]+ ?)+")
CODE = re.compile(r"<code>.*?</code>|<pre.*?</pre>|<noscript>|</noscript>", re.DOTALL)


def bare_words(env: Environment, source: str) -> list[str]:
    """All texts of this template that stay as they are in every language.

    >>> bare_words(Environment(), '<p title="Hm hm">{{ _("Yes") }} of {% if a %}all{% endif %}</p>')
    ['Hm hm', 'of', 'all']
    """
    flat = "".join(piece for piece in _without_expressions(env, source))
    reader = Spoken()
    reader.feed(CODE.sub(HERE, flat))
    texts = [piece.strip(" .,:;–·") for text in reader.texts for piece in text.split(HERE)]
    found = [text for text in texts if WORD.search(text) and text not in OURS and not CLASS.fullmatch(text)]
    return [*found, *_said_by_expressions(env.parse(source))]


def _without_expressions(env: Environment, source: str) -> Iterator[str]:
    inside = 0
    for _, kind, value in env.lex(source):
        if kind in ("variable_begin", "block_begin", "comment_begin"):
            inside += 1
        elif kind in ("variable_end", "block_end", "comment_end"):
            inside -= 1
            yield HERE
        elif kind in ("data", "raw_begin", "raw_end") and not inside:
            yield value


def _said_by_expressions(tree: nodes.Template) -> Iterator[str]:
    """Plain texts that an expression shows: `{{ "over" if late else "left" }}`; those of class names are none."""
    for output in tree.find_all(nodes.Output):
        before = ""
        for part in output.nodes:
            if isinstance(part, nodes.TemplateData):
                before = part.data
            elif before.endswith(("<", "</")):
                continue  # the name of an element
            elif not re.search(r"""[\w-]=["'][^"']*$""", before.rpartition(">")[2] or before) or _is_spoken(before):
                yield from (one.value for one in _shown(part) if WORD.search(one.value) and one.value not in OURS)


def _is_spoken(before: str) -> bool:
    return bool(re.search(rf"""(?:{"|".join(SPOKEN)})=["'][^"']*$""", before))


def _shown(part: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(part, nodes.Const) and isinstance(part.value, str):
        yield part
    elif isinstance(part, nodes.CondExpr):
        yield from _shown(part.expr1)
        yield from _shown(part.expr2) if part.expr2 else ()
    elif isinstance(part, nodes.Or | nodes.Concat):
        for child in part.iter_child_nodes():
            yield from _shown(child)
