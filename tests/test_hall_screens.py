"""Several hall screens: named, switched, given new links and taken away; each shows what was chosen, and no secret."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk
from facilitation.desk.hall_screens import MOST_SCREENS, SHOWS
from facilitation.errors import BadRequest, NotFound

Press = Callable[..., str]


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk))


@pytest.fixture
def facilitator(house: House) -> FlaskClient:
    return signed_in(house, "facilitator")


@pytest.fixture
def press(house: House, facilitator: FlaskClient) -> Press:
    def send(act: str = "", status: int = 200, **sent: str) -> str:
        form = {"csrf_token": csrf(facilitator), **sent}
        path = f"/run/{house.seated.session_id}/screens{act}"
        answer = facilitator.post(path, data=form, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    return send


def shown(house: House, token: str, status: int = 200) -> str:
    """What somebody who has the link sees, without any cookie."""
    answer = house.browser().get(f"/hall/{token}")
    assert answer.status_code == status
    return answer.text


# ------------------------------------------------------------------------------------------------ the desk


def test_a_screen_is_made_named_switched_and_taken_away(desk: Desk):
    session = desk.seat("A", [{"id": "1"}]).session_id
    made, token = desk.add_hall_screen(session, "  Left   screen ", "timer")
    assert (made.name, made.shows) == ("Left screen", "timer")
    assert desk.add_hall_screen(session)[0].name == "Screen 1"
    assert desk.add_hall_screen(session)[0].name == "Screen 2"
    known = desk.identify(token)
    assert known is not None
    assert (known.role, known.session_id, known.token_id) == ("display", session, made.token)
    desk.rename_hall_screen(session, made.id, "left SCREEN")  # its own name in other letters is free
    desk.switch_hall_screen(session, made.id, "queue")
    desk.switch_hall_screen(session, made.id, "queue")
    now = desk.hall_screen(made.token)
    assert now is not None
    assert (now.name, now.shows) == ("left SCREEN", "queue")
    renewed, other = desk.renew_hall_screen(session, made.id)
    assert desk.identify(token) is None
    assert desk.identify(other).token_id == renewed.token
    desk.remove_hall_screen(session, made.id)
    assert desk.identify(other) is None
    assert [one.name for one in desk.hall_screens(session)] == ["Screen 1", "Screen 2"]


def test_bad_names_choices_and_screens_of_other_sessions_are_refused(desk: Desk):
    seated = desk.seat("A", [{"id": "1"}])
    session, other = seated.session_id, desk.add_session(seated.assembly_id, "Another")
    made, _ = desk.add_hall_screen(session, "Left")
    for name in ("LEFT", "n" * 61, "a\u202eb"):
        with pytest.raises(BadRequest):
            desk.add_hall_screen(session, name)
    with pytest.raises(BadRequest, match="cannot show that"):
        desk.switch_hall_screen(session, made.id, "tally")
    for act in (desk.renew_hall_screen, desk.remove_hall_screen):
        with pytest.raises(NotFound):
            act(other, made.id)
    with pytest.raises(NotFound):
        desk.switch_hall_screen(other, made.id, "timer")
    assert [one.shows for one in desk.hall_screens(session)] == ["automatic"]
    for _ in range(MOST_SCREENS - 1):
        desk.add_hall_screen(session)
    with pytest.raises(BadRequest, match="already"):
        desk.add_hall_screen(session, "One too many")


def test_the_database_never_holds_a_link_and_the_journal_nothing_at_all(desk: Desk):
    seated = desk.seat("A", [{"id": "1"}])
    before = desk.journal(seated.assembly_id)
    _, token = desk.add_hall_screen(seated.session_id)
    assert desk.journal(seated.assembly_id) == before
    with desk._store.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM hall_screen").all()
    assert token not in str(rows)


# ------------------------------------------------------------------------------------------------ the web


def test_the_link_is_shown_once_and_opens_the_screen(house: House, press: Press):
    page = press(name="<b>Left</b>", shows="join")
    token = re.search(r"/hall/([0-9a-f]{64})", page)[1]
    assert "&lt;b&gt;Left&lt;/b&gt;" in page
    assert "Join with your badge" in shown(house, token)
    listed = signed_in(house, "facilitator").get(f"/run/{house.seated.session_id}/screens").text
    assert "&lt;b&gt;Left&lt;/b&gt;" in listed
    assert token not in listed


def test_a_refused_name_comes_back_beside_its_field(house: House, press: Press):
    press(name="Left")
    page = press(status=400, name="left", shows="queue")
    assert re.search(r'href="#name">A screen is called “left” already', page)
    assert re.search(r'<option value="queue" selected', page)
    one = house.desk.hall_screens(house.seated.session_id)[0]
    page = press(f"/{one.id}/name", status=400, name="")
    assert f'href="#name-{one.id}"' in page
    press(f"/{one.id}/shows", status=400, shows="tally")
    press("/nothing/shows", status=404, shows="timer")


def test_every_choice_shows_its_own_and_says_so_when_there_is_nothing(house: House):
    desk, session = house.desk, house.seated.session_id
    one, token = desk.add_hall_screen(session)
    for shows, words in (
        ("queue", "Nobody is speaking"),
        ("timer", "No timer is running."),
        ("seating", "Find your table"),
        ("drafts", "There are no drafts yet."),
        ("results", "No result has been shown yet."),
        ("join", "Join with your badge"),
        ("automatic", "Take your seat, and join with your badge."),
    ):
        desk.switch_hall_screen(session, one.id, shows)
        page = shown(house, token)
        assert words in page, shows
        assert f'data-shows="{shows}"' in page
        answer = house.browser().get("/api/screen", headers={"Authorization": f"Bearer {token}"}).get_json()
        assert answer["shows"] == shows
    assert len(SHOWS) == 7


def test_results_are_those_that_the_hall_has_seen(house: House):
    desk, session = house.desk, house.seated.session_id
    _, token = desk.add_hall_screen(session, shows="results")
    desk.next_action(session)
    for title, conduct in (("First?", {}), ("Held?", {"hold": True}), ("Biscuits?", {"practice": True})):
        round_id = desk.create_round(session, {"title": title, "rule": "yes-no", "conduct": conduct})
        desk.open_round(round_id)
        assert title not in shown(house, token)
        desk.close_round(round_id)
    page = shown(house, token)
    assert "First?" in page
    assert "Held?" not in page
    assert "Biscuits?" not in page


def test_a_seating_screen_shows_the_map_without_the_other_screens_showing_it(house: House):
    desk, session = house.desk, house.seated.session_id
    _, left = desk.add_hall_screen(session, "Left", "seating")
    _, right = desk.add_hall_screen(session, "Right")
    assert "Bob" in shown(house, left)
    assert "Bob" not in shown(house, right)
    answer = house.browser().get("/api/screen", headers={"Authorization": f"Bearer {right}"}).get_json()
    assert "table_map" not in answer


def test_taken_away_its_link_says_so(house: House, press: Press):
    one, token = house.desk.add_hall_screen(house.seated.session_id)
    press(f"/{one.id}/remove")
    page = shown(house, token, 401)
    assert "is not known any more" in page
    assert "This hall screen is closed</h1>" in page
    assert "I am a member" not in page


def test_the_console_switches_a_screen_and_goes_back_to_itself(house: House, facilitator: FlaskClient, press: Press):
    one, _ = house.desk.add_hall_screen(house.seated.session_id, "Left")
    page = press(f"/{one.id}/shows", shows="timer", back="console")
    assert re.search(r"Left</span>: the timer", page)
    assert 'data-key="; 1"' in page


def test_only_a_facilitator_of_this_assembly_may(house: House, desk: Desk):
    other = desk.seat("Another", [{"id": "1"}]).session_id
    browser = signed_in(house, "facilitator")
    assert browser.get(f"/run/{other}/screens").status_code == 403
    assert house.browser().get(f"/run/{house.seated.session_id}/screens").status_code == 401
