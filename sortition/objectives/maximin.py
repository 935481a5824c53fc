"""Maximin: the smallest chance is as large as any lottery makes it; after that, the largest chance as small.

Pure. Volunteers whom no panel can hold are set apart, with a proof. The first half alone leaves much open, and
leximin answers it by raising all the smaller chances; here the answer is that nobody is to stand out: among all
lotteries with the highest floor the one with the lowest ceiling, and between floor and ceiling the leximin one, so
that the chances are unique. A side proves each half (`box` has the algebra).
Citation: the first half is the EGALITARIAN objective of Flanigan, Gölz, Gupta, Procaccia, Neutralizing self-selection
bias in sampling for sortition, NeurIPS (2020), and of the Nature paper of 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sortition.objectives.box import box_of
from sortition.objectives.gaps import Gaps
from sortition.polytope import Polytope
from sortition.proof import FairnessProof


def gaps(polytope: Polytope, proof: FairnessProof, chances: Sequence[Fraction]) -> Gaps | None:
    """How far the floor may be from the highest, the ceiling from the lowest above it, and the chances from both."""
    box = box_of(polytope, proof, chances)
    if box is None or [side.of for side in proof.sides if side.of != "certain"] != ["floor", "ceiling"]:
        return None
    floor, ceiling = box.planes
    if floor.t <= 0 or ceiling.u <= 0:
        return None
    missed = floor.highest_floor() - box.floor
    return Gaps(box.unproved + missed + box.ceiling - ceiling.least_ceiling(box.floor))
