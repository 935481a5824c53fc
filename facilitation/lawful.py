"""The table of what may happen when: phase × event → phase. Only `law` asks it, and the list of acts that it allows.

What happens in the work of an agenda item (`ItemEvent`) stands in no row: it is lawful until the session is closed,
also while a vote is open, so that nothing a member has written is lost, and later on if it only tells what was said
(`afterwards`); whether it may happen, the item's own kind decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from facilitation.action_events import ActionNoted, ActionSettled
from facilitation.events import (
    CastingVote,
    Event,
    ItemEnded,
    ItemEvent,
    ItemExtended,
    ItemStarted,
    PaperStruck,
    ResultAcknowledged,
    ResultCountersigned,
    ResultShown,
    RoundCancelled,
    RoundClosed,
    RoundDrafted,
    RoundEnded,
    RoundOpened,
    RoundRecounted,
    RoundRevised,
    RoundWithdrawn,
    SessionClosed,
)
from facilitation.help.events import HelpCalled, HelpComing, HelpDone, HelpWithdrawn
from facilitation.livestream_events import LivestreamPlanned, LivestreamSwitched
from facilitation.model import Phase, Session
from facilitation.plan.events import (
    AgendaPlanned,
    ItemAdded,
    ItemCorrected,
    ItemMoved,
    ItemPutBack,
    ItemRemoved,
    ItemSkipped,
    ItemSplit,
)
from facilitation.presence_events import MemberArrived, MemberBack, MemberLeft, MemberRemote
from facilitation.speakers.events import (
    FloorExtended,
    FloorGiven,
    FloorTaken,
    SpeakerAsked,
    SpeakersClosed,
    SpeakersOpened,
    SpeakerWithdrawn,
    SpeakingTimeShared,
    TalkReported,
)
from facilitation.tables.events import TableMapShown, TablesMoved, TablesPlanned


class Turn(Enum):
    """Phases that the table cannot name: they depend on the agenda."""

    STAY = "stay in the phase"
    BACK = "the phase of the running agenda item"
    OUT = "where a round that leaves the screens leads: see `_after_the_round`"


STAY, BACK, OUT = Turn.STAY, Turn.BACK, Turn.OUT

TALK: Mapping[type[Event], Phase | Turn] = {
    SpeakersOpened: STAY,
    SpeakersClosed: STAY,
    SpeakerAsked: STAY,
    SpeakerWithdrawn: STAY,
    FloorGiven: STAY,
    FloorExtended: STAY,
    FloorTaken: STAY,
    SpeakingTimeShared: STAY,
    TalkReported: STAY,
}
"""The speakers' list: open while people talk, never while they vote."""

PRESENCE: Mapping[type[Event], Phase | Turn] = {
    MemberArrived: STAY,
    MemberLeft: STAY,
    MemberBack: STAY,
    MemberRemote: STAY,
}
"""People come and go as they must, and nobody's picture of the agenda is stale by it."""

PLAN: Mapping[type[Event], Phase | Turn] = {
    AgendaPlanned: STAY,
    ItemAdded: STAY,
    ItemCorrected: STAY,
    ItemRemoved: STAY,
    ItemMoved: STAY,
    ItemSplit: STAY,
    ItemSkipped: STAY,
    ItemPutBack: STAY,
}
"""What is still to come can be planned anew as long as the session is not closed; refusals do not list these acts."""

TABLES: Mapping[type[Event], Phase | Turn] = {TablesPlanned: STAY, TablesMoved: STAY, TableMapShown: STAY}
"""Who sits where: people move while nobody votes."""

STREAM: Mapping[type[Event], Phase | Turn] = {LivestreamPlanned: STAY, LivestreamSwitched: STAY}
"""Whether what is said leaves the room can be said at any time, and nobody's picture of the agenda is stale by it."""
HELP: Mapping[type[Event], Phase | Turn] = {HelpCalled: STAY, HelpComing: STAY, HelpDone: STAY, HelpWithdrawn: STAY}
"""A table needs help when it needs it, also in a break and while people vote."""

ACTIONS: Mapping[type[Event], Phase | Turn] = {ActionNoted: STAY, ActionSettled: STAY}
"""What somebody is to do is noted at any time, and done after the session, too."""

_ALWAYS: Mapping[type[Event], Phase | Turn] = {
    **ACTIONS,
    **PLAN,
    **PRESENCE,
    **STREAM,
    **HELP,
    RoundDrafted: STAY,
    RoundRevised: STAY,
    RoundWithdrawn: STAY,
    RoundClosed: OUT,
    RoundCancelled: OUT,
    CastingVote: STAY,
    ResultCountersigned: STAY,
    RoundRecounted: STAY,
    PaperStruck: STAY,
}
"""What can happen while the agenda goes on; a round whose voting has ended is counted when the scrutineer confirms."""

LAW: Mapping[Phase, Mapping[type[Event], Phase | Turn]] = MappingProxyType(
    {
        Phase.WAITING: {
            ItemStarted: BACK,
            RoundOpened: Phase.VOTING,
            ResultShown: Phase.RESULT,
            SessionClosed: Phase.CLOSED,
            **TALK,
            **TABLES,
            **_ALWAYS,
        },
        Phase.PLENARY: {
            ItemStarted: BACK,
            ItemEnded: BACK,
            ItemExtended: STAY,
            RoundOpened: Phase.VOTING,
            ResultShown: Phase.RESULT,
            SessionClosed: Phase.CLOSED,
            **TALK,
            **TABLES,
            **_ALWAYS,
        },
        Phase.DISCUSSION: {
            ItemStarted: BACK,
            ItemEnded: BACK,
            ItemExtended: STAY,
            RoundOpened: Phase.VOTING,
            ResultShown: Phase.RESULT,
            SessionClosed: Phase.CLOSED,
            **TALK,
            **TABLES,
            **_ALWAYS,
        },
        Phase.VOTING: {
            RoundEnded: BACK,
            ItemExtended: STAY,
            FloorTaken: STAY,
            **_ALWAYS,
        },
        Phase.RESULT: {
            ResultAcknowledged: BACK,
            ItemStarted: BACK,
            ItemEnded: STAY,
            ItemExtended: STAY,
            RoundOpened: Phase.VOTING,
            ResultShown: Phase.RESULT,
            SessionClosed: Phase.CLOSED,
            **TALK,
            **TABLES,
            **_ALWAYS,
        },
        Phase.CLOSED: {**ACTIONS, ResultShown: STAY, ResultCountersigned: STAY, RoundRecounted: STAY},
    }
)


def is_lawful(session: Session, event: type[Event]) -> bool:
    """Whether such an event may happen in the phase in which the session is."""
    if issubclass(event, ItemEvent):
        return session.phase is not Phase.CLOSED or event.afterwards
    return event in LAW[session.phase]
