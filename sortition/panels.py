"""The integer program of a panel, stated once with readable names, and what is asked of it.

Its unknowns are how many members of each type serve (see `polytope` for the algebra). Only `solver` runs it, and
every panel it hands back is counted again here before anyone believes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

import numpy as np
import pulp

from sortition.errors import SolverFailed
from sortition.polytope import Face, Limit, Point, Polytope, TypePanel, Whole
from sortition.sifting import Sifted
from sortition.solver import INFINITE, NOISE, Engine, Floats
from sortition.swaps import Swaps


def state(polytope: Polytope, *, whole: bool) -> pulp.LpProblem:
    """The limits as a model; `whole` numbers of members for panels, else their averages."""
    model = pulp.LpProblem("panel", pulp.LpMaximize)
    kind = pulp.LpInteger if whole else pulp.LpContinuous
    serves = [model.add_variable(column(t), 0, most, kind) for t, most in enumerate(polytope.most)]
    for number, limit in enumerate(polytope.limits):
        add_limit(model, serves, limit, f"limit_{number}")
    return model


def column(t: int) -> str:
    """The name of a type's unknown; padded, because pulp orders columns by name."""
    return f"type_{t:06d}"


def add_limit(model: pulp.LpProblem, serves: Sequence[pulp.LpVariable], limit: Limit, name: str) -> None:
    """Σ of_t x_t ≤ high or ≥ low; the other side, where there is one, is set with `Engine.bound_rows`."""
    members = pulp.LpAffineExpression([(serves[t], c) for t, c in enumerate(limit.of) if c])
    if limit.high is not None:
        model += members <= limit.high, name
    else:
        model += members >= limit.low, name


def limit_sides(polytope: Polytope) -> tuple[Floats, Floats]:
    """Lower and upper sides of all limits; infinite where missing."""
    lows = [-INFINITE if limit.low is None else limit.low for limit in polytope.limits]
    highs = [INFINITE if limit.high is None else limit.high for limit in polytope.limits]
    return np.array(lows, dtype=np.float64), np.array(highs, dtype=np.float64)


def state_mixture(point: Point, panels: Sequence[TypePanel]) -> pulp.LpProblem:
    """How near mixtures of these panels come to the point: Σ_P λ_P x_P,t + e_t ≥ p_t, Σ_P λ_P = 1, least Σ_t e_t."""
    model = pulp.LpProblem("mixture", pulp.LpMaximize)
    shares = [model.add_variable(f"panel_{n:06d}", 0, 1) for n in range(len(panels))]
    short = [model.add_variable(f"short_{t:06d}", 0) for t in range(len(point))]
    model += -pulp.lpSum(short)
    for t, p in enumerate(point):
        seated = [(shares[n], panel[t]) for n, panel in enumerate(panels) if panel[t]]
        model += pulp.LpAffineExpression([*seated, (short[t], 1)]) >= float(p), f"chance_{t:06d}"
    model += pulp.lpSum(shares) == 1, "one"
    return model


def state_compromise(point: Point, sizes: Sequence[int], panels: Sequence[TypePanel]) -> pulp.LpProblem:
    """The mixture with the least distance d that nobody exceeds: |Σ_P λ_P x_P,t - p_t| ≤ n_t d, Σ_P λ_P = 1."""
    model = pulp.LpProblem("compromise", pulp.LpMaximize)
    shares = [model.add_variable(f"panel_{n:06d}", 0, 1) for n in range(len(panels))]
    distance = model.add_variable("the_distance", 0)
    model += -distance
    for t, (p, size) in enumerate(zip(point, sizes, strict=True)):
        seated = [(shares[n], panel[t]) for n, panel in enumerate(panels) if panel[t]]
        model += pulp.LpAffineExpression([*seated, (distance, size)]) >= float(p), f"fewest_{t:06d}"
        model += pulp.LpAffineExpression([*seated, (distance, -size)]) <= float(p), f"most_{t:06d}"
    model += pulp.lpSum(shares) == 1, "one"
    return model


def state_levels(sizes: Sequence[int], panels: Sequence[TypePanel]) -> pulp.LpProblem:
    """The highest floor z of mixtures of these panels; see `deep` for the algebra."""
    model = pulp.LpProblem("levels", pulp.LpMaximize)
    shares = [model.add_variable(f"panel_{n:06d}", 0, 1) for n in range(len(panels))]
    floor_ = model.add_variable("the_floor", 0, 1)
    seated = [[(shares[n], panel[t]) for n, panel in enumerate(panels) if panel[t]] for t in range(len(sizes))]
    for t, size in enumerate(sizes):
        model += pulp.LpAffineExpression([*seated[t], (floor_, -size)]) >= 0, f"rise_{t:06d}"
    for t in range(len(sizes)):
        model += pulp.LpAffineExpression(seated[t]) >= 0, f"stay_{t:06d}"
    model += pulp.lpSum(shares) == 1, "one"
    return model


class PanelModel:
    """The panels of a polytope: find one, or find the best by weights, all or those of a face; `met` keeps them all."""

    def __init__(self, polytope: Polytope) -> None:
        self.polytope = polytope
        self.met: set[TypePanel] = set()
        self._engine = Engine(state(polytope, whole=True))
        self._averages = Engine(state(polytope, whole=False))
        self._sifted = Sifted(polytope, Engine(pulp.LpProblem("sifted", pulp.LpMaximize)))
        self._swaps = Swaps(polytope)
        self._lows, self._highs = limit_sides(polytope)
        self.widen()

    def narrow(self, face: Face) -> None:
        """From now on only the panels of this face."""
        self._face = face
        every = np.arange(self.polytope.count, dtype=np.int32)
        for engine in (self._engine, self._averages):
            engine.bound_columns(every, face.fewest.astype(np.float64), face.most.astype(np.float64))
            engine.bound_rows(range(len(self._lows)), face.lows, face.highs)

    def widen(self) -> None:
        """All panels again."""
        every = np.zeros(self.polytope.count, dtype=np.int64)
        self.narrow(Face(every, np.array(self.polytope.most, dtype=np.int64), self._lows, self._highs))

    def without(self, types: Sequence[int]) -> None:
        """All panels, where it is known that these types are in none."""
        every, most = np.zeros(self.polytope.count, dtype=np.int64), np.array(self.polytope.most, dtype=np.int64)
        most[list(types)] = 0
        self.narrow(Face(every, most, self._lows, self._highs))

    def near(self, weights: Floats) -> TypePanel | None:
        """A panel near the heaviest average, if swaps lead to one; None says nothing."""
        best = self._sifted.average(self._face, weights)
        if best is None:
            self._averages.weigh(weights)
            answer = self._averages.solve()
            if answer is None:
                return None
            self._sifted.learn(answer.duals)
            best = answer.values, answer.prices
        scale = float(np.abs(weights).max(initial=0.0)) or 1.0
        seats = self._swaps.panel(self._face, best[0], best[1] / scale)
        return None if seats is None else self._checked(seats)

    def any(self, lean: Floats) -> TypePanel | None:
        """Some panel, leaning towards types of high `lean`; None if there is none."""
        panel = self.near(lean)
        if panel is None:
            self._engine.weigh(lean)
            answer = self._engine.first()
            panel = None if answer is None else self._checked(answer.values)
        return panel

    def reaching(self, weights: Floats, target: float) -> TypePanel:
        """A panel of at least this weight if there is one, else the heaviest."""
        self._engine.weigh(weights)
        answer = self._engine.first(target)
        if answer is None:
            raise SolverFailed("The solver lost the panels it had found before.")
        return self._checked(answer.values)

    def heaviest(self, weights: Sequence[int]) -> tuple[TypePanel, int]:
        """A panel of the largest whole weight, and that weight, proved by exhaustive search."""
        self._engine.weigh(np.array(weights, dtype=np.float64))
        answer = self._engine.solve()
        if answer is None:
            raise SolverFailed("The solver lost the panels it had found before.")
        panel = self._checked(answer.values)
        most = sum(w * x for w, x in zip(weights, panel, strict=True))
        if floor(answer.bound + NOISE) > most:
            raise SolverFailed(f"The solver's bound {answer.bound} is above its best panel's weight {most}.")
        return panel, most

    def _checked(self, seats: Floats | Whole) -> TypePanel:
        panel = tuple(int(v) for v in np.rint(seats))
        if not self.polytope.allows(panel):
            raise SolverFailed("A panel that was found breaks a limit when it is counted again.")
        self.met.add(panel)
        return panel
