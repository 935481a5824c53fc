"""From an order of the options to the ones that are chosen: shared by all rules that put options in an order.

Pure. Options stand in groups, best first; those of a group are level by the rule. The first `seats` options are chosen.
Where a group is too large for the seats that are left, the lot of the published seed decides (see `lot`); without a
seed its options are **level**: the verdict is a tie, and the result names the chosen and the level ones together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from facilitation.rules.definition import RoundDefinition
from facilitation.rules.lot import Lot
from facilitation.rules.result import Bases, Number, Outcome, Share, listed


@dataclass(frozen=True)
class Chosen:
    """The chosen options, best first; those level for what is left; and what the lot decided, in words."""

    options: tuple[str, ...]
    level: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


def by_total(totals: Mapping[str, Number]) -> tuple[tuple[str, ...], ...]:
    """Options in groups of equal totals, the largest first.

    >>> by_total({"tram": 2, "bus": 3, "path": 2})
    (('bus',), ('tram', 'path'))
    """
    return tuple(
        tuple(option for option, total in totals.items() if total == height)
        for height in sorted(set(totals.values()), reverse=True)
    )


def first(groups: Sequence[Sequence[str]], seats: int, lot: Lot | None) -> Chosen:
    """The first so many options.

    >>> first((("bus",), ("tram", "path")), 2, None)
    Chosen(options=('bus',), level=('tram', 'path'), lots=())
    >>> first((("bus",), ("tram", "path")), 3, None).options
    ('bus', 'tram', 'path')
    """
    chosen: list[str] = []
    for group in groups:
        left = seats - len(chosen)
        if len(group) <= left:
            chosen += group
        elif left and lot is None:
            return Chosen(tuple(chosen), tuple(group))
        elif left and lot is not None:
            lucky = lot.sorted(group)[:left]
            lots = (f"{listed(group)} were level; by lot: {listed(lucky)}.",)
            return Chosen((*chosen, *lucky), lots=lots)
    return Chosen(tuple(chosen))


Figure = Callable[[str], str]
"""What is said of an option in a sentence, such as “12 of 20 valid ballots, 60.0 %”."""


def told(definition: RoundDefinition, chosen: Chosen, figure: Figure) -> Outcome:
    """The choice without a threshold, as an outcome: none when it is clear, tie when it is not."""
    seats = definition.terms.seats or 1
    lots = "".join(f" {lot}" for lot in chosen.lots)
    winners = tuple(option for option in definition.options if option in (*chosen.options, *chosen.level))
    if chosen.level:
        each = f"{listed(chosen.level)}, with {figure(chosen.level[0])} each"
        if seats == 1:
            return Outcome("tie", f"Tie: {each}.", winners)
        sure = f" Chosen for certain: {listed(chosen.options)}." if chosen.options else ""
        return Outcome("tie", f"Tie for the last of {seats} seats: {each}.{sure}", winners)
    if seats == 1:
        return Outcome("none", f"Ahead: {winners[0]}, with {figure(winners[0])}.{lots}", winners)
    figures = "; ".join(f"{option}, with {figure(option)}" for option in chosen.options)
    return Outcome("none", f"Chosen for {seats} seats: {figures}.{lots}", winners)


def tested(
    definition: RoundDefinition, bases: Bases, leaders: Sequence[str], votes: int
) -> tuple[Outcome, tuple[str, ...]]:
    """The leader, or the level leaders, held against the threshold of the round; a lot decides only above the line."""
    threshold = definition.threshold
    assert threshold is not None
    share: Share = bases.share(votes, threshold.base)
    each = " each" if len(leaders) > 1 else ""
    figures = f"{listed(leaders)}, with {share.words}{each}, {share.text_beside(threshold.share)}; {threshold.needed}."
    if not threshold.passes(share.count, share.of):
        return Outcome("failed", f"Not passed: {figures}"), ()
    chosen = first((leaders,), 1, Lot.of(definition))
    if chosen.level:
        return Outcome("tie", f"Tie: {figures}", tuple(leaders)), ()
    lots = "".join(f" {lot}" for lot in chosen.lots)
    return Outcome("passed", f"Passed: {figures}{lots}", chosen.options), chosen.lots
