"""Rounds: prepared, revised, opened, ended, closed and counted, shown; countersigned and counted again.

No act here is idempotent: a second press meets the next state and is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from facilitation import ballots, blind
from facilitation.ballots import BLANK, CHANNELS, SPOILT, Slip
from facilitation.classes import check_members, with_classes, without_classes
from facilitation.commands import (
    CancelRound,
    CloseRound,
    Command,
    Countersign,
    DraftRound,
    EndRound,
    GiveCastingVote,
    OpenRound,
    Recount,
    ReviseRound,
    ShowResult,
)
from facilitation.desk.ballot_list import root_at_close
from facilitation.desk.core import FACILITATOR, SCRUTINEER, Core
from facilitation.errors import BadRound, NoResultYet, TooManyBallots
from facilitation.model import Assembly, Round, RoundState, Session
from facilitation.round_law import the_closed_round, the_open_round, to_be_counted
from facilitation.rules import Electorate
from facilitation.rules.yes_no import with_casting_vote
from facilitation.small_numbers import sizes_told
from facilitation.store import Transaction
from facilitation.urn_count import count_slips


class Rounds(Core):
    """The life of a round."""

    def create_round(
        self, session_id: str, spec: Mapping[str, Any], *, seen_seq: int | None = None, actor: str = FACILITATOR
    ) -> str:
        """Define a round: what it asks, and under `conduct` how it is held. Its id."""
        round_id = self._new_id()

        def command(tx: Transaction, session: Session) -> Command:
            tx.journal.settle(round_id, tx.journal.assembly_of(session_id))
            return DraftRound(session_id, actor, round_id, spec)

        self._decided(session_id, command, seen_seq)
        return round_id

    def revise_round(
        self, round_id: str, spec: Mapping[str, Any], *, seen_seq: int | None = None, actor: str = FACILITATOR
    ) -> int:
        """Change a round that is not open yet. It is the next version, under another hash; the journal keeps both."""
        return self._decided(round_id, lambda tx, session: ReviseRound(session.id, actor, round_id, spec), seen_seq)

    def open_round(self, round_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Let the members vote. One round is open at a time; from now on nothing of it can be changed.

        A sealed round is opened together with its key, which is made before the database is locked.
        """
        key = blind.new_key() if self.round(round_id).conduct.secrecy == "sealed" else None

        def command(tx: Transaction, session: Session) -> Command:
            state, draft = self._state(tx, round_id), session.round_called(round_id)
            self._can_be_held(tx, state, draft)
            if draft.conduct.secrecy == "sealed":
                tx.tokens.begin(round_id, (key or blind.new_key()).in_bytes())
            return OpenRound(session.id, actor, round_id)

        return self._decided(round_id, command, seen_seq)

    def close_round(self, round_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Close the urn, shake it, count it and write the result into the journal, all at once or not at all.

        Where a scrutineer confirms the close, this ends the voting on the tablets, and `confirm_close` counts.
        """

        def command(tx: Transaction, session: Session) -> Command:
            closing = the_open_round(session, round_id)
            if closing.conduct.scrutiny:
                return EndRound(session.id, actor, round_id)
            return self._closed(tx, closing, session, actor)

        return self._tidied(self._decided(round_id, command, seen_seq))

    def confirm_close(self, round_id: str, *, seen_seq: int | None = None, actor: str = SCRUTINEER) -> int:
        """The scrutineer's word that everything is in the urn: it is closed and counted."""

        def command(tx: Transaction, session: Session) -> Command:
            closing = to_be_counted(session, round_id)
            if closing.state is RoundState.OPEN:
                raise NoResultYet(
                    f"Voting in the round “{closing.definition.title}” has not ended.",
                    "Wait until the facilitator ends it, then confirm the close.",
                )
            return self._closed(tx, closing, session, actor)

        return self._tidied(self._decided(round_id, command, seen_seq))

    def cancel_round(self, round_id: str, reason: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Declare a round void: no tally is made and its ballots are destroyed. A draft is withdrawn."""

        def command(tx: Transaction, session: Session) -> Command:
            cast = tx.urn.turnout(round_id)
            if session.round_called(round_id).state is not RoundState.CLOSED:  # of a draft, papers may be left
                tx.urn.destroy(round_id)
            tx.tokens.destroy(round_id)
            return CancelRound(session.id, actor, round_id, reason, cast)

        return self._tidied(self._decided(round_id, command, seen_seq))

    def show_result(self, round_id: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Put a held result on the screens; from now on it is public."""
        return self._decided(round_id, lambda tx, session: ShowResult(session.id, actor, round_id), seen_seq)

    def casting_vote(self, round_id: str, option: str, *, seen_seq: int | None = None, actor: str = FACILITATOR) -> int:
        """Break a tie as the chair, where the definition gave a casting vote before anybody voted. Once."""

        def command(tx: Transaction, session: Session) -> Command:
            return GiveCastingVote(session.id, actor, round_id, option)

        return self._decided(round_id, command, seen_seq)

    def countersign(self, round_id: str, *, seen_seq: int | None = None, actor: str = SCRUTINEER) -> int:
        """The scrutineer stands by the result."""
        return self._decided(round_id, lambda tx, session: Countersign(session.id, actor, round_id), seen_seq)

    def recount(self, round_id: str, reason: str, *, actor: str = SCRUTINEER) -> bool:
        """Count the ballots in the urn once more; whether they are those of the close and come to the same result.

        The journal keeps either.
        """
        agrees: list[bool] = []

        def command(tx: Transaction, session: Session) -> Command:
            closed = the_closed_round(session, round_id)
            known = dict(closed.result or {})
            base = Electorate(present=known["present"], entitled=known["entitled"])
            classes = {one["name"]: Electorate(one["present"], one["entitled"]) for one in known.get("classes", ())}
            same_ballots = closed.root in ("", root_at_close(tx, self._state(tx, round_id), closed, known))
            if self._classes_were_erased(tx, closed):
                known, classes = without_classes(known), {}
            again = self._result(tx, closed, self._slips(tx, closed), base, classes)
            if closed.casting_vote is not None and replace(closed, result=again).awaits_casting_vote:
                again = with_casting_vote(closed.definition, again, closed.casting_vote[2])
            agrees.append(same_ballots and again == known)
            return Recount(session.id, actor, round_id, reason, agrees[0])

        self._decided(round_id, command)
        return agrees[0]

    def result(self, round_id: str, *, held_too: bool = False) -> dict[str, Any]:
        """The result of a closed round; refused before the close, because it does not exist, and while it is held."""
        with self._store.reading() as tx:
            closed = the_closed_round(self._state(tx, round_id).session_of_round(round_id), round_id)
        if not closed.shown and not held_too:
            raise NoResultYet(
                f"The result of “{closed.definition.title}” has not been shown yet.",
                "Wait until the facilitator shows it.",
            )
        return dict(closed.result or {})

    def round(self, round_id: str) -> Round:
        """The round as the journal has it."""
        with self._store.reading() as tx:
            return self._state(tx, round_id).session_of_round(round_id).rounds[round_id]

    def rounds_of(self, session_id: str) -> tuple[Round, ...]:
        """All rounds of a session, in the order in which they were prepared."""
        with self._store.reading() as tx:
            return tuple(self._state(tx, session_id).session_called(session_id).rounds.values())

    def _closed(self, tx: Transaction, closing: Round, session: Session, actor: str) -> Command:
        """Count the urn, and write it and the turnout anew: new keys, random orders, nothing of how it was filled."""
        state = self._state(tx, closing.id)
        slips = self._slips(tx, closing)
        self._not_more_than_were_let_in(tx, closing, len(slips))
        tx.tokens.forget_key(closing.id)
        if closing.conduct.secrecy != "open":
            tx.urn.rewrite(closing.id, ballots.shaken(slips, self._chance), self._chance)
        classes = self._classes(tx, closing, state, session)
        result = self._result(tx, closing, slips, self._electorate(tx, closing, state, session), classes)
        return CloseRound(session.id, actor, closing.id, result, root_at_close(tx, state, closing, result))

    def _electorate(self, tx: Transaction, closing: Round, state: Assembly, session: Session) -> Electorate:
        """Present and entitled: whose ballot is in the urn was here and entitled, though they may have left since.

        Who comes in after the voting has ended was not there, however long the scrutineer takes.
        """
        voted = self._spoken_for(tx, closing.id)
        return Electorate(
            present=len(state.seats_of(_in_the_hall(closing, session, state) | voted)),
            entitled=len(state.seats_of(state.seated.keys() | voted)),
        )

    def _spoken_for(self, tx: Transaction, round_id: str) -> frozenset[str]:
        """Who has voted, or was given the token of a sealed round: they have had their vote, used or not."""
        return tx.urn.voted(round_id) | tx.tokens.holders(round_id)

    def _not_more_than_were_let_in(self, tx: Transaction, closing: Round, cast: int) -> None:
        """Tokens that were never given can only come from a stolen key, and such a round is not counted."""
        let_in = len(self._spoken_for(tx, closing.id))
        if cast > let_in:
            raise TooManyBallots(
                f"There are {cast} ballots in the urn of “{closing.definition.title}”, and only {let_in} were let in.",
                "Somebody has forged ballots. Cancel the round, and vote again on paper.",
            )

    def _classes(self, tx: Transaction, closing: Round, state: Assembly, session: Session) -> dict[str, Electorate]:
        """The same for every class, by seats: a seat has the class of who cast its ballot, or else of who sits there.

        Of a voter who was erased since, only the ballot knows the class. Who took a seat while the round was open may
        have none, and so has who was erased before an open vote was counted: they count in the whole alone.
        """
        if closing.conduct.classes is None:
            return {}
        cast = Counter(slip.group for slip in self._slips(tx, closing) if slip.group)
        voted = tx.urn.voted(closing.id)
        members = [*state.seated, *voted]
        class_of = {state.seat_of(member): self._class_of(tx, closing, member) for member in members}
        here = Counter(class_of[seat] for seat in state.seats_of(_in_the_hall(closing, session, state) | voted))
        sizes = Counter(name for name in class_of.values() if name) | cast
        return {name: Electorate(max(here[name], cast[name]), number) for name, number in sizes.items()}

    def _classes_were_erased(self, tx: Transaction, counted: Round) -> bool:
        """Whether somebody who voted openly, by classes, was erased: the class stood in their columns alone."""
        by_name = counted.conduct.secrecy == "open" and counted.conduct.classes is not None
        return by_name and not all(slip.group for slip in self._slips(tx, counted))

    def _class_of(self, tx: Transaction, asked: Round, member_id: str) -> str:
        column = asked.conduct.classes
        return "" if column is None else tx.people.columns_of(member_id).get(column, "").strip()

    def _channels(self, tx: Transaction, counted: Round, cast: int) -> dict[str, int]:
        """How many ballots came by each way. Of a sealed one that a tablet cast it is not known who held the tablet."""
        known = dict.fromkeys(CHANNELS, 0) | tx.urn.channels(counted.id)
        if counted.conduct.secrecy == "sealed":
            del known["assisted"]
            known["tablet"] = cast - known["paper"] - known["phone"]
        return known

    def _slips(self, tx: Transaction, counted: Round) -> list[Slip]:
        if counted.conduct.secrecy == "open":
            named = tx.urn.named(counted.id).items()
            return [Slip(choice, group=self._class_of(tx, counted, member)) for member, choice in named]
        return tx.urn.slips(counted.id)

    def _result(
        self, tx: Transaction, counted: Round, slips: list[Slip], base: Electorate, classes: Mapping[str, Electorate]
    ) -> dict[str, Any]:
        """What the slips come to; a function of the urn alone, so that a recount comes to the same.

        It is published and kept in the journal, so it holds no number of people that is too small to be told.
        """
        without_choice = sum(slip.choice in (BLANK, SPOILT) for slip in slips)
        channels = sizes_told(self._channels(tx, counted, len(slips)), without_choice=without_choice)
        counted_out = self._apart(count_slips, counted.definition, slips, base)
        result = {**counted_out, "channels": channels}
        if not classes:
            return result
        return self._apart(with_classes, result, counted.definition, counted.conduct, slips, classes)

    def _can_be_held(self, tx: Transaction, state: Assembly, draft: Round) -> None:
        """Columns that the conduct names must say something of every member."""
        for column in filter(None, (draft.conduct.classes, draft.conduct.blocks)):
            blank = [member for member in state.seated if not tx.people.columns_of(member).get(column, "").strip()]
            if len(blank) == len(state.seated) or (blank and column == draft.conduct.classes):
                raise BadRound(
                    f"The column “{column}” says nothing of {len(blank)} of {len(state.seated)} members.",
                    "Name a column of the panel's file that is filled in, or hold the round without it.",
                )
        if draft.conduct.classes is not None:
            class_of = {member: self._class_of(tx, draft, member) for member in state.seated}
            check_members(draft.conduct, class_of, {one.id: one.table for one in state.seated.values()})

    def _tidied(self, seq: int) -> int:
        self._store.tidy()
        return seq


def _in_the_hall(closing: Round, session: Session, state: Assembly) -> frozenset[str]:
    at_end = closing.present_at_end  # without those who have left the assembly since; who only went home was there
    return session.present if at_end is None else at_end & state.seated.keys()
