"""The can-live-with loop: test, see the reasons, rewrite, test again.

A test asks every member of every draft in it: do you love it, like it, can you live with it, do you lament it, or
loathe it? The **comfort share** is (love + like + live with) / answered, an exact fraction. The line is **reached**
when this is at least the term `share` (4/5 unless said otherwise; exactly 4/5 is enough), and enough of the members
present have answered (term `participation`; nothing is asked unless it is said). Present is, as in a vote, who is here
at the close and who has answered though they have left since.

What is reached is a wording: after a rewrite the draft is to be tested again. The loop of a draft ends in two ways
only: its present wording has reached the line, or the facilitator has stopped it and said why.

**Movement** compares two tests of one draft, member by member: who moved up on the scale, down, stayed, answers for the
first time, or did not answer again. Only these sums leave the room in which answers have members. Both counts are
public, so whoever saw in the hall who came late could subtract: were only one new and nobody had moved, the difference
of the counts would be that one's answer. Hence movement is told where those who answered once only are, on either side,
nobody or at least k people who are not all (or all but one) of one mind; otherwise no sum of it is told, and the two
counts stand side by side. Up, down and stayed are not groups that anybody could know from outside: each may be small.
Counts of fewer than k answers are not told at all, and decide nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from facilitation.errors import BadRequest, BadRound
from facilitation.rules.definition import exact, read_share, share_words
from facilitation.rules.support import COMFORTABLE, SCALE
from facilitation.small_numbers import K, alike

HIGHER: Final[Mapping[str, int]] = {answer: -place for place, answer in enumerate(SCALE)}


class State(StrEnum):
    """Where a draft is in its loop."""

    NOT_TESTED = "not-tested"
    IN_TEST = "in-test"
    REACHED = "reached"
    TO_REWRITE = "to-rewrite"
    TEST_AGAIN = "test-again"
    TOO_FEW = "too-few"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Line:
    """What a test must reach; frozen when it opens.

    >>> Line().words
    'at least four fifths of those who answer can live with it'
    """

    share: Fraction = Fraction(4, 5)
    participation: Fraction | None = None

    def reached(self, comfortable: int, answered: int) -> bool:
        """Whether so many of so many are enough."""
        return answered > 0 and Fraction(comfortable, answered) >= self.share

    def enough(self, answered: int, present: int) -> bool:
        """Whether enough have answered for the counts to be told and to decide."""
        return answered >= K and (self.participation is None or answered >= self.participation * present)

    @property
    def words(self) -> str:
        """The line in plain English."""
        line = f"at least {share_words(self.share)} of those who answer can live with it"
        if self.participation is None:
            return line
        return f"{line}, and at least {share_words(self.participation)} of the members present answer"

    def as_json(self) -> dict[str, Any]:
        """Shares in lowest terms."""
        return {
            "share": exact(self.share),
            "participation": None if self.participation is None else exact(self.participation),
        }


def read_line(terms: Mapping[str, Any]) -> Line:
    """The line as an item's terms say it.

    >>> read_line({"share": "80%"}) == Line(), read_line({"participation": "1/2"}).participation
    (True, Fraction(1, 2))
    """
    try:
        share = read_share(terms.get("share") or "4/5", "share")
        part = None if not terms.get("participation") else read_share(terms["participation"], "participation")
    except BadRound as bad:
        raise BadRequest(bad.message.replace("The threshold's", "The test's"), bad.remedy) from None
    for name, value in (("share", share), ("participation", part)):
        if value is not None and not 0 < value <= 1:
            raise BadRequest(f"The test's {name} does not lie between nothing and all.", "Give it as “4/5” or “80%”.")
    return Line(share, part)


@dataclass(frozen=True)
class Moved:
    """How the members moved between two tests of a draft."""

    up: int = 0
    down: int = 0
    stayed: int = 0
    new: int = 0
    gone: int = 0


def counts_of(answers: Mapping[str, str]) -> dict[str, int]:
    """How many gave each answer.

    >>> counts_of({"a": "like", "b": "loathe", "c": "like"})
    {'love': 0, 'like': 2, 'live with': 0, 'lament': 0, 'loathe': 1}
    """
    found = Counter(answers.values())
    return {answer: found[answer] for answer in SCALE}


def comfortable(counts: Mapping[str, int]) -> int:
    """How many can at least live with it."""
    return sum(counts[answer] for answer in COMFORTABLE)


def movement(before: Mapping[str, str], now: Mapping[str, str]) -> Moved:
    """Who moved how, of two sheets of answers by the same voices.

    >>> movement({"a": "lament", "b": "like", "c": "love"}, {"a": "live with", "b": "like", "d": "love"})
    Moved(up=1, down=0, stayed=1, new=1, gone=1)
    """
    both = [(HIGHER[before[voice]], HIGHER[now[voice]]) for voice in before.keys() & now.keys()]
    return Moved(
        up=sum(new > old for old, new in both),
        down=sum(new < old for old, new in both),
        stayed=sum(new == old for old, new in both),
        new=len(now.keys() - before.keys()),
        gone=len(before.keys() - now.keys()),
    )


def told_movement(before: Mapping[str, str], now: Mapping[str, str], k: int = K) -> Moved | None:
    """The movement, where it may be told by the law at the head of this file.

    >>> same = {"a": "like", "b": "like", "c": "lament", "d": "lament", "e": "loathe"}
    >>> told_movement(same, {**same, "c": "live with"})
    Moved(up=1, down=0, stayed=4, new=0, gone=0)
    >>> told_movement(same, {**same, "f": "love"}) is None
    True
    """
    moved = movement(before, now)
    once = (
        (counts_of({voice: now[voice] for voice in now.keys() - before.keys()}), moved.new),
        (
            counts_of({voice: before[voice] for voice in before.keys() - now.keys()}),
            moved.gone,
        ),
    )
    hidden = any(size and (size < k or alike(tuple(counts.values()))) for counts, size in once)
    return None if hidden or min(len(before), len(now)) < k else moved
