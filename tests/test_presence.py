"""The presence log: who is here follows from the journal, and is the base of what a vote calls “present”."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from assemblies import TRAMS, Sitting, ballot_key
from houses import House, csrf, signed_in, web_of
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation import presence
from facilitation.commands import Arrive, Command, Leave, TakePartFromAfar
from facilitation.desk import Desk
from facilitation.errors import NotAMember, NotNow, NotPresent
from facilitation.events import Entry
from facilitation.presence import Stay, here, totals

START = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
ACTS = ("arrive", "leave", "afar", "room")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from("abc"), st.integers(0, 90)), max_size=30))
def test_who_is_here_follows_from_the_rows_and_agrees_with_counting_by_hand(day: list[tuple[str, str, int]]) -> None:
    stays: dict[str, Stay] = {}
    rows: list[Entry] = []
    inside: dict[str, bool] = {}
    spent: dict[str, int] = dict.fromkeys("abc", 0)
    at = START
    for act, who, minutes in day:
        at += timedelta(minutes=minutes)
        for one in "abc":
            spent[one] += minutes * 60 if inside.get(one) else 0
        command: Command = {
            "arrive": Arrive("s", "f", who),
            "leave": Leave("s", "f", who),
            "afar": TakePartFromAfar("s", "f", who, True),
            "room": TakePartFromAfar("s", "f", who, False),
        }[act]
        if who not in inside and act in ("leave", "room"):
            with pytest.raises(NotPresent):
                presence.decide("s", stays, command)
            continue
        for event in presence.decide("s", stays, command):
            rows.append(Entry(len(rows) + 1, at, "f", event))
            stays = dict(presence.apply(stays, rows[-1]))
        assert presence.decide("s", stays, command) == (), "said twice, it is said once"
        inside[who] = {"arrive": True, "afar": True, "leave": False, "room": inside.get(who, False)}[act]
        assert here(stays) == {one for one, is_in in inside.items() if is_in}
    again: dict[str, Stay] = {}
    for row in rows:
        again = dict(presence.apply(again, row.link("a", "").entry))
    assert again == stays
    assert {one: stay.seconds(at) for one, stay in stays.items()} == {one: spent[one] for one in stays}
    count = totals(stays, START)
    assert (count.came, count.present + count.left_early) == (len(inside), len(inside))
    assert count.late == sum(stay.arrived_at > START for stay in stays.values())


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=5)


def members_of(sitting: Sitting) -> list[str]:
    return list(sitting.replayed().members)


def test_who_has_left_is_not_present_in_a_vote_unless_their_ballot_is_in_the_urn(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    first, second, third, fourth = sitting.arrive(4)
    round_id = sitting.open_round()
    desk.cast_ballot(round_id, first, ballot_key(1), "yes")
    desk.mark_left(session, first)
    desk.mark_left(session, second)
    assert sitting.facilitator()["turnout"] == {"cast": 1, "of": 3}
    with pytest.raises(NotPresent, match="left this session"):
        desk.cast_ballot(round_id, second, ballot_key(2), "no")
    desk.mark_left(session, third)
    desk.mark_arrived(session, third)
    desk.cast_ballot(round_id, third, ballot_key(3), "no")
    result = desk.close_round(round_id) and desk.result(round_id)
    assert (result["cast"], result["present"], result["entitled"]) == (2, 3, 5), (
        "first voted, third and fourth are here"
    )
    assert "Present when it opened: 4." in desk.minutes(session)
    assert fourth in sitting.replayed().sessions[session].present


def test_the_rounds_of_a_day_keep_who_was_present_once_and_not_for_each_of_them(sitting: Sitting) -> None:
    first, *_ = sitting.arrive(4)
    kept = []
    for left in (None, None, first, first):
        if left is not None:
            sitting.desk.mark_left(sitting.session, left)
        kept.append(sitting.open_round())
        sitting.desk.close_round(kept[-1])
        sitting.desk.acknowledge(sitting.session)
    rounds = sitting.replayed().sessions[sitting.session].rounds
    sets = [rounds[one].present_at_opening for one in kept]
    assert [len(one) for one in sets] == [4, 4, 3, 3]
    assert (sets[0] is sets[1], sets[2] is sets[3]) == (True, True)


def test_who_goes_home_while_the_scrutineer_counts_was_there(sitting: Sitting) -> None:
    desk = sitting.desk
    first, second, _third = sitting.arrive(3)
    round_id = sitting.open_round(conduct={"scrutiny": True})
    desk.cast_ballot(round_id, first, ballot_key(1), "yes")
    desk.close_round(round_id)
    desk.mark_left(sitting.session, second)
    desk.mark_arrived(sitting.session, members_of(sitting)[4])
    desk.confirm_close(round_id)
    desk.show_result(round_id)
    assert desk.result(round_id)["present"] == 3


def test_the_log_tells_times_late_ones_and_those_from_afar(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    one, two, three, four, five = members_of(sitting)
    desk.join(sitting.codes[0])
    desk.mark_arrived(session, two)
    sitting.clock.go_on(600)
    desk.next_action(session)
    sitting.clock.go_on(300)
    desk.mark_remote(session, three)
    desk.mark_left(session, two)
    sitting.clock.go_on(60)
    desk.join(sitting.codes[1])  # back by their own tablet
    sitting.clock.go_on(40)
    desk.mark_left(session, one)
    log = desk.presence_log(session)
    rows = {row.member: (row.state, row.late, row.seconds) for row in log.rows}
    came = {one: ("gone", False, 1000), two: ("here", False, 940), three: ("here", True, 100)}
    assert rows == came | dict.fromkeys((four, five), ("missing", False, 0))
    assert (log.totals.came, log.totals.late, log.totals.remote, log.totals.left_early) == (3, 1, 1, 1)
    assert "Came: 3, of them late: 1, from afar: 1. Left before the end: 1." in desk.minutes(session)
    assert "Person" not in desk.minutes(session)
    shown = {member["id"]: member for member in sitting.facilitator()["members"]}
    assert (shown[one]["left"], shown[one]["present"], shown[three]["remote"]) == (True, False, True)
    assert "Person" not in "".join(link.data for link in sitting.links())
    desk.close_session(session)
    sitting.clock.go_on(5000)
    assert {row.member: row.seconds for row in desk.presence_log(session).rows}[two] == 940
    with pytest.raises(NotNow):
        desk.mark_left(session, two)


def test_presence_is_nobodys_act_on_the_agenda_and_undo_keeps_it(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    member = sitting.arrive(1)[0]
    desk.next_action(session)
    seen = sitting.facilitator()["seq"]
    desk.mark_left(session, member)
    assert sitting.facilitator()["undo"] is not None
    desk.undo(session, seen_seq=seen)
    assert (sitting.phase(), sitting.facilitator()["present"]) == ("waiting", 0)
    with pytest.raises(NotPresent):
        desk.mark_left(session, members_of(sitting)[1])
    with pytest.raises(NotAMember):
        desk.mark_arrived(session, "nobody")


def test_who_leaves_does_not_wait_for_the_floor_any_more(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    first, second = sitting.arrive(2)
    desk.next_action(session)
    desk.open_speakers(session)
    desk.ask_to_speak(session, first)
    desk.ask_to_speak(session, second)
    desk.mark_left(session, first)
    assert [one["who"] for one in sitting.facilitator()["speakers"]] == [second]
    with pytest.raises(NotPresent):
        desk.ask_to_speak(session, first)


def test_who_leaves_the_assembly_has_left_the_session_at_that_moment(sitting: Sitting) -> None:
    member = sitting.arrive(1)[0]
    sitting.clock.go_on(50)
    sitting.desk.withdraw_member(sitting.assembly, member, "own-wish")
    session = sitting.replayed().sessions[sitting.session]
    assert (session.present, session.stays[member].seconds(sitting.clock.at + timedelta(hours=1))) == (frozenset(), 50)


# ---------------------------------------------------------------------------------------------------- on the screens


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk))


def test_a_member_is_checked_in_by_name_at_the_door(house: House) -> None:
    facilitator, session = signed_in(house, "facilitator"), house.seated.session_id
    bob = next(row.member for row in house.desk.presence_log(session).rows if row.name == "Bob")
    here = f"/run/{session}/presence"

    def press(now: str, status: int = 200, who: str = bob, **sent: str) -> str:
        form = {"csrf_token": csrf(facilitator), "now": now, **sent}
        answer = facilitator.post(f"{here}/{who}", data=form, follow_redirects=True)
        assert answer.status_code == status
        return answer.text

    page = facilitator.get(f"{here}?q=böB").text
    assert "Bob" in page
    assert ">Ada " not in page
    assert "Nobody has these letters" in facilitator.get(f"{here}?q=zz").text
    assert "Left<span" in press("here")
    assert "In the room<span" in press("afar")
    assert "From afar<span" in press("room")
    assert "Back<span" in press("gone")
    assert "1 left early" in facilitator.get(f"/run/{session}").text
    assert "Everyone has joined." in press("here", back="console")
    assert "Press one of the buttons beside the name" in press("asleep", 400)
    assert "Only members of this assembly" in press("here", 403, who="nobody")
    house.desk.close_session(session)
    assert "Arrived<span" not in facilitator.get(here).text
    for role in ("member", "display", "observer"):
        bearer = {"Authorization": f"Bearer {house.tokens[role]}"}
        assert house.app.test_client().get(here, headers=bearer).status_code == 403
        assert house.app.test_client().post(f"{here}/{bob}", json={"now": "gone"}, headers=bearer).status_code == 403


def test_a_member_leaves_and_comes_back_on_their_own_tablet(house: House) -> None:
    tablet, desk, session = house.browser(), house.desk, house.seated.session_id
    tablet.post("/join", data={"code": house.codes[1], "csrf_token": csrf(tablet)})
    assert "I have to leave" in tablet.get("/m").text
    gone = tablet.post("/m/leave", data={"csrf_token": csrf(tablet)}, follow_redirects=True).text
    assert "You have left this session" in gone
    assert desk.public_screens(session)["hall"]["present"] == 1
    round_id = desk.create_round(session, TRAMS)
    desk.open_round(round_id)
    assert "Trams?" not in tablet.get("/m").text
    back = tablet.post("/m/back", data={"csrf_token": csrf(tablet)}, follow_redirects=True).text
    assert "Trams?" in back
    assert "I have to leave" not in back, "nothing stands beside an open ballot"
    assert desk.presence_log(session).totals.left_early == 0
