"""Tokens and one-time links: the database keeps their SHA-256 only, so a stolen copy opens no door.

A token is 256 random bits, so a plain hash is enough; there is nothing to guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, delete, insert, literal, select, update

from facilitation.store.schema import link, token
from facilitation.times import in_text, in_text_or_none, moment, moment_or_none

# What every request and every join asks is made once: to make a statement costs more than to carry it out.
_IDENTITIES = select(token).where(token.c.hash.in_(bindparam("sought", expanding=True)), token.c.revoked.is_(False))
_PARK = update(token).where(token.c.member == bindparam("of_member")).values(parked=token.c.id != bindparam("in_use"))
_PARK_ALL = (
    update(token)
    .where(token.c.member.in_(bindparam("members", expanding=True)), token.c.parked.is_(False))
    .values(parked=True)
)
_ADD = insert(token)
_DEVICE = literal("token:", Text)
"""How a device is named as an issuer, before its id (`Identity.actor`)."""
SIGNED_IN = "staff"
"""The role of a browser in which an account has signed in, and which opens that account's rooms."""


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
    account: str | None = None
    family: str | None = None
    """All that one browser got by signing in once is used together, and ends together."""

    @property
    def actor(self) -> str:
        """Who acts, without a name: the account, or where there is none the device."""
        return self.account or f"token:{self.token_id}"


@dataclass(frozen=True)
class Term:
    """How long a token opens anything: until a moment, and so many seconds after it was last used; None: no end."""

    until: datetime | None = None
    idle: int | None = None


ENDLESS = Term()


@dataclass(frozen=True)
class Invitation:
    """What a one-time link will become."""

    role: str
    assembly_id: str | None
    expires_at: datetime
    used: bool
    table: int | None = None
    account: str | None = None
    issuer: str | None = None
    """Whose hand it came from (`Identity.actor`); None for those of the command line. It goes when that hand goes, and
    the guest who came in by it, too."""


@dataclass(frozen=True)
class Device:
    """Somebody's device, as administrators see it: what it opens, and how old it is. `token_id` opens nothing."""

    token_id: str
    role: str
    assembly_id: str | None
    account: str | None
    made_at: datetime | None
    used_at: datetime | None


def hashed(secret: str) -> bytes:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True)
class Access:
    """Tokens and links, inside one transaction."""

    connection: Connection

    def add_token(
        self,
        secret: str,
        identity: Identity,
        now: datetime | None = None,
        term: Term = ENDLESS,
        *,
        issuer: str | None = None,
    ) -> None:
        """A new token for this identity, with a term or without end; `issuer`: whose link let it in."""
        self.connection.execute(_ADD, _row(secret, identity, now, term) | {"issuer": issuer})

    def add_tokens(self, whose: Mapping[str, Identity], now: datetime, term: Term) -> None:
        """New tokens, each for its identity, all with one term."""
        if whose:
            self.connection.execute(_ADD, [_row(secret, one, now, term) for secret, one in whose.items()])

    def identity(self, secret: str, now: datetime) -> Identity | None:
        """Who holds this token; None when nobody does any more."""
        return self.identities([hashed(secret)], now)[0]

    def identities(self, hashes: Sequence[bytes], now: datetime) -> list[Identity | None]:
        """Who holds the token with each of these hashes; None where nobody does any more."""
        rows = self.connection.execute(_IDENTITIES, {"sought": hashes})
        known = {bytes(row.hash): _identity(row) for row in rows if not _is_over(row, now)}
        return [known.get(one) for one in hashes]

    def held_before(self, secret: str) -> Identity | None:
        """Who held this token, whether it still opens anything or not."""
        row = self.connection.execute(select(token).where(token.c.hash == hashed(secret))).first()
        return None if row is None else _identity(row)

    def opens(self, token_id: str, now: datetime) -> bool:
        """Does the token with this id still open something?"""
        row = self.connection.execute(select(token).where(token.c.id == token_id)).first()
        return row is not None and not row.revoked and not _is_over(row, now)

    def of_accounts(self, token_ids: Collection[str]) -> list[str]:
        """Which of these tokens end when they are not used."""
        mine = select(token.c.id).where(token.c.idle.is_not(None), token.c.revoked.is_(False))
        known = {str(one) for one in self.connection.execute(mine).scalars()}
        return [one for one in token_ids if one in known]

    def seconds_left(self, token_id: str, now: datetime) -> int:
        """How long the token with this id opens something if it is not used any more."""
        row = self.connection.execute(select(token).where(token.c.id == token_id)).first()
        if row is None or row.revoked:
            return 0
        ends = [] if row.until is None else [moment(row.until)]
        if row.idle is not None and row.used_at is not None:
            ends.append(moment(row.used_at) + timedelta(seconds=row.idle))
        return max(0, int((min(ends) - now).total_seconds())) if ends else 24 * 3600

    def touch(self, token_ids: Collection[str], now: datetime) -> None:
        """These devices are in use, and with each all that its browser got by the same signing in."""
        mine = token.c.id.in_(list(token_ids))
        families = select(token.c.family).where(mine, token.c.family.is_not(None))
        self.connection.execute(update(token).where(mine | token.c.family.in_(families)).values(used_at=in_text(now)))

    def devices(self, now: datetime) -> list[Device]:
        """The devices of all but members that still open something, the newest first."""
        rows = select(token).where(token.c.revoked.is_(False), token.c.member.is_(None))
        open_ones = [row for row in self.connection.execute(rows) if not _is_over(row, now)]
        made = [
            Device(
                row.id, row.role, row.assembly, row.account, moment_or_none(row.made_at), moment_or_none(row.used_at)
            )
            for row in open_ones
        ]
        return sorted(made, key=lambda one: (in_text_or_none(one.made_at) or "", one.token_id), reverse=True)

    def revoke_account(
        self, account: str, role: str | None = None, assembly: str | None = None, *, but: str = ""
    ) -> list[str]:
        """Sign an account out everywhere (but in one family), or out of one role; the ids that open nothing now."""
        mine = [token.c.account == account, token.c.family != but]
        if role is not None:
            mine += [token.c.role == role, token.c.assembly == assembly if assembly else token.c.assembly.is_(None)]
        return self._revoke(*mine)

    def revoke_family(self, family: str) -> list[str]:
        """What one browser got by signing in opens nothing from now on; the ids."""
        return self._revoke(token.c.family == family)

    def _revoke(self, *which: ColumnElement[bool]) -> list[str]:
        mine = (*which, token.c.revoked.is_(False))
        ids = [str(one) for one in self.connection.execute(select(token.c.id).where(*mine)).scalars()]
        self.connection.execute(update(token).where(*mine).values(revoked=True))
        return ids

    def term_of(self, secret: str) -> Term:
        """How long the token with this secret opens anything."""
        row = self.connection.execute(select(token).where(token.c.hash == hashed(secret))).one()
        return Term(moment_or_none(row.until), row.idle)

    def park(self, member: str, but: str = "") -> None:
        """The seat is in use on this one tablet, if any, and on no other of its member's."""
        self.connection.execute(_PARK, {"of_member": member, "in_use": but})

    def park_all(self, members: Iterable[str]) -> None:
        """The seats of these members are in use on no tablet."""
        self.connection.execute(_PARK_ALL, {"members": sorted(set(members))})

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

    def revoked_of(self, token_ids: Collection[str], now: datetime) -> frozenset[str]:
        """Which of these tokens open nothing any more, revoked or at their end."""
        maybe = token.c.revoked | (token.c.until <= in_text(now)) | token.c.idle.is_not(None)
        rows = self.connection.execute(select(token).where(token.c.id.in_(token_ids), maybe))
        return frozenset(str(row.id) for row in rows if row.revoked or _is_over(row, now))

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
            "account": invitation.account,
            "issuer": invitation.issuer,
        }
        self.connection.execute(insert(link).values(hash=hashed(secret), used=invitation.used, **row))

    def invitation(self, secret: str) -> Invitation | None:
        """What this link is good for, used or not."""
        row = self.connection.execute(select(link).where(link.c.hash == hashed(secret))).first()
        if row is None:
            return None
        whose = (row.at_table, row.account, row.issuer)
        return Invitation(row.role, row.assembly, moment(row.expires_at), row.used, *whose)

    def use_link(self, secret: str) -> None:
        """The link has been used."""
        self.connection.execute(update(link).where(link.c.hash == hashed(secret)).values(used=True))

    def withdraw_links(self, role: str | None = None, account: str | None = None) -> None:
        """Links of this role, or those for this account, that nobody has used are good for nothing."""
        mine = link.c.role == role if account is None else link.c.account == account
        self.connection.execute(delete(link).where(mine, link.c.used.is_(False)))

    def withdraw_issued(self, issuer: str, assembly: str | None = None) -> list[str]:
        """Links of this hand (of one assembly, or all) are good for nothing, and who came in by one is signed out.

        So is whoever came in by a link of those, and so on, also where one between them has signed out already; the ids
        of all tokens that open nothing now.
        """
        links, guests = [link.c.issuer == issuer], [token.c.issuer == issuer]
        if assembly is not None:
            links.append(link.c.assembly == assembly)
            guests.append(token.c.assembly == assembly)
        first = select(token.c.id).where(*guests).cte("guest", recursive=True)
        everyone = first.union(select(token.c.id).where(token.c.issuer == _DEVICE + first.c.id))
        theirs = link.c.issuer.in_(select(_DEVICE + everyone.c.id))
        self.connection.execute(delete(link).where(and_(*links) | theirs, link.c.used.is_(False)))
        return self._revoke(token.c.id.in_(select(everyone.c.id)))

    def forget_links(self, before: datetime) -> None:
        """Drop links that ran out long ago."""
        self.connection.execute(delete(link).where(link.c.expires_at < in_text(before)))


def _row(secret: str, identity: Identity, now: datetime | None, term: Term) -> dict[str, Any]:
    return {
        "hash": hashed(secret),
        "id": identity.token_id,
        "role": identity.role,
        "assembly": identity.assembly_id,
        "session": identity.session_id,
        "member": identity.member_id,
        "revoked": False,
        "at_table": identity.table,
        "parked": identity.parked,
        "account": identity.account,
        "family": identity.family,
        "made_at": in_text_or_none(now),
        "used_at": in_text_or_none(now),
        "until": in_text_or_none(term.until),
        "idle": term.idle,
    }


def _identity(row: Any) -> Identity:
    whose = (row.role, row.assembly, row.session, row.member, row.id, row.at_table, bool(row.parked))
    return Identity(*whose, row.account, row.family)


def _is_over(row: Any, now: datetime) -> bool:
    """Has the token's time come, or was it not used for so long that it ends?"""
    if row.until is not None and moment(row.until) <= now:
        return True
    return row.idle is not None and row.used_at is not None and moment(row.used_at) + timedelta(seconds=row.idle) <= now
