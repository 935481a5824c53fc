"""When members drop out: who stays, what the open seats need, and who takes them.

Pure but for the lottery's own search. Whoever stays has been selected already, whoever was asked before is not asked
again; with those two lists (see `lists`) the old problem is the new one, over the whole panel: its quotas are the
original ones, the households of those who stay are taken, and the open seats are drawn by the same fair lottery. So
what comes out is a draw like any other, which `verify` counts again, and which can be followed by another round.

Alternates come first where they are given: the earliest in the calling order with whom all quotas are kept. Where
nobody can repair the panel, the least violation is proved (`shortfall`) and told; it is drawn only if that was asked
for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sortition.blocked import some_panel
from sortition.drawing import make_draw
from sortition.errors import SortitionError
from sortition.fairness import leximin
from sortition.folder import Draw
from sortition.polytope import polytope_of
from sortition.problem import DrawProblem
from sortition.progress import Tell, ignore
from sortition.shortfall import Shortfall, least_shortfall
from sortition.standing import Standing


class CannotReplace(SortitionError):
    """Nobody who is left can take the open seats so that every quota is kept."""

    code = "cannot-replace"

    def __init__(self, shortfall: Shortfall) -> None:
        self.shortfall = shortfall
        broken = "; ".join(shortfall.sentences)
        super().__init__(
            f"No panel with those who stay keeps every quota. The least that must give way: {broken}.",
            "Invite more volunteers, change these quotas, or accept this with --allow-violation.",
        )


@dataclass(frozen=True)
class Replacement:
    """The new draw, who is new in it, how they were found, and what had to give way."""

    draw: Draw
    new: tuple[str, ...]
    by: str
    shortfall: Shortfall | None = None


def residual(now: Standing) -> DrawProblem | Shortfall:
    """The problem of filling the open seats, or why it cannot be done and the least that must give way."""
    problem = now.listed()
    return problem if _exists(problem) else least_shortfall(problem)


def called(now: Standing, alternates: Sequence[str]) -> tuple[str, ...] | None:
    """The alternates who fill the open seats and keep all quotas, as early in the order as can be; None if none do."""
    free = [id_ for id_ in alternates if id_ not in now.asked and id_ not in now.staying]
    if not _exists(now.listed(only=free)):
        return None
    chosen: list[str] = []
    for id_ in free:
        if len(chosen) < now.open_seats and _possible(now, [*chosen, id_], free):
            chosen.append(id_)
    return tuple(chosen)


def _possible(now: Standing, chosen: Sequence[str], free: Sequence[str]) -> bool:
    """Whether these alternates can serve together with some of the others."""
    homes = [home for id_ in (*now.staying, *chosen) if (home := now.problem.pool.by_id[id_].household)]
    return len(homes) == len(set(homes)) and _exists(now.listed(chosen, only=free))


def choose_replacement(
    now: Standing,
    seed: str,
    tickets: int = 1000,
    *,
    alternates: Sequence[str] = (),
    allow_violation: bool = False,
    tell: Tell = ignore,
) -> Replacement:
    """Fill the open seats; raises CannotReplace, with the least violation, unless that is allowed."""
    by_call = called(now, alternates) if alternates else None
    if by_call is not None:
        return Replacement(_drawn(now.listed(by_call), seed, tickets, tell), by_call, "alternates")
    found = residual(now)
    if isinstance(found, DrawProblem):
        draw = _drawn(found, seed, tickets, tell)
        return Replacement(draw, _new(now, draw), "lot")
    if not allow_violation:
        raise CannotReplace(found)
    draw = _drawn(found.problem, seed, tickets, tell)
    waived = replace(draw.record, waived=tuple(one.quota for one in found.breaks), empty=found.empty)
    return Replacement(replace(draw, record=waived), _new(now, draw), "lot", found)


def _exists(problem: DrawProblem) -> bool:
    return some_panel(polytope_of(problem)) is not None


def _drawn(problem: DrawProblem, seed: str, tickets: int, tell: Tell) -> Draw:
    fair = leximin(problem, tell)
    return make_draw(problem, fair.lottery, fair.proof, seed, tickets)


def _new(now: Standing, draw: Draw) -> tuple[str, ...]:
    return tuple(id_ for id_ in draw.panel if id_ not in set(now.staying))
