"""When members drop out: who stays, what the open seats need, and who takes them.

Pure but for the lottery's own search. Whoever stays has been selected already, whoever was asked before is not asked
again; with those two lists (see `lists`) the old problem is the new one, over the whole panel: its quotas are the
original ones, the households of those who stay are taken, and the open seats are drawn by the same idea of fair. So
what comes out is a draw like any other, which `verify` counts again, and which can be followed by another round.

Alternates come first where they are given: the earliest in the calling order with whom all quotas are kept. Where they
cannot repair the panel, it is said by how much they miss, and the lot decides among all who are left. Where nobody can
repair it, the least violation is proved (`shortfall`) and told; it is drawn only if that was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sortition.drawing import make_draw
from sortition.errors import SortitionError
from sortition.fairness import fair_lottery
from sortition.folder import Draw
from sortition.objectives.goldilocks import GAMMA
from sortition.polytope import polytope_of
from sortition.problem import DrawProblem
from sortition.progress import Tell, ignore
from sortition.repairs.blocked import some_panel
from sortition.repairs.shortfall import Shortfall, least_shortfall
from sortition.repairs.waived import most_seats
from sortition.standby.standing import Standing


class NobodyLeft(SortitionError):
    """Everybody was asked before, or lives with somebody who stays."""

    code = "nobody-left"

    def __init__(self) -> None:
        super().__init__(
            "Nobody is left who could take an open seat: all others were asked before, were left out by name, or live "
            "in a household with a member.",
            "Invite more volunteers, and fill the seats from a pool in which they are.",
        )


class CannotReplace(SortitionError):
    """Nobody who is left can take the open seats so that every quota is kept."""

    code = "cannot-replace"

    def __init__(self, shortfall: Shortfall) -> None:
        self.shortfall = shortfall
        broken = "; ".join(shortfall.sentences)
        super().__init__(
            f"No panel with those who stay keeps every quota. The least that must give way: {broken}.",
            "Invite more volunteers, change these quotas, or accept this (--allow-violation).",
        )


@dataclass(frozen=True)
class Replacement:
    """The new draw, who is new in it and how they were found, and what had to give way.

    `missed` says by how much alternates alone would have missed, where they were given and could not repair the panel.
    """

    draw: Draw
    new: tuple[str, ...]
    by: str
    shortfall: Shortfall | None = None
    missed: Shortfall | None = None


def residual(now: Standing) -> DrawProblem | Shortfall:
    """The problem of filling the open seats, or why it cannot be done and the least that must give way.

    Raises NobodyLeft where a seat is open and nobody could take it, whatever the quotas.
    """
    problem = now.listed()
    if now.open_seats and most_seats(problem) == len(now.staying):
        raise NobodyLeft
    return problem if _exists(problem) else least_shortfall(problem)


def called(now: Standing, alternates: Sequence[str]) -> tuple[str, ...] | None:
    """The alternates who fill the open seats and keep all quotas, as early in the order as can be; None if none do."""
    free = _free(now, alternates)
    if not _exists(now.listed(only=free)):
        return None
    chosen: list[str] = []
    for id_ in free:
        if len(chosen) < now.open_seats and _possible(now, [*chosen, id_], free):
            chosen.append(id_)
    return tuple(chosen)


def _free(now: Standing, alternates: Sequence[str]) -> tuple[str, ...]:
    """The alternates who were not asked yet and have no seat, in calling order."""
    return tuple(id_ for id_ in alternates if id_ not in now.asked and id_ not in now.staying)


def _possible(now: Standing, chosen: Sequence[str], free: Sequence[str]) -> bool:
    """Whether these alternates can serve together with some of the others."""
    homes = [home for id_ in (*now.staying, *chosen) if (home := now.problem.pool.by_id[id_].household)]
    return len(homes) == len(set(homes)) and _exists(now.listed(chosen, only=free))


def choose_replacement(
    now: Standing,
    seed: str,
    tickets: int = 1000,
    *,
    fairness: str = "leximin",
    gamma: Fraction = GAMMA,
    alternates: Sequence[str] = (),
    allow_violation: bool = False,
    tell: Tell = ignore,
) -> Replacement:
    """Fill the open seats; raises CannotReplace, with the least violation, unless that is allowed."""

    def drawn(problem: DrawProblem) -> Draw:
        fair = fair_lottery(problem, fairness, tell, gamma=gamma)
        return make_draw(problem, fair.lottery, fair.proof, seed, tickets)

    missed = None
    if alternates:
        by_call = called(now, alternates)
        if by_call is not None:
            return Replacement(drawn(now.listed(by_call)), by_call, "alternates")
        free = _free(now, alternates)
        missed = least_shortfall(now.listed(only=free)) if free or now.staying else None
    found = residual(now)
    if isinstance(found, DrawProblem):
        draw = drawn(found)
        return Replacement(draw, _new(now, draw), "lot", missed=missed)
    if not allow_violation:
        raise CannotReplace(found)
    draw = drawn(found.problem)
    waived = replace(draw.record, waived=tuple(one.quota for one in found.breaks), empty=found.empty)
    return Replacement(replace(draw, record=waived), _new(now, draw), "lot", found, missed)


def _exists(problem: DrawProblem) -> bool:
    return some_panel(polytope_of(problem)) is not None


def _new(now: Standing, draw: Draw) -> tuple[str, ...]:
    return tuple(id_ for id_ in draw.panel if id_ not in set(now.staying))
