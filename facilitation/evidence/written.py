"""What the minutes say of a piece of evidence: who spoke how long, what was asked and answered, what was handed out.

Once for all items of the session that go on with one another: the questions of one are answered in the next.
"""

from __future__ import annotations

from datetime import timedelta

from facilitation.evidence.bank import ALIVE, Question
from facilitation.evidence.telling import GONE, paper_row, title_of
from facilitation.evidence.work import Evidence
from facilitation.model import Item
from facilitation.times import in_text
from facilitation.work import Seen


def minutes(work: Evidence, seen: Seen) -> list[str]:
    """Lines for the minutes; a speaker is a public person and stands there by name, nobody else does."""
    items = [one for one in seen.session.agenda if one.work_id == seen.item.work_id]
    spoken = [line for item in items for line in _slots(work, item, seen)]
    return [*(["## Speakers", *spoken] if spoken else []), *_questions(work, items, seen), *_papers(work, items, seen)]


def _slots(work: Evidence, item: Item, seen: Seen) -> list[str]:
    plan, lines, heard = work.plan(item), [], set()
    for one in work.slots:
        speaker = plan.speaker(one.speaker)
        if one.part != item.id or speaker is None:
            continue
        heard.add(one.speaker)
        end = one.over_at(item)
        until = in_text(end)[11:16] if end else "now"
        took = ((end or seen.now) - one.started_at) // timedelta(seconds=1)
        subject = f", “{speaker.subject}”" if speaker.subject else ""
        spoke = f"{took // 60} min {took % 60} s, planned {speaker.minutes} min"
        lines.append(f"- {in_text(one.started_at)[11:16]}–{until}: {speaker.name}{subject} ({spoke})")
    missing = [one.name for number, one in enumerate(plan.speakers, start=1) if number not in heard]
    if missing and item.ended_at is not None:
        lines.append(f"- Planned and not heard: {', '.join(missing)}")
    return lines


def _questions(work: Evidence, items: list[Item], seen: Seen) -> list[str]:
    here = {item.id for item in items}
    roots = [one for one in work.bank.roots() if here & {one.part, one.marked_in} or one.mark in ALIVE]
    if not roots:
        return []
    asked = [one for root in roots for one in work.bank.wordings(root.text)]
    tables = len({one.table for one in asked})
    words = "1 question" if len(asked) == 1 else f"{len(asked)} questions"
    lines = ["## Questions", f"{words} from {'1 table' if tables == 1 else f'{tables} tables'}."]
    for root in sorted(roots, key=lambda one: one.seq):
        first, *others = work.bank.wordings(root.text)
        lines.append(f"- Table {first.table}: “{seen.texts.get(first.text, GONE)}” {_became(root, here, seen)}")
        lines += [f"- Table {one.table} asked the same: “{seen.texts.get(one.text, GONE)}”" for one in others]
    return lines


def _became(root: Question, here: set[str], seen: Seen) -> str:
    """What became of it, in the words of the minutes, with its voices."""
    note = seen.texts.get(root.note, "") if root.note else ""
    where = "" if root.marked_in in ("", *here) else f", in “{title_of(seen, root.marked_in)}”"
    said = {
        "waiting": "Not answered yet",
        "now": "Was being answered",
        "answered": f"Answered{f' by {note}' if note else ''}{where}",
        "owed": f"To be answered by the next session{f': {note}' if note else ''}",
        "dropped": f"Not put to the speakers{f': {note}' if note else ''}",
    }[root.mark]
    voices = f" {root.votes} for it." if root.votes else ""
    return f"– {said}.{voices}"


def _papers(work: Evidence, items: list[Item], seen: Seen) -> list[str]:
    here = {item.id for item in items}
    mine = [paper_row(one, seen.texts) for one in work.papers.values() if one.part in here]
    return ["## Papers", *(f"- {one['title']} ({one['kind']}, {one['size']})" for one in mine)] if mine else []
