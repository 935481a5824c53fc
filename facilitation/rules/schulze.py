"""Schulze (beat path): every member ranks the options; one that beats another by the stronger chain is ahead of it.

d(i, j) is the number of ballots that rank i above j; an option that a ballot does not rank stands below all that it
ranks, and unranked ones are level. i beats j directly when d(i, j) > d(j, i), with the strength d(i, j) (“winning
votes”). A path is as strong as its weakest step, p(i, j) is the strength of the strongest path from i to j (0 without
one), and i is ahead of j when p(i, j) > p(j, i). That relation has no cycles; the winners are the options that none is
ahead of (Schulze, “A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
election method”, Social Choice and Welfare 2011). An option that beats every other directly (a Condorcet winner)
always wins, and the result says that there is one.

With several `seats`, the winners are taken, then those that none of the rest is ahead of, and so on. Level ones are a
tie unless a seed was published. There is no threshold. No valid ballot: **no-decision**.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from facilitation.rules.ballot import Choice, Ranking, as_ranking
from facilitation.rules.borda import parse
from facilitation.rules.choosing import first, told
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.plain_words import level
from facilitation.rules.result import Bases, Electorate, Outcome, Result, Table
from facilitation.rules.rule import Rule, at_least_two, no_max_choices, no_threshold

Matrix = npt.NDArray[np.int64]


def check(definition: RoundDefinition) -> None:
    """Something to rank, no threshold."""
    at_least_two(definition)
    no_max_choices(definition)
    no_threshold(definition, "a comparison of pairs has no single share")


def duels(definition: RoundDefinition, ballots: Mapping[Ranking, int]) -> Matrix:
    """d: how many ballots rank the option of the row above that of the column; whole numbers throughout."""
    place = {option: index for index, option in enumerate(definition.options)}
    ranks = np.full((len(ballots), len(place)), len(place), dtype=np.int16)
    for row, ballot in enumerate(ballots):
        for rank, group in enumerate(ballot):
            for option in (group,) if isinstance(group, str) else group:
                ranks[row, place[option]] = rank
    times = np.fromiter(ballots.values(), dtype=np.int64, count=len(ballots))
    return np.array([times @ (ranks[:, [index]] < ranks) for index in place.values()], dtype=np.int64)


def widest(direct: Matrix) -> Matrix:
    """p: the strength of the strongest path between any two options."""
    paths = np.where(direct > direct.T, direct, 0)
    for middle in range(len(paths)):
        paths = np.maximum(paths, np.minimum(paths[:, [middle]], paths[[middle], :]))
    np.fill_diagonal(paths, 0)
    return paths


def ranked(options: Sequence[str], paths: Matrix) -> tuple[tuple[str, ...], ...]:
    """The options in groups: those that none is ahead of, then those that none of the rest is ahead of, and so on."""
    left = list(range(len(options)))
    groups: list[tuple[str, ...]] = []
    while left:
        best = [i for i in left if not any(paths[j, i] > paths[i, j] for j in left)]
        groups.append(tuple(options[i] for i in best))
        left = [i for i in left if i not in best]
    return tuple(groups)


def tally(definition: RoundDefinition, ballots: Sequence[Choice], base: Electorate, spoilt: int = 0) -> Result:
    """Compare every pair; `counts` are the other options that an option is ahead of.

    >>> asked = RoundDefinition("Which?", "schulze", ("tram", "bus", "path"))
    >>> tally(asked, [("tram", "bus"), ("bus", "tram"), ("tram",)], Electorate(3, 3)).sentence
    'Ahead: tram, with a direct win over each of the 2 other options.'
    """
    known = Counter(as_ranking(definition, ballot) for ballot in ballots)
    bases = Bases(len(ballots), spoilt, base)
    direct = duels(definition, known)
    paths = widest(direct)
    options = definition.options
    counts = {option: int((paths[i] > paths[:, i]).sum()) for i, option in enumerate(options)}
    condorcet = [o for i, o in enumerate(options) if (direct[i] > direct[:, i]).sum() == len(options) - 1]
    outcome, lots = decide(definition, bases, ranked(options, paths), (counts, condorcet))
    return Result(
        rule=RULE.name,
        counts=counts,
        bases=bases,
        outcome=outcome,
        base="pairs",
        shares={},
        tables=(
            matrix("ballots that rank the row above the column", options, direct),
            matrix("strongest path from the row to the column", options, paths),
        ),
        lots=lots,
    )


def matrix(name: str, options: Sequence[str], figures: Matrix) -> Table:
    """A table of every option against every other."""
    rows: list[tuple[str | int, ...]] = [
        (option, *(int(figure) for figure in row)) for option, row in zip(options, figures, strict=True)
    ]
    return Table(name, ("option", *options), tuple(rows))


def decide(
    definition: RoundDefinition,
    bases: Bases,
    groups: Sequence[Sequence[str]],
    figures: tuple[Mapping[str, int], Sequence[str]],
) -> tuple[Outcome, tuple[str, ...]]:
    """The verdict by the law at the head of this file."""
    nothing = bases.why_no_decision(None, "valid")
    if nothing:
        return Outcome("no-decision", nothing), ()
    ahead_of, condorcet = figures
    chosen = first(groups, definition.terms.seats or 1, Lot.of(definition))

    def figure(option: str) -> str:
        others = len(definition.options) - 1
        if option in condorcet:
            return f"a direct win over {f'each of the {others} other options' if others > 1 else 'the other option'}"
        return f"the stronger chain against {ahead_of[option]} of {others} other options"

    return told(definition, chosen, figure), chosen.lots


def explained(definition: RoundDefinition) -> str:
    """The law at the head of this file in plain words."""
    pairs = "We compare the options two by two: which one do more ballots put above the other?"
    seats = definition.terms.seats or 1
    beats = (
        "An option that beats all others is ahead"
        if seats == 1
        else f"The {seats} options that beat the rest are chosen"
    )
    rings = "if they beat each other in a ring, the stronger chain counts; a chain is as strong as its weakest win"
    return f"{pairs} {beats}; {rings}. {level(definition)}"


RULE: Final = Rule(
    "schulze",
    "Put the options in your order, best first. You need not rank them all.",
    None,
    check,
    parse,
    tally,
    "level ranking",
    explained,
    terms=frozenset({"seats", "seed"}),
)
