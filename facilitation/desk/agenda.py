"""The facilitator's acts on the agenda. None is idempotent: a second press meets the next state and may be refused.

Every act may carry `seen_seq`, the step the facilitator saw; when somebody has acted since, it is refused. People who
arrive do not count as somebody acting. Each returns the number of the newest journal row.
"""

from __future__ import annotations

from facilitation.commands import Acknowledge, CloseSession, Command, EndItem, Extend, StartItem, Undo
from facilitation.desk.core import FACILITATOR
from facilitation.desk.talking import Talking
from facilitation.model import RoundState, Session
from facilitation.store import Transaction


class Agenda(Talking):
    """Items started, ended and extended; undo; the end of the session."""

    def start_item(
        self, session_id: str, item_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR
    ) -> int:
        """Start an item; the running one ends at the same moment."""
        return self._command(session_id, StartItem(session_id, actor, item_id), seen_seq)

    def end_item(self, session_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """End the running item."""
        return self._command(session_id, EndItem(session_id, actor), seen_seq)

    def extend(self, session_id: str, seconds: int, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Give the running item more seconds; negative ones shorten it. Nobody is ever cut off."""
        return self._command(session_id, Extend(session_id, actor, seconds), seen_seq)

    def acknowledge(self, session_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Take the result off the screens."""
        return self._command(session_id, Acknowledge(session_id, actor), seen_seq)

    def close_session(self, session_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """End the sitting; what the minutes tell of who spoke is worked out now, and never again.

        Every kind of item lets go of what it kept beside members until now.
        """

        def command(tx: Transaction, session: Session) -> Command:
            self._let_go(tx, session)
            return CloseSession(session_id, actor, self._talk_report(tx, self._state(tx, session_id), session))

        seq = self._decided(session_id, command, seen_seq)
        self._store.tidy()
        return seq

    def undo(self, session_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Take back the last act, within ten seconds and before anyone else acted; the journal keeps both."""

        def command(tx: Transaction, session: Session) -> Command:
            shown = session.shown_round
            is_open = shown is not None and shown.state is RoundState.OPEN
            return Undo(session_id, actor, tx.urn.turnout(shown.id) if shown is not None and is_open else 0)

        return self._decided(session_id, command, seen_seq)
