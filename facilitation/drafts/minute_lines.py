"""The drafts in the minutes: every recommendation with its tests, objections and statements, and nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facilitation.drafts.loop import State
from facilitation.drafts.showing import attached, full
from facilitation.drafts.wording import LABELS
from facilitation.drafts.work import Draft, Work
from facilitation.rules.support import SCALE
from facilitation.work import Seen


def minutes(work: Work, seen: Seen) -> list[str]:
    """The lines for the minutes; empty while there is no draft."""
    lines: list[str] = []
    for draft in work.drafts.values():
        lines += _draft(work, seen, draft)
    whole = attached(work, seen, "")
    if whole:
        lines += ["## Minority statements on the whole", *_statements(whole)]
    return lines


def _draft(work: Work, seen: Seen, draft: Draft) -> list[str]:
    told = full(work, seen, draft)
    lines = [f"## Draft {told['number']}: {told['wording']['title']}"]
    if draft.state is State.WITHDRAWN:
        return [*lines, f"Withdrawn: {told['why']}"]
    for name, text in told["wording"].items():
        if text and name != "title":
            lines.append(f"{LABELS[name]}: {text}")
    lines.append(f"Version {told['version']}, fingerprint {told['fingerprint']}.")
    lines += [f"- {test_line(number, test)}" for number, test in enumerate(told["tests"], start=1)]
    lines.append(f"{told['state_words']}{': ' + told['why'] if told['why'] else ''}.".replace("..", "."))
    for one in told["objected"]:
        lines.append(f"- Objection, {objection_words(one)}: {one['text']}")
    return [*lines, *_statements(told["attached"])]


def test_line(number: int, test: Mapping[str, Any]) -> str:
    """One test in a sentence, every share with its base.

    >>> test_line(2, {"version": 3, "answered": 3, "present": 40, "counts": None})
    'Test 2, of version 3: 3 of 40 members present answered, too few to tell how.'
    """
    head = (
        f"Test {number}, of version {test['version']}: {test['answered']} of {test['present']} members present answered"
    )
    if test["counts"] is None:
        return f"{head}, too few to tell how."
    counts = ", ".join(f"{answer} {test['counts'][answer]}" for answer in SCALE)
    verdict = {True: "reached", False: "not reached", None: "not decided, as too few answered"}[test["reached"]]
    line = (
        f"{head} ({counts}). {test['comfortable']} of {test['answered']} can live with it, {test['share']};"
        f" needed: {test['line']}: {verdict}."
    )
    return f"{line} {moved_words(test['moved'])}".strip()


def moved_words(moved: Mapping[str, int] | None) -> str:
    """The movement in a sentence; nothing where it is not told.

    >>> moved_words({"up": 9, "down": 1, "stayed": 30, "new": 0, "gone": 0})
    'Since the test before: 9 moved up, 1 moved down, 30 stayed.'
    """
    if moved is None:
        return ""
    once = f", {moved['new']} answered for the first time, {moved['gone']} did not answer again"
    same = f"Since the test before: {moved['up']} moved up, {moved['down']} moved down, {moved['stayed']} stayed"
    return f"{same}{once if moved['new'] or moved['gone'] else ''}."


def objection_words(one: Mapping[str, Any]) -> str:
    """What became of an objection."""
    if one["open"]:
        return f"raised on version {one['on']}, open"
    agreed = ", and whoever objected agrees" if one["confirmed"] else ""
    return f"raised on version {one['on']}, met by version {one['met']} as the {one['by']} says{agreed}"


def _statements(found: list[dict[str, Any]]) -> list[str]:
    """Each statement in quotation marks, with every line as it was typed."""
    lines = []
    for one in found:
        stand = f"{one['supporters']} {'member stands' if one['supporters'] == 1 else 'members stand'} by it"
        lines += [f"- Minority statement ({stand}), to the letter:", f"“{one['text']}”"]
    return lines
