"""Ballots: cast once, sent as often as it takes.

`cast_ballot` is idempotent: the same key and choice may be sent any number of times and counts once.
"""

from __future__ import annotations

from facilitation import ballots
from facilitation.activities.vote import the_open_round
from facilitation.ballots import Slip
from facilitation.desk.rounds import Rounds
from facilitation.errors import AlreadyVoted, BadRound, NotAMember, NotPresent
from facilitation.model import Assembly, Round, RoundState, Session
from facilitation.rules import RULES, canonical
from facilitation.rules.conflicts import refuse_conflicts
from facilitation.store import Transaction


class Votes(Rounds):
    """Ballots cast, and how many."""

    def cast_ballot(
        self, round_id: str, member_id: str, key: str, choice: object, *, tracker: str = "", assisted: bool = False
    ) -> str:
        """Put a member's ballot into the urn and give its receipt.

        The same key and choice again give the same receipt, even after the round is closed; another key or another
        choice is refused, and so is a first ballot once the round is closed. There is no grace after the close. Where
        the round lets votes be changed, another choice under the same key takes the place of the first until then.
        """
        key = ballots.read_key(key)
        tracker = ballots.read_tracker(tracker, self._chance)
        with self._store.writing() as tx:
            state = self._state(tx, round_id)
            session = state.session_of_round(round_id)
            asked = session.round_called(round_id)
            known = tx.urn.key_hash_of(round_id, member_id)
            if known is None:
                _may_vote(state, session, member_id)
                _not_sealed(the_open_round(session, round_id))
                _one_vote_a_seat(state, member_id, tx.urn.voted(round_id))
            parsed = self._read(tx, asked, member_id, choice)
            sent = ballots.key_hash(key, parsed)
            slip = Slip(parsed, tracker, self._class_of(tx, asked, member_id))
            if known is None:
                tx.urn.tick_off(round_id, member_id, sent, "assisted" if assisted else "tablet")
                self._put(tx, asked, member_id, key, slip)
            elif known != sent and asked.conduct.changeable and asked.state is RoundState.OPEN:
                box = ballots.box_key_of(key, round_id)
                if not tx.urn.change(round_id, member_id, sent, (box, slip)):
                    ballots.same_ballot(known, sent)
            else:
                ballots.same_ballot(known, sent)
        return ballots.receipt(round_id, member_id, sent)

    def turnout(self, round_id: str) -> int:
        """How many have voted."""
        with self._store.reading() as tx:
            self._state(tx, round_id)
            return tx.urn.turnout(round_id)

    def turnout_by_channel(self, round_id: str) -> dict[str, int]:
        """How many have voted by tablet, with help, on paper and by phone; for the scrutineer."""
        with self._store.reading() as tx:
            self._state(tx, round_id)
            return tx.urn.channels(round_id)

    def _read(self, tx: Transaction, asked: Round, member_id: str, choice: object) -> str:
        """The canonical choice, refused where it is none or where the member has a part in what it supports."""
        parsed = RULES[asked.definition.rule].parse(asked.definition, choice)
        return canonical(refuse_conflicts(asked.definition, parsed, blocked_options(tx, asked, member_id)))

    def _class_of(self, tx: Transaction, asked: Round, member_id: str) -> str:
        column = asked.conduct.classes
        return "" if column is None else tx.people.columns_of(member_id).get(column, "").strip()

    def _put(self, tx: Transaction, asked: Round, member_id: str, key: str, slip: Slip) -> None:
        if asked.conduct.secrecy == "open":
            tx.urn.put_named(asked.id, member_id, slip.choice)
            return
        changeable = asked.conduct.changeable
        box = ballots.box_key_of(key, asked.id) if changeable else ballots.any_box_key(self._chance)
        tx.urn.put(asked.id, box, slip)


def blocked_options(tx: Transaction, asked: Round, member_id: str) -> frozenset[str]:
    """The options in which this member has a part; their column names one, or several with semicolons between."""
    if asked.conduct.blocks is None:
        return frozenset()
    said = tx.people.columns_of(member_id).get(asked.conduct.blocks, "")
    parts = {part.strip().casefold() for part in said.split(";")}
    return frozenset(option for option in asked.definition.options if option.casefold() in parts)


def _not_sealed(asked: Round) -> None:
    if asked.conduct.secrecy == "sealed":
        raise BadRound(
            f"The round “{asked.definition.title}” is sealed: its ballots come without a name.",
            "Load the page again, so that the tablet asks for a token first.",
        )


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
