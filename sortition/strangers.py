"""Pairs that no exchange brings together: can they meet at all under these chances? If so, they shall.

Everybody's chances make a point of the limits, and every panel of a lottery with these chances lies on the point's
smallest face: limits that the point meets with equality, the panel meets with equality. For each pair of types that
have not met, an exhaustive search looks for a panel on that face that holds both. If there is none, it is the chances
(or the quotas) that keep the two apart, and no other lottery with these chances would let them meet. The panels found
get a share of the lottery; what is left of the point is taken apart into panels as always, and exchanges go on from
there (`diversity`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.certificate import chances_of_types
from sortition.decomposition import Missing, decompose
from sortition.diversity import Spread, blend, spread
from sortition.lottery import Lottery
from sortition.panels import PanelModel
from sortition.polytope import Face, Limit, Point, Polytope, TypePanel, polytope_of
from sortition.problem import DrawProblem
from sortition.progress import Tell, ignore
from sortition.solver import Floats
from sortition.turns import take_turns
from sortition.walk import Remainder

HALVINGS = 12  # of the share that the panels found get, before they are given up
ROUNDS = 4  # of panels found and shared in, mostly one or two


@dataclass(frozen=True)
class Diverse:
    """A lottery spread over many panels; how many pairs its chances keep apart, and how many remain undecided."""

    lottery: Lottery
    apart: int
    open: int


def diverse(problem: DrawProblem, lottery: Lottery, cuts: Sequence[Limit], tell: Tell = ignore) -> Diverse:
    """The same chances, and everybody can meet everybody whom these chances let them meet, as far as is found."""
    problem = problem.by_name
    wide = spread(problem, lottery, tell)
    search = Strangers(problem, lottery, cuts)
    panels, apart = search.panels(wide)
    for _ in range(ROUNDS):
        more = search.with_share(panels) if panels else None
        if more is None:
            break
        wide = spread(problem, blend(wide, more), tell, apart)
        panels, apart = search.panels(wide)
    left = Spread(problem, wide).unmet
    place = Spread(problem, wide).types
    kept = sum((min(s, t), max(s, t)) in apart for s, t in place[np.argwhere(np.triu(left, 1))])
    return Diverse(wide, kept, int(np.triu(left, 1).sum()) - kept)


class Strangers:
    """The smallest face of a lottery's chances, searched for pairs of types."""

    def __init__(self, problem: DrawProblem, lottery: Lottery, cuts: Sequence[Limit]) -> None:
        self._problem = problem
        self._polytope: Polytope = polytope_of(problem).with_cuts(cuts)
        chances = chances_of_types(problem, lottery)
        self._point: Point = tuple(c * len(kind) for c, kind in zip(chances, problem.types, strict=True))
        self._model = PanelModel(self._polytope)
        self._face = smallest_face(self._polytope, self._point)
        self._none: set[tuple[int, int]] = set()

    def panels(self, lottery: Lottery) -> tuple[set[TypePanel], set[tuple[int, int]]]:
        """Panels of the face for the pairs of types that have not met; and the pairs for which there is none."""
        now = Spread(self._problem, lottery)
        types = now.types[np.argwhere(np.triu(now.unmet, 1))]
        pairs = sorted({(int(min(pair)), int(max(pair))) for pair in types})
        wanted = np.zeros((self._polytope.count, self._polytope.count))
        for s, t in pairs:
            wanted[s, t] = wanted[t, s] = 1.0
        found: set[TypePanel] = set()
        for s, t in pairs:
            if wanted[s, t] and (s, t) not in self._none:
                panel = self._holding((s, t), wanted[s] + wanted[t])
                if panel is None:
                    self._none.add((s, t))
                    continue
                found.add(panel)
                here, twice = np.flatnonzero(panel), np.flatnonzero(np.array(panel) > 1)
                alone = wanted[here, here]
                wanted[np.ix_(here, here)] = 0.0
                wanted[here, here] = alone
                wanted[twice, twice] = 0.0
        return found, self._none.intersection(pairs)

    def _holding(self, pair: tuple[int, int], wanted: Floats) -> TypePanel | None:
        """A panel of the face that holds this pair of types, and many others that are wanted; None if there is none."""
        fewest = np.zeros(self._polytope.count, dtype=np.int64)
        for t in pair:
            fewest[t] += 1
        face = Face(np.maximum(fewest, self._face.fewest), self._face.most, self._face.lows, self._face.highs)
        if np.any(face.fewest > face.most):
            return None
        self._model.narrow(face)
        panel = self._model.any(wanted)
        self._model.widen()
        return panel

    def with_share(self, panels: set[TypePanel]) -> Lottery | None:
        """A lottery with these chances that has these panels among its own, if one is found."""
        mean = [Fraction(sum(column), len(panels)) for column in zip(*panels, strict=True)]
        share = Fraction(1, 2)
        for _ in range(HALVINGS):
            rest = tuple((p - share * m) / (1 - share) for p, m in zip(self._point, mean, strict=True))
            if not self._polytope.faults_of(rest):
                found = decompose(PanelModel(self._polytope), rest, set(panels), _Silent())
                if not isinstance(found, Missing):
                    weights = {panel: weight * (1 - share) for panel, weight in found.items()}
                    for panel in panels:
                        weights[panel] = weights.get(panel, Fraction(0)) + share / len(panels)
                    return take_turns(self._problem, weights)
            share /= 2
        return None


def smallest_face(polytope: Polytope, point: Point) -> Face:
    """What every panel keeps that is part of any lottery with these averages: whatever is tight at the point."""
    tight = Remainder(polytope, point).face()
    most = np.array([m if p else 0 for m, p in zip(polytope.most, point, strict=True)], dtype=np.int64)
    fewest = np.array([m if p == m else 0 for m, p in zip(polytope.most, point, strict=True)], dtype=np.int64)
    return Face(fewest, most, tight.lows, tight.highs)


class _Silent:
    """Tells nobody of the second search for panels."""

    def walked(self, left: Fraction, panels: int) -> None:
        """Nothing."""

    def mixed(self, shortage: float, panels: int) -> None:
        """Nothing."""
