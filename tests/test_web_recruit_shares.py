"""Quotas from a census, lists of those who are decided upon, and ideas of fair, on the recruiter's pages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from halls import ROOT
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk
from web.jobs import HueyJobs
from web.settings import Settings

SMALL = ROOT / "fixtures" / "small"
CENSUS = b"feature,value,percent\ngender,Woman,51\ngender,Man,49\narea,North,62.5\narea,South,37.5\n"


@pytest.fixture
def recruiter(desk: Desk) -> FlaskClient:
    return signed_in(House(desk, web_of(desk)), "recruiter")


@pytest.fixture
def made(desk: Desk) -> str:
    return desk.new_recruitment("Northmoor")


def with_files(desk: Desk, made: str) -> str:
    files = {part: (f"{part}.csv", (SMALL / f"{part}.csv").read_bytes()) for part in ("pool", "quotas")}
    desk.put_files(made, **files, size=8)
    return made


def sent(browser: FlaskClient, path: str, **fields: object):
    files = {name: (io.BytesIO(data), f"{name}.csv") for name, data in fields.items() if isinstance(data, bytes)}
    return browser.post(path, data={"csrf_token": csrf(browser), **fields, **files})


# ------------------------------------------------------------------------------------------------ shares


def test_shares_become_quotas_with_a_sentence_for_each(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{made}/shares"
    assert "Upload the shares" in recruiter.get(page).text
    assert sent(recruiter, page, shares=CENSUS, size="8", slack="", flex="1").status_code == 303
    shown = recruiter.get(page).text
    assert "51 % of 8 is 4.08: 4 to 5." in shown
    assert desk.files(made) == {}
    answer = sent(recruiter, f"{page}/use", edition="0")
    assert (answer.status_code, answer.location) == (303, f"/recruit/{made}")
    assert desk.files(made)["quotas"][1].startswith(b"feature,value,min,max,min_flex,max_flex\ngender,Woman,4,5,3,6\n")
    found = desk.recruitment(made)
    assert (found.size, found.editions[0].what) == (8, "made from shares.csv, panel of 8, slack 0, flex 1")
    assert sent(recruiter, f"{page}/use", edition="0").status_code == 409
    assert sent(recruiter, f"{page}/use").status_code == 400
    assert "The quotas are ready." in recruiter.get(f"/recruit/{made}").text
    pool = (SMALL / "pool.csv").read_bytes()
    assert sent(recruiter, f"/recruit/{made}/files", pool=pool, size="8", household="").status_code == 303
    assert set(desk.files(made)) == {"pool", "quotas"}
    assert desk.recruitment(made).edition == 1
    pool = (SMALL / "pool.csv").read_bytes()
    assert sent(recruiter, f"/recruit/{made}/files", pool=pool, size="8", household="").status_code == 303
    assert "These quotas can be met" in recruiter.get(f"/recruit/{made}").text


def test_the_pool_is_held_against_the_shares(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{with_files(desk, made)}/shares"
    census = b"feature,value,percent\ngender,Woman,50\ngender,Man,40\ngender,Other,10\nincome,high,100\n"
    sent(recruiter, page, shares=census, size="20", slack="0", flex="0")
    shown = recruiter.get(page).text
    assert "To look at" in shown
    assert "The pool does not say who has which income" in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"size": "8"}, "file of the shares is missing"),
        ({"shares": CENSUS, "size": ""}, "The size must be a whole number from 1"),
        ({"shares": CENSUS, "size": "0"}, "The size must be a whole number from 1"),
        ({"shares": CENSUS, "size": "8", "slack": "-1"}, "The slack must be a whole number from 0"),
        ({"shares": CENSUS, "size": "8", "flex": "some"}, "whole number"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_kept(
    desk: Desk, recruiter: FlaskClient, made: str, fields: dict, words: str
) -> None:
    answer = sent(recruiter, f"/recruit/{made}/shares", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert desk.aside(made) == {}
    assert sent(recruiter, f"/recruit/{made}/shares/use", edition="0").status_code == 409


def test_every_fault_of_a_census_is_told_with_its_place(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{made}/shares"
    sent(recruiter, page, shares=b"feature,value,percent\ngender,Woman,51\ngender,Man,x\nage,16-29,20\n", size="8")
    shown = recruiter.get(page).text
    assert "Everything to mend in shares.csv" in shown
    assert "row 3" in shown
    assert "Use these quotas" not in shown
    assert sent(recruiter, f"{page}/use", edition="0").status_code == 409
    sent(recruiter, page, shares=b"\x00\x01", size="8")
    assert "Everything to mend" in recruiter.get(page).text


# ------------------------------------------------------------------------------------------------ lists and fairness


def test_lists_are_kept_checked_and_forgotten(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{with_files(desk, made)}"
    form = {"size": "8", "household": "", "exclude_by": ""}
    ids = [line.split(b",")[0] for line in (SMALL / "pool.csv").read_bytes().splitlines()[1:3]]
    sent(recruiter, f"{page}/files", **form, include=b"id\n" + ids[0] + b"\n", exclude=b"id\n" + ids[1] + b"\n")
    assert {"include", "exclude"} <= set(desk.files(made))
    shown = recruiter.get(page).text
    assert "Now: include.csv." in shown
    assert "1 of the 30 volunteers" in shown
    sent(recruiter, f"{page}/files", **form, exclude=b"id\n" + ids[0] + b"\n")
    assert "There is a problem with the files" in recruiter.get(page).text
    sent(recruiter, f"{page}/files", **form, **{"no-exclude": "1"})
    assert "exclude" not in desk.files(made)
    assert "These quotas can be met" in recruiter.get(page).text
    assert desk.recruitment(made).edition == 1


@pytest.mark.slow
def test_a_draw_keeps_its_lists_and_its_idea_of_fair(desk: Desk, tmp_path: Path, made: str) -> None:
    with_files(desk, made)
    rows = (SMALL / "pool.csv").read_text(encoding="utf-8").splitlines()
    ids = [row.split(",")[0] for row in rows[1:3]]
    files = {part: (f"{part}.csv", (SMALL / f"{part}.csv").read_bytes()) for part in ("pool", "quotas")}
    lists = {"include": ("a.csv", f"id\n{ids[0]}\n".encode()), "exclude": ("b.csv", f"id\n{ids[1]}\n".encode())}
    desk.put_files(made, **files, size=8, more=lists)
    jobs = HueyJobs(desk, Settings(f"sqlite:///{tmp_path / 'house.sqlite'}", "secret"))
    draw = desk.request_draw(made, options={"fairness": "maximin"})
    jobs._run(draw)
    assert desk.draw(draw).state == "done", desk.draw(draw).error
    panel = {line.split(",")[0] for line in desk.draw_files(draw)["panel.csv"].decode().splitlines()[1:]}
    assert ids[0] in panel
    assert ids[1] not in panel
    assert b'"fairness":"maximin"' in desk.draw_files(draw)["certificate.json"].replace(b" ", b"")


def test_an_idea_of_fair_that_is_not_offered_is_refused(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{with_files(desk, made)}"
    for door in ("draw", "prepare"):
        answer = sent(recruiter, f"{page}/{door}", fairness="luck", tickets="1000", decides="dice")
        assert answer.status_code == 400
        assert "That idea of fairness is not offered" in answer.text
    assert desk.recruitment(made).draws == ()


def test_the_pages_offer_every_idea_of_the_lottery_house() -> None:
    from sortition.objectives import FAIRNESS as KNOWN
    from web.recruit.recruitments import FAIRNESS

    assert [name for name, *_ in FAIRNESS] == list(KNOWN)


@pytest.mark.slow
def test_a_draw_that_is_told_enough_comes_to_its_end(desk: Desk, tmp_path: Path, made: str) -> None:
    large = ROOT / "fixtures" / "climate_assembly"
    files = {part: (f"{part}.csv", (large / f"{part}.csv").read_bytes()) for part in ("pool", "quotas")}
    desk.put_files(made, **files, size=50)
    jobs = HueyJobs(desk, Settings(f"sqlite:///{tmp_path / 'house.sqlite'}", "secret"))
    draw = desk.request_draw(made)
    for _ in range(2):
        desk.enough(draw)
    jobs._run(draw)
    assert desk.draw(draw).state == "done", desk.draw(draw).error
    assert len(desk.draw_files(draw)["panel.csv"].splitlines()) == 51


def test_enough_is_refused_once_a_draw_has_ended(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    draw = desk.request_draw(with_files(desk, made))
    door = f"/recruit/{made}/draws/{draw}/enough"
    for _ in range(2):
        assert sent(recruiter, door).status_code == 303
    assert "best lottery found so far" in recruiter.get(f"/recruit/{made}/draws/{draw}").text
    desk.cancel_draw(draw)
    assert sent(recruiter, door).status_code == 409
