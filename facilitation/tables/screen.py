"""The tables on screens: all see which round it is; the hall, while it is shown, and staff see who sits where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from facilitation.model import Assembly
from facilitation.tables.plan import TablePlan

FRESH: Final = timedelta(minutes=5)
"""For so long after a move a tablet shows the table's number large."""


def tables_json(plan: TablePlan, now: datetime) -> dict[str, Any]:
    """What every audience may know of the plan."""
    fresh = plan.moved_at is not None and now - plan.moved_at < FRESH
    return {"round": plan.now, "rounds": len(plan.rounds), "shown": plan.shown, "just_moved": fresh}


def map_json(state: Assembly, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Who sits at which table now: tables by number, names by the alphabet; nobody without a table is on it."""
    at: dict[int, list[str]] = {}
    for member in state.seated.values():
        at.setdefault(member.table, []).append(names.get(member.id, ""))
    return [{"number": number, "names": sorted(at[number], key=str.casefold)} for number in sorted(at) if number]
