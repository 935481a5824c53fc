"""What people see of drafts: the same counts for all, names for nobody, and to each member their own answers alone.

Screens that go to everyone are small: titles, states and counts. The words themselves travel in the answers that one
member asked for, and on the pages of a draft.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from facilitation.drafts.deciding import SEATS
from facilitation.drafts.differences import Line as ChangedLine
from facilitation.drafts.differences import differences
from facilitation.drafts.loop import State, read_line
from facilitation.drafts.naming import groups_without_a_theme
from facilitation.drafts.sheets import (
    ANSWER,
    OBJECTORS,
    OBJECTS,
    STATEMENTS,
    WHY,
    YES,
    answered,
    sheet_of,
    supporters,
    voices,
)
from facilitation.drafts.testing import in_test, to_test
from facilitation.drafts.wording import LABELS, Wording, taken_up, wording_of
from facilitation.drafts.work import Draft, Fate, Objection, Tested, Work
from facilitation.rules.definition import share_words
from facilitation.rules.result import Share
from facilitation.times import in_text
from facilitation.told import told
from facilitation.work import Audience, Seen, here_or_answered

ERASED: Final = "(these words were erased)"

STATES: Final = {
    State.NOT_TESTED: told("Not tested yet"),
    State.IN_TEST: told("Being tested now"),
    State.REACHED: told("Enough can live with it"),
    State.TO_REWRITE: told("To be rewritten"),
    State.TEST_AGAIN: told("Rewritten: to be tested again"),
    State.TOO_FEW: told("Too few answered"),
    State.STOPPED: told("Stopped by the facilitator"),
    State.WITHDRAWN: told("Withdrawn"),
}

PROMPTS: Final = {
    "write": told("Choose a theme. Write one recommendation at a time, together."),
    "test": told("Read each draft. Say how well you can live with it, and why."),
    "redraft": told("Read why people could not live with a draft. Rewrite it so that more can."),
    "read": told("We read the drafts together. Propose what should be different."),
}
STEPS: Final = tuple(PROMPTS)


def screen(work: Work, seen: Seen, audience: Audience) -> dict[str, Any]:
    """The drafts as an audience sees them."""
    step, seats = str(seen.item.terms.get("step", STEPS[0])), int(seen.item.terms.get("seats", SEATS))
    whole: dict[str, Any] = {
        "prompt": PROMPTS[step],
        "step": step,
        "line": read_line(seen.item.terms).words,
        "seats": seats,
        "themes": [_theme(work, seen, theme, seats) for theme in work.themes],
        "drafts": [row(work, seen, draft) for draft in work.drafts.values()],
        "testing": _testing(work, seen, audience),
        "stage": work.stage if work.stage in work.drafts and not work.drafts[work.stage].withdrawn else "",
        "statements": [_statement(work, seen, one) for one, made in work.statements.items() if not made.taken_back],
        "rounds": [{"round": one, "drafts": [cited.draft for cited in of.values()]} for one, of in work.rounds.items()],
    }
    if audience == "facilitator":
        whole |= _for_the_facilitator(work, seen)
    if audience in ("facilitator", "host"):
        whole["groups"] = {
            theme: [seen.names.get(one, "") for one in work.group(theme) if one in seen.state.seated]
            for theme in work.themes
        }
    if audience == "hall" and whole["stage"]:
        whole["staged"] = wording(seen, work.drafts[work.stage].now.text).as_json()
    return whole


def own(work: Work, seen: Seen, member: str) -> dict[str, Any]:
    """What one member sees beyond that: their group's drafts, the open test with their answers, their objections."""
    theme = work.groups.get(member, "")
    mine = [draft for draft in work.of_theme(theme) if not draft.withdrawn] if theme else []
    objected = seen.answers.of(OBJECTORS).get(member, {})
    stands = seen.answers.of(STATEMENTS).get(member, {})
    return {
        "theme": theme,
        "drafts": [full(work, seen, draft) for draft in mine],
        "test": [_asked(work, seen, draft, member) for draft in in_test(work)],
        "objections": [_objection(work, seen, work.objections[one]) for one in objected if one in work.objections],
        "statements": [statement for statement, value in stands.items() if value == YES],
    }


def row(work: Work, seen: Seen, draft: Draft) -> dict[str, Any]:
    """A draft in a list: its title, where it is in its loop, its tests."""
    tests = [test_json(one) for one in draft.held]
    objections = [one for one in work.objections.values() if one.draft == draft.id]
    statements = [one for one in work.statements.values() if one.draft == draft.id and not one.taken_back]
    theme = work.themes.get(draft.theme)
    return {
        "id": draft.id,
        "number": work.number(draft.id),
        "theme": draft.theme,
        "theme_name": "" if theme is None else seen.texts.get(theme.text, ERASED),
        "title": wording(seen, draft.now.text).title,
        "version": draft.now.number,
        "fingerprint": draft.now.fingerprint,
        "state": draft.state.value,
        "state_words": STATES[draft.state],
        "why": seen.texts.get(draft.withdrawn or draft.stopped, ""),
        "tests": tests,
        "last": tests[-1] if tests else None,
        "before": tests[-2] if len(tests) > 1 else None,
        "amendments": sum(one.fate is Fate.OPEN for one in draft.amendments),
        "objections": {"open": sum(one.open for one in objections), "met": sum(not one.open for one in objections)},
        "statements": len(statements),
    }


def full(work: Work, seen: Seen, draft: Draft) -> dict[str, Any]:
    """A draft with its words: for its group, and for the page of the draft."""
    of_it = [one for one in work.objections.values() if one.draft == draft.id]
    amendments = [amendment_json(seen, draft, one.id) for one in draft.amendments]
    return {
        **row(work, seen, draft),
        "wording": wording(seen, draft.now.text).as_json(),
        "proposed": [one for one in amendments if one["fate"] == Fate.OPEN.value],
        "decided": [one for one in amendments if one["fate"] != Fate.OPEN.value],
        "reasons": reasons(seen, draft),
        "objected": [_objection(work, seen, one) for one in of_it],
        "attached": attached(work, seen, draft.id),
        "sources": list(draft.sources),
    }


def wording(seen: Seen, text: str) -> Wording:
    """The words of a version; a text that was erased says so."""
    return wording_of(seen.texts.get(text)) or Wording(title=ERASED)


def test_json(one: Tested) -> dict[str, Any]:
    """A counted test: the five counts and the share beside its base, the movement, whether the line was reached."""
    share = None if one.comfortable is None else Share(one.comfortable, one.answered, "cast")
    return {
        "test": one.test,
        "version": one.version,
        "closed_at": None if one.closed_at is None else in_text(one.closed_at),
        "present": one.present,
        "answered": one.answered,
        "counts": one.counts,
        "comfortable": one.comfortable,
        "share": None if share is None else share.text_beside(one.line.share),
        "exact": None if share is None else share.exact,
        "line": one.line.words,
        "needed": share_words(one.line.share),
        "line_at": int(1000 * one.line.share),
        "reached": one.reached,
        "moved": None if one.moved is None else asdict(one.moved),
    }


def reasons(seen: Seen, draft: Draft) -> list[dict[str, Any]]:
    """Why people answered as they did in the last test, without names, in the order of chance of its close."""
    if not draft.held:
        return []
    found = [(one, seen.texts.get(one.text)) for one in draft.held[-1].reasons]
    return [{"answer": one.answer, "text": text, "objection": one.objection} for one, text in found if text]


def amendment_json(seen: Seen, draft: Draft, amendment: str) -> dict[str, Any]:
    """An amendment: what it changes in the version on which it was written, and what it would change in the present."""
    one = draft.amendment(amendment)
    old, new, now = (wording(seen, text) for text in (draft.version(one.on).text, one.id, draft.now.text))
    here = one.id in seen.texts
    return {
        "id": one.id,
        "on": one.on,
        "fate": one.fate.value,
        "late": one.late,
        "version": one.version,
        "at": in_text(one.at),
        "reason": reason_of(seen.texts.get(one.id)),
        "why": seen.texts.get(one.why, "") if one.why else "",
        "changes": changes(old, new) if here else [],
        "stale": one.on != draft.now.number,
        "would": changes(now, taken_up(old, now, new)) if here and one.fate is Fate.OPEN else [],
    }


def changes(old: Wording, new: Wording) -> list[dict[str, Any]]:
    """The fields that differ, each with the lines that stayed, went and came."""
    before, after = old.as_json(), new.as_json()
    return [
        {
            "field": name,
            "label": LABELS[name],
            "lines": [_line(line) for line in differences(before[name], after[name])],
        }
        for name in old.changed(new)
    ]


def history(work: Work, seen: Seen, draft: Draft) -> list[dict[str, Any]]:
    """Every version, the newest first, with what it changed."""
    found = []
    before = Wording()
    for version in draft.versions:
        now = wording(seen, version.text)
        found.append(
            {
                "number": version.number,
                "at": in_text(version.at),
                "fingerprint": version.fingerprint,
                "amendment": version.amendment,
                "wording": now.as_json(),
                "changes": changes(before, now) if version.number > 1 else [],
                "tests": [test_json(one) for one in draft.held if one.version == version.number],
            }
        )
        before = now
    return found[::-1]


def reason_of(body: str | None) -> str:
    """The reason that was written beside an amendment."""
    return "" if body is None else str(json.loads(body).get("reason", ""))


def _lines(before: str, after: str) -> list[dict[str, Any]]:
    """The lines of a field; what was or is empty has none."""
    unseen = {"gone"} if not before else {"new"} if not after else set()
    return [_line(line) for line in differences(before, after) if line.kind not in unseen]


def _line(line: ChangedLine) -> dict[str, Any]:
    return {"kind": line.kind, "parts": [{"text": part.text, "marked": part.marked} for part in line.parts]}


def _theme(work: Work, seen: Seen, theme: str, seats: int) -> dict[str, Any]:
    taken = sum(member in seen.state.seated for member in work.group(theme))
    return {
        "id": theme,
        "name": seen.texts.get(work.themes[theme].text, ERASED),
        "members": taken,
        "left": max(0, seats - taken),
        "drafts": len(work.of_theme(theme)),
        "sources": list(work.themes[theme].sources),
    }


def _testing(work: Work, seen: Seen, audience: Audience) -> dict[str, Any] | None:
    if not work.testing:
        return None
    asked = [draft.id for draft in in_test(work)]
    whole: dict[str, Any] = {"test": work.testing, "drafts": asked}
    if audience != "member":
        of = here_or_answered(seen.state, seen.session, voices(work, seen.answers))
        whole |= {"answered": dict(answered(work, seen.answers)), "of": of}
    return whole


def _asked(work: Work, seen: Seen, draft: Draft, member: str) -> dict[str, Any]:
    """One draft of the open test as this member sees it, with their own answers of now and of last time."""
    now = seen.answers.of(sheet_of(work.testing, draft.id)).get(member, {})
    held = draft.held
    last = seen.answers.of(sheet_of(held[-1].test, draft.id)).get(member, {}) if held else {}
    return {
        "id": draft.id,
        "number": work.number(draft.id),
        "version": draft.now.number,
        "wording": wording(seen, draft.now.text).as_json(),
        "changes": _since_the_last_test(seen, draft),
        "answer": now.get(ANSWER, ""),
        "why": now.get(WHY, ""),
        "objects": now.get(OBJECTS, "") == YES,
        "before": last.get(ANSWER, ""),
    }


def _since_the_last_test(seen: Seen, draft: Draft) -> list[dict[str, Any]]:
    if not draft.held or draft.held[-1].version == draft.now.number:
        return []
    tested = draft.version(draft.held[-1].version)
    return changes(wording(seen, tested.text), wording(seen, draft.now.text))


def _objection(work: Work, seen: Seen, one: Objection) -> dict[str, Any]:
    return {
        "id": one.id,
        "draft": one.draft,
        "number": work.number(one.draft),
        "text": seen.texts.get(one.text, ERASED),
        "on": one.raised_on,
        "open": one.open,
        "met": one.met,
        "by": one.by,
        "confirmed": one.confirmed,
    }


def _statement(work: Work, seen: Seen, statement: str) -> dict[str, Any]:
    made = work.statements[statement]
    text = seen.texts.get(statement, ERASED)
    number = work.number(made.draft) if made.draft in work.drafts else None
    return {
        "id": statement,
        "draft": made.draft,
        "number": number,
        "length": len(text),
        "begins": text[:300],
        "supporters": supporters(seen.answers, statement),
    }


def attached(work: Work, seen: Seen, draft: str) -> list[dict[str, Any]]:
    """The minority statements on a draft to the letter; those on the whole where no draft is named."""
    found = [one for one in work.statements.values() if one.draft == draft and not one.taken_back]
    return [{**_statement(work, seen, one.id), "text": seen.texts.get(one.id, ERASED)} for one in found]


def _for_the_facilitator(work: Work, seen: Seen) -> dict[str, Any]:
    waiting = [work.number(draft.id) for draft in to_test(work)]
    free = [one for one in seen.session.present if one in seen.state.seated and one not in work.groups]
    taken = frozenset(source for theme in work.themes.values() for source in theme.sources)
    groups = groups_without_a_theme(seen, taken)
    return {
        "to_test": waiting,
        "idea_groups": groups,
        "without_theme": len(free),
        "next": _next(work, waiting, len(free)),
    }


def _next(work: Work, waiting: list[int], free: int) -> str:
    """What the facilitator does next, in a sentence."""
    if work.testing:
        return "Close the test when everyone has had the time to answer."
    if not work.themes:
        return "Make the themes that people can work on."
    if not work.drafts:
        return f"{free} of those here have no theme yet." if free else "The groups are writing."
    if open_ones := sum(one.fate is Fate.OPEN for draft in work.drafts.values() for one in draft.amendments):
        return f"{open_ones} amendments wait for an answer." if open_ones > 1 else "An amendment waits for an answer."
    if waiting:
        return "Test the drafts that wait for it."
    states = {draft.state for draft in work.drafts.values()}
    return "Every draft has been through its loop." if not states & {State.TO_REWRITE} else "The groups rewrite."
