"""The work of an item: evaluation. One questionnaire, asked before, or after, or at both times by two items.

The item that asks after goes on with the work of the one that asked before (`continues`), so that both results stand
side by side. Who answered what stands in no event, and once a sheet is closed not in the database either: of the
answers the counts remain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.evaluation.commands import BeginEvaluation, CloseEvaluation, LoadQuestionnaire, ShowEvaluation
from facilitation.evaluation.events import EvaluationBegun, EvaluationClosed, EvaluationShown, QuestionnaireLoaded
from facilitation.evaluation.questions import MOMENTS, SKIPPED, Questionnaire, built_in
from facilitation.events import Entry, Event
from facilitation.model import Item
from facilitation.work import Context

LONGEST_COMMENT: Final = 2000


@dataclass(frozen=True)
class EvaluationWork:
    """All that is known of it but the answers."""

    loaded: Questionnaire | None = None
    begun: frozenset[str] = frozenset()
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    members: bool = False
    public: bool = False

    @property
    def questionnaire(self) -> Questionnaire:
        """The wording in use."""
        return self.loaded or built_in()


def moment_of(item: Item) -> str:
    """Before or after."""
    return str(item.terms.get("when", "after"))


def words_sheet(moment: str) -> str:
    """The sheet with what people add in their own words: one of its own, so that words lead to no answers."""
    return f"{moment}-words"


def read_terms(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the agenda says: whether it is asked before or after."""
    if "when" not in row:
        return {}
    if row["when"] not in MOMENTS:
        raise BadRequest("This evaluation is neither before nor after.", "Write before or after.")
    return {"when": row["when"]}


def decide(work: EvaluationWork, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """The events that a command amounts to; none where it was carried out before."""
    place, moment = (command.session, context.item.work_id), moment_of(context.item)
    match command:
        case LoadQuestionnaire(questionnaire=said):
            if work.begun:
                raise WrongState("Somebody has answered already.", "Load another wording into a new item.")
            return (QuestionnaireLoaded(*place, built_in().as_json() if said is None else said),)
        case BeginEvaluation():
            known = work.questionnaire.as_json()
            return () if moment in work.begun else (EvaluationBegun(*place, moment, known),)
        case CloseEvaluation(result=result):
            return () if moment in work.results else (EvaluationClosed(*place, result),)
        case ShowEvaluation(members=members, public=public):
            if not work.results:
                raise WrongState("There are no results yet.", "Close the questionnaire first.")
            same = (work.members, work.public) == (members, public)
            return () if same else (EvaluationShown(*place, members, public),)
    raise WrongState(f"“{context.item.title}” is not an item in which this can be done.", "Look at what is on now.")


def apply(work: EvaluationWork, entry: Entry) -> EvaluationWork:
    """The work after one of its events."""
    match entry.event:
        case QuestionnaireLoaded(questionnaire=said):
            return replace(work, loaded=Questionnaire.from_json(said))
        case EvaluationBegun(moment=moment, questionnaire=said):
            return replace(work, loaded=Questionnaire.from_json(said), begun=work.begun | {moment})
        case EvaluationClosed(result=result):
            return replace(work, results={**work.results, result["moment"]: result})
        case EvaluationShown(members=members, public=public):
            return replace(work, members=members, public=public)
    return work


def still_open(work: EvaluationWork, item: Item) -> None:
    """Refuse what comes before the start, or after the close."""
    if moment_of(item) in work.results:
        raise WrongState("This questionnaire is closed.", "Nothing can be changed in it any more.")
    if not item.running:
        raise WrongState(f"“{item.title}” is not on now.", "Answer while it is on.")


def answerable(work: EvaluationWork, item: Item, question_id: str, value: str) -> None:
    """Refuse an answer that cannot be given; to skip is one."""
    still_open(work, item)
    question = work.questionnaire.question(moment_of(item), question_id)
    if question is None:
        raise NotFound("This question is not asked here.", "Go back to the questionnaire.")
    if value != SKIPPED and value not in map(str, range(len(question.options))):
        raise BadRequest(f"“{value[:40]}” is no answer to “{question.words}”", "Choose one of the answers, or skip it.")
