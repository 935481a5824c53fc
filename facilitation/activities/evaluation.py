"""Evaluation: members say what they think of the assembly, before it begins, after it, or both.

After the members' questionnaire of the OECD (2021): every question can be skipped, the results are told as a whole and
to whom the facilitator decides, and nothing is told of fewer than five answers (`facilitation.evaluation.counting`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from facilitation.evaluation import work as law
from facilitation.evaluation.counting import COMMENT, side_by_side
from facilitation.evaluation.questions import SKIPPED, Page, Question
from facilitation.evaluation.work import EvaluationWork, moment_of, words_sheet
from facilitation.model import Phase
from facilitation.work import Audience, Seen, here_or_answered

KIND = "evaluation"
LABEL = "Evaluation"
PHASE = Phase.PLENARY
MINUTES = 10
ALONE = True
"""Members see nothing of the others' answers but the counts after the close."""

terms = law.read_terms
state = EvaluationWork
decide = law.decide
apply = law.apply


def screen(work: EvaluationWork, seen: Seen, audience: Audience) -> dict[str, Any]:
    """How many have filled it in while it is open; afterwards the results, for whom they are shown to."""
    moment = moment_of(seen.item)
    closed = moment in work.results
    shows = audience == "facilitator" or (work.public if audience == "hall" else work.members)
    whole = {
        "prompt": "Tell us what you think. Nobody will know what you answered.",
        "moment": moment,
        "open": not closed and seen.item.running,
        "closed": closed,
        "questions": sum(len(page.questions) for page in work.questionnaire.at(moment)),
        "results": results_of(work) if work.results and shows else None,
    }
    if audience == "member":
        return whole
    sheet = seen.answers.of(moment)
    people = int(work.results[moment]["people"]) if closed else len(sheet)
    whole |= {"people": people, "of": max(people, here_or_answered(seen.state, seen.session, () if closed else sheet))}
    if audience != "facilitator":
        return whole
    return whole | {
        "title": work.questionnaire.title,
        "note": work.questionnaire.note,
        "built_in": work.loaded is None,
        "begun": bool(work.begun),
        "members": work.members,
        "public": work.public,
        "comments": _comments(work, seen),
    }


def results_of(work: EvaluationWork) -> dict[str, Any]:
    """Every question with its counts before and after, each with its base."""
    people = {moment: {"people": found["people"], "told": found["told"]} for moment, found in work.results.items()}
    return {"moments": people, "pages": side_by_side(work.questionnaire, work.results)}


def _comments(work: EvaluationWork, seen: Seen) -> list[str]:
    """What people added, by the alphabet; none where so few filled it in that one could guess who."""
    told = [moment for moment, found in work.results.items() if found["told"]]
    sheets = [seen.answers.of(words_sheet(moment)) for moment in told]
    return sorted(parts[COMMENT] for sheet in sheets for parts in sheet.values())


def own(work: EvaluationWork, seen: Seen, member: str) -> dict[str, Any]:
    """The pages, with the options in this member's order and what they have answered so far."""
    moment = moment_of(seen.item)
    if moment in work.results:
        return {}
    mine = seen.answers.of(moment).get(member, {})
    seed = f"{seen.item.work_id}\n{member}"
    pages = [list(_questions(page, mine, seed)) for page in work.questionnaire.at(moment)]
    done = [all(one["value"] for one in page) for page in pages]
    return {
        "pages": pages,
        "first_open": done.index(False) + 1 if False in done else len(pages) + 1,
        "answered": sum(bool(one["value"]) for page in pages for one in page),
        "of": sum(map(len, pages)),
        "comment": seen.answers.of(words_sheet(moment)).get(member, {}).get(COMMENT, ""),
    }


def _questions(page: Page, mine: Mapping[str, str], seed: str) -> Iterator[dict[str, Any]]:
    for one in page.questions:
        value = mine.get(one.id, "")
        skipped = value == SKIPPED
        yield {"id": one.id, "words": one.words, "options": _options(one, seed), "value": value, "skipped": skipped}


def _options(question: Question, seed: str) -> list[dict[str, str]]:
    return [{"value": str(place), "words": question.options[place]} for place in question.order_for(seed)]


def minutes(work: EvaluationWork, seen: Seen) -> list[str]:
    """The counts of every question, each with its base."""
    moment = moment_of(seen.item)
    if moment not in work.results:
        return []
    found = work.results[moment]
    people = found["people"]
    lines = [f"{people} {'member' if people == 1 else 'members'} filled in the questionnaire ({moment})."]
    if not found["told"]:
        return [*lines, "Nothing more is told of fewer than 5 people."]
    for page in side_by_side(work.questionnaire, {moment: found}):
        told = [row for row in page["questions"] if not row[moment]["withheld"]]
        lines += [f"## {page['theme']}", *(_row(row, row[moment]) for row in told)]
        if few := len(page["questions"]) - len(told):
            lines.append(f"- {few} {'question' if few == 1 else 'questions'} that fewer than 5 answered.")
    return lines


def _row(row: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{words}: {count}" for words, count in zip(row["options"], found["counts"], strict=True))
    return f"- {row['words']} {counts}; of {found['answered']} who answered, {found['skipped']} skipped it."
