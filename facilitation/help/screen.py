"""Calls for help on screens: the team sees all, a host those of their table, a member those of their table, too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from facilitation.help.helping import KINDS_OF_HELP, Call, Help
from facilitation.times import in_text


def help_json(known: Help, names: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
    """The open calls in the order in which to answer them, for the team: with the name of a member who asked."""
    return [{**_call(one, now), "name": names.get(one.member, "")} for one in known.waiting]


def help_of_table(known: Help, table: int, now: datetime, member: str = "") -> list[dict[str, Any]]:
    """The open calls of one table, without who asked: for its host, and for a member, who knows their own calls."""
    return [{**_call(one, now), "mine": bool(member) and one.member == member} for one in known.of(table)]


def _call(one: Call, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "table": one.table,
        "what": one.what,
        "words": KINDS_OF_HELP[one.what],
        "state": one.words,
        "since": in_text(one.at),
        "minutes": max(0, (now - one.at) // timedelta(minutes=1)),
        "by_member": bool(one.member),
    }
