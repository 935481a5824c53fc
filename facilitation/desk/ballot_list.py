"""The list of a closed round's ballots, as it is published and as its Merkle root stands for it.

A ballot stands under its tracker; an open one under the number of its seat, never under a name. The class of a ballot
stands with it only where the result is told for every class.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from facilitation.model import Assembly, Round
from facilitation.recount.bundle import ballots_listed, open_ballots_listed
from facilitation.recount.merkle import root_of
from facilitation.store import Transaction


def ballot_list(tx: Transaction, state: Assembly, counted: Round) -> list[dict[str, object]]:
    """Everything in the urn of a round that is being counted or has been."""
    if counted.conduct.secrecy == "open":
        seats = seat_numbers(state)
        named = tx.urn.named(counted.id).items()
        return open_ballots_listed((json.loads(choice), seats[state.seat_of(member)], "") for member, choice in named)
    return ballots_listed((json.loads(slip.choice), slip.tracker, "") for slip in tx.urn.slips(counted.id))


def root_at_close(tx: Transaction, state: Assembly, counted: Round) -> str:
    """The root that the journal keeps of the ballots; a practice round has none."""
    return "" if counted.conduct.practice else root_of(ballot_list(tx, state, counted))


def seat_numbers(state: Assembly) -> Mapping[str, int]:
    """Every seat's number, from 1 in the order of the panel; whoever sits there later has the same."""
    seats: dict[str, Any] = {member.id: member for member in state.members.values() if member.replaces is None}
    return {seat: number for number, seat in enumerate(seats, start=1)}
