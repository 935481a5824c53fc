"""The speakers' list: members ask, the facilitator gives the floor. Asking twice is asking once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facilitation.commands import (
    AskToSpeak,
    CloseSpeakers,
    Command,
    GiveFloor,
    MoreFloor,
    OpenSpeakers,
    ShareSpeakingTime,
    TakeFloor,
    WithdrawSpeaker,
)
from facilitation.desk.core import FACILITATOR, Core
from facilitation.errors import BadRequest, NotAMember, NotPresent
from facilitation.model import Assembly, Session
from facilitation.speakers import speaking_time
from facilitation.speakers.speaking import LIMIT, PATIENCE, TABLE, Shared, Spoken, shares
from facilitation.store import Transaction

MEMBER = "member"


class Talking(Core):
    """The speakers' list of a session."""

    def open_speakers(self, session_id: str, *, limit: int = LIMIT, patience: int = PATIENCE, column: str = "") -> int:
        """Let members ask for the floor; `column` of the panel's file is the one to alternate over, if any."""

        def command(tx: Transaction, session: Session) -> Command:
            state = self._state(tx, session_id)
            if column and not any(self._groups(tx, state, column).values()):
                raise BadRequest(f"No member has a value of “{column[:60]}”.", "Name a column of the panel's file.")
            return OpenSpeakers(session.id, FACILITATOR, limit, patience, column)

        return self._decided(session_id, command)

    def close_speakers(self, session_id: str) -> int:
        """Nobody can ask any more."""
        return self._command(session_id, CloseSpeakers(session_id, FACILITATOR))

    def ask_to_speak(self, session_id: str, who: str, *, actor: str = MEMBER) -> int:
        """A member who is here, or a table (`table:3`), asks for the floor. Asking again changes nothing."""

        def command(tx: Transaction, session: Session) -> Command:
            _may_speak(self._state(tx, session_id), session, who)
            return AskToSpeak(session.id, actor, who)

        return self._decided(session_id, command)

    def withdraw_speaker(self, session_id: str, who: str, *, actor: str = MEMBER) -> int:
        """They do not want to speak any more."""
        return self._command(session_id, WithdrawSpeaker(session_id, actor, who))

    def give_floor(self, session_id: str, who: str) -> int:
        """Give the floor to somebody on the list; whoever has it has finished."""
        return self._command(session_id, GiveFloor(session_id, FACILITATOR, who))

    def more_floor(self, session_id: str, seconds: int = 30) -> int:
        """Give the present speaker more time."""
        return self._command(session_id, MoreFloor(session_id, FACILITATOR, seconds))

    def take_floor(self, session_id: str) -> int:
        """The present speaker has finished. Pressing twice does nothing more."""
        return self._command(session_id, TakeFloor(session_id, FACILITATOR))

    def speaking_shares(self, session_id: str, column: str) -> list[Shared]:
        """How much the members with each value of this column have spoken; for the facilitator."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
            time = sum(item.planned_minutes * 60 for item in session.agenda if item.kind == "speakers")
            return shares(session.talk, self._groups(tx, state, column), time)

    def share_speaking_time(self, session_id: str, column: str, seconds: Mapping[str, int]) -> int:
        """Give each value of this column so many seconds of the session; an empty column takes that back."""

        def command(tx: Transaction, session: Session) -> Command:
            groups = self._groups(tx, self._state(tx, session_id), column) if column else {}
            found = speaking_time.checked(column, seconds, groups)
            return ShareSpeakingTime(session.id, FACILITATOR, column, found)

        return self._decided(session_id, command)

    def speaking_groups(self, session_id: str, column: str) -> Mapping[str, str]:
        """The value of this column for every seated member who has one; for the facilitator."""
        with self._store.reading() as tx:
            return self._groups(tx, self._state(tx, session_id), column)

    def speaking_spread(self, session_id: str) -> dict[str, Any]:
        """How evenly the time is spread over those who came, and how it is shared out; for the facilitator."""
        with self._store.reading() as tx:
            session = self._state(tx, session_id).session_called(session_id)
        talk = session.talk
        told = speaking_time.spread([talk.spoken.get(one, Spoken()) for one in sorted(session.stays)])
        return {**told, "column": talk.budget_column, "budget": dict(talk.budget)}

    def _talk_report(self, tx: Transaction, state: Assembly, session: Session) -> dict[str, Any] | None:
        """What the minutes will tell: by the column of the shared time or else of the alternation, if there is one."""
        column = session.talk.budget_column or session.talk.column
        groups = self._groups(tx, state, column) if column else {}
        return speaking_time.report(session.talk.ended(self._now()), session.stays, column, groups)

    def _budget_groups(self, tx: Transaction, state: Assembly, session: Session) -> Mapping[str, str]:
        """The values by which the time is shared out; empty where it is not."""
        return self._groups(tx, state, session.talk.budget_column) if session.talk.budget_column else {}

    def _talk_groups(self, tx: Transaction, state: Assembly, session: Session) -> Mapping[str, str]:
        """The values by which the list alternates; empty where it does not, which is nearly always."""
        return self._groups(tx, state, session.talk.column) if session.talk.column else {}

    def _groups(self, tx: Transaction, state: Assembly, column: str) -> Mapping[str, str]:
        """The value of this column for every seated member who has one."""
        found = {one.member: one.columns.get(column, "").strip() for one in tx.people.of(state.id)}
        return {member: value for member, value in found.items() if value and member in state.seated}


def _may_speak(state: Assembly, session: Session, who: str) -> None:
    if who.startswith(TABLE):
        if who.removeprefix(TABLE) not in {str(member.table) for member in state.seated.values()}:
            raise BadRequest("There is no such table.", "Choose a table of this assembly.")
        return
    if who not in state.seated:
        raise NotAMember("Only members of this assembly can ask for the floor.", "Join with a member's code.")
    if who not in session.present:
        raise NotPresent("This member has not joined the session yet.", "Join with the code on the badge first.")
