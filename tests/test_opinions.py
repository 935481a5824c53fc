"""Opinions: groups that are there are found, what is told follows the definitions, and small groups are not shown."""

from __future__ import annotations

import json
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from facilitation.cli import main
from facilitation.errors import BadOpinions
from facilitation.opinions.groups import _silhouette
from facilitation.opinions.groups import opinion_map as groups_of
from facilitation.opinions.picture import Table, draw
from facilitation.opinions.telling import Said, majority, opinions_of
from facilitation.opinions.votes import Votes, read_votes
from facilitation.small_numbers import K
from web.charts.opinion_map import opinion_map


def camps(people: int, statements: int, camps: int, seed: int) -> tuple[Votes, np.ndarray, np.ndarray]:
    """People of some camps who mostly say what their camp says; all agree on the first tenth of the statements."""
    chance = np.random.default_rng(seed)
    lines = chance.choice([-1, 1], size=(camps, statements))
    lines[:, : max(1, statements // 10)] = 1
    camp_of = chance.integers(camps, size=people)
    marks = lines[camp_of]
    other = chance.random((people, statements)) < 0.15
    marks[other] = chance.choice([-1, 0, 1], size=int(other.sum()))
    marks[chance.random((people, statements)) < 0.3] = 9
    ids = tuple(f"p{number}" for number in range(people))
    return Votes(ids, tuple(f"s{number}" for number in range(statements)), marks.astype(np.int8)), camp_of, lines


@pytest.mark.parametrize(("people", "statements", "number"), [(60, 20, 2), (60, 24, 3), (400, 60, 3), (2000, 100, 2)])
def test_camps_that_are_there_are_found(people: int, statements: int, number: int) -> None:
    votes, camp_of, lines = camps(people, statements, number, seed=people)
    found = opinions_of(votes)
    assert found.map is not None
    assert found.map.groups == number
    shared = [[int(((camp_of == c) & (found.map.group_of == g)).sum()) for g in range(number)] for c in range(number)]
    assert sum(map(max, shared)) >= people * 95 // 100
    agreed_by_all = set(np.flatnonzero((lines == 1).all(axis=0)).tolist())
    assert {place for place, _ in found.uniting} <= agreed_by_all


def test_twelve_people_and_ten_statements_are_enough() -> None:
    marks = np.array([[1] * 5 + [-1] * 5] * 6 + [[1] * 2 + [-1] * 3 + [1] * 5] * 6, dtype=np.int8)
    votes = Votes(tuple(map(str, range(12))), tuple(f"s{n}" for n in range(10)), marks)
    found = opinions_of(votes)
    assert found.map is not None
    assert found.map.group_of.tolist() == [0] * 6 + [1] * 6
    assert [place for place, _ in found.uniting] == [0, 1]
    assert found.uniting[0][1] == Fraction(7, 8) ** 2
    assert {one.statement for one in found.typical[0]} <= set(range(2, 10))


def test_what_is_told_follows_the_definitions() -> None:
    said = Said(agree=8, disagree=1, passed=1, voted=10)
    assert said.chance(agree=True) == Fraction(9, 12)
    assert said.sureness(agree=True) == pytest.approx(2 * sqrt(11) * (9 / 11 - 0.5))
    marks = np.array([[1, 1, -1]] * 6 + [[-1, 1, 1]] * 6, dtype=np.int8)
    found = opinions_of(Votes(tuple("abcdefghijkl"), ("one", "two", "three"), marks))
    first = found.typical[0][0]
    assert (first.statement, first.agrees, first.times) == (0, True, Fraction(7, 8) / Fraction(1, 8))
    # by hand: half sure: 2 √7 (7/7 − ½) = √7; two proportions: (7/7 − 1/7) ÷ √(8/14 · 6/14 · 2/7)
    assert first.strength == pytest.approx(7 * sqrt(7) * (6 / 7) / sqrt(8 / 14 * 6 / 14 * 2 / 7))


def test_a_statement_that_one_group_rejects_does_not_unite() -> None:
    marks = np.array([[1, 1]] * 30 + [[-1, 1]] * 6, dtype=np.int8)
    found = opinions_of(Votes(tuple(map(str, range(36))), ("most", "all"), marks))
    assert [place for place, _ in found.uniting] == [1]


def test_the_silhouette_is_that_of_the_definition() -> None:
    chance = np.random.default_rng(5)
    points, labels = chance.random((40, 2)), np.array([n % 3 for n in range(40)])
    widths = []
    for i in range(40):
        to = {g: [np.hypot(*(points[i] - points[j])) for j in range(40) if labels[j] == g and j != i] for g in range(3)}
        a = np.mean(to[labels[i]])
        b = min(np.mean(to[g]) for g in range(3) if g != labels[i])
        widths.append((b - a) / max(a, b))
    assert _silhouette(points, labels) == pytest.approx(np.mean(widths))


@pytest.mark.parametrize("least", [5, 7])
def test_small_groups_are_not_shown(least: int) -> None:
    marks = np.array([[1, 1, 1, 1]] * 20 + [[-1, -1, -1, 1]] * (least - 1), dtype=np.int8)
    votes = Votes(tuple(map(str, range(19 + least))), tuple("abcd"), marks)
    found = opinions_of(votes, least)
    assert found.map is None
    assert found.groups == ()
    assert f"fewer than {least}" in found.why_no_groups
    assert found.as_json()["groups"] == []


def test_nobody_is_put_into_a_group_for_saying_little_and_straight_liners_are_counted() -> None:
    votes, *_ = camps(60, 20, 2, seed=1)
    marks = votes.marks.copy()
    marks[0] = 9
    marks[0, :6] = 1
    marks[1] = 1
    found = opinions_of(Votes(votes.people, votes.statements, marks))
    assert found.map is not None
    assert found.map.group_of[:2].tolist() == [-1, -1]
    assert found.straight == ("p1",)
    assert found.as_json()["straight_liners"] == 1


def test_nobody_differs_or_nobody_votes() -> None:
    same = Votes(tuple(map(str, range(10))), ("a", "b"), np.ones((10, 2), dtype=np.int8))
    none = Votes(tuple(map(str, range(10))), ("a", "b"), np.full((10, 2), 9, dtype=np.int8))
    for votes in (same, none):
        assert groups_of(votes) is None
        assert "Too few" in opinions_of(votes).why_no_groups


def test_the_same_votes_give_the_same_picture() -> None:
    votes, *_ = camps(80, 20, 3, seed=4)
    copied = Votes(votes.people, votes.statements, votes.marks.copy())
    assert opinions_of(votes).as_json() == opinions_of(copied).as_json()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no votes"),
        ("id,a\n", "no votes"),
        ("id,a\n1,maybe\n", "Row 2, “a”: “maybe” is no vote"),
        ("id,a\n1,1\n1,0\n", "Row 3: “1” is no id"),
        ("id,a\n,1\n", "Row 2: “” is no id"),
        ("id,\n1,1\n", "Column 2 has no statement"),
        ("id\n1\n", "1 people and 0 statements"),
        ('id,a\n1,"1\n', "cannot be read as CSV"),
        ("id,a\n1,2\n", "no vote"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_place(text: str, words: str) -> None:
    with pytest.raises(BadOpinions, match=words):
        read_votes(text.encode())


def test_the_command_tells_groups_and_counts(tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    lines = ["agree,1,-1,disagree"] * 6 + ["agree,-1,1,agree"] * 6
    rows = [f"p{number},4,{line}" for number, line in enumerate(lines)]
    file.write_text("participant,n-votes,More buses,Tolls,Parking,Trams\n" + "\n".join(rows) + "\n")
    ran = CliRunner().invoke(main, ["opinions", str(file)])
    assert ran.exit_code == 0, ran.output
    assert "Group 1: 6 people" in ran.output
    assert "12 of 12 agree: More buses" in ran.output
    told = json.loads(CliRunner().invoke(main, ["opinions", str(file), "--json"]).output)
    assert told["statements"][0] == {
        "text": "More buses", "agree": 12, "disagree": 0, "pass": 0, "voted": 12,
        "groups": [{"agree": 6, "disagree": 0, "pass": 0, "voted": 6}] * 2,
    }  # fmt: skip
    assert "p3" not in json.dumps(told)
    refused = CliRunner().invoke(main, ["opinions", str(tmp_path / "none.csv")])
    assert (refused.exit_code, "Remedy" in refused.output) == (1, True)


def rows_of(votes: Votes) -> list[str]:
    letters = {1: "+", -1: "-", 0: "0", 9: "."}
    return ["".join(letters[int(mark)] for mark in row) for row in votes.marks]


def pictured(votes: Votes, *, straight: bool = False) -> dict[str, Any]:
    return draw(Table(votes.statements, rows_of(votes), straight))


def test_what_most_say_is_told_for_agreeing_and_for_disagreeing() -> None:
    marks = np.array([[1, -1, 0, 1]] * 40 + [[1, -1, 0, -1]] * 40, dtype=np.int8)
    found = opinions_of(Votes(tuple(map(str, range(80))), tuple("abcd"), marks))
    assert majority(found.everyone, agree=True) == (0,)
    assert majority(found.everyone, agree=False) == (1,)


def test_the_picture_is_the_same_in_whatever_order_the_answers_lie() -> None:
    votes, *_ = camps(60, 20, 2, seed=9)
    rows = rows_of(votes)
    backwards = draw(Table(votes.statements, rows[::-1]))
    assert json.dumps(backwards) == json.dumps(draw(Table(votes.statements, rows)))
    assert [group["name"] for group in backwards["groups"]] == ["A", "B"]
    assert sum(count for *_, count in backwards["map"]["fields"]) == backwards["grouped"]
    assert all(0 <= x < 24 and 0 <= y < 16 for x, y, *_ in backwards["map"]["fields"])
    assert backwards["groups"][0]["typical"][0]["here"][1] >= K


@pytest.mark.parametrize(("people", "rows"), [(0, []), (4, ["+-0"] * 4), (4, ["+-0"] * 4 + ["..."] * 30)])
def test_of_fewer_than_five_people_nothing_is_told(people: int, rows: list[str]) -> None:
    told = draw(Table(("a", "b", "c"), rows))
    assert (told["people"], told["statements"], told["groups"], told["map"]) == (people, [], [], None)
    assert "Fewer than 5" in told["why_no_groups"]


def test_without_statements_there_is_a_picture_that_says_so() -> None:
    assert "no statements" in draw(Table((), ["", ""]))["why_no_groups"]


def test_all_pass_and_eleven_people() -> None:
    told = draw(Table(tuple("abcdefgh"), ["0" * 8] * 11))
    assert (told["people"], told["groups"], told["majority"]) == (11, [], {"agree": [], "disagree": []})
    assert told["statements"][0] == {
        "statement": "a", "withheld": False, "agree": 0, "disagree": 0, "pass": 11, "voted": 11, "groups": [],
    }  # fmt: skip


def test_with_fewer_than_seven_statements_there_is_no_map_since_a_place_would_tell_the_answers() -> None:
    few = draw(Table(tuple("abcdef"), ["+++---"] * 8 + ["---+++"] * 8))
    assert [group["people"] for group in few["groups"]] == [8, 8]
    assert few["map"] is None
    assert draw(Table(tuple("abcdefg"), ["+++---+"] * 8 + ["---+++-"] * 8))["map"] is not None


def test_straight_liners_are_in_groups_only_if_that_is_wished() -> None:
    rows = ["++++----"] * 10 + ["----++++"] * 10 + ["++++++++"] * 6
    without, with_them = draw(Table(tuple("abcdefgh"), rows)), draw(Table(tuple("abcdefgh"), rows, straight=True))
    assert (without["grouped"], without["people"], without["base"]) == (20, 26, "everyone")
    assert with_them["grouped"] == 26


@pytest.mark.parametrize("seed", range(30))
def test_nothing_can_be_subtracted_that_is_of_one_to_four_people(seed: int) -> None:
    """Whoever knows the totals, the groups and the sizes takes each from the others, and never reaches few people."""
    chance = np.random.default_rng(seed)
    votes, *_ = camps(int(chance.integers(12, 60)), int(chance.integers(7, 14)), 2 + seed % 2, seed)
    marks = votes.marks.copy()
    marks[chance.random(marks.shape) < (0.1, 0.5, 0.75)[seed % 3]] = 9
    marks[: seed % 6] = 1
    told = pictured(Votes(votes.people, votes.statements, marks))
    rest = told["people"] - told["grouped"]
    assert told["base"] == "everyone" or 0 < rest < K
    for one in told["statements"]:
        if one["withheld"]:
            assert set(one) == {"statement", "withheld"}
            continue
        shown = [group for group in one["groups"] if group is not None]
        assert all(group["voted"] == 0 or group["voted"] >= K for group in shown)
        left = one["voted"] - sum(group["voted"] for group in shown)
        assert one["voted"] >= K
        assert left == 0 or left >= K
        if told["base"] == "groups" and len(shown) == len(told["groups"]):
            assert left == 0
    hidden = {one["statement"] for one in told["statements"] if one["withheld"] or None in one.get("groups", [])}
    assert not hidden & {one["statement"] for one in told["uniting"]}
    assert not hidden & {one["statement"] for group in told["groups"] for one in group["typical"]}


def test_few_of_a_group_who_answered_a_statement_are_withheld_with_others() -> None:
    votes, camp_of, _ = camps(60, 12, 2, seed=2)
    marks = votes.marks.copy()
    marks[np.flatnonzero(camp_of == 0)[3:], 11] = 9
    marks[np.flatnonzero(camp_of == 0)[:3], 11] = 1
    marks[camp_of == 1, 11] = -1
    told = pictured(Votes(votes.people, votes.statements, marks))
    assert len(told["groups"]) == 2
    one = told["statements"][11]
    shown = [group["voted"] for group in one["groups"] if group is not None]
    assert len(shown) < 2
    assert one["voted"] - sum(shown) >= K, "few of a group hide among others"
    assert "s11" not in {one["statement"] for group in told["groups"] for one in group["typical"]}


def test_where_few_are_in_no_group_totals_are_of_the_people_in_groups() -> None:
    rows = ["++++----"] * 10 + ["----++++"] * 10 + ["++++++++"] * 3
    told = draw(Table(tuple("abcdefgh"), rows))
    assert (told["people"], told["grouped"], told["base"]) == (23, 20, "groups")
    assert told["statements"][0]["voted"] == 20
    assert draw(Table(tuple("abcdefgh"), rows[:20]))["statements"] == told["statements"]


def test_the_map_has_a_mark_for_everyone_and_shares_marks_where_there_are_too_many() -> None:
    picture = draw(Table(tuple("abcdefgh"), ["++++----"] * 10 + ["----++++"] * 8))
    found = opinion_map(picture)
    assert found is not None
    assert (len(found.marks), found.each, [one.name for one in found.letters]) == (18, 1, ["A", "B"])
    assert all(0 < mark.x < found.width and 0 < mark.y < found.height for mark in found.marks)
    assert len({(mark.x, mark.y) for mark in found.marks}) == 18
    crowd = opinion_map(draw(Table(tuple("abcdefgh"), ["++++----"] * 100 + ["----++++"] * 80)))
    assert crowd is not None
    assert crowd.each == 9
    assert len(crowd.marks) == 12 + 9
    assert opinion_map(draw(Table(("a",), ["+"] * 9))) is None
