"""BLT: the ballots of an election by single transferable vote.

    4 2                 four candidates, two seats
    -3                  candidate 3 has withdrawn (optional)
    7 1 2 0             seven ballots that rank candidate 1, then 2; each ballot ends with 0
    3 2 0
    0                   the ballots end
    "Ada"               the candidates' names, in their order
    …
    "Committee"         the title

Text after `#` is a comment. A ballot that ranks nobody (or only withdrawn candidates) is blank. Level ranks (`2=3`) are
kept, for rules that know them; weights that are no whole numbers are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from facilitation.errors import BadBallotFile
from facilitation.formats.box import Box, Paper, refused, text_of, whole
from facilitation.rules.reading import quoted, tidy

Lines = Iterator[tuple[int, str]]

NAME = re.compile(r'"([^"]*)"')


def read_blt(name: str, data: bytes) -> Box:
    """The ballots of a BLT file.

    >>> box = read_blt("a.blt", b'2 1\\n3 1 2 0\\n1 0\\n0\\n"Ada"\\n"Bo"\\n"Chair"\\n')
    >>> box.options, box.papers[0].payload, box.blank, box.seats, box.title
    (('Ada', 'Bo'), ('Ada', 'Bo'), 1, 1, 'Chair')
    """
    lines = lines_of(text_of(name, data))
    number, first = next(lines, (1, ""))
    size = [whole(word) for word in first.split()]
    if len(size) != 2 or not size[0] or not size[1]:
        raise refused(name, number, "these are not the numbers of candidates and of seats.", "Write them as “4 2”.")
    candidates, seats = int(size[0]), int(size[1])
    rows, withdrawn, end = ballot_rows(name, lines, candidates)
    names, title = names_of(name, lines, candidates, end)
    papers: list[Paper] = []
    blank = 0
    for line, times, ranks in rows:
        left = [tuple(names[c - 1] for c in rank if c not in withdrawn) for rank in ranks]
        payload = tuple(rank[0] if len(rank) == 1 else rank for rank in left if rank)
        if payload:
            papers.append(Paper(payload, times, line))
        else:
            blank += times
    options = tuple(option for place, option in enumerate(names, start=1) if place not in withdrawn)
    return Box(name, title, options, "ranked", tuple(papers), blank, seats=seats)


def lines_of(text: str) -> Lines:
    """The lines that say something, with their numbers; a `#` inside quotation marks is no comment."""
    for number, line in enumerate(text.splitlines(), start=1):
        said = re.sub(r'^((?:[^"#]|"[^"]*")*)#.*$', r"\1", line).strip()
        if said:
            yield number, said


def ballot_rows(
    name: str, lines: Lines, candidates: int
) -> tuple[list[tuple[int, int, list[list[int]]]], set[int], int]:
    """Line, number of ballots and ranks of every row, who has withdrawn, and the line of the closing 0."""
    rows: list[tuple[int, int, list[list[int]]]] = []
    withdrawn: set[int] = set()
    number = 1
    for number, line in lines:
        words = line.split()
        if words == ["0"]:
            return rows, withdrawn, number
        if all(word.startswith("-") for word in words) and not rows:
            withdrawn |= {candidate(name, number, word[1:], candidates) for word in words}
            continue
        times = whole(words[0])
        if not times:
            raise refused(
                name,
                number,
                f"{quoted(words[0])} is no number of ballots.",
                "Begin the row with a whole number above 0.",
            )
        if words[-1] != "0":
            raise refused(name, number, "the ballot does not end with 0.", "Put a 0 at its end.")
        ranks = [[candidate(name, number, one, candidates) for one in word.split("=")] for word in words[1:-1]]
        named = [one for rank in ranks for one in rank]
        if len(set(named)) < len(named):
            raise refused(name, number, "the ballot names a candidate twice.", "Name everyone at most once.")
        rows.append((number, times, ranks))
    raise refused(name, number, "the ballots do not end.", "Put a line with only 0 after the last ballot.")


def candidate(name: str, line: int, word: str, candidates: int) -> int:
    """The number of a candidate."""
    number = whole(word)
    if number is None or not 1 <= number <= candidates:
        raise refused(name, line, f"there is no candidate {quoted(word)}.", f"Use the numbers 1 to {candidates}.")
    return number


def names_of(name: str, lines: Lines, candidates: int, end: int) -> tuple[Sequence[str], str]:
    """The names of the candidates, and the title."""
    found: list[str] = []
    for number, line in lines:
        if NAME.sub("", line).strip():
            raise refused(name, number, "this is no name in quotation marks.", 'Write it as “"Ada Example"”.')
        found += [tidy(each) for each in NAME.findall(line)]
    if len(found) != candidates + 1:
        raise BadBallotFile(
            f"{name}, line {end}: after it there are {len(found)} names for {candidates} candidates and the title.",
            "Write one name for each candidate in quotation marks, and then the title.",
        )
    return found[:candidates], found[candidates] or name
