"""Sealed rounds: their keys, the tokens that were given to members, and those that came back with a ballot.

`blind_token` knows the member and a hash of what the server was asked to sign; `spent_token` knows a hash of the token
that came back. Nothing joins the two: that is the mathematics of the blind signature, not the care of this file. The
database refuses a second token of a member and a second ballot of a token. The key is there while the round is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, TableClause, bindparam, delete, insert, select

from facilitation.errors import Busy
from facilitation.store.engine import added
from facilitation.store.schema import blind_token, round_key, spent_token

_GIVEN = select(blind_token).where(
    blind_token.c.round == bindparam("of_round"), blind_token.c.member == bindparam("of_member")
)
"""Asked with every ballot, so it is made once."""


@dataclass(frozen=True)
class Tokens:
    """The keys and tokens of all sealed rounds, inside one transaction."""

    connection: Connection

    def begin(self, round_id: str, private: bytes) -> None:
        """The key of a round that opens. Tokens of an opening that was undone are worth nothing any more."""
        self.destroy(round_id)
        self.connection.execute(insert(round_key).values(round=round_id, private=private))

    def key(self, round_id: str) -> bytes | None:
        """The round's private key; None once the round is over."""
        found = self.connection.execute(select(round_key.c.private).where(round_key.c.round == round_id)).scalar()
        return None if found is None else bytes(found)

    def forget_key(self, round_id: str) -> None:
        """From now on nobody can make a token of this round, nor a second one out of old tables."""
        self.connection.execute(delete(round_key).where(round_key.c.round == round_id))

    def given(self, round_id: str, member: str) -> tuple[bytes, bytes] | None:
        """The hash of what this member sent to be signed, and the blind signature."""
        row = self.connection.execute(_GIVEN, {"of_round": round_id, "of_member": member}).first()
        return None if row is None else (bytes(row.blinded_hash), bytes(row.signature))

    def give(self, round_id: str, member: str, blinded_hash: bytes, signature: bytes) -> None:
        """Remember what this member was given; the database refuses a second one."""
        row = {"round": round_id, "member": member, "blinded_hash": blinded_hash, "signature": signature}
        self._once(blind_token, row)

    def holders(self, round_id: str) -> frozenset[str]:
        """Who was given a token; whether they have used it, nobody knows."""
        rows = self.connection.execute(select(blind_token.c.member).where(blind_token.c.round == round_id))
        return frozenset(row.member for row in rows)

    def held_by(self, member: str, rounds: Iterable[str]) -> list[str]:
        """For which of these rounds the member was given a token."""
        return [one for one in rounds if self.given(one, member) is not None]

    def spent(self, token_hash: bytes) -> bytes | None:
        """What a spent token remembers of its choice; None while it is unspent."""
        found = self.connection.execute(
            select(spent_token.c.choice_hash).where(spent_token.c.token_hash == token_hash)
        ).scalar()
        return None if found is None else bytes(found)

    def spend(self, token_hash: bytes, round_id: str, choice_hash: bytes) -> None:
        """This token has cast its ballot; the database refuses the second time."""
        self._once(spent_token, {"token_hash": token_hash, "round": round_id, "choice_hash": choice_hash})

    def destroy(self, round_id: str) -> None:
        """Nothing stays of the round."""
        for kept in (round_key, blind_token, spent_token):
            self.connection.execute(delete(kept).where(kept.c.round == round_id))

    def _once(self, where: TableClause, row: Mapping[str, object]) -> None:
        """Two requests with the same token at the same moment: one of them is told to come again, and then meets it."""
        if not added(self.connection, where, row):
            raise Busy("The same request is being answered already.", "Send it once more.")
