"""A tablet that members use one after another: the next person finds nothing of the last one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import csrf, web_of

NEEDS = [{"access needs": "quiet"}, {"access needs": ""}, {"access needs": ""}]


class Kiosk:
    """A seated assembly and one shared tablet, paired as helpers do it."""

    def __init__(self, path: Path) -> None:
        self.sitting = Sitting(path / "f.sqlite", members=3, columns=NEEDS)
        self.desk = self.sitting.desk
        self.app = web_of(self.desk)
        self.tablet = self.app.test_client()
        self.sends("/pair")
        letters = re.search(r"fm-paircode__letters\">(\w{3}) (\w{3})<", self.tablet.get("/pair").text)
        assert letters is not None
        self.pairing = letters[1] + letters[2]
        self.desk.pair_tablet(self.sitting.session, self.pairing, None)
        assert "This tablet is for everybody" in self.tablet.get("/pair").text
        self.page = self.sends("/pair/take")

    def sends(self, path: str, browser: FlaskClient | None = None, **sent: str) -> str:
        to = browser or self.tablet
        token = re.search(r'name="csrf-token" content="([^"]+)"', to.get("/pair").text)
        assert token is not None
        return to.post(path, data={"csrf_token": token[1], **sent}, follow_redirects=True).text

    def serves(self, number: int) -> str:
        assert f"Person {number + 1}" in self.sends("/kiosk/code", code=self.sitting.codes[number])
        return self.sends("/kiosk/join")

    def member(self, number: int) -> str:
        return list(self.sitting.replayed().members)[number]

    def held(self) -> str:
        """What the browser's cookie says, read past the signature."""
        with self.tablet.session_transaction() as kept:
            return str(dict(kept))


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path)


def test_the_next_person_finds_nothing_of_the_last_one(kiosk: Kiosk) -> None:
    assert "Type your code" in kiosk.page
    page = kiosk.serves(0)
    assert "quiet" in page
    assert "Others use this tablet after you." in page
    for path in ("/m", "/m/picture"):
        assert "Folkmoot-Keep" not in kiosk.tablet.get(path).headers, "no worker keeps a page of a shared tablet"
    kiosk.sends("/m/look", look="size largest")
    with kiosk.tablet.session_transaction() as kept:
        token = kept["devices"]["member"]
    assert kiosk.desk.identify(token).member_id == kiosk.member(0)
    page = kiosk.sends("/kiosk/finish")
    assert "Type your code" in page
    assert "largest" not in page
    assert kiosk.desk.identify(token) is None
    assert token not in kiosk.held()
    assert kiosk.sitting.codes[0] not in kiosk.held()
    for path in ("/m", "/m/needs", "/m/picture", "/kiosk/is-it-you", "/kiosk/idle"):
        answer = kiosk.tablet.get(path)
        assert (answer.status_code, answer.location) == (302, "/kiosk"), path
        assert "Person" not in answer.text
    assert kiosk.tablet.get("/api/screen?audience=member").status_code == 401
    assert kiosk.tablet.get("/kiosk").headers["Clear-Site-Data"] == '"storage"'
    assert "no-store" in kiosk.tablet.get("/kiosk").headers["Cache-Control"]
    page = kiosk.serves(1)
    assert "Person 2" in kiosk.tablet.get("/m").text
    assert "Person 1" not in page + kiosk.tablet.get("/m").text


def test_a_code_stands_in_no_address_and_in_no_page(kiosk: Kiosk) -> None:
    code = kiosk.sitting.codes[0]
    answer = kiosk.tablet.get(f"/join?code={code}")
    assert answer.location == "/kiosk/is-it-you"
    page = kiosk.tablet.get("/kiosk/is-it-you").text
    assert code not in page
    assert f"{code[:4]} {code[4:]}" not in page
    assert kiosk.tablet.get("/join").location == "/kiosk"
    assert "Type your code" in kiosk.tablet.get("/kiosk").text  # they walked away: the code is forgotten
    assert kiosk.tablet.get("/kiosk/is-it-you").location == "/kiosk"
    assert "Nobody has typed a code" in kiosk.sends("/kiosk/join")


def test_what_is_wrong_with_a_code_is_said_on_the_first_screen(kiosk: Kiosk) -> None:
    for wrong, words in (("", "has 8 characters"), ("<b>", "has 8 characters"), ("00000000", "Nobody here")):
        page = kiosk.sends("/kiosk/code", code=wrong)
        assert words in page
        assert "Type your code" in page
        assert "<b>" not in page
    kiosk.desk.withdraw_member(kiosk.sitting.assembly, kiosk.member(0), "other")
    assert "has left the assembly" in kiosk.sends("/kiosk/code", code=kiosk.sitting.codes[0])


def test_back_reload_and_a_second_press_do_no_harm(kiosk: Kiosk) -> None:
    kiosk.serves(0)
    assert kiosk.tablet.get("/kiosk").location == "/m", "somebody is at it"
    assert "Person 1" in kiosk.sends("/kiosk/join")
    assert "Person 1" in kiosk.sends("/kiosk/code", code=kiosk.sitting.codes[1]), "their turn is not over"
    assert "Type your code" in kiosk.sends("/kiosk/finish")
    assert "Type your code" in kiosk.sends("/kiosk/finish")


def test_their_own_tablet_has_the_seat_again_afterwards(kiosk: Kiosk) -> None:
    own = kiosk.app.test_client()
    own.post("/join", data={"code": kiosk.sitting.codes[0], "csrf_token": csrf(own)})
    page = kiosk.sends("/kiosk/code", code=kiosk.sitting.codes[0])
    assert "It waits there until you are finished here." in page
    kiosk.sends("/kiosk/join")
    assert "Your seat is now on another tablet" in own.get("/m").text
    kiosk.sends("/kiosk/finish")
    assert "Your seat is now on another tablet" not in own.get("/m").text


def test_without_scripts_a_minutes_quiet_ends_the_turn(kiosk: Kiosk) -> None:
    page = kiosk.serves(0)
    assert '<noscript><meta http-equiv="refresh" content="60; url=/kiosk/idle"></noscript>' in page
    page = kiosk.tablet.get("/kiosk/idle").text
    assert 'content="15; url=/kiosk/over"' in page
    assert "Person 1" not in re.sub(r"<title>.*?</title>", "", page)
    assert "Type your code" in kiosk.tablet.get("/kiosk/over", follow_redirects=True).text
    assert kiosk.tablet.get("/m").location == "/kiosk"


def test_who_left_the_page_for_a_paper_and_went_away_is_not_found_behind_back(kiosk: Kiosk) -> None:
    kiosk.serves(0)
    with kiosk.tablet.session_transaction() as kept:
        token = kept["devices"]["member"]
        kept["kiosk_seen"] -= 101
    assert kiosk.tablet.get("/m").location == "/kiosk"
    assert kiosk.desk.identify(token) is None
    assert "Type your code" in kiosk.tablet.get("/kiosk").text
    kiosk.serves(1)
    for _ in range(3):
        with kiosk.tablet.session_transaction() as kept:
            kept["kiosk_seen"] -= 60
        assert kiosk.tablet.get("/kiosk/alive").status_code == 200
    assert "Person 2" in kiosk.tablet.get("/m").text
    with kiosk.tablet.session_transaction() as kept:
        kept["kiosk_seen"] -= 101
    assert kiosk.tablet.get("/api/screen?audience=member").status_code == 401


def test_a_member_who_is_taken_out_and_a_tablet_that_is_unpaired_meanwhile(kiosk: Kiosk) -> None:
    kiosk.serves(0)
    kiosk.desk.withdraw_member(kiosk.sitting.assembly, kiosk.member(0), "other")
    page = kiosk.tablet.get("/m")
    assert (page.status_code, "I am finished" in page.text) == (410, True)
    assert "Type your code" in kiosk.tablet.get("/kiosk").text
    kiosk.serves(1)
    kiosk.desk.unpair_tablet(kiosk.sitting.session, kiosk.pairing)
    page = kiosk.sends("/kiosk/finish")
    assert "Set this tablet up" in page
    assert kiosk.tablet.get("/kiosk").status_code == 401
    assert kiosk.tablet.get("/m").location == "/join"


def test_a_sealed_vote_is_refused_and_a_changeable_one_is_said_to_be_final(kiosk: Kiosk) -> None:
    kiosk.serves(1)
    round_id = kiosk.sitting.open_round(conduct={"secrecy": "sealed"})
    page = kiosk.tablet.get("/m").text
    assert "This vote is not possible on a shared tablet" in page
    assert "data-ballot" not in page
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token is not None
    sent = {"X-CSRF-Token": token[1]}
    answer = kiosk.tablet.post(f"/api/rounds/{round_id}/token", json={"blinded": "00"}, headers=sent)
    assert (answer.status_code, answer.json["error"]) == (409, "shared-tablet")
    kiosk.desk.cancel_round(round_id, "practice")
    kiosk.sitting.open_round(conduct={"changeable": True})
    page = kiosk.tablet.get("/m").text
    assert "cannot be changed once it is sent" in page
    assert "data-change-offer" not in page


def test_a_tablet_that_becomes_shared_forgets_whose_it_was(kiosk: Kiosk) -> None:
    browser = kiosk.app.test_client()
    browser.post("/join", data={"code": kiosk.sitting.codes[0], "csrf_token": csrf(browser)})
    page = kiosk.sends("/pair", browser)
    letters = re.search(r"letters\">(\w{3}) (\w{3})<", page)
    assert letters is not None
    kiosk.desk.pair_tablet(kiosk.sitting.session, letters[1] + letters[2], None)
    assert "Type your code" in kiosk.sends("/pair/take", browser)
    assert browser.get("/m").location == "/kiosk"
