"""The tablet: three taps to a counted vote, whatever the network does; nothing disturbs a half-filled ballot."""

from __future__ import annotations

import re

import pytest
from devices import Shut, asks_anew, comes_to_hold, is_connected, joins, takes_back, turnout
from halls import Hall, Seats, a_key, an_open_round, join
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def close(hall: Hall, seats: Seats, round_id: str) -> dict:
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    return hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json


def votes_by_touch(page: Page, option: str) -> None:
    page.get_by_text(option, exact=True).click()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()


def is_counted(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    expect(page.locator('[data-stage="counted"]')).to_have_attribute("data-done", "yes")


def test_a_scanned_badge_asks_whether_it_is_really_you(hall, seats, open_page):
    page = open_page()
    page.goto(f"{hall.url}/join?code={seats.codes[0]}")
    expect(page.get_by_text("Member 1")).to_be_visible()
    expect(page.locator("main").get_by_text(re.compile(r"^\s*Table"))).to_be_visible()
    page.get_by_role("link", name="No, that is someone else").click()
    page.get_by_label("The code on your badge").fill(seats.codes[1].lower())
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Yes, that is me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are in. We start soon.")


def test_a_member_votes_in_three_taps_and_gets_a_receipt(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    is_connected(page)
    round_id = an_open_round(hall, seats, title="Adopt the report?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Adopt the report?")
    page.evaluate(
        "window.taps = 0; document.addEventListener('click', (e) => { if (e.isTrusted) window.taps += 1 }, true)"
    )
    votes_by_touch(page, "Yes")
    is_counted(page)
    # a click on a label is answered by the browser with one more click, on its radio button: three taps are four clicks
    assert page.evaluate("window.taps") <= 4
    expect(page.locator("[data-receipt]")).to_be_visible()
    comes_to_hold(page, [])
    assert close(hall, seats, round_id)["counts"] == {"yes": 1, "no": 0, "abstain": 0}
    expect(page.locator("[data-verdict]")).to_be_visible()


def test_where_websockets_are_blocked_the_page_asks_for_its_screen(hall, seats, open_page):
    page = open_page()
    asked = []
    page.route_web_socket("**/socket.io/**", lambda line: line.close())
    page.on("request", lambda request: asked.append(request.url))
    joins(page, hall, seats, 0)
    expect(page.locator("[data-connection-words]").first).to_have_text("Connected, a little slower than usual")
    an_open_round(hall, seats, title="Adopt the report?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Adopt the report?", timeout=15_000)
    votes_by_touch(page, "Yes")
    is_counted(page)
    assert not [url for url in asked if "transport=polling" in url]


def test_no_result_is_on_any_tablet_before_the_close(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    an_open_round(hall, seats)
    votes_by_touch(page, "No")
    is_counted(page)
    expect(page.locator("[data-verdict], .fm-bars, .fm-turnout")).to_have_count(0)


def test_another_members_vote_never_resets_a_half_filled_ballot(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    page.get_by_text("No", exact=True).click()
    page.evaluate("document.querySelector('[data-ballot-form]').mine = true")
    for number in (1, 2):
        token = join(hall, seats.codes[number])
        assert hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, token).status == 200
    asks_anew(page)
    assert page.evaluate("document.querySelector('[data-ballot-form]').mine") is True
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()


def test_a_round_that_closes_under_a_half_filled_ballot_says_so_and_leaves_the_form(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    page.get_by_text("No", exact=True).click()
    close(hall, seats, round_id)
    expect(page.get_by_text("This vote has closed. Your choice was not sent and not counted.")).to_be_visible()
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-verdict]")).to_be_visible()


def test_a_vote_made_without_a_network_is_sent_once_when_it_is_back(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    an_open_round(hall, seats)
    expect(page.get_by_role("button", name="Check my choice")).to_be_visible()
    page.context.set_offline(True)
    votes_by_touch(page, "Yes")
    expect(page.locator("[data-sending-words]")).to_contain_text("No connection. Your vote is kept on this tablet")
    expect(page.locator('[data-stage="kept"]')).to_have_attribute("data-done", "yes")
    expect(page.locator('[data-stage="counted"]')).to_have_attribute("data-done", "no")
    assert turnout(hall, seats) == 0
    page.context.set_offline(False)
    is_counted(page)
    assert turnout(hall, seats) == 1
    comes_to_hold(page, [])


def test_a_kept_vote_survives_a_reload(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    urn = Shut(page, "**/ballot")
    votes_by_touch(page, "Yes")
    expect(page.locator("[data-sending-words]")).to_contain_text("Your vote is kept on this tablet")
    page.reload()
    expect(page.locator("[data-sending-words]")).to_contain_text("Your vote is kept on this tablet")
    urn.open()
    is_counted(page)
    assert close(hall, seats, round_id)["counts"]["yes"] == 1


def test_a_lost_answer_costs_no_ballot_and_doubles_none(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    keys = []

    def swallow(route: Route) -> None:
        keys.append(route.request.post_data_json["key"])
        if len(keys) < 3:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/ballot", swallow)
    votes_by_touch(page, "No")
    is_counted(page)
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert close(hall, seats, round_id)["counts"]["no"] == 1


def test_a_vote_that_comes_too_late_is_told_so(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    urn = Shut(page, "**/ballot")
    votes_by_touch(page, "Yes")
    close(hall, seats, round_id)
    urn.open()
    expect(page.get_by_text("Your vote was not counted.")).to_be_visible()
    comes_to_hold(page, [])


def test_answers_are_ranked_by_buttons(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, title="Which first?", rule="irv", options=["tram", "bus", "bike"])
    page.get_by_role("button", name="Choose: bus").click()
    page.get_by_role("button", name="Choose: tram").click()
    page.get_by_role("button", name="Up: tram").click()
    page.get_by_role("button", name="Check my choice").click()
    expect(page.locator("[data-check-choice] li")).to_have_text(["Tram", "Bus"])
    page.get_by_role("button", name="Send my vote").click()
    is_counted(page)
    assert close(hall, seats, round_id)["rounds"][0]["counts"] == {"tram": 1, "bus": 0, "bike": 0}


def test_several_answers_can_be_ticked(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(
        hall, seats, title="Which could you support?", rule="approval", options=["tram", "bus", "bike"]
    )
    page.get_by_text("Tram").click()
    page.get_by_text("Bike").click()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    is_counted(page)
    assert close(hall, seats, round_id)["counts"] == {"tram": 1, "bus": 0, "bike": 1}


@pytest.mark.parametrize(
    ("rule", "options", "counts"),
    [
        ("yes-no", None, {"yes": 1, "no": 0, "abstain": 0}),
        ("support", None, {"love": 0, "like": 1, "live with": 0, "lament": 0, "loathe": 0}),
        ("approval", ["tram", "bus"], {"tram": 1, "bus": 1}),
        ("irv", ["tram", "bus"], {"tram": 0, "bus": 1}),
    ],
)
def test_every_ballot_works_by_plain_form_without_javascript(hall, seats, open_page, rule, options, counts):
    page = joins(open_page(java_script_enabled=False), hall, seats, 0)
    round_id = an_open_round(hall, seats, rule=rule, **({"options": options} if options else {}))
    page.reload()
    if rule == "irv":
        page.get_by_label("Bus").fill("1")
        page.get_by_label("Tram").fill("2")
    else:
        for option, number in counts.items():
            if number:
                page.get_by_text(option.capitalize(), exact=True).click()
    page.get_by_role("button", name="Check my choice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your choice")
    page.get_by_role("button", name="Send my vote").click()
    page.wait_for_url("**/m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is counted")
    result = close(hall, seats, round_id)
    assert result["counts"] == counts if rule != "irv" else result["winners"] == ["bus"]


def test_a_second_device_shows_that_the_member_has_voted(hall, seats, open_page):
    first, second = (joins(open_page(), hall, seats, 0) for _ in range(2))
    an_open_round(hall, seats)
    expect(second.get_by_role("button", name="Check my choice")).to_be_visible()
    takes_back(first)
    votes_by_touch(first, "Yes")
    is_counted(first)
    takes_back(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("Your vote is counted")
