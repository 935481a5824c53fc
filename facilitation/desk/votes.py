"""Ballots: cast once, sent as often as it takes.

`cast_ballot` is idempotent: the same key and choice may be sent any number of times and counts once.
"""

from __future__ import annotations

from collections.abc import Sequence

from facilitation import ballots
from facilitation.ballots import Slip
from facilitation.desk.rounds import Rounds
from facilitation.errors import AlreadyVoted, BadRound, BadTracker, NotAMember, NotPresent, VoteChanged
from facilitation.model import Assembly, Round, Session
from facilitation.round_law import the_open_round
from facilitation.rules import RULES, canonical
from facilitation.rules.conflicts import refuse_conflicts
from facilitation.store import Transaction


class Votes(Rounds):
    """Ballots cast, and how many."""

    def cast_ballot(
        self,
        round_id: str,
        member_id: str,
        key: str,
        choice: object,
        *,
        tracker: str = "",
        replaces: str = "",
        assisted: bool = False,
    ) -> str:
        """Put a member's ballot into the urn and give its receipt.

        The same key and choice again give the same receipt, even after the round is closed; another key or another
        choice is refused, and so is a first ballot once the round is closed. There is no grace after the close. Where
        the round lets votes be changed, another ballot under the same key takes the place of the one whose tracker it
        `replaces`, until the close.
        """
        key = ballots.read_key(key)
        given, tracker = bool(tracker), ballots.read_tracker(tracker, self._chance)
        with self._store.writing() as tx:
            state = self._state(tx, round_id)
            session = state.session_of_round(round_id)
            asked = session.round_called(round_id)
            known = tx.urn.key_hash_of(round_id, member_id)
            if known is None:
                may_vote(state, session, member_id)
                _not_sealed(the_open_round(session, round_id))
                one_vote_a_seat(tx, state, round_id, member_id)
            parsed = self._read(tx, asked, member_id, choice)
            changeable = asked.conduct.changeable
            if changeable and not given:
                raise BadTracker("A vote that may be changed needs a tracker.", "Make eight random letters and digits.")
            sent = ballots.handle_hash(key, round_id) if changeable else ballots.key_hash(key, parsed)
            slip = Slip(parsed, tracker, self._class_of(tx, asked, member_id))
            if known is None:
                own_tracker(tx, round_id, tracker)
                tx.urn.tick_off(round_id, member_id, sent, "assisted" if assisted else "tablet")
                self._put(tx, asked, member_id, key, slip)
            else:
                ballots.same_ballot(known, sent)
                if changeable:
                    self._change(tx, asked, ballots.box_key_of(key, round_id), slip, replaces)
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

    def _change(self, tx: Transaction, asked: Round, box_key: bytes, slip: Slip, replaces: str) -> None:
        """Put a ballot into the place of the one that it replaces, unless it lies there already.

        A request that was long on its way must not undo a later one, so a change names the tracker of the vote that it
        replaces. After the close the ballots lie elsewhere, and what arrived in time is known by its tracker. Where
        only the root is published the tracker alone answers, or whoever holds a member's key could try out choices.
        """
        lying = tx.urn.slip_under(asked.id, box_key)
        if slip == lying or (lying is None and _is_counted(asked, slip, tx.urn.slips(asked.id))):
            return
        the_open_round(self._state(tx, asked.id).session_of_round(asked.id), asked.id)
        if lying is None or lying.tracker != ballots.read_tracker(replaces, self._chance):
            raise VoteChanged(
                "Your vote was changed since, or this change does not say which vote it replaces.",
                "What was counted last stands. Change it again if it is not what you want.",
            )
        if lying.tracker == slip.tracker:
            raise VoteChanged("Two votes have the same tracker.", "Make a new tracker for each change.")
        own_tracker(tx, asked.id, slip.tracker)
        tx.urn.change(asked.id, box_key, slip)

    def _put(self, tx: Transaction, asked: Round, member_id: str, key: str, slip: Slip) -> None:
        if asked.conduct.secrecy == "open":
            tx.urn.put_named(asked.id, member_id, slip.choice)
            return
        changeable = asked.conduct.changeable
        box = ballots.box_key_of(key, asked.id) if changeable else ballots.any_box_key(self._chance)
        tx.urn.put(asked.id, box, slip)


def _is_counted(asked: Round, slip: Slip, counted: Sequence[Slip]) -> bool:
    """Whether this slip lies among the counted ones."""
    if asked.conduct.publish == "root":
        return slip.tracker in {one.tracker for one in counted}
    return slip in counted


def blocked_options(tx: Transaction, asked: Round, member_id: str) -> frozenset[str]:
    """The options in which this member has a part; their column names one, or several with semicolons between."""
    if asked.conduct.blocks is None:
        return frozenset()
    said = tx.people.columns_of(member_id).get(asked.conduct.blocks, "")
    parts = {part.strip().casefold() for part in said.split(";")}
    return frozenset(option for option in asked.definition.options if option.casefold() in parts)


def own_tracker(tx: Transaction, round_id: str, tracker: str) -> None:
    """Nobody takes the tracker of another ballot, which its member could then not tell from theirs; nor the number of a
    printed paper, which would then be refused as lying in the urn already.
    """
    if tx.papers.issued(tracker) is not None or tx.urn.has_tracker(round_id, tracker):
        raise BadTracker(
            "The ballot's tracker is that of another ballot, or of a printed one.",
            "Load the page again, and send again.",
        )


def _not_sealed(asked: Round) -> None:
    if asked.conduct.secrecy == "sealed":
        raise BadRound(
            f"The round “{asked.definition.title}” is sealed: its ballots come without a name.",
            "Load the page again, so that the tablet asks for a token first.",
        )


def one_vote_a_seat(tx: Transaction, state: Assembly, round_id: str, member_id: str) -> None:
    """Who takes a seat in the middle of a round does not vote a second time for it. Asks for this seat alone."""
    sitters = state.sitters(member_id)
    if any(tx.urn.key_hash_of(round_id, one) or tx.tokens.given(round_id, one) for one in sitters):
        raise AlreadyVoted(
            "Your seat has had its vote in this round: the member before you cast it, or holds the token for it.",
            "You vote from the next round on.",
        )


def may_vote(state: Assembly, session: Session, member_id: str) -> None:
    """Refuse who has no seat, and who has not joined the session."""
    if member_id not in state.seated:
        raise NotAMember("Only members of this assembly can vote in this round.", "Join with a member's code.")
    if member_id in session.stays and member_id not in session.present:
        raise NotPresent("You have left this session.", "Press “I am back” on your tablet, or join again, then vote.")
    if member_id not in session.present:
        raise NotPresent("You have not joined this session yet.", "Join with the code on your badge, then vote.")
