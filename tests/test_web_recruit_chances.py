"""Somebody's chance, and the letter that says why: counted from the draw's own files, plain and public draws alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from draws import drawn, prepared
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk
from web.letters import letter, lottery_of

AGES = [{"age": "16-29"}] * 8 + [{"age": "30+"}] * 2


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def recruiter(desk: Desk) -> FlaskClient:
    return signed_in(House(desk, web_of(desk)), "recruiter")


def page_of(desk: Desk, kind: str, files: dict[str, bytes]) -> str:
    made = desk.new_recruitment("Northmoor")
    desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=8)
    draw = desk.request_draw(made, kind=kind)
    desk.start_draw(draw)
    desk.finish_draw(draw, files)
    return f"/recruit/{made}/draws/{draw}/chances"


def look_up(browser: FlaskClient, page: str, words: str) -> str:
    answer = browser.post(page, data={"csrf_token": csrf(browser), "volunteer": words})
    assert answer.status_code == 200
    return answer.text


def test_a_volunteer_is_found_by_id_or_name_and_told_why(desk: Desk, recruiter: FlaskClient) -> None:
    page = page_of(desk, "draw", drawn())
    chances = {row["id"]: row for row in csv.DictReader(io.StringIO(drawn()["chances.csv"].decode()))}
    panel = [row["id"] for row in csv.DictReader(io.StringIO(drawn()["panel.csv"].decode()))]
    shown = look_up(recruiter, page, panel[0])
    assert "1 volunteer matches" in shown
    assert ">drawn</strong>" in shown
    assert f"Chance: <strong>{round(100 * float(chances[panel[0]]['chance']), 1):g} in 100" in shown
    assert "You were one of 30 volunteers for 8 places" in shown
    assert "30 volunteers match; here are the first 20" in look_up(recruiter, page, "VOLUNTEER  ")
    assert "Nobody among the volunteers is called" in look_up(recruiter, page, "<script>")
    assert "<script>x" not in look_up(recruiter, page, "<script>x")
    assert "You were one of" not in look_up(recruiter, page, "  ")
    assert "What was somebody" in recruiter.get(page).text


@pytest.mark.parametrize("kind", ["draw", "prepare"])
def test_everyone_has_a_letter(desk: Desk, recruiter: FlaskClient, kind: str) -> None:
    page = page_of(desk, kind, drawn() if kind == "draw" else prepared())
    rows = list(csv.DictReader(io.StringIO(recruiter.get(f"{page}/letters.csv").data.decode())))
    assert len(rows) == len({row["id"] for row in rows}) == 30
    assert all(row["letter"] and "in 100" in row["chance"] for row in rows)
    assert {row["drawn"] for row in rows} == ({"yes", "no"} if kind == "draw" else {""})
    assert recruiter.get(f"{page}/letters.exe").status_code == 404
    if kind == "prepare":
        assert all(row["letter"].startswith("Your number is V0") for row in rows)


def test_what_has_no_chances_says_so(desk: Desk, recruiter: FlaskClient) -> None:
    page = page_of(desk, "draw", drawn())
    desk.erase_files(page.split("/")[2])
    assert recruiter.get(f"{page}/letters.csv").status_code == 404
    assert recruiter.post(page, data={"csrf_token": csrf(recruiter), "volunteer": "101"}).status_code == 404


@pytest.mark.parametrize(
    ("quota", "chance", "answer", "words"),
    [
        ((1, 1), Fraction(1, 8), "16-29", "at most 1 of them could be on the panel: 12.5 in 100 on average at most"),
        ((1, 2), Fraction(1, 2), "30+", "people with all of your answers together than there are"),
        ((0, 2), Fraction(1, 10), "16-29", "the quotas leave fewer places for people with all of your answers"),
        ((0, 2), Fraction(1, 5), "16-29", "the same as it would have been for everybody"),
        ((2, 2), Fraction(0), "30+", "You had no chance of being drawn"),
    ],
)
def test_the_reason_is_what_the_quotas_say(quota: tuple[int, int], chance: Fraction, answer: str, words: str) -> None:
    quotas = [{"feature": "age", "value": "16-29", "min": quota[0], "max": quota[1]}]
    assert words in letter(chance, {"age": answer}, lottery_of(2, quotas, AGES))


def test_a_wanted_answer_and_a_list_are_told_as_such() -> None:
    quotas = [{"feature": "age", "value": "30+", "min": 1, "max": 2}]
    lottery = lottery_of(2, quotas, AGES)
    told = letter(Fraction(1, 2), {"age": "30+"}, lottery)
    assert "2 volunteers answered “30+” (age), and at least 1 of them had to be on the panel: 50 in 100" in told
    listed = letter(Fraction(1), {"age": "30+", "selection": "must include"}, lottery)
    assert listed == "A list gave you a seat, so it was not drawn by lot."


def test_no_reason_contradicts_the_chance() -> None:
    """Whatever answer is named, its average limit lies on the side of the equal chance on which the chance lies."""
    rows = list(csv.DictReader(io.StringIO(drawn()["chances.csv"].decode())))
    from json import loads

    report = loads(drawn()["report.json"])
    answers = {one["id"]: dict(zip(report["features"], one["values"], strict=True)) for one in report["pool"]}
    lottery = lottery_of(8, report["quotas"], answers.values())
    for row in rows:
        told = letter(Fraction(row["chance"]), answers[row["id"]], lottery)
        assert ("at most" in told) <= (Fraction(row["chance"]) < lottery.equal)
        assert ("at least" in told) <= (Fraction(row["chance"]) > lottery.equal)


def test_of_a_draw_to_come_the_letter_speaks_of_what_is(desk: Desk, recruiter: FlaskClient) -> None:
    quotas = [{"feature": "age", "value": "16-29", "min": 1, "max": 1}]
    told = letter(Fraction(1, 8), {"age": "16-29"}, lottery_of(2, quotas, AGES), held=False)
    assert told.startswith(
        "You are one of 10 volunteers for 2 places. Your chance of being drawn is 12.5 in 100, because"
    )
    assert "at most 1 of them can be on the panel" in told
    assert told.endswith("Without quotas, everybody's chance would be 20 in 100.")
    rows = recruiter.get(f"{page_of(desk, 'prepare', prepared())}/letters.csv").data.decode()
    assert "You are one of 30" in rows
    assert "You were" not in rows
