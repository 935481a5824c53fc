"""The speakers' list: first-time speakers first, bounded overtaking, an order that follows from the journal alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from assemblies import Sitting
from houses import House, csrf, signed_in, web_of
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.commands import AskToSpeak, Command, GiveFloor, TakeFloor, WithdrawSpeaker
from facilitation.desk import Desk
from facilitation.errors import BadRequest, NotNow, NotPresent, WrongState
from facilitation.events import Entry
from facilitation.speakers import speaking
from facilitation.speakers.speaking import Talk

START = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
PEOPLE = "abcdefg"


@st.composite
def days(draw: st.DrawFn) -> list[tuple[str, str, int]]:
    """What happens on a day: who asks, withdraws, or the next one speaks for so many seconds."""
    act = st.sampled_from(["ask", "ask", "ask", "next", "withdraw"])
    return draw(st.lists(st.tuples(act, st.sampled_from(PEOPLE), st.integers(0, 300)), max_size=60))


class Floor:
    """A list that is run by commands alone, with everything that happened kept."""

    def __init__(self, patience: int, groups: dict[str, str]) -> None:
        self.talk = Talk(open=True, patience=patience, column="g" if groups else "")
        self.groups, self.at, self.entries = groups, START, list[Entry]()

    def do(self, command: Command) -> None:
        for event in speaking.decide("s", self.talk, command):
            entry = Entry(len(self.entries) + 1, self.at, "f", event)
            self.entries.append(entry)
            self.talk = speaking.apply(self.talk, entry)

    def happen(self, act: str, who: str, seconds: int) -> None:
        if act == "ask":
            self.do(AskToSpeak("s", "m", who))
        elif act == "withdraw":
            self.do(WithdrawSpeaker("s", "m", who))
        elif self.talk.waiting:
            self.do(GiveFloor("s", "f", self.talk.next_one(self.groups)))
            self.at += timedelta(seconds=seconds)
            self.do(TakeFloor("s", "f"))


@settings(max_examples=200, deadline=None)
@given(days(), st.integers(0, 4), st.booleans())
def test_nobody_is_passed_more_than_allowed_and_new_voices_come_first(
    day: list[tuple[str, str, int]], patience: int, alternating: bool
) -> None:
    floor = Floor(patience, {one: "xy"[number % 2] for number, one in enumerate(PEOPLE)} if alternating else {})
    for act, who, seconds in day:
        waiting = floor.talk.waiting
        chosen = floor.talk.next_one(floor.groups) if act == "next" and waiting else None
        if chosen is not None:
            pressed = [one.who for one in waiting if one.passed >= patience]
            silent = [one.who for one in waiting if one.who not in floor.talk.spoken]
            if pressed:
                assert chosen == pressed[0]
            elif silent and not alternating:
                assert chosen in silent
        floor.happen(act, who, seconds)
        assert all(one.passed <= patience for one in floor.talk.waiting)
        assert floor.talk.order(floor.groups)[:1] == tuple(
            [floor.talk.next_one(floor.groups)] if floor.talk.waiting else []
        )
        assert sorted(floor.talk.order(floor.groups)) == sorted(one.who for one in floor.talk.waiting)


@settings(max_examples=60, deadline=None)
@given(days(), st.integers(0, 4))
def test_the_order_follows_from_the_journal_alone(day: list[tuple[str, str, int]], patience: int) -> None:
    floor = Floor(patience, {})
    for step in day:
        floor.happen(*step)
    again = Talk(open=True, patience=patience)
    for entry in floor.entries:
        again = speaking.apply(again, entry)
    assert again == floor.talk
    assert again.order({}) == floor.talk.order({})


def test_the_list_alternates_where_somebody_else_waits() -> None:
    floor = Floor(10, {"a": "x", "b": "x", "c": "y", "d": "x"})
    for who in "abdc":
        floor.do(AskToSpeak("s", "m", who))
    assert floor.talk.order(floor.groups) == ("a", "c", "b", "d")


# ------------------------------------------------------------------------------------------------------- at the desk


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    agenda = [{"kind": "welcome"}, {"kind": "speakers"}, {"kind": "vote"}]
    columns = [{"gender": value} for value in ("woman", "man", "woman", "man")]
    return Sitting(tmp_path / "f.sqlite", members=4, agenda=agenda, columns=columns)


def talking(sitting: Sitting) -> list[str]:
    members = sitting.arrive()
    sitting.desk.next_action(sitting.session)
    with pytest.raises(WrongState, match="closed"):
        sitting.desk.ask_to_speak(sitting.session, members[0])
    sitting.desk.next_action(sitting.session)
    return members


def test_a_list_opens_with_its_item_and_ends_with_it(sitting: Sitting) -> None:
    members = talking(sitting)
    desk, session = sitting.desk, sitting.session
    for member in (members[0], members[1], members[0]):
        desk.ask_to_speak(session, member)
    assert [one["name"] for one in sitting.facilitator()["speakers"]] == ["Person 1", "Person 2"]
    desk.give_floor(session, members[0])
    sitting.clock.go_on(50)
    desk.give_floor(session, members[1])  # whoever had the floor has finished
    sitting.clock.go_on(20)
    desk.more_floor(session, 30)
    desk.ask_to_speak(session, members[0])
    desk.ask_to_speak(session, members[2])
    screens = desk.public_screens(session)
    assert [one["name"] for one in screens["hall"]["speakers"]] == ["Person 3", "Person 1"]
    assert screens["member"]["talk"]["speaking"]["name"] == "Person 2"
    assert "speakers" not in screens["member"]
    rows = {one.value: (one.members, one.silent, one.seconds) for one in desk.speaking_shares(session, "gender")}
    assert rows == {"man": (2, 2, 0), "woman": (2, 1, 50)}
    desk.next_action(session)
    talk = desk.public_screens(session)["member"]["talk"]
    assert (talk["open"], talk["waiting"], talk["speaking"]) == (False, 0, None)
    assert desk.speaking_shares(session, "gender")[0].seconds == 20
    assert sitting.replayed().sessions[session].talk.spoken[members[1]].times == 1


def test_asking_is_nobody_elses_act_and_changes_no_undo(sitting: Sitting) -> None:
    members = talking(sitting)
    before = sitting.facilitator()
    sitting.desk.ask_to_speak(sitting.session, members[0])
    after = sitting.facilitator()
    assert after["undo"] == before["undo"]
    assert after["undo"] is not None
    sitting.desk.undo(sitting.session, seen_seq=before["seq"])


@pytest.mark.parametrize("how", ["left", "withdrawn", "erased"])
def test_whoever_is_gone_neither_waits_nor_speaks(sitting: Sitting, how: str) -> None:
    members = talking(sitting)
    desk, session = sitting.desk, sitting.session

    def go(member: str) -> None:
        if how == "left":
            desk.mark_left(session, member)
        elif how == "withdrawn":
            desk.withdraw_member(sitting.assembly, member, "own-wish")
        else:
            desk.erase_person(member, sitting.assembly)

    for member in members[:3]:
        desk.ask_to_speak(session, member)
    desk.give_floor(session, members[0])
    sitting.clock.go_on(20)
    go(members[0])
    go(members[1])
    sitting.clock.go_on(600)
    assert [one["name"] for one in sitting.facilitator()["speakers"]] == ["Person 3"]
    assert desk.public_screens(session)["member"]["talk"]["speaking"] is None
    with pytest.raises(WrongState, match="not on the list"):
        desk.give_floor(session, members[1])
    assert sitting.replayed().sessions[session].talk.spoken[members[0]].seconds == 20


def test_an_undo_takes_the_list_up_again_without_those_who_left_meanwhile(sitting: Sitting) -> None:
    members = talking(sitting)
    desk, session = sitting.desk, sitting.session
    for member in members[:3]:
        desk.ask_to_speak(session, member)
    desk.give_floor(session, members[0])
    sitting.clock.go_on(20)
    desk.next_action(session)
    sitting.clock.go_on(2)
    desk.mark_left(session, members[0])
    desk.mark_left(session, members[1])
    sitting.clock.go_on(3)
    desk.undo(session)
    assert [one["name"] for one in sitting.facilitator()["speakers"]] == ["Person 3"]
    talk = sitting.replayed().sessions[session].talk
    assert talk.speaking is None
    assert talk.spoken[members[0]].seconds == 22


def test_what_cannot_be_is_refused(sitting: Sitting) -> None:
    members = talking(sitting)
    desk, session = sitting.desk, sitting.session
    with pytest.raises(BadRequest, match="no such table"):
        desk.ask_to_speak(session, "table:9")
    with pytest.raises(BadRequest, match="No member has a value"):
        desk.open_speakers(session, column="shoe size")
    with pytest.raises(BadRequest, match="0 seconds"):
        desk.open_speakers(session, limit=0)
    with pytest.raises(WrongState, match="not on the list"):
        desk.give_floor(session, members[3])
    with pytest.raises(WrongState, match="Nobody has the floor"):
        desk.more_floor(session)
    desk.take_floor(session)  # nothing to do, nothing done
    sitting.open_round()
    with pytest.raises(NotNow):
        desk.ask_to_speak(session, members[1])


def test_who_is_not_here_cannot_ask(sitting: Sitting) -> None:
    first = sitting.arrive(1)[0]
    sitting.desk.open_speakers(sitting.session) if sitting.desk.next_action(sitting.session) else None
    absent = next(one for one in sitting.replayed().members if one != first)
    with pytest.raises(NotPresent):
        sitting.desk.ask_to_speak(sitting.session, absent)


# ---------------------------------------------------------------------------------------------------- on the screens


def test_a_member_asks_and_the_facilitator_gives_the_floor_by_plain_forms(desk: Desk) -> None:
    house = House(desk, web_of(desk))
    session = house.seated.session_id
    facilitator, tablet = signed_in(house, "facilitator"), house.browser()
    tablet.post("/join", data={"code": house.codes[0], "csrf_token": csrf(tablet)})
    desk.next_action(session)

    def press(act: str, **sent: str) -> str:
        path = f"/run/{session}/speakers/{act}"
        answer = facilitator.post(path, data={"csrf_token": csrf(facilitator), **sent}, follow_redirects=True)
        return answer.text

    assert "Ask to speak" not in tablet.get("/m").text
    assert "Nobody waits" in press("open", limit="60", patience="2", column="")
    assert "Ask to speak" in tablet.get("/m").text
    asked = tablet.post("/m/speak", data={"csrf_token": csrf(tablet)}, follow_redirects=True)
    assert "You are next." in asked.text
    who = desk.public_screens(session)["facilitator"]["speakers"][0]["who"]
    assert "Has the floor: <strong" in press("give", who=who)
    assert "You have the floor." in tablet.get("/m").text
    bearer = {"Authorization": f"Bearer {house.tokens['facilitator']}"}
    hall = house.app.test_client().post(f"/run/{session}/hall", headers=bearer, follow_redirects=True)
    assert re.search(r"Speaking</span> <strong[^>]*>Ada</strong>", hall.text)
    press("more")
    assert "Has the floor" not in press("take")
    assert "Table 1" in press("add", who="table:1")
    assert "There is no such table" in press("add", who="table:77")
    assert "Nobody was chosen" in press("add", who="")
    assert "Seconds" in press("close")
    assert "0 seconds a speech" in press("open", limit="0", patience="2")
    assert "must be a whole number" in press("open", limit="ninety")


def test_who_has_spoken_how_much_is_for_the_facilitator_alone(tmp_path: Path) -> None:
    sitting = Sitting(
        tmp_path / "f.sqlite", members=4, columns=[{"gender": g} for g in ("woman", "man", "woman", "man")]
    )
    app = web_of(sitting.desk)
    token = sitting.desk.issue_token("facilitator", sitting.assembly)
    path = f"/run/{sitting.session}/speakers"
    page = app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})
    assert page.status_code == 200
    assert "woman" in page.text
    member = sitting.desk.join(sitting.codes[0]).token
    assert app.test_client().get(path, headers={"Authorization": f"Bearer {member}"}).status_code == 403
