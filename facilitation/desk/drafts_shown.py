"""The pages of one draft: its words and history, and its lineage. Found by the draft's id, whatever item it is in."""

from __future__ import annotations

from typing import Any

from facilitation.activities.drafts import KIND
from facilitation.desk.drafts import draft_in
from facilitation.desk.work import Work
from facilitation.drafts.lineage import lineage
from facilitation.drafts.naming import named
from facilitation.drafts.sheets import OBJECTORS, STATEMENTS, WRITERS, YES
from facilitation.drafts.showing import ERASED, attached, full, history, screen
from facilitation.drafts.wording import Wording, wording_of
from facilitation.drafts.work import Work as Drafts
from facilitation.errors import NotFound
from facilitation.model import Assembly, Item, Session
from facilitation.store import Transaction
from facilitation.work import Seen

ERASED_WORDING = Wording(title=ERASED)


class DraftPages(Work):
    """Drafts, looked at one by one."""

    def draft_page(self, assembly_id: str, draft: str, *, member: str = "") -> dict[str, Any]:
        """A draft with its words, its history, what is attached to it; and what of it is this member's."""
        with self._store.reading() as tx:
            work, seen = self._draft_seen(tx, assembly_id, draft)
        found = work.draft(draft)
        mine = {sheet: seen.answers.of(sheet).get(member, {}) for sheet in (WRITERS, OBJECTORS, STATEMENTS)}
        return {
            "session": seen.session.id,
            "item": seen.item.id,
            "step": seen.item.terms.get("step"),
            "line": screen(work, seen, "member")["line"],
            "over": seen.session.closed_at is not None,
            "draft": full(work, seen, found),
            "history": history(work, seen, found),
            "statements": attached(work, seen, draft),
            "mine": {sheet: [text for text, value in parts.items() if value == YES] for sheet, parts in mine.items()},
            "of_the_group": bool(member) and work.groups.get(member) == found.theme,
            "choices": [{"id": one, **told} for one, told in named(seen).items()],
        }

    def draft_lineage(self, assembly_id: str, draft: str) -> dict[str, Any]:
        """Where a draft comes from and what became of it."""
        with self._store.reading() as tx:
            work, seen = self._draft_seen(tx, assembly_id, draft)
        return {"session": seen.session.id, "item": seen.item.id, **lineage(work, seen, draft, named(seen))}

    def drafts_of_round(self, round_id: str) -> list[dict[str, Any]]:
        """The drafts that the options of a vote stand for, with the version and the fingerprint asked about."""
        with self._store.reading() as tx:
            state = self._state(tx, round_id)
            asked = [work for work in state.work.values() if isinstance(work, Drafts) and round_id in work.rounds]
            texts = self._texts(tx, state)
        return [
            {
                "option": option,
                "draft": cited.draft,
                "number": work.number(cited.draft),
                "version": cited.version,
                "fingerprint": cited.fingerprint,
                "title": (
                    wording_of(texts.get(work.draft(cited.draft).version(cited.version).text)) or ERASED_WORDING
                ).title,
                "now": work.draft(cited.draft).now.number,
            }
            for work in asked
            for option, cited in work.rounds[round_id].items()
        ]

    def earlier_drafts(self, session_id: str, item_id: str) -> list[dict[str, str]]:
        """The drafts items before this one, of all sessions, with whose work it can go on; the latest first."""
        found: list[dict[str, str]] = []
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
        for session in state.sessions.values():
            for item in session.agenda:
                if item.id == item_id:
                    return found[::-1]
                if item.kind == KIND:
                    found.append({"id": item.id, "work": item.work_id, "words": f"{session.name}: {item.title}"})
        return found[::-1]

    def minority_statement(self, assembly_id: str, statement: str) -> dict[str, Any]:
        """One minority statement to the letter."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            for work_id, work in state.work.items():
                if isinstance(work, Drafts) and statement in work.statements:
                    session, item = _latest(state, work_id)
                    seen = self._seen(tx, state, session, item)
                    for one in attached(work, seen, work.statements[statement].draft):
                        if one["id"] == statement:
                            return one
        raise NotFound("There is no such minority statement.", "It may have been taken back.")

    def _draft_seen(self, tx: Transaction, assembly_id: str, draft: str) -> tuple[Drafts, Seen]:
        state = self._state(tx, assembly_id)
        place = draft_in(state, draft)
        if place is None:
            raise NotFound("There is no such draft.", "Look at the list of drafts.")
        session, item = _latest(state, place[0])
        return state.work[place[0]], self._seen(tx, state, session, item)


def _latest(state: Assembly, work_id: str) -> tuple[Session, Item]:
    """The item in which this work goes on now: the running one, the last that has begun, or the first of all."""
    found = [
        (session, item) for session in state.sessions.values() for item in session.agenda if item.work_id == work_id
    ]
    running = [place for place in found if place[1].running]
    begun = [place for place in found if place[1].started_at is not None]
    return (running or begun[-1:] or found)[0]
