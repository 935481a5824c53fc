"""What people see of a discussion at the tables.

Members see the notes of their own table, and of all tables together what the hall has been shown; counts of tables,
never which. A host sees their table. The facilitator sees every table: how much it wrote, how far its go-round is and
how many are silent, in numbers; who spoke is told to the host beside them and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from facilitation.notes import terms
from facilitation.notes.go_round import Standing, Table, standing
from facilitation.notes.merging import Group, groups
from facilitation.notes.note import LONGEST, Note
from facilitation.notes.work import Work, headings, numbers, table_of, takes_notes
from facilitation.times import in_text
from facilitation.told import told
from facilitation.work import Audience, Seen

QUIET: Final = timedelta(minutes=5)
"""A table at which nobody has begun to speak and nothing was written for so long is marked."""
ROWS: Final = 40
NOTES: Final = 10
"""Rows of a heading, and notes of a group, that go to every tablet; the minutes have all."""
PROMPT: Final = told("Talk at your table. Everyone speaks once before anyone speaks twice.")
WORDS_OF_STEPS: Final = {True: "put notes together", False: "took notes apart"}


def screen(work: Work, seen: Seen, audience: Audience) -> dict[str, Any]:
    """The public part."""
    rules, found = terms.of(seen.item.terms), headings(work, seen.item)
    whole: dict[str, Any] = {
        "prompt": PROMPT,
        "headings": list(found),
        "go_round": rules.go_round,
        "seconds": rules.seconds,
        "members_write": rules.members,
        "takes_notes": takes_notes(seen.item, seen.now),
        "longest": LONGEST,
        "shown": work.shown,
        "merged": [_shortened(merged(work, seen, heading)) for heading in found if heading in work.told],
        "tables_writing": len({one.table for one in work.standing}),
        "tables_here": sum(bool(table_of(seen.state, seen.session, one).here) for one in numbers(seen.state)),
    }
    return {**whole, **_for_the_facilitator(work, seen)} if audience == "facilitator" else whole


def merged(work: Work, seen: Seen, heading: str) -> dict[str, Any]:
    """The notes of all tables under one heading: groups and single notes, those of most tables first."""
    known = {one.id: one for one in work.standing if one.heading == heading and one.text in seen.texts}
    bundles = [(one, [known[note] for note in one.notes if note in known]) for one in _groups(work, heading)]
    grouped = {note.id for _, notes in bundles for note in notes}
    rows = [_bundle(seen, notes, seen.texts.get(group.text, ""), group.id) for group, notes in bundles if notes] + [
        _bundle(seen, [one], "", "") for one in known.values() if one.id not in grouped
    ]
    rows.sort(key=lambda row: (-row["tables"], row["first"]))
    return {"heading": heading, "rows": rows, "notes": len(known), "tables": len({one.table for one in known.values()})}


def _shortened(whole: dict[str, Any]) -> dict[str, Any]:
    """What goes to all tablets and the hall: so many rows, so many notes of a group; `more` says what is left out."""
    rows = [
        {**row, "notes": row["notes"][:NOTES], "more": max(0, len(row["notes"]) - NOTES)}
        for row in whole["rows"][:ROWS]
    ]
    return {**whole, "rows": rows, "more": max(0, len(whole["rows"]) - ROWS)}


def _bundle(seen: Seen, notes: list[Note], name: str, group: str) -> dict[str, Any]:
    return {
        "name": name,
        "group": group,
        "notes": [seen.texts[one.text] for one in notes],
        "tables": len({one.table for one in notes}),
        "first": min(one.seq for one in notes),
    }


def _groups(work: Work, heading: str) -> list[Group]:
    return [one for one in groups(work.steps).values() if one.heading == heading]


# ------------------------------------------------------------------------------------------------------- one table


def own(work: Work, seen: Seen, member: str) -> dict[str, Any]:
    """What a member sees of their own table: its notes, whether they may write, and their own turn."""
    if member not in seen.state.seated:
        return {}
    number = seen.state.members[member].table
    rules = terms.of(seen.item.terms)
    place = standing(work.taps).place(member, number) if rules.go_round and seen.item.running else None
    return {
        "table": number,
        "notes": notes_of(work, seen, number),
        "may_write": rules.members and takes_notes(seen.item, seen.now),
        "turn": place,
    }


def at_table(work: Work, seen: Seen, number: int) -> dict[str, Any]:
    """What the host of a table sees of it."""
    rules = terms.of(seen.item.terms)
    round_here = rules.go_round and seen.item.running
    return {
        "table": number,
        "notes": notes_of(work, seen, number),
        "withdrawn": [
            {"id": one.id, "text": seen.texts[one.text]}
            for one in work.notes.values()
            if one.withdrawn and one.table == number and one.text in seen.texts
        ],
        "may_write": takes_notes(seen.item, seen.now),
        "round": _round(standing(work.taps), table_of(seen.state, seen.session, number), seen) if round_here else None,
    }


def notes_of(work: Work, seen: Seen, number: int) -> list[dict[str, Any]]:
    """The notes of a table under every heading, the headings without notes too."""
    return [
        {
            "heading": heading,
            "notes": [
                {"id": one.id, "version": one.text, "text": seen.texts[one.text], "beside": bool(one.beside)}
                for one in _in_order(work.standing)
                if one.table == number and one.heading == heading and one.text in seen.texts
            ],
        }
        for heading in headings(work, seen.item)
    ]


def _in_order(notes: Iterable[Note]) -> list[Note]:
    """As they were written, and a note that stands beside another one right after it."""
    known = {one.id: one for one in notes}

    def place(one: Note) -> tuple[int, ...]:
        before = known.get(one.beside)
        return (*place(before), one.seq) if before is not None else (one.seq,)

    return sorted(known.values(), key=place)


def _round(now: Standing, table: Table, seen: Seen) -> dict[str, Any]:
    turn, last = now.speaking.get(table.number), now.last.get(table.number)
    seconds = timedelta(seconds=terms.of(seen.item.terms).seconds)
    beats = [
        {"member": one.member, "name": seen.names.get(one.member, ""), "place": one.place, "here": one.here}
        for one in now.pulse(table)
    ]
    speaking = None
    if turn is not None and turn.member in (*table.here, *table.away):
        times = {"since": in_text(turn.since), "ends_at": in_text(turn.since + seconds)}
        speaking = {"member": turn.member, "name": seen.names.get(turn.member, ""), **times}
    waiting = len(now.waiting(table))
    return {
        "number": now.round_of(table.number),
        "speaking": speaking,
        "people": beats,
        "waiting": waiting,
        "over": bool(table.here) and not waiting,
        "undo": None if last is None else {"tap": last.seq, "deed": last.deed, "name": seen.names.get(last.member, "")},
    }


# ------------------------------------------------------------------------------------------------- the facilitator


def _for_the_facilitator(work: Work, seen: Seen) -> dict[str, Any]:
    now = standing(work.taps)
    in_group = {note: one.id for one in groups(work.steps).values() for note in one.notes}
    notes = [
        {"id": one.id, "table": one.table, "heading": one.heading, "text": seen.texts[one.text]}
        | {"group": in_group.get(one.id, "")}
        for one in work.standing
        if one.text in seen.texts
    ]
    step = work.steps[-1] if work.steps else None
    undo = None if step is None else {"step": step.seq, "what": WORDS_OF_STEPS[bool(step.group)]}
    everything = [merged(work, seen, heading) for heading in headings(work, seen.item)]
    tables = [_table(work, now, seen, number) for number in numbers(seen.state)]
    return {"tables": tables, "notes": notes, "groups": everything, "undo": undo}


def _table(work: Work, now: Standing, seen: Seen, number: int) -> dict[str, Any]:
    table = table_of(seen.state, seen.session, number)
    places = [now.place(one, number) for one in table.here]
    own_notes = [one for one in work.standing if one.table == number]
    quiet = _quiet_minutes(work, now, seen, table)
    return {
        "table": number,
        "seats": len(table.here) + len(table.away),
        "here": len(table.here),
        "notes": len(own_notes),
        "by_heading": [sum(one.heading == heading for one in own_notes) for heading in headings(work, seen.item)],
        "round": now.round_of(number),
        "had": sum(one in ("speaking", "spoken") for one in places),
        "passed": places.count("passed"),
        "waiting": places.count("waiting"),
        "silent": sum(now.spoken.get(one, 0) == 0 for one in table.here),
        "talking": number in now.speaking,
        "quiet_minutes": quiet,
    }


def _quiet_minutes(work: Work, now: Standing, seen: Seen, table: Table) -> int | None:
    """For how long nothing has come from a table where somebody sits; None while it is not long."""
    last, started = now.last.get(table.number), seen.item.started_at
    if not table.here or not seen.item.running or started is None:
        return None
    heard: list[datetime] = [started, work.written.get(table.number, started), started if last is None else last.at]
    quiet = seen.now - max(heard)
    return quiet // timedelta(minutes=1) if quiet >= QUIET else None


# ------------------------------------------------------------------------------------------------------- the minutes


def minutes(work: Work, seen: Seen) -> list[str]:
    """What was written down, all tables together: headings, groups, single notes; no names and no tables' numbers."""
    if not work.standing:
        return []
    writing = len({one.table for one in work.standing})
    lines = [f"Notes of {writing} {'table' if writing == 1 else 'tables'}."]
    for heading in headings(work, seen.item):
        rows = merged(work, seen, heading)["rows"]
        if rows:
            lines += [f"## {heading}", *map(_line, rows)]
    return lines


def _line(row: dict[str, Any]) -> str:
    notes = "; ".join(" ".join(one.split()).rstrip(".;") for one in row["notes"])
    tables = f"{row['tables']} tables" if row["tables"] != 1 else "1 table"
    return f"- {row['name']} ({tables}): {notes}" if row["name"] else f"- {notes}"
