"""A hall that joins within a moment: few statements for all of them, each let in or refused for itself."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting, ballot_key
from at_once import all_in_one, statements
from sqlalchemy.exc import OperationalError

from facilitation import law
from facilitation.codes import new_code
from facilitation.desk import Joined
from facilitation.errors import BadCode, BadRequest, Busy, LeftTheAssembly, UnknownCode
from facilitation.events import first_broken

HERE = 25


@pytest.fixture
def sitting(store_kind: str, tmp_path: Path) -> Iterator[Sitting]:
    made = Sitting(tmp_path / "joining.sqlite", HERE)
    yield made
    made.close()


def join_all(sitting: Sitting, codes: Sequence[Any], meanwhile: Callable[[], object] = lambda: None) -> list[Any]:
    """What comes of those who type these codes within a moment, in this order."""
    acts = [lambda code=code: sitting.desk.join(code) for code in codes]
    return all_in_one(sitting.desk._joining, acts, meanwhile)


def arrivals(sitting: Sitting) -> list[str]:
    """Who arrived, as the rows of the journal tell it, in their order; the chain is whole, the desk sees the same."""
    links = sitting.links()
    assert first_broken(sitting.assembly, links) is None
    arrived = [link for link in links if link.kind in ("member-arrived", "member-back")]
    who = [str(link.entry.event.data()["member"]) for link in arrived]
    assert [link.actor for link in arrived] == [f"member:{one}" for one in who]
    log = sitting.desk.presence_log(sitting.session)
    assert log.totals.present == len(sitting.replayed().sessions[sitting.session].present)
    return who


def parked(sitting: Sitting, joined: Joined) -> bool:
    known = sitting.desk.identify(joined.token)
    assert known is not None
    return known.parked


def nobodys(sitting: Sitting) -> str:
    """A code that can be right, and that nobody was given."""
    return new_code(random.Random(7), set(sitting.codes))


def test_a_hall_that_joins_within_a_moment_asks_the_database_a_handful_of_times(sitting: Sitting) -> None:
    """Each of them alone would ask seven times."""
    before = len(sitting.links())
    with statements(sitting) as asked:
        came = join_all(sitting, sitting.codes)
    assert [one.member["name"] for one in came] == [f"Person {number}" for number in range(1, HERE + 1)]
    assert len(asked) <= 9, asked
    members = [one.member["id"] for one in came]
    assert arrivals(sitting) == members
    assert len(sitting.links()) == before + HERE
    known = [sitting.desk.identify(one.token) for one in came]
    assert [(one.role, one.member_id, one.parked) for one in known] == [("member", one, False) for one in members]
    assert len({one.token_id for one in known}) == HERE
    assert {one.session_id for one in came} == {sitting.session}


def test_what_is_typed_wrong_harms_none_of_the_others(sitting: Sitting) -> None:
    gone = sitting.desk.badges(sitting.assembly)[4].member
    sitting.desk.withdraw_member(sitting.assembly, gone, "other")
    wrong = sitting.codes[0][:-1] + ("0" if sitting.codes[0][-1] != "0" else "1")
    typed = [sitting.codes[0], wrong, nobodys(sitting), sitting.codes[4], 5, "", sitting.codes[1].lower()]
    with statements(sitting) as asked:
        came = join_all(sitting, typed)
    assert len(asked) <= 9, "nobody is answered once more, alone"
    assert [type(one) for one in came] == [Joined, BadCode, UnknownCode, LeftTheAssembly, BadRequest, BadCode, Joined]
    assert arrivals(sitting) == [came[0].member["id"], came[6].member["id"]]
    assert [type(one) for one in join_all(sitting, [nobodys(sitting)] * 2)] == [UnknownCode] * 2
    assert len(sitting.rows("SELECT hash FROM token WHERE role = 'member'")) == 2


def test_the_same_code_twice_in_one_moment_arrives_once_and_the_last_tablet_has_the_seat(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(sitting.desk, "_clock", lambda: sitting.clock.at + timedelta(seconds=next(ticks)))
    first, other, second = join_all(sitting, [sitting.codes[0], sitting.codes[1], sitting.codes[0]])
    assert first.member == second.member
    assert first.token != second.token
    assert [parked(sitting, one) for one in (first, other, second)] == [True, False, False]
    assert arrivals(sitting) == [first.member["id"], other.member["id"]]
    moments = [link.at for link in sitting.links()]
    assert moments == sorted(moments), "the journal's moments go on with its numbers"
    known = sitting.desk.identify(second.token)
    assert sitting.desk.who_is(sitting.codes[0])["tablet"] == known.token_id
    assert sitting.desk.screen(sitting.desk.identify(first.token))["you"]["elsewhere"]
    round_id = sitting.open_round()
    receipt = sitting.desk.cast_ballot(round_id, known.member_id, ballot_key(1), "yes")
    assert sitting.desk.cast_ballot(round_id, known.member_id, ballot_key(1), "yes") == receipt
    sitting.desk.take_back(str(known.member_id), sitting.desk.identify(first.token).token_id)
    assert [parked(sitting, one) for one in (first, second)] == [False, True]


def test_a_seat_in_use_on_another_tablet_is_taken_over_and_nobody_elses(sitting: Sitting) -> None:
    old = [sitting.desk.join(code) for code in sitting.codes[:3]]
    new = join_all(sitting, [*sitting.codes[1:3], *sitting.codes[5:8]])
    assert [parked(sitting, one) for one in old] == [False, True, True]
    assert not any(parked(sitting, one) for one in new)
    assert arrivals(sitting) == [one.member["id"] for one in [*old, *new[2:]]]


def test_who_left_the_room_is_back_by_joining_among_others(sitting: Sitting) -> None:
    first, second = sitting.arrive(2)
    sitting.desk.mark_left(sitting.session, first)
    join_all(sitting, sitting.codes[:3])
    assert arrivals(sitting) == [first, second, first, sitting.desk.badges(sitting.assembly)[2].member]
    assert [link.kind for link in sitting.links()][-2:] == ["member-back", "member-arrived"]


def test_who_is_erased_or_leaves_the_assembly_while_they_wait_is_not_let_in(sitting: Sitting) -> None:
    members = [one.member for one in sitting.desk.badges(sitting.assembly)]

    def meanwhile() -> None:
        sitting.desk.erase_person(members[0], sitting.assembly)
        sitting.opened().withdraw_member(sitting.assembly, members[1], "other")

    came = join_all(sitting, sitting.codes[:3], meanwhile)
    assert [type(one) for one in came] == [UnknownCode, LeftTheAssembly, Joined]
    assert arrivals(sitting) == [members[2]]
    assert sitting.rows("SELECT member FROM token WHERE role = 'member'") == [(members[2],)]
    assert [type(one) for one in join_all(sitting, sitting.codes[:3])] == [UnknownCode, LeftTheAssembly, Joined]


def test_members_of_several_assemblies_each_come_into_their_own(sitting: Sitting) -> None:
    people = [{"id": f"w{number}", "name": f"Guest {number}"} for number in range(3)]
    others = sitting.desk.seat("Another assembly", people)
    codes = [sitting.codes[0], others.members[0].code, nobodys(sitting), sitting.codes[1], others.members[2].code]
    came = join_all(sitting, codes)
    here, there = sitting.session, others.session_id
    assert [one.session_id for one in came if isinstance(one, Joined)] == [here, there, here, there]
    assert [came[1].member["name"], came[4].member["name"]] == ["Guest 0", "Guest 2"]
    assert arrivals(sitting) == [came[0].member["id"], came[3].member["id"]]
    assert sitting.desk.identify(came[4].token).assembly_id == others.assembly_id
    assert sitting.desk.presence_log(there).totals.came == 2


def test_after_the_session_everyone_is_let_in_and_nobody_arrives(sitting: Sitting) -> None:
    sitting.arrive(1)
    sitting.desk.close_session(sitting.session)
    before = len(sitting.links())
    assert [type(one) for one in join_all(sitting, sitting.codes[:4])] == [Joined] * 4
    assert len(sitting.links()) == before


def test_a_fault_that_one_meets_is_met_by_that_one_alone(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    unlucky, decide = sitting.desk.badges(sitting.assembly)[1].member, law.decide

    def broken(state: Any, command: Any, now: Any) -> Any:
        if getattr(command, "member", "") == unlucky:
            raise LookupError("a fault of ours")
        return decide(state, command, now)

    monkeypatch.setattr(law, "decide", broken)
    came = join_all(sitting, sitting.codes[:4])
    assert [type(one) for one in came] == [Joined, LookupError, Joined, Joined]
    assert sorted(arrivals(sitting)) == sorted(came[place].member["id"] for place in (0, 2, 3))
    assert len(sitting.rows("SELECT hash FROM token WHERE role = 'member'")) == 3


def test_nobody_is_let_in_before_it_is_on_the_disk(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    sitting.arrive(1)

    def no_disk(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr(sitting.desk._store.engine.dialect, "do_commit", no_disk)
        assert [type(one) for one in join_all(sitting, sitting.codes[:4])] == [Busy] * 4
    assert len(arrivals(sitting)) == 1
    assert len(sitting.rows("SELECT hash FROM token WHERE role = 'member'")) == 1
    sitting.desk.mark_left(sitting.session, arrivals(sitting)[0])  # another row takes the number of the first lost one
    came = join_all(sitting, sitting.codes[:4])
    assert [type(one) for one in came] == [Joined] * 4
    assert set(arrivals(sitting)) == {one.member["id"] for one in came}
