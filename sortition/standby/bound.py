"""How good alternates can be at best: multipliers from a relaxed program, and the bound that they prove.

See `alternates` for the inequality. The solver only proposes multipliers; the bound is summed in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pulp

from sortition.solver import INFINITE, NOISE, Engine, Floats
from sortition.standby.recourse import Choice, Recourse, Sample, Whole

ROUNDS = 16
NEAR = 0.005  # cutting planes end when the relaxed program is solved to half a per cent
SCALE = 10**6  # multipliers are whole numbers of millionths
MOST_UNKNOWNS = 3_000  # of the whole program; larger ones are left to the search and its bound


def lower_bound(choice: Choice) -> Fraction:
    """No choice of alternates has a smaller expected loss."""
    return _Planes(choice).bound()


class _Planes:
    """Cutting planes over how much of each type stands by."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._recourse: Recourse = choice.recourse
        self._open = [n for n, one in enumerate(self._recourse.samples) if one.open]
        self._weights = 1 / np.maximum(self._recourse.highs, 1)
        self._one = Engine(_state_sample(self._recourse))
        costs = np.zeros(self._one.width)
        for name, place in self._one.columns.items():
            if name.startswith(("under", "over")):
                costs[place] = -self._weights[int(name.rpartition("_")[2])]
        self._one.weigh(costs)
        self._serves = [self._one.columns[_type(t)] for t in range(len(choice.most))]
        self._master = Engine(_state_master(choice))
        self._stands = [self._master.columns[_type(t)] for t in range(len(choice.most))]
        first = self._master.width
        for n in self._open:
            self._master.add_column(-float(self._recourse.samples[n].times), INFINITE, (), ())
        self._misses = range(first, self._master.width)
        self._cuts: list[tuple[int, Floats]] = []

    def bound(self) -> Fraction:
        """Cuts at points between the last one and the best of the relaxed program, until these are near enough."""
        most = np.array(self._choice.most, dtype=np.float64)
        point = most * min(1.0, self._choice.number / most.sum())
        best = INFINITE
        proved = self._proved(np.zeros((len(self._open), len(self._weights))), point)
        for _ in range(ROUNDS):
            best = min(best, self._cut(point))
            answer = self._master.solve()
            if answer is None or not self._open:
                break
            target = answer.values[self._stands]
            proved = max(proved, self._proved(self._averaged(answer.duals), target))
            if -answer.objective >= best * (1 - NEAR):
                break
            point = np.clip((point + target) / 2, 0, most)
        return proved

    def _cut(self, point: Floats) -> float:
        """One plane for each sample at this point; the relaxed loss there."""
        self._one.bound_columns(self._serves, np.zeros(len(point)), point)
        size = len(self._weights)
        total = 0.0
        for place, number in enumerate(self._open):
            counts = self._recourse.counts[number]
            seats = float(_seats(self._choice, self._recourse.samples[number]))
            lows = np.append(self._recourse.lows - counts, seats).astype(np.float64)
            highs = np.append(self._recourse.highs - counts, seats).astype(np.float64)
            self._one.bound_rows(range(size + 1), lows, highs)
            answer = self._one.solve()
            if answer is None:
                continue  # the point has too little for these seats: no plane here
            y = np.clip(-answer.duals[:size], -self._weights, self._weights)
            total -= answer.objective * self._recourse.samples[number].times
            constant, gains = self._plane(number, y, point)
            used = np.flatnonzero(gains)
            places = [*(self._stands[t] for t in used), self._misses[place]]
            self._master.add_row(places, [*gains[used], 1.0], constant, INFINITE)
            self._cuts.append((place, y))
        return total

    def _plane(self, number: int, y: Floats, point: Floats) -> tuple[float, Floats]:
        """loss ≥ constant − Σ_t gain_t z_t, with the π that is best at this point."""
        counts, seats = self._recourse.counts[number], _seats(self._choice, self._recourse.samples[number])
        worth = self._recourse.has @ y
        price = _price(worth, point, seats)
        sides = np.where(y > 0, self._recourse.lows - counts, self._recourse.highs - counts)
        return float(y @ sides) - price * seats, np.maximum(worth - price, 0)

    def _averaged(self, duals: Floats) -> Floats:
        """One set of multipliers for each sample: those of its planes, by the weight they have in the master."""
        sums, weights = np.zeros((len(self._open), len(self._weights))), np.zeros(len(self._open))
        for (place, y), dual in zip(self._cuts, np.abs(duals[-len(self._cuts) :]), strict=True):
            sums[place] += dual * y
            weights[place] += dual
        return sums / np.maximum(weights, NOISE)[:, None]

    def _proved(self, multipliers: Floats, point: Floats) -> Fraction:
        """The bound of these multipliers, in whole numbers."""
        limits = SCALE // np.maximum(self._recourse.highs, 1)
        whole = np.clip(np.rint(multipliers * SCALE).astype(np.int64), -limits, limits)
        constant = 0
        gains = np.zeros(len(point), dtype=np.int64)
        for place, number in enumerate(self._open):
            sample, counts, y = self._recourse.samples[number], self._recourse.counts[number], whole[place]
            seats = _seats(self._choice, sample)
            worth = self._recourse.has @ y
            price = int(_price(worth.astype(np.float64), point, seats))
            sides = np.where(y > 0, self._recourse.lows - counts, self._recourse.highs - counts)
            constant += (int(y @ sides) - price * seats) * sample.times
            gains += np.maximum(worth - price, 0) * sample.times
        everyone = np.sort(np.repeat(gains, self._choice.most))[::-1]
        closed = sum(
            self._recourse.expected(int(self._recourse.losses(self._recourse.counts[n][None])[0]) * one.times)
            for n, one in enumerate(self._recourse.samples)
            if not one.open
        )
        relaxed = Fraction(constant - int(everyone[: self._choice.number].sum()), SCALE * self._recourse.total)
        return max(closed + relaxed, Fraction(0))


def _seats(choice: Choice, sample: Sample) -> int:
    return min(sample.open, choice.number)


def _price(worth: Floats, point: Floats, seats: int) -> float:
    """The worth of the last one who serves when the best of this point do."""
    order = np.argsort(-worth, kind="stable")
    last = int(np.searchsorted(np.cumsum(point[order]), seats - NOISE))
    return float(worth[order[min(last, len(order) - 1)]])


def _type(t: int) -> str:
    return f"type_{t:06d}"


def _sum(unknowns: Sequence[pulp.LpVariable]) -> pulp.LpAffineExpression:
    return pulp.LpAffineExpression([(one, 1) for one in unknowns])


def _state_sample(recourse: Recourse) -> pulp.LpProblem:
    """Who serves in one sample, where seats may be shared: rows are changed from sample to sample."""
    quotas = len(recourse.lows)
    model = pulp.LpProblem("sample", pulp.LpMaximize)
    serves = [model.add_variable(_type(t), 0, None) for t in range(len(recourse.has))]
    unders = [model.add_variable(f"under_{q:04d}", 0, None) for q in range(quotas)]
    overs = [model.add_variable(f"over_{q:04d}", 0, None) for q in range(quotas)]
    for q in range(quotas):
        holders = [(serves[t], 1) for t in np.flatnonzero(recourse.has[:, q])]
        model += pulp.LpAffineExpression([*holders, (unders[q], 1), (overs[q], -1)]) >= 0, f"quota_{q:04d}"
    model += _sum(serves) == 0, "seats"
    return model


def _state_master(choice: Choice) -> pulp.LpProblem:
    """How much of each type stands by; what is lost in each sample is added to it, and planes below that."""
    model = pulp.LpProblem("standby", pulp.LpMaximize)
    stands = [model.add_variable(_type(t), 0, most) for t, most in enumerate(choice.most)]
    model += _sum(stands) == choice.number, "number"
    for number, one in enumerate(choice.candidates.household_classes):
        own = [stands[t] for t, kind in enumerate(choice.candidates.types) if kind.household_class == number]
        model += _sum(own) <= len(one), f"households_{number:06d}"
    return model


def solved_whole(choice: Choice) -> tuple[int, ...] | None:
    """The best types by the whole program, if it is small enough for that; proved by the solver's search."""
    recourse = choice.recourse
    if len(recourse.samples) * (len(choice.most) + 2 * len(recourse.lows)) > MOST_UNKNOWNS:
        return None
    engine = Engine(_state_whole(choice))
    costs = np.zeros(engine.width)
    for n, sample in enumerate(recourse.samples):
        for q, weight in enumerate(recourse.weights):
            for side in ("under", "over"):
                costs[engine.columns[f"{side}_{n:06d}_{q:04d}"]] = -float(weight) * sample.times / recourse.parts
    engine.weigh(costs)
    answer = engine.solve()
    if answer is None:
        return None
    seats = [round(float(answer.values[engine.columns[_type(t)]])) for t in range(len(choice.most))]
    return tuple(t for t, number in enumerate(seats) for _ in range(number))


def _state_whole(choice: Choice) -> pulp.LpProblem:
    """Who stands by and who of them serves in each sample, all at once."""
    recourse = choice.recourse
    model = pulp.LpProblem("whole", pulp.LpMaximize)
    stands = [model.add_variable(_type(t), 0, most, pulp.LpInteger) for t, most in enumerate(choice.most)]
    model += _sum(stands) == choice.number, "number"
    for number, one in enumerate(choice.candidates.household_classes):
        own = [stands[t] for t, kind in enumerate(choice.candidates.types) if kind.household_class == number]
        model += _sum(own) <= len(one), f"households_{number:06d}"
    for n, (sample, counts) in enumerate(zip(recourse.samples, recourse.counts, strict=True)):
        _add_sample(model, choice, n, (sample, counts, stands))
    return model


def _add_sample(
    model: pulp.LpProblem, choice: Choice, n: int, given: tuple[Sample, Whole, Sequence[pulp.LpVariable]]
) -> None:
    """One sample of the whole program."""
    sample, counts, stands = given
    recourse = choice.recourse
    serves = [
        model.add_variable(f"serves_{n:06d}_{t:06d}", 0, most, pulp.LpInteger) for t, most in enumerate(choice.most)
    ]
    for t, (serving, standing) in enumerate(zip(serves, stands, strict=True)):
        model += serving - standing <= 0, f"stands_{n:06d}_{t:06d}"
    model += _sum(serves) == _seats(choice, sample), f"seats_{n:06d}"
    for q, (low, high) in enumerate(zip(recourse.lows, recourse.highs, strict=True)):
        under = model.add_variable(f"under_{n:06d}_{q:04d}", 0, None)
        over = model.add_variable(f"over_{n:06d}_{q:04d}", 0, None)
        holders = _sum([serves[t] for t in np.flatnonzero(recourse.has[:, q])])
        model += holders + under >= int(low - counts[q]), f"low_{n:06d}_{q:04d}"
        model += holders - over <= int(high - counts[q]), f"high_{n:06d}_{q:04d}"
