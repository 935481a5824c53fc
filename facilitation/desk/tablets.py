"""Tablets: a seat taken back, a tablet paired by a helper, a tablet that many share.

**One tablet for each seat.** Whoever joins, or is given a tablet, has their seat in use there; their other tablets are
parked. A parked tablet says so and can take the seat back; what was made on it before (a ballot on its way, a text)
still arrives and counts once.

**Pairing.** A tablet without a code shows a short one, made for it alone, for ten minutes. A helper who is signed in
types it and says whose tablet it is; the tablet, which proves itself by a secret that was never shown, then takes its
token, once. So nobody says a member's code aloud, and nothing that stands on a screen opens a seat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from facilitation import law
from facilitation.codes import new_code, read_code
from facilitation.commands import Arrive
from facilitation.desk.entrance import Entrance, Joined
from facilitation.errors import Busy, NotAMember, NotNow, PairingOver, UnknownCode
from facilitation.model import Assembly, Phase, Session
from facilitation.store import Identity, Pairing, Transaction

PAIRING_LENGTH: Final = 6
PAIRING_MINUTES: Final = 10
MOST_WAITING: Final = 300
"""Tablets that may wait at once: a hall full; whoever asks for more is told to come again."""
LOOK_AGAIN: Final = "Look at the tablet and type it again."


@dataclass(frozen=True)
class Waiting:
    """A tablet that waits, as it knows itself: its code, until when, and whose it will be once somebody has said so."""

    code: str
    until: datetime
    role: str | None = None
    member: dict[str, Any] | None = None


@dataclass(frozen=True)
class Paired:
    """A tablet in the helpers' list."""

    code: str
    role: str
    member: str | None
    name: str
    table: int
    at: datetime
    taken: bool
    in_use: bool


class Tablets(Entrance):
    """Tablets that change hands."""

    def take_back(self, member_id: str, token_id: str) -> None:
        """The seat is in use on this tablet again. Pressed twice, nothing more changes."""
        with self._store.writing() as tx:
            tx.access.park(member_id, but=token_id)

    # --------------------------------------------------------------------------------------------------- a tablet

    def wait_to_be_paired(self) -> tuple[str, str]:
        """A tablet has no code: the secret by which it proves itself, and the code that it shows."""
        secret = self._new_secret()
        with self._store.writing() as tx:
            tx.pairings.forget_waiting(self._now() - timedelta(minutes=PAIRING_MINUTES))
            if tx.pairings.waiting() >= MOST_WAITING:
                raise Busy("Too many tablets wait to be paired.", "Pair some of them, or try again in a few minutes.")
            code = new_code(self._chance, tx.pairings.codes(), PAIRING_LENGTH)
            tx.pairings.add(code, secret, self._now())
        return secret, code

    def waiting_tablet(self, secret: str) -> Waiting | None:
        """What a tablet is told that holds this secret; None when its time is over or it has its token already."""
        with self._store.reading() as tx:
            found = tx.pairings.of(secret)
            if found is None or found.token_id is not None or self._is_over(found):
                return None
            member = None
            if found.member_id is not None and found.assembly_id is not None:
                state = self._state(tx, found.assembly_id)
                member = self._card(tx, state, found.member_id)
        return Waiting(found.code, found.made_at + timedelta(minutes=PAIRING_MINUTES), found.role, member)

    def take_pairing(self, secret: str) -> Joined:
        """The tablet takes what it was paired as: a token, once. A member is present from now on."""
        token, token_id = self._new_secret(), self._new_id()
        with self._store.writing() as tx:
            found = tx.pairings.of(secret)
            if found is None or found.role is None or found.token_id is not None or self._is_over(found):
                raise PairingOver("This tablet is not paired, or no longer.", "Ask for a new code on this tablet.")
            state = self._state(tx, str(found.assembly_id))
            identity = Identity(found.role, found.assembly_id, found.session_id, found.member_id, token_id)
            card: dict[str, Any] = {}
            if found.member_id is not None:
                _seated(state, found.member_id)
                card = self._card(tx, state, found.member_id)
                session = state.session_called(str(found.session_id))
                if session.phase is not Phase.CLOSED:
                    actor = f"member:{found.member_id}"
                    self._append(
                        tx, state, actor, law.decide(state, Arrive(session.id, actor, found.member_id), self._now())
                    )
                self._let_in(tx, {token: identity})
            else:
                tx.access.add_token(token, identity, self._now(), self._day())
            tx.pairings.taken(found.code, token_id)
        return Joined(token, card, str(found.session_id))

    # --------------------------------------------------------------------------------------------------- a helper

    def pair_tablet(self, session_id: str, typed: object, member_id: str | None) -> str:
        """Say whose the tablet with this code is; without a member it is shared by many. The code as it is written.

        A tablet is paired once: whoever comes second, or presses twice, is told who was first.
        """
        with self._store.writing() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
            found = self._open(tx, typed, session)
            if found.role is not None:
                raise PairingOver(
                    f"This tablet has been paired already{self._whose(tx, state, found)}.",
                    "Unpair it in the list first, if that was a mistake, and ask for a new code on the tablet.",
                )
            if member_id is not None:
                _seated(state, member_id)
            role = "kiosk" if member_id is None else "member"
            tx.pairings.pair(found.code, Identity(role, state.id, session.id, member_id), self._now())
        return found.code

    def unpair_tablet(self, session_id: str, code: str) -> str | None:
        """The tablet opens nothing any more; the member whose it was. What is unpaired already stays so."""
        with self._store.writing() as tx:
            found = tx.pairings.called(code)
            if found is None or found.session_id != session_id:
                return None
            if found.token_id is not None:
                tx.access.revoke_tablet(found.token_id)
            tx.pairings.forget(code)
        return found.member_id

    def paired_tablets(self, session_id: str) -> list[Paired]:
        """The tablets that helpers paired in this session, the latest first."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            names = self._names(tx, state)
            return [
                Paired(
                    code=one.code,
                    role=str(one.role),
                    member=one.member_id,
                    name=names.get(str(one.member_id), ""),
                    table=0 if one.member_id is None else state.members[one.member_id].table,
                    at=one.paired_at or one.made_at,
                    taken=one.token_id is not None,
                    in_use=one.member_id is not None and tx.access.in_use(one.member_id) == one.token_id,
                )
                for one in tx.pairings.of_session(session_id)
            ]

    def _open(self, tx: Transaction, typed: object, session: Session) -> Pairing:
        if session.phase is Phase.CLOSED:
            raise NotNow("pair a tablet", session.phase.value, [])
        found = tx.pairings.called(read_code(typed, PAIRING_LENGTH, LOOK_AGAIN))
        if found is None or (found.session_id is not None and found.session_id != session.id):
            raise UnknownCode("No tablet shows this code.", LOOK_AGAIN)
        if self._is_over(found):
            raise PairingOver(
                f"The code is older than {PAIRING_MINUTES} minutes.",
                "Ask for a new code on the tablet, then type that.",
            )
        return found

    def _is_over(self, found: Pairing) -> bool:
        return found.token_id is None and abs(self._now() - found.made_at) > timedelta(minutes=PAIRING_MINUTES)

    def _whose(self, tx: Transaction, state: Assembly, found: Pairing) -> str:
        if found.member_id is None:
            return ", as a tablet that many share"
        return f" for {self._names(tx, state).get(found.member_id, 'somebody')}"


def _seated(state: Assembly, member_id: str) -> None:
    if member_id not in state.seated:
        raise NotAMember("Only members of this assembly have a tablet.", "Choose one from the list.")
