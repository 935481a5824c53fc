"""Tokens and one-time links: the database keeps their SHA-256 only, so a stolen copy opens no door.

A token is 256 random bits, so a plain hash is enough; there is nothing to guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from facilitation.store.schema import link, token
from facilitation.times import in_text, moment

# What every request and every join asks is made once: to make a statement costs more than to carry it out.
_IDENTITY = select(token).where(token.c.hash == bindparam("sought"), token.c.revoked.is_(False))
_PARK = update(token).where(token.c.member == bindparam("of_member")).values(parked=token.c.id != bindparam("in_use"))
_ADD = insert(token)
ROLES = ("member", "facilitator", "recruiter", "display", "scrutineer", "observer", "host", "kiosk")


@dataclass(frozen=True)
class Identity:
    """Who holds a token: a role, where it counts, a member's seat, a host's table. `token_id` may be journalled.

    A member's tablet is `parked` when another one has taken the seat over: what was made on it still arrives.
    """

    role: str
    assembly_id: str | None = None
    session_id: str | None = None
    member_id: str | None = None
    token_id: str = ""
    table: int | None = None
    parked: bool = False


@dataclass(frozen=True)
class Invitation:
    """What a one-time link will become."""

    role: str
    assembly_id: str | None
    expires_at: datetime
    used: bool
    table: int | None = None


def hashed(secret: str) -> bytes:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True)
class Access:
    """Tokens and links, inside one transaction."""

    connection: Connection

    def add_token(self, secret: str, identity: Identity) -> None:
        """A new token for this identity."""
        row = {
            "hash": hashed(secret),
            "id": identity.token_id,
            "role": identity.role,
            "assembly": identity.assembly_id,
            "session": identity.session_id,
            "member": identity.member_id,
            "revoked": False,
            "at_table": identity.table,
            "parked": False,
        }
        self.connection.execute(_ADD, row)

    def identity(self, secret: str) -> Identity | None:
        """Who holds this token; None when nobody does any more."""
        row = self.connection.execute(_IDENTITY, {"sought": hashed(secret)}).first()
        if row is None:
            return None
        return Identity(row.role, row.assembly, row.session, row.member, row.id, row.at_table, bool(row.parked))

    def park(self, member: str, but: str = "") -> None:
        """The seat is in use on this one tablet, if any, and on no other of its member's."""
        self.connection.execute(_PARK, {"of_member": member, "in_use": but})

    def in_use(self, member: str) -> str | None:
        """The id of the tablet on which this member's seat is in use."""
        active = (token.c.member == member, token.c.revoked.is_(False), token.c.parked.is_(False))
        found = self.connection.execute(select(token.c.id).where(*active)).scalars().first()
        return None if found is None else str(found)

    def count_of(self, member: str) -> int:
        """How many tablets speak for this member."""
        mine = select(token.c.id).where(token.c.member == member, token.c.revoked.is_(False))
        return len(self.connection.execute(mine).all())

    def revoke_tablet(self, token_id: str) -> None:
        """The tablet with this id opens nothing from now on."""
        self.connection.execute(update(token).where(token.c.id == token_id).values(revoked=True))

    def revoked_member(self, secret: str) -> tuple[str, str] | None:
        """The assembly and the member whose device held this token, if it was revoked."""
        mine = select(token).where(token.c.hash == hashed(secret), token.c.revoked.is_(True), token.c.role == "member")
        row = self.connection.execute(mine).first()
        return (row.assembly, row.member) if row else None

    def revoke(self, secret: str) -> str | None:
        """This token opens nothing from now on; its id."""
        mine = token.c.hash == hashed(secret)
        self.connection.execute(update(token).where(mine).values(revoked=True))
        return self.connection.execute(select(token.c.id).where(mine)).scalar()

    def revoked_of(self, token_ids: Collection[str]) -> frozenset[str]:
        """Which of these tokens open nothing any more."""
        ended = select(token.c.id).where(token.c.revoked.is_(True), token.c.id.in_(token_ids))
        return frozenset(self.connection.execute(ended).scalars())

    def revoke_id(self, token_id: str) -> None:
        """The token with this id opens nothing from now on."""
        self.connection.execute(update(token).where(token.c.id == token_id).values(revoked=True))

    def revoke_member(self, member: str) -> None:
        """None of this member's tokens opens anything from now on."""
        self.connection.execute(update(token).where(token.c.member == member).values(revoked=True))

    def add_link(self, secret: str, invitation: Invitation) -> None:
        """A new one-time link."""
        row = {
            "role": invitation.role,
            "assembly": invitation.assembly_id,
            "expires_at": in_text(invitation.expires_at),
            "at_table": invitation.table,
        }
        self.connection.execute(insert(link).values(hash=hashed(secret), used=invitation.used, **row))

    def invitation(self, secret: str) -> Invitation | None:
        """What this link is good for, used or not."""
        row = self.connection.execute(select(link).where(link.c.hash == hashed(secret))).first()
        return Invitation(row.role, row.assembly, moment(row.expires_at), row.used, row.at_table) if row else None

    def use_link(self, secret: str) -> None:
        """The link has been used."""
        self.connection.execute(update(link).where(link.c.hash == hashed(secret)).values(used=True))

    def forget_links(self, before: datetime) -> None:
        """Drop links that ran out long ago."""
        self.connection.execute(delete(link).where(link.c.expires_at < in_text(before)))
