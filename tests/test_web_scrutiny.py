"""The scrutineer's and the observer's pages over HTTP: what each may open, and a round from the papers to the hall."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk

SPEC = {"title": "Trams?", "rule": "yes-no", "conduct": {"scrutiny": True}}


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk), "Scrutiny")


@pytest.fixture
def round_id(house: House) -> str:
    made = house.desk.create_round(house.seated.session_id, SPEC)
    house.desk.open_round(made)
    return made


@pytest.fixture
def scrutineer(house: House) -> FlaskClient:
    return signed_in(house, "scrutineer")


def numbers_of(house: House, round_id: str, copies: int = 3) -> list[str]:
    return house.desk.printed_papers(round_id, house.desk.print_papers(round_id, copies))


class Typist:
    """Sends the scrutineer's forms."""

    def __init__(self, house: House, browser: FlaskClient, round_id: str) -> None:
        self.house, self.browser, self.round = house, browser, round_id
        self.page = f"/scrutiny/{house.seated.session_id}"
        self.members = [one.id for one in house.desk.members(house.seated.assembly_id)]

    def sends(self, door: str, **form: object):
        sent = {"csrf_token": csrf(self.browser), **form}
        return self.browser.post(f"{self.page}/rounds/{self.round}/{door}", data=sent)

    def first(self, number: str, choice: str = "yes", **more: object):
        return self.sends("first", number=number, channel="paper", kind="filled", choice=choice, **more)

    def second(self, number: str, member: int, choice: str = "yes", **more: object):
        return self.sends("second", number=number, member=self.members[member], kind="filled", choice=choice, **more)


@pytest.fixture
def typist(house: House, scrutineer: FlaskClient, round_id: str) -> Typist:
    return Typist(house, scrutineer, round_id)


# ------------------------------------------------------------------------------------------------ who may


GUESTS = ("observer", "scrutineer")


@pytest.mark.parametrize("role", GUESTS)
def test_a_link_leads_to_the_page_of_the_role(house: House, role: str) -> None:
    browser = house.browser()
    code = house.desk.issue_link(role, house.seated.assembly_id)
    answer = browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(browser)})
    home = {"scrutineer": "scrutiny", "observer": "observe"}[role]
    assert answer.location == f"/{home}/{house.seated.session_id}"
    assert browser.get(answer.location).status_code == browser.get(f"/{home}", follow_redirects=True).status_code == 200


def test_the_console_gives_links_to_scrutineers_and_observers_only(house: House) -> None:
    browser = signed_in(house, "facilitator")
    path = f"/run/{house.seated.session_id}/links"
    for role in GUESTS:
        page = browser.post(path, data={"csrf_token": csrf(browser), "role": role}).text
        link = re.search(r"/sign-in/(\w+)", page)
        assert link is not None
        known = house.desk.identify(house.desk.redeem_link(link[1]))
        assert known is not None
        assert (known.role, known.assembly_id) == (role, house.seated.assembly_id)
    assert browser.post(path, data={"csrf_token": csrf(browser), "role": "recruiter"}).status_code == 400


def test_a_scrutineer_of_another_assembly_stays_outside(house: House, typist: Typist) -> None:
    stranger = House(house.desk, house.app, "Another")
    browser = signed_in(stranger, "scrutineer")
    for path in (typist.page, f"/run/{house.seated.session_id}/rounds/{typist.round}/paper"):
        assert browser.get(path).status_code == 403
    sent = {"csrf_token": csrf(browser)}
    assert browser.post(f"{typist.page}/rounds/{typist.round}/confirm", data=sent).status_code == 403


def test_a_held_result_is_for_those_who_hold_the_vote(house: House, typist: Typist) -> None:
    house.desk.close_round(typist.round)
    console = signed_in(house, "facilitator").get(f"/run/{house.seated.session_id}").text
    assert "Wait for the scrutineer to confirm the close" in console
    typist.sends("confirm")
    path = f"/api/rounds/{typist.round}/result"
    status = {
        role: house.browser().get(path, headers={"Authorization": f"Bearer {token}"}).status_code
        for role, token in house.tokens.items()
    }
    held = {"member": 409, "display": 409, "observer": 409, "recruiter": 403, "host": 403, "kiosk": 403} | {
        "administrator": 403,
        "staff": 403,
    }
    assert status == {**held, "facilitator": 200, "scrutineer": 200}
    observer = signed_in(house, "observer").get(f"/observe/{house.seated.session_id}").text
    assert "No count is published yet" in observer
    assert "The vote is counted. Its result will be shown soon." in observer
    house.desk.show_result(typist.round)
    browser = signed_in(house, "observer")
    page = browser.get(f"/observe/{house.seated.session_id}").text
    assert "Published counts" in page
    assert "How it is counted" not in page  # the result is there; how to fill in a ballot is no longer of use
    published = re.search(r'href="(/counts/[^"]+)"', page)
    assert published is not None
    assert browser.get(published[1]).status_code == browser.get(f"{published[1]}/bundle.json").status_code == 200


# ------------------------------------------------------------------------------------------------ the walk


def test_from_the_papers_to_the_hall(house: House, typist: Typist) -> None:
    yes, spoilt, wrong = numbers_of(house, typist.round)
    assert typist.first(yes.lower().replace("-", " ")).location == f"{typist.page}?done=first"
    assert typist.second(yes, 0).location == f"{typist.page}?done=second"
    assert "Both typings agree" in typist.browser.get(f"{typist.page}?done=second").text
    typist.sends("first", number=spoilt, channel="phone", kind="spoilt")
    typist.sends("second", number=spoilt, kind="spoilt", member=typist.members[1])
    typist.first(wrong)
    house.desk.close_round(typist.round)
    for page in (f"/hall/{house.tokens['display']}", "/m"):
        browser = house.browser()
        browser.post("/join", data={"csrf_token": csrf(browser), "code": house.codes[0]})
        assert "The vote has ended. The count is being checked by the scrutineer." in browser.get(page).text
    refused = typist.sends("confirm")
    assert refused.status_code == 409
    assert f"waits for the second typing: {wrong}" in refused.text
    typist.sends("strike", number=wrong, reason="Torn")
    assert typist.sends("confirm").location == f"{typist.page}?done=confirm"
    assert typist.sends("confirm").status_code == 409
    assert "the hall has not seen this yet" in typist.browser.get(typist.page).text
    assert typist.sends("countersign").location == f"{typist.page}?done=countersign"
    assert typist.sends("recount", reason="A member asked").location == f"{typist.page}?done=same"
    page = typist.browser.get(typist.page).text
    assert "Countersigned at" in page
    assert "the same result" in page
    result = house.desk.result(typist.round, held_too=True)
    assert (result["counts"]["yes"], result["spoilt"], result["cast"]) == (1, 1, 2)
    actors = {row["actor"] for row in house.desk.journal(house.seated.assembly_id) if row["kind"] != "member-arrived"}
    assert any(actor.startswith("scrutineer:") for actor in actors)


def test_a_disagreement_has_its_code_and_shows_neither_typing(house: House, typist: Typist) -> None:
    number = numbers_of(house, typist.round)[0]
    typist.first(number, "yes")
    answer = typist.second(number, 0, "no")
    assert answer.status_code == 409
    assert "The two typings of this ballot are not the same. Both are void now." in answer.text
    assert number not in answer.text
    assert not re.search(r'name="choice" value="\w+" checked', answer.text)
    headers = {"Authorization": f"Bearer {house.tokens['scrutineer']}"}
    base = f"/scrutiny/{house.seated.session_id}/rounds/{typist.round}"
    typist.first(number, "yes")
    body = {"number": number, "member": typist.members[0], "choice": "no"}
    told = house.browser().post(f"{base}/second", json=body, headers=headers)
    assert (told.status_code, told.json["error"]) == (409, "papers-disagree")
    assert "yes" not in told.text


def test_the_page_never_shows_what_was_typed_the_first_time(house: House, typist: Typist) -> None:
    number = numbers_of(house, typist.round)[0]
    typist.first(number, "no")
    page = typist.browser.get(typist.page).text
    assert number in page
    assert not re.search(r'name="choice" value="\w+" checked', page)


def test_a_paper_is_found_in_the_published_count_by_the_number_on_its_stub(house: House, typist: Typist) -> None:
    number = numbers_of(house, typist.round)[0]
    typist.first(number, "no")
    typist.second(number, 1, "no")
    house.desk.cast_ballot(typist.round, typist.members[0], "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "yes")
    house.desk.close_round(typist.round)
    typist.sends("confirm")
    house.desk.show_result(typist.round)
    bundle = json.loads(house.browser().get(f"/counts/{typist.round}/bundle.json").data)
    ballots = {one["tracker"]: one for one in bundle["body"]["ballots"]}
    assert ballots[number]["choice"] == "no"
    assert len({frozenset(one) for one in ballots.values()}) == 1, "nothing tells the paper from the tablet"
    assert len({len(tracker) for tracker in ballots}) == 1


@pytest.mark.parametrize(
    ("door", "form", "code"),
    [
        ("first", {"number": "K7QF", "choice": "yes"}, "bad-paper-number"),
        ("first", {"number": "NEVER", "choice": "yes"}, "bad-paper-number"),
        ("first", {"choice": "maybe"}, "bad-ballot"),
        ("first", {}, "bad-ballot"),
        ("first", {"choice": "yes", "channel": "pigeon"}, "bad-request"),
        ("second", {"choice": "yes", "member": "0"}, "paper-typed"),
        ("second", {"choice": "yes"}, "bad-request"),
        ("strike", {"reason": "Torn"}, "paper-typed"),
        ("confirm", {}, "no-result-yet"),
        ("countersign", {}, "no-result-yet"),
        ("recount", {"reason": "Why not"}, "no-result-yet"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_code(
    house: House, typist: Typist, door: str, form: dict[str, str], code: str
) -> None:
    body = {"number": numbers_of(house, typist.round)[0]} if door in ("first", "second", "strike") else {}
    if form.get("number") == "NEVER":
        form = {**form, "number": "0000-0000"}
    headers = {"Authorization": f"Bearer {house.tokens['scrutineer']}"}
    path = f"{typist.page}/rounds/{typist.round}/{door}"
    answer = house.browser().post(path, json={**body, **form}, headers=headers)
    assert answer.json["error"] == code
    assert answer.json["remedy"]
    assert house.desk.papers(typist.round).waiting == ()


def test_a_refused_typing_comes_back_with_what_this_typist_typed(house: House, typist: Typist) -> None:
    number = numbers_of(house, typist.round)[0]
    answer = typist.second(number, 1, "no")
    assert answer.status_code == 409
    assert f'value="{number}"' in answer.text
    assert 'name="choice" value="no" checked' in answer.text


def test_who_was_helped_says_so_by_plain_form_and_only_the_turnout_keeps_it(house: House, round_id: str) -> None:
    for code, form in zip(house.codes, ({"assisted": "1"}, {}), strict=True):
        browser = house.browser()
        browser.post("/join", data={"csrf_token": csrf(browser), "code": code})
        checked = browser.post(f"/m/rounds/{round_id}/check", data={"csrf_token": csrf(browser), "choice": "yes"})
        key = re.search(r'name="key" value="([^"]+)"', checked.text)
        assert key is not None
        assert 'name="assisted"' in checked.text
        sent = {"csrf_token": csrf(browser), "key": key[1], "choice": "yes", **form}
        assert browser.post(f"/m/rounds/{round_id}/ballot", data=sent).status_code == 303
    assert house.desk.turnout_by_channel(round_id) == {"assisted": 1, "tablet": 1}
    assert "assisted" not in str(house.desk.journal(house.seated.assembly_id))


# ------------------------------------------------------------------------------------------------ printing


def test_papers_are_made_by_a_press_and_looked_at_again(house: House, typist: Typist) -> None:
    for browser in (signed_in(house, "facilitator"), typist.browser):
        path = f"/run/{house.seated.session_id}/rounds/{typist.round}/paper"
        before = house.desk.papers(typist.round).out
        assert "How it will look" in browser.get(path).text
        assert house.desk.papers(typist.round).out == before
        made = browser.post(path, data={"csrf_token": csrf(browser), "copies": "4", "large": "1"})
        assert made.location.startswith(f"{path}?sheet=")
        page = browser.get(made.location).text
        assert page.count("fm-paper--large") == 4
        numbers = set(re.findall(r'data-paper="([^"]+)"', page))
        assert len(numbers) == 4
        assert numbers == set(re.findall(r'data-paper="([^"]+)"', browser.get(made.location).text))
        assert all(page.count(number) == 3 for number in numbers), "for programs, on the stub, and on the ballot"
        refused = browser.post(path, data={"csrf_token": csrf(browser), "copies": "9999"})
        assert (refused.status_code, "1 to 500" in refused.text) == (400, True)


def test_a_paper_says_who_will_know_and_which_question_it_is_for(house: House) -> None:
    browser = signed_in(house, "facilitator")
    for conduct, words in (
        ({}, "Your name is not on this paper"),
        ({"secrecy": "open"}, "This vote is by name"),
        ({"practice": True}, "Practice: this ballot counts for nothing"),
        ({"publish": "root"}, "only four words that fix them all"),
    ):
        made = house.desk.create_round(house.seated.session_id, {**SPEC, "conduct": conduct})
        page = browser.get(f"/run/{house.seated.session_id}/rounds/{made}/paper").text
        assert words in page
        assert house.desk.round(made).hash[:4] in page
