"""The tables on paper: a list by name and by table, and a place card for everyone, of the plan in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, me, open_to
from web.pages.member import screen_for

room = Blueprint("table_print", __name__, url_prefix="/run/<session_id>/tables")


@room.get("/cards")
@open_to(Audience.FACILITATOR)
def cards(session_id: str) -> ResponseReturnValue:
    """A place card for everyone: four on a sheet of A4, or on cards of A6."""
    seen = _seen(session_id)
    return render_template("run/table_cards.html", **seen, a6=request.args.get("size") == "a6")


@room.get("/list")
@open_to(Audience.FACILITATOR)
def by_name(session_id: str) -> ResponseReturnValue:
    """Who sits where: by name for the door, by table for the hosts."""
    return render_template("run/table_list.html", **_seen(session_id))


def _seen(session_id: str) -> dict[str, Any]:
    screen, known = screen_for(me(), session_id), desk().to_seat(session_id)
    now = {one["id"]: one["table"] for one in screen["members"]}
    rounds = known.plan.rounds or (now,)
    names = {member: row["name"] for row in known.rows for member in (known.members[row["id"]],)}
    people = [
        {"name": names[one], "tables": [seats.get(one) for seats in rounds]}
        for one in sorted(names, key=lambda one: (names[one].casefold(), one))
    ]
    tables = [_by_table(seats, names) for seats in rounds]
    return {"screen": screen, "people": people, "rounds": tables, "here": f"/run/{session_id}/tables"}


def _by_table(seats: Mapping[str, int], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tables of a round by number, each with its names by the alphabet.

    >>> _by_table({"a": 2, "b": 1, "c": 2}, {"a": "Zoë", "b": "Bob", "c": "Cai"})
    [{'number': 1, 'names': ['Bob']}, {'number': 2, 'names': ['Cai', 'Zoë']}]
    """
    at: dict[int, list[str]] = {}
    for member in sorted(seats, key=lambda one: names[one].casefold()):
        at.setdefault(seats[member], []).append(names[member])
    return [{"number": number, "names": at[number]} for number in sorted(at) if number]
