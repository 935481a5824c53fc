"""Impossible quotas on the recruiter's page: repairs applied, quotas locked, and the editions that stay to be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from halls import ROOT
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk, QuotasChange
from facilitation.errors import NotFound, WrongState

POOL, QUOTAS = ((ROOT / "fixtures" / "impossible" / f"{part}.csv").read_bytes() for part in ("pool", "quotas"))


@pytest.fixture
def recruiter(desk: Desk) -> FlaskClient:
    return signed_in(House(desk, web_of(desk)), "recruiter")


@pytest.fixture
def made(desk: Desk) -> str:
    recruitment = desk.new_recruitment("Impossible")
    desk.put_files(recruitment, pool=("p.csv", POOL), quotas=("q.csv", QUOTAS), size=8)
    return recruitment


def sent(browser: FlaskClient, path: str, **fields: object):
    return browser.post(path, data={"csrf_token": csrf(browser), **fields})


def offered(page: str) -> list[tuple[str, str]]:
    """The doors of the repairs that the page offers, each with its sentence."""
    return re.findall(r'action="([^"]+/repairs/\w+)".*?repair: ([^<]+)</span>', page, re.S)


def test_a_repair_is_applied_and_checked_again(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = recruiter.get(f"/recruit/{made}").text
    assert "No panel can meet these quotas" in page
    door, sentence = next((door, words) for door, words in offered(page) if "panel of" not in words)
    answer = sent(recruiter, door, edition="1")
    assert (answer.status_code, answer.location) == (303, f"/recruit/{made}")
    after = recruiter.get(answer.location).text
    assert "These quotas can be met" in after
    assert f"applied a repair: {sentence}" in after
    found = desk.recruitment(made)
    assert [(one.number, one.actor.partition(":")[0]) for one in found.editions] == [(1, "staff"), (2, "recruiter")]
    assert recruiter.get(f"/recruit/{made}/quotas/1").data == QUOTAS
    assert recruiter.get(f"/recruit/{made}/quotas/2").data == desk.files(made)["quotas"][1] != QUOTAS
    for number in ("3", "0", "-1", "one", "9" * 30):
        assert recruiter.get(f"/recruit/{made}/quotas/{number}").status_code == 404


def test_a_repair_may_be_another_size(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    genders = b"feature,value,min,max\ngender,Woman,4,4\ngender,Man,4,4\n"
    desk.put_files(made, pool=("p.csv", POOL), quotas=("q.csv", genders), size=11)
    sizes = [(door, words) for door, words in offered(recruiter.get(f"/recruit/{made}").text) if "panel of" in words]
    assert [words for _, words in sizes] == ["a panel of 8 would work with these quotas"]
    assert sent(recruiter, sizes[0][0], edition="2").status_code == 303
    assert desk.recruitment(made).size == 8
    assert desk.files(made)["quotas"][1] == genders
    assert "These quotas can be met" in recruiter.get(f"/recruit/{made}").text


def test_sent_twice_or_from_an_old_page_it_is_done_once(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    door = offered(recruiter.get(f"/recruit/{made}").text)[0][0]
    assert sent(recruiter, door).status_code == 400
    assert sent(recruiter, door, edition="one").status_code == 400
    assert sent(recruiter, door, edition="7").status_code == 409
    assert sent(recruiter, f"/recruit/{made}/repairs/abcdef", edition="1").status_code == 409
    assert desk.recruitment(made).edition == 1
    assert sent(recruiter, door, edition="1").status_code == 303
    again = sent(recruiter, door, edition="1")
    assert again.status_code == 409
    assert "There is a problem" in again.text
    assert desk.recruitment(made).edition == 2
    assert sent(recruiter, "/recruit/nothing/repairs/abc", edition="1").status_code == 404


def test_no_repair_touches_a_locked_quota(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = recruiter.get(f"/recruit/{made}").text
    touched = [words for _, words in offered(page) if "age=16-29" in words]
    assert touched
    place = page.index("age: 16-29</span>")
    number = re.findall(r'name="locked" value="(\d+)"', page[:place])[-1]
    assert sent(recruiter, f"/recruit/{made}/locks", edition="1", locked=[number]).status_code == 303
    page = recruiter.get(f"/recruit/{made}").text
    assert "locked age=16-29" in page
    assert page.count(" checked>") == 1
    assert not [words for _, words in offered(page) if "age=16-29" in words]
    assert sent(recruiter, f"/recruit/{made}/locks", edition="1", locked=["0"]).status_code == 409
    assert sent(recruiter, f"/recruit/{made}/locks", edition="2").status_code == 303
    assert " checked>" not in recruiter.get(f"/recruit/{made}").text
    assert desk.recruitment(made).editions[-1].what == "unlocked all quotas"


def test_sums_that_cannot_be_met_are_told_and_repaired(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    desk.put_files(made, pool=("p.csv", POOL), quotas=("q.csv", QUOTAS.replace(b"Woman,4,4", b"Woman,5,5")), size=8)
    page = recruiter.get(f"/recruit/{made}").text
    assert "Everything to mend" in page
    assert offered(page)


def test_nothing_is_offered_for_files_that_cannot_be_read(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    desk.put_files(made, pool=("p.csv", b"no pool"), quotas=("q.csv", QUOTAS), size=8)
    assert offered(recruiter.get(f"/recruit/{made}").text) == []
    for door in ("repairs/abc", "locks"):
        assert sent(recruiter, f"/recruit/{made}/{door}", edition="2").status_code == 409
    bare = desk.new_recruitment("Without files")
    assert sent(recruiter, f"/recruit/{bare}/locks", edition="0").status_code == 409


def test_editions_follow_uploads_and_are_erased_with_the_files(desk: Desk, made: str, tmp_path: Path) -> None:
    desk.put_files(made, pool=("p.csv", POOL + b"\n"), quotas=("q.csv", QUOTAS), size=8)
    assert desk.recruitment(made).edition == 1
    desk.put_files(made, pool=("p.csv", POOL), quotas=("q.csv", QUOTAS + b"\n"), size=8)
    assert desk.recruitment(made).edition == 2
    draw = desk.request_draw(made)
    with pytest.raises(WrongState):
        desk.change_quotas(made, QuotasChange("meddled", b"x"), seen=2)
    desk.cancel_draw(draw)
    desk.erase_files(made)
    with pytest.raises(NotFound):
        desk.quotas_edition(made, 1)
    desk.close()
    assert all(b"gender,Woman,4,4" not in path.read_bytes() for path in tmp_path.iterdir())
