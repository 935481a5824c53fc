"""The can-live-with loop at the desk: answers are kept beside their members until they are counted, then let go of.

Who answered how is known to the database alone, and only as long as the next test of the same draft has to be compared
with it. At the close of a test its counts, its movement and its reasons go into the journal; the reasons become texts
without an author, in an order of chance. The sheet of the test before is cut in the same transaction, and every sheet
when the session is closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from facilitation import law
from facilitation.commands import DraftRound, ItemCommand
from facilitation.desk.core import FACILITATOR
from facilitation.desk.drafts import MEMBER, Drafting, Place
from facilitation.desk.work import Wish, cleaned, work_of
from facilitation.drafts.commands import (
    AskPriorities,
    CloseTest,
    ConfirmObjection,
    OpenTest,
    RaiseObjection,
    ReopenObjection,
    ResolveObjection,
    ResumeLoop,
    StopLoop,
    Written,
)
from facilitation.drafts.loop import counts_of, told_movement
from facilitation.drafts.sheets import (
    ANSWER,
    OBJECTORS,
    OBJECTS,
    WHY,
    YES,
    all_sheets,
    answers_in,
    last_sheet,
    sheet_of,
    voices,
)
from facilitation.drafts.showing import wording
from facilitation.drafts.testing import in_test
from facilitation.drafts.voting import specs
from facilitation.drafts.wording import LONGEST_REASON
from facilitation.drafts.wording import cleaned as tidy
from facilitation.drafts.work import Draft
from facilitation.drafts.work import Work as Drafts
from facilitation.errors import BadRequest, NotPresent, SessionMovedOn, WrongState
from facilitation.model import Assembly, Item, Session
from facilitation.rules.support import SCALE
from facilitation.small_numbers import K
from facilitation.store import Transaction
from facilitation.told import told
from facilitation.work import Answers, Sheet, here_or_answered


class Loop(Drafting):
    """Tests, objections, the end of a loop, and votes about drafts."""

    def open_test(self, session_id: str, item_id: str, drafts: Sequence[str] = ()) -> int:
        """Ask everyone about these drafts; about all that wait for a test, where none is named."""
        command = OpenTest(session_id, FACILITATOR, item_id, self._new_id(), tuple(drafts))
        return self._command(session_id, command)

    def answer_draft(self, session_id: str, item_id: str, member: str, draft: str, given: Mapping[str, Any]) -> None:
        """How well a member can live with a draft: `answer`, `why`, and whether that is an objection (`objects`).

        Until the test is closed the answer can be changed: the last one counts.
        """
        answer, why = str(given.get("answer") or ""), tidy(str(given.get("why") or ""))
        if answer not in SCALE:
            raise BadRequest(told("This is not one of the five answers."), told("Choose one of the five."))
        if len(why) > LONGEST_REASON:
            raise BadRequest(
                told("Your reason has {n} characters.", n=f"{len(why):,}"),
                told("Keep it within {n} characters. Nothing that you typed is lost.", n=f"{LONGEST_REASON:,}"),
            )
        with self._store.writing() as tx:
            state, session, item = self._draft_place(tx, session_id, item_id)
            work: Drafts = work_of(state, item)
            asked = work.draft(draft)
            if not asked.in_test or session.closed_at is not None:
                raise WrongState(
                    told("This test is closed."), told("Look at what it came to. You can answer in the next one.")
                )
            if member not in session.present or member not in state.seated:
                raise NotPresent(told("Only who is here can answer."), told("Join with the code on the badge first."))
            sheet = sheet_of(work.testing, draft)
            parts = {ANSWER: answer, WHY: why or None, OBJECTS: YES if why and given.get("objects") else None}
            for part, value in parts.items():
                tx.answers.put(item.work_id, sheet, member, part, value)

    def close_test(self, session_id: str, item_id: str, test: str) -> int:
        """Count the test. Of two who press at once, the second is told that it is closed."""

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            return self._draft_closing(tx, place, work, test)

        return self._tidied(self._draft_act(session_id, item_id, act))

    def _draft_closing(self, tx: Transaction, place: Place, work: Drafts, test: str) -> ItemCommand:
        state, session, item = place
        sheets = tx.answers.of(item.work_id)
        here = here_or_answered(state, session, voices(work, Answers(sheets)))
        results = {draft.id: self._draft_counted(tx, place, draft, sheets) for draft in in_test(work)}
        for draft in in_test(work):
            if (before := last_sheet(draft)) is not None:
                tx.answers.cut(item.work_id, before, self._new_id)
        return CloseTest(session.id, FACILITATOR, item.id, test, here, results)

    def _draft_counted(
        self, tx: Transaction, place: Place, draft: Draft, sheets: Mapping[str, Sheet]
    ) -> dict[str, Any]:
        """What the answers to one draft come to; its reasons are texts without an author from now on."""
        state, _, item = place
        name = sheet_of(draft.tests[-1].test, draft.id)
        sheet = sheets.get(name, {})
        now, before = answers_in(sheet), answers_in(sheets.get(last_sheet(draft) or "", {}))
        linked = before if before.keys() <= state.members.keys() else {}
        moved = told_movement(linked, now) if linked else None
        few = len(now) < K
        written = [(voice, parts) for voice, parts in sorted(sheet.items()) if parts.get(WHY)]
        self._chance.shuffle(written)
        reasons = []
        for voice, parts in written:
            text = tx.words.add(state.id, "", self._new_id(), parts[WHY], self._new_secret())
            objects = parts.get(OBJECTS) == YES
            if objects:
                tx.answers.put(item.work_id, OBJECTORS, voice, text.id, YES)
            for part in (WHY, OBJECTS):
                tx.answers.put(item.work_id, name, voice, part, None)
            told = {"answer": "" if few else parts.get(ANSWER, ""), "objection": objects}
            reasons.append({"text": text.id, "commitment": text.commitment, **told})
        return {
            "answered": len(now),
            "counts": None if few else counts_of(now),
            "moved": None if moved is None else asdict(moved),
            "reasons": reasons,
        }

    def stop_loop(self, session_id: str, item_id: str, draft: str, reason: str, *, key: str) -> int:
        """Test a draft no more, for a reason; whose answers its last test had is let go of."""
        wish = Wish(FACILITATOR, key, reason, LONGEST_REASON, "The reason")
        body = cleaned(wish)

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            for held in work.draft(draft).held:
                tx.answers.cut(place[2].work_id, sheet_of(held.test, draft), self._new_id)
            text = self._text(tx, place[0], wish, body)
            return StopLoop(session_id, FACILITATOR, item_id, draft, Written(text.id, text.commitment))

        return self._tidied(self._draft_act(session_id, item_id, act))

    def resume_loop(self, session_id: str, item_id: str, draft: str) -> int:
        """Test it again after all."""
        return self._command(session_id, ResumeLoop(session_id, FACILITATOR, item_id, draft))

    # ------------------------------------------------------------------------------------------------ objections

    def raise_objection(self, session_id: str, item_id: str, draft: str, text: str, *, key: str) -> int:
        """The facilitator writes down an objection for somebody."""
        wish = Wish(FACILITATOR, key, text, LONGEST_REASON, "The objection")

        def command(text: Any) -> ItemCommand:
            return RaiseObjection(session_id, FACILITATOR, item_id, draft, Written(text.id, text.commitment))

        return self._worded(session_id, wish, command)

    def resolve_objection(self, session_id: str, item_id: str, objection: str, *, member: str = "") -> int:
        """The group, or the facilitator, says that the present version meets it."""
        actor = MEMBER if member else FACILITATOR
        return self._command(session_id, ResolveObjection(session_id, actor, item_id, member, objection))

    def confirm_objection(self, session_id: str, item_id: str, objection: str, *, member: str) -> int:
        """Whoever objected agrees; nobody is told who that is."""

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            _is_the_objector(tx, place, objection, member)
            return ConfirmObjection(session_id, MEMBER, item_id, objection)

        return self._draft_act(session_id, item_id, act)

    def reopen_objection(self, session_id: str, item_id: str, objection: str, *, member: str = "") -> int:
        """It is not met, says whoever objected, or the facilitator."""

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            if member:
                _is_the_objector(tx, place, objection, member)
            return ReopenObjection(session_id, MEMBER if member else FACILITATOR, item_id, objection)

        return self._draft_act(session_id, item_id, act)

    # ------------------------------------------------------------------------------------------------ votes

    def ask_priorities(
        self, session_id: str, item_id: str, rule: str, drafts: Sequence[str], *, seen_seq: int | None = None
    ) -> list[str]:
        """Prepare a vote on drafts as they read now: one round for all, or one each where the rule asks about one.

        The rounds are drafts like every other; each keeps the fingerprint of every wording that is an option of it.
        """
        with self._store.writing() as tx:
            state, session, item = self._draft_place(tx, session_id, item_id)
            if seen_seq is not None and not session.acted_seq <= seen_seq <= state.seq:
                raise SessionMovedOn(seen_seq, state.seq)
            work: Drafts = work_of(state, item)
            seen = self._seen(tx, state, session, item)
            chosen = [(work.number(draft.id), draft) for draft in map(work.draft, dict.fromkeys(drafts))]
            titles = {draft.id: (number, wording(seen, draft.now.text).title) for number, draft in chosen}
            made = []
            events = []
            for spec, options in specs(rule, titles):
                round_id = self._new_id()
                tx.journal.settle(round_id, state.id)
                asked = (
                    DraftRound(session_id, FACILITATOR, round_id, spec),
                    AskPriorities(session_id, FACILITATOR, item_id, round_id, options),
                )
                events += [event for command in asked for event in law.decide(state, command, self._now())]
                made.append(round_id)
            self._append(tx, state, FACILITATOR, events)
        return made

    # ------------------------------------------------------------------------------------------------ the end

    def _let_go(self, tx: Transaction, session: Session) -> None:
        """A test that is open is counted; from now on nobody can tell whose answer to a draft was whose."""
        state = self._state(tx, session.id)
        for item in _in_test(state, session):
            work: Drafts = work_of(state, item)
            closing = self._draft_closing(tx, (state, session, item), work, work.testing)
            self._append(tx, state, *self._events(state, closing))
            state = self._state(tx, session.id)
        for work_id, work in _drafts(state):
            if work.testing:  # in another session, which counts it: cut now, its people could answer a second time
                continue
            for sheet in all_sheets(work):
                tx.answers.cut(work_id, sheet, self._new_id)
        super()._let_go(tx, session)

    def _tidied(self, seq: int) -> int:
        self._store.tidy()
        return seq


def _drafts(state: Assembly) -> list[tuple[str, Drafts]]:
    """All drafts of an assembly, by the id of their work."""
    return [(work_id, work) for work_id, work in state.work.items() if isinstance(work, Drafts)]


def _in_test(state: Assembly, session: Session) -> list[Item]:
    """The items of a session in whose work a test is open, one for each work."""
    found = {item.work_id: item for item in session.agenda}
    return [found[work_id] for work_id, work in _drafts(state) if work.testing and work_id in found]


def _is_the_objector(tx: Transaction, place: Place, objection: str, member: str) -> None:
    mine = tx.answers.of(place[2].work_id).get(OBJECTORS, {}).get(member, {})
    if mine.get(objection) != YES:
        raise WrongState(told("Only whoever objected can say this."), told("Ask them, or tell the facilitator."))
