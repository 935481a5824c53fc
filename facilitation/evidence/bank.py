"""The question bank: the tables' questions to the speakers, put together, supported, answered or owed.

**At most so many questions per table and agenda item** (two, unless the agenda or the facilitator says otherwise).
What a table asked and did not withdraw counts, whatever became of it: also when it was put together with another
table's question, and when it was answered. So no order of asking, merging, parting and withdrawing gets a table past
its number, and what is answered cannot be withdrawn to make room. An item that goes on with this one gives every table
as many anew.

**Merging makes a tree**: the question goes under another, with all that is under it, and every wording stays as it was
asked. Parting takes it out again with what was under it then, so it undoes the merging exactly. Only questions that
stand for themselves are merged, so there is no circle. Who is for one of them counts once for both; the desk counts.

What became of a question is said of the one that stands for all (its root), and can be said anew. One question is
answered at a time: whoever takes up the next one has answered the one before. The order is: most voices first, then
the earliest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from facilitation.errors import NotFound, WrongState
from facilitation.events import Entry
from facilitation.evidence.events import (
    QuestionAsked,
    QuestionMarked,
    QuestionMerged,
    QuestionParted,
    QuestionsAllowed,
    QuestionSupported,
    QuestionWithdrawn,
)
from facilitation.told import told

MARKS: Final[Mapping[str, str]] = {
    "waiting": told("Not answered yet"),
    "now": told("Being answered now"),
    "answered": told("Answered"),
    "owed": told("To be answered by the next session"),
    "dropped": told("Not put to the speakers"),
}
ALIVE: Final = ("waiting", "now", "owed")
"""Marks of questions that still want an answer."""
LONGEST_QUESTION, LONGEST_NOTE = 400, 200


@dataclass(frozen=True)
class Question:
    """A question as a table asked it. `under` is the one with which it was put together; "" where it stands alone."""

    text: str
    part: str
    table: int
    seq: int
    under: str = ""
    withdrawn: bool = False
    votes: int = 0
    mark: str = "waiting"
    marked_in: str = ""
    note: str = ""


@dataclass(frozen=True)
class Bank:
    """All questions of one piece of evidence, by the id of their text, and what each agenda item allows a table."""

    questions: Mapping[str, Question] = field(default_factory=dict)
    allowed: Mapping[str, int] = field(default_factory=dict)

    def each(self, part: str, planned: int) -> int:
        """How many questions every table may ask in this agenda item."""
        return self.allowed.get(part, planned)

    def of_table(self, table: int, part: str) -> list[Question]:
        """What counts for this table in this agenda item."""
        return [one for one in self.questions.values() if one.part == part and one.table == table and not one.withdrawn]

    def root(self, text: str) -> Question:
        """The question that stands for this one."""
        one = self.one(text)
        while one.under:
            one = self.questions[one.under]
        return one

    def one(self, text: str) -> Question:
        """The question of this id."""
        if text not in self.questions:
            raise NotFound(told("There is no such question here."), told("Choose one from the list."))
        return self.questions[text]

    def under(self, text: str) -> list[Question]:
        """All that is under this question, directly or further down, in the order of asking."""
        found = []
        for one in self.questions.values():
            if one.under == text:
                found += [one, *self.under(one.text)]
        return sorted(found, key=lambda one: one.seq)

    def wordings(self, text: str) -> list[Question]:
        """This question and what is under it, without what was withdrawn."""
        return [one for one in (self.questions[text], *self.under(text)) if not one.withdrawn]

    def roots(self) -> Iterator[Question]:
        """The questions that stand for themselves and of which a wording is left: most voices first, then earliest."""
        standing = [one for one in self.questions.values() if not one.under and self.wordings(one.text)]
        yield from sorted(standing, key=lambda one: (-one.votes, one.seq))

    @property
    def now(self) -> Question | None:
        """The question that is being answered."""
        return next((one for one in self.roots() if one.mark == "now"), None)

    def standing(self, text: str) -> Question:
        """The question of this id, which must stand for itself."""
        one = self.one(text)
        if one.withdrawn and not self.wordings(text):
            raise WrongState(told("This question has been withdrawn."), told("Choose another one."))
        if one.under:
            raise WrongState(
                told("This question has been put together with another one."),
                told("Choose that one, or take the two apart first."),
            )
        return one

    def alive(self, text: str) -> Question:
        """The same, and it must still want an answer."""
        one = self.standing(text)
        if one.mark not in ALIVE:
            raise WrongState(
                told("This question is settled: {mark}.", mark=MARKS[one.mark]), told("Choose another one.")
            )
        return one


def apply(bank: Bank, entry: Entry) -> Bank:
    """The bank after something happened to a question."""
    match entry.event:
        case QuestionsAllowed(part=part, each=each):
            return replace(bank, allowed={**bank.allowed, part: each})
        case QuestionAsked(part=part, table=table, text=text):
            return _with(bank, Question(text, part, table, entry.seq))
        case QuestionWithdrawn(text=text):
            return _changed(bank, text, withdrawn=True)
        case QuestionSupported(text=text, votes=votes):
            return _changed(bank, text, votes=votes)
        case QuestionMerged(text=text, under=under, votes=votes):
            return _changed(_changed(bank, text, under=under), under, votes=votes)
        case QuestionParted(text=text, votes=votes, left=left):
            before = bank.root(text).text
            return _changed(_changed(bank, text, under="", votes=votes), before, votes=left)
        case QuestionMarked(part=part, text=text, mark=mark, note=note):
            return _changed(bank, text, mark=mark, marked_in=part, note=note)
    return bank


def _with(bank: Bank, question: Question) -> Bank:
    return replace(bank, questions={**bank.questions, question.text: question})


def _changed(bank: Bank, text: str, **changes: object) -> Bank:
    return _with(bank, replace(bank.questions[text], **changes))  # type: ignore[arg-type]  # the fields of Question
