"""Members who leave and who take their seats: codes, votes, counts, minutes, and everything that can go wrong."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from assemblies import Sitting, ballot_key

from facilitation.errors import (
    AlreadyVoted,
    BadRequest,
    LeftTheAssembly,
    NotAMember,
    NotFound,
    NotPresent,
    Refusal,
    SeatTaken,
)

NEW = {"id": "v77", "name": "Ngozi New", "age": "16-29"}


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=4)


def refused(sitting: Sitting, kind: type[Refusal], act) -> Refusal:
    before = sitting.links()
    with pytest.raises(kind) as told:
        act()
    assert sitting.links() == before
    return told.value


def vote(sitting: Sitting, round_id: str, member: str, choice: str = "yes") -> str:
    return sitting.desk.cast_ballot(round_id, member, ballot_key(7), choice)


def counts(sitting: Sitting, round_id: str) -> tuple[int, int, int]:
    sitting.desk.close_round(round_id)
    result = sitting.desk.result(round_id)
    sitting.desk.acknowledge(sitting.session)
    return result["cast"], result["present"], result["entitled"]


def test_the_old_code_and_tokens_open_nothing_and_the_new_one_does(sitting: Sitting) -> None:
    joined = sitting.desk.join(sitting.codes[0])
    member = joined.member["id"]
    sitting.desk.withdraw_member(sitting.assembly, member, "own-wish")
    assert sitting.desk.identify(joined.token) is None
    for act in (sitting.desk.join, sitting.desk.who_is):
        refused(sitting, LeftTheAssembly, lambda act=act: act(sitting.codes[0]))
    refused(sitting, LeftTheAssembly, lambda: sitting.desk.say_farewell(joined.token))
    assert sitting.codes[0] not in [badge.code for badge in sitting.desk.badges(sitting.assembly)]
    seat = sitting.desk.seat_alternate(sitting.assembly, member, NEW, "alternate")
    assert seat.code not in sitting.codes
    came = sitting.desk.join(seat.code)
    assert (came.member["name"], came.member["table"]) == ("Ngozi New", joined.member["table"])
    assert came.member["id"] != member
    sitting.desk.say_farewell(came.token)


def test_a_device_that_was_signed_out_is_not_told_that_its_member_left(sitting: Sitting) -> None:
    token = sitting.desk.join(sitting.codes[0]).token
    sitting.desk.revoke(token)
    sitting.desk.say_farewell(token)
    sitting.desk.say_farewell("nonsense")


def test_a_closed_round_is_what_it_was_and_later_ones_count_who_is_there(sitting: Sitting) -> None:
    members = sitting.arrive()
    first = sitting.open_round()
    vote(sitting, first, members[0])
    assert counts(sitting, first) == (1, 4, 4)
    was = sitting.desk.result(first)
    sitting.desk.withdraw_member(sitting.assembly, members[0], "not-reached")
    second = sitting.open_round()
    refused(sitting, NotAMember, lambda: vote(sitting, second, members[0]))
    assert counts(sitting, second) == (0, 3, 3)
    seat = sitting.desk.seat_alternate(sitting.assembly, members[0], NEW, "remaining")
    third = sitting.open_round()
    new = sitting.desk.who_is(seat.code)["id"]
    refused(sitting, NotPresent, lambda: vote(sitting, third, new))
    sitting.desk.join(seat.code)
    vote(sitting, third, new)
    assert counts(sitting, third) == (1, 4, 4)
    assert sitting.desk.result(first) == was


def test_a_ballot_in_the_urn_stays_and_the_seat_votes_once(sitting: Sitting) -> None:
    members = sitting.arrive()
    asked = sitting.open_round()
    vote(sitting, asked, members[0], "no")
    sitting.desk.withdraw_member(sitting.assembly, members[0], "own-wish")
    assert sitting.facilitator()["turnout"] == {"cast": 1, "of": 4}
    seat = sitting.desk.seat_alternate(sitting.assembly, members[0], NEW, "alternate")
    joined = sitting.desk.join(seat.code)
    assert sitting.facilitator()["turnout"] == {"cast": 1, "of": 4}
    refused(sitting, AlreadyVoted, lambda: vote(sitting, asked, joined.member["id"]))
    identity = sitting.desk.identify(joined.token)
    assert identity is not None
    you = sitting.desk.screen(identity)["you"]
    assert (you["voted"], you["receipt"]) == ({asked: True}, {})
    rows = {one["name"]: one for one in sitting.facilitator()["members"]}
    assert rows["Ngozi New"]["voted"] is True
    assert "Person 1" not in rows
    assert counts(sitting, asked) == (1, 4, 4)
    assert sitting.desk.result(asked)["counts"]["no"] == 1


def test_a_seat_that_had_not_voted_votes_through_the_new_member(sitting: Sitting) -> None:
    members = sitting.arrive()
    asked = sitting.open_round()
    sitting.desk.withdraw_member(sitting.assembly, members[1], "own-wish")
    assert sitting.facilitator()["turnout"] == {"cast": 0, "of": 3}
    seat = sitting.desk.seat_alternate(sitting.assembly, members[1], NEW, "alternate")
    vote(sitting, asked, sitting.desk.join(seat.code).member["id"])
    assert counts(sitting, asked) == (1, 4, 4)


def test_a_free_seat_that_voted_counts_in_the_open_round_alone(sitting: Sitting) -> None:
    members = sitting.arrive()
    asked = sitting.open_round(threshold={"share": "1/2", "op": ">", "base": "entitled"})
    for member in members:
        vote(sitting, asked, member)
    sitting.desk.withdraw_member(sitting.assembly, members[0], "other")
    assert counts(sitting, asked) == (4, 4, 4)
    assert counts(sitting, sitting.open_round()) == (0, 3, 3)


def test_minutes_and_journal_show_why_and_no_name(sitting: Sitting) -> None:
    members = sitting.arrive()
    sitting.desk.withdraw_member(sitting.assembly, members[2], "not-eligible", actor="recruiter:abc")
    sitting.clock.go_on(120)
    sitting.desk.seat_alternate(sitting.assembly, members[2], NEW, "alternate", actor="recruiter:abc")
    text = sitting.desk.minutes(sitting.session)
    assert "- 2027-03-06 10:00, seat 3 (table 1): given up. The member turned out not to be eligible." in text
    assert "- 2027-03-06 10:02, seat 3 (table 1): taken again: from the list of alternates of the draw." in text
    rows = [row for row in sitting.desk.journal(sitting.assembly) if row["actor"] == "recruiter:abc"]
    assert [row["kind"] for row in rows] == ["member-withdrawn", "alternate-seated"]
    assert json.loads(rows[0]["data"]) == {"member": members[2], "reason": "not-eligible"}
    assert json.loads(rows[1]["data"])["replaces"] == members[2]
    for said in (text, json.dumps(rows)):
        assert not any(word in said for word in ("Ngozi", "Person", "v77", "v3", "16-29"))
    assert sitting.desk.broken_journal_row(sitting.assembly) is None
    assert sitting.replayed().seated.keys() == {one["id"] for one in sitting.facilitator()["members"]}


def test_a_closed_session_keeps_its_numbers(sitting: Sitting) -> None:
    members = sitting.arrive(3)
    sitting.desk.close_session(sitting.session)
    before = sitting.desk.minutes(sitting.session)
    sitting.clock.go_on(60)
    sitting.desk.withdraw_member(sitting.assembly, members[0], "own-wish")
    after = sitting.desk.minutes(sitting.session)
    assert before.splitlines()[:-1] == after.splitlines()[:-1]
    assert "Members present: 3 of 4." in after


def test_withdrawn_by_mistake_comes_back_with_a_new_code(sitting: Sitting) -> None:
    member = sitting.desk.join(sitting.codes[0]).member["id"]
    sitting.desk.withdraw_member(sitting.assembly, member, "own-wish")
    seat = sitting.desk.seat_again(sitting.assembly, member)
    assert (seat.id, seat.name) == ("v1", "Person 1")
    assert seat.code not in sitting.codes
    assert sitting.desk.join(seat.code).member["id"] == sitting.desk.member_called(sitting.assembly, "v1")
    refused(sitting, SeatTaken, lambda: sitting.desk.seat_again(sitting.assembly, member))
    refused(sitting, LeftTheAssembly, lambda: sitting.desk.join(sitting.codes[0]))


def test_what_cannot_be_is_refused_and_changes_nothing(sitting: Sitting) -> None:
    members = sitting.arrive()
    desk, home = sitting.desk, sitting.assembly
    refused(sitting, BadRequest, lambda: desk.withdraw_member(home, members[0], "Person 1 is ill"))
    refused(sitting, BadRequest, lambda: desk.withdraw_member(home, members[0], ""))
    refused(sitting, NotFound, lambda: desk.withdraw_member(home, "nobody", "own-wish"))
    refused(sitting, SeatTaken, lambda: desk.seat_alternate(home, members[0], NEW, "alternate"))
    desk.withdraw_member(home, members[0], "own-wish")
    refused(sitting, LeftTheAssembly, lambda: desk.withdraw_member(home, members[0], "own-wish"))
    for row, source, kind in (
        ({"id": "  "}, "alternate", BadRequest),
        ({"id": "x" * 300}, "alternate", BadRequest),
        ({"id": "v9"}, "because", BadRequest),
        ({"id": "v2"}, "alternate", SeatTaken),
        ({"id": " v2 "}, "by-hand", SeatTaken),
        ({"id": "v1"}, "remaining", SeatTaken),
    ):
        refused(sitting, kind, lambda row=row, source=source: desk.seat_alternate(home, members[0], row, source))
    desk.seat_alternate(home, members[0], NEW, "alternate")
    refused(sitting, SeatTaken, lambda: desk.seat_alternate(home, members[0], {"id": "v78"}, "alternate"))


def test_a_replacement_may_leave_too_and_the_seat_stays_one_vote(sitting: Sitting) -> None:
    members = sitting.arrive()
    asked = sitting.open_round()
    vote(sitting, asked, members[0])
    sitting.desk.withdraw_member(sitting.assembly, members[0], "own-wish")
    second = sitting.desk.join(sitting.desk.seat_alternate(sitting.assembly, members[0], NEW, "alternate").code)
    sitting.desk.withdraw_member(sitting.assembly, second.member["id"], "own-wish")
    third = sitting.desk.seat_alternate(sitting.assembly, second.member["id"], {"id": "v78"}, "alternate")
    joined = sitting.desk.join(third.code)
    refused(sitting, AlreadyVoted, lambda: vote(sitting, asked, joined.member["id"]))
    assert counts(sitting, asked) == (1, 4, 4)
    assert [row.seat for row in sitting.desk.members(sitting.assembly) if not row.left] == [1, 2, 3, 4]


def test_two_recruiters_at_once_do_it_once(sitting: Sitting) -> None:
    member = sitting.arrive()[0]
    desks = [sitting.opened() for _ in range(4)]
    said: list[str] = []

    def all_at_once(acts) -> list[str]:
        said.clear()
        threads = [threading.Thread(target=act) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return sorted(said)

    def tells(act) -> None:
        try:
            act()
            said.append("done")
        except Refusal as refusal:
            said.append(refusal.code)

    leave = [
        lambda desk=desk: tells(lambda: desk.withdraw_member(sitting.assembly, member, "own-wish")) for desk in desks
    ]
    assert all_at_once(leave) == ["done", *["left-the-assembly"] * 3]
    come = [
        lambda desk=desk, n=n: tells(
            lambda: desk.seat_alternate(sitting.assembly, member, {"id": f"w{n}"}, "alternate")
        )
        for n, desk in enumerate(desks)
    ]
    assert all_at_once(come) == ["done", *["seat-taken"] * 3]
    assert len(sitting.desk.badges(sitting.assembly)) == 4
    for desk in desks:
        desk.close()


def test_a_tap_and_a_withdrawal_at_once_leave_one_ballot_or_none(sitting: Sitting) -> None:
    members = sitting.arrive()
    asked = sitting.open_round()
    other = sitting.opened()
    told: list[str] = []

    def tap() -> None:
        try:
            vote(sitting, asked, members[0])
            told.append("counted")
        except NotAMember:
            told.append("refused")

    tapping = threading.Thread(target=tap)
    tapping.start()
    other.withdraw_member(sitting.assembly, members[0], "own-wish")
    tapping.join(timeout=30)
    other.close()
    cast = 1 if told == ["counted"] else 0
    assert counts(sitting, asked) == (cast, 3 + cast, 3 + cast)


def test_erasing_who_has_left_keeps_the_chain(sitting: Sitting, tmp_path: Path) -> None:
    member = sitting.arrive()[0]
    sitting.desk.withdraw_member(sitting.assembly, member, "own-wish")
    sitting.desk.seat_alternate(sitting.assembly, member, NEW, "alternate")
    sitting.desk.erase_person(member, sitting.assembly)
    assert sitting.desk.broken_journal_row(sitting.assembly) is None
    assert [row.name for row in sitting.desk.members(sitting.assembly) if row.seat == 1] == ["Erased", "Ngozi New"]
    assert len(sitting.desk.badges(sitting.assembly)) == 4
    sitting.desk.close()
    assert all(b"Person 1" not in path.read_bytes() for path in tmp_path.iterdir())
