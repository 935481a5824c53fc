"""The speakers' list on screens: all see who speaks and how many wait, the hall who is next, staff the whole list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from facilitation.model import Assembly
from facilitation.speakers.speaking import TABLE, Speech, Spoken, Talk
from facilitation.speakers.speaking_time import over
from facilitation.times import in_text

NEXT_IN_THE_HALL: Final = 8


def talk_json(talk: Talk, state: Assembly, names: Mapping[str, str]) -> dict[str, Any]:
    """The list as every audience may see it."""
    speaking = None if talk.speaking is None else _speech(talk.speaking, state, names)
    return {"open": talk.open, "limit": talk.limit, "waiting": len(talk.waiting), "speaking": speaking}


def next_names(
    talk: Talk, state: Assembly, names: Mapping[str, str], groups: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Who comes next, for the hall."""
    return [_speaker(who, state, names) for who in talk.order(groups)[:NEXT_IN_THE_HALL]]


def list_json(
    talk: Talk, state: Assembly, names: Mapping[str, str], groups: Mapping[str, str], *, timed: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The whole list in the order in which they will speak, for the facilitator; `timed` are the values of the column
    by which the time is shared out, and `over` marks whose group has had its time.
    """
    found = []
    beyond = over(talk, timed)
    for who in talk.order(groups):
        asked, spoken = talk.asked(who), talk.spoken.get(who, Spoken())
        passed = 0 if asked is None else asked.passed
        row = {"passed": passed, "seconds": spoken.seconds, "times": spoken.times}
        budget = {"group": timed.get(who, ""), "over": timed.get(who) in beyond}
        found.append({**_speaker(who, state, names), **row, **budget})
    return found


def own_talk(talk: Talk, member: str, groups: Mapping[str, str]) -> dict[str, Any]:
    """A member's own place: 1 is next, None is not on the list."""
    order = talk.order(groups)
    place = order.index(member) + 1 if member in order else None
    return {"place": place, "speaking": talk.speaking is not None and talk.speaking.who == member}


def _speaker(who: str, state: Assembly, names: Mapping[str, str]) -> dict[str, Any]:
    if who.startswith(TABLE):
        number = int(who.removeprefix(TABLE))
        return {"who": who, "name": f"Table {number}", "table": number, "as_table": True}
    return {"who": who, "name": names.get(who, ""), "table": state.members[who].table, "as_table": False}


def _speech(speech: Speech, state: Assembly, names: Mapping[str, str]) -> dict[str, Any]:
    times = {"started_at": in_text(speech.started_at), "ends_at": in_text(speech.ends_at)}
    return {**_speaker(speech.who, state, names), **times}
