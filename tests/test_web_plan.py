"""The agenda's editor, the sessions and the run sheet: every act by a plain form, and refusals keep what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from assemblies import TRAMS
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk

Press = Callable[..., str]


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk))


@pytest.fixture
def facilitator(house: House) -> FlaskClient:
    return signed_in(house, "facilitator")


@pytest.fixture
def press(house: House, facilitator: FlaskClient) -> Press:
    """Send a plain form as the page shows it, and give the page that comes back."""

    def send(act: str, status: int = 200, **sent: str) -> str:
        form = {"csrf_token": csrf(facilitator), "seen_seq": str(screen(house)["seq"]), **sent}
        answer = facilitator.post(f"/run/{house.seated.session_id}/{act}", data=form, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    return send


def screen(house: House) -> dict:
    return house.desk.public_screens(house.seated.session_id)["facilitator"]


def titles(house: House) -> list[str]:
    return [item["title"] for item in screen(house)["agenda"]]


def item(house: House, title: str) -> str:
    return next(one["id"] for one in screen(house)["agenda"] if one["title"] == title)


def test_an_agenda_is_made_and_changed_item_by_item(house: House, press: Press) -> None:
    assert "Arrivals" in press("agenda/usual", usual="evening", start="17:30")
    assert screen(house)["plan"]["clock_end"] == "20:00"
    page = press("agenda/add", kind="break", title="Tea & cake <b>", note="", minutes="", place="1")
    assert "Tea &amp; cake &lt;b&gt;" in page
    assert titles(house)[1] == "Tea & cake <b>"
    tea = item(house, "Tea & cake <b>")
    assert "Done: moved" in press(f"items/{tea}/move", place="0")
    assert titles(house)[0] == "Tea & cake <b>"
    press(f"items/{tea}/correct", kind="welcome", title="", note="Ŵyl y gân", minutes="25", start="17:00")
    assert (titles(house)[0], screen(house)["agenda"][1]["planned_start"]) == ("Welcome", "17:25")
    assert "Ŵyl y gân" in press(f"items/{tea}/split", part="10", rest="Cake")
    assert [one["planned_minutes"] for one in screen(house)["agenda"][:2]] == [10, 15]
    assert "Skipped: no cake" in press(f"items/{item(house, 'Cake')}/skip", reason="no cake")
    assert "Put it back" not in press(f"items/{item(house, 'Cake')}/put-back")
    press(f"items/{item(house, 'Cake')}/remove")
    assert "Cake" not in titles(house)
    assert "Cake" in press("undo", back="agenda")
    assert titles(house)[:3] == ["Welcome", "Cake", "Arrivals and welcome"]


def test_a_refused_form_comes_back_with_what_was_typed(house: House, press: Press) -> None:
    vote, evidence = item(house, "Vote"), item(house, "Evidence")
    page = press("agenda/add", 400, kind="break", title="Tea for two", note="Two lumps", minutes="0", place="2")
    assert re.search(r'href="#minutes">Agenda item 3: 0 is not a length', page)
    assert 'value="Tea for two"' in page
    assert "Two lumps</textarea>" in page
    assert re.search(r'<option value="2" selected', page)
    page = press(f"items/{vote}/correct", 400, kind="vote", title="Ballot", note="", minutes="ten", start="")
    assert f'href="#minutes-{vote}">The field “minutes” must be a whole number' in page
    assert f'id="title-{vote}" name="title" type="text" value="Ballot"' in page
    page = press(f"items/{vote}/correct", 400, kind="vote", title="", note="", minutes="5", start="09:59")
    assert f'href="#start-{vote}">“Vote” cannot start at 09:59' in page
    page = press(f"items/{vote}/split", 400, part="20", rest="After tea")
    assert f'href="#part-{vote}">“Vote” has 20 planned minutes' in page
    assert 'value="After tea"' in page
    page = press(f"items/{vote}/skip", 400, reason="x" * 501)
    assert f'href="#reason-{vote}">The reason is too long' in page
    assert "x" * 501 in page
    assert 'href="#start">Agenda item 1: “late” is not a clock' in press("agenda/usual", 400, usual="day", start="late")
    assert "No usual day was chosen" in press("agenda/usual", 400, usual="night")
    assert "No place was chosen" in press(f"items/{vote}/move", 400)
    assert "Place 9 of the agenda is not free" in press(f"items/{vote}/move", 400, place="8")
    house.desk.create_round(house.seated.session_id, TRAMS)
    assert "is prepared for “Vote”" in press(f"items/{vote}/remove", 409)
    assert "the page you pressed" not in press(f"items/{evidence}/remove", 409, seen_seq="1")
    press("items/nothing/remove", 404)
    assert titles(house) == ["Welcome", "Evidence", "Table discussion", "Vote", "Close"]


def test_the_console_skips_and_swaps_and_says_how_late_it_is(
    house: House, facilitator: FlaskClient, press: Press
) -> None:
    session = house.seated.session_id
    assert "planned to end at 12:15" in facilitator.get(f"/run/{session}").text
    house.desk.next_action(session)
    page = facilitator.get(f"/run/{session}").text
    assert "On time" in page
    assert "Do “Table discussion” first" in page
    page = press(f"items/{item(house, 'Table discussion')}/move", place="1", back="console")
    assert "Next action" not in page
    assert screen(house)["next"]["title"] == "Table discussion"
    house.desk.extend(session, 600)
    assert "10 minutes behind" in facilitator.get(f"/run/{session}").text
    page = press(f"items/{item(house, 'Table discussion')}/skip", reason="late", back="console")
    assert "35 minutes in hand" in page
    token = house.desk.issue_token("display", house.seated.assembly_id, session)
    assert "We end at about" in house.app.test_client().get(f"/hall/{token}").text


def test_sessions_are_added_and_people_arrive_at_the_next_one(house: House, facilitator: FlaskClient) -> None:
    first, assembly = house.seated.session_id, house.seated.assembly_id
    path = f"/run/{first}/sessions"
    form = {"csrf_token": csrf(facilitator), "name": "The second day", "usual": "day"}
    answer = facilitator.post(path, data=form)
    second = house.desk.sessions(assembly)[1].id
    assert answer.headers["Location"] == f"/run/{second}/agenda"
    assert "Arrivals" in facilitator.get(f"/run/{second}/agenda").text
    again = facilitator.post(path, data=form)
    assert again.status_code == 400
    assert "has a session called “The second day” already" in again.text
    assert 'value="The second day"' in again.text
    page = facilitator.get(path).text
    assert (page.count("Run sheet"), 'value="Session 3"' in page) == (2, True)
    house.desk.close_session(first)
    tablet = house.browser()
    tablet.post("/join", data={"code": house.codes[0], "csrf_token": csrf(tablet)})
    assert house.desk.public_screens(second)["hall"]["present"] == 1
    assert "Use this day" not in facilitator.get(f"/run/{first}/agenda").text


def test_only_facilitators_of_this_assembly_plan_it(house: House) -> None:
    session = house.seated.session_id
    other = house.desk.seat("Another one", [{"id": "1", "name": "Cy"}])
    stranger = {"Authorization": f"Bearer {house.desk.issue_token('facilitator', other.assembly_id)}"}
    for role in ("member", "observer"):
        bearer = {"Authorization": f"Bearer {house.tokens[role]}"}
        for page in ("agenda", "sheet", "sessions"):
            assert house.app.test_client().get(f"/run/{session}/{page}", headers=bearer).status_code == 403
    for page in ("agenda", "sheet", "sessions"):
        assert house.app.test_client().get(f"/run/{session}/{page}", headers=stranger).status_code == 403
    added = house.app.test_client().post(f"/run/{session}/agenda/add", json={"kind": "break"}, headers=stranger)
    assert added.status_code == 403
    own = {"Authorization": f"Bearer {house.tokens['facilitator']}"}
    told = house.app.test_client().post(f"/run/{session}/agenda/add", json={"kind": "nap"}, headers=own)
    assert (told.status_code, told.json["error"]) == (400, "bad-request")


def test_the_run_sheet_tells_the_day_and_who_needs_what(desk: Desk) -> None:
    rows = [
        {"id": "1", "name": "Zoë Ash", "Access needs": "hearing loop", "table": "2"},
        {"id": "2", "name": "Bob", "Access needs": "", "table": "1"},
    ]
    seated = desk.seat("Climate", rows)
    desk.create_round(seated.session_id, TRAMS)
    desk.next_action(seated.session_id)
    skipped = desk.public_screens(seated.session_id)["hall"]["agenda"][1]["id"]
    desk.skip_item(seated.session_id, skipped, "no speaker")
    bearer = {"Authorization": f"Bearer {desk.issue_token('facilitator', seated.assembly_id)}"}
    page = web_of(desk).test_client().get(f"/run/{seated.session_id}/sheet", headers=bearer).text
    assert '<strong>Zoë Ash</strong>, table 2: <span dir="auto">hearing loop</span>' in page
    assert "Bob" not in page
    assert "Vote: Trams?" in page
    assert "skipped: no speaker" in page
