"""Who may drop out: chances to stay, learned from earlier assemblies, and sampled sets of drop-outs.

Pure. A member stays with the chance  β_0 · Π_f β_{f, value of f}, 1 at most, and members decide one by one. Without a
history β_0 is nine in ten and every other factor 1; a stated rate r of a value makes its factor (1 − r)/β_0. From a
history the factors are the most likely ones under a prior that keeps small numbers from shouting: PRIOR imaginary
people whom each value did not drive away, and PRIOR at the usual rate for β_0. The logarithm of the likelihood is
concave in −log β, so there is one optimum, and expectation-maximisation climbs to it: whoever left did so because of at
least one factor, each in proportion to 1 − β.
Source: Assos, Baharav, Flanigan, Procaccia, Alternates, assemble! Selecting optimal alternates for citizens'
assemblies, EC 2025 (the product form; prior and method are ours).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from sortition.problem import DrawProblem

USUAL = Fraction(9, 10)
PRIOR = 10
ROUNDS = 2_000  # far more than the factors need to stand still to PLACES
PLACES = 6
Value = tuple[str, str]


@dataclass(frozen=True)
class Past:
    """Somebody who was drawn for an earlier assembly: their values by feature, and whether they stayed."""

    values: Mapping[str, str]
    stayed: bool


@dataclass(frozen=True)
class StayModel:
    """Chances to stay.

    >>> StayModel(Fraction(9, 10), {("age", "16-24"): Fraction(1, 2)}).chance({"age": "16-24", "area": "North"})
    Fraction(9, 20)
    """

    base: Fraction = USUAL
    factors: Mapping[Value, Fraction] = field(default_factory=dict)

    def chance(self, values: Mapping[str, str]) -> Fraction:
        """That somebody with these values stays."""
        chance = self.base
        for feature, value in values.items():
            chance *= self.factors.get((feature, value), 1)
        return min(chance, Fraction(1))


def model_of(rates: Mapping[Value, Fraction], usual: Fraction = USUAL) -> StayModel:
    """The model in which those with one of these values, and no other, drop out at exactly its rate.

    Who has none stays with the usual chance; of several values each counts by how far it is from the usual.

    >>> model = model_of({("age", "16-24"): Fraction(1, 5), ("area", "North"): Fraction(1, 20)})
    >>> model.chance({"age": "16-24"}), model.chance({"age": "65+"}), model.chance({"age": "16-24", "area": "North"})
    (Fraction(4, 5), Fraction(9, 10), Fraction(38, 45))
    """
    return StayModel(usual, {value: (1 - rate) / usual for value, rate in rates.items()})


def learn(history: Sequence[Past]) -> StayModel:
    """The most likely factors.

    >>> people = [Past({"age": "old"}, True)] * 90 + [Past({"age": "young"}, n % 2 == 0) for n in range(90)]
    >>> model = learn(people)
    >>> model.chance({"age": "old"}) > Fraction(9, 10), Fraction(1, 2) < model.chance({"age": "young"}) < Fraction(3, 5)
    (True, True)
    """
    names = sorted({pair for one in history for pair in one.values.items()})
    has = np.array([[1.0, *(float(one.values.get(f) == v) for f, v in names)] for one in history])
    if not len(history):
        return StayModel()
    left = has[[not one.stayed for one in history]]
    people = has.sum(axis=0) + PRIOR
    before = np.zeros(len(names) + 1)
    before[0] = float(PRIOR * (1 - USUAL))
    stay = np.full(len(names) + 1, float(USUAL))
    for _ in range(ROUNDS):
        blame = 1 - np.exp(left @ np.log(stay))
        failures = (left * (1 - stay) / blame[:, None]).sum(axis=0) + before
        stay = 1 - failures / people
    told = [Fraction(round(float(one) * 10**PLACES), 10**PLACES) for one in stay]
    return StayModel(told[0], dict(zip(names, told[1:], strict=True)))


def drop_outs(
    problem: DrawProblem, panel: Sequence[str], model: StayModel, seed: str, samples: int
) -> tuple[tuple[str, ...], ...]:
    """So many sampled sets of members who drop out.

    Member i leaves in sample s when SHA-256("folkmoot drop-outs 1", seed, s, i), joined by line feeds and read as a
    big-endian whole number, is below 2^256 · (1 − chance to stay).
    """
    features = problem.quotas.features
    leaves = {id_: 1 - model.chance(dict(zip(features, problem.profiles[id_], strict=True))) for id_ in sorted(panel)}
    limits = {id_: int(2**256 * chance) for id_, chance in leaves.items()}
    return tuple(
        tuple(id_ for id_, limit in limits.items() if lot("folkmoot drop-outs 1", seed, f"{s}", id_) < limit)
        for s in range(1, samples + 1)
    )


def lot(*words: str) -> int:
    """A whole number below 2^256 that these words give."""
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest(), "big")
