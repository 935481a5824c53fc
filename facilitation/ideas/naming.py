"""The names of groups: members propose and support them, the most supported one is chosen, a tie is told as one.

A member supports one name of each group at most: the one chosen on their tablet, or else the one they proposed last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from facilitation.ideas.work import Chosen, Work
from facilitation.work import Sheet

LONGEST_NAME: Final = 80
MOST_NAMES: Final = 3
"""How many names a member may propose for one group."""


def supported(work: Work, sheet: Sheet, member: str) -> dict[str, str]:
    """Which name of each group this member supports."""
    own = {name.cluster: name.id for name in work.names.values() if name.author == member}
    said = {cluster: name for cluster, name in sheet.get(member, {}).items() if name in work.names}
    return {**own, **said}


def support(work: Work, sheet: Sheet) -> dict[str, dict[str, int]]:
    """How many members support each proposed name: group → name → count, in the order of proposal."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for name in work.names.values():
        if not work.clusters[name.cluster].dissolved:
            counts[name.cluster][name.id] = 0
    for member in sorted({*sheet, *(name.author for name in work.names.values())}):
        for cluster, chosen in supported(work, sheet, member).items():
            if chosen in counts.get(cluster, {}):
                counts[cluster][chosen] += 1
    return dict(counts)


def outcome(counts: Mapping[str, int]) -> Chosen:
    """The most supported name; none where several have the most.

    >>> outcome({"a": 2, "b": 4, "c": 1})
    Chosen(name='b', by='members', level=())
    >>> outcome({"a": 3, "b": 3, "c": 1})
    Chosen(name='', by='members', level=('a', 'b'))
    """
    most = max(counts.values(), default=0)
    level = tuple(name for name, count in counts.items() if count == most)
    return Chosen(level[0], "members") if len(level) == 1 else Chosen("", "members", level)
