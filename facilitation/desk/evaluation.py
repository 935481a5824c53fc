"""The questionnaire at the desk: answers lie outside the journal, and at the close the counts take their place.

Answering again changes the answer; sending the same twice changes nothing. Once counted, the answers are forgotten:
they were asked for the whole alone. What people added in their own words is cut from them and kept, on its own sheet.
"""

from __future__ import annotations

from typing import Any

from facilitation.activities.evaluation import results_of
from facilitation.commands import ItemCommand
from facilitation.desk.core import FACILITATOR
from facilitation.desk.work import Wish, Work, cleaned, seated_member, work_of
from facilitation.errors import NotFound, NotPresent, WrongState
from facilitation.evaluation import work as law
from facilitation.evaluation.commands import BeginEvaluation, CloseEvaluation, LoadQuestionnaire, ShowEvaluation
from facilitation.evaluation.counting import COMMENT, as_csv, counted
from facilitation.evaluation.questions import BUILT_IN, read_questionnaire
from facilitation.evaluation.work import LONGEST_COMMENT, EvaluationWork, moment_of, words_sheet
from facilitation.model import Assembly, Item, Session
from facilitation.store import Transaction
from facilitation.work import Answers

MEMBER = "member"


class EvaluationActs(Work):
    """What can be done in an item of the kind “evaluation”."""

    def load_questionnaire(self, session_id: str, item_id: str, data: bytes | None) -> int:
        """Use the wording of this file; None: the built-in one."""
        said = None if data is None else read_questionnaire(data).as_json()
        return self._command(session_id, LoadQuestionnaire(session_id, FACILITATOR, item_id, said))

    def answer_question(self, session_id: str, item_id: str, member: str, question: str, value: str) -> None:
        """Answer a question by the number of an option, or skip it."""
        with self._store.writing() as tx:
            state, session, item, work = self._evaluation(tx, session_id, item_id)
            _here(state, session, member)
            law.answerable(work, item, question, value)
            begin = BeginEvaluation(session_id, MEMBER, item_id)
            self._append(tx, state, *self._events(state, begin))
            tx.answers.put(item.work_id, moment_of(item), member, question, value)

    def comment(self, session_id: str, item_id: str, member: str, words: str) -> None:
        """What a member wants to add; empty takes it back."""
        body = cleaned(Wish(member, COMMENT, words, LONGEST_COMMENT, "What you add")) if words.strip() else None
        with self._store.writing() as tx:
            state, session, item, work = self._evaluation(tx, session_id, item_id)
            _here(state, session, member)
            law.still_open(work, item)
            self._append(tx, state, *self._events(state, BeginEvaluation(session_id, MEMBER, item_id)))
            tx.answers.put(item.work_id, words_sheet(moment_of(item)), member, COMMENT, body)

    def close_evaluation(self, session_id: str, item_id: str) -> int:
        """Take no more answers: count them, and forget them. Closing twice is closing once."""
        with self._store.writing() as tx:
            state, session, item, _ = self._evaluation(tx, session_id, item_id)
            row = self._append(tx, state, *self._events(state, self._counted(tx, state, session, item)))
        self._store.tidy()
        return row

    def _counted(self, tx: Transaction, state: Assembly, session: Session, item: Item) -> ItemCommand:
        """Count what was answered; nothing of it remains but the counts, and words without a person."""
        work, moment = work_of(state, item), moment_of(item)
        result = counted(work.questionnaire, moment, Answers(tx.answers.of(item.work_id)).of(moment))
        if moment not in work.results:
            tx.answers.forget(item.work_id, moment)
            if result["told"]:
                tx.answers.cut(item.work_id, words_sheet(moment), self._new_id)
            else:
                tx.answers.forget(item.work_id, words_sheet(moment))
        return CloseEvaluation(session.id, FACILITATOR, item.id, result)

    def _let_go(self, tx: Transaction, session: Session) -> None:
        """No answer stays under its member after the session."""
        super()._let_go(tx, session)
        for item in session.agenda:
            state = self._state(tx, session.id)
            work = work_of(state, item)
            if isinstance(work, EvaluationWork) and moment_of(item) in work.begun - work.results.keys():
                command = self._counted(tx, state, session, item)
                self._append(tx, state, *self._events(state, command))

    def show_evaluation(self, session_id: str, item_id: str, *, members: bool, public: bool) -> int:
        """Let members, or everyone, see the results, or take them away again."""
        return self._command(session_id, ShowEvaluation(session_id, FACILITATOR, item_id, members, public))

    def public_evaluation(self, session_id: str, item_id: str) -> dict[str, Any]:
        """The results for everyone, where the facilitator shows them to everyone."""
        with self._store.reading() as tx:
            state, session, item, work = self._evaluation(tx, session_id, item_id)
            if not work.public:
                raise NotFound("These results are not shown to everyone.", "Ask whoever runs the assembly.")
            about = {"assembly": state.name, "session": session.name, "title": item.title}
            return {**about, "questionnaire": work.questionnaire.title, "results": results_of(work)}

    def built_in_questionnaire(self) -> str:
        """Our own questionnaire as a file: it shows the form of one."""
        return BUILT_IN.read_text(encoding="utf-8")

    def evaluation_csv(self, session_id: str, item_id: str) -> str:
        """The results as a table for programs."""
        with self._store.reading() as tx:
            *_, work = self._evaluation(tx, session_id, item_id)
            return as_csv(work.questionnaire, work.results)

    def _evaluation(
        self, tx: Transaction, session_id: str, item_id: str
    ) -> tuple[Assembly, Session, Item, EvaluationWork]:
        state = self._state(tx, session_id)
        session = state.session_called(session_id)
        item = session.item_called(item_id)
        work = work_of(state, item)
        if not isinstance(work, EvaluationWork):
            raise WrongState(f"“{item.title}” has no questions to answer.", "Look at what is on now.")
        return state, session, item, work


def _here(state: Assembly, session: Session, member: str) -> None:
    if seated_member(state, member) not in session.present:
        raise NotPresent("This member has not joined the session yet.", "Join with the code on the badge first.")
