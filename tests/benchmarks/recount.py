"""A lottery recounted from the files alone, without our code or the peer's: panels, chances, and their spread."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log
from pathlib import Path

Lottery = list[tuple[tuple[str, ...], Fraction]]


def read_ours(path: Path) -> Lottery:
    """`lottery.json` of a draw: exact weights; panels that only have tickets are left out."""
    content = json.loads(path.read_bytes())
    whole = int(content["denominator"])
    return [(tuple(one["members"]), Fraction(int(one["weight"]), whole)) for one in content["panels"] if one["weight"]]


def read_theirs(path: Path) -> Lottery:
    """Panels with probabilities in floating point, taken at their word and scaled to 1."""
    found = [(tuple(panel), Fraction(share)) for panel, share in json.loads(path.read_bytes())]
    whole = sum((share for _, share in found), Fraction(0))
    return [(panel, share / whole) for panel, share in found]


@dataclass(frozen=True)
class Profile:
    """Everyone's exact chance, in order; `panels` is how many the lottery has."""

    chances: tuple[Fraction, ...]
    panels: int

    @staticmethod
    def of(folder: Path, size: int, household: str, lottery: Lottery) -> Profile:
        """Recount; a panel that breaks a quota or a household ends the benchmark."""
        with (folder / "pool.csv").open(newline="", encoding="utf-8") as file:
            pool = {row["id"]: row for row in csv.DictReader(file)}
        with (folder / "quotas.csv").open(newline="", encoding="utf-8") as file:
            quotas = [(row["feature"], row["value"], int(row["min"]), int(row["max"])) for row in csv.DictReader(file)]
        chances = dict.fromkeys(pool, Fraction(0))
        for panel, weight in lottery:
            members = [pool[id_] for id_ in panel]
            counts = Counter((feature, member[feature]) for member in members for feature in {q[0] for q in quotas})
            homes = [tuple(member[column] for column in household.split(",") if column) for member in members]
            good = len(set(panel)) == size == len(panel) and weight > 0
            good &= all(low <= counts[feature, value] <= high for feature, value, low, high in quotas)
            good &= not household or len(set(homes)) == size
            if not good:
                raise SystemExit(f"{folder.name}: a panel breaks the rules: {panel}")
            for id_ in panel:
                chances[id_] += weight
        if sum(weight for _, weight in lottery) != 1:
            raise SystemExit(f"{folder.name}: the weights do not add up to 1")
        return Profile(tuple(sorted(chances.values())), len(lottery))

    @property
    def volunteers(self) -> int:
        return len(self.chances)

    @property
    def least(self) -> Fraction:
        return self.chances[0]

    def below(self, chance: Fraction) -> int:
        """How many volunteers have less than this, by more than a millionth."""
        return sum(chance - own > Fraction(1, 10**6) for own in self.chances)

    def __str__(self) -> str:
        own = [float(chance) for chance in self.chances]
        parts = [f"{name} {own[int(share * (len(own) - 1))]:.5f}" for name, share in QUANTILES]
        mean = exp(sum(log(chance) for chance in own) / len(own)) if own[0] > 0 else 0.0
        return f"{self.panels} panels; {', '.join(parts)}; Gini {gini(own):.4f}, geometric mean {mean:.5f}"


QUANTILES = (("min", 0.0), ("10 %", 0.1), ("median", 0.5), ("90 %", 0.9), ("max", 1.0))


def gini(ordered: Sequence[float]) -> float:
    """Mean difference between two volunteers' chances, against twice their mean."""
    count = len(ordered)
    return sum((2 * rank - count - 1) * chance for rank, chance in enumerate(ordered, 1)) / (count * sum(ordered))
