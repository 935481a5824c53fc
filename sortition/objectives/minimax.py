"""Minimax: the largest chance is as small as any lottery makes it, so that nobody gains much by a false answer.

Pure. It looks away from the smallest chances and may leave some volunteers with none, whom a panel could hold; among
all lotteries with the lowest ceiling the leximin one is taken, which keeps that harm as small as it can be. One side
proves the ceiling (`box` has the algebra).
Citation: Baharav, Flanigan, Fair, manipulation-robust, and transparent sortition, EC (2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sortition.objectives.box import box_of
from sortition.objectives.gaps import Gaps
from sortition.polytope import Polytope
from sortition.proof import FairnessProof


def gaps(polytope: Polytope, proof: FairnessProof, chances: Sequence[Fraction]) -> Gaps | None:
    """How far the ceiling may be from the lowest, and the chances from the leximin ones below it."""
    box = box_of(polytope, proof, chances, zeros=True)
    if box is None or [side.of for side in proof.sides if side.of != "certain"] != ["ceiling"] or box.planes[0].u <= 0:
        return None
    return Gaps(box.unproved + box.ceiling - box.planes[0].least_ceiling(Fraction(0)))
