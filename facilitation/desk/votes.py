"""Rounds and ballots.

`cast_ballot` is idempotent: the same key and choice may be sent any number of times and counts once. The other acts are
not: a second press meets the next state and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facilitation import ballots
from facilitation.activities.vote import the_open_round
from facilitation.desk.core import FACILITATOR, Core
from facilitation.errors import AlreadyVoted, NoResultYet, NotAMember, NotPresent
from facilitation.events import CancelRound, CloseRound, Command, DraftRound, OpenRound
from facilitation.model import Assembly, Round, RoundState, Session
from facilitation.rules import RULES, Electorate, canonical, read_choice
from facilitation.store import Transaction


class Votes(Core):
    """Rounds drafted, opened, closed, cancelled; ballots cast; results read."""

    def create_round(
        self, session_id: str, spec: Mapping[str, Any], *, seen_seq: int | None = None, actor: str = FACILITATOR
    ) -> str:
        """Define a round; its wording, rule, options and threshold are frozen from now on. Its id."""
        round_id = self._new_id()

        def command(tx: Transaction, session: Session) -> Command:
            tx.journal.settle(round_id, tx.journal.assembly_of(session_id))
            return DraftRound(session_id, actor, round_id, spec)

        self._decided(session_id, command, seen_seq)
        return round_id

    def open_round(self, round_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Let the members vote. One round is open at a time."""
        return self._decided(round_id, lambda tx, session: OpenRound(session.id, actor, round_id), seen_seq)

    def close_round(self, round_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Close the urn, shake it, count it and write the result into the journal, all at once or not at all."""

        def command(tx: Transaction, session: Session) -> Command:
            closing = the_open_round(session, round_id)
            state = self._state(tx, round_id)
            return CloseRound(session.id, actor, round_id, self._counted(tx, closing, state, session))

        seq = self._decided(round_id, command, seen_seq)
        self._store.tidy()
        return seq

    def cancel_round(self, round_id: str, reason: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Declare a round void: no tally is made and its ballots are destroyed. A draft is withdrawn."""

        def command(tx: Transaction, session: Session) -> Command:
            cast = tx.urn.turnout(round_id)
            if session.round_called(round_id).state is RoundState.OPEN:
                tx.urn.destroy(round_id)
            return CancelRound(session.id, actor, round_id, reason, cast)

        seq = self._decided(round_id, command, seen_seq)
        self._store.tidy()
        return seq

    def cast_ballot(self, round_id: str, member_id: str, key: str, choice: object) -> str:
        """Put a member's ballot into the urn and give its receipt.

        The same key and choice again give the same receipt, even after the round is closed; another key or another
        choice is refused, and so is a first ballot once the round is closed. There is no grace after the close.
        """
        key = ballots.read_key(key)
        with self._store.writing() as tx:
            state = self._state(tx, round_id)
            session = state.session_of_round(round_id)
            asked = session.round_called(round_id)
            known = tx.urn.key_hash_of(round_id, member_id)
            if known is None:
                _may_vote(state, session, member_id)
                the_open_round(session, round_id)
                _one_vote_a_seat(state, member_id, tx.urn.voted(round_id))
            parsed = canonical(RULES[asked.definition.rule].parse(asked.definition, choice))
            sent = ballots.key_hash(key, parsed)
            if known is None:
                tx.urn.cast(round_id, member_id, sent, ballots.sealed(parsed, self._chance))
            else:
                ballots.same_ballot(known, sent)
        return ballots.receipt(round_id, member_id, sent)

    def result(self, round_id: str) -> dict[str, Any]:
        """The result of a closed round; refused before the close, because it does not exist."""
        one = self.round(round_id)
        if one.result is None:
            state = "was cancelled, so there is none" if one.state is RoundState.CANCELLED else f"is {one.state.value}"
            raise NoResultYet(
                f"The round “{one.definition.title}” {state}.", "A result can be read once the round is closed."
            )
        return dict(one.result)

    def round(self, round_id: str) -> Round:
        """The round as the journal has it."""
        with self._store.reading() as tx:
            return self._state(tx, round_id).session_of_round(round_id).rounds[round_id]

    def turnout(self, round_id: str) -> int:
        """How many have voted."""
        with self._store.reading() as tx:
            self._state(tx, round_id)
            return tx.urn.turnout(round_id)

    def _counted(self, tx: Transaction, closing: Round, state: Assembly, session: Session) -> dict[str, Any]:
        """Pour out the urn, count it, and put the ballots back under new keys in a random order."""
        asked = closing.definition
        choices = tx.urn.poured_out(closing.id)
        tx.urn.put_back(closing.id, ballots.shaken(choices, self._chance))
        voted = tx.urn.voted(closing.id)  # whose ballot is in the urn was here and entitled, though they left since
        base = Electorate(
            present=len(state.seats_of(session.present | voted)),
            entitled=len(state.seats_of(state.seated.keys() | voted)),
        )
        result = RULES[asked.rule].tally(asked, [read_choice(asked, text) for text in choices], base)
        return result.as_json()


def _one_vote_a_seat(state: Assembly, member_id: str, voted: frozenset[str]) -> None:
    """Who takes a seat in the middle of a round does not vote a second time for it."""
    if state.seat_of(member_id) in state.seats_of(voted):
        raise AlreadyVoted(
            "The ballot of your seat in this round is in the urn already: the member before you cast it.",
            "You vote from the next round on.",
        )


def _may_vote(state: Assembly, session: Session, member_id: str) -> None:
    if member_id not in state.seated:
        raise NotAMember("Only members of this assembly can vote in this round.", "Join with a member's code.")
    if member_id not in session.present:
        raise NotPresent("You have not joined this session yet.", "Join with the code on your badge, then vote.")
