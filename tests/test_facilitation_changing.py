"""Votes that may be changed until the close: by the key that cast them, and by nothing else."""

from __future__ import annotations

import hashlib
from itertools import product
from pathlib import Path

import pytest
from assemblies import TRAMS, Sitting, ballot_key

from facilitation.errors import AlreadyVoted, BadTracker, Refusal, RoundNotOpen, VoteChanged

FIRST, SECOND, THIRD = "AAAA-0001", "AAAA-0002", "AAAA-0003"


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=4)


@pytest.fixture
def round_id(sitting: Sitting) -> str:
    return sitting.open_round(conduct={"changeable": True})


def counts(sitting: Sitting, round_id: str) -> dict[str, int]:
    sitting.desk.close_round(round_id)
    return dict(sitting.desk.result(round_id)["counts"])


def test_the_last_change_counts_and_each_may_be_sent_again(sitting: Sitting, round_id: str) -> None:
    member, key = sitting.arrive(1)[0], ballot_key()
    for tracker, replaces, choice in ((FIRST, "", "yes"), (SECOND, FIRST, "no"), (THIRD, SECOND, "abstain")):
        told = {
            sitting.desk.cast_ballot(round_id, member, key, choice, tracker=tracker, replaces=replaces)
            for _ in range(2)
        }
        assert len(told) == 1
    assert sitting.desk.turnout(round_id) == 1
    assert counts(sitting, round_id) == {"yes": 0, "no": 0, "abstain": 1}


def test_a_change_that_was_long_on_its_way_undoes_no_later_one(sitting: Sitting, round_id: str) -> None:
    member, key = sitting.arrive(1)[0], ballot_key()
    sitting.desk.cast_ballot(round_id, member, key, "yes", tracker=FIRST)
    sitting.desk.cast_ballot(round_id, member, key, "no", tracker=SECOND, replaces=FIRST)
    for tracker, replaces in ((FIRST, ""), (THIRD, FIRST), (THIRD, ""), (SECOND, SECOND), (SECOND, FIRST)):
        with pytest.raises(VoteChanged) as refused:
            sitting.desk.cast_ballot(round_id, member, key, "yes", tracker=tracker, replaces=replaces)
        assert refused.value.remedy
    assert counts(sitting, round_id) == {"yes": 0, "no": 1, "abstain": 0}


def test_another_key_changes_nothing(sitting: Sitting, round_id: str) -> None:
    ada, bob = sitting.arrive(2)
    sitting.desk.cast_ballot(round_id, ada, ballot_key(1), "yes", tracker=FIRST)
    sitting.desk.cast_ballot(round_id, bob, ballot_key(2), "yes", tracker=SECOND)
    for member, key, replaces in product((ada, bob), (ballot_key(1), ballot_key(2), ballot_key(3)), (FIRST, SECOND)):
        if (member, key) not in ((ada, ballot_key(1)), (bob, ballot_key(2))):
            with pytest.raises(AlreadyVoted):
                sitting.desk.cast_ballot(round_id, member, key, "no", tracker=THIRD, replaces=replaces)
    assert counts(sitting, round_id) == {"yes": 2, "no": 0, "abstain": 0}


def test_after_the_close_the_last_ballot_has_its_receipt_and_a_change_comes_too_late(sitting, round_id) -> None:
    member, key = sitting.arrive(1)[0], ballot_key()
    sitting.desk.cast_ballot(round_id, member, key, "yes", tracker=FIRST)
    receipt = sitting.desk.cast_ballot(round_id, member, key, "no", tracker=SECOND, replaces=FIRST)
    assert counts(sitting, round_id) == {"yes": 0, "no": 1, "abstain": 0}
    assert sitting.desk.cast_ballot(round_id, member, key, "no", tracker=SECOND, replaces=FIRST) == receipt
    for choice, tracker, replaces in (("yes", THIRD, SECOND), ("yes", FIRST, ""), ("yes", SECOND, FIRST)):
        with pytest.raises(RoundNotOpen):
            sitting.desk.cast_ballot(round_id, member, key, choice, tracker=tracker, replaces=replaces)
    assert sitting.desk.result(round_id)["counts"] == {"yes": 0, "no": 1, "abstain": 0}


def test_where_only_the_root_is_published_no_late_request_tells_one_choice_from_another(sitting: Sitting) -> None:
    round_id = sitting.open_round(conduct={"changeable": True, "publish": "root"})
    member, key = sitting.arrive(1)[0], ballot_key()
    cast = sitting.desk.cast_ballot(round_id, member, key, "no", tracker=FIRST)
    assert counts(sitting, round_id) == {"yes": 0, "no": 1, "abstain": 0}
    answers = {sitting.desk.cast_ballot(round_id, member, key, choice, tracker=FIRST) for choice in ("yes", "no")}
    assert answers == {cast}
    with pytest.raises(RoundNotOpen):
        sitting.desk.cast_ballot(round_id, member, key, "no", tracker=SECOND, replaces=FIRST)
    assert sitting.desk.result(round_id)["counts"] == {"yes": 0, "no": 1, "abstain": 0}


def test_a_ballot_without_a_tracker_is_refused_where_it_may_be_changed(sitting: Sitting, round_id: str) -> None:
    with pytest.raises(BadTracker):
        sitting.desk.cast_ballot(round_id, sitting.arrive(1)[0], ballot_key(), "yes")
    assert sitting.desk.turnout(round_id) == 0


def test_only_the_key_joins_the_turnout_and_the_box_and_the_close_moves_the_ballot(sitting, round_id) -> None:
    members, keys = sitting.arrive(), [ballot_key(number) for number in range(4)]
    for member, key, last in zip(members, keys, "1234", strict=True):
        sitting.desk.cast_ballot(round_id, member, key, "yes", tracker=f"AAAA-000{last}")
    ticked = {member: bytes(known) for member, known in sitting.rows("SELECT member, key_hash FROM turnout")}
    boxes = {bytes(row[0]) for row in sitting.rows("SELECT box_key FROM ballot")}
    hashed = {
        what: [hashlib.sha256(f"folkmoot {what}\0{key}\0{round_id}".encode()).digest() for key in keys]
        for what in ("turnout", "box")
    }
    assert [ticked[member] for member in members] == hashed["turnout"]
    assert boxes == set(hashed["box"])
    sitting.desk.close_round(round_id)
    assert not boxes & {bytes(row[0]) for row in sitting.rows("SELECT box_key FROM ballot")}
    assert not any(key.encode() in path.read_bytes() for key in keys for path in sitting.path.parent.iterdir())


def test_in_an_ordinary_round_nothing_can_be_changed(sitting: Sitting) -> None:
    round_id, member = sitting.open_round(**TRAMS), sitting.arrive(1)[0]
    sitting.desk.cast_ballot(round_id, member, ballot_key(), "yes", tracker=FIRST)
    with pytest.raises(AlreadyVoted):
        sitting.desk.cast_ballot(round_id, member, ballot_key(), "no", tracker=SECOND, replaces=FIRST)


@pytest.mark.parametrize("secrecy", ["sealed", "open"])
def test_sealed_and_open_votes_stand(sitting: Sitting, secrecy: str) -> None:
    with pytest.raises(Refusal) as refused:
        sitting.desk.create_round(sitting.session, {**TRAMS, "conduct": {"secrecy": secrecy, "changeable": True}})
    assert (refused.value.code, bool(refused.value.remedy)) == ("bad-round", True)


def test_a_sitting_is_on_the_database_that_its_test_is_run_on(sitting: Sitting, store_kind: str) -> None:
    assert sitting.database.startswith("postgresql") is (store_kind == "postgresql")
