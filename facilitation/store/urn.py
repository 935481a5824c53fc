"""The urn: who has voted, and what is in the box, side by side and not joinable.

`turnout` knows the member, a hash of key and choice, and the channel; `ballot` knows a slip under a random box key.
Both are written in one transaction; neither has a time, an order or a hidden row number. The database itself refuses a
second ballot. Nothing here returns a choice except `slips` and `named`, which are asked when a round is counted, and
after that. An open ballot stands in `named_ballot`, beside its member, as was said before the opening.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    LargeBinary,
    TableClause,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)

from facilitation.ballots import Slip
from facilitation.errors import AlreadyVoted
from facilitation.store.engine import added, added_of
from facilitation.store.schema import ballot, blind_token, named_ballot, paper_entry, paper_number, spent_token, turnout

# What every ballot asks is made once: to make a statement costs more than to carry it out.
_KEY_HASH = select(turnout.c.key_hash).where(
    turnout.c.round == bindparam("of_round"), turnout.c.member == bindparam("of_member")
)
_HOLDS = select(blind_token.c.member).where(
    blind_token.c.round == bindparam("of_round"), blind_token.c.member == bindparam("of_member")
)
_OF_ROUND: BindParameter[str] = bindparam("of_round")
_MEMBERS: BindParameter[list[str]] = bindparam("members", expanding=True)
_TRACKERS: BindParameter[list[str]] = bindparam("trackers", expanding=True)
_NO_HASH = cast(null(), LargeBinary)
_IN_THE_WAY = union_all(
    select(
        literal_column("'voted'").label("what"), turnout.c.member.label("of"), turnout.c.key_hash.label("hash")
    ).where(turnout.c.round == _OF_ROUND, turnout.c.member.in_(_MEMBERS)),
    select(literal_column("'holds'"), blind_token.c.member, _NO_HASH).where(
        blind_token.c.round == _OF_ROUND, blind_token.c.member.in_(_MEMBERS)
    ),
    select(literal_column("'taken'"), ballot.c.tracker, _NO_HASH).where(
        ballot.c.round == _OF_ROUND, ballot.c.tracker.in_(_TRACKERS)
    ),
    select(literal_column("'taken'"), paper_number.c.number, _NO_HASH).where(paper_number.c.number.in_(_TRACKERS)),
)
"""What may stand in the way of ballots of one round: one question for all that came within a moment."""
_PUT, _PUT_NAMED = insert(ballot), insert(named_ballot)


@dataclass(frozen=True)
class InTheWay:
    """Who of some members has voted, and what hash that left; who holds a token; which trackers are another's.

    Which ballot has a tracker is not told.
    """

    voted: dict[str, bytes]
    holders: set[str]
    taken: set[str]


@dataclass(frozen=True)
class Urn:
    """The urns of all rounds, inside one transaction."""

    connection: Connection

    def key_hash_of(self, round_id: str, member: str) -> bytes | None:
        """The hash that this member's ballot left in the turnout; None before they voted."""
        found = self.connection.execute(_KEY_HASH, {"of_round": round_id, "of_member": member}).scalar()
        return None if found is None else bytes(found)

    def tick_off(self, round_id: str, member: str, key_hash: bytes, channel: str = "tablet") -> None:
        """This member has voted; the database refuses the second time, and who holds the token of a sealed round."""
        if self.connection.execute(_HOLDS, {"of_round": round_id, "of_member": member}).first() is not None:
            raise AlreadyVoted(
                "This member's tablet was given the token of this sealed vote.", "They vote with that tablet."
            )
        row = {"round": round_id, "member": member, "key_hash": key_hash, "channel": channel}
        if not added(self.connection, turnout, row):
            raise _voted()

    def tick_off_all(self, round_id: str, voters: Mapping[str, tuple[bytes, str]]) -> None:
        """These members have voted, of whom none has and none holds a token: the hash and the channel of each."""
        rows = [
            {"round": round_id, "member": member, "key_hash": key_hash, "channel": channel}
            for member, (key_hash, channel) in voters.items()
        ]
        if len(added_of(self.connection, turnout, turnout.c.member, rows)) < len(rows):
            raise _voted()

    def put(self, round_id: str, box_key: bytes, slip: Slip) -> None:
        """One slip into the box."""
        self.connection.execute(_PUT, _row(round_id, box_key, slip))

    def put_all(self, round_id: str, slips: Iterable[tuple[bytes, Slip]]) -> None:
        """Slips into the box, each under its key."""
        rows = [_row(round_id, box_key, slip) for box_key, slip in slips]
        if rows:
            self.connection.execute(_PUT, rows)

    def put_named(self, round_id: str, choices: Mapping[str, str]) -> None:
        """Open ballots: the choice of each member."""
        rows = [{"round": round_id, "member": member, "choice": choice} for member, choice in choices.items()]
        if rows:
            self.connection.execute(_PUT_NAMED, rows)

    def in_the_way(self, round_id: str, members: Iterable[str], trackers: Iterable[str]) -> InTheWay:
        """What the urn, the tokens and the printed papers know of these members and trackers, in one question."""
        asked = {"of_round": round_id, "members": sorted(set(members)), "trackers": sorted(set(trackers))}
        known = InTheWay({}, set(), set())
        for row in self.connection.execute(_IN_THE_WAY, asked):
            if row.what == "voted":
                known.voted[row.of] = bytes(row.hash)
            else:
                (known.holders if row.what == "holds" else known.taken).add(row.of)
        return known

    def slip_under(self, round_id: str, box_key: bytes) -> Slip | None:
        """What lies under a box key that only its member can name, where votes may be changed."""
        lying = select(ballot).where(ballot.c.box_key == box_key, ballot.c.round == round_id)
        row = self.connection.execute(lying).first()
        return None if row is None else Slip(row.choice, row.tracker, getattr(row, "class"))

    def change(self, round_id: str, box_key: bytes, slip: Slip) -> None:
        """Another slip in the place of the one under this box key. The turnout is not touched: it knows no choice."""
        its = (ballot.c.box_key == box_key, ballot.c.round == round_id)
        self.connection.execute(update(ballot).where(*its).values(_row(round_id, box_key, slip)))

    def voted(self, round_id: str) -> frozenset[str]:
        """Who has voted; never how."""
        rows = self.connection.execute(select(turnout.c.member).where(turnout.c.round == round_id))
        return frozenset(row.member for row in rows)

    def turnout(self, round_id: str) -> int:
        """How many have voted: the ballots in the urn, since of sealed ones nobody knows who cast them."""
        kinds = [
            select(func.count()).select_from(kind).where(kind.c.round == round_id) for kind in (ballot, named_ballot)
        ]
        return sum(int(self.connection.execute(counted).scalar_one()) for counted in kinds)

    def channels(self, round_id: str) -> dict[str, int]:
        """How many have voted by each channel; for the scrutineer, and for the result where that is enough people."""
        mine = select(turnout.c.channel, func.count()).where(turnout.c.round == round_id)
        return {channel: int(n) for channel, n in self.connection.execute(mine.group_by(turnout.c.channel))}

    def votes_of(self, member: str, rounds: Iterable[str]) -> dict[str, bytes]:
        """In which of these rounds the member has voted, with the hash that each ballot left."""
        known = {one: self.key_hash_of(one, member) for one in rounds}
        return {one: found for one, found in known.items() if found is not None}

    def channel_of(self, round_id: str, member: str) -> str | None:
        """How this member's ballot came; None before they voted."""
        mine = select(turnout.c.channel).where(turnout.c.round == round_id, turnout.c.member == member)
        return self.connection.execute(mine).scalar()

    def slips(self, round_id: str) -> list[Slip]:
        """All slips of the round; asked at the close and for recounts and publication after it, never before."""
        rows = self.connection.execute(select(ballot).where(ballot.c.round == round_id))
        return [Slip(row.choice, row.tracker, getattr(row, "class")) for row in rows]

    def named(self, round_id: str) -> dict[str, str]:
        """The open ballots by member."""
        rows = self.connection.execute(select(named_ballot).where(named_ballot.c.round == round_id))
        return {row.member: row.choice for row in rows}

    def rewrite(self, round_id: str, slips: Iterable[tuple[bytes, Slip]], chance: random.Random) -> None:
        """The counted slips under new box keys in the order given, a random one; what lies beside them likewise."""
        self.connection.execute(delete(ballot).where(ballot.c.round == round_id))
        rows = [_row(round_id, box_key, slip) for box_key, slip in slips]
        if rows:
            self.connection.execute(insert(ballot), rows)
        for beside in (turnout, blind_token, spent_token, paper_entry):
            self._in_a_random_order(round_id, beside, chance)

    def _in_a_random_order(self, round_id: str, written: TableClause, chance: random.Random) -> None:
        """The same rows, written anew: where a table has no order, its pages may still have one."""
        found = self.connection.execute(select(written).where(written.c.round == round_id)).mappings()
        rows = sorted((dict(row) for row in found), key=lambda row: [str(value) for value in row.values()])
        chance.shuffle(rows)
        self.connection.execute(delete(written).where(written.c.round == round_id))
        if rows:
            self.connection.execute(insert(written), rows)

    def destroy(self, round_id: str) -> None:
        """Nothing stays of a cancelled round, neither ballots nor who cast one."""
        for kept in (ballot, named_ballot, turnout, paper_entry, paper_number):
            self.connection.execute(delete(kept).where(kept.c.round == round_id))


def _voted() -> AlreadyVoted:
    return AlreadyVoted("Your ballot in this round is in the urn already.", "Nothing more to do: it counts once.")


def _row(round_id: str, box_key: bytes, slip: Slip) -> dict[str, Any]:
    return {
        "box_key": box_key,
        "round": round_id,
        "choice": slip.choice,
        "tracker": slip.tracker,
        "class": slip.group,
    }
