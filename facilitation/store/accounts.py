"""Accounts of the staff: a name, a password that argon2 has ground small, and which role it has in which assembly.

The list of who was given or lost which role holds ids and never a name: it stays when an account is removed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from facilitation.store.engine import added
from facilitation.store.schema import access_log, account, account_role, recovery_code, sign_in_try
from facilitation.times import in_text, moment, moment_or_none


@dataclass(frozen=True)
class Account:
    """Somebody of the staff. `number` is from what the secret of the six digits is worked out."""

    id: str
    name: str
    password: str
    number: str
    step: int
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Held:
    """A role that an account has; in an assembly, or where the assembly is None, in all."""

    account: str
    role: str
    assembly_id: str | None


@dataclass(frozen=True)
class Logged:
    """A row of the list of who was given or lost what."""

    at: datetime
    actor: str
    act: str
    account: str
    role: str
    assembly_id: str | None


@dataclass(frozen=True)
class Accounts:
    """Accounts, inside one transaction."""

    connection: Connection

    def add(self, one: Account, folded: str) -> bool:
        """A new account; False where the name is taken."""
        row = {"id": one.id, "name": one.name, "folded": folded, "password": one.password, "number": one.number}
        times = {"made_at": in_text(one.made_at), "used_at": None}
        if self.connection.execute(select(account.c.id).where(account.c.folded == folded)).first():
            return False
        return added(self.connection, account, {**row, "step": one.step, **times})

    def called(self, folded: str) -> Account | None:
        """The account of this name."""
        return self._one(account.c.folded == folded)

    def of(self, account_id: str) -> Account | None:
        """The account with this id."""
        return self._one(account.c.id == account_id)

    def _one(self, which: ColumnElement[bool]) -> Account | None:
        row = self.connection.execute(select(account).where(which)).first()
        return None if row is None else _account(row)

    def everyone(self) -> list[Account]:
        """All accounts, by name."""
        return [_account(row) for row in self.connection.execute(select(account).order_by(account.c.folded))]

    def used(self, account_id: str, at: datetime, step: int | None = None) -> None:
        """Signed in now; `step` is the half minute whose digits were typed."""
        steps = {} if step is None else {"step": step}
        self._change(account_id, used_at=in_text(at), **steps)

    def renew(self, account_id: str, password: str, number: str, step: int) -> None:
        """Another password and another secret of the six digits."""
        self._change(account_id, password=password, number=number, step=step)

    def grind(self, account_id: str, password: str) -> None:
        """Another password."""
        self._change(account_id, password=password)

    def _change(self, account_id: str, **values: object) -> None:
        self.connection.execute(update(account).where(account.c.id == account_id).values(**values))

    def remove(self, account_id: str) -> None:
        """The account is gone, with its name, its roles and its codes."""
        for where in (account_role, recovery_code):
            self.connection.execute(delete(where).where(where.c.account == account_id))
        self.connection.execute(delete(account).where(account.c.id == account_id))

    # ------------------------------------------------------------------------------------------------ roles

    def roles(self, account_id: str | None = None) -> list[Held]:
        """The roles of this account, or of all."""
        rows = select(account_role).order_by(account_role.c.account, account_role.c.role, account_role.c.assembly)
        if account_id is not None:
            rows = rows.where(account_role.c.account == account_id)
        return [Held(row.account, row.role, row.assembly or None) for row in self.connection.execute(rows)]

    def give(self, held: Held) -> bool:
        """The account has the role from now on; False where it had it already."""
        row = {"account": held.account, "role": held.role, "assembly": held.assembly_id or ""}
        return added(self.connection, account_role, row)

    def take(self, held: Held) -> bool:
        """The account has the role no longer; False where it had it not."""
        mine = (account_role.c.account == held.account, account_role.c.role == held.role)
        gone = delete(account_role).where(*mine, account_role.c.assembly == (held.assembly_id or ""))
        return self.connection.execute(gone).rowcount == 1

    def log(self, logged: Logged) -> None:
        """Remember it for good."""
        newest = self.connection.execute(select(func.max(access_log.c.n))).scalar() or 0
        said = {"actor": logged.actor, "act": logged.act, "account": logged.account, "role": logged.role}
        row = {"n": newest + 1, "at": in_text(logged.at), **said, "assembly": logged.assembly_id}
        self.connection.execute(insert(access_log).values(**row))

    def logged(self, most: int = 50) -> list[Logged]:
        """The newest rows first."""
        rows = self.connection.execute(select(access_log).order_by(access_log.c.n.desc()).limit(most))
        return [Logged(moment(r.at), r.actor, r.act, r.account, r.role, r.assembly) for r in rows]

    # ------------------------------------------------------------------------------------------------ codes and tries

    def set_recovery_codes(self, account_id: str, hashes: Collection[bytes]) -> None:
        """These codes instead of those from before."""
        self.connection.execute(delete(recovery_code).where(recovery_code.c.account == account_id))
        if hashes:
            self.connection.execute(insert(recovery_code), [{"hash": one, "account": account_id} for one in hashes])

    def use_recovery_code(self, account_id: str, hashed: bytes) -> bool:
        """Whether it was one of this account's; it is none from now on."""
        mine = (recovery_code.c.account == account_id, recovery_code.c.hash == hashed)
        return self.connection.execute(delete(recovery_code).where(*mine)).rowcount == 1

    def recovery_codes_left(self, account_id: str) -> int:
        """How many are left."""
        mine = select(func.count()).select_from(recovery_code).where(recovery_code.c.account == account_id)
        return int(self.connection.execute(mine).scalar() or 0)

    def tries(self, key: bytes) -> tuple[int, datetime | None]:
        """How often in a row it was wrong, and when the next try may come."""
        row = self.connection.execute(select(sign_in_try).where(sign_in_try.c.key == key)).first()
        return (row.failures, moment(row.next_at)) if row else (0, None)

    def tried(self, key: bytes, failures: int, next_at: datetime) -> None:
        """One more; what was forgotten in the meantime is forgotten here, too."""
        row = {"failures": failures, "next_at": in_text(next_at)}
        if not added(self.connection, sign_in_try, {"key": key, **row}):
            self.connection.execute(update(sign_in_try).where(sign_in_try.c.key == key).values(**row))

    def forget_tries(self, before: datetime, key: bytes | None = None) -> None:
        """Forget those from before, and those of one key."""
        gone = sign_in_try.c.next_at < in_text(before)
        self.connection.execute(delete(sign_in_try).where(gone if key is None else gone | (sign_in_try.c.key == key)))


def _account(row: Any) -> Account:
    return Account(
        *(row.id, row.name, row.password, row.number, row.step), moment(row.made_at), moment_or_none(row.used_at)
    )
