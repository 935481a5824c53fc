"""An average of panels written as a lottery over panels, or a limit that it breaks and every panel keeps.

First the walk (`walk`): exact, one panel after the other, until few types are left open. What it leaves is mixed
(`mixture`) from panels of its own small face, found by *herding*: each panel is to make up for what those before it
have left short, so that plain averages of them already come close. Further panels follow the multipliers of the
mixture. Swaps find nearly all of them (`swaps`); only where they find none that helps is the integer program asked,
which finds one or proves that there is none.

Where a face has too few panels, some steps of the walk are undone and the larger face is mixed. If no panel is
missing at the start of the walk, then w·x ≤ U holds for every panel but not for the average, where w are the
multipliers and U is the largest weight of a panel, found by exhaustive search: such a *cut* is a new limit, and
leximin starts again with it.

Source of herding: M. Welling, Herding dynamical weights to learn (ICML 2009), which is the method of Frank and Wolfe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from sortition.errors import SolverFailed
from sortition.mixture import Mixture, Nearest, Weights, compromise, nearly
from sortition.panels import PanelModel
from sortition.polytope import Limit, Point, TypePanel
from sortition.progress import Enough
from sortition.solver import NOISE, Floats
from sortition.walk import Remainder, Step, again, walk

TRIES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 60, 120, 360, 720, 2520)  # scales that make most cuts whole at once
COARSE = (10_000, 1_000_000)
FEW_TYPES = 300  # open types that a mixture manages in a moment; the walk takes care of more
FIRST_BACK = 24  # steps undone first when a face has too few panels; doubled until it helps
FIRST_HERD = 0.7  # panels found before the first mixture, per open type
HERD = 24  # panels found for each further mixture
STEER = 0.3  # how much the panels of a herd make up for each other, against the multipliers they follow
SLOW = 0.999  # a herd that leaves more of the shortage than this needs the integer program's help


@dataclass(frozen=True)
class Missing:
    """The point is no average of panels: this limit says so."""

    cut: Limit


class Teller(Protocol):
    """Hears how the search for panels goes on."""

    def walked(self, left: Fraction, panels: int) -> None: ...

    def mixed(self, shortage: float, panels: int) -> None: ...


def decompose(model: PanelModel, point: Point, panels: set[TypePanel], teller: Teller) -> Weights | Missing:
    """The point as an exact mixture of panels, or a cut; every panel met on the way is added to `panels`.

    When the search is stopped by `Enough`, the mixture of the panels known so far that is nearest to the point.
    """
    model.met.update(panels)
    try:
        teller.walked(Fraction(1), 0)
        return _search(model, point, teller)
    except Enough:
        return compromise(model.polytope.sizes, point, model.met)
    finally:
        panels.update(model.met)


def _search(model: PanelModel, point: Point, teller: Teller) -> Weights | Missing:
    start = Remainder(model.polytope, point)
    steps, rest = walk(model, start, FEW_TYPES, teller.walked)
    if rest.mass == 0:
        return _total(steps, Fraction(0), {})
    back = 0
    while True:
        kept = max(0, len(steps) - back)
        before = again(start, steps[:kept]) if back else rest
        ending = _mixed(model, before, teller)
        if ending is not None:
            return _total(steps[:kept], before.left, ending)
        if kept == 0:
            break
        back = max(FIRST_BACK, 2 * back)
    model.widen()
    mixture = Mixture(point, model.met)
    found = mix(model, mixture, teller)
    return found or Missing(cut_of(model, point, mixture.nearest().weights))


def _mixed(model: PanelModel, rest: Remainder, teller: Teller) -> Weights | None:
    """What is left, mixed from panels of its own small face."""
    face = rest.face()
    model.narrow(face)
    mixture = Mixture(rest.point(), {panel for panel in model.met if face.holds(model.polytope, panel)})
    herd(model, mixture, None, max(HERD, int(FIRST_HERD * face.open) - len(mixture.panels)))
    return mix(model, mixture, teller) if mixture.panels else None


def _total(steps: Sequence[Step], left: Fraction, ending: Weights) -> Weights:
    weights: Weights = {}
    for step in steps:
        weights[step.panel] = weights.get(step.panel, Fraction(0)) + step.weight
    for panel, weight in ending.items():
        weights[panel] = weights.get(panel, Fraction(0)) + weight * left
    return weights


def herd(model: PanelModel, mixture: Mixture, now: Nearest | None, size: int) -> bool:
    """So many panels that follow the multipliers and make up for each other; whether one of them helps."""
    point = np.array([float(p) for p in mixture.point])
    follow = np.zeros(len(point)) if now is None else now.weights / (now.weights.max() or 1.0)
    taken = np.zeros(len(point))
    gained = False
    for number in range(size):
        panel = model.near(follow + STEER * (number * point - taken))
        if panel is None:
            continue
        taken += panel
        gained |= now is None or mixture.gains(panel, now)
        if panel not in mixture.known:
            mixture.add(panel)
    return gained


def mix(model: PanelModel, mixture: Mixture, teller: Teller) -> Weights | None:
    """Column generation over the model's panels, until the mixture makes its point; None if no panels can."""
    last = np.inf
    while True:
        now = mixture.nearest()
        teller.mixed(now.shortage, len(mixture.panels))
        if now.shortage <= NOISE:
            exact = mixture.exact(now.shares)
            if exact is not None:
                return exact
        if now.shortage > SLOW * last or not herd(model, mixture, now, HERD):
            panel = model.reaching(now.weights, now.reached + now.shortage / 2)
            if not mixture.gains(panel, now):
                return nearly(mixture.panels, now.shares) if now.shortage <= NOISE else None
            mixture.add(panel)
        last = now.shortage


def cut_of(model: PanelModel, point: Point, weights: Floats) -> Limit:
    """The weights as whole numbers, with the largest weight of any panel on the right-hand side."""
    for scale in (*TRIES, *COARSE):
        scaled = weights / weights.max() * scale
        whole = [int(v) for v in np.rint(scaled)]
        if scale not in COARSE and np.abs(scaled - whole).max() > NOISE * scale:
            continue
        _, most = model.heaviest(whole)
        if sum((w * p for w, p in zip(whole, point, strict=True)), Fraction(0)) > most:
            return Limit("cut", tuple(whole), None, most)
    raise SolverFailed("The chances are no average of panels, but no limit was found that says so.")
