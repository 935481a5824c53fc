"""A rehearsal: a drafted round with the ballots of a hall of robots, counted; for a budget in several ways at once.

Pure. Nothing of it is kept anywhere: the same definition, number of robots and seed give it again. Where the round is
also counted for groups of members, the robots belong to groups of the same proportions, whatever they think.

>>> from facilitation.rules import parse_definition
>>> rehearse(parse_definition({"title": "Adopt?", "rule": "yes-no"}), 60, "ten dice").result.bases.valid
60
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from facilitation.ballots import Slip
from facilitation.classes import with_classes
from facilitation.conduct import Conduct
from facilitation.count import Counted
from facilitation.count_report import columns, report
from facilitation.formats import Box
from facilitation.rehearsal import robot_ballots
from facilitation.rules import RULES, Electorate, Result, RoundDefinition, canonical
from facilitation.side_by_side import BUDGET_RULES, Way, apart, compared

BANNER: Final = "Rehearsal: made-up ballots, nothing is stored"
ROBOTS: Final = 60
SEED: Final = "ten dice"


@dataclass(frozen=True)
class Rehearsed:
    """The result under the round's own rule and, for a budget, under the others; the round's own way is the first."""

    definition: RoundDefinition
    robots: int
    seed: str
    result: Result
    ways: tuple[Way, ...]
    grouped: Mapping[str, Any] | None = None

    @property
    def pair(self) -> tuple[Way, Way] | None:
        """Most votes first beside equal shares: by the round's own completion if it has one."""
        greedy = next((way for way in self.ways if way.definition.rule == "greedy"), None)
        equal = next((way for way in self.ways if way.definition.rule == "equal-shares"), None)
        return None if greedy is None or equal is None else (greedy, equal)

    def as_json(self) -> dict[str, Any]:
        """For programs and pages."""
        told: dict[str, Any] = {
            "rehearsal": BANNER,
            "robots": self.robots,
            "seed": self.seed,
            "definition": self.definition.as_json(),
            "result": dict(self.grouped or self.result.as_json()),
        }
        if self.pair is not None:
            first, second = self.pair
            told["ways"] = [way.as_json(self.robots) for way in self.ways]
            told["apart"] = {"ways": [first.name, second.name], **apart(first, second)}
        return told


@dataclass(frozen=True)
class Groups:
    """How the round is held with respect to groups, and how many members each has."""

    conduct: Conduct
    sizes: Mapping[str, int]

    def of(self, robots: int) -> list[str]:
        """The group of each robot: in turn, as often as the group has members.

        >>> Groups(Conduct(classes="kind"), {"a": 2, "b": 1}).of(5)
        ['a', 'a', 'b', 'a', 'a']
        """
        members = [name for name, size in self.sizes.items() for _ in range(size)]
        return [members[number % len(members)] for number in range(robots)]


def rehearse(
    definition: RoundDefinition, robots: int = ROBOTS, seed: str = SEED, groups: Groups | None = None
) -> Rehearsed:
    """Fill a hall with robots and count what they cast."""
    ballots = robot_ballots(definition, robots, seed)
    if definition.rule in BUDGET_RULES:
        ways = compared(definition, ballots)
        rehearsed = Rehearsed(definition, robots, seed, ways[0].result, ways)
    else:
        result = RULES[definition.rule].tally(definition, ballots, Electorate(robots, robots))
        rehearsed = Rehearsed(definition, robots, seed, result, ())
    if groups is None:
        return rehearsed
    mine = groups.of(robots)
    slips = [Slip(canonical(ballot), group=group) for ballot, group in zip(ballots, mine, strict=True)]
    sizes = {name: Electorate(number, number) for name, number in Counter(mine).items()}
    whole = {**rehearsed.result.as_json(), "spoilt": 0, "blank": 0}
    return replace(rehearsed, grouped=with_classes(whole, definition, groups.conduct, slips, sizes))


def in_text(rehearsed: Rehearsed) -> str:
    """The whole rehearsal for a terminal."""
    definition = rehearsed.definition
    box = Box("robots", definition.title, definition.options, "numbers", ())
    counted = Counted(box, definition, rehearsed.result, 0, rehearsed.robots)
    parts = [f"{BANNER}: {rehearsed.robots} robots, seed “{rehearsed.seed}”\n\n{report(counted)}"]
    if rehearsed.pair is not None:
        rows = [["way to count", "bids", "spent", "robots with a funded bid"]]
        for told in (way.as_json(rehearsed.robots) for way in rehearsed.ways):
            spent = f"{told['spent']}, {told['spent_share']}"
            reached = f"{told['reached']}, {told['reached_share']}"
            rows.append([told["name"], str(len(told["funded"])), spent, reached])
        parts.append(f"the same ballots, counted in other ways:\n{columns(rows)}\n")
        first, second = rehearsed.pair
        found = apart(first, second)
        names = (("both", "both"), (f"only {first.name}", "first"), (f"only {second.name}", "second"))
        lines = (f"  {words}: {', '.join(found[part]) or 'none'}" for words, part in names)
        parts.append("funded by:\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)
