"""Speaking time by groups: how it is shared out, who is over it, and what the report may tell of it.

Pure. The facilitator may give every value of one column of the panel's file so many seconds of the session. A group
that has spoken longer is **over its time**: the list marks its members; nobody is cut off or passed over by that.

**The report** is worked out when the session is closed, of those who came, and stands in the journal from then on, so
that nobody who is erased later can be found by the difference. Who spoke is known in the hall; the report must not say
it to everybody else, so groups follow the law of `small_numbers`:

    how many spoke      the breakdown of groups × (spoke, silent): all of it by that law, or nothing
    share of the time   of the groups told there; but not of those in which fewer than K spoke (one of them could take
                        off their own time and read the others'), nor of those that must be withheld beside them

How unevenly the time was spread over all n who came, with x the seconds of each, is the Gini coefficient
Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n Σ x) (Gini 1912): 0 if all spoke equally long, towards 1 if one spoke alone. It and the share of
whoever spoke longest are told when at least K have spoken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from facilitation.errors import BadRequest
from facilitation.rules.result import decimal, percent
from facilitation.small_numbers import K, breakdown, withheld_together
from facilitation.speakers.speaking import TABLE, Spoken, Talk

LONGEST: Final = 24 * 3600
"""Seconds that a group can be given."""
UNSAID: Final = "not said"
"""The group of those of whom the panel's file says nothing."""


def equally(values: Iterable[str], total: int) -> dict[str, int]:
    """The same time for every value; what cannot be divided stays over.

    >>> equally(["north", "south", "west"], 1000)
    {'north': 333, 'south': 333, 'west': 333}
    """
    listed = sorted(set(values))
    return {value: total // len(listed) for value in listed}


def by_number(groups: Mapping[str, str], total: int) -> dict[str, int]:
    """For every value the part of the time that its members are of all members.

    >>> by_number({"a": "north", "b": "south", "c": "south"}, 900)
    {'north': 300, 'south': 600}
    """
    values = list(groups.values())
    return {value: total * values.count(value) // len(values) for value in sorted(set(values))}


def checked(column: str, seconds: Mapping[str, int], groups: Mapping[str, str]) -> dict[str, int]:
    """The shares as they can be kept: times for values that somebody has; an empty column takes them back."""
    if not column:
        return {}
    unknown = sorted(set(seconds) - set(groups.values()))
    if unknown or not groups:
        raise BadRequest(
            f"No member has the value “{(unknown or ['?'])[0][:60]}” of “{column[:60]}”.", "Load the page again."
        )
    wrong = [value for value, time in seconds.items() if not 0 <= time <= LONGEST]
    if wrong or not seconds:
        raise BadRequest(
            f"That is no speaking time for “{(wrong or [column])[0][:60]}”.", f"Give 0 to {LONGEST} seconds."
        )
    return {value: seconds[value] for value in sorted(seconds)}


def spent(talk: Talk, groups: Mapping[str, str]) -> dict[str, int]:
    """The seconds that each group has spoken so far."""
    found = dict.fromkeys(sorted(set(groups.values())), 0)
    for member, value in groups.items():
        found[value] += talk.spoken.get(member, Spoken()).seconds
    return found


def over(talk: Talk, groups: Mapping[str, str]) -> frozenset[str]:
    """The groups that have spoken longer than their time.

    >>> talk = Talk(spoken={"a": Spoken(61, 1)}, budget_column="area", budget={"north": 60, "south": 60})
    >>> sorted(over(talk, {"a": "north", "b": "south"}))
    ['north']
    """
    return frozenset(
        value for value, seconds in spent(talk, groups).items() if seconds > talk.budget.get(value, LONGEST)
    )


def gini(seconds: Sequence[int]) -> Fraction | None:
    """The Gini coefficient; None where nobody spoke.

    >>> gini([60, 60, 60]), gini([0, 0, 0, 60]), gini([0])
    (Fraction(0, 1), Fraction(3, 4), None)
    """
    total, people = sum(seconds), len(seconds)
    if total == 0:
        return None
    weighted = sum((2 * place - people - 1) * one for place, one in enumerate(sorted(seconds), start=1))
    return Fraction(weighted, people * total)


def spread(spoken: Sequence[Spoken]) -> dict[str, Any]:
    """How the time was spread over people, whoever they are: for the facilitator, and, if enough spoke, the report.

    >>> spread([Spoken(), Spoken(30, 1), Spoken(90, 2)])
    {'came': 3, 'spoke': 2, 'silent': 1, 'seconds': 120, 'gini': '0.50', 'top': '75.0 %'}
    """
    seconds = [one.seconds for one in spoken]
    total, spoke = sum(seconds), sum(one.times > 0 for one in spoken)
    uneven = gini(seconds)
    told = {"came": len(spoken), "spoke": spoke, "silent": len(spoken) - spoke, "seconds": total}
    if uneven is None:
        return {**told, "gini": None, "top": None}
    return {**told, "gini": decimal(uneven), "top": percent(Fraction(max(seconds), total))}


def report(talk: Talk, came: Iterable[str], column: str, groups: Mapping[str, str]) -> dict[str, Any] | None:
    """What the minutes tell of a session's talk, as JSON; None where nobody had the floor.

    `groups` are the values of the column by member; of whom it says nothing is a group of its own.
    """
    members = sorted(came)
    if not talk.spoken:
        return None
    spoken = {member: talk.spoken.get(member, Spoken()) for member in members}
    whole: dict[str, Any] = {
        "speeches": sum(one.times for one in talk.spoken.values()),
        "table_seconds": sum(one.seconds for who, one in talk.spoken.items() if who.startswith(TABLE)),
        **spread(list(spoken.values())),
    }
    if whole["spoke"] < K:
        whole |= {"gini": None, "top": None}
    value_of = {member: groups.get(member) or UNSAID for member in members}
    return {**whole, "column": column, **_by_groups(spoken, value_of if column else {})}


def _by_groups(spoken: Mapping[str, Spoken], value_of: Mapping[str, str]) -> dict[str, Any]:
    """The groups that may be told of, and the names of the others."""
    table = {value: [0, 0] for value in sorted(set(value_of.values()))}
    time = dict.fromkeys(table, 0)
    for member, value in value_of.items():
        table[value][0 if spoken[member].times else 1] += 1
        time[value] += spoken[member].seconds
    if not table:
        return {"groups": [], "withheld": []}
    found = breakdown(("spoke", "silent"), table)
    whole = sum(time.values())
    hidden = withheld_together({value: spoke for value, (spoke, _) in table.items()})
    groups = [
        {
            "value": value,
            "members": spoke + silent,
            "spoke": spoke,
            "share": percent(Fraction(time[value], whole)) if whole and value not in hidden else None,
        }
        for value, (spoke, silent) in found.told.items()
    ]
    if sum(one["share"] is None for one in groups) + len(found.withheld) == 1:
        groups = [
            {**one, "share": None} for one in groups
        ]  # one withheld share alone is what the others leave of 100 %
    return {"groups": groups, "withheld": list(found.withheld)}


def lines(told: Mapping[str, Any] | None) -> list[str]:
    """The report in sentences, for the minutes; none where nobody spoke.

    >>> talk = Talk(spoken={"a": Spoken(60, 1)})
    >>> lines(report(talk, ["a", "b"], "", {}))
    ['Speeches: 1, 1 min 00 s by members. Spoke: 1 of 2 who came; silent: 1.']
    """
    if told is None:
        return []
    tables = f", {_time(told['table_seconds'])} by tables as a whole" if told["table_seconds"] else ""
    found = [
        f"Speeches: {told['speeches']}, {_time(told['seconds'])} by members{tables}."
        f" Spoke: {told['spoke']} of {told['came']} who came; silent: {told['silent']}."
    ]
    if told["gini"] is not None:
        found.append(
            f"Spread over all who came: Gini {told['gini']} (0 is even, 1 is one person alone);"
            f" whoever spoke longest had {told['top']} of the time."
        )
    if not told["column"]:
        return found
    if not told["groups"]:
        return [*found, f"By {told['column']}: withheld, since it would tell of too few people."]
    found += [f"- {told['column']} {one['value']}: {_group(one)}" for one in told["groups"]]
    if told["withheld"]:
        found.append(f"- withheld, as they are few: {', '.join(told['withheld'])}.")
    return found


def _group(one: Mapping[str, Any]) -> str:
    share = "share of the time withheld" if one["share"] is None else f"{one['share']} of the members' time"
    return f"{one['spoke']} of {one['members']} spoke, {share}."


def _time(seconds: int) -> str:
    return f"{seconds // 60} min {seconds % 60:02d} s"
