"""Seating: members × rounds × tables, mixed fairly, meeting as many others as possible, within rules that are kept.

`hall` is who, where and what must be kept; `kept` finds out whether it can be, and names what clashes; `search` finds a
plan; `plan` counts what it is worth; `again` seats a round again when some did not come. Pure, and by seed.
"""

from __future__ import annotations

from facilitation.seating.again import Again, seat_again
from facilitation.seating.hall import Guest, Hall, Rule, Table
from facilitation.seating.plan import Plan, Worth
from facilitation.seating.search import find_plan

__all__ = ["Again", "Guest", "Hall", "Plan", "Rule", "Table", "Worth", "find_plan", "seat_again"]
