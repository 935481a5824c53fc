"""Ranked choice for one winner (instant run-off, IRV): the last option leaves until one has more than half.

A ballot ranks at least one option, best first, and may stop early. In every round each ballot counts for its highest
option still in the race; a ballot with none left is exhausted and reported. An option with more than half of the
ballots still counting wins. Otherwise the option with the fewest leaves. If several are level for last:

1. All of them leave together when their votes taken together are fewer than those of the next option: whatever the
   order of their leaving, they would all be gone before it.
2. Otherwise the counts of the previous rounds decide, the latest first: whoever had fewest there leaves.
3. If they were level in every round, the lot of the published seed decides: whoever it likes least leaves.
4. Without a seed nothing is broken here. Every way of going on is followed to its end. If all ways end with the same
   winner, that option wins; otherwise the result is a **tie** between all the options that some way makes the winner.
   (Beyond `MOST_WAYS` ways at once, all options still in the race in any of them are in the tie.)

So the result depends neither on the order of ballots nor on that of options. With a threshold the round passes
exactly when (the winner's votes in the deciding round / base) op share, the base being valid ballots, ballots cast,
members present or members entitled; “yes+no” is refused, since a ranking has no no. Without one the verdict is
**none** and the winner stands. No valid ballots, base 0 or too small a turnout: **no-decision**.

Leaving together is usual in counting codes of the United States, looking back in those of Scotland; following every
way is “parallel-universe” tie-breaking (Conitzer, Rognlie and Xia, IJCAI 2009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias

from facilitation.errors import BadBallot, BadRound
from facilitation.rules.ballot import Choice, as_strict_ranking, several_options
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import last_of_all, line
from facilitation.rules.result import Bases, Electorate, Outcome, Result, Share, Stage, listed
from facilitation.rules.rule import Rule, no_max_choices, only_bases

MOST_WAYS: Final = 1000
"""How many ways of going on are followed at once: six options level from the start make 720."""

HALF: Final = Fraction(1, 2)

BY_LOT: Final = "the lot decided that"

Rankings: TypeAlias = Mapping[tuple[str, ...], int]


def check(definition: RoundDefinition) -> None:
    """Something to rank."""
    if len(definition.options) < 2:
        raise BadRound("A ranking needs at least two options.", "Add an option, or ask by the rule yes-no.")
    no_max_choices(definition)
    only_bases(definition, ("valid", "cast", "present", "entitled"), "a ranking has no no")


def parse(definition: RoundDefinition, payload: object) -> Choice:
    """A list of options, best first, at least one."""
    ranking = several_options(definition, payload)
    if not ranking:
        raise BadBallot("The ballot ranks no option.", "Rank at least one option; you need not rank them all.")
    return ranking


@dataclass(frozen=True)
class Ending:
    """One way the count can end: who has more than half, and with how many ballots of those still counting."""

    winner: str
    votes: int
    continuing: int


@dataclass(frozen=True)
class Race:
    """The options still in, the rankings cut down to them, and the counts of all rounds so far, the latest first."""

    rankings: frozenset[tuple[tuple[str, ...], int]]
    history: tuple[tuple[tuple[str, int], ...], ...]

    @classmethod
    def start(cls, options: Sequence[str], rankings: Rankings) -> Race:
        """The first round."""
        return cls(frozenset(), ()).going_on(options, rankings)

    def going_on(self, options: Sequence[str], rankings: Rankings) -> Race:
        """The next round, with these options still in."""
        still_in = frozenset(options)
        cut: Counter[tuple[str, ...]] = Counter()
        for ranking, ballots in rankings.items():
            cut[tuple(option for option in ranking if option in still_in)] += ballots
        votes: Counter[str] = Counter()
        for ranking, ballots in cut.items():
            if ranking:
                votes[ranking[0]] += ballots
        counts = tuple((option, votes[option]) for option in options)
        return Race(frozenset(cut.items()), (counts, *self.history))

    def moved_by(self, leaving: Sequence[str]) -> Counter[tuple[str, str | None]]:
        """Whose ballots go to which option when these leave, or to none: how many."""
        onward: Counter[tuple[str, str | None]] = Counter()
        for ranking, ballots in self.rankings:
            if ranking and ranking[0] in leaving:
                onward[ranking[0], next((option for option in ranking if option not in leaving), None)] += ballots
        return onward

    def without(self, leaving: Sequence[str]) -> Race:
        """The round after these options have left."""
        return self.going_on([option for option in self.counts if option not in leaving], dict(self.rankings))

    @property
    def counts(self) -> dict[str, int]:
        """The votes of this round."""
        return dict(self.history[0])

    @property
    def exhausted(self) -> int:
        """Ballots that name no option still in."""
        return dict(self.rankings).get((), 0)

    @property
    def ending(self) -> Ending | None:
        """The end, if an option has more than half of the ballots still counting."""
        continuing = sum(self.counts.values())
        winner, votes = max(self.counts.items(), key=lambda counted: counted[1])
        return Ending(winner, votes, continuing) if 2 * votes > continuing else None

    @property
    def last(self) -> tuple[str, ...]:
        """The options with the fewest votes in this round."""
        fewest = min(self.counts.values())
        return tuple(option for option, votes in self.counts.items() if votes == fewest)

    @property
    def may_leave_together(self) -> bool:
        """Whether all the last ones have together fewer votes than the next option."""
        others = [votes for option, votes in self.counts.items() if option not in self.last]
        return bool(others) and sum(self.counts[option] for option in self.last) < min(others)

    @property
    def never_ahead(self) -> tuple[str, ...]:
        """Of the last ones, those that the previous rounds, the latest first, leave behind or level."""
        rounds = [dict(counts) for counts in self.history]
        record = {option: [counts[option] for counts in rounds] for option in self.last}
        return tuple(option for option in self.last if record[option] == min(record.values()))

    @property
    def ways_on(self) -> tuple[tuple[str, ...], ...]:
        """Who leaves now: one way when the law decides, one for each option when they are level in every round."""
        if len(self.last) == 1 or self.may_leave_together:
            return (self.last,)
        return tuple((option,) for option in self.never_ahead)


def run(race: Race, lot: Lot | None) -> tuple[tuple[Stage, ...], frozenset[Ending] | None]:
    """The rounds up to the end or to the first tie that nothing breaks, and all endings (None: too many to follow)."""
    stages: list[Stage] = []
    while race.ending is None and (lot is not None or len(race.ways_on) == 1):
        gone = race.ways_on[0] if lot is None or len(race.ways_on) == 1 else (lot.last(race.never_ahead),)
        note = why_these(race, gone)
        stages.append(Stage(race.counts, race.exhausted, gone, note=note, transfers=race.moved_by(gone)))
        race = race.without(gone)
    if race.ending is not None:
        stages.append(Stage(race.counts, race.exhausted, elected=(race.ending.winner,)))
        return tuple(stages), frozenset({race.ending})
    note = f"{listed(race.never_ahead)} are level for last, in this round and in all rounds before it."
    stages.append(Stage(race.counts, race.exhausted, note=note))
    return tuple(stages), endings(race)


def why_these(race: Race, gone: tuple[str, ...]) -> str | None:
    """Why just these options leave, where several are last."""
    if len(race.ways_on) > 1:
        return f"{listed(race.never_ahead)} were level for last in every round; {BY_LOT} {listed(gone)} leaves."
    if len(race.last) == 1:
        return None
    if race.may_leave_together:
        return f"{listed(race.last)} leave together: all their votes are fewer than those of the next option."
    return f"{listed(race.last)} are level for last; {listed(race.never_ahead)} had fewer votes in an earlier round."


def endings(race: Race) -> frozenset[Ending] | None:
    """Every way on, followed to its end, all ways one round at a time."""
    ended: set[Ending] = set()
    open_ways = {race}
    while open_ways:
        if len(open_ways) > MOST_WAYS:
            return None
        onward = {way.without(leaving) for way in open_ways for leaving in way.ways_on}
        ended |= {way.ending for way in onward if way.ending is not None}
        open_ways = {way for way in onward if way.ending is None}
    return frozenset(ended)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Count round by round. `counts` and `shares` are the first preferences; `measure` is the end.

    >>> asked = RoundDefinition("Capital?", "irv", ("tram", "bus", "path"))
    >>> ballots = [("tram",)] * 4 + [("bus", "path")] * 3 + [("path", "bus")] * 2
    >>> tally(asked, ballots, Electorate(present=9, entitled=9)).sentence
    'bus wins in round 2 with 5 of 9 ballots still counting, 55.6 %.'
    """
    rankings = Counter(known_rankings(definition, ballots))
    bases = Bases(len(ballots), spoilt, base)
    race = Race.start(definition.options, rankings)
    stages, ends = run(race, Lot.of(definition)) if ballots else ((), frozenset())
    lots = tuple(stage.note for stage in stages if stage.note and BY_LOT in stage.note)
    headline = "valid" if definition.threshold is None else definition.threshold.base
    outcome, measure = decide(definition, bases, stages, ends)
    return Result(
        rule=RULE.name,
        counts=race.counts,
        bases=bases,
        outcome=replace(outcome, sentence=" ".join((outcome.sentence, *lots))),
        base=headline,
        shares=bases.shares(race.counts),
        measure=measure,
        measured=None if measure is None else "the winner in the deciding round",
        rounds=stages,
        lots=lots,
    )


def known_rankings(definition: RoundDefinition, ballots: Iterable[Choice]) -> Iterable[tuple[str, ...]]:
    """The ballots as rankings of this round's options."""
    for ballot in ballots:
        ranking = as_strict_ranking(definition, ballot)
        if not ranking:
            raise ValueError("a ballot of another round is among these")
        yield ranking


def decide(
    definition: RoundDefinition, bases: Bases, stages: Sequence[Stage], ends: frozenset[Ending] | None
) -> tuple[Outcome, Share | None]:
    """The verdict by the law at the head of this file, and the share that it rests on."""
    threshold = definition.threshold
    nothing = bases.why_no_decision(threshold, "valid") or bases.why_no_decision(
        threshold, "valid" if threshold is None else threshold.base
    )
    if nothing:
        return Outcome("no-decision", nothing), None
    able = set(stages[-1].counts) if ends is None else {end.winner for end in ends}
    winners = tuple(option for option in definition.options if option in able)
    if ends is None or len(winners) > 1:
        return Outcome("tie", f"Tie: {listed(winners)}. {which_leaves(stages)}", winners), None
    fewest = min(ends, key=lambda end: (end.votes, -end.continuing))
    where = (
        f"in round {len(stages)} with" if stages[-1].elected else "however the tie for last is broken, with at least"
    )
    if threshold is None:
        share = Share(fewest.votes, fewest.continuing, "continuing")
        return Outcome("none", f"{winners[0]} wins {where} {share.words}, {share.text_beside(HALF)}.", winners), share
    share = bases.share(fewest.votes, threshold.base)
    figures = f"{winners[0]} leads {where} {share.words}, {share.text_beside(threshold.share)}; {threshold.needed}."
    met = {threshold.passes(end.votes, share.of) for end in ends}
    if met == {True}:
        return Outcome("passed", f"Passed: {figures}", winners), share
    if met == {False}:
        return Outcome("failed", f"Not passed: {figures}"), share
    return Outcome("tie", f"Tie: {figures} {which_leaves(stages)}", winners), share


def which_leaves(stages: Sequence[Stage]) -> str:
    """Why a tie stands."""
    return f"The result depends on which of the options level for last in round {len(stages)} leaves."


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    moves = "If no option has more than half, the last one goes out, and its ballots move to their next choice."
    until = "We go on until one has more than half of the ballots that still count"
    tested = "" if definition.threshold is None else "; " + line(definition).replace("It passes", "it passes", 1)[:-1]
    last = f"If options are level for last, earlier rounds decide; after that {last_of_all(definition)}."
    return f"Your ballot counts for your first choice. {moves} {until}{tested}. {last}"


RULE: Final = Rule(
    "irv",
    "Put the options in your order, best first. You need not rank them all.",
    None,
    check,
    parse,
    tally,
    "ranking",
    explained,
    terms=frozenset({"seed"}),
)
