"""Somebody's chance, and the letter that says why: counted from the draw's own files, plain and public draws alike."""

from __future__ import annotations

import csv
import io

import pytest
from draws import drawn, prepared
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk


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
    assert "30 people volunteered for 8 places" in shown
    assert "You were chosen." in shown
    assert "30 volunteers match; here are the first 20" in look_up(recruiter, page, "VOLUNTEER  ")
    assert "Nobody among the volunteers is called" in look_up(recruiter, page, "<script>")
    assert "<script>x" not in look_up(recruiter, page, "<script>x")
    assert "people volunteered for" not in look_up(recruiter, page, "  ")
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


def test_tickets_are_folded_away_under_the_chance_and_why(desk: Desk, recruiter: FlaskClient) -> None:
    shown = look_up(recruiter, page_of(desk, "prepare", prepared()), "101")
    why, _, folded = shown.partition("<details")
    assert "people volunteered for 8 places" in why
    assert "Your tickets are" not in why
    assert "Your number is V0" in folded


def test_what_has_no_chances_says_so(desk: Desk, recruiter: FlaskClient) -> None:
    page = page_of(desk, "draw", drawn())
    desk.erase_files(page.split("/")[2])
    assert recruiter.get(f"{page}/letters.csv").status_code == 404
    assert recruiter.post(page, data={"csrf_token": csrf(recruiter), "volunteer": "101"}).status_code == 404
