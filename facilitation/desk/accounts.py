"""Accounts of the staff: set up by a one-time link, and signed in to with three things.

**Signing in** takes a name, a password and six digits (or a recovery code) at once, and a wrong answer never says
which of them was wrong. Every try counts as a failure before it is looked at, so that a hundred at once are a hundred
failures; a right one forgets them. From the fourth in a row the next has to wait, one second, two, four, at most half
a minute: nobody guesses twelve characters and six digits at that pace, and nobody is kept out for long. Tries are
counted by name, and for a browser that has signed in to the account before apart from all others: a stranger who types
somebody's name for fun keeps the stranger waiting. Where they come from plays no part, since a hall is one address.

**Ends by itself**: after 30 minutes without use, and after twelve hours.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NoReturn

from facilitation import totp
from facilitation.desk.entrance import Entrance
from facilitation.errors import (
    BadRequest,
    NameTaken,
    NoSuchRole,
    NotFound,
    SignInWaits,
    UnknownCode,
    WrongSignIn,
)
from facilitation.passwords import folded_name
from facilitation.store import Account, Device, Held, Identity, Invitation, Logged, Term, Transaction
from facilitation.store.access import SIGNED_IN

ADMINISTRATOR: Final = "administrator"
IDLE: Final = 30 * 60  # seconds
HOURS: Final = 12
FREE_TRIES: Final = 3
LONGEST_WAIT: Final = 30  # seconds
LONGEST_NAME: Final = 100
"""Counted after forms of letters are made one (Unicode's NFC and NFKC), which can make a name shorter or longer."""
WRONG: Final = "The name, the password or the six digits are not right."
LOOK_AGAIN: Final = "Check them and try again. The digits change every half minute; a recovery code works once."


@dataclass(frozen=True)
class Attempt:
    """A try to sign in that has begun: whose password it would have to be, if anybody's."""

    name: str
    account: str | None
    password: str | None
    key: bytes


@dataclass(frozen=True)
class Setup:
    """What somebody who opened an invitation has typed; `password` is ground already, `number` made with the page."""

    name: str
    password: str
    number: str
    digits: str


@dataclass(frozen=True)
class SignedIn:
    """A browser in which an account has signed in: its token, and how many recovery codes are left."""

    token: str
    account: str
    codes_left: int


@dataclass(frozen=True)
class Room:
    """A role that somebody may take up, with the assembly's name."""

    role: str
    assembly_id: str | None
    assembly: str


class Accounts(Entrance):
    """Accounts of the staff."""

    # ------------------------------------------------------------------------------------------------ signing in

    def begin_sign_in(self, name: str, browser: str = "") -> Attempt:
        """Count the try, and say whose password is to be compared. `browser` is a secret of one that was let in before.

        Refused while the try before it has its seconds still to wait; that one does not count.
        """
        folded = folded_name(name)
        with self._store.writing() as tx:
            found = tx.accounts.called(folded)
            key = hashlib.sha256(f"{folded}\0{browser}".encode()).digest()
            now, (failures, next_at) = self._now(), tx.accounts.tries(key)
            if next_at is not None and now < next_at <= now + timedelta(seconds=_wait(failures)):  # else: set back
                seconds = int((next_at - now).total_seconds()) + 1
                raise SignInWaits(
                    f"There were {failures} wrong tries in a row for this name.",
                    f"Wait {seconds} {'second' if seconds == 1 else 'seconds'}, then try again.",
                    seconds,
                )
            tx.accounts.forget_tries(now - timedelta(days=1))
            tx.accounts.tried(key, failures + 1, now + timedelta(seconds=_wait(failures + 1)))
        return Attempt(folded, found.id if found else None, found.password if found else None, key)

    def sign_in(self, attempt: Attempt, typed: str, server_secret: str, *, matches: bool) -> SignedIn:
        """Let a browser in whose password matched, if the digits or the recovery code do, too."""
        with self._store.writing() as tx:
            found = tx.accounts.of(attempt.account) if attempt.account and matches else None
            if found is None or not self._proved(tx, found, typed, server_secret):
                raise WrongSignIn(WRONG, LOOK_AGAIN)
            tx.accounts.forget_tries(self._now() - timedelta(days=1), attempt.key)
            return self._signed_in(tx, found.id)

    def _proved(self, tx: Transaction, found: Account, typed: str, server_secret: str) -> bool:
        """Six digits later than the last ones that were used, or a recovery code, which is used up."""
        said = totp.read_typed(typed)
        step = totp.step_of(totp.secret_of(server_secret, found.number), said, self._now())
        if step is not None and step > found.step:
            tx.accounts.used(found.id, self._now(), step)
            return True
        if len(said) == totp.RECOVERY_LENGTH and tx.accounts.use_recovery_code(found.id, totp.recovery_hash(said)):
            tx.accounts.used(found.id, self._now())
            return True
        return False

    def _signed_in(self, tx: Transaction, account: str) -> SignedIn:
        token, token_id = self._new_secret(), self._new_id()
        term = Term(self._now() + timedelta(hours=HOURS), IDLE)
        who = Identity(SIGNED_IN, None, None, None, token_id, account=account, family=token_id)
        tx.access.add_token(token, who, self._now(), term)
        return SignedIn(token, account, tx.accounts.recovery_codes_left(account))

    def rooms(self, account: str) -> list[Room]:
        """The roles of an account, by assembly and name."""
        with self._store.reading() as tx:
            return self._rooms(tx, tx.accounts.roles(account))

    def enter_room(self, signed_in: str, role: str, assembly_id: str | None) -> str:
        """A token for one of the account's roles, for as long as its browser is signed in."""
        token = self._new_secret()
        with self._store.writing() as tx:
            who = tx.access.identity(signed_in, self._now())
            if who is None or who.account is None:
                raise NoSuchRole("This browser is not signed in any more.", "Sign in again.")
            if Held(who.account, role, assembly_id) not in tx.accounts.roles(who.account):
                raise NoSuchRole("This role is not yours, or no longer.", "Ask an administrator.")
            room = Identity(role, assembly_id, None, None, self._new_id(), account=who.account, family=who.family)
            tx.access.add_token(token, room, self._now(), tx.access.term_of(signed_in))
        return token

    def held_before(self, token: str) -> Identity | None:
        """Who held this token, whether it still opens anything or not."""
        with self._store.reading() as tx:
            return tx.access.held_before(token)

    def touch(self, token_ids: Iterable[str]) -> list[str]:
        """These devices are in use. Back come those that open nothing any more."""
        ids = sorted(set(token_ids))
        with self._store.writing() as tx:
            over = [one for one in ids if not tx.access.opens(one, self._now())]
            tx.access.touch([one for one in ids if one not in over], self._now())
        return over

    def keep_in_use(self, token_ids: Iterable[str]) -> None:
        """The open pages of staff count as a use; nothing is written where nobody of them has an account."""
        with self._store.reading() as tx:
            mine = tx.access.of_accounts(sorted(set(token_ids)))
        if mine:
            self.touch(mine)

    def seconds_left(self, token_id: str) -> int:
        """How long this token opens something if it is not used any more."""
        with self._store.reading() as tx:
            return tx.access.seconds_left(token_id, self._now())

    def forget_tries(self, attempt: Attempt) -> None:
        """It was right: the tries before it count no more."""
        with self._store.writing() as tx:
            tx.accounts.forget_tries(self._now() - timedelta(days=1), attempt.key)

    def sign_out(self, token: str) -> list[str]:
        """This browser is signed out, of all that it got by signing in; the ids of the tokens."""
        with self._store.writing() as tx:
            who = tx.access.held_before(token)
            if who is not None and who.family is not None:
                return tx.access.revoke_family(who.family)
            tx.access.revoke(token)
            return [] if who is None else [who.token_id]

    # ------------------------------------------------------------------------------------------------ setting up

    def first_administrator(self) -> str | None:
        """The secret of a one-time link for the first administrator; None where there is one already."""
        with self._store.reading() as tx:
            if any(held.role == ADMINISTRATOR for held in tx.accounts.roles()):
                return None
        with self._store.writing() as tx:
            tx.access.withdraw_links(ADMINISTRATOR)
        return self.issue_link(ADMINISTRATOR)

    def set_up(self, secret: str, typed: Setup, server_secret: str) -> tuple[SignedIn, tuple[str, ...]]:
        """Use an invitation up: a new account, or for one that is there a new password and new digits.

        The six digits are asked for here already, so that nobody has an account that they cannot sign in to. Nothing is
        used up where something is refused. Back come the recovery codes, which are never shown again.
        """
        codes = totp.recovery_codes(self._chance)
        with self._store.writing() as tx:
            invited = self._unused(tx, secret)
            step = totp.step_of(totp.secret_of(server_secret, typed.number), totp.read_typed(typed.digits), self._now())
            if step is None:
                raise WrongSignIn("These six digits are not right.", "Type those that the app shows now.")
            account = self._renewed(tx, invited, typed, step) if invited.account else self._new(tx, typed, step)
            tx.access.use_link(secret)
            tx.accounts.set_recovery_codes(account, [totp.recovery_hash(code) for code in codes])
            if not invited.account:
                self._give(tx, "link", Held(account, invited.role, invited.assembly_id))
            tx.accounts.used(account, self._now())
            return self._signed_in(tx, account), codes

    def accept(self, secret: str, signed_in: str) -> Room:
        """Somebody who is signed in takes the role of an invitation up; the link is used up."""
        with self._store.writing() as tx:
            invited, who = self._unused(tx, secret), tx.access.identity(signed_in, self._now())
            if who is None or who.account is None or invited.account is not None:
                raise NoSuchRole("This browser is not signed in any more.", "Sign in again, then open the link.")
            tx.access.use_link(secret)
            held = Held(who.account, invited.role, invited.assembly_id)
            self._give(tx, "link", held)
            return self._rooms(tx, [held])[0]

    def _new(self, tx: Transaction, typed: Setup, step: int) -> str:
        name, folded = " ".join(unicodedata.normalize("NFC", typed.name).split()), folded_name(typed.name)
        if not folded or max(len(name), len(folded)) > LONGEST_NAME:
            raise BadRequest("The name is missing or too long.", f"Type a name of at most {LONGEST_NAME} characters.")
        made = Account(self._new_id(), name, typed.password, typed.number, step, self._now(), None)
        if not tx.accounts.add(made, folded):
            raise NameTaken("There is an account of this name already.", "Add an initial, or use an e-mail address.")
        return made.id

    def _renewed(self, tx: Transaction, invited: Invitation, typed: Setup, step: int) -> str:
        found = tx.accounts.of(str(invited.account))
        if found is None:
            raise UnknownCode("The account of this link is gone.", "Ask an administrator for an invitation.")
        tx.accounts.renew(found.id, typed.password, typed.number, step)
        tx.access.revoke_account(found.id)
        tx.accounts.log(Logged(self._now(), "link", "renewed", found.id, "", None))
        return found.id

    def account(self, account: str) -> Account:
        """The account with this id."""
        with self._store.reading() as tx:
            return self._account(tx, account)

    def change_password(self, account: str, password: str, keep: str) -> list[str]:
        """Another password, ground already. All other browsers are signed out; the ids of their tokens."""
        with self._store.writing() as tx:
            tx.accounts.grind(self._account(tx, account).id, password)
            return tx.access.revoke_account(account, but=keep)

    def browsers(self, account: str) -> list[Device]:
        """Where this account is signed in at this moment, the newest first."""
        with self._store.reading() as tx:
            return [one for one in tx.access.devices(self._now()) if (one.account, one.role) == (account, SIGNED_IN)]

    def sign_browser_out(self, account: str, token_id: str) -> list[str]:
        """One browser of this account is signed out; the ids of its tokens. One of another account is not found."""
        with self._store.writing() as tx:
            mine = [one for one in tx.access.devices(self._now()) if (one.account, one.role) == (account, SIGNED_IN)]
            return tx.access.revoke_family(token_id) if token_id in [one.token_id for one in mine] else []

    def new_recovery_codes(self, account: str) -> tuple[str, ...]:
        """Ten new codes instead of those from before."""
        codes = totp.recovery_codes(self._chance)
        with self._store.writing() as tx:
            tx.accounts.set_recovery_codes(self._account(tx, account).id, [totp.recovery_hash(one) for one in codes])
        return codes

    def _give(self, tx: Transaction, actor: str, held: Held) -> bool:
        given = tx.accounts.give(held)
        if given:
            tx.accounts.log(Logged(self._now(), actor, "given", held.account, held.role, held.assembly_id))
        return given

    def _account(self, tx: Transaction, account: str) -> Account:
        found = tx.accounts.of(account)
        if found is None:
            _gone(account)
        return found

    def _rooms(self, tx: Transaction, held: Iterable[Held]) -> list[Room]:
        names = dict(tx.journal.assemblies())
        rooms = [Room(one.role, one.assembly_id, names.get(one.assembly_id or "", "")) for one in held]
        return sorted(rooms, key=lambda room: (room.assembly.casefold(), room.role, room.assembly_id or ""))


def _gone(account: str) -> NoReturn:
    raise NotFound(f"There is no account {account[:40]}.", "Look at the list again: somebody may have removed it.")


def _wait(failures: int) -> int:
    """Seconds until the next try, after so many wrong ones in a row.

    >>> [_wait(failures) for failures in (1, 3, 4, 5, 6, 9, 1000)]
    [0, 0, 1, 2, 4, 30, 30]
    """
    over = failures - FREE_TRIES
    return 0 if over <= 0 else min(2 ** min(over - 1, 10), LONGEST_WAIT)
