"""PrefLib's rankings: `.soc` and `.soi` (strict, complete or not), `.toc` and `.toi` (with level ranks).

    # TITLE: Where shall we meet?
    # NUMBER ALTERNATIVES: 3
    # NUMBER VOTERS: 7
    # ALTERNATIVE NAME 1: Town hall
    …
    5: 1,2,3            five voters with this ranking
    2: 3,{1,2}          two who rank the last two level

The numbers of voters and of alternatives that the file claims must be those that it has. Files of the format before
2022 (without `#`) are refused; PrefLib serves them all in the new one.
"""

from __future__ import annotations

import re

from facilitation.errors import BadBallotFile
from facilitation.formats.box import Box, Paper, refused, text_of, whole
from facilitation.rules.reading import quoted, tidy

HEAD = re.compile(r"#\s*([A-Z ]+?)\s*(?:([0-9]+)\s*)?:\s*(.*)")


def read_preflib(name: str, data: bytes) -> Box:
    """The rankings of a PrefLib file.

    >>> head = b"# NUMBER ALTERNATIVES: 2\\n# NUMBER VOTERS: 3\\n"
    >>> names = b"# ALTERNATIVE NAME 1: tram\\n# ALTERNATIVE NAME 2: bus\\n"
    >>> read_preflib("a.toc", head + names + b"2: 2,1\\n1: {1,2}\\n").papers[1].payload
    (('tram', 'bus'),)
    """
    heads: dict[str, tuple[int, str]] = {}
    names: dict[int, str] = {}
    rows: list[tuple[int, str]] = []
    for number, line in enumerate(text_of(name, data).splitlines(), start=1):
        head = HEAD.fullmatch(line.strip())
        if head and head[1] == "ALTERNATIVE NAME" and head[2]:
            if int(head[2]) in names:
                raise refused(name, number, f"alternative {head[2]} is named twice.", "Name every alternative once.")
            names[int(head[2])] = tidy(head[3])
        elif head:
            heads[head[1]] = number, head[3]
        elif line.strip() and not line.startswith("#"):
            rows.append((number, line))
    if not names:
        raise refused(name, 1, "no alternative is named.", "Fetch the file from PrefLib again: it lacks its head.")
    claimed(name, heads, "NUMBER ALTERNATIVES", len(names))
    papers = tuple(paper_of(name, number, line, names) for number, line in rows)
    claimed(name, heads, "NUMBER VOTERS", sum(paper.times for paper in papers))
    options = tuple(names[place] for place in sorted(names))
    return Box(name, tidy(heads.get("TITLE", (0, name))[1]) or name, options, "ranked", papers)


def claimed(name: str, heads: dict[str, tuple[int, str]], key: str, found: int) -> None:
    """What the head claims must be what the file has."""
    line, text = heads.get(key, (1, ""))
    if whole(text) != found:
        raise BadBallotFile(
            f"{name}, line {line}: {key} is {quoted(text)}, but the file has {found}.",
            "Look for rows that are missing.",
        )


def paper_of(name: str, line: int, text: str, names: dict[int, str]) -> Paper:
    """One row: a number of voters and their ranking."""
    count, colon, order = text.partition(":")
    times = whole(count)
    if not colon or not times:
        raise refused(name, line, "this is no row “voters: ranking”.", "Write it as “5: 1,2,{3,4}”.")
    words = re.sub(r"\s+", "", order)
    if not re.fullmatch(r"(?:[0-9]+|\{[0-9]+(?:,[0-9]+)*\})(?:,(?:[0-9]+|\{[0-9]+(?:,[0-9]+)*\}))*", words):
        raise refused(name, line, f"{quoted(order.strip())} is no ranking.", "Write it as “1,2,{3,4}”.")
    groups = [[int(one) for one in rank.strip("{}").split(",")] for rank in re.findall(r"\{[^}]*\}|[0-9]+", words)]
    ranked = [one for group in groups for one in group]
    for one in ranked:
        if one not in names:
            raise refused(name, line, f"there is no alternative {one}.", f"Use the numbers 1 to {len(names)}.")
    if len(set(ranked)) < len(ranked):
        raise refused(name, line, "the ranking names an alternative twice.", "Name every alternative at most once.")
    named = [tuple(names[one] for one in group) for group in groups]
    return Paper(tuple(rank[0] if len(rank) == 1 else rank for rank in named), times, line)
