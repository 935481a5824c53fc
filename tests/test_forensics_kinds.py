"""What stays in the files of votes that are changed, sealed, on paper, or cancelled: nothing of how they came about."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from assemblies import BOTH, Sitting, ballot_key, sitting_on
from test_facilitation_sealed import Tablet
from thieves import files_of, places

from facilitation.ballots import read_tracker
from facilitation.desk import PaperBallot
from facilitation.store import schema

MEMBERS = 12


@pytest.fixture(params=BOTH)
def sitting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sitting]:
    yield from sitting_on(request, tmp_path / "hall.sqlite", members=MEMBERS)


def trackers(count: int, seed: int) -> list[str]:
    lot = random.Random(seed)
    return [read_tracker("", lot) for _ in range(count)]


def left(sitting: Sitting, traces: list[bytes]) -> int:
    """How many of these byte strings stand in the files."""
    tokens = {trace: number for number, trace in enumerate(traces)}
    return len(set().union(*(places(data, tokens) for data in files_of(sitting).values())))


def column(sitting: Sitting, table: str, name: str) -> list[bytes]:
    found = [row[0] for row in sitting.rows(f"SELECT {name} FROM {table}")]
    return [one.encode() if isinstance(one, str) else bytes(one) for one in found]


def written_at_once(sitting: Sitting) -> bool:
    """Whether one transaction wrote all that is left in the urn; only PostgreSQL keeps that in its rows."""
    if sitting.postgres is None:
        return True
    found = {row[0] for table in schema.URN for row in sitting.rows(f"SELECT xmin::text FROM {table}")}
    return len(found) == 1


def test_of_a_vote_that_was_changed_only_the_last_is_left(sitting: Sitting) -> None:
    round_id = sitting.open_round(conduct={"changeable": True})
    members, first, last = sitting.arrive(), trackers(MEMBERS, 1), trackers(MEMBERS, 2)
    for number, member in enumerate(members):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), "yes", tracker=first[number])
    assert left(sitting, [one.encode() for one in first]) == MEMBERS
    boxes = column(sitting, "ballot", "box_key")
    for number, member in enumerate(members):
        sitting.desk.cast_ballot(
            *(round_id, member, ballot_key(number), "no"), tracker=last[number], replaces=first[number]
        )
    sitting.desk.close_round(round_id)
    assert left(sitting, [one.encode() for one in last]) == MEMBERS
    assert left(sitting, [*(one.encode() for one in first), *boxes]) == 0
    assert written_at_once(sitting)


def test_of_a_sealed_vote_neither_its_key_nor_the_order_of_tokens_is_left(sitting: Sitting) -> None:
    round_id = sitting.open_round(conduct={"secrecy": "sealed"})
    tablets = [Tablet(sitting.desk, round_id, one, random.Random(n)) for n, one in enumerate(sitting.arrive())]
    for tablet in tablets:
        tablet.ask()
    told = {}
    for number, tablet in enumerate(random.Random(5).sample(tablets, MEMBERS)):
        tablet.cast("yes")
        told |= {tracker: number for tracker in column(sitting, "ballot", "tracker") if tracker not in told}
    if sitting.postgres is not None:  # what the README admits: in mid-round who saw the order of sending finds it here
        sent = [tracker.encode() for (tracker,) in sitting.rows("SELECT tracker FROM ballot ORDER BY xmin::text::int")]
        assert [told[tracker] for tracker in sent] == list(range(MEMBERS))
    traces = column(sitting, "round_key", "private") + column(sitting, "ballot", "box_key")
    assert left(sitting, traces) == len(traces) == 1 + MEMBERS
    sitting.desk.close_round(round_id)
    assert left(sitting, traces) == 0
    assert left(sitting, column(sitting, "spent_token", "token_hash")) == MEMBERS
    assert written_at_once(sitting)
    if sitting.postgres is not None:
        asked = sitting.rows("SELECT member FROM blind_token")  # as they lie
        assert [str(row[0]) for row in asked] != [tablet.member for tablet in tablets]
        lying = [told[tracker] for tracker in column(sitting, "ballot", "tracker")]
        assert lying != sorted(lying)


def test_of_ballots_on_paper_no_number_but_the_counted_ones_is_left(sitting: Sitting) -> None:
    round_id = sitting.open_round()
    members = sitting.arrive()
    numbers = sitting.desk.printed_papers(round_id, sitting.desk.print_papers(round_id, 20))
    for number, member in zip(numbers, members[:6], strict=False):
        for _ in range(2):
            paper = PaperBallot(number, "filled", "yes")
            if sitting.desk.papers(round_id).waiting:
                assert sitting.desk.type_paper_again(round_id, paper, member)
            else:
                sitting.desk.type_paper(round_id, paper, "paper")
    for number, member in enumerate(members[6:]):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), "no")
    sitting.desk.close_round(round_id)
    encoded = [number.encode() for number in numbers]
    assert (left(sitting, encoded[:6]), left(sitting, encoded[6:])) == (6, 0)
    assert written_at_once(sitting)


def test_of_a_cancelled_vote_nothing_is_left(sitting: Sitting) -> None:
    round_id = sitting.open_round()
    told = trackers(MEMBERS, 3)
    for number, member in enumerate(sitting.arrive()):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), "yes", tracker=told[number])
    traces = [one.encode() for one in told] + column(sitting, "turnout", "key_hash")
    assert left(sitting, traces) == 2 * MEMBERS
    sitting.desk.cancel_round(round_id, "fire alarm")
    assert left(sitting, traces) == 0
