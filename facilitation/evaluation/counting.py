"""What a questionnaire came to: for every question how many chose each option, how many skipped it, and of how many.

Aggregate only. Nothing is told of a question that fewer than k people answered (k = 5, `small_numbers`), neither its
counts nor how many that were: whoever knows how many filled in the questionnaire would know it from those who skipped.
Nothing at all is told where fewer than k people answered anything. There is no breakdown, by table or by anything else.

An answer counts with the option, and an open question that somebody did not answer counts as skipped, said or not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

from facilitation.evaluation.questions import Question, Questionnaire
from facilitation.harmless import harmless
from facilitation.small_numbers import K

COMMENT: Final = "+"
"""The part of a sheet in which stands what somebody wants to add; no question can have this id."""
HEADER: Final = ("question", "theme", "words", "option", "before", "before_answered", "after", "after_answered")


def counted(questionnaire: Questionnaire, moment: str, sheet: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The result of what was asked at this moment; whoever answered or skipped anything has filled it in."""
    filled = [parts for parts in sheet.values() if any(part != COMMENT for part in parts)]
    people = len(filled)
    asked = [one for page in questionnaire.at(moment) for one in page.questions]
    told = people >= K
    return {
        "moment": moment,
        "people": people,
        "told": told,
        "questions": [_question(one, filled) for one in asked] if told else [],
    }


def _question(question: Question, filled: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    values = [parts.get(question.id, "") for parts in filled]
    counts = [values.count(str(place)) for place in range(len(question.options))]
    answered = sum(counts)
    if answered < K:
        return {"question": question.id, "withheld": True}
    skipped = len(values) - answered
    return {"question": question.id, "withheld": False, "counts": counts, "answered": answered, "skipped": skipped}


def side_by_side(questionnaire: Questionnaire, results: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every question that has been asked, by page, with what came of it before and after."""
    found = {moment: {one["question"]: one for one in result["questions"]} for moment, result in results.items()}
    pages = []
    for page in questionnaire.pages:
        rows = [
            {"id": one.id, "words": one.words, "options": list(one.options)}
            | {moment: answers.get(one.id) for moment, answers in found.items()}
            for one in page.questions
            if any(one.id in answers for answers in found.values())
        ]
        if rows:
            pages.append({"id": page.id, "theme": page.theme, "questions": rows})
    return pages


def as_csv(questionnaire: Questionnaire, results: Mapping[str, Mapping[str, Any]]) -> str:
    """A table for programs: a row for every option, with the counts and of how many; empty where nothing is told."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(HEADER)
    for page in side_by_side(questionnaire, results):
        for row in page["questions"]:
            options = [*enumerate(row["options"]), (-1, "(skipped)")]
            for place, option in options:
                cells = [cell for moment in ("before", "after") for cell in _cells(row.get(moment), place)]
                table.writerow([row["id"], harmless(page["theme"]), harmless(row["words"]), harmless(option), *cells])
    return written.getvalue()


def _cells(found: Mapping[str, Any] | None, place: int) -> tuple[object, object]:
    if found is None or found["withheld"]:
        return "", ""
    return (found["skipped"] if place < 0 else found["counts"][place]), found["answered"]
