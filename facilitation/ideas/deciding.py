"""What may be asked of an ideas item, and in which of its steps.

A command that was carried out before amounts to nothing, so whatever is sent may be sent again. Members' cards are
taken until the last step: a card that comes late lies loose on the wall, and nobody's sentence is lost because the hall
went on. `merging` holds the law of merges and groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, NotAMember, NotFound, WrongState
from facilitation.event import Event
from facilitation.ideas import merging
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
from facilitation.ideas.events import (
    IdeaCorrected,
    IdeaSaid,
    IdeasStep,
    IdeaWithdrawn,
    IdeaWritten,
    NameDecided,
    NameProposed,
    NamesSettled,
)
from facilitation.ideas.naming import MOST_NAMES
from facilitation.ideas.terms import terms_of
from facilitation.ideas.work import STEPS, Idea, Work
from facilitation.told import told
from facilitation.work import Context

WHEN: Final[Mapping[type[ItemCommand], tuple[str, ...]]] = {
    WriteIdea: ("write", "share", "cluster", "name"),
    CorrectIdea: ("write", "share"),
    WithdrawIdea: ("write", "share"),
    SayIdea: ("share",),
    MergeCards: ("cluster", "name"),
    DeclineAlike: ("cluster", "name"),
    MakeCluster: ("cluster", "name"),
    TitleCluster: ("cluster", "name"),
    PlaceCards: ("cluster", "name"),
    DissolveCluster: ("cluster", "name"),
    ProposeName: ("name",),
    DecideName: ("name", "done"),
}
"""In which steps a command is heard; one that is not named here, in all."""


def decide(work: Work, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """The events that the command amounts to, or a refusal."""
    if not isinstance(command, UndoMerge):
        _in_time(work, command, context)
    match command:
        case WriteIdea() | CorrectIdea() | WithdrawIdea() | SayIdea():
            return _of_a_card(work, command, context)
        case ProposeName() | DecideName():
            return _of_a_name(work, command, context)
        case GoToStep(step=step, support=support):
            return _step(work, step, support, context)
    return merging.decide(work, command, context)


def _in_time(work: Work, command: ItemCommand, context: Context) -> None:
    if not context.item.running:
        raise WrongState(
            told("“{title}” is not running, so its cards cannot be changed.", title=context.item.title),
            told("What you wrote is still in your form. Ask your host or the facilitator."),
        )
    steps = WHEN.get(type(command), tuple(STEPS))
    if isinstance(command, WithdrawIdea) and not command.member:
        steps = tuple(STEPS)  # the facilitator can take a card off the wall at any time
    if work.step not in steps:
        first, last = STEPS[steps[0]], STEPS[steps[-1]]
        raise WrongState(
            told("This is not possible in the step “{step}”.", step=STEPS[work.step]),
            told("It is possible in the step “{step}”. The facilitator can go back to it.", step=first)
            if first == last
            else told(
                "It is possible from “{first}” to “{last}”. The facilitator can go back.", first=first, last=last
            ),
        )


def _of_a_card(
    work: Work, command: WriteIdea | CorrectIdea | WithdrawIdea | SayIdea, context: Context
) -> tuple[Event, ...]:
    ids = (context.session.id, context.item.work_id)
    if isinstance(command, WriteIdea):
        if command.text in work.ideas:
            return ()
        table = _room_for(work, command, context)
        return (IdeaWritten(*ids, command.text, command.commitment, command.author, table, command.typed),)
    idea = _own(work, command.idea, command.member)
    match command:
        case CorrectIdea(text=text, commitment=commitment):
            if text in idea.versions:
                return ()
            _on_its_own(work, idea, context)
            return (IdeaCorrected(*ids, idea.id, text, commitment),)
        case WithdrawIdea(withdrawn=withdrawn):
            if withdrawn == idea.withdrawn:
                return ()
            _on_its_own(work, idea, context)
            return (IdeaWithdrawn(*ids, idea.id, withdrawn),)
        case SayIdea(said=said):
            if said == idea.said:
                return ()
            seat = context.state.members.get(idea.author)
            return (IdeaSaid(*ids, idea.id, said, idea.table if seat is None else seat.table),)


def _room_for(work: Work, command: WriteIdea, context: Context) -> int:
    """The table of the author, who may write one more card."""
    if command.author not in context.state.seated:
        raise NotAMember(
            told("Only members of this assembly write cards."), told("Choose a member, or join with a member’s code.")
        )
    each = terms_of(context.state, context.item).each
    written = sum(not idea.withdrawn for idea in work.written_by(command.author))
    if each and written >= each:
        raise WrongState(
            told("{n} of at most {most} cards are written.", n=written, most=each),
            told("Correct one of them, or take one back to write another."),
        )
    return context.state.seated[command.author].table


def _own(work: Work, idea_id: str, member: str) -> Idea:
    """The card, if it is this member's, or if the team asks."""
    idea = work.ideas.get(idea_id)
    if idea is None or (member and idea.author != member):
        raise NotFound(told("You have no such card."), told("Choose one of your own cards."))
    return idea


def _on_its_own(work: Work, idea: Idea, context: Context) -> None:
    """Nothing was built on the card yet."""
    if idea.id in work.under:
        by = merging.last(work, idea.id, context, "merged")
        raise WrongState(
            told("Card {n} was put together with others {by}.", n=idea.number, by=by),
            told("Ask your host or the facilitator to undo that first."),
        )


def _of_a_name(work: Work, command: ProposeName | DecideName, context: Context) -> tuple[Event, ...]:
    ids = (context.session.id, context.item.work_id, command.cluster)
    if isinstance(command, DecideName):
        name = work.names.get(command.name)
        if name is None or name.cluster != command.cluster:
            raise NotFound(told("Nobody proposed this name for this group."), told("Choose one of the proposed names."))
        chosen = work.chosen.get(command.cluster)
        same = chosen is not None and (chosen.name, chosen.by) == (command.name, "facilitator")
        return () if same else (NameDecided(*ids, command.name),)
    if command.text in work.names:
        return ()
    if command.author not in context.state.seated:
        raise NotAMember(told("Only members of this assembly propose names."), told("Join with a member’s code."))
    merging.standing(work, command.cluster, context)
    mine = [name for name in work.names.values() if (name.cluster, name.author) == (command.cluster, command.author)]
    if len(mine) >= MOST_NAMES:
        raise WrongState(
            told("You have proposed {n} names for this group.", n=len(mine)),
            told("Choose the one that you like best, or another’s."),
        )
    return (NameProposed(*ids, command.text, command.commitment, command.author),)


def _step(work: Work, step: str, support: Mapping[str, Mapping[str, int]], context: Context) -> tuple[Event, ...]:
    if step not in STEPS:
        raise BadRequest("There is no such step.", f"Choose one of {', '.join(STEPS)}.")
    if step == work.step:
        return ()
    ids = (context.session.id, context.item.work_id)
    moved = IdeasStep(*ids, step)
    return (NamesSettled(*ids, support), moved) if work.step == "name" and support else (moved,)
