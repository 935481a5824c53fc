"""What can have happened to a piece of evidence. `part` is the agenda item in which it was: work may go on in others.

No wording stands here: a question, a note and the title of a paper are texts that can be erased, known by an id and a
salted hash. Who is for a question stands nowhere in the journal either: only how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facilitation.event import Event, ItemEvent


@dataclass(frozen=True)
class SpeakersChanged(ItemEvent):
    """These are the speakers of this part, in the place of those in its agenda; who had begun is at the same place."""

    kind = "speakers-changed"
    act = "change who speaks"
    part: str
    speakers: list[dict[str, Any]]


@dataclass(frozen=True)
class SlotStarted(ItemEvent):
    """A speaker began: the number in the item's plan, from 1, and the seconds planned."""

    kind = "slot-started"
    act = "start a speaker's slot"
    part: str
    speaker: int
    seconds: int


@dataclass(frozen=True)
class SlotExtended(ItemEvent):
    """The speaker has so many seconds more."""

    kind = "slot-extended"
    act = "give a speaker of the evidence more time"
    seconds: int


@dataclass(frozen=True)
class SlotEnded(ItemEvent):
    """The speaker has finished."""

    kind = "slot-ended"
    act = "end a speaker's slot"


@dataclass(frozen=True)
class QuestionsAllowed(ItemEvent):
    """From now on every table may ask so many questions in this part; none: the question bank is closed."""

    kind = "questions-allowed"
    act = "say how many questions a table may ask"
    part: str
    each: int


@dataclass(frozen=True)
class QuestionAsked(ItemEvent):
    """A table asks this."""

    kind = "question-asked"
    act = "let tables ask"
    part: str
    table: int
    text: str
    commitment: str


@dataclass(frozen=True)
class QuestionWithdrawn(ItemEvent):
    """The question is not asked any more, and its wording is forgotten."""

    kind = "question-withdrawn"
    act = "withdraw a question"
    text: str


@dataclass(frozen=True)
class QuestionSupported(ItemEvent):
    """So many members are for this question now; who they are stands in no row."""

    kind = "question-supported"
    act = "let members say which questions they want answered"
    text: str
    votes: int


@dataclass(frozen=True)
class QuestionMerged(ItemEvent):
    """This question is the same as that one, and goes under it with all that is under it; so many are for both."""

    kind = "question-merged"
    act = "put two questions together"
    text: str
    under: str
    votes: int


@dataclass(frozen=True)
class QuestionParted(ItemEvent):
    """This question stands for itself again; so many are for it, and so many for the one it was under."""

    kind = "question-parted"
    act = "take two questions apart"
    text: str
    votes: int
    left: int


@dataclass(frozen=True)
class QuestionMarked(ItemEvent):
    """What became of a question: a word of `bank.MARKS`, with a note where there is one (a text like the question)."""

    kind = "question-marked"
    act = "say what became of a question"
    part: str
    text: str
    mark: str
    note: str = ""
    commitment: str = ""


@dataclass(frozen=True)
class PaperAttached(ItemEvent):
    """A paper lies in the members' files: its title is a text; its kind, its bytes and their SHA-256."""

    kind = "paper-attached"
    act = "attach a paper"
    part: str
    text: str
    commitment: str
    form: str
    size: int
    sha256: str


@dataclass(frozen=True)
class PaperRemoved(ItemEvent):
    """The paper is not in the files any more."""

    kind = "paper-removed"
    act = "remove a paper"
    text: str


EVENTS: tuple[type[Event], ...] = (
    *(
        SpeakersChanged,
        SlotStarted,
        SlotExtended,
        SlotEnded,
        QuestionsAllowed,
        QuestionAsked,
        QuestionWithdrawn,
        QuestionSupported,
    ),
    *(QuestionMerged, QuestionParted, QuestionMarked, PaperAttached, PaperRemoved),
)
