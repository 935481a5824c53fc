"""A plan of the tables as a program of its own: the question as JSON from stdin, the answer to stdout (`web.children`).

A plan for a hundred people takes some seconds of the processor, and needs matrices that a server in the hall does not
load; it is made here, and no vote waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from facilitation.errors import BadSeating, Refusal
from facilitation.seating import Again, Hall, Plan, find_plan, seat_again
from facilitation.seating.wishes import Asked, read_hall
from web.children import answer_as_child

Rows = Sequence[tuple[int, Sequence[str]]]


def answer(question: str) -> dict[str, Any]:
    """The plan that was asked for and what it is worth, or what stands in its way."""
    asked = json.loads(question)
    try:
        wishes = _wishes(asked["wishes"])
        columns = tuple(asked["spread"]), tuple(asked["pairs"])
        hall = read_hall(asked["rows"], Asked(asked["tables"], asked["rounds"], *columns), wishes)
        if asked["again"] is None:
            return _told(find_plan(hall, asked["seed"]), None, 1)
        number = asked["again"]["round"]
        old = Plan(hall, tuple(_seats(hall, rows) for rows in asked["again"]["rounds"]))
        again = seat_again(old, number, here=asked["again"]["here"], seed=asked["seed"])
        return _told(again.plan, again, number)
    except Refusal as no:
        return {"problems": [{"code": no.code, "message": no.message, "remedy": no.remedy}]}


def _wishes(text: str) -> Mapping[str, Any]:
    try:
        wishes = json.loads(text) if text.strip() else {}
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise BadSeating(
            f"The wishes cannot be read: line {line} is not JSON.", "Mend it, or leave them out."
        ) from None
    if not isinstance(wishes, dict):
        raise BadSeating("The wishes are not a JSON object.", "Start them with { and end them with }.")
    return wishes


def _seats(hall: Hall, rows: Rows) -> tuple[tuple[str, ...], ...]:
    """A round of the plan in use, with those who are still members."""
    at = {number: tuple(people) for number, people in rows}
    unknown = sorted(at.keys() - {table.number for table in hall.tables})
    if unknown:
        raise BadSeating(
            f"The plan in use has a table {unknown[0]}, which is not among the tables now.",
            "Give as many tables as before, or the same wishes, or make a new plan.",
        )
    members = {guest.id for guest in hall.guests}
    return tuple(tuple(one for one in at.get(table.number, ()) if one in members) for table in hall.tables)


def _told(plan: Plan, again: Again | None, first: int) -> dict[str, Any]:
    numbers = [table.number for table in plan.hall.tables]
    rounds = [
        [(number, list(people)) for number, people in zip(numbers, seats, strict=True) if people]
        for seats in plan.rounds[first - 1 :]
    ]
    worth, sizes = plan.worth(), [len(people) for rows in rounds for _, people in rows]
    made = {
        **worth.as_json(),
        "broken": list(worth.broken),
        "sizes": [min(sizes), max(sizes)],
        "people": len({one for rows in rounds for _, people in rows for one in people}),
        "tables": max(map(len, rounds)),
        "rules": len(plan.hall.rules),
        "spread": list(plan.hall.spread),
        "pairs": list(plan.hall.pairs),
    }
    moved = None if again is None else {"who": list(again.moved), "fewest": again.fewest}
    return {"rounds": rounds, "first": first, "worth": made, "moved": moved, "problems": []}


if __name__ == "__main__":
    answer_as_child(answer)
