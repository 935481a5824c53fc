"""Ballots on paper and by phone: printed with a number, typed twice, and in the urn only when both typings agree.

What the two typings are for: the first knows the ballot and no person, the second brings both and must come to the
same choice. Then, in one transaction, the ballot goes into the urn under a random box key with its number as its
tracker, the member is ticked off, and what was typed is forgotten. If they differ, both are void, and neither is ever
shown.

Who types sees a paper and, the second time, whose it is. The house cannot hide that; it keeps no trace of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from facilitation import ballots
from facilitation.ballots import BLANK, SPOILT, Slip
from facilitation.commands import Command, StrikePaper
from facilitation.desk.core import FACILITATOR, SCRUTINEER
from facilitation.desk.votes import Votes
from facilitation.errors import (
    AlreadyVoted,
    BadPaperNumber,
    BadRequest,
    NotAMember,
    PapersWaiting,
    PaperTyped,
    PaperUsed,
    WrongState,
)
from facilitation.model import Assembly, Round, RoundState, Session
from facilitation.paper_numbers import new_number, read_number
from facilitation.round_law import to_be_counted
from facilitation.rules import canonical, named
from facilitation.store import PaperEntry, Transaction

CHANNELS = ("paper", "phone")
KINDS: Mapping[str, str] = {"blank": BLANK, "spoilt": SPOILT}
MOST_COPIES = 500


@dataclass(frozen=True)
class PaperBallot:
    """What somebody reads from a paper: its number, and a choice, unless it was left blank or cannot be counted.

    `kind` is filled, blank or spoilt; `choice` is the payload that a tablet would send.
    """

    number: str
    kind: str = "filled"
    choice: object = None


@dataclass(frozen=True)
class Papers:
    """Where the papers of a round are: printed and not come back, typed once, and in the urn with the others.

    `cast` are all ballots in the urn, `channels` says by which way they came, and `voted` are the members who have had
    their vote: in a sealed round also those who hold a token for it, used or not.
    """

    out: int
    waiting: tuple[str, ...]
    cast: int
    channels: Mapping[str, int]
    voted: Collection[str]


class PaperVotes(Votes):
    """Ballots printed, typed the first time, typed the second time, struck."""

    def print_papers(self, round_id: str, copies: int, *, actor: str = FACILITATOR) -> str:
        """So many fresh numbers for ballots of this round as it now is; the name of this printing.

        Not idempotent: each press prints others. Numbers that never come back harm nobody.
        """
        if not 1 <= copies <= MOST_COPIES:
            raise BadRequest(f"{copies} ballots cannot be printed at once.", f"Print 1 to {MOST_COPIES} at a time.")
        sheet = self._new_id()
        with self._store.writing() as tx:
            asked = self._state(tx, round_id).session_of_round(round_id).round_called(round_id)
            _can_be_printed(asked)
            numbers: set[str] = set()
            while len(numbers) < copies:
                number = new_number(self._chance, numbers)
                if tx.papers.issued(number) is None and not tx.papers.in_an_urn(number):
                    numbers.add(number)
            tx.papers.issue(round_id, asked.version, sheet, sorted(numbers))
        return sheet

    def printed_papers(self, round_id: str, sheet: str) -> list[str]:
        """The numbers of one printing that have not come back, for a sheet to be printed again."""
        with self._store.reading() as tx:
            self._state(tx, round_id)
            return tx.papers.sheet(round_id, sheet)

    def type_paper(self, round_id: str, paper: PaperBallot, channel: str, *, actor: str = SCRUTINEER) -> None:
        """The first typing: kept until the second. Typed a first time again, it is refused."""
        if channel not in CHANNELS:
            raise BadRequest("A ballot comes on paper or by phone.", f"Say one of: {', '.join(CHANNELS)}.")
        number = read_number(paper.number)
        with self._store.writing() as tx:
            asked = self._taking_papers(tx, round_id)
            _known(tx, asked, number)
            if tx.papers.entry(round_id, number) is not None:
                raise PaperTyped(
                    f"The ballot {number} was typed once already.", "Type it the second time, or strike it first."
                )
            choice = KINDS.get(paper.kind) or _parsed(asked, paper.choice)
            tx.papers.enter(round_id, PaperEntry(number, channel, choice, actor))

    def type_paper_again(self, round_id: str, paper: PaperBallot, member_id: str, *, actor: str = SCRUTINEER) -> bool:
        """The second typing, with the person: True when it agrees and the ballot is in the urn.

        False when it does not: then both typings are gone, and the paper is typed anew. Sent again after it went into
        the urn it is refused, and nothing changes.
        """
        number = read_number(paper.number)
        with self._store.writing() as tx:
            asked = self._taking_papers(tx, round_id)
            _known(tx, asked, number)
            first = tx.papers.entry(round_id, number)
            if first is None:
                raise PaperTyped(f"The ballot {number} has not been typed yet.", "Type it the first time.")
            self._may_vote_on_paper(tx, asked, member_id)
            choice = KINDS.get(paper.kind) or self._read(tx, asked, member_id, paper.choice)
            tx.papers.strike(round_id, number)
            if choice != first.choice:
                return False
            tx.papers.use(number)
            tx.urn.tick_off(round_id, member_id, ballots.any_box_key(self._chance), first.channel)
            slip = Slip(choice, number, self._class_of(tx, asked, member_id))
            if asked.conduct.secrecy == "open":
                tx.urn.put_named(round_id, {member_id: choice})
            else:
                tx.urn.put(round_id, ballots.any_box_key(self._chance), slip)
        return True

    def strike_paper(self, round_id: str, number: str, reason: str, *, actor: str = SCRUTINEER) -> int:
        """Forget what was typed of a number, with a reason for the minutes; the paper may be typed anew.

        The journal tells that one was struck and why, and not which.
        """
        read = read_number(number)

        def command(tx: Transaction, session: Session) -> Command:
            to_be_counted(session, round_id)
            if tx.papers.entry(round_id, read) is None:
                raise PaperTyped(f"The ballot {read} does not wait for its second typing.", "Look at the list again.")
            tx.papers.strike(round_id, read)
            return StrikePaper(session.id, actor, round_id, reason)

        return self._decided(round_id, command)

    def papers(self, round_id: str) -> Papers:
        """Where the papers of this round are. Choices are not told."""
        with self._store.reading() as tx:
            self._state(tx, round_id)
            waiting = tuple(tx.papers.waiting(round_id))
            cast, channels = tx.urn.turnout(round_id), tx.urn.channels(round_id)
            nameless = {"tablet": cast - sum(channels.values()) + channels.get("tablet", 0)}
            voted = self._spoken_for(tx, round_id)
            return Papers(tx.papers.out(round_id), waiting, cast, {**channels, **nameless}, voted)

    def _closed(self, tx: Transaction, closing: Round, session: Session, actor: str) -> Command:
        """No round is counted while a paper waits; afterwards no number is out."""
        waiting = tx.papers.waiting(closing.id)
        if waiting:
            raise PapersWaiting(
                f"{len(waiting)} paper ballot{'s' * (len(waiting) > 1)} of “{closing.definition.title}” "
                f"wait{'s' * (len(waiting) == 1)} for the second typing: {', '.join(waiting)}.",
                "Let the scrutineer type them the second time, or strike them with a reason.",
            )
        tx.papers.forget(closing.id)
        return super()._closed(tx, closing, session, actor)

    def _taking_papers(self, tx: Transaction, round_id: str) -> Round:
        return to_be_counted(self._state(tx, round_id).session_of_round(round_id), round_id)

    def _may_vote_on_paper(self, tx: Transaction, asked: Round, member_id: str) -> None:
        """Any member may, whether or not they have come to the hall; once."""
        state = self._state(tx, asked.id)
        if member_id not in state.seated:
            raise NotAMember("This person has no seat in the assembly.", "Choose the member from the list.")
        if _has_voted(state, member_id, self._spoken_for(tx, asked.id)):
            raise AlreadyVoted(
                "This member has voted in this round already, or holds the token for it: the paper does not count.",
                "Check the name. If it is right, strike the paper with the reason “voted twice”.",
            )


def _can_be_printed(asked: Round) -> None:
    if asked.state not in (RoundState.DRAFT, RoundState.OPEN, RoundState.ENDED):
        raise WrongState(
            f"The round “{asked.definition.title}” is {asked.state.value}.", "Print ballots before a round is counted."
        )


def _known(tx: Transaction, asked: Round, number: str) -> None:
    """The number is out, for this round and for its present wording."""
    if tx.papers.in_an_urn(number):
        raise PaperUsed(f"The ballot {number} is in the urn already.", "Put the paper with those that are done.")
    issued = tx.papers.issued(number)
    if issued is None or issued[0] != asked.id:
        raise BadPaperNumber(
            f"No ballot with the number {number} was printed for this vote{' but for another' if issued else ''}.",
            "Read the number from the paper once more, and look whether the question is that of this vote.",
        )
    if issued[1] != asked.version:
        raise BadPaperNumber(
            f"The ballot {number} was printed for version {issued[1]} of the question, now version {asked.version}.",
            "It cannot be counted: give the member a paper with the present question.",
        )


def _parsed(asked: Round, choice: object) -> str:
    """The choice as the urn keeps it; what its member has a part in is looked at when the member is known."""
    rule: Any = named(asked.definition.rule)
    return canonical(rule.parse(asked.definition, choice))


def _has_voted(state: Assembly, member_id: str, voted: frozenset[str]) -> bool:
    return state.seat_of(member_id) in state.seats_of(voted)
