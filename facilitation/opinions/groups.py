"""Groups of opinion, after Polis: who votes alike, found from the votes alone.

The law, as Small, Bjorkegren, Erkkilä, Shaw and Megill 2021 (“Polis: scaling deliberation by mapping high dimensional
opinion spaces”) and the published sources describe it. A missing vote counts as the statement's mean. The two
directions in which people differ most are found (principal components); everyone's place is their votes in these
directions, times √(statements ÷ votes cast), so that who has voted little is not pulled to the middle. People with at
least min(7, statements) votes are clustered by k-means for k = 2 … 5, at most 2 + n/12; the k with the best mean
silhouette is taken.

Whoever said the same of at least seven statements is in no group, unless that is wished: they would make one of their
own that has no opinion.

Everything is the same for the same votes: starts come from a seed, and a direction points to where most of the
statements' weight is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facilitation.opinions.votes import LEAST_VOTES, MISSING, Votes

Points = NDArray[np.float64]

MOST_GROUPS: Final = 5
STARTS, STEPS = 10, 100
SEED: Final = 2021
SILHOUETTE_OF: Final = 4_000
"""More people than that are compared with an even sample of so many: all pairs of 10,000 would take a gigabyte."""


@dataclass(frozen=True)
class Map:
    """Everyone's place, who is in which group (−1: too few votes), and the mean silhouette of the grouping."""

    places: Points
    group_of: NDArray[np.int64]
    silhouette: float

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.group_of.max(initial=-1)) + 1


def opinion_map(votes: Votes, *, straight: bool = False) -> Map | None:
    """The map of these votes, with the straight-liners or without; None for too few people, or where nobody differs."""
    places = _places(votes)
    enough = votes.cast.sum(axis=1) >= min(LEAST_VOTES, len(votes.statements))
    if not straight:
        enough &= ~np.isin(np.array(votes.people), votes.straight_liners())
    people = np.flatnonzero(enough)
    if len(people) < 4 or not np.ptp(places[people], axis=0).any():
        return None
    best: tuple[float, NDArray[np.int64]] | None = None
    for k in range(2, min(MOST_GROUPS, 2 + len(people) // 12) + 1):
        labels = _k_means(places[people], k)
        if len(np.unique(labels)) < k:
            continue
        score = _silhouette(places[people], labels)
        if best is None or score > best[0]:
            best = (score, labels)
    if best is None:
        return None
    group_of = np.full(len(votes.people), -1, dtype=np.int64)
    group_of[people] = _by_size(best[1])
    return Map(places, group_of, best[0])


def _places(votes: Votes) -> Points:
    cast = votes.cast
    marks = np.where(cast, votes.marks, 0).astype(np.float64)
    times = np.maximum(cast.sum(axis=0), 1)
    mean = marks.sum(axis=0) / times
    centred = np.where(cast, marks - mean, 0.0)  # a missing vote is the mean, and so 0 here
    spread = centred.T @ centred
    _, directions = np.linalg.eigh(spread)
    two = directions[:, ::-1][:, :2]
    two = two * np.where(two.sum(axis=0) < 0, -1.0, 1.0)
    scale = np.sqrt(len(votes.statements) / np.maximum(cast.sum(axis=1), 1))
    places: Points = (centred @ two) * scale[:, None]
    return places if places.shape[1] == 2 else np.column_stack([places, np.zeros(len(places))])


def _k_means(points: Points, k: int) -> NDArray[np.int64]:
    """The best of some starts (Arthur and Vassilvitskii 2007: far apart by chance), each mended until nothing moves."""
    chance = np.random.Generator(np.random.PCG64(SEED + k))
    best, least = np.zeros(len(points), dtype=np.int64), np.inf
    for _ in range(STARTS):
        centres = _far_apart(points, k, chance)
        labels = np.full(len(points), -1, dtype=np.int64)
        for _ in range(STEPS):
            distances = _squares(points, centres)
            nearest = distances.argmin(axis=1)
            if (nearest == labels).all():
                break
            labels = nearest
            for group in range(k):
                if (labels == group).any():
                    centres[group] = points[labels == group].mean(axis=0)
        cost = float(_squares(points, centres).min(axis=1).sum())
        if cost < least:
            best, least = labels, cost
    return best


def _far_apart(points: Points, k: int, chance: np.random.Generator) -> Points:
    centres = points[[int(chance.integers(len(points)))]]
    while len(centres) < k:
        far = _squares(points, centres).min(axis=1)
        total = far.sum()
        pick = int(chance.integers(len(points))) if not total else int(chance.choice(len(points), p=far / total))
        centres = np.vstack([centres, points[pick]])
    return centres


def _squares(points: Points, centres: Points) -> Points:
    squares: Points = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return squares


def _silhouette(points: Points, labels: NDArray[np.int64]) -> float:
    """Mean (b − a) ÷ max(a, b): a the mean distance to one's own group, b to the nearest other (Rousseeuw 1987)."""
    step = max(1, -(-len(points) // SILHOUETTE_OF))
    others, of_others = points[::step], labels[::step]
    groups = np.unique(labels)
    sizes = np.array([(of_others == group).sum() for group in groups])
    total = 0.0
    for start in range(0, len(points), 500):
        some = points[start : start + 500]
        distances = np.sqrt(_squares(some, others))
        sums: Any = np.column_stack([distances[:, of_others == group].sum(axis=1) for group in groups])
        own = np.searchsorted(groups, labels[start : start + 500])
        rows = np.arange(len(some))
        among = np.maximum(sizes[own] - (step == 1), 1)  # of a sample, one is not always a part
        inside = sums[rows, own] / among
        means = sums / np.maximum(sizes, 1)
        means[rows, own] = np.inf
        outside = means.min(axis=1)
        widest = np.maximum(inside, outside)
        alone = sizes[own] <= 1
        total += float(
            np.where(alone | (widest == 0), 0.0, (outside - inside) / np.where(widest == 0, 1, widest)).sum()
        )
    return total / len(points)


def _by_size(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The groups numbered by size, the largest first; of the same size, by their first person."""
    groups = list(np.unique(labels))
    order = sorted(groups, key=lambda group: (-int((labels == group).sum()), int(np.flatnonzero(labels == group)[0])))
    renamed = {group: number for number, group in enumerate(order)}
    return np.array([renamed[label] for label in labels], dtype=np.int64)


def counts_of(votes: Votes, who: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of these people agree, disagree, pass, and voted, for every statement: 4 × statements, whole numbers."""
    marks = votes.marks[who]
    rows = [(marks == mark).sum(axis=0) for mark in (1, -1, 0)]
    return np.array([*rows, (marks != MISSING).sum(axis=0)], dtype=np.int64)
