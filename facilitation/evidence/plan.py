"""What an agenda says of a piece of evidence: who speaks about what for how long, and how many questions a table has.

    {"speakers": [{"name": "Dr Amina Rahman", "subject": "Heat pumps", "minutes": 10}], "questions": 2}

A speaker is a public person and stands in the agenda by name; nobody else does. Where the lines of a form stand for the
list, each is `name; subject; minutes`, the last two as one likes.

>>> [(one.name, one.subject, one.minutes) for one in plan_of({"speakers": "Dr Rahman; Heat pumps; 8"}).speakers]
[('Dr Rahman', 'Heat pumps', 8)]
>>> plan_of({}).questions
2
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from facilitation.errors import BadRequest

MOST_SPEAKERS: Final = 20
LONGEST_NAME, LONGEST_SUBJECT, LONGEST_SLOT = 100, 200, 180
USUAL_SLOT: Final = 10
"""Minutes of a speaker, unless said otherwise."""
QUESTIONS: Final = 2
"""Questions of a table, unless said otherwise."""
MOST_QUESTIONS: Final = 20
KEYS: Final = ("speakers", "questions")


@dataclass(frozen=True)
class Speaker:
    """Somebody who gives evidence."""

    name: str
    subject: str = ""
    minutes: int = USUAL_SLOT


@dataclass(frozen=True)
class Plan:
    """The terms of the item."""

    speakers: tuple[Speaker, ...] = ()
    questions: int = QUESTIONS

    def speaker(self, number: int) -> Speaker | None:
        """The speaker of this number, from 1."""
        return self.speakers[number - 1] if 0 < number <= len(self.speakers) else None


def terms(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same as the journal keeps it; nothing where the row says nothing."""
    return asdict(plan_of(row)) if any(key in row for key in KEYS) else {}


def plan_of(row: Mapping[str, Any]) -> Plan:
    """The terms that this row (or the item's own `terms`) states; refuses what cannot be."""
    questions = row.get("questions", QUESTIONS)
    if type(questions) is not int or not 0 <= questions <= MOST_QUESTIONS:
        raise BadRequest(
            f"{questions!r} is not a number of questions for a table.",
            f"Give a whole number from 0 (no questions) to {MOST_QUESTIONS}.",
        )
    listed = row.get("speakers") or ()
    if isinstance(listed, str):
        listed = [line for line in listed.splitlines() if line.strip()]
    if not isinstance(listed, Sequence) or len(listed) > MOST_SPEAKERS:
        raise BadRequest(
            "The speakers of an evidence item are a list.", f"List 1 to {MOST_SPEAKERS} speakers, each with a name."
        )
    return Plan(tuple(_speaker(number, one) for number, one in enumerate(listed, start=1)), questions)


def lines_of(plan: Plan) -> str:
    """The speakers as the lines of a form.

    >>> lines_of(Plan((Speaker("Dr Rahman", "Heat pumps"), Speaker("Sian Pugh", "", 5))))
    'Dr Rahman; Heat pumps; 10\\nSian Pugh; ; 5'
    """
    return "\n".join(f"{one.name}; {one.subject}; {one.minutes}" for one in plan.speakers)


def _speaker(number: int, one: object) -> Speaker:
    if isinstance(one, str):
        one = _of_line(number, one)
    if not isinstance(one, Mapping):
        raise BadRequest(f"Speaker {number} cannot be read.", "Give a name, a subject and minutes.")
    name, subject = _line(one.get("name")), _line(one.get("subject"))
    minutes = one.get("minutes", USUAL_SLOT)
    if not name or len(name) > LONGEST_NAME or len(subject) > LONGEST_SUBJECT:
        raise BadRequest(
            f"Speaker {number} needs a name of 1 to {LONGEST_NAME} characters, and a subject of at most "
            f"{LONGEST_SUBJECT}; they have {len(name)} and {len(subject)}.",
            "Write them like “Dr Amina Rahman; Heat pumps; 10”.",
        )
    if type(minutes) is not int or not 0 < minutes <= LONGEST_SLOT:
        raise BadRequest(
            f"Speaker {number}: {minutes!r} is not a length.", f"Give whole minutes from 1 to {LONGEST_SLOT}."
        )
    return Speaker(name, subject, minutes)


def _of_line(number: int, line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) > 3:
        raise BadRequest(f"Speaker {number} has more than three parts.", "Write “name; subject; minutes”.")
    name, subject, minutes = (*parts, "", "")[:3]
    asked: dict[str, Any] = {"name": name, "subject": subject}
    if minutes:
        digits = minutes.isascii() and minutes.isdigit() and len(minutes) < 6
        asked["minutes"] = int(minutes) if digits else minutes
    return asked


def _line(value: object) -> str:
    """One line of text without control characters, in one spelling (NFC)."""
    plain = unicodedata.normalize("NFC", value) if isinstance(value, str) else ""
    return " ".join("".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in plain).split())
