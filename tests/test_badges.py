"""The square on a badge: 128 bits of its own for each seat, nothing of them at rest, void as soon as the code is."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from assemblies import Sitting
from flask import Flask
from flask.testing import FlaskClient
from houses import csrf

from facilitation.errors import LeftTheAssembly, UnknownCode
from facilitation.events import first_broken
from web.app import create_app
from web.badges import on_the_square, spoken
from web.guessing import Tries
from web.settings import Settings


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=3)


@pytest.fixture
def app(sitting: Sitting) -> Flask:
    return served(sitting, "the secret of this server")


def served(sitting: Sitting, secret: str) -> Flask:
    return create_app(sitting.desk, Settings("sqlite:///unused", secret))[0]


def squares(app: Flask, sitting: Sitting) -> list[str]:
    with app.test_request_context():
        return [on_the_square(badge.member, badge.code) for badge in sitting.desk.badges(sitting.assembly)]


def opens(app: Flask, square: str) -> object:
    with app.test_request_context():
        return spoken(square)


def joins(app: Flask, code: str) -> int:
    browser = app.test_client()
    return browser.post("/join", data={"code": code, "csrf_token": csrf(browser)}).status_code


def test_square_and_spoken_code_open_the_same_seat_by_every_way(app: Flask, sitting: Sitting) -> None:
    square, code = squares(app, sitting)[0], sitting.codes[0]
    member = sitting.desk.who_is(code)["id"]
    assert opens(app, square) == opens(app, f" {square[:7].lower()}-{square[7:]}\n") == code
    assert opens(app, code) == code
    browser: FlaskClient = app.test_client()
    assert "Person 1" in browser.get(f"/join?code={square}").text
    for sent in (square, code):
        assert joins(app, sent) == 303
        answer = browser.post("/api/join", json={"code": sent})
        assert answer.status_code == 200
        assert sitting.desk.identify(answer.json["token"]).member_id == member


def test_the_printed_square_leads_there(app: Flask, sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr("web.pages.facilitator.square", lambda link, says: drawn.append(link) or "")
    browser = app.test_client()
    link = sitting.desk.issue_link("facilitator", sitting.assembly)
    browser.post(f"/sign-in/{link}", data={"csrf_token": csrf(browser)})
    page = browser.get(f"/run/{sitting.session}/badges").text
    assert [link.partition("/join?code=")[2] for link in drawn] == squares(app, sitting)
    assert all(f"{code[:4]} {code[4:]}" in page for code in sitting.codes)
    assert not any(square in page for square in squares(app, sitting))


def test_every_seat_has_a_secret_of_its_own_of_128_bits(app: Flask, sitting: Sitting) -> None:
    secrets = [square[12:] for square in squares(app, sitting)]
    assert len(set(secrets)) == 3
    assert all(len(secret) == 26 and secret.isalnum() for secret in secrets)
    assert squares(app, sitting) == squares(app, sitting), "printed again, it is the same"


def test_one_wrong_character_opens_nothing_and_counts_as_a_guess(app: Flask, sitting: Sitting) -> None:
    first, second, _ = squares(app, sitting)
    wrong = [first[:12] + second[12:], first[:-1] + ("1" if first[-1] != "1" else "2"), "0" * 12 + first[12:]]
    for square in wrong:
        with pytest.raises(UnknownCode, match="opens no seat"):
            opens(app, square)
    statuses = [joins(app, wrong[0]) for _ in range(Tries.OF_ONE_ADDRESS + 1)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert joins(app, first) == 303, "a right one is let in whatever others try"


def test_another_server_made_another_square(app: Flask, sitting: Sitting) -> None:
    other = served(sitting, "another secret")
    with pytest.raises(UnknownCode):
        opens(other, squares(app, sitting)[0])


def test_nothing_of_a_square_stands_in_the_database(app: Flask, sitting: Sitting, tmp_path: Path) -> None:
    square = squares(app, sitting)[0]
    joins(app, square)
    with sqlite3.connect(tmp_path / "f.sqlite") as raw:
        dump = "\n".join(raw.iterdump()).upper()
    assert square[12:] not in dump
    assert square[12:] not in "".join(
        path.read_bytes().decode("latin-1").upper() for path in tmp_path.glob("f.sqlite*")
    )


def test_a_lost_badge_is_renewed_once_and_opens_nothing_any_more(app: Flask, sitting: Sitting) -> None:
    desk, old, square = sitting.desk, sitting.codes[0], squares(app, sitting)[0]
    thief = desk.join(old)
    member = thief.member["id"]
    fresh = desk.renew_code(sitting.assembly, member, old)
    assert fresh != old
    assert desk.renew_code(sitting.assembly, member, old) == fresh, "pressed twice"
    assert desk.identify(thief.token) is None
    for void in (old, square):
        assert joins(app, void) == 404
    assert opens(app, squares(app, sitting)[0]) == fresh
    kinds = [link.kind for link in sitting.links()]
    assert kinds.count("code-renewed") == 1
    assert fresh not in "".join(link.data for link in sitting.links())
    assert first_broken(sitting.assembly, sitting.links()) is None


def test_leaving_and_erasure_take_both_away(app: Flask, sitting: Sitting) -> None:
    desk, made = sitting.desk, squares(app, sitting)
    left, erased = (desk.who_is(code)["id"] for code in sitting.codes[:2])
    desk.withdraw_member(sitting.assembly, left, "own-wish")
    desk.erase_person(erased, sitting.assembly)
    assert [joins(app, square) for square in made] == [410, 404, 303]
    assert [joins(app, code) for code in sitting.codes] == [410, 404, 303]
    for member in (left, erased):
        with pytest.raises(LeftTheAssembly):
            desk.renew_code(sitting.assembly, member, "00000000")


def test_the_button_on_the_members_page(app: Flask, sitting: Sitting) -> None:
    browser = app.test_client()
    link = sitting.desk.issue_link("facilitator", sitting.assembly)
    browser.post(f"/sign-in/{link}", data={"csrf_token": csrf(browser)})
    member = sitting.desk.who_is(sitting.codes[0])["id"]
    path = f"/run/{sitting.session}/members/{member}"
    form = {"csrf_token": csrf(browser), "lost": sitting.codes[0]}
    assert f'name="lost" value="{sitting.codes[0]}"' in browser.get(path).text
    pages = [browser.post(f"{path}/new-code", data=form, follow_redirects=True).text for _ in range(2)]
    shown = [re.search(r'fm-membercode">([^<]+)<', page)[1].replace(" ", "") for page in pages]
    assert shown[0] == shown[1] != sitting.codes[0]
    assert sitting.desk.who_is(shown[0])["id"] == member
