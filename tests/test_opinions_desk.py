"""Opinions at the desk, on a real database: answered, changed, closed; and nobody can be found afterwards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asked import WORDS, Asked, close_and_draw, opinions, two_camps
from thieves import files_of

from facilitation.errors import BadRequest, NotAMember, NotFound, NotPresent, WrongState
from facilitation.model import Phase


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    sitting = opinions(tmp_path)
    yield sitting
    sitting.close()


def answer(asked: Asked, member: int, statement: int, value: str = "agree") -> None:
    text = asked.work()["list"][statement]["text"]
    asked.desk.answer_statement(asked.session, asked.item, asked.here[member], text, value)


def test_every_member_answers_one_statement_after_another_in_an_order_of_their_own(asked: Asked) -> None:
    orders = []
    for member in asked.here[:4]:
        order = []
        while (now := asked.own(member)["next"]) is not None:
            assert asked.own(member)["next"] == now
            order.append(now["words"])
            asked.desk.answer_statement(asked.session, asked.item, member, now["text"], "pass")
        assert sorted(order) == sorted(WORDS)
        orders.append(order)
    assert len({tuple(order) for order in orders}) == 4
    assert asked.own(asked.here[0])["answered"] == 10
    assert asked.work()["finished"] == 4


def test_a_late_statement_catches_up_and_the_one_before_a_member_stays(asked: Asked) -> None:
    for member in asked.here[:6]:
        for _ in range(5):
            text = asked.own(member)["next"]["text"]
            asked.desk.answer_statement(asked.session, asked.item, member, text, "agree")
    before = [asked.own(member)["next"] for member in asked.here[:6]]
    asked.desk.add_statement(asked.session, asked.item, "A late one", "late")
    assert [asked.own(member)["next"] for member in asked.here[:6]] == before
    for member in asked.here[:6]:
        asked.desk.answer_statement(asked.session, asked.item, member, asked.own(member)["next"]["text"], "pass")
    assert "A late one" in {asked.own(member)["next"]["words"] for member in asked.here[:6]}


def test_whoever_answered_and_left_is_among_those_present(asked: Asked) -> None:
    """Nor does the hall read “12 of 9 have answered” once it is closed and people go home."""
    for member in range(len(asked.here)):
        answer(asked, member, 0)
    people = len(asked.here)
    asked.desk.mark_left(asked.session, asked.here[0])
    assert (asked.work("hall")["people"], asked.work("hall")["of"]) == (people, people)
    asked.desk.close_opinions(asked.session, asked.item)
    asked.desk.mark_left(asked.session, asked.here[1])
    assert (asked.work("hall")["people"], asked.work("hall")["of"]) == (people, people)


def test_an_answer_can_be_changed_until_the_close_and_is_sent_twice_like_once(asked: Asked) -> None:
    answer(asked, 0, 3)
    answer(asked, 0, 3)
    assert asked.work()["answers"] == 1
    answer(asked, 0, 3, "disagree")
    assert (asked.work()["answers"], asked.own(asked.here[0])["mine"][0]["value"]) == (1, "disagree")
    assert asked.own(asked.here[1])["mine"] == []
    asked.desk.close_opinions(asked.session, asked.item)
    with pytest.raises(WrongState, match="closed"):
        answer(asked, 0, 3, "agree")
    assert asked.own(asked.here[0]) == {}


def test_what_cannot_be_answered_is_refused(asked: Asked) -> None:
    text = asked.work()["list"][0]["text"]
    send = asked.desk.answer_statement
    with pytest.raises(NotFound, match="cannot be answered"):
        send(asked.session, asked.item, asked.here[0], "nothing", "agree")
    with pytest.raises(BadRequest, match="is no answer"):
        send(asked.session, asked.item, asked.here[0], text, "+1")
    with pytest.raises(NotAMember):
        send(asked.session, asked.item, "stranger", text, "agree")
    asked.desk.judge_statement(asked.session, asked.item, text, "withdrawn", "twice")
    with pytest.raises(NotFound, match="cannot be answered"):
        send(asked.session, asked.item, asked.here[0], text, "agree")
    asked.desk.mark_left(asked.session, asked.here[1])
    with pytest.raises(NotPresent):
        answer(asked, 1, 1)
    asked.desk.end_item(asked.session)
    with pytest.raises(WrongState, match="is not on now"):
        answer(asked, 0, 1)


def test_members_add_statements_that_wait_until_they_are_read(asked: Asked) -> None:
    add, me = asked.desk.add_statement, asked.here[0]
    add(asked.session, asked.item, "Trams should be free", "k1", member=me)
    add(asked.session, asked.item, "Trams should be free", "k1", member=me)
    assert len(asked.work()["list"]) == 11
    mine = asked.work()["list"][10]
    assert (mine["state"], mine["by"], asked.own(me)["written"][0]["state"]) == ("held", "member", "held")
    assert asked.own(asked.here[1])["written"] == []
    with pytest.raises(NotFound):
        asked.desk.answer_statement(asked.session, asked.item, me, mine["text"], "agree")
    asked.desk.judge_statement(asked.session, asked.item, mine["text"], "shown")
    asked.desk.answer_statement(asked.session, asked.item, me, mine["text"], "agree")
    asked.desk.judge_statement(asked.session, asked.item, mine["text"], "withdrawn", "several")
    assert asked.own(me)["written"][0]["why"] == "it says more than one thing"
    with pytest.raises(BadRequest, match="for a reason"):
        asked.desk.judge_statement(asked.session, asked.item, mine["text"], "withdrawn")
    with pytest.raises(BadRequest, match="cannot be done"):
        asked.desk.judge_statement(asked.session, asked.item, mine["text"], "gone")
    with pytest.raises(NotFound, match="no such statement"):
        asked.desk.judge_statement(asked.session, asked.item, "none", "shown")
    for number in range(2, 6):
        add(asked.session, asked.item, f"More {number}", f"k{number}", member=me)
    with pytest.raises(BadRequest, match="5 statements, as many as each"):
        add(asked.session, asked.item, "One too many", "k6", member=me)


@pytest.mark.parametrize("terms", [{"add": False}, {"moderated": False}])
def test_the_agenda_says_whether_members_add_statements_and_whether_they_wait(tmp_path: Path, terms: Any) -> None:
    asked = opinions(tmp_path, 3, **terms)
    try:
        if terms.get("add", True):
            asked.desk.add_statement(asked.session, asked.item, "Mine", "k", member=asked.here[0])
            assert asked.work()["list"][-1]["state"] == "shown"
        else:
            with pytest.raises(WrongState, match="not taken"):
                asked.desk.add_statement(asked.session, asked.item, "Mine", "k", member=asked.here[0])
            assert asked.own(asked.here[0])["left"] == 0
    finally:
        asked.close()


@pytest.mark.parametrize("terms", [{"add": "yes"}, {"each": 0}, {"moderated": 1}])
def test_terms_that_cannot_be_read_are_refused(tmp_path: Path, terms: Any) -> None:
    with pytest.raises(BadRequest, match="terms of these opinions"):
        opinions(tmp_path, 3, **terms)


def test_hostile_statements_stay_words_and_long_ones_are_refused_naming_both_lengths(asked: Asked) -> None:
    words = "<b>ŵ</b> שלום 🧑‍🤝‍🧑 ‮abc"
    asked.desk.add_statement(asked.session, asked.item, words, "hostile")
    assert asked.work()["list"][-1]["words"] == words
    with pytest.raises(BadRequest, match="has 10000 characters; there is room for 280"):
        asked.desk.add_statement(asked.session, asked.item, "x" * 10_000, "long")
    with pytest.raises(BadRequest, match="empty"):
        asked.desk.add_statement(asked.session, asked.item, " \n\x00 ", "empty")
    assert all(words not in str(row) for row in asked.rows("SELECT data FROM journal"))


def test_without_statements_nothing_can_be_closed(tmp_path: Path) -> None:
    asked = opinions(tmp_path, 3, statements=0)
    with pytest.raises(WrongState, match="no statements"):
        asked.desk.close_opinions(asked.session, asked.item)
    assert asked.own(asked.here[0])["next"] is None
    asked.close()


def test_twelve_people_and_ten_statements_make_a_picture_that_is_shown_when_the_facilitator_wants(asked: Asked) -> None:
    two_camps(asked)
    with pytest.raises(WrongState, match="still answer"):
        asked.desk.opinion_table(asked.session, asked.item)
    picture = close_and_draw(asked)
    assert [group["people"] for group in picture["groups"]] == [6, 6]
    shown = asked.work()
    assert (shown["people"], shown["answers"], shown["straight"], shown["drawn"]) == (12, 120, 0, True)
    assert {one["words"] for one in shown["picture"]["uniting"]} == set(WORDS[:2])
    assert asked.work("member")["picture"] is asked.work("hall")["picture"] is asked.work("host")["picture"] is None
    asked.desk.show_opinions(asked.session, asked.item, members=True, hall=False)
    assert asked.work("member")["picture"] == shown["picture"] == asked.work("host")["picture"]
    assert asked.work("hall")["picture"] is None
    asked.desk.show_opinions(asked.session, asked.item, members=False, hall=True)
    assert (asked.work("member")["picture"], asked.work("hall")["picture"]) == (None, shown["picture"])
    assert asked.desk.opinion_table(asked.session, asked.item) is None
    before = len(asked.links())
    asked.desk.draw_opinions(asked.session, asked.item, {"another": "picture"})
    asked.desk.close_opinions(asked.session, asked.item)
    assert len(asked.links()) == before
    text = asked.desk.minutes(asked.session)
    assert "12 people gave 120 answers on 10 statements." in text
    assert f"12 of 12 agree: “{WORDS[0]}”" in text
    assert "Group B: 6 people" in text
    assert "Person 1" not in text
    asked.desk.show_opinions(asked.session, asked.item, members=False, hall=False)
    assert "Group B" not in asked.desk.minutes(asked.session)


def test_nobody_sees_a_count_of_answers_before_the_close(asked: Asked) -> None:
    two_camps(asked)
    for audience in ("member", "hall", "facilitator", "host"):
        said = json.dumps(asked.work(audience))
        assert "agree" not in said.replace("agree, disagree or pass", "")


def test_after_the_close_no_answer_has_a_member_or_an_order(asked: Asked) -> None:
    """As `test_forensics` does with ballots: the rows, and every byte of the files beside them."""
    two_camps(asked)
    rows = asked.rows("SELECT voice FROM answer")
    assert {voice for (voice,) in rows} == set(asked.here)
    asked.desk.close_opinions(asked.session, asked.item)
    rows = asked.rows("SELECT item, sheet, voice, part, value FROM answer")
    assert len(rows) == 120
    assert {sheet for _, sheet, *_ in rows} == {"opinions"}
    voices = list(dict.fromkeys(voice for _, _, voice, *_ in rows))
    assert len(voices) == 12
    assert all(voice.startswith("~") for voice in voices)
    assert voices == sorted(voices), "rows lie in the order of random words"
    assert not set(voices) & set(asked.here)
    beside = [f"{sheet}{member}".encode() for sheet in ("opinions", "at", "writers") for member in asked.here]
    for name, data in files_of(asked).items():
        assert not [one for one in beside if one in data], f"{name} still has an answer beside its member"
    with sqlite3.connect(asked.path) as raw, pytest.raises(sqlite3.OperationalError, match="no such column"):
        raw.execute("SELECT rowid FROM answer")


def test_before_the_close_the_same_search_finds_them(asked: Asked) -> None:
    """The search above means something: while answers can be changed, they stand beside their members."""
    two_camps(asked)
    everything = b"".join(files_of(asked).values())  # sqlite lays columns side by side, without a byte between them
    assert all(f"opinions{member}".encode() in everything for member in asked.here)


def test_a_session_that_closes_leaves_no_answer_under_its_member_and_the_picture_can_still_be_drawn(
    asked: Asked,
) -> None:
    two_camps(asked)
    asked.desk.close_session(asked.session)
    assert asked.phase() == Phase.CLOSED.value
    assert all(voice.startswith("~") for (voice,) in asked.rows("SELECT voice FROM answer"))
    assert not [one for one in asked.here if f"opinions{one}".encode() in b"".join(files_of(asked).values())]
    assert close_and_draw(asked)["people"] == 12
    asked.desk.show_opinions(asked.session, asked.item, members=True, hall=True)
    with pytest.raises(WrongState):
        asked.desk.add_statement(asked.session, asked.item, "Too late", "late")


def test_the_journal_tells_groups_and_counts_and_never_a_person_or_their_words(asked: Asked) -> None:
    two_camps(asked)
    close_and_draw(asked)
    data = "\n".join(str(row) for (row,) in asked.rows("SELECT data FROM journal WHERE kind LIKE 'opinions-%'"))
    assert not [one for one in asked.here if one in data]
    assert not [words for words in WORDS if words in data]
    assert '"people":12' in data
    asked.restart()
    assert asked.work()["picture"]["grouped"] == 12
    assert asked.desk.broken_journal_row(asked.assembly) is None


def test_eleven_people_who_all_pass(tmp_path: Path) -> None:
    asked = opinions(tmp_path, 11)
    for member in range(11):
        for statement in range(10):
            answer(asked, member, statement, "pass")
    picture = close_and_draw(asked)
    assert (picture["people"], picture["groups"], asked.work()["straight"]) == (11, [], 11)
    asked.close()


def test_of_four_people_nothing_is_told(tmp_path: Path) -> None:
    asked = opinions(tmp_path, 4)
    two_camps(asked)
    assert "Fewer than 5" in close_and_draw(asked)["why_no_groups"]
    assert asked.work()["picture"]["statements"] == []
    asked.close()


def test_opinions_that_a_later_session_goes_on_with_stay_open_and_are_closed_there(asked: Asked) -> None:
    answer(asked, 0, 3)
    later = asked.desk.add_session(asked.assembly, "Second", [{"kind": "opinions", "continues": asked.item}])
    asked.desk.close_session(asked.session)
    assert {voice for (voice,) in asked.rows("SELECT voice FROM answer")} == {asked.here[0]}
    asked.session, asked.item = later, asked.desk.public_screens(later)["facilitator"]["agenda"][0]["id"]
    asked.arrive()
    asked.desk.start_item(asked.session, asked.item)
    assert asked.own(asked.here[0])["mine"][0]["value"] == "agree"
    answer(asked, 1, 3, "disagree")
    asked.desk.close_session(asked.session)
    assert all(voice.startswith("~") for (voice,) in asked.rows("SELECT voice FROM answer"))
    assert asked.work()["people"] == 2


def test_a_split_item_goes_on_with_the_same_statements(asked: Asked) -> None:
    answer(asked, 0, 3)
    asked.desk.split_item(asked.session, asked.item, 5)
    second = asked.facilitator()["agenda"][1]["id"]
    asked.desk.start_item(asked.session, second)
    asked.item = second
    answer(asked, 1, 3)
    assert (asked.work()["answers"], asked.work()["statements"]) == (2, 10)
