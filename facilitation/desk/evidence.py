"""Evidence at the desk: slots, the tables' questions, papers; and whether the session is streamed.

A question is sent with a key that its form was made with, so to send it twice is to ask once. Who is for a question
stands among the answers and in no row of the journal; the journal says how many. A paper's bytes stand beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facilitation.desk.core import FACILITATOR
from facilitation.desk.talking import MEMBER
from facilitation.desk.work import Wish, Work, cleaned, goes_on, seated_member, work_of
from facilitation.errors import NotFound, NotPresent
from facilitation.evidence.bank import LONGEST_NOTE, LONGEST_QUESTION, Bank
from facilitation.evidence.commands import (
    AllowQuestions,
    AskQuestion,
    AttachPaper,
    ChangeSpeakers,
    EndSlot,
    ExtendSlot,
    MarkQuestion,
    MergeQuestions,
    PartQuestion,
    RemovePaper,
    StartSlot,
    SupportQuestion,
    WithdrawQuestion,
)
from facilitation.evidence.files import LONGEST_TITLE, paper
from facilitation.evidence.telling import SHEET, by_item
from facilitation.evidence.work import Evidence
from facilitation.livestream import PlanLivestream, SwitchLivestream
from facilitation.model import Assembly, Item, Session
from facilitation.store import Text, Transaction
from facilitation.store.recruitments import papers_of
from facilitation.told import told


@dataclass(frozen=True)
class Place:
    """An agenda item of a session."""

    session: str
    item: str


@dataclass(frozen=True)
class PaperFile:
    """A paper to show or to save."""

    title: str
    form: str
    data: bytes


class Evidences(Work):
    """What is done in an item of evidence, and the switch of the livestream."""

    def is_running(self, at: Place) -> bool:
        """Whether the item is the one that runs now."""
        with self._store.reading() as tx:
            return self._state(tx, at.session).session_called(at.session).current == at.item

    # ----------------------------------------------------------------------------------------------------- slots

    def change_speakers(self, at: Place, speakers: str | Sequence[Mapping[str, Any]]) -> int:
        """Let these speak, before the item begins or while it runs; who has begun stays. The same again: nothing."""
        return self._command(at.session, ChangeSpeakers(at.session, FACILITATOR, at.item, speakers))

    def start_slot(self, at: Place, speaker: int) -> int:
        """Let the speaker of this number begin. Pressing twice starts one; whoever speaks has finished."""
        return self._command(at.session, StartSlot(at.session, FACILITATOR, at.item, speaker))

    def extend_slot(self, at: Place, seconds: int) -> int:
        """Give the speaker more time. Every press counts."""
        return self._command(at.session, ExtendSlot(at.session, FACILITATOR, at.item, seconds))

    def end_slot(self, at: Place) -> int:
        """The speaker has finished. Pressing twice does nothing more."""
        return self._command(at.session, EndSlot(at.session, FACILITATOR, at.item))

    # ------------------------------------------------------------------------------------------------- questions

    def allow_questions(self, at: Place, each: int) -> int:
        """Every table may ask so many questions in this item; none: no more are taken."""
        return self._command(at.session, AllowQuestions(at.session, FACILITATOR, at.item, each))

    def ask_as_member(self, at: Place, member: str, key: str, words: str) -> int:
        """A member asks for their table, wherever they sit when it arrives."""
        table = self._table_of(at, member)
        return self._ask(at, table, _question(member, key, words), MEMBER)

    def ask_for_table(self, at: Place, table: int, key: str, words: str, *, actor: str = FACILITATOR) -> int:
        """The host of a table, or the facilitator, asks for it."""
        return self._ask(at, table, _question(f"table:{table}", key, words), actor)

    def withdraw_as_member(self, at: Place, member: str, text: str) -> int:
        """A member takes back a question of their table; its wording is forgotten. To do it twice is fine."""
        return self.withdraw_question(at, text, self._table_of(at, member), actor=MEMBER)

    def withdraw_question(self, at: Place, text: str, table: int | None = None, *, actor: str = FACILITATOR) -> int:
        """A table takes back a question of its own, or, without a table, the facilitator any."""
        with self._store.writing() as tx:
            state = self._state(tx, at.session)
            seq = self._append(
                tx, state, *self._events(state, WithdrawQuestion(at.session, actor, at.item, text, table))
            )
            tx.words.forget(text)
        self._store.tidy()
        return seq

    def support_question(self, at: Place, member: str, text: str, *, withdraw: bool = False) -> int:
        """A member is for a question, or not any more. Once for each question, however often it is pressed."""
        with self._store.writing() as tx:
            state, session, item, bank = self._bank(tx, at)
            _may_act(state, session, member)
            group = _group(bank, bank.standing(text).text)
            if withdraw:
                for one in group:
                    tx.answers.put(item.work_id, SHEET, member, one, None)
            else:
                tx.answers.put(item.work_id, SHEET, member, text, "yes")
            command = SupportQuestion(at.session, MEMBER, at.item, text, self._voices(tx, item, group))
            return self._append(tx, state, *self._events(state, command))

    def merge_questions(self, at: Place, text: str, under: str) -> int:
        """Put a question under another one. To do it twice is fine; `part_question` undoes it exactly."""
        with self._store.writing() as tx:
            state, _, item, bank = self._bank(tx, at)
            both = {*_group(bank, text), *_group(bank, under)}
            command = MergeQuestions(at.session, FACILITATOR, at.item, text, under, self._voices(tx, item, both))
            return self._append(tx, state, *self._events(state, command))

    def part_question(self, at: Place, text: str) -> int:
        """Take a question out from under the other one, with all that was under it."""
        with self._store.writing() as tx:
            state, _, item, bank = self._bank(tx, at)
            mine = _group(bank, text)
            rest = set(_group(bank, bank.root(text).text)) - set(mine)
            counted = self._voices(tx, item, mine), self._voices(tx, item, rest)
            return self._append(
                tx, state, *self._events(state, PartQuestion(at.session, FACILITATOR, at.item, text, *counted))
            )

    def mark_question(self, at: Place, text: str, mark: str, *, note: str = "", key: str = "note") -> int:
        """Say what became of a question: who answered, who owes the answer. The same again changes nothing."""
        with self._store.writing() as tx:
            state = self._state(tx, at.session)
            kept = Text("", "")
            if note.strip():
                wish = Wish(FACILITATOR, f"{text} {key}", note, LONGEST_NOTE, "The note")
                kept = self._text(tx, state, wish, cleaned(wish))
            command = MarkQuestion(at.session, FACILITATOR, at.item, text, mark, kept.id, kept.commitment)
            return self._append(tx, state, *self._events(state, command))

    # ---------------------------------------------------------------------------------------------------- papers

    def attach_paper(self, at: Place, key: str, file: tuple[str, bytes], title: str = "") -> int:
        """Put a file into the members' files, looked at first. The same form sent twice attaches it once."""
        looked = paper(*file, title)
        wish = Wish(FACILITATOR, f"{at.item} {key}", looked.title, LONGEST_TITLE, "The title")
        body, digest = cleaned(wish), hashlib.sha256(looked.data).hexdigest()
        with self._store.writing() as tx:
            state = self._state(tx, at.session)
            text = self._text(tx, state, wish, body)
            told = (text.id, text.commitment, looked.form, len(looked.data), digest)
            events = self._events(state, AttachPaper(at.session, FACILITATOR, at.item, *told))
            if events[1]:
                _, item = state.item_called(at.item)
                tx.recruitments.put(papers_of(item.work_id), text.id, looked.title, looked.data)
            return self._append(tx, state, *events)

    def remove_paper(self, at: Place, text: str) -> int:
        """Take a paper out of the files, and forget it."""
        with self._store.writing() as tx:
            state = self._state(tx, at.session)
            seq = self._append(tx, state, *self._events(state, RemovePaper(at.session, FACILITATOR, at.item, text)))
            tx.recruitments.erase(papers_of(state.item_called(at.item)[1].work_id), text)
            tx.words.forget(text)
        self._store.tidy()
        return seq

    def evidence_papers(self, assembly_id: str) -> list[dict[str, object]]:
        """All papers of the assembly by the agenda item to which they were attached, in every session."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            return by_item(state, self._texts(tx, state))

    def paper_file(self, assembly_id: str, text: str) -> PaperFile:
        """The bytes of one of them."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            for work_id, work in state.work.items():
                if isinstance(work, Evidence) and text in work.papers:
                    title, data = tx.recruitments.bytes_of(papers_of(work_id), [text])[text]
                    return PaperFile(tx.words.body(text) or title, work.papers[text].form, data)
        raise NotFound("This paper is not in the files.", "Look at the list of files again.")

    # ------------------------------------------------------------------------------------------------ livestream

    def plan_livestream(self, session_id: str, *, used: bool) -> int:
        """Say whether this session is streamed at all."""
        return self._command(session_id, PlanLivestream(session_id, FACILITATOR, used))

    def switch_livestream(self, session_id: str, *, on: bool) -> int:
        """Somebody has switched the stream on or off, and the screens say so. Pressing twice does nothing more."""
        return self._command(session_id, SwitchLivestream(session_id, FACILITATOR, on))

    # ---------------------------------------------------------------------------------------------------- within

    def _let_go(self, tx: Transaction, session: Session) -> None:
        """Nobody can tell any more who was for which question, unless a later session goes on with them."""
        super()._let_go(tx, session)
        state = self._state(tx, session.id)
        for item in session.agenda:
            if isinstance(work_of(state, item), Evidence) and not goes_on(state, session.id, item):
                tx.answers.cut(item.work_id, SHEET, self._new_id)

    def _ask(self, at: Place, table: int, wish: Wish, actor: str) -> int:
        def command(text: Text) -> AskQuestion:
            return AskQuestion(at.session, actor, at.item, table, text.id, text.commitment)

        return self._worded(at.session, wish, command)

    def _table_of(self, at: Place, member: str) -> int:
        """Where this member sits now; only who has joined can act."""
        with self._store.reading() as tx:
            state = self._state(tx, at.session)
            _may_act(state, state.session_called(at.session), member)
            return state.members[member].table

    def _bank(self, tx: Transaction, at: Place) -> tuple[Assembly, Session, Item, Bank]:
        state = self._state(tx, at.session)
        session = state.session_called(at.session)
        item = session.item_called(at.item)
        work = work_of(state, item)
        return state, session, item, work.bank if isinstance(work, Evidence) else Bank()

    def _voices(self, tx: Transaction, item: Item, group: Iterable[str]) -> int:
        """How many members are for any of these."""
        said = tx.answers.of(item.work_id).get(SHEET, {})
        return sum(any(one in parts for one in group) for parts in said.values())


def _question(author: str, key: str, words: str) -> Wish:
    return Wish(author, key, words, LONGEST_QUESTION, "The question")


def _group(bank: Bank, text: str) -> list[str]:
    """A question with all that is under it."""
    return [bank.one(text).text, *(one.text for one in bank.under(text))]


def _may_act(state: Assembly, session: Session, member: str) -> None:
    if seated_member(state, member) not in session.present:
        raise NotPresent(told("You have not joined this session yet."), told("Join with the code on your badge first."))
