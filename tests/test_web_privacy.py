"""The privacy page, the accessibility statement, the impact assessment and the record: made of what is configured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of
from marked import Marked

SAID = {
    "name": "Northmoor Combined Authority",
    "address": "1 Moor Lane, Northmoor",
    "email": "data@northmoor.example",
    "officer": "Head of Law",
    "complaints": "complaints@northmoor.example",
    "accessibility": "access@northmoor.example",
}


@pytest.fixture
def world(tmp_path: Path) -> Marked:
    return Marked(Sitting(tmp_path / "f.sqlite"))


@pytest.fixture
def house(world: Marked) -> House:
    return House(world.sitting.desk, web_of(world.sitting.desk))


@pytest.fixture
def recruiter(house: House) -> FlaskClient:
    return signed_in(house, "recruiter")


def say(browser: FlaskClient, **said: str):
    return browser.post("/recruit/authority", data={"csrf_token": csrf(browser), **said})


def test_pages_say_what_is_missing_and_pretend_nothing(house: House, recruiter: FlaskClient) -> None:
    page = house.browser().get("/privacy").text
    assert "has not said here who it is" in page
    assert "has not said here where complaints go" in page
    assert "Within 30 days we tell you that we have your complaint" in page
    assert "30 days after the members are confirmed" in page
    assert "Nobody who uses a screen reader" in house.browser().get("/accessibility").text
    assert "still missing" in recruiter.get("/recruit/authority").text
    assert recruiter.get("/recruit/dpia").text.count("Not said yet") >= 6


def test_what_is_said_stands_on_every_page_made_of_it(house: House, recruiter: FlaskClient) -> None:
    form = recruiter.get("/recruit/authority").text
    assert 'value="So that the assembly is like the people of the area in this."' in form
    columns = dict(re.findall(r'name="(column-\d+)" value="([^"]*)"', form))
    assert set(columns.values()) == {"id", "name", "email", "phone", "address", "postcode", "gender", "age"}
    reasons = {name.replace("column", "why"): f"Because of {column}." for name, column in columns.items()}
    assert say(recruiter, **SAID, **columns, **reasons).status_code == 303
    page = house.browser().get("/privacy").text
    for text in (SAID["name"], SAID["address"], SAID["officer"], "Because of gender."):
        assert text in page
    assert f'href="mailto:{SAID["complaints"]}?subject=' in page
    assert SAID["accessibility"] in house.browser().get("/accessibility").text
    for path in ("dpia", "processing", "dpia.html", "processing.html"):
        assert SAID["name"] in recruiter.get(f"/recruit/{path}").text
        assert "Because of postcode." in recruiter.get(f"/recruit/{path}").text
    assert "attachment" in recruiter.get("/recruit/dpia.html").headers["Content-Disposition"]
    house.desk.set_periods({"volunteers": "1"})
    assert "1 day after the members are confirmed" in house.browser().get("/privacy").text


@pytest.mark.parametrize(("field", "text"), [("email", "nobody"), ("address", "x" * 1001)])
def test_what_cannot_be_is_refused_and_keeps_the_rest(recruiter: FlaskClient, field: str, text: str) -> None:
    refused = say(recruiter, **{**SAID, field: text})
    assert refused.status_code == 400
    assert SAID["name"] in refused.text
    assert "has not said here who it is" in recruiter.get("/privacy").text


def test_what_is_said_is_text_and_never_a_script(house: House, recruiter: FlaskClient) -> None:
    say(recruiter, name="<script>alert(1)</script>", complaints="javascript:alert(1)")
    page = house.browser().get("/privacy").text
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


def test_in_welsh_only_the_authoritys_own_words_are_its_own(house: House, recruiter: FlaskClient) -> None:
    form = recruiter.get("/recruit/authority").text
    columns = dict(re.findall(r'name="(column-\d+)" value="([^"]*)"', form))
    reasons = dict(re.findall(r'name="(why-\d+)" type="text" value="([^"]*)"', form))
    assert len(reasons) == len(columns)
    say(recruiter, **SAID, **columns, **reasons)
    browser = house.browser()
    browser.post("/m/look", data={"look": "language cy", "back": "/", "csrf_token": csrf(browser)})
    page = browser.get("/privacy").text
    assert "Eich preifatrwydd" in page
    assert "30 diwrnod ar ôl cadarnhau’r aelodau" in page
    assert "Fel bod y cynulliad yn debyg i bobl yr ardal yn hyn o beth." in page
    assert "Datganiad hygyrchedd" in browser.get("/accessibility").text


def test_every_page_has_the_two_at_its_foot(house: House, recruiter: FlaskClient) -> None:
    session = house.seated.session_id
    facilitator = signed_in(house, "facilitator")
    member = house.browser()
    member.post("/join", data={"code": house.codes[1], "csrf_token": csrf(member)})
    pages = {"/": member, "/join": house.browser(), "/m": member, "/counts": member, "/recruit": recruiter}
    pages |= {f"/run/{session}": facilitator, f"/run/{session}/agenda": facilitator, "/recruit/personal": recruiter}
    for path, browser in pages.items():
        foot = browser.get(path, follow_redirects=True).text.partition('<footer class="fm-footer">')[2]
        assert 'href="/privacy"' in foot, path
        assert 'href="/accessibility"' in foot, path
