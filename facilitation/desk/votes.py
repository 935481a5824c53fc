"""Ballots: cast once, sent as often as it takes.

`cast_ballot` is idempotent: the same key and choice may be sent any number of times and counts once. Ballots that come
within a moment go in together, in one transaction with few statements; each is let in or refused for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from facilitation import ballots
from facilitation.ballots import Slip
from facilitation.desk.rounds import Rounds
from facilitation.errors import (
    AlreadyVoted,
    BadRound,
    BadTracker,
    NotAMember,
    NotPresent,
    Refusal,
    VoteChanged,
)
from facilitation.model import Assembly, Round, Session
from facilitation.round_law import the_open_round
from facilitation.rules import RULES, canonical
from facilitation.rules.conflicts import refuse_conflicts
from facilitation.store import InTheWay, Transaction
from facilitation.store.gathered import Gathered


@dataclass(frozen=True, eq=False)
class Cast:
    """A ballot as a tablet sent it; `given` says whether the tracker is the tablet's own."""

    round_id: str
    member_id: str
    key: str
    choice: object
    tracker: str
    given: bool
    replaces: str
    assisted: bool


@dataclass
class AtTheUrn:
    """The urn of one round while ballots go in: what is known of it, and those that are let in and not yet written."""

    tx: Transaction
    state: Assembly
    session: Session
    asked: Round
    known: InTheWay
    voters: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    slips: list[tuple[bytes, Slip]] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)


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
        return self._casting.ask(Cast(round_id, member_id, key, choice, tracker, given, replaces, assisted))

    @cached_property
    def _casting(self) -> Gathered[Cast, str]:
        return Gathered(self._cast_all, self._store.pause)

    def _cast_all(self, sent: Sequence[Cast]) -> Sequence[str | Exception]:
        """Ballots that came within a moment, in one transaction: the receipt of each, or why it is refused."""
        came: dict[Cast, str | Exception] = {}
        with self._store.writing() as tx:
            for round_id, ours in _by_round(sent).items():
                came |= self._cast_in(tx, round_id, ours)
        return [came[one] for one in sent]

    def _cast_in(self, tx: Transaction, round_id: str, sent: Sequence[Cast]) -> dict[Cast, str | Exception]:
        """The ballots of one round: what is in the way of them is asked once, and they are written together."""
        try:
            urn = self._at_the_urn(tx, round_id, sent)
        except Refusal as refused:
            return dict.fromkeys(sent, refused)
        came: dict[Cast, str | Exception] = {}
        for one in sent:
            try:
                came[one] = self._into_the_urn(urn, one)
            except Refusal as refused:
                came[one] = refused
        self._write_ballots(urn)
        return came

    def _at_the_urn(self, tx: Transaction, round_id: str, sent: Sequence[Cast]) -> AtTheUrn:
        state = self._state(tx, round_id)
        session = state.session_of_round(round_id)
        asked = session.round_called(round_id)
        seats = {sitter for one in sent if one.member_id in state.members for sitter in state.sitters(one.member_id)}
        known = tx.urn.in_the_way(round_id, seats, [one.tracker for one in sent])
        return AtTheUrn(tx, state, session, asked, known)

    def _into_the_urn(self, urn: AtTheUrn, sent: Cast) -> str:
        """Let one ballot in, or refuse it; its receipt."""
        asked, known = urn.asked, urn.known.voted.get(sent.member_id)
        if known is None:
            may_vote(urn.state, urn.session, sent.member_id)
            _not_sealed(the_open_round(urn.session, asked.id))
            one_vote_a_seat(urn.known, urn.state, sent.member_id)
        parsed = self._read(urn.tx, asked, sent.member_id, sent.choice)
        changeable = asked.conduct.changeable
        if changeable and not sent.given:
            raise BadTracker("A vote that may be changed needs a tracker.", "Make eight random letters and digits.")
        left = ballots.handle_hash(sent.key, asked.id) if changeable else ballots.key_hash(sent.key, parsed)
        slip = Slip(parsed, sent.tracker, self._class_of(urn.tx, asked, sent.member_id))
        if known is None:
            own_tracker(urn.known, sent.tracker)
            self._note_ballot(urn, sent, left, slip)
        else:
            ballots.same_ballot(known, left)
            if changeable:
                self._write_ballots(urn)
                self._change(urn.tx, asked, ballots.box_key_of(sent.key, asked.id), slip, sent.replaces)
                urn.known.taken.add(slip.tracker)
        return ballots.receipt(asked.id, sent.member_id, left)

    def _note_ballot(self, urn: AtTheUrn, sent: Cast, left: bytes, slip: Slip) -> None:
        """A first ballot, to be written with the others; those after it are held against it already."""
        conduct = urn.asked.conduct
        urn.known.voted[sent.member_id] = left
        urn.voters[sent.member_id] = (left, "assisted" if sent.assisted else "tablet")
        if conduct.secrecy == "open":
            urn.named[sent.member_id] = slip.choice
            return
        urn.known.taken.add(slip.tracker)
        box = ballots.box_key_of(sent.key, urn.asked.id) if conduct.changeable else ballots.any_box_key(self._chance)
        urn.slips.append((box, slip))

    def _write_ballots(self, urn: AtTheUrn) -> None:
        """Write who has voted, and what lies in the box: in another order, so that no two rows stand in one place."""
        self._chance.shuffle(urn.slips)
        urn.tx.urn.tick_off_all(urn.asked.id, urn.voters)
        urn.tx.urn.put_all(urn.asked.id, urn.slips)
        urn.tx.urn.put_named(urn.asked.id, urn.named)
        urn.voters, urn.slips, urn.named = {}, [], {}

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
        own_tracker(tx.urn.in_the_way(asked.id, (), [slip.tracker]), slip.tracker)
        tx.urn.change(asked.id, box_key, slip)


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


def own_tracker(known: InTheWay, tracker: str) -> None:
    """Nobody takes the tracker of another ballot, which its member could then not tell from theirs; nor the number of a
    printed paper, which would then be refused as lying in the urn already.
    """
    if tracker in known.taken:
        raise BadTracker(
            "The ballot's tracker is that of another ballot, or of a printed one.",
            "Load the page again, and send again.",
        )


def _by_round(sent: Sequence[Cast]) -> dict[str, list[Cast]]:
    found: dict[str, list[Cast]] = {}
    for one in sent:
        found.setdefault(one.round_id, []).append(one)
    return found


def _not_sealed(asked: Round) -> None:
    if asked.conduct.secrecy == "sealed":
        raise BadRound(
            f"The round “{asked.definition.title}” is sealed: its ballots come without a name.",
            "Load the page again, so that the tablet asks for a token first.",
        )


def one_vote_a_seat(known: InTheWay, state: Assembly, member_id: str) -> None:
    """Who takes a seat in the middle of a round does not vote a second time for it."""
    if any(one in known.voted or one in known.holders for one in state.sitters(member_id)):
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
