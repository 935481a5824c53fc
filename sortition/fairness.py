"""Leximin: among all lotteries over panels, the one whose lowest chance is highest, then the next lowest, and so on.

From the problem to the lottery: levels of chances over the limits (`levels`), the point they make taken apart into
panels (`walk`, `decomposition`), seats of types turned into seats of volunteers (`turns`). If the point is no
average of panels, a new limit that all panels keep is added and the levels are found again; so what comes out is
always the leximin lottery, and the proof says whether the quotas alone bound it or also limits found by searching
all panels.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.certificate import FairnessProof
from sortition.decomposition import Missing, decompose
from sortition.errors import QuotasCannotBeMet
from sortition.levels import leximin_levels
from sortition.lottery import Lottery
from sortition.panels import PanelModel
from sortition.polytope import Limit, Polytope, TypePanel, polytope_of
from sortition.problem import DrawProblem
from sortition.progress import Progress, Tell, ignore
from sortition.proof import Level, gap_of, point_of
from sortition.turns import take_turns


@dataclass(frozen=True)
class FairLottery:
    """A lottery and the proof that it is fair."""

    lottery: Lottery
    proof: FairnessProof


def leximin(problem: DrawProblem, tell: Tell = ignore) -> FairLottery:
    """The leximin lottery over the panels of this problem, exactly, with its proof."""
    problem = problem.by_name
    base = polytope_of(problem)
    cuts: list[Limit] = []
    panels: set[TypePanel] = {_first_panel(base)}
    while True:
        polytope = base.with_cuts(cuts)
        levels = _levels(polytope, tell)
        found = decompose(PanelModel(polytope), point_of(polytope, levels), panels, _Teller(tell, levels[0]))
        if isinstance(found, Missing):
            cuts.append(found.cut)
            continue
        tell(Progress("seats", None, float(levels[0].chance), 0.0, "giving the seats of types to volunteers"))
        lottery = take_turns(problem, found)
        return FairLottery(lottery, prove(problem, lottery, levels, tuple(cuts)))


def prove(problem: DrawProblem, lottery: Lottery, levels: tuple[Level, ...], cuts: tuple[Limit, ...]) -> FairnessProof:
    """The levels as a proof about this lottery, with the distance that remains, exactly; normally 0."""
    polytope = polytope_of(problem).with_cuts(cuts)
    unproved = gap_of(polytope, levels)
    chances = lottery.chances()
    distances = [
        abs(chances.get(id_, Fraction(0)) - level.chance)
        for level in levels
        for t in level.types
        for id_ in problem.types[t].members
    ]
    gap = max(distances) + (unproved or 0)
    return FairnessProof("leximin", levels, cuts, gap, unproved == 0 and gap == 0)


class _Teller:
    """Progress of the search for panels."""

    def __init__(self, tell: Tell, lowest: Level) -> None:
        self._tell = tell
        self._bound = float(lowest.chance)

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
