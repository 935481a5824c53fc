"""A count that goes in rounds (IRV, STV), told one way: everyone's votes after each round, and what moved before it.

Pure. Both rules' results become the same few values here: a `Column` of votes for each round, and between two columns
the `Move` that leads from one to the other: whose ballots went on, and to whom. Where a result says exactly where the
ballots of each went (`transfers`), that is taken; otherwise it follows from the difference of the two columns, which
is exact as long as one option alone gives ballots away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from facilitation.rules.result import listed
from web.charts.lengths import exactly, figure, length

DIGITS = 5  # as the law counts
NOBODY = ""
"""Where ballots go that name nobody who is still in (and what is lost when values are cut)."""


@dataclass(frozen=True)
class Gain:
    """So many votes that went from one option to another, or to nobody, and their part of all that moved."""

    giver: str
    taker: str
    votes: Fraction
    length: int

    @property
    def figure(self) -> str:
        """The votes, with two decimals where they are not whole."""
        return figure(self.votes)


@dataclass(frozen=True)
class Move:
    """What happened before a round: those who left (or the one with a surplus), and where their votes went."""

    givers: tuple[str, ...]
    surplus: bool
    votes: Fraction
    gains: tuple[Gain, ...]
    known: bool = True
    """Whether it is known which giver's ballots went where."""

    @property
    def figure(self) -> str:
        """All votes that moved."""
        return figure(self.votes)


@dataclass(frozen=True)
class Column:
    """The votes after one round; `needed` is how many win or elect at this point, where that is one number."""

    number: int
    votes: Mapping[str, Fraction]
    nobody: Fraction
    leaving: tuple[str, ...]
    elected: tuple[str, ...]
    note: str
    move: Move | None
    needed: Fraction | None

    by_seats: bool = False

    @property
    def continuing(self) -> Fraction:
        """The votes that still count."""
        return sum(self.votes.values(), Fraction(0))

    def figure(self, option: str) -> str:
        """An option's votes in this round, or nothing when it has left."""
        return figure(self.votes[option], DIGITS) if option in self.votes else ""

    @property
    def nobody_figure(self) -> str:
        """The ballots with no choice left."""
        return figure(self.nobody, DIGITS)

    @property
    def nobody_words(self) -> str:
        """What became of votes that went to nobody."""
        return "no choice left, or rounded off" if self.by_seats else "no choice left"

    @property
    def needed_figure(self) -> str:
        """The quota, or what it takes to win."""
        return "" if self.needed is None else figure(self.needed)

    @property
    def opening(self) -> str:
        """What happened before this round, in a sentence.

        >>> move = Move(("path",), False, Fraction(2), ())
        >>> Column(2, {"tram": Fraction(4)}, Fraction(0), (), (), "", move, None).opening
        'Out: path, with 2 ballots. They go on to their next choices.'
        """
        if self.move is None:
            return "Every ballot counts for its first choice."
        names, votes = listed(self.move.givers), self.move.votes
        if self.move.surplus:
            return f"More than the quota: {names}, by {figure(votes)}. This surplus goes on to the next choices."
        if not votes:
            return f"Out: {names}. No ballot had to move."
        word = "vote" if self.by_seats else "ballot"
        if votes == 1:
            return f"Out: {names}, with 1 {word}. It goes on to its next choice."
        return f"Out: {names}, with {figure(votes)} {word}s. They go on to their next choices."

    @property
    def closing(self) -> str:
        """How this round ends, in a sentence; nothing when nobody is elected and nobody leaves.

        >>> Column(1, {"tram": Fraction(4), "bus": Fraction(1)}, Fraction(0), ("bus",), (), "", None, None).closing
        'Fewest: bus, with 1 of 5 ballots still counting.'
        """
        counting = f"of {figure(self.continuing)} ballots still counting"
        if self.by_seats:
            return f"Elected: {listed(self.elected)}." if self.elected else ""
        if self.elected:
            winner = self.elected[0]
            return f"Ahead: {winner}, with {figure(self.votes[winner])} {counting}. This is more than half."
        numbers = [figure(self.votes[option]) for option in self.leaving]
        return f"Fewest: {listed(self.leaving)}, with {listed(numbers)} {counting}." if numbers else ""


def columns_of(round_: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[Column, ...]:
    """The rounds of an IRV or STV result.

    >>> from facilitation.rules import Electorate, every_rule, parse_count
    >>> asked = parse_count({"title": "?", "rule": "irv", "options": ["tram", "bus", "path"]})
    >>> ballots = [("tram",)] * 4 + [("bus", "path")] * 3 + [("path", "bus"), ("path",)]
    >>> told = columns_of({"rule": "irv"}, every_rule()["irv"].tally(asked, ballots, Electorate(9, 9)).as_json())
    >>> [(gain.giver, gain.taker, gain.figure) for gain in told[1].move.gains]
    [('path', 'bus', '1'), ('path', '', '1')]
    """
    by_seats = result["rule"] == "stv"
    stages: Sequence[Mapping[str, Any]] = result["rounds"]
    columns: list[Column] = []
    for place, stage in enumerate(stages):
        gone = {o for earlier in stages[: place + 1] for o in earlier["eliminated"]} if by_seats else set()
        votes = {option: exactly(count) for option, count in stage["counts"].items()}
        lost = exactly(stage["exhausted"]) + exactly(stage.get("lost_by_cutting", 0))
        column = Column(
            number=stage["round"],
            votes={option: count for option, count in votes.items() if count or option not in gone},
            nobody=lost,
            leaving=tuple(stage["eliminated"]),
            elected=tuple(stage["elected"]),
            note=stage["note"] or "",
            move=None,
            by_seats=by_seats,
            needed=_quota(round_, result) if by_seats else _majority(round_, result, votes),
        )
        if columns:
            column = replace(column, move=_move(column, columns[-1], (stage, stages[place - 1])))
        columns.append(column)
    return tuple(columns)


def _move(column: Column, before: Column, told: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Move:
    stage, earlier = told
    act = stage.get("act")  # STV says in a stage what was done in it; IRV says at the end of a round who leaves
    surplus = act is not None and not stage["eliminated"]
    if act is None:
        givers = tuple(earlier["eliminated"])
    else:
        givers = (act.removeprefix("surplus of "),) if surplus else tuple(stage["eliminated"])
    moved = {
        option: column.votes.get(option, Fraction(0)) - votes
        for option, votes in before.votes.items()
        if option not in givers and column.votes.get(option, Fraction(0)) > votes
    }
    if column.nobody > before.nobody:
        moved[NOBODY] = column.nobody - before.nobody
    found = _by_giver(earlier.get("transfers"), [o for o in givers if before.votes.get(o)] or givers[:1], moved)
    whole = sum(moved.values(), Fraction(0))
    gains = tuple(Gain(giver, taker, votes, length(votes / whole)) for giver, taker, votes in found)
    return Move(givers, surplus, whole, gains, known=all(gain.giver for gain in gains))


def _by_giver(
    transfers: Sequence[Mapping[str, Any]] | None, givers: Sequence[str], moved: Mapping[str, Fraction]
) -> list[tuple[str, str, Fraction]]:
    """Giver, taker and votes; the giver is empty where several gave and the result does not tell who gave what."""
    if transfers:
        return [(one["from"], one["to"] or NOBODY, Fraction(one["votes"])) for one in transfers]
    giver = givers[0] if len(givers) == 1 else ""
    return [(giver, taker, votes) for taker, votes in moved.items()]


def _majority(round_: Mapping[str, Any], result: Mapping[str, Any], votes: Mapping[str, Fraction]) -> Fraction:
    """What decides: half of the votes still counting, or the threshold's part of its own base."""
    threshold, measure = round_.get("threshold"), result.get("measure")
    if threshold and measure and measure["of"]:
        return Fraction(threshold["share"]) * int(measure["of"])
    return sum(votes.values(), Fraction(0)) / 2


def _quota(round_: Mapping[str, Any], result: Mapping[str, Any]) -> Fraction:
    """The quota of the Scottish rules, from the valid ballots and the seats."""
    seats = (round_.get("terms") or {}).get("seats") or 1
    valid = sum(map(exactly, result["counts"].values()), Fraction(0))
    return Fraction(valid // (seats + 1) + 1)
