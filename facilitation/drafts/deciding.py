"""What may happen to themes, drafts, amendments and statements; the loop has a room of its own (`testing`).

Pure: it may refuse, and then nothing has changed. Two laws hold everywhere. **What is sent twice is done once**: a text
that has had its effect is known by its id. **Nobody's words are lost**: a wording written on an older version, or while
everyone is being asked about the draft, or by somebody who is in another group by now, becomes an amendment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from facilitation.commands import ItemCommand
from facilitation.drafts import testing
from facilitation.drafts.commands import (
    AcceptAmendment,
    AskPriorities,
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
)
from facilitation.drafts.events import (
    AmendmentAccepted,
    AmendmentDeclined,
    AmendmentProposed,
    AmendmentTakenBack,
    DraftMade,
    DraftRestored,
    DraftSaved,
    DraftShown,
    DraftSourced,
    DraftWithdrawn,
    PrioritiesAsked,
    StatementMade,
    StatementTakenBack,
    ThemeChosen,
    ThemeMade,
    ThemeRemoved,
    ThemeRenamed,
)
from facilitation.drafts.work import Draft, Fate, Statement, Work
from facilitation.errors import BadRequest, NotAMember, WrongState
from facilitation.event import Event
from facilitation.told import told
from facilitation.work import Context

SEATS: Final = 9
"""Of one theme group, unless the item says otherwise; more than nine do not talk, they listen."""
MOST_THEMES, MOST_DRAFTS, MOST_AMENDMENTS, MOST_SOURCES, MOST_STATEMENTS = 40, 100, 200, 100, 200


def decide(work: Work, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """The events that the command amounts to; none where it has been done already."""
    where = (context.session.id, context.item.work_id)
    match command:
        case MakeTheme() | RenameTheme() | RemoveTheme() | ChooseTheme():
            return _themes(work, command, context)
        case StartDraft() | SaveDraft() | SourceDraft() | WithdrawDraft() | RestoreDraft():
            return _drafts(work, command, where)
        case ProposeAmendment() | AcceptAmendment() | DeclineAmendment() | TakeAmendmentBack():
            return _amendments(work, command, where)
        case MakeStatement(draft=draft, text=text):
            if text.id in work.known:
                return ()
            if draft:
                work.draft(draft)
            _room_for(len(work.statements), MOST_STATEMENTS)
            return (StatementMade(*where, draft, text.id, text.commitment),)
        case TakeStatementBack(statement=statement):
            standing = not work.statement(statement).taken_back
            return (StatementTakenBack(*where, statement),) if standing else ()
        case ShowDraft(draft=draft):
            return () if work.stage == draft else (DraftShown(*where, work.draft(draft).id if draft else ""),)
        case AskPriorities(round=round_id, options=options):
            drafts = {option: work.draft(draft) for option, draft in options.items()}
            cited = {option: [one.id, one.now.number, one.now.fingerprint] for option, one in drafts.items()}
            return (PrioritiesAsked(*where, round_id, cited),)
    return testing.decide(work, command, context)


def _themes(work: Work, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    where = (context.session.id, context.item.work_id)
    match command:
        case MakeTheme(text=text, sources=sources):
            if text.id in work.known:
                return ()
            _room_for(len(work.themes), MOST_THEMES)
            return (ThemeMade(*where, text.id, text.commitment, _sources(sources)),)
        case RenameTheme(theme=theme, text=text):
            named = work.theme(theme)
            return () if text.id in work.known else (ThemeRenamed(*where, named.id, text.id, text.commitment),)
        case RemoveTheme(theme=theme):
            if theme not in work.themes:
                return ()
            if work.of_theme(theme):
                raise WrongState(told("This theme has drafts."), told("Withdraw them, and leave the theme as it is."))
            return (ThemeRemoved(*where, theme),)
        case ChooseTheme(member=member, theme=theme):
            if member not in context.state.seated:
                raise NotAMember(
                    told("Only members of this assembly can choose a theme."), told("Join with a member's code.")
                )
            if work.groups.get(member, "") == theme:
                return ()
            if theme:
                _room_in_the_group(work, work.theme(theme).id, context)
            return (ThemeChosen(*where, member, theme),)
    return ()


def seats_of(context: Context) -> int:
    """How many can work on one theme."""
    return int(context.item.terms.get("seats", SEATS))


def _room_in_the_group(work: Work, theme: str, context: Context) -> None:
    """Whoever has left the assembly has left the group."""
    taken, seats = sum(member in context.state.seated for member in work.group(theme)), seats_of(context)
    if taken >= seats:
        raise WrongState(
            told("This group is full: {taken} of {seats} places are taken.", taken=taken, seats=seats),
            told("Choose another theme."),
        )


def _drafts(work: Work, command: ItemCommand, where: tuple[str, str]) -> tuple[Event, ...]:
    match command:
        case StartDraft(member=member, theme=theme, text=text, sources=sources):
            if text.id in work.known:
                return ()
            work.theme(theme)
            if member and work.groups.get(member) != theme:
                raise WrongState(
                    told("You are not in the group of this theme."), told("Choose the theme first, then save again.")
                )
            _room_for(len(work.drafts), MOST_DRAFTS)
            return (DraftMade(*where, theme, text.id, text.commitment, text.fingerprint, _sources(sources)),)
        case SaveDraft():
            return _saved(work, command, where)
        case SourceDraft(member=member, draft=draft, sources=sources):
            sourced = _of_the_group(work, work.draft(draft), member)
            named = _sources(sources)
            return () if named == sourced.sources else (DraftSourced(*where, sourced.id, named),)
        case WithdrawDraft(draft=draft, text=text):
            gone = work.draft(draft)
            if text.id in work.known or gone.withdrawn:
                return ()
            if gone.in_test:
                raise WrongState(told("Everyone is being asked about this draft."), told("Close the test first."))
            return (DraftWithdrawn(*where, gone.id, text.id, text.commitment),)
        case RestoreDraft(draft=draft):
            return (DraftRestored(*where, draft),) if work.draft(draft).withdrawn else ()
    return ()


def _saved(work: Work, command: SaveDraft, where: tuple[str, str]) -> tuple[Event, ...]:
    """The next version, where it was written on the present one by the group; an amendment otherwise."""
    draft, text = _pursued(work.draft(command.draft)), command.text
    written_on = draft.version(command.on)
    if text.id in work.known or text.fingerprint in (draft.now.fingerprint, written_on.fingerprint):
        return ()
    of_the_group = not command.member or work.groups.get(command.member) == draft.theme
    if command.on == draft.now.number and of_the_group and not draft.in_test:
        number = draft.now.number + 1
        return (DraftSaved(*where, draft.id, number, text.id, text.commitment, text.fingerprint),)
    return (_proposed(draft, command.on, (text.id, text.commitment, text.fingerprint), where, late=True),)


def _proposed(
    draft: Draft, on: int, text: tuple[str, str, str], where: tuple[str, str], *, late: bool
) -> AmendmentProposed:
    _room_for(len(draft.amendments), MOST_AMENDMENTS)
    return AmendmentProposed(*where, draft.id, on, *text, late)


def _amendments(work: Work, command: ItemCommand, where: tuple[str, str]) -> tuple[Event, ...]:
    match command:
        case ProposeAmendment(draft=draft, on=on, text=text):
            if text.id in work.known:
                return ()
            amended = _pursued(work.draft(draft))
            if amended.version(on).fingerprint == text.fingerprint:
                raise BadRequest(
                    told("This amendment changes nothing."), told("Change the words that you want to be different.")
                )
            return (_proposed(amended, on, (text.id, text.commitment, text.fingerprint), where, late=False),)
        case AcceptAmendment():
            return _accepted(work, command, where)
        case DeclineAmendment(member=member, draft=draft, amendment=amendment, text=text):
            declined = _of_the_group(work, work.draft(draft), member)
            if declined.amendment(amendment).fate is Fate.DECLINED:
                return ()
            _open(declined, amendment)
            return (AmendmentDeclined(*where, declined.id, amendment, text.id, text.commitment),)
        case TakeAmendmentBack(draft=draft, amendment=amendment):
            taken = work.draft(draft)
            if taken.amendment(amendment).fate is Fate.TAKEN_BACK:
                return ()
            _open(taken, amendment)
            return (AmendmentTakenBack(*where, taken.id, amendment),)
    return ()


def _accepted(work: Work, command: AcceptAmendment, where: tuple[str, str]) -> tuple[Event, ...]:
    draft, text = _of_the_group(work, _pursued(work.draft(command.draft)), command.member), command.text
    if draft.amendment(command.amendment).fate is Fate.ACCEPTED:
        return ()
    _open(draft, command.amendment)
    if draft.in_test:
        raise WrongState(told("Everyone is being asked about this draft."), told("Wait until the test is closed."))
    if command.on != draft.now.number:
        raise WrongState(
            told(
                "The draft has changed: you looked at version {seen}, and it is at version {now}.",
                seen=command.on,
                now=draft.now.number,
            ),
            told("Look at the amendment beside the new version, and accept it again if it is still right."),
        )
    number = draft.now.number + (text.fingerprint != draft.now.fingerprint)
    return (AmendmentAccepted(*where, draft.id, command.amendment, number, text.id, text.commitment, text.fingerprint),)


def _open(draft: Draft, amendment: str) -> None:
    fate = draft.amendment(amendment).fate
    if fate is not Fate.OPEN:
        words = {
            Fate.ACCEPTED: told("This amendment has been taken up already."),
            Fate.DECLINED: told("This amendment has been declined already."),
            Fate.TAKEN_BACK: told("This amendment has been taken back already."),
        }
        raise WrongState(words[fate], told("Propose it anew if it is still wanted."))


def _pursued(draft: Draft) -> Draft:
    if draft.withdrawn:
        raise WrongState(
            told("This draft has been withdrawn."),
            told("Ask the facilitator to take it up again. What you typed stays in the form until then."),
        )
    return draft


def _of_the_group(work: Work, draft: Draft, member: str) -> Draft:
    if member and work.groups.get(member) != draft.theme:
        raise WrongState(
            told("You are not in the group of this draft."), told("Propose an amendment: the group looks at it.")
        )
    return draft


def standing(work: Work, statement: str) -> Statement:
    """The statement, if nobody took it back."""
    found = work.statement(statement)
    if found.taken_back:
        raise WrongState(
            told("This statement was taken back."), told("Write one of your own, if you stand by what it said.")
        )
    return found


def _room_for(there: int, most: int) -> None:
    if there >= most:
        raise WrongState(told("There are {n} of these already.", n=there), told("Put some of them together first."))


def _sources(named: Sequence[str]) -> tuple[str, ...]:
    """Ids of what a theme or a draft comes from, each once."""
    found = tuple(dict.fromkeys(named))
    if len(found) > MOST_SOURCES or any(not one or len(one) > 100 or not one.isprintable() for one in found):
        raise BadRequest(
            told("These are not ideas or pieces of evidence."), told("Choose them from the list on the page.")
        )
    return found
