"""What screens say of a piece of evidence. All see the same questions; a member's own table is private."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from facilitation.evidence.bank import Question
from facilitation.evidence.files import FORMS, size_words
from facilitation.evidence.plan import lines_of, plan_of
from facilitation.evidence.slots import next_speaker, speaking, spoken
from facilitation.evidence.work import Evidence, Paper
from facilitation.model import Assembly
from facilitation.times import in_text
from facilitation.work import Audience, Seen

SHEET: Final = "support"
"""Under which name the voices for questions are kept: voice → question → yes."""
TOP_IN_THE_HALL: Final = 3
GONE: Final = "(This wording is not kept any more.)"


def screen(work: Evidence, seen: Seen, audience: Audience) -> dict[str, Any]:
    """The public picture; the hall sees the first few questions only."""
    plan = work.plan(seen.item)
    questions = _questions(work, seen)
    tables = sorted({one.table for one in seen.state.seated.values()}) if audience == "host" else []
    if audience == "hall":
        questions = {**questions, "waiting": questions["waiting"][:TOP_IN_THE_HALL]}
    return {
        "lines": lines_of(plan) if audience == "facilitator" else "",
        "speakers": [_speaker(work, seen, number) for number in range(1, len(plan.speakers) + 1)],
        "slot": _slot(work, seen),
        "next_speaker": next_speaker(work.slots, seen.item, plan),
        "questions": questions,
        "tables": {str(table): of_table(work, seen, table) for table in tables},
        "papers": [paper_row(one, seen.texts) for one in work.papers.values()],
    }


def own(work: Evidence, seen: Seen, member: str) -> dict[str, Any]:
    """What this member's table has asked, how much is left to it, and what this member is for."""
    table = seen.state.members[member].table
    return {**of_table(work, seen, table), "supported": sorted(supported_by(work, seen, member))}


def of_table(work: Evidence, seen: Seen, table: int) -> dict[str, Any]:
    """A table's questions of this item, with what of them can still be withdrawn."""
    each = work.bank.each(seen.item.id, plan_of(seen.item.terms).questions)
    mine = work.bank.of_table(table, seen.item.id)
    rows = []
    for one in mine:
        root = work.bank.root(one.text)
        loose = root.mark in ("waiting", "owed")
        rows.append({**_wording(one, seen), "mark": root.mark, "together": _together(work, one), "loose": loose})
    return {"table": table, "each": each, "used": len(mine), "left": max(0, each - len(mine)), "mine": rows}


def supported_by(work: Evidence, seen: Seen, voice: str) -> set[str]:
    """The questions that this voice is for, each by the one that stands for it."""
    said = seen.answers.of(SHEET).get(voice, {})
    return {work.bank.root(text).text for text, value in said.items() if value and text in work.bank.questions}


# ------------------------------------------------------------------------------------------------------------ speakers


def _speaker(work: Evidence, seen: Seen, number: int) -> dict[str, Any]:
    one = work.plan(seen.item).speakers[number - 1]
    now = speaking(work.slots, seen.item)
    seconds = spoken(work.slots, seen.item, number, seen.now)
    state = "coming" if seconds is None else "now" if now is not None and now.speaker == number else "done"
    plan = {"number": number, "name": one.name, "subject": one.subject, "minutes": one.minutes}
    return {**plan, "state": state, "seconds": seconds if state == "done" else None}


def _slot(work: Evidence, seen: Seen) -> dict[str, Any] | None:
    slot = speaking(work.slots, seen.item)
    if slot is None:
        return None
    one = work.plan(seen.item).speaker(slot.speaker)
    left = (slot.ends_at - seen.now) // timedelta(seconds=1)
    times = {"started_at": in_text(slot.started_at), "ends_at": in_text(slot.ends_at), "seconds_left": left}
    name, subject = (one.name, one.subject) if one is not None else ("", "")
    return {"number": slot.speaker, "name": name, "subject": subject, **times}


# ----------------------------------------------------------------------------------------------------------- questions


def _questions(work: Evidence, seen: Seen) -> dict[str, Any]:
    """All questions by what became of them; `carried` are those that an earlier item left to this one."""
    each = work.bank.each(seen.item.id, plan_of(seen.item.terms).questions)
    rows = [(root, _question(work, root, seen)) for root in work.bank.roots()]

    def those(keep: Callable[[Question], bool]) -> list[dict[str, Any]]:
        return [row for root, row in rows if keep(root)]

    def carried(root: Question) -> bool:
        return root.mark == "owed" and root.marked_in != seen.item.id

    now = work.bank.now
    return {
        "each": each,
        "open": each > 0 and seen.item.started_at is not None,
        "now": None if now is None else _question(work, now, seen),
        "carried": those(carried),
        "waiting": those(lambda root: root.mark == "waiting"),
        "owed": those(lambda root: root.mark == "owed" and not carried(root)),
        "answered": those(lambda root: root.mark == "answered"),
        "dropped": those(lambda root: root.mark == "dropped"),
        "in_all": len(rows),
    }


def _question(work: Evidence, root: Question, seen: Seen) -> dict[str, Any]:
    """A question as it stands for itself: its first wording that is left, and the others under it."""
    first, *others = work.bank.wordings(root.text)
    return {
        **_wording(first, seen),
        "id": root.text,
        "votes": root.votes,
        "mark": root.mark,
        "note": seen.texts.get(root.note, "") if root.note else "",
        "from": title_of(seen, root.part) if root.part != seen.item.id else "",
        "others": [{**_wording(one, seen), "direct": bool(one.under)} for one in others],
        "tables": sorted({one.table for one in (first, *others)}),
    }


def _wording(one: Question, seen: Seen) -> dict[str, Any]:
    return {"id": one.text, "words": seen.texts.get(one.text, GONE), "table": one.table}


def _together(work: Evidence, one: Question) -> bool:
    return len(work.bank.wordings(work.bank.root(one.text).text)) > 1


def title_of(seen: Seen, part: str) -> str:
    """What the agenda calls this item; of another session with the session's name."""
    session, item = seen.state.item_called(part)
    return item.title if session.id == seen.session.id else f"{item.title}, {session.name}"


# -------------------------------------------------------------------------------------------------------------- papers


def papers_in_all(state: Assembly) -> int:
    """How many papers members can open."""
    return sum(len(work.papers) for work in state.work.values() if isinstance(work, Evidence))


def by_item(state: Assembly, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """All papers of the assembly by the agenda item to which they were attached, in the order of the agendas."""
    found = []
    works = [work for work in state.work.values() if isinstance(work, Evidence)]
    for session in state.sessions.values():
        for item in session.agenda:
            mine = [one for work in works for one in work.papers.values() if one.part == item.id]
            if mine:
                papers = [paper_row(one, texts) for one in sorted(mine, key=lambda one: one.seq)]
                found.append({"session": session.name, "item": item.title, "papers": papers})
    return found


def paper_row(one: Paper, texts: Mapping[str, str]) -> dict[str, Any]:
    """A paper as a list shows it."""
    title, form = texts.get(one.text, "Paper"), FORMS[one.form]
    return {"id": one.text, "title": title, "kind": form.word, "size": size_words(one.size), "shown": form.shown}
