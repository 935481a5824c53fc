"""Opinions at the desk: statements are kept as words, answers lie outside the journal, and at the close they are cut.

Answering again changes the answer; sending the same twice changes nothing. The picture is worked out elsewhere (it
needs matrices) from rows that have no person any more, and kept here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facilitation.commands import ItemCommand
from facilitation.desk.core import FACILITATOR
from facilitation.desk.work import Wish, Work, cleaned, goes_on, seated_member, work_of
from facilitation.errors import BadRequest, NotPresent, WrongState
from facilitation.model import Assembly, Item, Session
from facilitation.opinions import work as law
from facilitation.opinions.commands import AddStatement, CloseOpinions, DrawOpinions, JudgeStatement, ShowOpinions
from facilitation.opinions.work import AGAIN, AT, LAST, LONGEST_STATEMENT, SHEET, WRITERS, OpinionsWork
from facilitation.store import Transaction
from facilitation.work import Answers

MEMBER = "member"


class OpinionActs(Work):
    """What can be done in an item of the kind “opinions”."""

    def add_statement(self, session_id: str, item_id: str, words: str, key: str, *, member: str = "") -> int:
        """Add a statement: of a member, or of the facilitator, whose statements are never held back."""
        actor, author = (MEMBER, f"member:{member}") if member else (FACILITATOR, FACILITATOR)
        wish = Wish(author, key, " ".join(words.split()), LONGEST_STATEMENT, "The statement")
        body = cleaned(wish)
        with self._store.writing() as tx:
            state, session, item, work = self._opinions(tx, session_id, item_id)
            text = self._text(tx, state, wish, body)
            if member and text.id not in work.statements:
                _here(state, session, member)
                written = Answers(tx.answers.of(item.work_id, member)).of(WRITERS).get(member, {})
                _still_some(len(written), int(law.terms_of(item.terms)["each"]))
                tx.answers.put(item.work_id, WRITERS, member, text.id, "yes")
            command = AddStatement(session_id, actor, item_id, text.id, text.commitment)
            return self._append(tx, state, *self._events(state, command))

    def add_statements(self, session_id: str, item_id: str, lines: Sequence[str], key: str) -> None:
        """Add statements of the facilitator, all or, where one cannot be, none of them."""
        for number, line in enumerate(lines):
            cleaned(
                Wish(FACILITATOR, f"{key} {number}", line, LONGEST_STATEMENT, f"The statement in line {number + 1}")
            )
        for number, line in enumerate(lines):
            self.add_statement(session_id, item_id, line, f"{key} {number}")

    def judge_statement(self, session_id: str, item_id: str, text: str, state: str, reason: str = "") -> int:
        """Show a statement, hold it back, or withdraw it for a reason of the list."""
        return self._command(session_id, JudgeStatement(session_id, FACILITATOR, item_id, text, state, reason))

    def answer_statement(self, session_id: str, item_id: str, member: str, text: str, value: str) -> None:
        """Agree, disagree or pass; a second answer takes the place of the first."""
        with self._store.writing() as tx:
            state, session, item, work = self._opinions(tx, session_id, item_id)
            _here(state, session, member)
            law.answerable(work, item, text, value)
            tx.answers.put(item.work_id, SHEET, member, text, value)
            tx.answers.put(item.work_id, AT, member, AGAIN, None)
            tx.answers.put(item.work_id, AT, member, LAST, text)
            mine, counts = Answers(tx.answers.of(item.work_id, member)), tx.answers.counts(item.work_id, SHEET)
            after = law.next_for(work, mine, (item.work_id, member), counts)
            tx.answers.put(item.work_id, AT, member, AT, after)

    def look_again(self, session_id: str, item_id: str, member: str, text: str) -> None:
        """Put a statement before this member that they have answered; empty: go on with the others."""
        with self._store.writing() as tx:
            state, session, item, work = self._opinions(tx, session_id, item_id)
            _here(state, session, member)
            if text:
                law.answerable(work, item, text, law.PASS)
            tx.answers.put(item.work_id, AT, member, AGAIN, text or None)

    def close_opinions(self, session_id: str, item_id: str) -> int:
        """Take no more answers, and cut those that there are from the people. Closing twice is closing once."""
        with self._store.writing() as tx:
            state, session, item, _ = self._opinions(tx, session_id, item_id)
            row = self._append(tx, state, *self._events(state, self._cut_opinions(tx, state, session, item)))
        self._store.tidy()
        return row

    def _cut_opinions(self, tx: Transaction, state: Assembly, session: Session, item: Item) -> ItemCommand:
        """Count the answers, and take the people off them."""
        work: OpinionsWork = work_of(state, item)
        rows = law.rows_of(work, Answers(tx.answers.of(item.work_id)).of(SHEET))
        if work.statements and not work.closed:
            tx.answers.cut(item.work_id, SHEET, self._new_id)
            tx.answers.forget(item.work_id, AT)
            tx.words.unsign(tx.answers.of(item.work_id).get(WRITERS, {}))
            tx.answers.forget(item.work_id, WRITERS)
        given = sum(len(row.replace(".", "")) for row in rows)
        return CloseOpinions(session.id, FACILITATOR, item.id, len(rows), given, law.straight_liners(rows))

    def _let_go(self, tx: Transaction, session: Session) -> None:
        """No answer stays under its member after the session, unless a later session goes on with these opinions."""
        super()._let_go(tx, session)
        for item in session.agenda:
            state = self._state(tx, session.id)
            work = work_of(state, item)
            open_still = isinstance(work, OpinionsWork) and bool(work.statements) and not work.closed
            if open_still and not goes_on(state, session.id, item):
                command = self._cut_opinions(tx, state, session, item)
                self._append(tx, state, *self._events(state, command))

    def opinion_table(self, session_id: str, item_id: str) -> dict[str, Any] | None:
        """What a picture is drawn from: the statements, and a row of signs for everyone; None when it is drawn."""
        with self._store.reading() as tx:
            _, _, item, work = self._opinions(tx, session_id, item_id)
            if not work.closed:
                raise WrongState("People can still answer.", "Close the opinions first.")
            if work.picture is not None:
                return None
            sheet = Answers(tx.answers.of(item.work_id)).of(SHEET)
            return {"statements": list(work.shown), "rows": law.rows_of(work, sheet)}

    def draw_opinions(self, session_id: str, item_id: str, picture: Mapping[str, Any]) -> int:
        """Keep the picture. It is drawn once: of two that differ by a person, that person could be told."""
        return self._command(session_id, DrawOpinions(session_id, FACILITATOR, item_id, picture))

    def show_opinions(self, session_id: str, item_id: str, *, members: bool, hall: bool) -> int:
        """Let members, or the hall, see the picture, or take it away again."""
        return self._command(session_id, ShowOpinions(session_id, FACILITATOR, item_id, members, hall))

    def _opinions(self, tx: Transaction, session_id: str, item_id: str) -> tuple[Assembly, Session, Item, OpinionsWork]:
        state = self._state(tx, session_id)
        session = state.session_called(session_id)
        item = session.item_called(item_id)
        work = work_of(state, item)
        if not isinstance(work, OpinionsWork):
            raise WrongState(f"“{item.title}” has no statements to answer.", "Look at what is on now.")
        return state, session, item, work


def _here(state: Assembly, session: Session, member: str) -> None:
    if seated_member(state, member) not in session.present:
        raise NotPresent("This member has not joined the session yet.", "Join with the code on the badge first.")


def _still_some(written: int, each: int) -> None:
    if written >= each:
        raise BadRequest(
            f"You have added {written} {'statement' if written == 1 else 'statements'}, as many as each member may.",
            "Answer those of the others.",
        )
