"""Tablets that wait to be paired, under the short code that they show. Their own secret is kept as a hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from facilitation.store.access import Identity, hashed
from facilitation.store.schema import pairing
from facilitation.times import in_text, moment


@dataclass(frozen=True)
class Pairing:
    """A tablet: its code, since when it waits, and what it has been paired as, if it has."""

    code: str
    made_at: datetime
    role: str | None = None
    assembly_id: str | None = None
    session_id: str | None = None
    member_id: str | None = None
    paired_at: datetime | None = None
    token_id: str | None = None
    """The tablet's token, once it has taken it."""


@dataclass(frozen=True)
class Pairings:
    """All tablets that wait, and those that were paired, inside one transaction."""

    connection: Connection

    def add(self, code: str, secret: str, at: datetime) -> None:
        """A tablet waits under this code."""
        row = {"code": code, "secret_hash": hashed(secret), "made_at": in_text(at)}
        self.connection.execute(insert(pairing).values(**row))

    def codes(self) -> frozenset[str]:
        """All codes in use."""
        return frozenset(self.connection.execute(select(pairing.c.code)).scalars())

    def waiting(self) -> int:
        """How many tablets wait."""
        unpaired = select(func.count()).select_from(pairing).where(pairing.c.role.is_(None))
        return int(self.connection.execute(unpaired).scalar_one())

    def called(self, code: str) -> Pairing | None:
        """The tablet that shows this code."""
        row = self.connection.execute(select(pairing).where(pairing.c.code == code)).first()
        return None if row is None else _read(row)

    def of(self, secret: str) -> Pairing | None:
        """The tablet that holds this secret."""
        row = self.connection.execute(select(pairing).where(pairing.c.secret_hash == hashed(secret))).first()
        return None if row is None else _read(row)

    def of_session(self, session_id: str) -> list[Pairing]:
        """The tablets that were paired in this session, the latest first."""
        mine = select(pairing).where(pairing.c.session == session_id).order_by(pairing.c.paired_at.desc())
        return [_read(row) for row in self.connection.execute(mine)]

    def pair(self, code: str, identity: Identity, at: datetime) -> None:
        """This tablet is to be this from now on."""
        said = {"role": identity.role, "assembly": identity.assembly_id, "session": identity.session_id}
        said |= {"member": identity.member_id, "paired_at": in_text(at)}
        self.connection.execute(update(pairing).where(pairing.c.code == code).values(**said))

    def taken(self, code: str, token_id: str) -> None:
        """The tablet has taken its token."""
        self.connection.execute(update(pairing).where(pairing.c.code == code).values(token=token_id))

    def forget(self, code: str) -> None:
        """This tablet is not paired, and waits no longer."""
        self.connection.execute(delete(pairing).where(pairing.c.code == code))

    def forget_waiting(self, before: datetime) -> None:
        """Drop what nobody came for: tablets that showed their code before this moment and were not paired, or have not
        taken what they were paired as.
        """
        old = pairing.c.made_at < in_text(before)
        self.connection.execute(delete(pairing).where(old, pairing.c.token.is_(None)))


def _read(row: Row[tuple[object, ...]]) -> Pairing:
    paired = None if row.paired_at is None else moment(row.paired_at)
    place = (row.role, row.assembly, row.session, row.member)
    return Pairing(row.code, moment(row.made_at), *place, paired, row.token)
