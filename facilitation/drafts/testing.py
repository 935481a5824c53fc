"""What may happen in the can-live-with loop: tests are opened and closed, loops stopped, objections met.

Pure. One test is open at a time; it asks about one draft or many (the gallery), each in its present version, and these
wordings stay as they are until it is closed. The answers are counted by the desk in the transaction that closes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facilitation.commands import ItemCommand
from facilitation.drafts.commands import (
    CloseTest,
    ConfirmObjection,
    OpenTest,
    RaiseObjection,
    ReopenObjection,
    ResolveObjection,
    ResumeLoop,
    StopLoop,
)
from facilitation.drafts.events import (
    DraftTestClosed,
    DraftTestOpened,
    LoopResumed,
    LoopStopped,
    ObjectionConfirmed,
    ObjectionRaised,
    ObjectionReopened,
    ObjectionResolved,
)
from facilitation.drafts.loop import State, read_line
from facilitation.drafts.work import Draft, Work
from facilitation.errors import BadRequest, WrongState
from facilitation.event import Event
from facilitation.told import told
from facilitation.work import Context

ASKED = frozenset({State.NOT_TESTED, State.TO_REWRITE, State.TEST_AGAIN, State.TOO_FEW, State.REACHED})
"""States in which a draft can be tested."""
WAITING = ASKED - {State.REACHED}
"""States in which it is to be tested, when nobody says which drafts are meant."""


def decide(work: Work, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """The events that the command amounts to; none where it has been done already."""
    where = (context.session.id, context.item.work_id)
    match command:
        case OpenTest():
            return (_opened(work, command, context),)
        case CloseTest(test=test, present=present, results=results):
            if work.testing != test or not test:
                raise WrongState(told("This test is closed already."), told("Look at what it came to."))
            asked = {draft.id for draft in in_test(work)}
            if results.keys() != asked:
                raise BadRequest(told("These results are of another test."), told("Close the test once more."))
            return (DraftTestClosed(*where, test, present, results),)
        case StopLoop(draft=draft, text=text):
            stopped = work.draft(draft)
            if text.id in work.known or stopped.stopped:
                return ()
            if stopped.in_test:
                raise WrongState(told("Everyone is being asked about this draft."), told("Close the test first."))
            return (LoopStopped(*where, stopped.id, text.id, text.commitment),)
        case ResumeLoop(draft=draft):
            return (LoopResumed(*where, draft),) if work.draft(draft).stopped else ()
    return _objections(work, command, where)


def in_test(work: Work) -> tuple[Draft, ...]:
    """The drafts about which everyone is being asked."""
    return tuple(draft for draft in work.drafts.values() if draft.in_test)


def to_test(work: Work) -> tuple[Draft, ...]:
    """The drafts that wait for a test."""
    return tuple(draft for draft in work.drafts.values() if draft.state in WAITING)


def _opened(work: Work, command: OpenTest, context: Context) -> Event:
    if work.testing:
        raise WrongState(told("A test is open already."), told("Close it before you open another one."))
    if not context.item.running:
        raise WrongState(f"“{context.item.title}” is not on now.", told("Start this agenda item, then open the test."))
    chosen = [work.draft(one) for one in dict.fromkeys(command.drafts)] or list(to_test(work))
    if not chosen:
        raise WrongState(told("No draft waits for a test."), told("Write a draft, or choose one to be tested again."))
    for draft in chosen:
        if draft.state not in ASKED:
            number = work.number(draft.id)
            raise WrongState(
                f"Draft {number} is {draft.state.value.replace('-', ' ')}.",
                told("Leave it out, or take it up again first."),
            )
    versions: Mapping[str, Any] = {draft.id: draft.now.number for draft in chosen}
    line = read_line(context.item.terms).as_json()
    return DraftTestOpened(context.session.id, context.item.work_id, command.test, versions, line)


def _objections(work: Work, command: ItemCommand, where: tuple[str, str]) -> tuple[Event, ...]:
    match command:
        case RaiseObjection(draft=draft, text=text):
            if text.id in work.known:
                return ()
            return (ObjectionRaised(*where, work.draft(draft).id, text.id, text.commitment),)
        case ResolveObjection(member=member, objection=objection):
            found = work.objection(objection)
            draft_of = work.draft(found.draft)
            if member and work.groups.get(member) != draft_of.theme:
                raise WrongState(
                    told("You are not in the group of this draft."), told("Its group says when an objection is met.")
                )
            if not found.open:
                return ()
            by = "group" if member else "facilitator"
            return (ObjectionResolved(*where, objection, draft_of.now.number, by),)
        case ConfirmObjection(objection=objection):
            found = work.objection(objection)
            if found.open:
                raise WrongState(
                    told("Nobody has said yet that this objection is met."), told("Wait for the group's answer.")
                )
            return () if found.confirmed else (ObjectionConfirmed(*where, objection),)
        case ReopenObjection(objection=objection):
            return () if work.objection(objection).open else (ObjectionReopened(*where, objection),)
    raise WrongState(
        f"“{type(command).__name__}” is not something that can be asked of drafts.", told("Look at the page.")
    )
