"""What alternates are worth: sampled drop-outs, and the best that these alternates can do in each of them.

Pure: whole numbers in numpy. In a sample, members leave and as many alternates take their seats as there are, or as
many as left. The loss is  Σ_q off_q / max(max_q, 1),  off_q being how many members of the whole panel
are missing to min_q or too many for max_q; the panel itself is one more quota, all of its k seats, so that a seat that
stays empty counts even where no other quota misses it. R, those who serve, is chosen after the drop-outs are known:

    expected loss of A  =  1/S Σ_s  min { loss((panel − D_s) ∪ R) : R ⊆ A, |R| = min(|D_s|, |A|) }.

Source: Assos, Baharav, Flanigan, Procaccia, EC 2025, with the seats always filled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import comb, lcm

import numpy as np
import numpy.typing as npt

from sortition.problem import DrawProblem

Whole = npt.NDArray[np.int64]
FINE = 10**9  # the largest common denominator of losses; beyond it they are rounded to its parts
MOST_SETS = 7_000  # sets of alternates tried for one sample while searching
BEAM = 16  # sets that a narrow search goes on with
KEPT = 128  # of these, the best to which one more alternate is added


@dataclass(frozen=True)
class Sample:
    """What is left of every quota's count, how many seats are open, and in how many samples this is so."""

    counts: tuple[int, ...]
    open: int
    times: int


def samples_of(problem: DrawProblem, panel: Sequence[str], left: Sequence[Sequence[str]]) -> tuple[Sample, ...]:
    """Samples that leave the same counts are one, with its number of times."""
    features = problem.quotas.features
    rows = [(features.index(quota.feature), quota.value) for quota in problem.quotas.rows]
    found: Counter[tuple[tuple[int, ...], int]] = Counter()
    for gone in left:
        staying = [problem.profiles[id_] for id_ in panel if id_ not in set(gone)]
        counts = (*(sum(profile[place] == value for profile in staying) for place, value in rows), len(staying))
        found[counts, len(gone)] += 1
    return tuple(Sample(counts, number, found[counts, number]) for counts, number in sorted(found))


class Recourse:
    """The samples, and the types of volunteers who may become alternates; `has` says which quotas a type counts for.

    All of them count for the panel as a whole, which stands last.
    """

    def __init__(self, problem: DrawProblem, samples: Sequence[Sample], has: Whole) -> None:
        rows, size = problem.quotas.rows, problem.panel_size
        self.samples = tuple(samples)
        self.has = np.append(has, np.ones((len(has), 1), dtype=np.int64), axis=1)
        self.lows = np.array([*(quota.min for quota in rows), size], dtype=np.int64)
        self.highs = np.array([*(quota.max for quota in rows), size], dtype=np.int64)
        parts = [*(max(quota.max, 1) for quota in rows), size]
        self.parts = min(lcm(*parts), FINE)
        self.weights = np.array([round(Fraction(self.parts, part)) for part in parts], dtype=np.int64)
        self.total = sum(sample.times for sample in samples)
        self._served: dict[tuple[int, ...], tuple[int, tuple[tuple[int, ...], ...]]] = {}
        self._floats = self.has.T.astype(np.float64)

    @cached_property
    def counts(self) -> Whole:
        """One row for each sample."""
        return np.array([sample.counts for sample in self.samples], dtype=np.int64)

    def expected(self, loss: int) -> Fraction:
        """A sum of losses over all samples as a mean."""
        return Fraction(loss, self.parts * self.total)

    def losses(self, counts: Whole) -> Whole:
        """The loss of each row of counts, in parts."""
        off = np.maximum(np.maximum(self.lows - counts, counts - self.highs), 0)
        return np.asarray(off @ self.weights, dtype=np.int64)

    def served(self, chosen: Sequence[int]) -> tuple[int, tuple[tuple[int, ...], ...]]:
        """The exact loss of these alternates over all samples, and who serves in each: places in `chosen`."""
        if (known := self._served.get(tuple(chosen))) is not None:
            return known
        least = np.full(len(self.samples), np.iinfo(np.int64).max)
        serving: list[tuple[int, ...]] = [()] * len(self.samples)
        by_size: dict[int, list[int]] = {}
        for number, sample in enumerate(self.samples):
            by_size.setdefault(min(sample.open, len(chosen)), []).append(number)
        for size, numbers in by_size.items():
            for sets in _all_sets(len(chosen), size):
                added = self._added(chosen, sets)
                for number in numbers:
                    losses = self.losses(self.counts[number] + added)
                    place = int(np.argmin(losses))
                    if losses[place] < least[number]:
                        least[number], serving[number] = losses[place], tuple(int(n) for n in sets[place])
        times = np.array([sample.times for sample in self.samples], dtype=np.int64)
        return self._served.setdefault(tuple(chosen), (int(least @ times), tuple(serving)))

    def quick(self, number: int) -> bool:
        """Whether so many alternates have few enough sets for `served` to be asked often."""
        return all(comb(number, min(sample.open, number)) <= MOST_SETS for sample in self.samples)

    def adding(self, chosen: Sequence[int]) -> Whole:
        """For every type: a loss that `chosen` and one of this type reach; the least one where all sets are tried."""
        total = np.zeros(len(self.has), dtype=np.int64)
        sets = {size: self._sets(chosen, size) for size in self._sizes(len(chosen))}
        for sample, counts in zip(self.samples, self.counts, strict=True):
            serving = min(sample.open, len(chosen) + 1)
            if not serving:
                total += int(self.losses(counts[None])[0]) * sample.times
                continue
            least = self._with_one_more(counts + sets[serving - 1](counts))
            if serving <= len(chosen):
                without = int(self.losses(counts + sets[serving](counts)).min())
                least = np.minimum(least, without)
            total += least * sample.times
        return total

    def _with_one_more(self, states: Whole) -> Whole:
        """The least loss of any of these counts with one of each type added."""
        losses = self.losses(states)
        if len(states) > KEPT:
            kept = np.argpartition(losses, KEPT)[:KEPT]
            states, losses = states[kept], losses[kept]
        change = ((states >= self.highs).astype(np.int64) - (states < self.lows)) * self.weights
        # whole numbers below 2^53 in floating point: exact, and much faster than numpy's whole-number product
        return np.asarray((change.astype(np.float64) @ self._floats + losses[:, None]).min(axis=0), dtype=np.int64)

    def _sizes(self, chosen: int) -> set[int]:
        sizes = {min(sample.open, chosen + 1) for sample in self.samples if sample.open}
        return {size for own in sizes for size in (own - 1, own) if size <= chosen}

    def _sets(self, chosen: Sequence[int], size: int) -> _Sets:
        return _Sets(self, chosen, size)

    def _added(self, chosen: Sequence[int], sets: Whole) -> Whole:
        """What sets of alternates (places in `chosen`) add to the counts."""
        return np.asarray(self.has[np.array(chosen, dtype=np.int64)][sets].sum(axis=1), dtype=np.int64)


class _Sets:
    """What the sets of this size add to the counts: all of them, or the best of a narrow search where they are many."""

    def __init__(self, recourse: Recourse, chosen: Sequence[int], size: int) -> None:
        self._recourse, self._chosen, self._size = recourse, chosen, size
        few = comb(len(chosen), size) <= MOST_SETS
        self._all = np.concatenate([recourse._added(chosen, s) for s in _all_sets(len(chosen), size)]) if few else None

    def __call__(self, counts: Whole) -> Whole:
        return self._all if self._all is not None else self._narrow(counts)

    def _narrow(self, counts: Whole) -> Whole:
        """Grown one by one, each time only the BEAM best."""
        own = self._recourse.has[np.array(self._chosen, dtype=np.int64)]
        masks, added = np.zeros(1, dtype=np.int64), np.zeros((1, own.shape[1]), dtype=np.int64)
        for _ in range(self._size):
            bits = masks[:, None] | (1 << np.arange(len(own)))
            new, first = np.unique(bits[bits != masks[:, None]], return_index=True)
            place, who = (found[first] for found in np.nonzero(bits != masks[:, None]))
            grown = added[place] + own[who]
            order = np.argsort(self._recourse.losses(counts + grown), kind="stable")[:BEAM]
            masks, added = new[order], grown[order]
        return added


def _all_sets(number: int, size: int) -> Iterator[Whole]:
    """All sets of this size, as rows of places, in order, in portions."""
    if size == 0:
        yield np.zeros((1, 0), dtype=np.int64)
        return
    portion: list[tuple[int, ...]] = []
    for one in combinations(range(number), size):
        portion.append(one)
        if len(portion) == MOST_SETS:
            yield np.array(portion, dtype=np.int64)
            portion = []
    if portion:
        yield np.array(portion, dtype=np.int64)


@dataclass(frozen=True)
class Choice:
    """The problem of choosing: volunteers who may stand by as a problem of their own, and the recourse."""

    candidates: DrawProblem
    recourse: Recourse
    number: int

    @property
    def most(self) -> tuple[int, ...]:
        return tuple(kind.most for kind in self.candidates.types)

    def room(self, chosen: Sequence[int]) -> Whole:
        """Whether one more of each type may be added: one of each household at most."""
        types, classes = self.candidates.types, self.candidates.household_classes
        taken, homes = Counter(chosen), Counter(types[t].household_class for t in chosen)
        free = [
            taken[t] < kind.most and homes[kind.household_class] < len(classes[kind.household_class])
            for t, kind in enumerate(types)
        ]
        return np.array(free, dtype=np.bool_)
