"""Ideas at the desk: cards written, told, put together, grouped and named. Whatever is sent twice is done once.

`actor` is a role with what belongs to it: `member`, `host:3`, `facilitator`. A card's author is kept with its words and
in the journal, and is told to nobody but the author.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from facilitation.commands import ItemCommand
from facilitation.desk.core import FACILITATOR
from facilitation.desk.work import Wish, Work, seated_member, work_of
from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.ideas import wall
from facilitation.ideas.commands import (
    CorrectIdea,
    DecideName,
    DeclineAlike,
    DissolveCluster,
    GoToStep,
    MakeCluster,
    MergeCards,
    PlaceCards,
    ProposeName,
    SayIdea,
    TitleCluster,
    UndoMerge,
    WithdrawIdea,
    WriteIdea,
)
from facilitation.ideas.events import NamesSettled
from facilitation.ideas.merging import LONGEST_TITLE, standing
from facilitation.ideas.naming import LONGEST_NAME, support
from facilitation.ideas.showing import table_json
from facilitation.ideas.terms import terms_of
from facilitation.ideas.trace import label, named, story, trace, words_for
from facilitation.ideas.work import Work as Cards
from facilitation.model import Assembly, Item, Session
from facilitation.store import Transaction
from facilitation.told import told
from facilitation.work import Context

MEMBER: Final = "member"


@dataclass(frozen=True)
class Words:
    """Words with the key that was made before they were first sent; without words, the key of a deed."""

    key: str
    body: str = ""


@dataclass(frozen=True)
class Chosen:
    """Cards, and in which group each was when whoever chose them looked."""

    cards: Sequence[str]
    seen: Mapping[str, str] = field(default_factory=dict)


class Ideas(Work):
    """Everything about the cards of an ideas item."""

    # -------------------------------------------------------------------------------------------------------- cards

    def write_idea(self, session_id: str, item_id: str, member: str, words: Words, *, actor: str = MEMBER) -> int:
        """A member's new card; somebody from the team (`actor`) can type it for them."""
        wish = Wish(member, words.key, words.body, self._idea_most(session_id, item_id), told("The idea"))
        mine = (session_id, actor, item_id)
        typed = actor != MEMBER
        return self._worded(session_id, wish, lambda text: WriteIdea(*mine, text.id, text.commitment, member, typed))

    def correct_idea(
        self, session_id: str, item_id: str, idea: str, words: Words, *, member: str = "", actor: str = MEMBER
    ) -> int:
        """New words for a card, by its author, or (no `member`) by somebody from the team who typed it."""
        author = member or self._idea_author_of(session_id, item_id, idea)
        wish = Wish(author, words.key, words.body, self._idea_most(session_id, item_id), told("The idea"))
        mine = (session_id, actor, item_id, idea)
        return self._worded(session_id, wish, lambda text: CorrectIdea(*mine, text.id, text.commitment, member))

    def withdraw_idea(
        self, session_id: str, item_id: str, idea: str, *, member: str = "", actor: str = MEMBER, back: bool = False
    ) -> int:
        """Take a card back, or put it `back`: by its author, or by the facilitator."""
        return self._command(session_id, WithdrawIdea(session_id, actor, item_id, idea, not back, member))

    def say_idea(
        self, session_id: str, item_id: str, idea: str, *, member: str = "", actor: str = MEMBER, said: bool = True
    ) -> int:
        """Tick a card as read out, or take the tick back: by its author or a host."""
        return self._command(session_id, SayIdea(session_id, actor, item_id, idea, said, member))

    # ---------------------------------------------------------------------------------------- together, and in groups

    def merge_cards(self, session_id: str, item_id: str, cards: Sequence[str], words: Words, *, actor: str) -> int:
        """Make one card of these, with the words of the first or with others."""
        mine = (session_id, actor, item_id, self._idea_made_id(item_id, words.key), tuple(cards))
        return self._ideas_worded(
            (session_id, item_id), words, actor, "The card", lambda *text: MergeCards(*mine, *text)
        )

    def undo_merge(self, session_id: str, item_id: str, merge: str, *, actor: str) -> int:
        """Let the cards stand for themselves again."""
        return self._command(session_id, UndoMerge(session_id, actor, item_id, merge))

    def decline_alike(self, session_id: str, item_id: str, first: str, second: str, *, actor: str) -> int:
        """These two do not say the same."""
        return self._command(session_id, DeclineAlike(session_id, actor, item_id, first, second))

    def make_cluster(self, session_id: str, item_id: str, chosen: Chosen, title: Words, *, actor: str) -> int:
        """A new group, of these cards if any, with a working title if there is one."""
        table = int(actor.partition(":")[2] or 0)
        mine = (
            session_id,
            actor,
            item_id,
            self._idea_made_id(item_id, title.key),
            tuple(chosen.cards),
            chosen.seen,
            table,
        )
        return self._ideas_worded((session_id, ""), title, actor, "The title", lambda *text: MakeCluster(*mine, *text))

    def title_cluster(self, session_id: str, item_id: str, cluster: str, title: Words, *, actor: str) -> int:
        """Give a group another working title."""
        wish = Wish(actor, title.key, " ".join(title.body.split()), LONGEST_TITLE, "The title")
        mine = (session_id, actor, item_id, cluster)
        return self._worded(session_id, wish, lambda text: TitleCluster(*mine, text.id, text.commitment))

    def place_cards(self, session_id: str, item_id: str, cluster: str, chosen: Chosen, *, actor: str) -> int:
        """Put cards into a group, or (empty) into none. Refused where somebody else has moved one meanwhile."""
        command = PlaceCards(session_id, actor, item_id, cluster, tuple(chosen.cards), chosen.seen)
        return self._command(session_id, command)

    def dissolve_cluster(
        self, session_id: str, item_id: str, cluster: str, *, actor: str, dissolved: bool = True
    ) -> int:
        """Dissolve a group, or bring it back."""
        return self._command(session_id, DissolveCluster(session_id, actor, item_id, cluster, dissolved))

    # -------------------------------------------------------------------------------------------------------- names

    def propose_name(self, session_id: str, item_id: str, cluster: str, words: Words, *, member: str) -> int:
        """A member proposes a name for a group, and supports it with that."""
        wish = Wish(member, words.key, " ".join(words.body.split()), LONGEST_NAME, told("The name"))
        mine = (session_id, MEMBER, item_id, cluster)
        return self._worded(session_id, wish, lambda text: ProposeName(*mine, text.id, text.commitment, member))

    def support_name(self, session_id: str, item_id: str, cluster: str, name: str, *, member: str) -> int:
        """A member supports this name and no other of the group. It stands with the answers, not in the journal."""
        with self._store.writing() as tx:
            state, session, item = self._idea_place(tx, session_id, item_id)
            work = _cards(state, item)
            seated_member(state, member)
            if work.step != "name" or not item.running:
                raise WrongState(told("The groups are not being named now."), told("Look at what is on now."))
            standing(work, cluster, Context(state, session, item, self._now()))
            if name not in work.names or work.names[name].cluster != cluster:
                raise NotFound(
                    told("Nobody proposed this name for this group."), told("Choose one of the proposed names.")
                )
            tx.answers.put(item.work_id, work.sheet, member, cluster, name)
            return state.seq

    def decide_name(self, session_id: str, item_id: str, cluster: str, name: str) -> int:
        """The facilitator chooses a group's name."""
        return self._command(session_id, DecideName(session_id, FACILITATOR, item_id, cluster, name))

    def ideas_step(self, session_id: str, item_id: str, step: str) -> int:
        """Go on, or back, to a step. When naming ends, support is counted and nobody can be found in it any more."""
        with self._store.writing() as tx:
            state, _, item = self._idea_place(tx, session_id, item_id)
            work = _cards(state, item)
            counted = support(work, tx.answers.of(item.work_id).get(work.sheet, {}))
            actor, events = self._events(state, GoToStep(session_id, FACILITATOR, item_id, step, counted))
            if any(isinstance(event, NamesSettled) for event in events):
                tx.answers.cut(item.work_id, work.sheet, self._new_id)
            return self._append(tx, state, actor, events)

    # ------------------------------------------------------------------------------------------------------- looks

    def idea_cards(self, session_id: str, item_id: str, which: str = "", page: int = 1) -> dict[str, Any]:
        """A page of the wall: the cards of a group, or (empty) those in none. None while they are still written."""
        with self._store.reading() as tx:
            state, session, item = self._idea_place(tx, session_id, item_id)
            work, texts = _cards(state, item), self._texts(tx, state)
            if which:
                standing(work, which, Context(state, session, item, self._now()))
            cards = work.in_cluster(which) if work.step in ("cluster", "name", "done") else ()
        pages = max(1, -(-len(cards) // wall.PAGE))
        page = min(max(1, page), pages)
        shown = cards[(page - 1) * wall.PAGE : page * wall.PAGE]
        return {
            "which": which,
            "name": words_for(work, which, texts) if which else "",
            "count": len(cards),
            "page": page,
            "pages": pages,
            "cards": [wall.card_json(work, card, texts) for card in shown],
        }

    def idea_table(self, session_id: str, item_id: str, table: int) -> dict[str, Any]:
        """All cards of a table, to be ticked as they are read out; none while they are still written."""
        with self._store.reading() as tx:
            state, session, item = self._idea_place(tx, session_id, item_id)
            return table_json(_cards(state, item), self._seen(tx, state, session, item), table)

    def idea_trace(self, session_id: str, item_id: str, thing: str, *, member: str = "") -> dict[str, Any]:
        """All that was done to a card or group. While everyone writes, a card's trace is its author's alone."""
        with self._store.reading() as tx:
            state, _, item = self._idea_place(tx, session_id, item_id)
            work, texts = _cards(state, item), self._texts(tx, state)
        found, idea = trace(work, thing), work.ideas.get(thing)
        secret = work.step == "write" or (work.step == "share" and idea is not None and not idea.said)
        if secret and not (idea is not None and member and idea.author == member):
            raise NotFound(told("This card is not read out yet."), told("Wait until its author has read it out."))
        return {
            "id": thing,
            "kind": found.kind,
            "label": label(work, thing, texts),
            "words": words_for(work, thing, texts),
            "deeds": story(work, thing, texts),
            "ideas": [
                {"id": one, "text": words_for(work, one, texts), "label": label(work, one, texts)}
                for one in found.ideas
            ],
            "under": found.under,
            "cluster": found.cluster,
            "cluster_name": words_for(work, found.cluster, texts) if found.cluster else "",
        }

    def named_ideas(self, session_id: str) -> dict[str, dict[str, str]]:
        """All cards and groups of the assembly that a draft can cite: id → kind and words."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            texts = self._texts(tx, state)
        works = [work for work in state.work.values() if isinstance(work, Cards)]
        return {thing: known for work in works for thing, known in named(work, texts).items()}

    # -------------------------------------------------------------------------------------------------------- inside

    def _idea_place(self, tx: Transaction, session_id: str, item_id: str) -> tuple[Assembly, Session, Item]:
        state = self._state(tx, session_id)
        session = state.session_called(session_id)
        return state, session, session.item_called(item_id)

    def _idea_most(self, session_id: str, item_id: str) -> int:
        with self._store.reading() as tx:
            state, _, item = self._idea_place(tx, session_id, item_id)
        return terms_of(state, item).most if item.kind == "ideas" else LONGEST_TITLE

    def _idea_author_of(self, session_id: str, item_id: str, idea: str) -> str:
        with self._store.reading() as tx:
            state, _, item = self._idea_place(tx, session_id, item_id)
        found = _cards(state, item).ideas.get(idea)
        if found is None or not found.typed:
            raise NotFound("Nobody from the team typed this card.", "Its author can correct it on their tablet.")
        return found.author

    def _idea_made_id(self, item_id: str, key: str) -> str:
        """The id of what is made with this key: made twice, it is one."""
        if not key:
            raise BadRequest("This came without its key.", "Reload the page and send it again.")
        return hashlib.sha256(f"made in {item_id}\n{key}".encode()).hexdigest()[:20]

    def _ideas_worded(
        self, where: tuple[str, str], words: Words, actor: str, what: str, command: Callable[..., ItemCommand]
    ) -> int:
        session_id, item_id = where
        if not words.body.strip():
            return self._command(session_id, command())
        most = self._idea_most(session_id, item_id) if item_id else LONGEST_TITLE
        wish = Wish(actor, words.key, words.body, most, what)
        return self._worded(session_id, wish, lambda text: command(text.id, text.commitment))


def _cards(state: Assembly, item: Item) -> Cards:
    work = work_of(state, item)
    if not isinstance(work, Cards):
        raise WrongState(f"“{item.title}” has no cards.", "Choose an item of the kind “ideas”.")
    return work
