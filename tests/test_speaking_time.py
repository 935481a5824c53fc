"""Speaking time by groups: shared out, marked when it is over, and reported so that no small group is told of."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from assemblies import Sitting
from houses import csrf, web_of
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.errors import BadRequest
from facilitation.small_numbers import K
from facilitation.speakers.speaking import Spoken, Talk
from facilitation.speakers.speaking_time import gini, report

SPEAKERS = [{"kind": "speakers", "title": "Talk", "planned_minutes": 20}]
AREAS = ["north"] * 7 + ["south"] * 8 + ["isles"] * 2


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=30))
def test_gini_is_half_the_mean_difference_by_the_mean(seconds: list[int]) -> None:
    people, total = len(seconds), sum(seconds)
    differences = sum(abs(one - other) for one in seconds for other in seconds)
    assert gini(seconds) == (None if total == 0 else Fraction(differences, 2 * people * total))


people = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "c", "d"]), st.integers(0, 3), st.integers(0, 300)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(people)
def test_nothing_is_told_of_few_and_nothing_follows_by_subtracting(day: list[tuple[str, int, int]]) -> None:
    members = {f"m{place}": one for place, one in enumerate(day)}
    spoken = {who: Spoken(seconds, times) for who, (_, times, seconds) in members.items() if times}
    groups = {who: value for who, (value, _, _) in members.items() if value}
    told = report(Talk(spoken=spoken), members, "area", groups)
    if not spoken:
        assert told is None
        return
    assert told is not None
    assert (told["came"], told["spoke"], told["silent"]) == (len(day), len(spoken), len(day) - len(spoken))
    assert (told["top"] is None) or told["spoke"] >= K
    size: dict[str, int] = {}
    spoke: dict[str, int] = {}
    for who, (value, _, _) in members.items():
        name = value or "not said"
        size[name] = size.get(name, 0) + 1
        spoke[name] = spoke.get(name, 0) + (who in spoken)
    shown = {one["value"]: one for one in told["groups"]}
    assert set(shown) | set(told["withheld"]) == set(size)
    assert all(size[value] >= K for value in shown)
    assert all(2 <= one["spoke"] <= one["members"] - 2 for one in shown.values()), "never all alike, nor all but one"
    rest = [value for value in size if value not in shown]
    assert not shown or not rest or (len(rest) > 1 and sum(size[value] for value in rest) >= K)
    silent_on_time = [value for value in size if value not in shown or shown[value]["share"] is None]
    told_of = [one for one in shown.values() if one["share"] is not None]
    assert all(one["spoke"] == 0 or one["spoke"] >= K for one in told_of)
    if told_of and silent_on_time:
        assert len(silent_on_time) > 1
        speakers = sum(spoke[value] for value in silent_on_time)
        assert speakers == 0 or speakers >= K, "the others' shares must not leave the time of a few"


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    made = Sitting(
        tmp_path / "f.sqlite", members=17, agenda=SPEAKERS, columns=[{"area": area, "age": "adult"} for area in AREAS]
    )
    made.ids = made.arrive()
    made.desk.next_action(made.session)
    return made


def speaks(sitting: Sitting, place: int, seconds: int) -> None:
    who = sitting.ids[place]
    sitting.desk.ask_to_speak(sitting.session, who)
    sitting.desk.give_floor(sitting.session, who)
    sitting.clock.go_on(seconds)
    sitting.desk.take_floor(sitting.session)


def test_the_list_marks_a_group_that_has_had_its_time_and_keeps_its_order(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    ids = sitting.ids
    desk.share_speaking_time(session, "area", {"north": 60, "south": 60})
    seq = sitting.replayed().seq
    desk.share_speaking_time(session, "area", {"south": 60, "north": 60})
    assert sitting.replayed().seq == seq, "said twice, it is said once"
    speaks(sitting, 0, 61)
    for place in (1, 7, 16):
        desk.ask_to_speak(session, ids[place])
    rows = sitting.facilitator()["speakers"]
    assert [(one["name"], one["over"]) for one in rows] == [
        ("Person 2", True),
        ("Person 8", False),
        ("Person 17", False),
    ]
    assert [one["name"] for one in desk.public_screens(session)["hall"]["speakers"]] == [row["name"] for row in rows]
    assert "over" not in desk.public_screens(session)["hall"]["speakers"][0]
    assert sitting.replayed().sessions[session].talk.budget == {"north": 60, "south": 60}
    desk.share_speaking_time(session, "", {})
    assert not any(one["over"] for one in sitting.facilitator()["speakers"])


def test_what_is_no_time_or_no_group_is_refused(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    with pytest.raises(BadRequest, match="value “west”"):
        desk.share_speaking_time(session, "area", {"west": 60})
    with pytest.raises(BadRequest, match="No member has the value"):
        desk.share_speaking_time(session, "shoe size", {})
    for wrong in (-1, 24 * 3600 + 1):
        with pytest.raises(BadRequest, match="no speaking time for “north”"):
            desk.share_speaking_time(session, "area", {"north": wrong})


def test_the_minutes_tell_shares_once_the_session_is_closed_and_never_anew(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    ids = sitting.ids
    desk.share_speaking_time(session, "area", {"north": 600, "south": 600, "isles": 600})
    for place in (*range(5), *range(7, 13), 15):
        speaks(sitting, place, 30)
    assert "Who spoke" not in desk.minutes(session)
    desk.close_session(session)
    minutes = desk.minutes(session)
    assert "Speeches: 12, 6 min 00 s by members. Spoke: 12 of 17 who came; silent: 5." in minutes
    assert "Gini 0.29" in minutes
    assert "8.3 % of the time" in minutes
    assert "isles:" not in minutes, "two people"
    assert "- area south: 6 of 8 spoke, 50.0 % of the members' time." in minutes
    assert "- withheld, as they are few: isles, north." in minutes
    told = desk.minutes_json(session)["talk"]
    desk.erase_person(ids[0], sitting.assembly)
    assert desk.minutes_json(session)["talk"] == told, "who is erased cannot be found by the difference"
    assert "Person" not in "".join(link.data for link in sitting.links())


def test_a_session_without_talk_says_nothing_of_it(sitting: Sitting) -> None:
    sitting.desk.close_session(sitting.session)
    assert "Who spoke" not in sitting.desk.minutes(sitting.session)
    assert sitting.links()[-1].kind == "session-closed"


def test_the_time_is_shared_out_on_the_page(sitting: Sitting) -> None:
    app, desk, session = web_of(sitting.desk), sitting.desk, sitting.session
    browser, path = app.test_client(), f"/run/{session}/speakers"
    link = desk.issue_link("facilitator", sitting.assembly)
    browser.post(f"/sign-in/{link}", data={"csrf_token": csrf(browser)})

    def press(**sent: object) -> str:
        data = {"csrf_token": csrf(browser), "column": "area", **sent}
        return browser.post(f"{path}/time", data=data, follow_redirects=True).text

    speaks(sitting, 0, 100)
    assert "1 of 17 who came has spoken, 16 have not." in browser.get(path).text
    page = press(how="equal", minutes="3")
    assert "0:40 over" in page
    assert re.findall(r'name="seconds"[^>]*value="(\d+)"', page) == ["60", "60", "60"]
    page = press(how="by-number", minutes="17")
    assert re.findall(r'name="seconds"[^>]*value="(\d+)"', page) == ["120", "420", "480"]
    page = press(how="own", value=["isles", "north", "south"], seconds=["5", "6", "7"])
    assert "1:34 over" in page
    for wrong in ("-1", "", "soon"):
        page = press(how="own", value=["north"], seconds=[wrong])
        assert "There is a problem" in page
        assert "1:34 over" in page
    assert "Give it in minutes" in press(how="equal", minutes="")
    assert "value “west”" in press(how="own", value=["west"], seconds=["5"])
    desk.ask_to_speak(session, sitting.ids[1])
    assert "north has had its time" in browser.get(f"/run/{session}").text
    assert "over" not in re.sub(r"<[^>]+>", "", press(how="none").partition("Group members by")[2])
