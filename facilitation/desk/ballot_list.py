"""The list of a closed round's ballots, as it is published and as its Merkle root stands for it.

A ballot stands under its tracker; an open one under the number of its seat, never under a name. The class of a secret
ballot stands with it only where that says no more than the result does: the figures of every class are told, and a
ballot is one answer without a reason. (Of an open ballot only the members' columns know the class, and they may be
erased; the root must stay the same.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from facilitation.model import Assembly, Round
from facilitation.recount.bundle import ballots_listed, open_ballots_listed
from facilitation.recount.merkle import root_of
from facilitation.rules import RULES
from facilitation.store import Transaction


def ballot_list(tx: Transaction, state: Assembly, counted: Round, result: Mapping[str, Any]) -> list[dict[str, object]]:
    """Everything in the urn of a round that is being counted or has been, and came to this result."""
    if counted.conduct.secrecy == "open":
        seats = seat_numbers(state)
        named = tx.urn.named(counted.id).items()
        return open_ballots_listed((json.loads(choice), seats[state.seat_of(member)], "") for member, choice in named)
    told = classes_told(counted, result)
    slips = tx.urn.slips(counted.id)
    return ballots_listed((json.loads(slip.choice), slip.tracker, slip.group if told else "") for slip in slips)


def root_at_close(tx: Transaction, state: Assembly, counted: Round, result: Mapping[str, Any]) -> str:
    """The root that the journal keeps of the ballots; a practice round has none."""
    return "" if counted.conduct.practice else root_of(ballot_list(tx, state, counted, result))


def classes_told(counted: Round, result: Mapping[str, Any]) -> bool:
    """Whether the class of every ballot may stand beside it."""
    classes = result.get("classes", ())
    return bool(classes) and all(one["told"] for one in classes) and RULES[counted.definition.rule].ballot == "one"


def seat_numbers(state: Assembly) -> Mapping[str, int]:
    """Every seat's number, from 1 in the order of the panel; whoever sits there later has the same."""
    seats: dict[str, Any] = {member.id: member for member in state.members.values() if member.replaces is None}
    return {seat: number for number, seat in enumerate(seats, start=1)}
