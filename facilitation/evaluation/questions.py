"""A questionnaire: pages of questions with their scales, as data that an authority can replace.

The members' questionnaire of the OECD's “Evaluation Guidelines for Representative Deliberative Processes” (2021, annex
C) asks some questions both before and after, gives the options of some in a shuffled order, lets everyone skip every
question, and is told in aggregate alone. Its questions stand without headlines, so that none leads: a page of ours has
a theme for the report, and members see its number. That text is not free to be copied; `questions.json` covers its
themes in our own words, and an authority may load the official wording as a file of the same form.

Shuffled by whom: each member has one order of their own, always the same. Of a scale that has an order only its
direction is turned, since “agree” between “disagree” and “strongly agree” would mislead.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from facilitation.errors import BadQuestionnaire

BUILT_IN: Final = Path(__file__).with_name("questions.json")
MOST_BYTES: Final = 200_000
MOST_PAGES, MOST_QUESTIONS, MOST_OPTIONS = 20, 100, 12
LONGEST_WORDS, LONGEST_OPTION, LONGEST_NOTE = 400, 120, 2000
SKIPPED: Final = "skip"
"""The value of an answer that says “I skip this one”."""
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Moment = Literal["before", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "after")


@dataclass(frozen=True)
class Question:
    """One question; `options` in their own order, of which the `last` so many stay at the end when it is shuffled."""

    id: str
    words: str
    options: tuple[str, ...]
    last: int
    ordered: bool
    asked: str
    shuffled: bool

    def asked_at(self, moment: str) -> bool:
        """Whether it is asked then."""
        return self.asked in (moment, "both")

    def order_for(self, seed: str) -> tuple[int, ...]:
        """The places of the options in the order in which this member sees them; the seed is the item and the member.

        >>> yes_no = Question("q", "Well?", ("Yes", "No", "I cannot say"), 1, True, "after", True)
        >>> yes_no.order_for("a"), yes_no.order_for("b")
        ((1, 0, 2), (0, 1, 2))
        """
        places = list(range(len(self.options) - self.last))
        if self.shuffled and self.ordered:
            places = places[::-1] if _chance(seed, self.id)[0] % 2 else places
        elif self.shuffled:
            places.sort(key=lambda place: _chance(seed, self.id, str(place)))
        return (*places, *range(len(self.options) - self.last, len(self.options)))


@dataclass(frozen=True)
class Page:
    """Questions that stand together."""

    id: str
    theme: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """The whole of it."""

    title: str
    note: str
    pages: tuple[Page, ...]

    def at(self, moment: str) -> tuple[Page, ...]:
        """The pages with what is asked then; a page of which nothing is asked is left out."""
        asked = (
            Page(page.id, page.theme, tuple(one for one in page.questions if one.asked_at(moment)))
            for page in self.pages
        )
        return tuple(page for page in asked if page.questions)

    def question(self, moment: str, question_id: str) -> Question | None:
        """The question of this id, if it is asked then."""
        return next((one for page in self.at(moment) for one in page.questions if one.id == question_id), None)

    def as_json(self) -> dict[str, Any]:
        """As the journal keeps it."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Questionnaire:
        """What `as_json` wrote."""
        pages = (
            Page(page["id"], page["theme"], tuple(_question_from(one) for one in page["questions"]))
            for page in said["pages"]
        )
        return cls(said["title"], said["note"], tuple(pages))


@cache
def built_in() -> Questionnaire:
    """Our own questionnaire."""
    return read_questionnaire(BUILT_IN.read_bytes())


def read_questionnaire(data: bytes) -> Questionnaire:
    """A file with a questionnaire, checked; refused with the place of the first fault."""
    if len(data) > MOST_BYTES:
        raise _bad(f"The file has more than {MOST_BYTES:,} bytes", "Keep to the questions and their options.")
    try:
        said = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _bad(f"Line {line} is not JSON in UTF-8", "Mend it; the built-in file shows the form.") from None
    whole = _object(said, "The file")
    title, note = _text(whole, "title", "The file", LONGEST_OPTION), str(whole.get("note") or "")[:LONGEST_NOTE]
    scales = _scales(_object(whole.get("scales"), "“scales”"))
    rows = _list(whole.get("pages"), "“pages”", MOST_PAGES)
    pages = tuple(_page(row, number, scales) for number, row in enumerate(rows, start=1))
    _all_different([page.id for page in pages], "page")
    ids = [one.id for page in pages for one in page.questions]
    _all_different(ids, "question")
    if len(ids) > MOST_QUESTIONS:
        raise _bad(f"There are {len(ids)} questions", f"Ask at most {MOST_QUESTIONS}.")
    return Questionnaire(title, note, pages)


def _scales(said: Mapping[str, Any]) -> dict[str, tuple[tuple[str, ...], int, bool]]:
    found = {}
    for name, row in said.items():
        scale = _object(row, f"The scale “{name[:40]}”")
        options = _list(scale.get("options"), f"The options of the scale “{name[:40]}”", MOST_OPTIONS)
        last = _list(scale.get("last", []), f"The last options of the scale “{name[:40]}”", 3, least=0)
        words = tuple(_option(one, name) for one in (*options, *last))
        _all_different([one.casefold() for one in words], f"option of the scale “{name[:40]}”")
        if len(options) < 2:
            raise _bad(f"The scale “{name[:40]}” has one option", "Give at least two.")
        found[name] = (words, len(last), scale.get("ordered", True) is True)
    return found


def _page(said: Any, number: int, scales: Mapping[str, tuple[tuple[str, ...], int, bool]]) -> Page:
    where = f"Page {number}"
    row = _object(said, where)
    rows = _list(row.get("questions"), f"{where}: “questions”", MOST_QUESTIONS)
    questions = tuple(_question(one, f"{where}, question {place}", scales) for place, one in enumerate(rows, start=1))
    return Page(_id(row, where), _text(row, "theme", where, LONGEST_OPTION), questions)


def _question(said: Any, where: str, scales: Mapping[str, tuple[tuple[str, ...], int, bool]]) -> Question:
    row = _object(said, where)
    scale, asked, shuffled = row.get("scale"), row.get("asked", "after"), row.get("shuffled", False)
    if not isinstance(scale, str) or scale not in scales:
        raise _bad(f"{where}: there is no scale “{str(scale)[:40]}”", f"Use {', '.join(scales)}.")
    if asked not in ("before", "after", "both"):
        raise _bad(f"{where}: “{str(asked)[:40]}” is no time to ask", "Write before, after or both.")
    if type(shuffled) is not bool:
        raise _bad(f"{where}: “shuffled” is neither true nor false", "Write true or false.")
    options, last, ordered = scales[scale]
    return Question(_id(row, where), _text(row, "words", where, LONGEST_WORDS), options, last, ordered, asked, shuffled)


def _question_from(said: Mapping[str, Any]) -> Question:
    return Question(**{**said, "options": tuple(said["options"])})


def _object(said: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise _bad(f"{where} is not an object", "Write it between { and }; the built-in file shows the form.")
    return said


def _list(said: Any, where: str, most: int, least: int = 1) -> Sequence[Any]:
    if not isinstance(said, list) or not least <= len(said) <= most:
        raise _bad(f"{where} is not a list of {least} to {most}", "The built-in file shows the form.")
    return said


def _text(row: Mapping[str, Any], name: str, where: str, most: int) -> str:
    said = row.get(name)
    words = " ".join(said.split()) if isinstance(said, str) else ""
    if not words or len(words) > most or any(unicodedata.category(letter) == "Cc" for letter in words):
        raise _bad(f"{where}: “{name}” is missing, or longer than {most} characters", "Say it in one line.")
    return words


def _option(said: Any, name: str) -> str:
    return _text({"option": said}, "option", f"The scale “{name[:40]}”", LONGEST_OPTION)


def _id(row: Mapping[str, Any], where: str) -> str:
    said = row.get("id")
    if not isinstance(said, str) or len(said) > 40 or not ID.fullmatch(said):
        raise _bad(f"{where}: “{str(said)[:40]}” is no id", "Use small letters, digits and hyphens, up to 40.")
    return said


def _all_different(names: Sequence[str], what: str) -> None:
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise _bad(f"The {what} “{twice[:40]}” is there twice", "Give each a name of its own.")


def _bad(what: str, remedy: str) -> BadQuestionnaire:
    return BadQuestionnaire(f"{what}.", remedy)


def _chance(*seed: str) -> bytes:
    return hashlib.sha256("\n".join(seed).encode()).digest()
