"""Drafts at the desk: themes and groups, wordings saved and amended, minority statements; sent twice is done once.

Words are cleaned, kept outside the journal and told of in it, all in one transaction. `member` is who writes, empty for
the staff, whose `actor` then says who they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from facilitation.commands import ItemCommand
from facilitation.desk.core import FACILITATOR
from facilitation.desk.work import Wish, Work, cleaned, seated_member, text_id, work_of
from facilitation.drafts.commands import (
    AcceptAmendment,
    ChooseTheme,
    DeclineAmendment,
    MakeStatement,
    MakeTheme,
    ProposeAmendment,
    RemoveTheme,
    RenameTheme,
    RestoreDraft,
    SaveDraft,
    ShowDraft,
    SourceDraft,
    StartDraft,
    TakeAmendmentBack,
    TakeStatementBack,
    WithdrawDraft,
    Written,
)
from facilitation.drafts.deciding import standing
from facilitation.drafts.naming import named
from facilitation.drafts.sheets import STATEMENTS, WRITERS, YES
from facilitation.drafts.wording import (
    LONGEST_BODY,
    LONGEST_REASON,
    LONGEST_STATEMENT,
    LONGEST_THEME,
    Wording,
    read_wording,
    taken_up,
    wording_of,
)
from facilitation.drafts.wording import cleaned as tidy
from facilitation.drafts.work import Draft
from facilitation.drafts.work import Work as Drafts
from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.events import canonical
from facilitation.model import Assembly, Item, Session
from facilitation.store import Text, Transaction
from facilitation.told import told

MEMBER = "member"
Place = tuple[Assembly, Session, Item]


class Drafting(Work):
    """The writing of drafts."""

    def make_theme(self, session_id: str, item_id: str, name: str, *, key: str, sources: Sequence[str] = ()) -> int:
        """Make a theme that members can work on."""
        wish = Wish(FACILITATOR, key, " ".join(name.split()), LONGEST_THEME, "The theme")
        return self._worded(
            session_id,
            wish,
            lambda text: MakeTheme(session_id, FACILITATOR, item_id, Written(text.id, text.commitment), tuple(sources)),
        )

    def make_themes_of(self, session_id: str, item_id: str, groups: Sequence[str]) -> None:
        """A theme for each of these groups of ideas, called as the group is. Asked again, those there are stay."""
        with self._store.reading() as tx:
            known = named(self._seen(tx, *self._draft_place(tx, session_id, item_id)))
        for group in groups:
            if group not in known:
                raise NotFound(told("There is no such group of ideas."), told("Choose one from the list."))
            name = known[group]["words"][:LONGEST_THEME]
            self.make_theme(session_id, item_id, name, key=f"theme of {group}", sources=(group,))

    def rename_theme(self, session_id: str, item_id: str, theme: str, name: str, *, key: str) -> int:
        """Give a theme another name."""
        wish = Wish(FACILITATOR, key, " ".join(name.split()), LONGEST_THEME, "The theme")
        return self._worded(
            session_id,
            wish,
            lambda text: RenameTheme(session_id, FACILITATOR, item_id, theme, Written(text.id, text.commitment)),
        )

    def remove_theme(self, session_id: str, item_id: str, theme: str) -> int:
        """Remove a theme that has no drafts."""
        return self._command(session_id, RemoveTheme(session_id, FACILITATOR, item_id, theme))

    def choose_theme(self, session_id: str, item_id: str, member: str, theme: str, *, actor: str = MEMBER) -> int:
        """A member works on this theme from now on, on none where it is empty. Choosing again changes nothing."""
        return self._command(session_id, ChooseTheme(session_id, actor, item_id, member, theme))

    # ------------------------------------------------------------------------------------------------ wordings

    def start_draft(self, session_id: str, item_id: str, theme: str, fields: Mapping[str, Any], **how: Any) -> int:
        """Begin a draft. `how`: the `key`, the `member` or the `actor`, and the `sources` that it comes from."""
        wording, sources = read_wording(fields), tuple(how.pop("sources", ()))
        wish, who, actor = _writer(wording.body, **how)
        return self._draft_words(
            session_id,
            item_id,
            wish,
            lambda text: StartDraft(session_id, actor, item_id, who, theme, _with(text, wording), sources),
        )

    def save_draft(
        self, session_id: str, item_id: str, draft: str, fields: Mapping[str, Any], *, on: int, **how: Any
    ) -> int:
        """Save a wording that was written on version `on`; if the draft has changed since, it is an amendment."""
        wording = read_wording(fields)
        wish, who, actor = _writer(wording.body, **how)
        return self._draft_words(
            session_id,
            item_id,
            wish,
            lambda text: SaveDraft(session_id, actor, item_id, who, draft, on, _with(text, wording)),
        )

    def propose_amendment(
        self, session_id: str, item_id: str, draft: str, fields: Mapping[str, Any], *, on: int, **how: Any
    ) -> int:
        """Propose another wording of version `on`, with a `reason`."""
        wording, reason = read_wording(fields), tidy(str(fields.get("reason") or ""))
        if len(reason) > LONGEST_REASON:
            raise BadRequest(
                told("The reason has {n} characters.", n=f"{len(reason):,}"),
                told("Keep it within {n} characters. Nothing that you typed is lost.", n=f"{LONGEST_REASON:,}"),
            )
        wish, _, actor = _writer(canonical({**wording.as_json(), "reason": reason}), **how)
        return self._draft_words(
            session_id,
            item_id,
            wish,
            lambda text: ProposeAmendment(session_id, actor, item_id, draft, on, _with(text, wording)),
        )

    def accept_amendment(
        self, session_id: str, item_id: str, draft: str, amendment: str, *, on: int, **how: Any
    ) -> int:
        """Take an amendment up in the version that was looked at."""

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            found = work.draft(draft)
            base, now, proposed = (
                _kept(tx, text)
                for text in (found.version(found.amendment(amendment).on).text, found.now.text, amendment)
            )
            wording = taken_up(base, now, proposed)
            _, who, actor = _writer(wording.body, key=amendment, **how)
            text = self._unsigned(tx, place[0], text_id("taken up", f"{amendment} on {on}"), wording.body)
            return AcceptAmendment(
                session_id, actor, item_id, who, draft, amendment, on, _with((text.id, text.commitment), wording)
            )

        return self._draft_act(session_id, item_id, act)

    def decline_amendment(
        self, session_id: str, item_id: str, draft: str, amendment: str, *, reason: str, **how: Any
    ) -> int:
        """Do not take it up, for a reason."""
        wish, who, actor = _writer(reason, LONGEST_REASON, "The reason", **how)
        return self._draft_words(
            session_id,
            item_id,
            wish,
            lambda text: DeclineAmendment(session_id, actor, item_id, who, draft, amendment, Written(*text)),
        )

    def take_amendment_back(self, session_id: str, item_id: str, draft: str, amendment: str, *, member: str) -> int:
        """Whoever proposed it takes it back."""

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            _is_the_writer(tx, place[2], amendment, member)
            return TakeAmendmentBack(session_id, MEMBER, item_id, draft, amendment)

        return self._draft_act(session_id, item_id, act)

    def source_draft(
        self, session_id: str, item_id: str, draft: str, sources: Sequence[str], *, member: str = ""
    ) -> int:
        """Name the ideas and the evidence that a draft comes from."""
        actor = MEMBER if member else FACILITATOR
        return self._command(session_id, SourceDraft(session_id, actor, item_id, member, draft, tuple(sources)))

    def withdraw_draft(self, session_id: str, item_id: str, draft: str, reason: str, *, key: str) -> int:
        """Pursue a draft no longer, for a reason."""
        wish = Wish(FACILITATOR, key, reason, LONGEST_REASON, "The reason")

        def command(text: Any) -> ItemCommand:
            return WithdrawDraft(session_id, FACILITATOR, item_id, draft, Written(text.id, text.commitment))

        return self._worded(session_id, wish, command)

    def restore_draft(self, session_id: str, item_id: str, draft: str) -> int:
        """Pursue it after all."""
        return self._command(session_id, RestoreDraft(session_id, FACILITATOR, item_id, draft))

    def show_draft(self, session_id: str, item_id: str, draft: str) -> int:
        """Show a draft to the whole hall; an empty id takes it away."""
        return self._command(session_id, ShowDraft(session_id, FACILITATOR, item_id, draft))

    # ------------------------------------------------------------------------------------------------ statements

    def attach_statement(self, session_id: str, item_id: str, draft: str, text: str, *, key: str, member: str) -> int:
        """Attach a minority statement to a draft, or to the whole; its writer stands by it."""
        wish, _, actor = _writer(text, LONGEST_STATEMENT, "The statement", key=key, member=member)
        return self._draft_words(
            session_id,
            item_id,
            wish,
            lambda text: MakeStatement(session_id, actor, item_id, draft, Written(*text)),
            stands=True,
        )

    def take_statement_back(self, session_id: str, item_id: str, statement: str, *, member: str) -> int:
        """Whoever wrote it takes it back."""

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            _is_the_writer(tx, place[2], statement, member)
            return TakeStatementBack(session_id, MEMBER, item_id, statement)

        return self._draft_act(session_id, item_id, act)

    def stand_by(self, session_id: str, item_id: str, statement: str, *, member: str, stands: bool = True) -> None:
        """A member stands by a minority statement, or no longer does. Only how many is ever told."""
        with self._store.writing() as tx:
            state, session, item = self._draft_place(tx, session_id, item_id)
            _open_session(session)
            standing(work_of(state, item), statement)
            if any(parts.get(statement) == YES and voice not in state.members for voice, parts in _standing(tx, item)):
                raise WrongState(
                    told("Who stands by this statement was counted when its session was closed."),
                    told("Write another."),
                )
            value = YES if stands else None
            tx.answers.put(item.work_id, STATEMENTS, seated_member(state, member), statement, value)

    # ------------------------------------------------------------------------------------------------ transactions

    def _draft_place(self, tx: Transaction, session_id: str, item_id: str) -> Place:
        state = self._state(tx, session_id)
        session = state.session_called(session_id)
        item = session.item_called(item_id)
        if not isinstance(work_of(state, item), Drafts):
            raise WrongState(f"“{item.title}” has no drafts.", "Look at what is on now.")
        return state, session, item

    def _draft_act(
        self, session_id: str, item_id: str, act: Callable[[Transaction, Place, Drafts], ItemCommand]
    ) -> int:
        """One act on the drafts that looks at them first."""
        with self._store.writing() as tx:
            place = self._draft_place(tx, session_id, item_id)
            command = act(tx, place, work_of(place[0], place[2]))
            return self._append(tx, place[0], *self._events(place[0], command))

    def _unsigned(self, tx: Transaction, state: Assembly, text: str, body: str) -> Text:
        """Words without an author: who wrote them is known by the sheet of writers alone, until that is cut."""
        return tx.words.add(state.id, "", text, body, self._new_secret())

    def _draft_words(
        self,
        session_id: str,
        item_id: str,
        wish: Wish,
        command: Callable[[tuple[str, str]], ItemCommand],
        *,
        stands: bool = False,
    ) -> int:
        """Keep words whose writer may take them back; where the writer stands by them, that is kept, too."""
        body = cleaned(wish)

        def act(tx: Transaction, place: Place, work: Drafts) -> ItemCommand:
            state, _, item = place
            text = self._unsigned(tx, state, text_id(wish.author, wish.key), body)
            if wish.author in state.seated and text.id not in work.known:
                tx.answers.put(item.work_id, WRITERS, wish.author, text.id, YES)
                if stands:
                    tx.answers.put(item.work_id, STATEMENTS, wish.author, text.id, YES)
            return command((text.id, text.commitment))

        return self._draft_act(session_id, item_id, act)


def _writer(
    body: str, most: int = LONGEST_BODY, what: str = "The draft", *, key: str, member: str = "", actor: str = ""
) -> tuple[Wish, str, str]:
    """The wish of a member, or of the staff who writes for them; who that is, and as what they act."""
    acting = actor or (MEMBER if member else FACILITATOR)
    return Wish(member or acting, key, body, most, what), member, acting


def _with(text: tuple[str, str], wording: Wording) -> Written:
    return Written(*text, wording.fingerprint)


def _kept(tx: Transaction, text: str) -> Wording:
    found = wording_of(tx.words.body(text))
    if found is None:
        raise WrongState(told("These words were erased."), told("Write the draft anew."))
    return found


def _is_the_writer(tx: Transaction, item: Item, text: str, member: str) -> None:
    mine = tx.answers.of(item.work_id).get(WRITERS, {}).get(member, {})
    if mine.get(text) != YES:
        raise WrongState(told("Only whoever wrote this can take it back."), told("Ask them, or tell the facilitator."))


def _standing(tx: Transaction, item: Item) -> Iterable[tuple[str, Mapping[str, str]]]:
    return tx.answers.of(item.work_id).get(STATEMENTS, {}).items()


def _open_session(session: Session) -> None:
    if session.closed_at is not None:
        raise WrongState(told("This session is over."), told("Wait for the next one."))


def draft_in(state: Assembly, draft: str) -> tuple[str, Draft] | None:
    """The work in which this draft stands, and the draft; None where there is none of this id."""
    for work_id, work in state.work.items():
        if isinstance(work, Drafts) and draft in work.drafts:
            return work_id, work.drafts[draft]
    return None
