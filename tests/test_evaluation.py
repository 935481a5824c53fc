"""The questionnaire: a file is read or refused by place, options have one order for each member, few are not told."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitation.errors import BadQuestionnaire
from facilitation.evaluation.counting import COMMENT, as_csv, counted, side_by_side
from facilitation.evaluation.questions import (
    BUILT_IN,
    SKIPPED,
    Question,
    Questionnaire,
    built_in,
    read_questionnaire,
)
from facilitation.small_numbers import K

SMALL: dict[str, Any] = {
    "title": "Short",
    "scales": {
        "agree": {"options": ["Agree", "Neither", "Disagree"], "last": ["I cannot say"]},
        "why": {"options": ["One", "Two", "Three", "Four"], "ordered": False},
    },
    "pages": [
        {
            "id": "first",
            "theme": "Theme",
            "questions": [
                {"id": "a", "words": "Well?", "scale": "agree", "asked": "both", "shuffled": True},
                {"id": "b", "words": "Why?", "scale": "why", "asked": "before", "shuffled": True},
            ],
        },
        {"id": "second", "theme": "Other", "questions": [{"id": "c", "words": "So?", "scale": "agree"}]},
    ],
}


def small(**changes: Any) -> Questionnaire:
    return read_questionnaire(json.dumps({**SMALL, **changes}).encode())


def test_the_built_in_questionnaire_has_every_theme_before_and_after() -> None:
    ours = built_in()
    assert Questionnaire.from_json(ours.as_json()) == ours
    asked = Counter(one.asked for page in ours.pages for one in page.questions)
    assert asked["both"] >= 5
    assert asked["after"] >= 20
    assert {page.id for page in ours.at("after")} == {page.id for page in ours.pages}
    assert len(ours.at("before")) < len(ours.pages)
    themes = " ".join(page.theme for page in ours.pages)
    for component in ("Process design integrity", "Deliberative experience", "Pathways to impact"):
        assert component in themes
    assert "own words" in ours.note
    assert all(one.options[-1] == "I cannot say" for page in ours.pages for one in page.questions if one.ordered)


def test_a_member_has_one_order_and_different_members_have_different_ones() -> None:
    ordered, open_order = small().pages[0].questions
    seen = {seed: ordered.order_for(seed) for seed in map(str, range(200))}
    assert set(seen.values()) == {(0, 1, 2, 3), (2, 1, 0, 3)}
    assert seen == {seed: ordered.order_for(seed) for seed in seen}
    ways = Counter(open_order.order_for(str(seed)) for seed in range(2400))
    assert len(ways) == 24
    assert min(ways.values()) > 50
    assert small().pages[1].questions[0].order_for("any") == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("", "Line 1 is not JSON"),
        ("[]", "The file is not an object"),
        ({"title": ""}, "“title” is missing"),
        ({"pages": []}, "“pages” is not a list of 1 to 20"),
        ({"pages": [{"id": "A b", "theme": "T", "questions": [SMALL["pages"][1]["questions"][0]]}]}, "no id"),
        ({"pages": [SMALL["pages"][0], SMALL["pages"][0]]}, "The page “first” is there twice"),
        ({"pages": [{"id": "x", "theme": "T", "questions": [{"id": "a", "words": "?", "scale": "no"}]}]}, "no scale"),
        (
            {"pages": [{"id": "x", "theme": "T", "questions": [{"id": "a", "words": "x" * 401, "scale": "why"}]}]},
            "Page 1, question 1: “words” is missing, or longer than 400",
        ),
        (
            {"pages": [{"id": "x", "theme": "T", "questions": [{"id": "+", "words": "x", "scale": "why"}]}]},
            "“\\+” is no id",
        ),
        (
            {
                "pages": [
                    {"id": "x", "theme": "T", "questions": [{"id": "a", "words": "x", "scale": "why", "asked": "now"}]}
                ]
            },
            "“now” is no time",
        ),
        (
            {
                "pages": [
                    {"id": "x", "theme": "T", "questions": [{"id": "a", "words": "x", "scale": "why", "shuffled": 1}]}
                ]
            },
            "“shuffled” is neither",
        ),
        ({"scales": {"agree": {"options": ["One"]}}}, "has one option"),
        ({"scales": {"agree": {"options": ["One", "one"]}}}, "“one” is there twice"),
        ({"scales": {"agree": {"options": ["x"] * 13}}}, "list of 1 to 12"),
    ],
)
def test_a_file_that_is_no_questionnaire_is_refused_by_place(change: Any, words: str) -> None:
    data = change.encode() if isinstance(change, str) else json.dumps({**SMALL, **change}).encode()
    with pytest.raises(BadQuestionnaire, match=words):
        read_questionnaire(data)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
    lambda value: json.dumps(value).encode()
))  # fmt: skip
def test_whatever_is_sent_is_read_or_refused(data: bytes) -> None:
    with pytest.raises(BadQuestionnaire):
        read_questionnaire(data)


def test_a_huge_or_deep_file_is_refused() -> None:
    for data in (b" " * 200_001, b"[" * 100_000):
        with pytest.raises(BadQuestionnaire):
            read_questionnaire(data)


def test_hostile_words_stay_words() -> None:
    words = "<script>alert(1)</script> ‏שלום 🧑‍🤝‍🧑 ŵŷ"
    row = {**SMALL["pages"][1]["questions"][0], "words": words}
    assert small(pages=[{"id": "x", "theme": "=1+1", "questions": [row]}]).pages[0].questions[0].words == words


def filled(people: int, **answers: str) -> dict[str, dict[str, str]]:
    return {f"v{number}": dict(answers) for number in range(people)}


def test_counts_have_their_base_and_what_is_not_answered_is_skipped() -> None:
    sheet = {**filled(6, a="0"), "w1": {"a": SKIPPED}, "w2": {"b": "2"}, "w3": {COMMENT: "only words"}}
    found = counted(small(), "before", sheet)
    assert (found["people"], found["told"]) == (8, True)
    assert found["questions"][0] == {
        "question": "a", "withheld": False, "counts": [6, 0, 0, 0], "answered": 6, "skipped": 2,
    }  # fmt: skip
    assert found["questions"][1] == {"question": "b", "withheld": True}
    assert [one["question"] for one in counted(small(), "after", sheet)["questions"]] == ["a", "c"]


@given(st.lists(st.sampled_from(["0", "1", "2", "3", SKIPPED, ""]), max_size=12))
def test_nothing_is_told_of_fewer_than_five_answers(values: list[str]) -> None:
    sheet = {f"v{place}": {"a": value} if value else {} for place, value in enumerate(values)}
    found = counted(small(), "after", sheet)
    answered = sum(value in "0123" and value != "" for value in values)
    assert found["told"] == (found["people"] >= K)
    if found["told"]:
        one = found["questions"][0]
        assert one["withheld"] == (answered < K)
        assert one["withheld"] or sum(one["counts"]) + one["skipped"] == found["people"]


def test_before_stands_beside_after_with_its_own_base() -> None:
    questionnaire = small()
    results = {
        "before": counted(questionnaire, "before", filled(9, a="2", b="1")),
        "after": counted(questionnaire, "after", filled(7, a="0", c="3")),
    }
    first, second = side_by_side(questionnaire, results)
    assert [row["id"] for row in (*first["questions"], *second["questions"])] == ["a", "b", "c"]
    a = first["questions"][0]
    assert (a["before"]["answered"], a["after"]["counts"]) == (9, [7, 0, 0, 0])
    assert first["questions"][1]["after"] is None
    rows = list(csv.reader(io.StringIO(as_csv(questionnaire, results))))
    assert rows[1] == ["a", "Theme", "Well?", "Agree", "0", "9", "7", "7"]
    assert rows[5] == ["a", "Theme", "Well?", "(skipped)", "0", "9", "0", "7"]
    assert len(rows) == 1 + 5 + 5 + 5


def test_no_spreadsheet_takes_words_for_a_formula() -> None:
    questionnaire = small(pages=[{"id": "x", "theme": "=1+1", "questions": [SMALL["pages"][1]["questions"][0]]}])
    table = as_csv(questionnaire, {"after": counted(questionnaire, "after", filled(5, c="0"))})
    assert ",'=1+1," in table


def test_the_order_of_options_has_one_seed_for_item_and_member() -> None:
    question = Question("q", "?", ("A", "B", "C", "D", "E"), 0, False, "after", True)
    assert question.order_for("item\nm1") == question.order_for("item\nm1")
    assert len({question.order_for(f"item\nm{number}") for number in range(50)}) > 20


def test_the_committed_file_is_the_form_that_is_read() -> None:
    assert read_questionnaire(BUILT_IN.read_bytes()) == built_in()
