"""Drafts: groups write recommendations, everyone tests them, the groups rewrite, until enough can live with them.

Several items share one work (`continues`): write, gallery, redraft, read-through; the term `step` says which of them
an item is. The steps change what people are asked first, never what they may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facilitation.drafts import deciding, folding, minute_lines, showing
from facilitation.drafts.deciding import SEATS
from facilitation.drafts.loop import read_line
from facilitation.drafts.showing import STEPS
from facilitation.drafts.work import Work
from facilitation.errors import BadRequest
from facilitation.model import Phase

KIND = "drafts"
LABEL = "Drafts"
PHASE = Phase.DISCUSSION
MINUTES = 60
MOST_SEATS = 50
TERMS = ("step", "seats", "share", "participation")

decide = deciding.decide
apply = folding.folded
screen = showing.screen
own = showing.own
minutes = minute_lines.minutes


def terms(row: Mapping[str, Any]) -> dict[str, Any]:
    """The step, the places in a theme group, and the line that a test must reach.

    >>> terms({"step": "test", "share": "80%"})
    {'step': 'test', 'seats': 9, 'share': '4/5', 'participation': None}
    """
    for name in row:
        if name not in TERMS:
            raise BadRequest(f"Drafts have no term “{name[:40]}”.", f"Their terms are: {', '.join(TERMS)}.")
    step = str(row.get("step") or STEPS[0])
    if step not in STEPS:
        raise BadRequest(f"“{step[:40]}” is not a step of drafting.", f"Use one of: {', '.join(STEPS)}.")
    seats = row.get("seats", SEATS)
    if type(seats) is not int or not 1 <= seats <= MOST_SEATS:
        raise BadRequest("A theme group has no such number of places.", f"Give a whole number from 1 to {MOST_SEATS}.")
    return {"step": step, "seats": seats, **read_line(row).as_json()}


def state() -> Work:
    """Nothing has been written yet."""
    return Work()
