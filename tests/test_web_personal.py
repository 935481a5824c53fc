"""Recruiters see what goes when, find a person, give out what is held, and erase; nobody else does any of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from assemblies import Sitting
from click.testing import CliRunner
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of
from marked import QUOTAS, Marked, marks_of, number_of

from facilitation.desk import Desk
from web.personal.cli import people
from web.personal.subject import MOST_FOUND


@pytest.fixture
def world(tmp_path: Path) -> Marked:
    return Marked(Sitting(tmp_path / "f.sqlite"))


@pytest.fixture
def recruiter(world: Marked) -> FlaskClient:
    desk: Desk = world.sitting.desk
    return signed_in(House(desk, web_of(desk)), "recruiter")


def sent(browser: FlaskClient, path: str, **form: str):
    return browser.post(path, data={"csrf_token": csrf(browser), **form})


def test_the_page_tells_what_goes_when_and_deletes_what_is_due(world: Marked, recruiter: FlaskClient) -> None:
    page = recruiter.get("/recruit/personal").text
    assert "5 April 2027" in page
    assert "is not closed, and has no day" in page
    assert sent(recruiter, "/recruit/personal/periods", volunteers="0", contacts="x").status_code == 400
    assert world.sitting.desk.periods().volunteers == 30
    kept = {"volunteers": "0", "contacts": "10", "names": "20", "unseated": "30"}
    assert sent(recruiter, "/recruit/personal/periods", **kept).status_code == 303
    assert world.sitting.desk.periods().as_json() == {name: int(days) for name, days in kept.items()}
    assert sent(recruiter, "/recruit/personal/due", word="").status_code == 400
    assert "pool" in world.sitting.desk.files(world.recruitment)
    assert sent(recruiter, "/recruit/personal/due", word="Delete ").status_code == 303
    assert list(world.sitting.desk.files(world.recruitment)) == ["quotas"]
    for draw in world.draws:  # the pages of a draw whose people are gone still open
        assert recruiter.get(f"/recruit/{world.recruitment}/draws/{draw}").status_code == 200
    assert recruiter.get(f"/recruit/{world.recruitment}").status_code == 200
    assert recruiter.get(f"/recruit/assemblies/{world.seated.assembly_id}").status_code == 200


def test_a_form_whose_page_is_gone_says_so(world: Marked, recruiter: FlaskClient) -> None:
    """The word was not typed, and the page to type it on again is nobody’s: not found, and nothing broke."""
    nobody = f"m.{world.seated.assembly_id}.nobody"
    for word in ("", "erase"):
        assert sent(recruiter, f"/recruit/personal/erase/{nobody}", word=word).status_code == 404


def test_a_person_is_found_given_out_and_erased(world: Marked, recruiter: FlaskClient) -> None:
    drawn = world.drawn[0]
    marks = marks_of(number_of(drawn))
    assert sent(recruiter, "/recruit/personal/find", wanted="q").status_code == 400
    assert "Nobody is found" in sent(recruiter, "/recruit/personal/find", wanted="nobody at all").text
    handle = f"v.{world.recruitment}.{drawn}"
    assert f"/recruit/personal/of/{handle}" in sent(recruiter, "/recruit/personal/find", wanted=marks[1]).text
    page = recruiter.get(f"/recruit/personal/of/{handle}").text
    assert marks[2] in page
    assert f"<bdi>{marks[0]}</bdi></span>What is held of this person" in page
    given = recruiter.get(f"/recruit/personal/held.json/{handle}")
    assert "attachment" in given.headers["Content-Disposition"]
    assert json.loads(given.data)["as a member"][0]["name"] == marks[0]
    assert marks[0] in recruiter.get(f"/recruit/personal/held.html/{handle}").text
    assert recruiter.get(f"/recruit/personal/held.exe/{handle}").status_code == 404
    refused = sent(recruiter, f"/recruit/personal/erase/{handle}", word="yes")
    assert refused.status_code == 400
    assert "was not typed" in refused.text
    assert sent(recruiter, f"/recruit/personal/erase/{handle}", word="erase").status_code == 303
    page = recruiter.get(f"/recruit/personal/of/{handle}").text
    assert not [mark for mark in marks if mark in page]
    for path in (
        f"/recruit/assemblies/{world.seated.assembly_id}",
        f"/recruit/{world.recruitment}",
        *(f"/recruit/{world.recruitment}/draws/{draw}" for draw in world.draws),
        *(f"/recruit/{world.recruitment}/draws/{draw}/chances" for draw in world.draws),
    ):
        opened = recruiter.get(path)
        assert opened.status_code == 200, path
        assert not [mark for mark in marks if mark in opened.text]
    assert recruiter.get("/recruit/personal/of/v.nowhere.x").status_code == 404


@pytest.mark.parametrize("name", ["Somebody, Toto Llewelynz".upper(), "2026-99-99T99:99:99.999Z"])
def test_what_people_wrote_is_no_moment_though_it_looks_like_one(
    world: Marked, recruiter: FlaskClient, name: str
) -> None:
    desk = world.sitting.desk
    more = desk.new_recruitment("Another")
    pool = f'id,name,gender,age\nv1,"{name}",Woman,young\n'.encode()
    desk.put_files(more, pool=("pool.csv", pool), quotas=("quotas.csv", QUOTAS), size=1)
    page = recruiter.get(f"/recruit/personal/of/v.{more}.v1")
    assert page.status_code == 200
    assert f"<bdi>{name}</bdi>" in page.text


@pytest.mark.parametrize("role", ["member", "facilitator", "scrutineer", "observer", "display"])
def test_nobody_else_sees_what_is_held(world: Marked, role: str) -> None:
    house = House(world.sitting.desk, web_of(world.sitting.desk))
    headers = {"Authorization": f"Bearer {house.tokens[role]}", "Accept": "application/json"}
    for path in ("", f"/of/v.{world.recruitment}.v1", f"/held.json/v.{world.recruitment}.v1"):
        answer = house.browser().get(f"/recruit/personal{path}", headers=headers)
        assert answer.status_code == 403
        assert b"mark" not in answer.data.lower()


def test_a_recruiter_of_one_assembly_finds_nobody_of_another(world: Marked) -> None:
    desk = world.sitting.desk
    house = House(desk, web_of(desk))
    handle = f"v.{world.recruitment}.{world.drawn[0]}"
    for assembly, status in ((house.seated.assembly_id, 404), (world.seated.assembly_id, 200)):
        headers = {"Authorization": f"Bearer {desk.issue_token('recruiter', assembly)}", "Accept": "application/json"}
        browser = house.browser()
        assert browser.get(f"/recruit/personal/of/{handle}", headers=headers).status_code == status
        page = browser.post("/recruit/personal/find", data={"wanted": marks_of(1)[1]}, headers=headers)
        assert (marks_of(1)[0] in page.text) is (status == 200)


def test_a_crowd_elsewhere_hides_nobody_from_the_recruiter_of_one_assembly(
    world: Marked, recruiter: FlaskClient
) -> None:
    """What is shown is cut after people of others are left out, and whoever looks is told how many more there are."""
    desk = world.sitting.desk
    crowd = "".join(f"c{n},Zebulon {n},Woman,young\n" for n in range(MOST_FOUND + 1))
    for title in ("Earlier by its name", "Zulu"):
        other = desk.new_recruitment(title)
        pool = f"id,name,gender,age\n{crowd}".encode()
        desk.put_files(other, pool=("pool.csv", pool), quotas=("quotas.csv", QUOTAS), size=1)
    headers = {"Authorization": f"Bearer {desk.issue_token('recruiter', world.seated.assembly_id)}"}
    own = web_of(desk).test_client()
    page = own.post("/recruit/personal/find", data={"wanted": "zebulon"}, headers=headers).text
    assert [mark for mark in map(marks_of, range(12)) if mark[0] not in page] == []
    assert "more" not in page.partition('id="found"')[2].partition("What is deleted when")[0]
    everyone = sent(recruiter, "/recruit/personal/find", wanted="zebulon").text
    assert everyone.count("/recruit/personal/of/") == MOST_FOUND
    assert f"Only the first {MOST_FOUND} are shown, and there are 64 more." in everyone
    done = CliRunner().invoke(people, ["person", "find", "--database", world.sitting.database, "zebulon"])
    assert done.stdout.count("\n") == MOST_FOUND
    assert done.stderr == f"Only the first {MOST_FOUND} are shown of 114. Remedy: Type more of the name.\n"
