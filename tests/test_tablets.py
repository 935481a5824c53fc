"""Tablets that change hands: a seat taken over and back, tablets paired by a helper, and how all that can go wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from assemblies import Sitting, ballot_key
from flask.testing import FlaskClient
from houses import csrf, web_of

from facilitation.codes import ALPHABET
from facilitation.desk.tablets import MOST_WAITING, PAIRING_MINUTES
from facilitation.errors import (
    BadCode,
    Busy,
    LeftTheAssembly,
    NotAMember,
    NotNow,
    PairingOver,
    UnknownCode,
)


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=4)


def first(sitting: Sitting, place: int = 0) -> str:
    return list(sitting.replayed().members)[place]


def test_a_seat_is_in_use_on_one_tablet_and_both_have_one_vote(sitting: Sitting) -> None:
    desk = sitting.desk
    old = desk.join(sitting.codes[0])
    member = str(old.member["id"])
    assert desk.who_is(sitting.codes[0])["tablet"] == desk.identify(old.token).token_id
    new = desk.join(sitting.codes[0])
    assert (desk.identify(old.token).parked, desk.identify(new.token).parked) == (True, False)
    assert desk.screen(desk.identify(old.token))["you"]["elsewhere"]
    round_id = sitting.open_round()
    receipt = desk.cast_ballot(round_id, member, ballot_key(1), "yes")
    assert desk.cast_ballot(round_id, member, ballot_key(1), "yes") == receipt
    assert desk.turnout(round_id) == 1
    desk.take_back(member, desk.identify(old.token).token_id)
    assert (desk.identify(old.token).parked, desk.identify(new.token).parked) == (False, True)
    other = desk.join(sitting.codes[1])
    assert not desk.identify(other.token).parked
    assert not desk.identify(old.token).parked, "another member's tablet is another matter"


def test_a_tablet_is_paired_once_and_takes_its_token_once(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    member = first(sitting)
    secret, code = desk.wait_to_be_paired()
    assert len(code) == 6
    assert desk.waiting_tablet(secret).role is None
    with pytest.raises(PairingOver, match="not paired"):
        desk.take_pairing(secret)
    desk.pair_tablet(session, code.lower()[:3] + " " + code[3:], member)
    with pytest.raises(PairingOver, match="paired already for Person 1"):
        desk.pair_tablet(session, code, first(sitting, 1))
    assert desk.waiting_tablet(secret).member["name"] == "Person 1"
    assert member not in sitting.replayed().sessions[session].present
    joined = desk.take_pairing(secret)
    assert desk.identify(joined.token).member_id == member
    assert member in sitting.replayed().sessions[session].present
    with pytest.raises(PairingOver):
        desk.take_pairing(secret)
    assert desk.waiting_tablet(secret) is None
    assert [(one.name, one.taken, one.in_use) for one in desk.paired_tablets(session)] == [("Person 1", True, True)]
    assert desk.unpair_tablet(session, code) == member
    assert desk.unpair_tablet(session, code) is None
    assert desk.identify(joined.token) is None
    assert desk.paired_tablets(session) == []
    assert "Person" not in "".join(link.data for link in sitting.links())
    assert secret not in str(sitting.rows("SELECT * FROM pairing"))


def test_what_is_wrong_with_a_code_is_said(sitting: Sitting) -> None:
    desk, session, member = sitting.desk, sitting.session, first(sitting)
    secret, code = desk.wait_to_be_paired()
    wrong = code[:-1] + next(sign for sign in ALPHABET if sign != code[-1])
    with pytest.raises(BadCode, match="cannot be right"):
        desk.pair_tablet(session, wrong, member)
    with pytest.raises(BadCode, match="has 6 characters; this one has 8"):
        desk.pair_tablet(session, sitting.codes[0], member)
    with pytest.raises(BadCode):
        desk.join(code)
    with pytest.raises(NotAMember):
        desk.pair_tablet(session, code, "nobody")
    _, known = desk.wait_to_be_paired()
    desk.unpair_tablet(session, code)  # nobody has paired it in this session: nothing to undo
    desk.pair_tablet(session, known, member)
    desk.unpair_tablet(session, known)
    with pytest.raises(UnknownCode, match="No tablet shows"):
        desk.pair_tablet(session, known, member)
    sitting.clock.go_on(60 * PAIRING_MINUTES + 1)
    with pytest.raises(PairingOver, match="older than 10 minutes"):
        desk.pair_tablet(session, code, member)
    assert desk.waiting_tablet(secret) is None
    _, fresh = desk.wait_to_be_paired()
    assert len(sitting.rows("SELECT * FROM pairing")) == 1, "who waited in vain is forgotten"
    desk.close_session(session)
    with pytest.raises(NotNow):
        desk.pair_tablet(session, fresh, member)


def test_what_was_paired_and_not_taken_runs_out_as_well(sitting: Sitting) -> None:
    desk = sitting.desk
    secret, code = desk.wait_to_be_paired()
    desk.pair_tablet(sitting.session, code, first(sitting))
    sitting.clock.go_on(60 * PAIRING_MINUTES + 1)
    with pytest.raises(PairingOver):
        desk.take_pairing(secret)


def test_a_member_who_leaves_meanwhile_gets_no_tablet(sitting: Sitting) -> None:
    desk, member = sitting.desk, first(sitting)
    secret, code = desk.wait_to_be_paired()
    desk.pair_tablet(sitting.session, code, member)
    desk.withdraw_member(sitting.assembly, member, "own-wish")
    with pytest.raises(NotAMember):
        desk.take_pairing(secret)
    secret, code = desk.wait_to_be_paired()
    desk.pair_tablet(sitting.session, code, first(sitting, 1))
    token = desk.take_pairing(secret).token
    desk.withdraw_member(sitting.assembly, first(sitting, 1), "own-wish")
    assert desk.identify(token) is None
    with pytest.raises(LeftTheAssembly):
        desk.say_farewell(token)


def test_a_hall_full_of_tablets_may_wait_and_no_more(sitting: Sitting) -> None:
    for _ in range(MOST_WAITING):
        sitting.desk.wait_to_be_paired()
    with pytest.raises(Busy, match="Too many tablets"):
        sitting.desk.wait_to_be_paired()


def test_another_assemblys_helper_cannot_take_a_paired_tablet(sitting: Sitting) -> None:
    desk = sitting.desk
    other = desk.seat("Another assembly", [{"id": "x", "name": "Xan"}])
    _, code = desk.wait_to_be_paired()
    desk.pair_tablet(sitting.session, code, first(sitting))
    with pytest.raises(UnknownCode):
        desk.pair_tablet(other.session_id, code, None)
    assert desk.unpair_tablet(other.session_id, code) is None


# ------------------------------------------------------------------------------------------------------ on the pages


class Hall:
    """Browsers before one seated assembly."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting, self.app = sitting, web_of(sitting.desk)

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def joins(self, number: int) -> FlaskClient:
        browser = self.browser()
        self.sends(browser, "/join", code=self.sitting.codes[number])
        return browser

    def staff(self, role: str = "facilitator") -> FlaskClient:
        browser = self.browser()
        self.sends(browser, f"/sign-in/{self.sitting.desk.issue_link(role, self.sitting.assembly)}")
        return browser

    def sends(self, browser: FlaskClient, path: str, **sent: str) -> str:
        return browser.post(path, data={"csrf_token": csrf(browser), **sent}, follow_redirects=True).text

    def waits(self) -> tuple[FlaskClient, str]:
        """A tablet that shows its letters."""
        tablet = self.browser()
        letters = re.search(r"fm-paircode__letters\">(\w{3}) (\w{3})<", self.sends(tablet, "/pair"))
        assert letters is not None
        return tablet, letters[1] + letters[2]


def test_the_second_tablet_asks_and_the_first_says_so_and_takes_the_seat_back(sitting: Sitting) -> None:
    hall = Hall(sitting)
    old = hall.joins(0)
    assert "take it over" not in old.get(f"/join?code={sitting.codes[0]}").text, "it is this very tablet"
    new = hall.browser()
    page = new.get(f"/join?code={sitting.codes[0]}").text
    assert "This seat is in use on another tablet. Take it over?" in page
    assert "Person 1" in hall.sends(new, "/join", code=sitting.codes[0])
    page = old.get("/m").text
    assert "Your seat is now on another tablet" in page
    assert "Your seat is now on another tablet" in old.get("/m/picture").text
    assert old.get("/m/needs").location == "/m"
    assert old.get("/m/items/anything").location == "/m"
    assert "another tablet" not in hall.sends(old, "/m/take-back")
    assert "Your seat is now on another tablet" in new.get("/m").text
    sitting.desk.withdraw_member(sitting.assembly, first(sitting), "own-wish")
    assert "You have left this assembly" in old.get("/m").text


def test_a_helper_gives_a_tablet_by_plain_forms(sitting: Sitting) -> None:
    hall = Hall(sitting)
    tablet, code = hall.waits()
    assert f"/run/pair?code={code}".encode() not in tablet.get("/pair").data, "the square is drawn, not written"
    assert tablet.get("/pair/state").json == {"state": "waiting"}
    assert re.search(r"letters\">(\w{3}) (\w{3})<", hall.sends(tablet, "/pair"))[0].endswith(f"{code[:3]} {code[3:]}<")
    helper, path = hall.staff(), f"/run/{sitting.session}/pair"
    assert helper.get(f"/run/pair?code={code}").location == f"{path}?code={code}"
    assert f'value="{code}"' in helper.get(f"{path}?code={code}").text
    member = first(sitting)
    assert "Choose a member" in hall.sends(helper, path, code=code)
    page = hall.sends(helper, path, code="XYZ", who=member)
    assert "has 6 characters" in page
    assert f'value="{member}" selected' in page
    assert "is this <bdi>Person 1</bdi>?" in hall.sends(helper, path, code=code, who=member)
    assert "paired already for Person 1" in hall.sends(hall.staff(), path, code=code, who=first(sitting, 1))
    assert tablet.get("/pair/state").json == {"state": "paired"}
    assert "Is this you?" in tablet.get("/pair").text
    assert "Person 1" in hall.sends(tablet, "/pair/take")
    assert "Person 1" in tablet.get("/m").text
    assert "not paired, or no longer" in hall.sends(tablet, "/pair/take")
    hall.sends(helper, f"{path}/{code}/unpair")
    assert tablet.get("/m").location == "/join"
    display = sitting.desk.issue_token("display", sitting.assembly, sitting.session)
    assert code not in hall.browser().get(f"/hall/{display}").text


def test_who_is_not_the_one_shows_other_letters(sitting: Sitting) -> None:
    hall = Hall(sitting)
    tablet, code = hall.waits()
    hall.sends(hall.staff(), f"/run/{sitting.session}/pair", code=code, who=first(sitting))
    page = hall.sends(tablet, "/pair/again")
    assert "Show this to a helper" in page
    assert f"{code[:3]} {code[3:]}" not in page
    sitting.clock.go_on(60 * PAIRING_MINUTES + 1)
    assert "not good any more" in tablet.get("/pair").text
    assert tablet.get("/pair/state").json == {"state": "over"}


def test_guessing_letters_is_limited_and_only_helpers_may(sitting: Sitting) -> None:
    hall = Hall(sitting)
    helper, path = hall.staff(), f"/run/{sitting.session}/pair"
    _, spent = hall.waits()
    hall.sends(helper, path, code=spent, who=first(sitting))
    hall.sends(helper, f"{path}/{spent}/unpair")
    told = [hall.sends(helper, path, code=spent, who=first(sitting)) for _ in range(31)]
    assert "No tablet shows this code" in told[0]
    assert "Too many unknown codes" in told[-1]
    _, code = hall.waits()
    assert "is this <bdi>" in hall.sends(helper, path, code=code, who=first(sitting)), "a right one is let in at once"
    for role in ("observer", "scrutineer"):
        assert hall.staff(role).get(path).status_code == 403
    assert hall.joins(1).get(path).status_code == 403
    assert hall.browser().get(path).status_code == 401


def test_a_host_gives_tablets_at_their_own_table_alone(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite", members=2, columns=[{"table": "1"}, {"table": "2"}])
    hall = Hall(sitting)
    host, path = hall.browser(), f"/run/{sitting.session}/pair"
    hall.sends(host, f"/sign-in/{sitting.desk.issue_link('host', sitting.assembly, table=2)}")
    page = host.get(path).text
    assert "Person 2" in page
    assert "Person 1" not in page
    assert "Many share it" not in page
    _, code = hall.waits()
    for who in (first(sitting), "shared"):
        assert "members of their own table" in hall.sends(host, path, code=code, who=who)
    assert "is this <bdi>Person 2</bdi>?" in hall.sends(host, path, code=code, who=first(sitting, 1))
    _, other = hall.waits()
    hall.sends(hall.staff(), path, code=other, who=first(sitting))
    assert "members of their own table" in hall.sends(host, f"{path}/{other}/unpair")
    assert [one.name for one in sitting.desk.paired_tablets(sitting.session)].count("Person 1") == 1
    assert "is this" not in hall.sends(host, f"{path}/{code}/unpair")
    assert "Give a tablet to a member" in host.get(f"/host/{sitting.session}").text
    assert host.get(f"/run/{sitting.session}").status_code == 403
