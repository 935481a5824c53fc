"""Ballots, and tablets that say who they are, within a moment: few statements for all of them, and each for itself."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from assemblies import Sitting
from at_once import all_in_one, statements
from sqlalchemy.exc import OperationalError

from facilitation.errors import AlreadyVoted, BadBallot, Busy, NotAMember, NotFound, Refusal
from facilitation.store.gathered import Gathered

HERE = 25
CHANGEABLE = {"conduct": {"changeable": True}}


def ballot_key(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@pytest.fixture
def sitting(store_kind: str, tmp_path: Any) -> Iterator[Sitting]:
    made = Sitting(tmp_path / "gathered.sqlite", HERE)
    yield made
    made.close()


def casts(sitting: Sitting, round_id: str, ballots: Sequence[tuple[str, int, Any]]) -> list[Any]:
    """Ballots (whose, under which key, what) that come within a moment; the receipts and refusals."""
    return all_in_one(
        sitting.desk._casting,
        [
            lambda member=member, key=key, choice=choice: sitting.desk.cast_ballot(
                round_id, member, ballot_key(key), choice
            )
            for member, key, choice in ballots
        ],
    )


def test_a_hall_that_votes_within_a_moment_asks_the_database_a_handful_of_times(sitting: Sitting) -> None:
    """Each of them alone would ask ten times."""
    members = sitting.arrive()
    round_id = sitting.open_round()
    sitting.desk.cast_ballot(round_id, members[0], ballot_key(0), "no")
    with statements(sitting) as asked:
        receipts = casts(sitting, round_id, [(one, n, "yes") for n, one in enumerate(members[1:], start=1)])
    assert len({str(one) for one in receipts}) == HERE - 1
    assert not [one for one in receipts if isinstance(one, Exception)]
    assert len(asked) <= 8, asked
    assert receipts == [
        sitting.desk.cast_ballot(round_id, one, ballot_key(n), "yes") for n, one in enumerate(members[1:], start=1)
    ]
    sitting.desk.close_round(round_id)
    assert sitting.desk.result(round_id)["counts"] == {"yes": HERE - 1, "no": 1, "abstain": 0}


def test_what_is_refused_of_one_harms_none_of_the_others(sitting: Sitting) -> None:
    members = sitting.arrive(5)
    round_id = sitting.open_round()
    sent = [
        (members[0], 0, "yes"),
        (members[1], 1, "perhaps"),
        (members[2], 2, "no"),
        ("nobody", 3, "yes"),
        (members[2], 2, "no"),
        (members[2], 4, "no"),
        (members[0], 0, "no"),
        (members[3], 5, "yes"),
    ]
    came = casts(sitting, round_id, sent)
    kinds = [type(one) for one in came]
    assert kinds == [str, BadBallot, str, NotAMember, str, AlreadyVoted, AlreadyVoted, str]
    assert came[2] == came[4]
    assert sitting.desk.turnout(round_id) == 3
    sitting.desk.close_round(round_id)
    assert sitting.desk.result(round_id)["counts"] == {"yes": 2, "no": 1, "abstain": 0}


def test_ballots_of_a_round_that_is_not_there_harm_none_of_the_others(sitting: Sitting) -> None:
    members = sitting.arrive(3)
    round_id = sitting.open_round()
    acts = [
        lambda: sitting.desk.cast_ballot(round_id, members[0], ballot_key(0), "yes"),
        lambda: sitting.desk.cast_ballot("elsewhere", members[1], ballot_key(1), "yes"),
        lambda: sitting.desk.cast_ballot("no\0round \ud800", members[1], ballot_key(1), "yes"),
        lambda: sitting.desk.cast_ballot(round_id, members[2], ballot_key(2), "no"),
    ]
    came = all_in_one(sitting.desk._casting, acts)
    assert isinstance(came[0], str)
    assert isinstance(came[1], NotFound)
    assert isinstance(came[2], Exception)
    assert isinstance(came[3], str)
    assert sitting.desk.turnout(round_id) == 2


def test_two_ballots_with_one_tracker_are_not_both_let_in(sitting: Sitting) -> None:
    members = sitting.arrive(2)
    round_id = sitting.open_round()
    acts = [
        lambda n=n: sitting.desk.cast_ballot(round_id, members[n], ballot_key(n), "yes", tracker="AAAA-AAAA")
        for n in range(2)
    ]
    came = all_in_one(sitting.desk._casting, acts)
    assert [isinstance(one, Refusal) for one in came] == [False, True]
    assert sitting.desk.turnout(round_id) == 1


def test_a_vote_and_its_change_may_come_in_one_moment(sitting: Sitting) -> None:
    members = sitting.arrive(2)
    round_id = sitting.open_round(**CHANGEABLE)
    cast = sitting.desk.cast_ballot
    acts = [
        lambda: cast(round_id, members[0], ballot_key(0), "yes", tracker="AAAA-AAAA"),
        lambda: cast(round_id, members[0], ballot_key(0), "no", tracker="BBBB-BBBB", replaces="AAAA-AAAA"),
        lambda: cast(round_id, members[1], ballot_key(1), "no", tracker="CCCC-CCCC"),
        lambda: cast(round_id, members[0], ballot_key(9), "yes", tracker="DDDD-DDDD", replaces="BBBB-BBBB"),
    ]
    came = all_in_one(sitting.desk._casting, acts)
    assert [type(one) for one in came] == [str, str, str, AlreadyVoted]
    sitting.desk.close_round(round_id)
    assert sitting.desk.result(round_id)["counts"] == {"yes": 0, "no": 2, "abstain": 0}


def test_who_cannot_be_stored_is_told_so_all_of_them_and_counts_once_when_sent_again(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = sitting.arrive(3)
    round_id = sitting.open_round()
    sent = [(one, n, "yes") for n, one in enumerate(members)]

    def no_disk(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr(sitting.desk._store.engine.dialect, "do_commit", no_disk)
        assert [isinstance(one, Exception) for one in casts(sitting, round_id, sent)] == [True] * 3
    assert sitting.desk.turnout(round_id) == 0
    assert all(isinstance(one, str) for one in casts(sitting, round_id, sent))
    assert sitting.desk.turnout(round_id) == 3


def test_tablets_are_known_in_one_question_and_a_token_revoked_by_another_program_opens_nothing_at_once(
    sitting: Sitting,
) -> None:
    tokens = [sitting.desk.join(code).token for code in sitting.codes]
    with statements(sitting) as asked:
        known = all_in_one(
            sitting.desk._identifying,
            [lambda one=one: sitting.desk.identify(one) for one in [*tokens, "none", "\ud800"]],
        )
    assert len([one for one in asked if "token" in one]) == 1
    assert len({one.member_id for one in known[:HERE]}) == HERE
    assert known[HERE] is None
    assert isinstance(known[-1], UnicodeEncodeError)
    sitting.opened().revoke(tokens[3])
    again = all_in_one(sitting.desk._identifying, [lambda one=one: sitting.desk.identify(one) for one in tokens])
    assert [n for n, one in enumerate(again) if one is None] == [3]


def test_nobody_waits_for_ever_for_one_who_was_ended_in_the_middle() -> None:
    class Ended(BaseException):
        """As gevent ends a greenlet."""

    def answer(asked: Sequence[int]) -> list[int | Exception]:
        if 1 in asked:
            raise Ended
        return list(asked)

    gathered: Gathered[int, int] = Gathered(answer, time.sleep)

    def first() -> Any:
        try:
            return gathered.ask(1)
        except Ended as ended:
            return ended

    came = all_in_one(gathered, [first, lambda: gathered.ask(2)])
    assert isinstance(came[0], Ended)
    assert came[1] == 2
    assert gathered.ask(3) == 3


def test_a_fault_of_one_is_met_by_that_one_alone() -> None:
    """The one who asks for all is an honest one, and what breaks is a fault that nobody foresaw."""

    def answer(asked: Sequence[int]) -> list[int | Exception]:
        return [one // (one - 2) for one in asked]

    gathered: Gathered[int, int] = Gathered(answer, time.sleep)
    came = all_in_one(gathered, [lambda n=n: gathered.ask(n) for n in (3, 2, 4)])
    assert (came[0], type(came[1]), came[2]) == (3, ZeroDivisionError, 2)


def test_who_waits_too_long_for_those_before_is_told_that_the_database_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facilitation.store.gathered.TURN_SECONDS", 0.01)
    gathered: Gathered[int, int] = Gathered(list, time.sleep)
    with gathered._turn, pytest.raises(Busy):
        gathered.ask(1)
    assert gathered.ask(2) == 2
