"""The ideas of fair side by side for one pool: what each does to the smallest and largest chance, and to whom.

Pure but for the search for the lotteries. Every figure is taken from a lottery over real panels whose proof was
counted, never from a bound. Compared are the volunteers about whom the lot decides and who have a chance under at
least one of the ideas; whoever has none under all of them is counted apart.

    Gini coefficient   Σ_i Σ_j |c_i - c_j| / (2 n Σ_i c_i): 0 if all chances are equal, near 1 if few have nearly all
    geometric mean     (Π_i c_i)^(1/n): what Nash makes largest; 0 as soon as somebody has no chance
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import exp, fsum, log
from typing import Any

from sortition.fairness import FairLottery, fair_lottery
from sortition.folder import digits
from sortition.lists import drawn_by_lot
from sortition.meeting import Meeting, meeting
from sortition.objectives import FAIRNESS, IDEAS
from sortition.problem import DrawProblem
from sortition.progress import Progress, Tell, ignore
from sortition.proof import FairnessProof
from sortition.reading.cells import write_csv


@dataclass(frozen=True)
class Row:
    """What one idea of fair does; `chances` of those who are compared, `by_value` their averages."""

    fairness: str
    chances: Mapping[str, Fraction]
    by_value: Mapping[tuple[str, str], Fraction]
    proof: FairnessProof
    meeting: Meeting

    @property
    def lowest(self) -> Fraction:
        """The smallest chance of those who are compared; 0 if this idea leaves somebody without."""
        return min(self.chances.values())

    @property
    def highest(self) -> Fraction:
        """The largest chance."""
        return max(self.chances.values())

    @property
    def without(self) -> int:
        """How many have no chance here, though another idea gives them one."""
        return sum(not chance for chance in self.chances.values())

    @property
    def gini(self) -> Fraction:
        """How unequal the chances are."""
        return gini(tuple(self.chances.values()))

    @property
    def geometric_mean(self) -> float:
        """Rounded; it is irrational as a rule."""
        return geometric_mean(tuple(self.chances.values()))


@dataclass(frozen=True)
class Comparison:
    """One row for each idea, in the order asked for; how many have no chance under any of them, and equal chances."""

    problem: DrawProblem
    rows: tuple[Row, ...]
    never: int

    @property
    def equal(self) -> Fraction:
        """The chance that all who are compared would have if all were equal."""
        chances = self.rows[0].chances
        return sum(chances.values(), Fraction(0)) / len(chances)

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """Every feature and value that somebody who is compared has, in the quotas' order."""
        return tuple(self.rows[0].by_value)


def compare(problem: DrawProblem, names: Sequence[str] = FAIRNESS, tell: Tell = ignore) -> Comparison:
    """Draw up the fairest lottery for each of these ideas and put them side by side."""
    found = {name: fair_lottery(problem, name, _with_name(name, tell)) for name in names}
    everyone = {id_: Fraction(0) for id_ in sorted(problem.pool.ids)}
    chances = {name: drawn_by_lot(problem, everyone | fair.lottery.chances()) for name, fair in found.items()}
    some = [id_ for id_ in chances[names[0]] if any(own[id_] for own in chances.values())]
    rows = tuple(_row(problem, name, found[name], {id_: chances[name][id_] for id_ in some}) for name in names)
    return Comparison(problem, rows, len(chances[names[0]]) - len(some))


def _with_name(name: str, tell: Tell) -> Tell:
    def heard(step: Progress) -> None:
        tell(replace(step, note=f"{name}: {step.note}"))

    return heard


def _row(problem: DrawProblem, name: str, fair: FairLottery, chances: Mapping[str, Fraction]) -> Row:
    by_value = {}
    for quota in problem.quotas.rows:
        holders = [one.id for one in problem.pool.having(quota.feature, quota.value) if one.id in chances]
        if holders:
            total = sum((chances[id_] for id_ in holders), Fraction(0))
            by_value[quota.feature, quota.value] = total / len(holders)
    return Row(name, chances, by_value, fair.proof, meeting(problem, fair.lottery.panels))


def gini(chances: Sequence[Fraction]) -> Fraction:
    """How unequal these are.

    >>> gini([Fraction(1, 2)] * 4), gini([Fraction(0), Fraction(0), Fraction(0), Fraction(1)])
    (Fraction(0, 1), Fraction(3, 4))
    """
    ordered, count = sorted(chances), len(chances)
    weighed = sum(((2 * place - count + 1) * chance for place, chance in enumerate(ordered)), Fraction(0))
    return weighed / (count * sum(ordered, Fraction(0)))


def geometric_mean(chances: Sequence[Fraction]) -> float:
    """The n-th root of the product.

    >>> geometric_mean([Fraction(1, 4), Fraction(1)]), geometric_mean([Fraction(0), Fraction(1)])
    (0.5, 0.0)
    """
    if not all(chances):
        return 0.0
    return round(exp(fsum(log(chance) for chance in chances) / len(chances)), 12)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Everything, for programs: exact chances as fractions, figures as numbers."""
    return {
        "compared": len(comparison.rows[0].chances),
        "never_chosen": comparison.never,
        "equal_chance": str(comparison.equal),
        "panel_size": comparison.problem.panel_size,
        "ideas": [_row_as_json(row) for row in comparison.rows],
    }


def _row_as_json(row: Row) -> dict[str, Any]:
    proof = row.proof
    return {
        "fairness": row.fairness,
        "meaning": IDEAS[row.fairness].meaning,
        "smallest_chance": str(row.lowest),
        "largest_chance": str(row.highest),
        "gini": str(row.gini),
        "geometric_mean": row.geometric_mean,
        "without_chance": row.without,
        "panels": row.meeting.panels,
        "pairs_that_can_meet": str(row.meeting.share),
        "proved": proof.proved,
        "proof": proof.kind,
        "gap": str(proof.gap),
        "value_gap": None if proof.value_gap is None else str(proof.value_gap),
        "by_value": [
            {"feature": feature, "value": value, "average_chance": str(chance)}
            for (feature, value), chance in row.by_value.items()
        ],
        "chances": {id_: str(chance) for id_, chance in row.chances.items()},
    }


def as_csv(comparison: Comparison) -> bytes:
    """The table for a spreadsheet: one row for each figure, one column for each idea."""
    rows = comparison.rows
    figures: list[tuple[str, ...]] = [
        ("smallest chance", *(digits(row.lowest) for row in rows)),
        ("largest chance", *(digits(row.highest) for row in rows)),
        ("Gini coefficient", *(digits(row.gini) for row in rows)),
        ("geometric mean", *(f"{row.geometric_mean:.12f}" for row in rows)),
        ("without a chance", *(str(row.without) for row in rows)),
        ("panels", *(str(row.meeting.panels) for row in rows)),
        ("pairs that can meet", *(digits(row.meeting.share) for row in rows)),
        ("proved", *("yes" if row.proof.proved else "no" for row in rows)),
        ("gap", *(f"{float(row.proof.gap):.3g}" for row in rows)),
        (
            "gap of the objective",
            *("" if (gap := row.proof.value_gap) is None else f"{float(gap):.3g}" for row in rows),
        ),
    ]
    figures += [
        (f"average chance, {feature}: {value}", *(digits(row.by_value[feature, value]) for row in rows))
        for feature, value in comparison.values
    ]
    return write_csv([("figure", *(row.fairness for row in rows)), *figures])
