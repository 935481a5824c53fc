"""Single transferable vote (STV) for several seats: the Scottish rules, stage by stage.

The law is the Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to 52: the weighted
inclusive Gregory method. A ballot ranks at least one option, best first. With v valid ballots and s seats:

- The **quota** is ⌊v ÷ (s + 1)⌋ + 1. Whoever has the quota at the end of a stage is elected.
- While seats are left, the largest **surplus** over the quota is transferred: each ballot of the elected option goes on
  to its next option that is neither elected nor out, at the value surplus × (its value when received) ÷ (the option's
  votes), **cut to five decimals**. What the cutting loses is reported, as are ballots with no option left.
- When no surplus is left to transfer, the option with the fewest votes is **out**, and its ballots go on at the value
  they had.
- When as many options are left as seats, they are elected, and nothing more is transferred.

If several are level for the surplus or for going out, the latest earlier stage where they differ decides. If they never
differed, the lot of the published seed does. Without a seed every way of going on is followed: where all end with the
same elected, these are elected; otherwise the result is a **tie** that names all who are elected in some way.

All values are whole numbers of hundred-thousandths, so nothing is ever rounded that the law does not cut. No valid
ballot: **no-decision**. There is no threshold: the quota is the line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from facilitation.rules.ballot import Choice
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.irv import known_rankings, parse
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import last_of_all
from facilitation.rules.result import Bases, Electorate, Outcome, Result, exactly, listed
from facilitation.rules.rule import Rule, at_least_two, no_max_choices, no_threshold
from facilitation.rules.transfers import ONE, Count, Rankings, Step

MOST_WAYS: Final = 100
"""How many ways of breaking ties are followed when there is no lot."""


def check(definition: RoundDefinition) -> None:
    """Something to rank, no threshold."""
    at_least_two(definition)
    no_max_choices(definition)
    no_threshold(definition, "the quota is its line")


@dataclass(frozen=True)
class Transfer:
    """One stage: everyone's votes at its end, what was transferred in it, and what no longer counts."""

    votes: Mapping[str, int]
    exhausted: int
    lost: int
    act: str
    elected: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    note: str | None = None

    def as_json(self, number: int) -> dict[str, object]:
        """Votes with up to five decimals, as exact text where they are not whole."""
        return {
            "round": number,
            "counts": {option: exactly(Fraction(votes, ONE)) for option, votes in self.votes.items()},
            "exhausted": exactly(Fraction(self.exhausted, ONE)),
            "lost_by_cutting": exactly(Fraction(self.lost, ONE)),
            "act": self.act,
            "elected": list(self.elected),
            "eliminated": list(self.out),
            "note": self.note,
        }


def stage(step: Step) -> Transfer:
    """A step of the count as a stage of the table."""
    act = "first preferences" if step.option is None else f"{'surplus' if step.surplus else 'votes'} of {step.option}"
    out = () if step.surplus or step.option is None else (step.option,)
    return Transfer(step.votes, step.exhausted, step.lost, act, step.elected, out, step.note)


@dataclass(frozen=True)
class Ways:
    """All ways of going on: the count that is shown, and who is elected by each way (None: too many to follow)."""

    shown: Count
    elected: frozenset[frozenset[str]] | None

    @property
    def level(self) -> tuple[str, ...]:
        """Everyone who is elected by some way, in the order of the round; when they are too many, all still in."""
        able = (
            {*self.shown.elected, *self.shown.continuing} if self.elected is None else frozenset().union(*self.elected)
        )
        return tuple(option for option in self.shown.options if option in able)


def all_ways(rankings: Rankings, definition: RoundDefinition) -> Ways:
    """Follow every way of breaking the ties that neither stages nor lot break."""
    scripts: list[list[str]] = [[]]
    first: Count | None = None
    ended: list[Count] = []
    while scripts:
        script = scripts.pop()
        count = Count(rankings, definition.options, definition.terms.seats or 1, Lot.of(definition), list(script))
        level = count.run()
        first = first or count
        if not level:
            ended.append(count)
        scripts += [[*script, option] for option in reversed(level)]
        if len(ended) + len(scripts) > MOST_WAYS:
            return Ways(first, None)
    elected = frozenset(frozenset(count.elected) for count in ended)
    assert first is not None
    return Ways(ended[0] if len(elected) == 1 else first, elected)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count stage by stage. `counts` and `shares` are the first preferences; `rounds` is the whole table.

    >>> from facilitation.rules.terms import Terms
    >>> asked = RoundDefinition("Two of three", "stv", ("tram", "bus", "path"), terms=Terms(seats=2))
    >>> ballots = [("tram", "bus")] * 6 + [("path",)] * 2 + [("bus",)]
    >>> tally(asked, ballots, Electorate(9, 9)).sentence
    'Chosen for 2 seats: tram (stage 1) and bus (stage 3). The quota was 4 of 9 valid ballots.'
    """
    rankings = Counter(known_rankings(definition, ballots))
    bases = Bases(len(ballots), spoilt, base)
    ways = all_ways(rankings, definition) if ballots else None
    counts = dict.fromkeys(definition.options, 0)
    if ways is not None:
        counts = {option: votes // ONE for option, votes in ways.shown.steps[0].votes.items()}
    steps = () if ways is None else ways.shown.steps
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome(definition, bases, ways),
        base="valid",
        shares=bases.shares(counts),
        rounds=tuple(map(stage, steps)),
        lots=tuple(step.note for step in steps if step.note and "the lot decided" in step.note),
    )


def outcome(definition: RoundDefinition, bases: Bases, ways: Ways | None) -> Outcome:
    """The verdict by the law at the head of this file."""
    if ways is None:
        return Outcome("no-decision", bases.why_no_decision(None, "valid") or "No decision.")
    seats = definition.terms.seats or 1
    for_seats = "1 seat" if seats == 1 else f"{seats} seats"
    quota = f"The quota was {ways.shown.quota} of {bases.valid} valid ballots."
    if ways.elected is not None and len(ways.elected) == 1:
        found = {name: number for number, step in enumerate(ways.shown.steps, start=1) for name in step.elected}
        names = listed([f"{name} (stage {number})" for name, number in found.items()])
        winners = tuple(option for option in definition.options if option in found)
        return Outcome("none", f"Chosen for {for_seats}: {names}. {quota}", winners)
    who = f"a lot in stage {len(ways.shown.steps) + 1} decides who of {listed(ways.level)}"
    return Outcome("tie", f"Tie for {for_seats}: {who} is chosen. {quota}", ways.level)


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    seats = definition.terms.seats or 1
    many = "We choose one option: it" if seats == 1 else f"We choose {seats} options: each"
    quota = f"{many} needs a quota, just over 1 in {seats + 1} of the ballots."
    over = "Votes above it move to the next choice, as parts of a vote; when there are none, the last option goes out."
    last = f"If options are level, earlier stages decide; after that {last_of_all(definition)}."
    return f"Your ballot counts for your first choice. {quota} {over} {last}"


RULE: Final = Rule(
    "stv",
    "Put the options in your order, best first. You need not rank them all.",
    None,
    check,
    parse,
    tally,
    "ranking",
    explained,
    terms=frozenset({"seats", "seed"}),
)
