"""Leximin over the panels themselves, level by level, where the limits alone promise more than panels can give.

With tight quotas and few seats (a replacement, small pools with households) many limits would have to be found before
the point of the limits is an average of panels. Here every level is found over panels straight away, by column
generation. With floors c_t for the types F of earlier levels:

    maximise z   with   Σ_P λ_P x_P,t ≥ n_t z (types still free),   Σ_P λ_P x_P,t ≥ n_t c_t (t ∈ F),   Σ_P λ_P = 1.

Its multipliers w ask for the panel with the largest w·x. When no panel has more than those known, w·x ≤ U is a limit
that every panel keeps and that proves the level: whoever has a positive multiplier and is still free is in it. As whole
numbers, with U proved by exhaustive search, these limits are the cuts of the certificate, one for each level. Rounding
them to whole numbers may leave a small gap, which the proof states.

Source: Flanigan, Gölz, Gupta, Hennig, Procaccia, Nature 596 (2021), methods (leximin by column generation), here over
types of volunteers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.decomposition import Teller
from sortition.errors import SolverFailed
from sortition.exact import solve
from sortition.levels import level_of
from sortition.mixture import Weights, nearly
from sortition.panels import PanelModel, state_levels
from sortition.polytope import Limit, Point, Polytope, TypePanel
from sortition.proof import Level, point_of
from sortition.repairs.blocked import unreachable
from sortition.solver import ACCURACY, INFINITE, NOISE, Engine, Floats

SCALES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 60, 120, 360, 720, 2520)  # make most weights whole at once
FINEST_WEIGHT = 1_000_000
FOLLOWERS = 6  # panels looked for with each set of multipliers, leaning a little away from those found before
LEAN = 0.2
LOUD = 50  # multipliers of a level within this factor of the largest


@dataclass(frozen=True)
class Deep:
    """The lottery over panels of types, its levels over the limits and these cuts, and all panels met."""

    weights: Weights
    levels: tuple[Level, ...]
    cuts: tuple[Limit, ...]


@dataclass(frozen=True)
class Now:
    """The best mixture of the known panels: the floor, the multipliers of the types, what the panels reach in them."""

    floor: float
    rising: Floats
    weights: Floats
    reached: float
    shares: Floats


class Master:
    """The known panels and the level being raised."""

    def __init__(self, polytope: Polytope, panels: Collection[TypePanel]) -> None:
        self.polytope = polytope
        self.panels = sorted(panels)
        self.known = set(panels)
        self._floors: dict[int, float] = {}
        self._hair = 2 * ACCURACY
        self._engine = Engine(state_levels(polytope.sizes, self.panels), from_columns=True)
        costs = np.zeros(self._engine.width)
        self._places = [self._engine.columns[f"panel_{n:06d}"] for n in range(len(self.panels))]
        costs[self._engine.columns["the_floor"]] = 1.0
        self._engine.weigh(costs)

    def add(self, panel: TypePanel) -> None:
        """From now on this panel is known."""
        count = self.polytope.count
        seats = [t for t, x in enumerate(panel) if x]
        self._places.append(self._engine.width)
        self.panels.append(panel)
        self.known.add(panel)
        rows = [*seats, *(count + t for t in seats), 2 * count]
        values = [float(panel[t]) for t in seats]
        self._engine.add_column(0.0, 1.0, rows, [*values, *values, 1.0])

    def best(self) -> Now:
        """The highest floor that the known panels allow."""
        answer = self._engine.solve()
        while answer is None:
            self._relax()
            answer = self._engine.solve()
        count = self.polytope.count
        rising = np.maximum(-answer.duals[:count], 0.0)
        weights = rising + np.maximum(-answer.duals[count : 2 * count], 0.0)
        return Now(answer.objective, rising, weights, float(answer.duals[2 * count]), answer.values[self._places])

    def exactly(self, point: Point, shares: Floats) -> Weights | None:
        """Exact weights of the panels in use, if they make this point exactly."""
        used = [panel for panel, share in zip(self.panels, shares, strict=True) if share > ACCURACY]
        matrix = np.concatenate([np.array(used, dtype=np.int64).T, np.ones((1, len(used)), dtype=np.int64)])
        found = solve(matrix, [*point, Fraction(1)])
        if found is None or min(found) < 0:
            return None
        return {panel: weight for panel, weight in zip(used, found, strict=True) if weight}

    def gains(self, panel: TypePanel, now: Now) -> bool:
        """Whether this panel may lift the floor."""
        return panel not in self.known and float(np.dot(now.weights, panel)) - now.reached > NOISE * max(now.reached, 1)

    def fix(self, types: Sequence[int], chance: float) -> None:
        """From now on these keep this chance."""
        unbound = np.full(len(types), INFINITE)
        self._engine.bound_rows(types, -unbound, unbound)
        self._floors.update(dict.fromkeys(types, chance))
        self._hold(types)

    def _hold(self, types: Sequence[int]) -> None:
        """A hair less than the chance is asked for, so that noise never makes the known mixture impossible."""
        count, sizes = self.polytope.count, self.polytope.sizes
        floors = np.array([max(self._floors[t] - self._hair, 0.0) * sizes[t] for t in types])
        self._engine.bound_rows([count + t for t in types], floors, np.full(len(types), INFINITE))

    def _relax(self) -> None:
        """It was not enough of a hair."""
        self._hair *= 2
        if self._hair > NOISE:
            raise SolverFailed("A mixture of known panels was lost.")
        self._hold(sorted(self._floors))


def levels_over_panels(model: PanelModel, teller: Teller) -> Deep:
    """All levels of the leximin lottery over the panels of this model, with a cut for each."""
    polytope = model.polytope
    first = model.any(np.zeros(polytope.count))
    if first is None:
        raise SolverFailed("The solver lost the panels it had found before.")
    never = unreachable(polytope, first)
    cuts = [Limit("cut", _ones(polytope.count, never), None, 0)] if never else []
    drafts: list[tuple[tuple[int, ...], Limit | None]] = [(never, cuts[0])] if never else []
    master = Master(polytope, {first, *model.met})
    master.fix(never, 0.0)
    model.without(never)
    free = sorted(set(range(polytope.count)) - set(never))
    while True:
        now, tight, cut = _raised(model, master, free, teller)
        master.fix(tight, now.floor)
        free = sorted(set(free) - set(tight))
        if cut is None:
            drafts.append((tuple(tight), None))
            break
        cuts.append(cut)
        drafts.append((tuple(tight), cut))
        if not free:
            break
    complete = polytope.with_cuts(cuts)
    levels: list[Level] = []
    for number, (types, cut) in enumerate(drafts):
        multipliers = [Fraction(0)] * len(complete.limits)
        if cut is not None:
            multipliers[len(polytope.limits) + number] = Fraction(1, min(cut.of[t] for t in types))
        levels.append(level_of(complete, levels, types, tuple(multipliers)))
    weights = master.exactly(point_of(complete, levels), now.shares) or nearly(master.panels, now.shares)
    return Deep(weights, tuple(levels), tuple(cuts))


def _raised(
    model: PanelModel, master: Master, free: Sequence[int], teller: Teller
) -> tuple[Now, list[int], Limit | None]:
    """The next level over all panels, who is in it, and the limit that proves it; none for those who are certain."""
    while True:
        now = master.best()
        teller.mixed(0.0, len(master.panels))
        if now.floor > 1 - NOISE:
            return now, list(free), None
        if _followed(model, master, now):
            continue
        # the multipliers of the free add up to 1; the faint ones may be noise, and their types come in a later level
        loud = max(now.rising[t] for t in free) / LOUD
        tight = [t for t in free if now.rising[t] >= loud]
        whole = whole_weights(now.weights / min(now.weights[t] for t in tight))
        panel, most = model.heaviest(whole)
        if not master.gains(panel, now):
            return now, tight, Limit("cut", tuple(whole), None, most)
        master.add(panel)


def _followed(model: PanelModel, master: Master, now: Now) -> bool:
    """Whether swaps find panels that may lift the floor."""
    scale, found = now.weights.max() or 1.0, False
    taken = np.zeros(len(now.weights))
    for _ in range(FOLLOWERS):
        panel = model.near(now.weights / scale - LEAN * taken)
        if panel is None:
            break
        taken += np.array(panel) > 0
        if master.gains(panel, now):
            master.add(panel)
            found = True
    return found


def whole_weights(weights: Floats) -> list[int]:
    """The weights times a scale that makes them whole, or nearly."""
    finest = FINEST_WEIGHT / float(weights.max())
    for scale in (*(scale for scale in SCALES if scale < finest), finest):
        whole = np.rint(weights * scale)
        if scale == finest or np.abs(weights * scale - whole).max() <= NOISE * scale:
            break
    return [int(v) for v in whole]


def _ones(count: int, types: Collection[int]) -> tuple[int, ...]:
    return tuple(int(t in set(types)) for t in range(count))
