"""From the problem to the fairest lottery over panels, for every idea of fair.

Each idea (`objectives` says what they mean) chooses one point of the limits: levels of chances (`levels`), levels under
a ceiling (`ceilings`), or the largest product (`products`). The point is taken apart into panels (`walk`,
`decomposition`), and seats of types are turned into seats of volunteers (`turns`). If the point is no average of
panels, a new limit that all panels keep is added and the choice is made again; so what comes out is always the
fairest lottery, and the proof says whether the quotas alone bound it or also limits found by searching all panels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from sortition.ceilings import Found, floor_of, goldilocks, maximin, minimax, types_of
from sortition.certificate import chances_of_types
from sortition.decomposition import Missing, decompose
from sortition.deep import levels_over_panels
from sortition.errors import QuotasCannotBeMet, SolverFailed
from sortition.levels import leximin_levels
from sortition.lottery import Lottery
from sortition.mixture import Weights, compromise
from sortition.objectives import IDEAS
from sortition.objectives.goldilocks import GAMMA
from sortition.panels import PanelModel
from sortition.polytope import Limit, Point, Polytope, TypePanel, polytope_of
from sortition.problem import DrawProblem
from sortition.products import largest_product
from sortition.progress import Enough, Progress, Tell, ignore
from sortition.proof import FairnessProof, Level, point_of
from sortition.turns import take_turns

SMALL = 60  # types; then limits are found quickly, one after the other, and the lottery stays exact
MOST_CUTS = 40  # that are found one after the other
FEW_CUTS = 2  # in pools of many types, where each takes long


@dataclass(frozen=True)
class FairLottery:
    """A lottery and the proof that it is fair."""

    lottery: Lottery
    proof: FairnessProof


@dataclass(frozen=True)
class Choice:
    """The point that an idea of fair chooses, and what is to prove it; its gaps are counted at the end."""

    point: Point
    proof: FairnessProof


def fair_lottery(
    problem: DrawProblem, fairness: str = "leximin", tell: Tell = ignore, *, gamma: Fraction = GAMMA
) -> FairLottery:
    """The fairest lottery over the panels of this problem, with its proof; `gamma` is for Goldilocks alone."""
    problem = problem.by_name
    base = polytope_of(problem)
    cuts: list[Limit] = []
    panels: set[TypePanel] = {_first_panel(base)}
    while True:
        polytope = base.with_cuts(cuts)
        choice = choose(polytope, fairness, tell, gamma)
        lowest = min(p / size for p, size in zip(choice.point, polytope.sizes, strict=True))
        found = decompose(PanelModel(polytope), choice.point, panels, _Teller(tell, lowest))
        if isinstance(found, Missing):
            cuts.append(found.cut)
            if len(cuts) < (FEW_CUTS if base.count > SMALL else MOST_CUTS):
                continue
            choice, cuts, found = _otherwise(base, choice, cuts, panels, tell)
        tell(Progress("seats", None, float(lowest), 0.0, "giving the seats of types to volunteers"))
        lottery = take_turns(problem, found)
        return FairLottery(lottery, prove(problem, lottery, replace(choice.proof, cuts=tuple(cuts))))


def _otherwise(
    base: Polytope, choice: Choice, cuts: list[Limit], panels: set[TypePanel], tell: Tell
) -> tuple[Choice, list[Limit], Weights]:
    """Where more and more limits are missing: leximin over the panels; else the nearest lottery, with its gap."""
    model = PanelModel(base)
    model.met.update(panels)
    if choice.proof.fairness == "leximin":
        with suppress(Enough):
            found = levels_over_panels(model, _Teller(tell, choice.proof.levels[0].chance))
            proof = _unproved("leximin", found.levels)
            return Choice(point_of(base.with_cuts(found.cuts), found.levels), proof), list(found.cuts), found.weights
    known = cuts[:-1]  # what the point was chosen with
    return choice, known, compromise(base.sizes, choice.point, model.met)


def leximin(problem: DrawProblem, tell: Tell = ignore) -> FairLottery:
    """The leximin lottery over the panels of this problem, exactly, with its proof."""
    return fair_lottery(problem, "leximin", tell)


def choose(polytope: Polytope, fairness: str, tell: Tell, gamma: Fraction = GAMMA) -> Choice:
    """The best point of these limits, before anybody knows whether it is an average of panels."""
    return CHOICES[fairness](polytope, tell, gamma)


def prove(problem: DrawProblem, lottery: Lottery, proof: FairnessProof) -> FairnessProof:
    """What the proof proves about this lottery, with the distance that remains, exactly; normally 0."""
    idea = IDEAS[proof.fairness]
    gaps = idea.gaps(polytope_of(problem).with_cuts(proof.cuts), proof, chances_of_types(problem, lottery))
    if gaps is None:
        raise SolverFailed("The multipliers of the solver prove nothing.")
    return replace(proof, gap=gaps.chances, value=gaps.reached, value_gap=gaps.value, proved=idea.proved(gaps))


def _choose_leximin(polytope: Polytope, tell: Tell, gamma: Fraction) -> Choice:
    levels = _levels(polytope, tell)
    return Choice(point_of(polytope, levels), _unproved("leximin", levels))


def _choose_maximin(polytope: Polytope, tell: Tell, gamma: Fraction) -> Choice:
    return _in_box(polytope, maximin(polytope), _unproved("maximin"), tell)


def _choose_minimax(polytope: Polytope, tell: Tell, gamma: Fraction) -> Choice:
    return _in_box(polytope, minimax(polytope), _unproved("minimax"), tell)


def _choose_goldilocks(polytope: Polytope, tell: Tell, gamma: Fraction) -> Choice:
    proof = replace(_unproved("goldilocks"), gamma=gamma)
    return _in_box(polytope, goldilocks(polytope, gamma), proof, tell)


def _in_box(polytope: Polytope, found: Found, proof: FairnessProof, tell: Tell) -> Choice:
    """The leximin point under the ceiling; who can never be chosen is proved so without the ceiling."""
    levels = _levels(polytope.below(found.ceiling, found.certain), tell)
    if found.barred is not None:
        if levels[0].types != found.barred.types:
            raise SolverFailed("The ceiling took somebody's last chance.")
        levels = (found.barred, *levels[1:])
    return Choice(point_of(polytope, levels), replace(proof, levels=levels, sides=found.sides))


def _choose_nash(polytope: Polytope, tell: Tell, gamma: Fraction) -> Choice:
    tell(Progress("levels", None, None, None, "looking for the largest product of chances"))
    barred, _ = floor_of(polytope)
    point, multipliers = largest_product(polytope, types_of(barred))
    proof = _unproved("nash", () if barred is None else (barred,))
    return Choice(point, replace(proof, multipliers=multipliers))


CHOICES: Mapping[str, Callable[[Polytope, Tell, Fraction], Choice]] = MappingProxyType(
    {
        "leximin": _choose_leximin,
        "maximin": _choose_maximin,
        "nash": _choose_nash,
        "goldilocks": _choose_goldilocks,
        "minimax": _choose_minimax,
    }
)


def _unproved(fairness: str, levels: tuple[Level, ...] = ()) -> FairnessProof:
    return FairnessProof(fairness, levels, (), Fraction(1), proved=False)


class _Teller:
    """Progress of the search for panels."""

    def __init__(self, tell: Tell, lowest: Fraction) -> None:
        self._tell = tell
        self._bound = float(lowest)

    def walked(self, left: Fraction, panels: int) -> None:
        self._tell(Progress("panels", 1 - float(left), self._bound, float(left), f"{panels} panels found"))

    def mixed(self, shortage: float, panels: int) -> None:
        self._tell(Progress("mixing", None, self._bound, max(shortage, 0.0), f"{panels} panels mixed"))


def _first_panel(polytope: Polytope) -> TypePanel:
    panel = PanelModel(polytope).any(np.zeros(polytope.count))
    if panel is None:
        raise QuotasCannotBeMet
    return panel


def _levels(polytope: Polytope, tell: Tell) -> tuple[Level, ...]:
    def heard(level: Level, free: int) -> None:
        done = 1 - free / polytope.count
        tell(Progress("levels", done, float(level.chance), None, f"chance {float(level.chance):.4%} settled"))

    return leximin_levels(polytope, heard)
