"""The answers that have members until they are cut: who answered a test how, who objected, who stands by a statement,
who wrote what may be taken back.

Each draft of each test has a sheet of its own. It keeps its members until the same draft has been tested again and the
movement is counted, or the loop of the draft has ended, or the session is closed; then it is cut, and nobody can tell
any more whose it was. Until then a member sees there what they said last time, and nobody else sees anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from facilitation.drafts.work import Draft, Work
from facilitation.rules.support import SCALE
from facilitation.work import Answers, Sheet

ANSWER, WHY, OBJECTS = "answer", "why", "objects"
OBJECTORS, STATEMENTS, WRITERS = "objectors", "statements", "writers"
YES: Final = "yes"


def sheet_of(test: str, draft: str) -> str:
    """The sheet of one draft in one test."""
    return f"{test}.{draft}"


def answers_in(sheet: Sheet) -> dict[str, str]:
    """Voice → answer."""
    return {voice: parts[ANSWER] for voice, parts in sheet.items() if parts.get(ANSWER) in SCALE}


def last_sheet(draft: Draft) -> str | None:
    """The sheet of the last test of this draft that is counted."""
    return sheet_of(draft.held[-1].test, draft.id) if draft.held else None


def all_sheets(work: Work) -> list[str]:
    """Every sheet that has or had members."""
    tests = [sheet_of(one.test, draft.id) for draft in work.drafts.values() for one in draft.tests]
    return [*tests, OBJECTORS, STATEMENTS, WRITERS]


def supporters(answers: Answers, statement: str) -> int:
    """How many stand by a minority statement."""
    return sum(parts.get(statement) == YES for parts in answers.of(STATEMENTS).values())


def voices(work: Work, answers: Answers) -> frozenset[str]:
    """Who has answered anything in the open test."""
    asked = (draft for draft in work.drafts.values() if draft.in_test)
    return frozenset(voice for draft in asked for voice in answers_in(answers.of(sheet_of(work.testing, draft.id))))


def answered(work: Work, answers: Answers) -> Mapping[str, int]:
    """How many have answered so far, of every draft in the open test."""
    drafts = (draft for draft in work.drafts.values() if draft.in_test)
    return {draft.id: len(answers_in(answers.of(sheet_of(work.testing, draft.id)))) for draft in drafts}
