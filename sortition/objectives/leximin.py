"""Leximin: the lowest chance is as high as any lottery makes it, then the next lowest, and so on to the highest.

Pure. The proof is one level after another (`proof` has the algebra). The lottery is unique in its chances.
Citation: Flanigan, Gölz, Gupta, Hennig, Procaccia, Fair algorithms for selecting citizens' assemblies, Nature 596
(2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sortition.objectives.gaps import Gaps, distance
from sortition.polytope import Polytope
from sortition.proof import FairnessProof, gap_of


def gaps(polytope: Polytope, proof: FairnessProof, chances: Sequence[Fraction]) -> Gaps | None:
    """The largest unproved part of a level, and the largest distance of a chance from its level."""
    unproved = gap_of(polytope, proof.levels)
    return None if unproved is None else Gaps(unproved + distance(proof, chances))
