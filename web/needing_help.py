"""Who needs help: a few calm lines above the console, each with what can be done about it.

The vote's last members while its time runs out, tables that call, tablets that were connected and are not any more just
when they are needed, and people who wait to speak while nobody does. What goes well has no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

NEAR_SECONDS: Final = 120
MOST_NAMES: Final = 6


@dataclass(frozen=True)
class Need:
    """One line: its words, and where to look (`href`, `see`) or to whom to give the floor (`press`)."""

    id: str
    words: str
    href: str = ""
    see: str = ""
    press: Mapping[str, Any] | None = None


def needs(screen: Mapping[str, Any], lost: Set[str]) -> list[Need]:
    """The lines for this screen of a facilitator; `lost` are the members whose tablets have lost their connection."""
    away = sum(one["present"] and one["id"] in lost for one in screen["members"])
    return [*_calling(screen), *_late_voters(screen), *_tablets(screen, away), *_waiting(screen)]


def _calling(screen: Mapping[str, Any]) -> Iterator[Need]:
    """Tables that asked for somebody to come, and nobody is on the way yet."""
    calls = [one for one in screen["help"] if one["state"] == "called"]
    if len(calls) == 1:
        one = calls[0]
        words = f"Table {one['table']} asks for help, {one['minutes']} min: {one['words'].lower()}."
        yield Need("calling", words, "#calls-heading", "See the call")
    elif calls:
        tables = sorted({one["table"] for one in calls})
        words = (
            f"Tables {listed(map(str, tables))} ask for help" if len(tables) > 1 else f"Table {tables[0]} asks for help"
        )
        longest = max(one["minutes"] for one in calls)
        yield Need("calling", f"{words}, the longest for {longest} min.", "#calls-heading", "See the calls")


def _late_voters(screen: Mapping[str, Any]) -> Iterator[Need]:
    asked, turnout, timer = screen["round"], screen["turnout"], screen["timer"]
    if not asked or asked["state"] != "open" or not turnout:
        return
    late = timer is not None and timer["seconds_left"] <= NEAR_SECONDS
    if not late and turnout["cast"] * 4 < turnout["of"] * 3:
        return
    sealed = asked["conduct"]["secrecy"] == "sealed"
    waiting = [one for one in screen["members"] if one["present"] and one["token" if sealed else "voted"] is False]
    if waiting:
        who = [f"{one['name']} (table {one['table']})" if one["table"] else one["name"] for one in waiting]
        many = f"{len(who)} {'has' if len(who) == 1 else 'have'}"
        what = "no token yet" if sealed else "not voted yet"
        yield Need("voters", f"{many} {what}: {listed(who)}.", "#waiting-heading", "See who")


def _tablets(screen: Mapping[str, Any], lost: int) -> Iterator[Need]:
    """Only while something is asked on the tablets: otherwise they may sleep."""
    voting = screen["round"] is not None and screen["round"]["state"] == "open"
    if lost and (voting or (screen.get("item") or {}).get("work")):
        many = "1 tablet has lost its" if lost == 1 else f"{lost} tablets have lost their"
        yield Need("tablets", f"{many} connection.", f"/run/{screen['session']['id']}/presence", "Who is here")


def _waiting(screen: Mapping[str, Any]) -> Iterator[Need]:
    if not floor_is_free(screen):
        return
    first, many = screen["speakers"][0], screen["talk"]["waiting"]
    wait = "1 person waits" if many == 1 else f"{many} people wait"
    yield Need("speakers", f"{wait} to speak, and nobody has the floor.", press=first)


def floor_is_free(screen: Mapping[str, Any]) -> bool:
    """Whether somebody waits to speak, could, and nobody has the floor."""
    phase = screen["session"]["phase"]
    talking = phase in ("plenary", "discussion", "result") and not screen["talk"]["speaking"]
    return bool(talking and screen["speakers"])


def listed(names: Any) -> str:
    """A few names in a row.

    >>> listed(["Ada", "Ben"]), listed("abcdefgh")
    ('Ada and Ben', 'a, b, c, d, e, f and 2 more')
    """
    all_names = list(names)
    shown = all_names[:MOST_NAMES]
    rest = len(all_names) - len(shown)
    last = f"{rest} more" if rest else shown.pop()
    return f"{', '.join(shown)} and {last}" if shown else str(last)
