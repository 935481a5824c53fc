"""The urn: who has voted, and what is in the box, side by side and not joinable.

`turnout` knows the member and a hash of key and choice; `ballot` knows a choice under a random box key. Both are
written in one transaction; neither has a time, an order or a hidden row number. The database itself refuses a second
ballot. Nothing here returns a choice except `poured_out`, which empties the box and is called at close.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from facilitation.errors import AlreadyVoted
from facilitation.store.schema import ballot, turnout


@dataclass(frozen=True)
class Urn:
    """The urns of all rounds, inside one transaction."""

    connection: Connection

    def key_hash_of(self, round_id: str, member: str) -> bytes | None:
        """The hash that this member's ballot left in the turnout; None before they voted."""
        mine = select(turnout.c.key_hash).where(turnout.c.round == round_id, turnout.c.member == member)
        found = self.connection.execute(mine).scalar()
        return None if found is None else bytes(found)

    def cast(self, round_id: str, member: str, key_hash: bytes, sealed: tuple[bytes, str]) -> None:
        """Put one ballot, a box key and a canonical choice, into the box and tick the member off."""
        try:
            self.connection.execute(insert(turnout).values(round=round_id, member=member, key_hash=key_hash))
        except IntegrityError:
            raise AlreadyVoted(
                "Your ballot in this round is in the urn already.", "Nothing more to do: it counts once."
            ) from None
        box_key, choice = sealed
        self.connection.execute(insert(ballot).values(box_key=box_key, round=round_id, choice=choice))

    def voted(self, round_id: str) -> frozenset[str]:
        """Who has voted; never how."""
        rows = self.connection.execute(select(turnout.c.member).where(turnout.c.round == round_id))
        return frozenset(row.member for row in rows)

    def turnout(self, round_id: str) -> int:
        """How many have voted."""
        counted = select(func.count()).select_from(turnout).where(turnout.c.round == round_id)
        return int(self.connection.execute(counted).scalar_one())

    def votes_of(self, member: str, rounds: Iterable[str]) -> dict[str, bytes]:
        """In which of these rounds the member has voted, with the hash that each ballot left."""
        known = {one: self.key_hash_of(one, member) for one in rounds}
        return {one: found for one, found in known.items() if found is not None}

    def poured_out(self, round_id: str) -> list[str]:
        """All choices of the round, taken out of the box."""
        rows = self.connection.execute(select(ballot.c.choice).where(ballot.c.round == round_id))
        choices = [str(row.choice) for row in rows]
        self.connection.execute(delete(ballot).where(ballot.c.round == round_id))
        return choices

    def put_back(self, round_id: str, sealed: Iterable[tuple[bytes, str]]) -> None:
        """The counted choices under new box keys, in the order given, which must be a random one."""
        rows = [{"box_key": box_key, "round": round_id, "choice": choice} for box_key, choice in sealed]
        if rows:
            self.connection.execute(insert(ballot), rows)

    def destroy(self, round_id: str) -> None:
        """Nothing stays of a cancelled round, neither ballots nor who cast one."""
        self.connection.execute(delete(ballot).where(ballot.c.round == round_id))
        self.connection.execute(delete(turnout).where(turnout.c.round == round_id))
