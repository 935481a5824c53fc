"""Opinions: members agree, disagree or pass on statements, and see who thinks alike and what unites them (after Polis).

Nobody sees a count before the close, the facilitator included. After it, the picture is shown to whom the facilitator
decides; it never has a person in it (`facilitation.opinions.picture`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from facilitation.model import Phase
from facilitation.opinions import work as law
from facilitation.opinions.work import AT, LAST, REASONS, SHEET, WRITERS, OpinionsWork, Statement, terms_of
from facilitation.small_numbers import K
from facilitation.work import Audience, Seen, here_or_answered

KIND = "opinions"
LABEL = "Opinions"
PHASE = Phase.DISCUSSION
MINUTES = 20
ALONE = True
"""Members see nothing of the others' answers but the picture."""

ERASED = "(The words of this statement were erased.)"

terms = law.read_terms
state = OpinionsWork
decide = law.decide
apply = law.apply


def screen(work: OpinionsWork, seen: Seen, audience: Audience) -> dict[str, Any]:
    """Statements and turnout while they are answered; afterwards the picture, for whom it is shown to."""
    shows = {"facilitator": True, "hall": work.hall}.get(audience, work.members)
    whole = {
        "prompt": "Say what you think of each statement: agree, disagree or pass.",
        "open": not work.closed and seen.item.running,
        "closed": work.closed,
        "statements": len(work.shown),
        "picture": in_words(work.picture, seen.texts) if work.picture is not None and shows else None,
        "add": bool(terms_of(seen.item.terms)["add"]),
        "moderated": bool(terms_of(seen.item.terms)["moderated"]),
    }
    if audience == "member":
        return whole
    sheet = seen.answers.of(SHEET)
    people = work.people if work.closed else len(sheet)
    whole |= {
        "people": people,
        "of": max(people, here_or_answered(seen.state, seen.session, () if work.closed else sheet)),
    }
    if audience != "facilitator":
        return whole
    answered = Counter(part for parts in sheet.values() for part in parts)
    return whole | {
        "answers": work.answers if work.closed else sum(answered.values()),
        "finished": sum(all(text in parts for text in work.shown) for parts in sheet.values()),
        "straight": work.straight if work.closed and work.people >= K else None,
        "drawn": work.picture is not None,
        "members": work.members,
        "hall": work.hall,
        "reasons": {name: words for name, words in REASONS.items() if name},
        "list": [_statement(one, seen.texts, answered[one.text]) for one in work.statements.values()],
    }


def _statement(one: Statement, texts: Mapping[str, str], answered: int) -> dict[str, Any]:
    words = {"text": one.text, "words": texts.get(one.text, ERASED), "by": one.by}
    return {**words, "state": one.state, "why": REASONS[one.reason], "reason": one.reason, "answered": answered}


def own(work: OpinionsWork, seen: Seen, member: str) -> dict[str, Any]:
    """The statement before this member, what they have answered, and what became of statements they wrote."""
    if work.closed:
        return {}
    mine = seen.answers.of(SHEET).get(member, {})
    shown = work.shown
    text = law.next_for(work, seen.answers, (seen.item.work_id, member), {})
    place = seen.answers.of(AT).get(member, {})
    written = seen.answers.of(WRITERS).get(member, {})
    terms = terms_of(seen.item.terms)
    return {
        "next": text and {"text": text, "words": seen.texts.get(text, ERASED), "value": mine.get(text, "")},
        "before": last if (last := place.get(LAST)) in shown and last != text else None,
        "answered": sum(one in mine for one in shown),
        "of": len(shown),
        "mine": [
            {"text": one, "words": seen.texts.get(one, ERASED), "value": mine[one]} for one in shown if one in mine
        ],
        "written": [
            {"words": seen.texts.get(one.text, ERASED), "state": one.state, "why": REASONS[one.reason]}
            for one in work.statements.values()
            if one.text in written
        ],
        "left": max(0, terms["each"] - len(written)) if terms["add"] else 0,
    }


def minutes(work: OpinionsWork, seen: Seen) -> list[str]:
    """How many answered; and, once the picture has been shown to somebody, the groups, what unites them, the counts."""
    if not work.closed:
        return []
    shown = len(work.shown)
    count = f"{work.people} {'person' if work.people == 1 else 'people'} gave {work.answers} answers"
    lines = [f"{count} on {shown} {'statement' if shown == 1 else 'statements'}."]
    if work.picture is None or not (work.members or work.hall):
        return [*lines, "What came of them has not been shown."]
    found = in_words(work.picture, seen.texts)
    if found["why_no_groups"]:
        lines.append(f"No groups are told. {found['why_no_groups']}")
    for group in found["groups"]:
        lines += [f"## Group {group['name']}: {group['people']} people"]
        lines += [_typical(one) for one in group["typical"]]
    if found["uniting"]:
        lines += [f"## What {'all groups' if found['groups'] else 'most people'} agree with"]
        lines += [f"- {one['all'][0]} of {one['all'][1]} agree: “{one['words']}”" for one in found["uniting"]]
    if found["statements"]:
        of_whom = "" if found["base"] == "everyone" else f", of the {found['grouped']} people in groups"
        lines += [f"## All statements{of_whom}", *map(_all_said, found["statements"])]
    return lines


def _typical(one: Mapping[str, Any]) -> str:
    said, others = one["here"], one["others"]
    word = "agree" if one["agrees"] else "disagree"
    return f"- {said[0]} of {said[1]} {word} (of the others {others[0]} of {others[1]}): “{one['words']}”"


def _all_said(one: Mapping[str, Any]) -> str:
    if one["withheld"]:
        return f"- “{one['words']}”: fewer than 5 answered."
    counts = f"{one['agree']} agree, {one['disagree']} disagree, {one['pass']} pass, of {one['voted']}"
    return f"- “{one['words']}”: {counts}."


def in_words(picture: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The picture with the words of the statements in place."""

    def worded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "words": texts.get(row["statement"], ERASED)} for row in rows]

    return {
        **picture,
        "groups": [{**group, "typical": worded(group["typical"])} for group in picture["groups"]],
        "uniting": worded(picture["uniting"]),
        "majority": {side: worded(rows) for side, rows in picture["majority"].items()},
        "statements": worded(picture["statements"]),
    }
