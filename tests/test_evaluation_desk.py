"""The questionnaire at the desk, on a real database: answered, changed, skipped, counted, and forgotten."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asked import Asked, evaluation
from thieves import files_of

from facilitation.errors import BadQuestionnaire, BadRequest, NotFound, WrongState
from facilitation.evaluation.questions import BUILT_IN


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    sitting = evaluation(tmp_path)
    yield sitting
    sitting.close()


def answer(asked: Asked, member: int, question: str, value: str = "0") -> None:
    asked.desk.answer_question(asked.session, asked.item, asked.here[member], question, value)


def counts(asked: Asked, question: str, audience: str = "facilitator") -> dict[str, Any]:
    pages = asked.work(audience)["results"]["pages"]
    return {row["id"]: row for page in pages for row in page["questions"]}[question]


def test_an_answer_can_be_changed_or_skipped_and_is_counted_at_the_close(asked: Asked) -> None:
    for member in range(8):
        answer(asked, member, "respect", str(member % 3))
        answer(asked, member, "free", "skip" if member < 2 else "1")
    answer(asked, 0, "respect", "4")
    answer(asked, 0, "respect", "4")
    assert asked.work()["results"] is None
    me = {one["id"]: one for page in asked.own(asked.here[0])["pages"] for one in page}
    assert (me["respect"]["value"], me["free"]["skipped"], me["ours"]["value"]) == ("4", True, "")
    asked.desk.close_evaluation(asked.session, asked.item)
    assert counts(asked, "respect")["after"]["counts"] == [2, 3, 2, 0, 1, 0]
    free = counts(asked, "free")["after"]
    assert (free["answered"], free["skipped"]) == (6, 2)
    assert counts(asked, "ours")["after"] == {"question": "ours", "withheld": True}
    assert asked.own(asked.here[0]) == {}
    before = len(asked.links())
    asked.desk.close_evaluation(asked.session, asked.item)
    assert len(asked.links()) == before
    with pytest.raises(WrongState, match="closed"):
        answer(asked, 0, "respect")


def test_after_the_close_only_counts_remain(asked: Asked) -> None:
    for member in range(8):
        answer(asked, member, "respect", str(member % 3))
        asked.desk.comment(asked.session, asked.item, asked.here[member], f"Words {7 - member}")
    # sqlite lays the columns of a row side by side, without a byte between them
    beside = [f"{sheet}{one}".encode() for sheet in ("after", "after-words") for one in asked.here]
    everything = b"".join(files_of(asked).values())
    assert all(one in everything for one in beside)
    asked.desk.close_evaluation(asked.session, asked.item)
    rows = asked.rows("SELECT sheet, voice, part, value FROM answer")
    assert {sheet for sheet, *_ in rows} == {"after-words"}
    assert all(voice.startswith("~") for _, voice, *_ in rows)
    for name, data in files_of(asked).items():
        assert not [one for one in beside if one in data], f"{name} still has an answer beside its member"
    assert asked.work()["comments"] == [f"Words {number}" for number in range(8)]
    for audience in ("member", "hall", "host"):
        assert "Words" not in json.dumps(asked.work(audience))
    assert "Words" not in asked.desk.minutes(asked.session)
    assert not asked.rows("SELECT 1 FROM journal WHERE data LIKE '%Words %'")


def test_of_four_people_nothing_is_told_and_nothing_remains(tmp_path: Path) -> None:
    asked = evaluation(tmp_path, 4)
    for member in range(4):
        answer(asked, member, "respect")
        asked.desk.comment(asked.session, asked.item, asked.here[member], "Words")
    asked.desk.close_evaluation(asked.session, asked.item)
    assert asked.work()["results"] == {"moments": {"after": {"people": 4, "told": False}}, "pages": []}
    assert asked.work()["comments"] == []
    assert asked.rows("SELECT 1 FROM answer") == []
    asked.close()


def test_what_cannot_be_answered_is_refused(asked: Asked) -> None:
    with pytest.raises(NotFound, match="not asked here"):
        answer(asked, 0, "why-here")  # asked before alone
    with pytest.raises(NotFound, match="not asked here"):
        answer(asked, 0, "+")
    for value in ("6", "-1", "", "agree", "00"):
        with pytest.raises(BadRequest, match="is no answer"):
            answer(asked, 0, "respect", value)
    with pytest.raises(BadRequest, match="there is room for 2000"):
        asked.desk.comment(asked.session, asked.item, asked.here[0], "x" * 10_000)
    assert asked.rows("SELECT 1 FROM answer") == []
    asked.desk.end_item(asked.session)
    with pytest.raises(WrongState, match="is not on now"):
        answer(asked, 0, "respect")


def test_what_somebody_adds_can_be_taken_back(asked: Asked) -> None:
    add, me = asked.desk.comment, asked.here[0]
    add(asked.session, asked.item, me, "  <b>ŵ</b> שלום 🧑‍🤝‍🧑 ")
    assert asked.own(me)["comment"] == "<b>ŵ</b> שלום 🧑‍🤝‍🧑"
    add(asked.session, asked.item, me, "  ")
    assert asked.own(me)["comment"] == ""


def test_the_options_stand_in_an_order_of_each_members_own(asked: Asked) -> None:
    def order(member: str) -> list[list[str]]:
        return [[option["value"] for option in one["options"]] for page in asked.own(member)["pages"] for one in page]

    orders = {member: order(member) for member in asked.here}
    assert len({str(one) for one in orders.values()}) == len(asked.here)
    asked.restart()
    assert {member: order(member) for member in asked.here} == orders


def test_an_authority_loads_the_official_wording_until_somebody_has_answered(asked: Asked) -> None:
    said = json.loads(BUILT_IN.read_bytes())
    said["title"], said["pages"] = "Official", said["pages"][-1:]
    asked.desk.load_questionnaire(asked.session, asked.item, json.dumps(said).encode())
    assert (asked.work()["title"], asked.work()["questions"], asked.work()["built_in"]) == ("Official", 6, False)
    with pytest.raises(BadQuestionnaire):
        asked.desk.load_questionnaire(asked.session, asked.item, b"{}")
    asked.desk.load_questionnaire(asked.session, asked.item, None)
    assert asked.work()["questions"] > 20
    asked.desk.load_questionnaire(asked.session, asked.item, json.dumps(said).encode())
    answer(asked, 0, "again")
    with pytest.raises(WrongState, match="answered already"):
        asked.desk.load_questionnaire(asked.session, asked.item, None)
    with pytest.raises(NotFound):
        answer(asked, 0, "respect")


def test_before_stands_beside_after_and_a_closed_session_leaves_nothing_under_a_member(tmp_path: Path) -> None:
    agenda: list[dict[str, Any]] = [
        {"kind": "evaluation", "title": "Before", "terms": {"when": "before"}},
        {"kind": "evaluation", "title": "After", "continues": 1},
    ]
    asked = Asked(tmp_path / "asked.sqlite", 6, agenda=agenda).begin()
    first, second = (one["id"] for one in asked.facilitator()["agenda"])
    for member in range(6):
        answer(asked, member, "know-subject", "3")
    asked.desk.close_evaluation(asked.session, first)
    asked.item = second
    asked.desk.start_item(asked.session, second)
    for member in range(5):
        answer(asked, member, "know-subject", "1")
    asked.desk.close_session(asked.session)
    assert asked.rows("SELECT 1 FROM answer") == []
    row = counts(asked, "know-subject")
    assert row["before"]["counts"] == [0, 0, 0, 6, 0]
    assert row["after"]["counts"] == [0, 5, 0, 0, 0]
    table = list(csv.DictReader(io.StringIO(asked.desk.evaluation_csv(asked.session, second))))
    told = next(one for one in table if one["question"] == "know-subject" and one["option"] == "Quite a lot")
    assert [told[name] for name in ("before", "before_answered", "after", "after_answered")] == ["0", "6", "5", "5"]
    asked.close()


def test_results_are_seen_by_whom_the_facilitator_says(asked: Asked) -> None:
    show = asked.desk.show_evaluation
    with pytest.raises(WrongState, match="no results"):
        show(asked.session, asked.item, members=True, public=True)
    for member in range(8):
        answer(asked, member, "respect")
    asked.desk.close_evaluation(asked.session, asked.item)
    assert (asked.work("member")["results"], asked.work("hall")["results"]) == (None, None)
    show(asked.session, asked.item, members=True, public=False)
    assert counts(asked, "respect", "member")["after"]["answered"] == 8
    assert asked.work("hall")["results"] is None
    assert asked.work("hall")["people"] == 8


def test_terms_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="neither before nor after"):
        evaluation(tmp_path, 3, when="during")


def test_the_minutes_tell_counts_with_their_base(asked: Asked) -> None:
    for member in range(7):
        answer(asked, member, "respect", "0")
    asked.desk.close_evaluation(asked.session, asked.item)
    text = asked.desk.minutes(asked.session)
    assert "7 members filled in the questionnaire (after)." in text
    assert "- The other members treated me with respect. Strongly agree: 7, Agree: 0," in text
    assert "of 7 who answered, 0 skipped it." in text
    assert "- 5 questions that fewer than 5 answered." in text
    assert "Person 1" not in text
