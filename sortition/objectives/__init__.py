"""Every idea of fair, one file each: what it means, and the sum that shows how near a lottery comes to its best.

Pure, and without any solver: whoever checks a certificate needs only these files. How the best is found is told in
`fairness` and the rooms it calls. All ideas speak of the chances of the *types* of volunteers, so volunteers whom
nothing tells apart have the same chance under each of them, and all choose among the points that keep the limits
of `polytope`; where no lottery over panels reaches the chosen point, limits that all panels keep are added and the
choice is made again.

To add an idea of fair: one file here, one row in IDEAS, one search in `fairness`, one row in the README.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from sortition.objectives import goldilocks, leximin, maximin, minimax, nash
from sortition.objectives.gaps import Gaps
from sortition.polytope import Polytope
from sortition.proof import FairnessProof

CLOSE = Fraction(1, 10**6)  # a chance this near to an irrational best one is called proved
LEVEL = Fraction(1, 10**9)  # so is a value of an objective that is this near to the best


@dataclass(frozen=True)
class Idea:
    """One idea of fair: what it means, what the quotas bound, and how its certificate is recounted.

    `gaps(polytope, proof, chances of the types)` is None where the proof proves nothing. `needs` names what its
    certificate holds beside levels and cuts. Where the best chances are fractions, nothing but a gap of 0 will do.
    """

    name: str
    meaning: str
    bounded: str
    gaps: Callable[[Polytope, FairnessProof, Sequence[Fraction]], Gaps | None]
    needs: tuple[str, ...] = ()

    @property
    def rational(self) -> bool:
        """Whether the best chances are fractions; otherwise the certificate tells a gap in the objective."""
        return "value_gap" not in self.needs

    def proved(self, gaps: Gaps | None) -> bool:
        """Whether these gaps mean that nothing fairer exists."""
        if gaps is None:
            return False
        if self.rational:
            return gaps.chances == 0
        return gaps.value is not None and gaps.value <= LEVEL and gaps.chances <= CLOSE


IDEAS: Mapping[str, Idea] = MappingProxyType(
    {
        idea.name: idea
        for idea in (
            Idea(
                "leximin",
                "no chance could be raised without lowering one that is as small or smaller",
                "how high the smallest chances can be",
                leximin.gaps,
            ),
            Idea(
                "maximin",
                "the smallest chance is as large as it can be, and after that the largest as small as it can be",
                "how high the smallest chance can be, and how low the largest above it",
                maximin.gaps,
                ("sides",),
            ),
            Idea(
                "nash",
                "the product of all chances is as large as it can be",
                "how large the product of all chances can be",
                nash.gaps,
                ("multipliers", "value_gap"),
            ),
            Idea(
                "goldilocks",
                "no chance is far above the others and none far below, both weighed together",
                "how near to each other the smallest and the largest chance can be brought",
                goldilocks.gaps,
                ("sides", "gamma", "value", "value_gap"),
            ),
            Idea(
                "minimax",
                "the largest chance is as small as it can be",
                "how low the largest chance can be",
                minimax.gaps,
                ("sides",),
            ),
        )
    }
)
FAIRNESS = tuple(IDEAS)
