"""The work of agenda items: words that people wrote, answers they gave, and what they are still writing.

The parts of the desk for each kind of item stand on this room: `_worded` keeps a text and carries out the command that
tells of it, in one transaction.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.activities import ACTIVITIES
from facilitation.commands import Command
from facilitation.desk.entrance import Entrance
from facilitation.errors import BadRequest, NotAMember
from facilitation.model import Assembly, Item, Phase, Session
from facilitation.plan.planning import plan_of
from facilitation.store import Text, Transaction
from facilitation.work import Answers, Audience, Seen

LONGEST_KEY = 100
LONGEST_KEPT = 100_000
"""Characters of a text that is still being written, all fields together."""
MOST_FIELDS = 40


@dataclass(frozen=True)
class Wish:
    """Words that somebody wants kept: `key` is made before they are first sent, `most` is how long they may be."""

    author: str
    key: str
    body: str
    most: int
    what: str = "The text"


class Work(Entrance):
    """Texts, answers, texts half written; what an item's work looks like."""

    def _worded(self, session_id: str, wish: Wish, command: Callable[[Text], Command]) -> int:
        """Keep the words and do what they are for, or neither; the number of the newest row. Sent twice: once."""
        body = cleaned(wish)
        with self._store.writing() as tx:
            state = self._state(tx, session_id)
            text = self._text(tx, state, wish, body)
            return self._append(tx, state, *self._events(state, command(text)))

    def _text(self, tx: Transaction, state: Assembly, wish: Wish, body: str) -> Text:
        """These words as the journal may know them."""
        return tx.words.add(state.id, wish.author, text_id(wish.author, wish.key), body, self._new_secret())

    def _texts(self, tx: Transaction, state: Assembly) -> Mapping[str, str]:
        """The words of an assembly, remembered until its journal goes on: no text comes or goes without a row."""
        if not state.work and not state.action_log:
            return {}
        known, texts = self._remembered_texts.get((state.id, tx.writes), (None, {}))
        if known is not state:
            texts = tx.words.of(state.id)
            self._remembered_texts[state.id, tx.writes] = (state, texts)
        return texts

    def _seen(
        self, tx: Transaction, state: Assembly, session: Session, item: Item, *, member: str | None = None
    ) -> Seen:
        """All that the work of this item is shown from: to this member, or to all."""
        answers = self._answers(tx, state, item, member)
        return Seen(state, session, item, self._names(tx, state), self._texts(tx, state), answers, self._now())

    def _answers(self, tx: Transaction, state: Assembly, item: Item, member: str | None = None) -> Answers:
        """What was answered. For a member only their own, where the kind shows them nothing of the others' (`ALONE`):
        three hundred tablets do not each read three hundred sheets.
        """
        if item.work_id not in state.work:
            return Answers()
        alone = getattr(ACTIVITIES[item.kind], "ALONE", False)
        return Answers(tx.answers.of(item.work_id, member if alone else None))

    # ------------------------------------------------------------------------------------------------ looked at

    def item_screen(self, session_id: str, item_id: str, audience: Audience) -> dict[str, Any]:
        """An item with what an audience sees of its work, whether it runs or not."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
            item = session.item_called(item_id)
            seen = self._seen(tx, state, session, item)
            work = ACTIVITIES[item.kind].screen(work_of(state, item), seen, audience)
            return {**plan_of(item), "work_id": item.work_id, "work": work}

    def session_of_item(self, assembly_id: str, item_id: str) -> str:
        """In which session of this assembly an agenda item stands."""
        with self._store.reading() as tx:
            return self._state(tx, assembly_id).item_called(item_id)[0].id

    def own_work(self, session_id: str, item_id: str, member: str) -> dict[str, Any]:
        """What this member alone sees of it."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
            return self._own_work(tx, state, (session, session.item_called(item_id)), member)

    def _own_work(self, tx: Transaction, state: Assembly, place: tuple[Session, Item], member: str) -> dict[str, Any]:
        session, item = place
        seen = self._seen(tx, state, session, item, member=member)
        return ACTIVITIES[item.kind].own(work_of(state, item), seen, member)

    # ---------------------------------------------------------------------------------------- still being written

    def keep_writing(self, session_id: str, writer: str, name: str, fields: Mapping[str, str]) -> None:
        """Remember what a member or a host has typed so far, so that it follows them to another tablet."""
        if not 0 < len(name) <= LONGEST_KEY or len(fields) > MOST_FIELDS:
            raise BadRequest("This form cannot be kept.", "Send what you have written, or copy it elsewhere.")
        size = sum(len(value) for value in fields.values())
        if size > LONGEST_KEPT:
            raise BadRequest(
                f"What you have typed has {size} characters.", f"Keep it within {LONGEST_KEPT} to have it kept."
            )
        with self._store.writing() as tx:
            self._state(tx, session_id).session_called(session_id)
            tx.words.keep(session_id, writer, name, fields)


def work_of(state: Assembly, item: Item) -> Any:
    """What came of an item so far."""
    return state.work.get(item.work_id, ACTIVITIES[item.kind].state())


def goes_on(state: Assembly, session_id: str, item: Item) -> bool:
    """Whether an item of another session, which is not closed, shares this work."""
    others = (one for one in state.sessions.values() if one.id != session_id and one.phase is not Phase.CLOSED)
    return any(one.work_id == item.work_id for session in others for one in session.agenda)


def seated_member(state: Assembly, member: str) -> str:
    """The member, if they sit in the assembly now."""
    if member not in state.seated:
        raise NotAMember("Only members of this assembly can do this.", "Join with a member's code.")
    return member


def cleaned(wish: Wish) -> str:
    """The words as they are kept: one spelling of every letter, no control characters, no blank ends.

    >>> cleaned(Wish("m", "k", "  Cafe\\u0301s\\r\\nand\\x07 buses ", 100))
    'Cafés\\nand buses'
    """
    text = unicodedata.normalize("NFC", wish.body.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
    text = text.strip()
    if not text:
        raise BadRequest(f"{wish.what} is empty.", "Write something first.")
    if len(text) > wish.most:
        raise BadRequest(
            f"{wish.what} has {len(text)} characters; there is room for {wish.most}.",
            "Make it shorter, or send it in parts. Nothing you typed is lost.",
        )
    if not 0 < len(wish.key) <= LONGEST_KEY:
        raise BadRequest("The text came without its key.", "Reload the page and send it again.")
    return text


def text_id(author: str, key: str) -> str:
    """The same for the same author and key: who sends twice has written once, and nobody can claim another's id."""
    return hashlib.sha256(f"{author}\n{key}".encode()).hexdigest()[:20]
