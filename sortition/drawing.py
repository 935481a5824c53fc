"""From a lottery to a drawn ticket: whole tickets, numbered by the seed, and the one that the seed draws.

Pure but for the search for tickets, which asks the solver for panels and counts every answer again.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sortition import certificate
from sortition.diversity import spread_tickets
from sortition.errors import BadLottery
from sortition.fairly_near import largest_deviation, plainly_rounded
from sortition.folder import Draw, write_lottery
from sortition.lottery import Lottery, Panel, number_tickets, shuffle_tickets, ticket_number
from sortition.meeting import meetings
from sortition.polytope import TypePanel, polytope_of
from sortition.problem import DrawProblem
from sortition.proof import FairnessProof
from sortition.record import MADE_BY, Record, sha256
from sortition.rounding import round_panels
from sortition.seating import seat_tickets


@dataclass(frozen=True)
class Shared:
    """One panel for each ticket; `least`: nobody is off by more than a ticket, or no other tickets come nearer."""

    panels: tuple[Panel, ...]
    least: bool


def share_tickets(problem: DrawProblem, lottery: Lottery, total: int) -> Shared:
    """`total` panels, one for each ticket, with everyone's tickets as near to the exact chance as we can bring them."""
    problem = problem.by_name
    if total < 1:
        raise BadLottery(f"{total} tickets were asked for.", "Ask for at least one ticket.")
    rounded = round_panels(polytope_of(problem), type_weights(problem, lottery), total)
    shared = seat_tickets(problem, rounded.tickets)
    plain = plainly_rounded(lottery, total)
    if number_tickets(lottery, shared, "").deviation <= plain.deviation:
        return Shared(shared, rounded.least)
    return Shared(tuple(plain.panel(number) for number in range(1, total + 1)), plain.deviation * total <= 1)


def share_out(problem: DrawProblem, lottery: Lottery, total: int, few: Lottery | None = None) -> Shared:
    """The tickets of this lottery; `few`: a lottery of few panels with the same chances, to share them out by.

    Where there is one, the panels of the lottery were spread so that more people can meet, and so are the tickets.
    """
    shared = share_tickets(problem, few or lottery, total)
    return shared if few is None else Shared(spread_tickets(problem, shared.panels), shared.least)


def type_weights(problem: DrawProblem, lottery: Lottery) -> dict[TypePanel, Fraction]:
    """The lottery's panels as seats of types, with their probabilities."""
    kinds = {id_: t for t, kind in enumerate(problem.types) for id_ in kind.members}
    weights: dict[TypePanel, Fraction] = {}
    for members, weight in zip(lottery.panels, lottery.weights, strict=True):
        seats = [0] * len(problem.types)
        for id_ in members:
            seats[kinds[id_]] += 1
        panel = tuple(seats)
        weights[panel] = weights.get(panel, Fraction(0)) + Fraction(weight, lottery.denominator)
    return weights


def make_draw(
    problem: DrawProblem, lottery: Lottery, proof: FairnessProof, seed: str, tickets: int, *, few: Lottery | None = None
) -> Draw:
    """Number the tickets and draw one; `few` as in `share_out`."""
    numbered = number_tickets(lottery, share_out(problem, lottery, tickets, few).panels, seed)
    if numbered.deviation > largest_deviation(lottery, tickets):
        numbered = shuffle_tickets(lottery, (), plainly_rounded(lottery, tickets).counts, seed)
    ticket = ticket_number(seed, sha256(write_lottery(numbered)), tickets)
    record = Record(problem, proof.fairness, seed, tickets, ticket, meetings(problem, numbered), made_by=MADE_BY)
    return Draw(record, numbered, certificate.build(problem, proof))
