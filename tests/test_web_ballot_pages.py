"""The plain pages of ballots, without a browser: what is asked, within which limits, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from houses import House, csrf, web_of

from facilitation.desk import Desk
from facilitation.model import RoundState


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('pages') / 'house.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


@pytest.fixture(scope="module")
def tablet(house: House) -> FlaskClient:
    browser = house.browser()
    assert browser.post("/join", data={"code": house.codes[0], "csrf_token": csrf(browser)}).status_code == 303
    return browser


@pytest.fixture
def ask(house: House) -> Iterator[Any]:
    """Open a round for one test."""
    opened: list[str] = []

    def asked(**spec: Any) -> str:
        options = {} if spec["rule"] in ("consent", "yes-no") else {"options": ["tram", "bus", "path"]}
        opened.append(house.desk.create_round(house.seated.session_id, {"title": "Which?", **options, **spec}))
        house.desk.open_round(opened[-1])
        return opened[-1]

    yield asked
    for round_id in opened:
        if house.desk.round(round_id).state is RoundState.OPEN:
            house.desk.cancel_round(round_id, "The test is over.")


def field(page: str, name: str) -> list[str]:
    """The controls of this name."""
    return re.findall(rf'<(?:input|select|textarea)[^>]* name="{re.escape(name)}"[^>]*>', page)


def test_a_long_scale_is_typed_and_a_long_list_of_grades_is_a_list(tablet: FlaskClient, ask: Any) -> None:
    ask(rule="score", terms={"highest": 10})
    assert len(field(tablet.get("/m").text, "mark:tram")) == 12  # 0 to 10, and no score


@pytest.mark.parametrize(
    ("spec", "control"),
    [
        ({"rule": "score", "terms": {"highest": 11}}, "input"),
        ({"rule": "majority-judgement", "terms": {"grades": [f"grade {n}" for n in range(11)]}}, "select"),
    ],
)
def test_a_scale_too_long_for_a_row_is_one_control(tablet: FlaskClient, ask: Any, spec: Any, control: str) -> None:
    round_id = ask(**spec)
    controls = field(tablet.get("/m").text, "mark:tram")
    assert [one.split()[0] for one in controls] == [f"<{control}"]
    form = {"csrf_token": csrf(tablet), "mark:tram": "10", "mark:bus": ""}
    checked = tablet.post(f"/m/rounds/{round_id}/check", data=form).text
    assert "Tram: 10 of 11" in checked or "Tram: grade 10" in checked
    again = tablet.post(f"/m/rounds/{round_id}/check", data={**form, "change": "1"}).text
    assert 'value="10" selected' in again or re.search(r'name="mark:tram"[^>]*value="10"', again)


def test_the_check_page_carries_the_choice_in_its_body_and_nothing_else(tablet: FlaskClient, ask: Any) -> None:
    round_id = ask(rule="irv")
    form = {"csrf_token": csrf(tablet), "rank:bus": "1", "rank:tram": "2", "rank:path": "", "seen_seq": "7", "x": "y"}
    page = tablet.post(f"/m/rounds/{round_id}/check", data=form).text
    assert re.findall(r"<li[^>]*>(\w+)</li>", page) == ["Bus", "Tram"]
    assert field(page, "x") == field(page, "seen_seq") == []
    assert not re.search(r'(?:action|href)="[^"]*(?:bus|tram)', page)


@pytest.mark.parametrize("changeable", [False, True])
def test_a_browser_without_scripts_gets_a_tracker_and_finds_its_ballot_under_it(
    tablet: FlaskClient, house: House, ask: Any, changeable: bool
) -> None:
    round_id = ask(rule="irv", conduct={"changeable": changeable})
    form = {"csrf_token": csrf(tablet), "rank:bus": "1"}
    page = tablet.post(f"/m/rounds/{round_id}/check", data=form).text
    [tracker] = re.findall(r'name="tracker" value="([0-9A-Z]{4}-[0-9A-Z]{4})"', page)
    assert f">{tracker}</span>" in page
    assert ("cannot be changed once it is sent" in page) is changeable
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    for _ in range(2):  # pressed twice
        sent = tablet.post(f"/m/rounds/{round_id}/ballot", data={**form, "key": key, "tracker": tracker})
        assert sent.status_code == 303, sent.text
    house.desk.close_round(round_id)
    listed = house.desk.public_count(round_id).body["ballots"]
    assert [(ballot["tracker"], ballot["choice"]) for ballot in listed] == [(tracker, ["bus"])]
    page = tablet.post(f"/m/rounds/{round_id}/check", data={**form, "csrf_token": csrf(tablet)})
    assert page.status_code == 400


def test_a_reason_comes_back_letter_by_letter(tablet: FlaskClient, ask: Any) -> None:
    round_id = ask(rule="consent")
    reason = 'It <b>costs</b> "too much" & O\'Neil says so.'
    form = {"csrf_token": csrf(tablet), "choice": "objection", "reason": reason, "change": "1"}
    page = tablet.post(f"/m/rounds/{round_id}/check", data=form).text
    assert "It &lt;b&gt;costs&lt;/b&gt; &#34;too much&#34; &amp; O&#39;Neil says so.</textarea>" in page
    assert "<b>costs</b>" not in page


def test_what_bids_cost_and_what_there_is_stands_beside_them(tablet: FlaskClient, ask: Any) -> None:
    terms = {"budget": "60000", "costs": ["25000", "12500.50", "8000"], "least": ["20000", None, None]}
    ask(rule="greedy", terms=terms)
    page = " ".join(re.sub(r"<[^>]+>", " ", tablet.get("/m").text).split())
    for words in ("costs 25,000, can do with 20,000", "costs 12,500.50", "more than the 60,000 there is"):
        assert words in page


def test_no_score_and_no_grade_are_said_in_words_and_chosen_until_something_else_is(
    tablet: FlaskClient, ask: Any
) -> None:
    round_id = ask(rule="score")
    page = tablet.get("/m").text
    assert "No score is not 0" in page
    assert len(re.findall(r'name="mark:\w+" value="" checked', page)) == 3
    form = {"csrf_token": csrf(tablet), "mark:tram": "0", "mark:bus": "", "mark:path": ""}
    page = tablet.post(f"/m/rounds/{round_id}/check", data=form).text
    assert "Tram: 0 of 5" in page
    assert "No score: Bus and Path." in page
