"""The count of a single transferable vote: votes, piles and transfers, in whole numbers. The law stands in `stv`.

Pure. One `Count` is one way through the stages; where options are level in all stages so far it asks the lot, and
without one the script of choices that it was given, and without that it stops and says who is level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from facilitation.rules.lot import Lot
from facilitation.rules.result import listed

ONE: Final = 100_000
"""One vote in hundred-thousandths: the law counts with five decimals."""

Rankings: TypeAlias = Mapping[tuple[str, ...], int]

Paper: TypeAlias = tuple[tuple[str, ...], int, int, int]
"""A ranking, the place in it where its votes now lie, how many ballots say the same, and the value of each of them."""


@dataclass(frozen=True)
class Step:
    """What was done in a stage: whose surplus went on, or who went out, and what no longer counts by its end."""

    option: str | None
    surplus: bool
    votes: Mapping[str, int]
    exhausted: int
    lost: int
    note: str | None = None
    elected: tuple[str, ...] = ()


@dataclass
class Count:
    """One way through the stages, as far as it goes."""

    rankings: Rankings
    options: Sequence[str]
    seats: int
    lot: Lot | None = None
    script: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.valid = sum(self.rankings.values())
        self.quota = self.valid // (self.seats + 1) + 1
        self.votes = dict.fromkeys(self.options, 0)
        self.piles: dict[str, list[Paper]] = {option: [] for option in self.options}
        self.continuing = list(self.options)
        self.elected: list[str] = []
        self.waiting: list[str] = []
        self.exhausted = self.lost = 0
        self.steps: list[Step] = []
        for ranking, times in self.rankings.items():
            self.votes[ranking[0]] += times * ONE
            self.piles[ranking[0]].append((ranking, 0, times, ONE))
        self.close_stage(None, False)

    def run(self) -> tuple[str, ...]:
        """Go on to the end; when a tie stops the count, the options that are level."""
        while len(self.elected) < self.seats:
            most = bool(self.waiting)
            level = self.level(self.waiting if most else self.continuing, most)
            option, note = self.decide(level, most)
            if option is None:
                return level
            if most:
                self.transfer_surplus(option, note)
            else:
                self.exclude(option, note)
        return ()

    def level(self, options: Sequence[str], most: bool) -> tuple[str, ...]:
        """Those with the most (or fewest) votes in the latest stage where they differ; several if they never do."""
        left = tuple(options)
        for step in reversed(self.steps):
            heights = [step.votes[option] for option in left]
            wanted = max(heights) if most else min(heights)
            left = tuple(option for option in left if step.votes[option] == wanted)
            if len(left) == 1:
                break
        return left

    def decide(self, level: tuple[str, ...], most: bool) -> tuple[str | None, str | None]:
        """The option whose turn it is, and why, where that is not plain; None when nothing decides."""
        if len(level) > 1:
            if self.lot is not None:
                option = self.lot.first(level) if most else self.lot.last(level)
                return option, f"{listed(level)} were level in every stage; the lot decided."
            if self.script:
                return self.script.pop(0), f"{listed(level)} were level in every stage; either way elects the same."
            return None, None
        option, now = level[0], self.votes[level[0]]
        twins = [other for other in (self.waiting if most else self.continuing) if self.votes[other] == now]
        if len(twins) == 1:
            return option, None
        return (
            option,
            f"{listed(twins)} were level; {option} had {'more' if most else 'fewer'} votes in an earlier stage.",
        )

    def transfer_surplus(self, option: str, note: str | None) -> None:
        """Every ballot of an elected option goes on at its part of the surplus, cut to five decimals."""
        total = self.votes[option]
        surplus = total - self.quota * ONE
        self.waiting.remove(option)
        self.votes[option] -= surplus
        passed = 0
        for paper in self.taken(option):
            ranking, place, times, value = paper
            value = surplus * value // total
            passed += times * value
            self.pass_on((ranking, place, times, value))
        self.lost += surplus - passed
        self.close_stage(option, True, note)

    def exclude(self, option: str, note: str | None) -> None:
        """The option goes out; its ballots go on at their value, unless the seats that are left are filled by that."""
        self.continuing.remove(option)
        if len(self.continuing) > self.seats - len(self.elected):
            self.votes[option] = 0
            for paper in self.taken(option):
                self.pass_on(paper)
        self.close_stage(option, False, note)

    def taken(self, option: str) -> Iterator[Paper]:
        """The pile of an option, which has none afterwards."""
        pile, self.piles[option] = self.piles[option], []
        return iter(pile)

    def pass_on(self, paper: Paper) -> None:
        """To the next option on the ballot that is neither elected nor out."""
        ranking, place, times, value = paper
        for next_place in range(place + 1, len(ranking)):
            option = ranking[next_place]
            if option in self.continuing:
                self.piles[option].append((ranking, next_place, times, value))
                self.votes[option] += times * value
                return
        self.exhausted += times * value

    def close_stage(self, option: str | None, surplus: bool, note: str | None = None) -> None:
        """Who has the quota is elected, most votes first; then those who are left, if they are as many as the seats."""
        now = sorted(self.continuing, key=lambda name: (-self.votes[name], self.options.index(name)))
        elected = [name for name in now if self.votes[name] >= self.quota * ONE]
        left = [name for name in now if name not in elected]
        if left and len(left) == self.seats - len(self.elected) - len(elected):
            note = f"{note or ''} As many are left as seats: {listed(left)}.".strip()
            elected, left = now, []
        self.elected += elected
        self.waiting += [name for name in elected if self.votes[name] > self.quota * ONE]
        self.continuing = [name for name in self.continuing if name not in elected]
        self.steps.append(Step(option, surplus, dict(self.votes), self.exhausted, self.lost, note, tuple(elected)))
