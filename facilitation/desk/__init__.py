"""The desk: the only door into the house for the web and the command line.

One command is one transaction. A refusal (`facilitation.errors.Refusal`) has changed nothing. What sending a command
twice means stands at each command; ballots may always be sent again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from facilitation import times
from facilitation.actions import Action, actions
from facilitation.desk.accounts import Room, Setup, SignedIn
from facilitation.desk.action_list import ActionList
from facilitation.desk.agenda import Agenda
from facilitation.desk.backup import BackedUp, Backups
from facilitation.desk.core import FACILITATOR, Apart, at_once
from facilitation.desk.drafts_loop import Loop
from facilitation.desk.drafts_shown import DraftPages
from facilitation.desk.entrance import Badge, Entrance, Joined, Seat, Seated
from facilitation.desk.evaluation import EvaluationActs
from facilitation.desk.evidence import Evidences
from facilitation.desk.hall_screens import HallScreensDesk
from facilitation.desk.ideas import Ideas
from facilitation.desk.looks import Looks
from facilitation.desk.membership import Known, Membership
from facilitation.desk.needs import NeedRow, Needs
from facilitation.desk.notes import By
from facilitation.desk.opinions import OpinionActs
from facilitation.desk.papers import PaperBallot, Papers, PaperVotes
from facilitation.desk.planning import Planning
from facilitation.desk.presence import Attendance, Presence, PresenceLog
from facilitation.desk.public_draws import PublicDraw, PublicDraws
from facilitation.desk.publishing import CountInfo, PublicCount, Publishing
from facilitation.desk.recruiting import QuotasChange, Recruiting
from facilitation.desk.replacing import MemberRow
from facilitation.desk.sealed import Sealed
from facilitation.desk.shows import SessionInfo, Shows
from facilitation.desk.staff import Staff, StaffList
from facilitation.desk.subjects import Place, Subjects
from facilitation.desk.tablets import Paired, Tablets, Waiting
from facilitation.errors import BadRequest, NotNow
from facilitation.store import Account, DrawRequest, HallScreen, Held, Identity, Recruitment, Store
from facilitation.times import Clock, SteadyClock

__all__ = [
    "Account",
    "Action",
    "Attendance",
    "BackedUp",
    "Badge",
    "By",
    "CountInfo",
    "Desk",
    "DrawRequest",
    "HallScreen",
    "Held",
    "Identity",
    "Joined",
    "Known",
    "MemberRow",
    "NeedRow",
    "Paired",
    "PaperBallot",
    "Papers",
    "Place",
    "PresenceLog",
    "PublicCount",
    "PublicDraw",
    "QuotasChange",
    "Recruitment",
    "Room",
    "Seat",
    "Seated",
    "SessionInfo",
    "Setup",
    "SignedIn",
    "StaffList",
    "Waiting",
]


class Desk(
    OpinionActs,
    EvaluationActs,
    Agenda,
    ActionList,
    Evidences,
    Planning,
    Publishing,
    PaperVotes,
    Sealed,
    Backups,
    HallScreensDesk,
    Shows,
    Loop,
    DraftPages,
    Membership,
    Needs,
    Looks,
    Tablets,
    Staff,
    Presence,
    Ideas,
    Subjects,
    Entrance,
    PublicDraws,
    Recruiting,
):
    """Everything that can be asked of the house."""

    @classmethod
    def open(
        cls,
        database: str,
        *,
        now: Clock | None = None,
        chance: random.Random | None = None,
        pause: Callable[[float], object] = time.sleep,
        apart: Apart = at_once,
    ) -> Desk:
        """The desk of the database behind a URL or a path, with the machine's clock and chance unless others are given.

        `pause` is what to do while another program holds the database's lock; a gevent server hands in its own sleep.
        `apart` carries out a count that may take seconds; a gevent server hands in a thread, and goes on serving.
        """
        clock = now if now is not None else _machine_clock
        return cls(Store.open(database, pause), now=clock, chance=chance or random.SystemRandom(), apart=apart)

    def actions(self, session_id: str) -> tuple[Action, ...]:
        """What the facilitator can do now, the next act first."""
        with self._store.reading() as tx:
            return actions(self._state(tx, session_id).session_called(session_id))

    def next_action(self, session_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Do the first of `actions`. Give `seen_seq`, so that a double press does not do the two next things."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
        offered = actions(session)
        if not offered:
            raise NotNow("go on", session.phase.value, [])
        return self._act(session_id, offered[0], state.seq if seen_seq is None else seen_seq, actor)

    def _act(self, session_id: str, action: Action, seen_seq: int, actor: str) -> int:
        match action:
            case Action(id="start-item", item=str(item)):
                return self.start_item(session_id, item, seen_seq=seen_seq, actor=actor)
            case Action(id="open-round", round=str(round_id)):
                return self.open_round(round_id, seen_seq=seen_seq, actor=actor)
            case Action(id="close-round", round=str(round_id)):
                return self.close_round(round_id, seen_seq=seen_seq, actor=actor)
            case Action(id="show-result", round=str(round_id)):
                return self.show_result(round_id, seen_seq=seen_seq, actor=actor)
            case Action(id="casting-vote", round=str(round_id), option=str(option)):
                return self.casting_vote(round_id, option, seen_seq=seen_seq, actor=actor)
            case Action(id="acknowledge"):
                return self.acknowledge(session_id, seen_seq=seen_seq, actor=actor)
            case Action(id="close-session"):
                return self.close_session(session_id, seen_seq=seen_seq, actor=actor)
        raise BadRequest(f"“{action.label}” needs more than a press.", "Choose it from the list of actions.")


_machine_clock = SteadyClock(lambda: times.wall(), time.monotonic)
"""One for all desks of a program."""
