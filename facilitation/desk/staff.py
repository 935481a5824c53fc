"""What administrators do: they give and take roles, and see nothing of any assembly.

Every act asks once more, inside its own transaction, whether whoever does it is an administrator still: two who remove
one another do it one after the other, and the second is told to be none any more. The last one cannot be removed. With
an administrator go the unused links that make administrators or renew accounts: whoever was removed may have kept one.
So do, with an account, a role or a device, all unused links that came from its hand, for whatever role.
The list of who was given or lost what holds ids, and stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from facilitation.desk.accounts import ADMINISTRATOR, Accounts, Room
from facilitation.desk.entrance import LINK_HOURS
from facilitation.errors import LastAdministrator, NoSuchRole
from facilitation.store import Device, Held, Identity, Invitation, Logged, Transaction
from facilitation.store.access import SIGNED_IN


@dataclass(frozen=True)
class StaffRow:
    """An account as administrators see it."""

    id: str
    name: str
    roles: tuple[Room, ...]
    made_at: datetime
    used_at: datetime | None
    devices: int
    codes_left: int


@dataclass(frozen=True)
class StaffList:
    """Who has which role; devices without an account; who was given or lost what."""

    people: tuple[StaffRow, ...]
    devices: tuple[tuple[Device, str], ...]
    log: tuple[Logged, ...]
    assemblies: tuple[tuple[str, str], ...]


class Staff(Accounts):
    """Who has which role."""

    def staff(self) -> StaffList:
        """Everyone and everything that administrators look after."""
        with self._store.reading() as tx:
            devices, roles = tx.access.devices(self._now()), tx.accounts.roles()
            names = dict(tx.journal.assemblies())
            people = [
                StaffRow(
                    *(one.id, one.name, tuple(self._rooms(tx, [held for held in roles if held.account == one.id]))),
                    *(one.made_at, one.used_at),
                    devices=sum(each.account == one.id and each.role == SIGNED_IN for each in devices),
                    codes_left=tx.accounts.recovery_codes_left(one.id),
                )
                for one in tx.accounts.everyone()
            ]
            others = [(each, names.get(each.assembly_id or "", "")) for each in devices if each.account is None]
            log = tuple(tx.accounts.logged())
        return StaffList(tuple(people), tuple(others), log, tuple(names.items()))

    def invite(self, by: Identity, role: str, assembly_id: str | None) -> str:
        """The secret of a one-time link for this role."""
        with self._store.writing() as tx:
            actor = self._administrator(tx, by)
            tx.accounts.log(Logged(self._now(), actor, "invited", "", role, assembly_id))
            return self._new_link(tx, role, assembly_id, table=None, issuer=actor)

    def give_role(self, by: Identity, held: Held) -> bool:
        """The account has this role, too. To give it twice changes nothing."""
        with self._store.writing() as tx:
            actor = self._administrator(tx, by)
            self._account(tx, held.account)
            self._check_role(tx, held.role, held.assembly_id)
            return self._give(tx, actor, held)

    def take_role(self, by: Identity, held: Held) -> list[str]:
        """The account has this role no longer; the ids of the tokens that open nothing now. Twice changes nothing."""
        with self._store.writing() as tx:
            actor = self._administrator(tx, by)
            if held.role == ADMINISTRATOR:
                self._refuse_the_last(tx, held.account)
            if not tx.accounts.take(held):
                return []
            if held.role == ADMINISTRATOR:
                tx.access.withdraw_links(ADMINISTRATOR)
            guests = tx.access.withdraw_issued(held.account, held.assembly_id)
            tx.accounts.log(Logged(self._now(), actor, "lost", held.account, held.role, held.assembly_id))
            return tx.access.revoke_account(held.account, held.role, held.assembly_id) + guests

    def remove_account(self, by: Identity, account: str) -> list[str]:
        """The account is gone, with its name; the list keeps its id. Twice, the second is told so."""
        with self._store.writing() as tx:
            actor = self._administrator(tx, by)
            self._account(tx, account)
            self._refuse_the_last(tx, account)
            if any(held.role == ADMINISTRATOR for held in tx.accounts.roles(account)):
                tx.access.withdraw_links(ADMINISTRATOR)
            tx.accounts.remove(account)
            tx.access.withdraw_links(account=account)
            guests = tx.access.withdraw_issued(account)
            tx.accounts.log(Logged(self._now(), actor, "removed", account, "", None))
            gone = tx.access.revoke_account(account) + guests
        self._store.tidy()
        return gone

    def sign_out_everywhere(self, by: Identity, account: str) -> list[str]:
        """Every browser of this account is signed out; an administrator does it, or the account itself."""
        with self._store.writing() as tx:
            if by.account != account:
                self._administrator(tx, by)
            return tx.access.revoke_account(self._account(tx, account).id)

    def renewal_link(self, by: Identity, account: str) -> str:
        """A one-time link by which somebody chooses a new password and new digits: they were lost, or may be known."""
        secret = self._new_secret()
        with self._store.writing() as tx:
            actor = self._administrator(tx, by)
            self._account(tx, account)
            until = self._now() + timedelta(hours=LINK_HOURS)
            tx.access.withdraw_links(account=account)
            renewal = Invitation(ADMINISTRATOR, None, until, used=False, account=account, issuer=actor)
            tx.access.add_link(secret, renewal)
            tx.accounts.log(Logged(self._now(), actor, "renewal", account, "", None))
        return secret

    def revoke_device(self, by: Identity, token_id: str) -> list[str]:
        """A device without an account opens nothing any more, nor do those that it let in; the ids of all of them."""
        gone = [token_id]
        with self._store.writing() as tx:
            actor = self._administrator(tx, by)
            found = next((one for one in tx.access.devices(self._now()) if one.token_id == token_id), None)
            if found is not None:
                tx.access.revoke_id(token_id)
                gone += tx.access.withdraw_issued(f"token:{token_id}")
                tx.accounts.log(Logged(self._now(), actor, "device-out", token_id, found.role, found.assembly_id))
        return gone

    def _administrator(self, tx: Transaction, by: Identity) -> str:
        """Is this still an administrator, at the moment in which it is done? Then the name for the list."""
        if by.role != ADMINISTRATOR or not tx.access.opens(by.token_id, self._now()):
            raise NoSuchRole("You are not an administrator, or no longer.", "Ask one of the administrators.")
        return by.actor

    def _refuse_the_last(self, tx: Transaction, account: str) -> None:
        all_of_them = {held.account for held in tx.accounts.roles() if held.role == ADMINISTRATOR}
        if all_of_them == {account}:
            raise LastAdministrator(
                "This is the last administrator: nobody could give a role any more.",
                "Make somebody else an administrator first.",
            )
