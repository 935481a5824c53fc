"""Sealed, changeable and open votes at real tablets: whatever the network does, and in plain words."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest
from devices import (
    ALL_KEPT,
    Shut,
    all_kept,
    chromium_path,
    comes_to,
    comes_to_hold,
    comes_true,
    joins,
    opens_hall_screen,
    signs_in,
    takes_back,
    tracker_of,
    turnout,
)
from halls import Hall, Seats, an_open_round, join
from playwright.sync_api import Page, Route, expect

from facilitation import blind

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEALED, CHANGEABLE = {"secrecy": "sealed"}, {"changeable": True}


def votes(page: Page, option: str) -> None:
    page.get_by_text(option, exact=True).click()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()


def is_counted(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible(timeout=20_000)
    expect(page.locator('[data-stage="counted"]')).to_have_attribute("data-done", "yes")


def counts(hall: Hall, seats: Seats, round_id: str) -> dict:
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    return hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json["counts"]


def rows(hall: Hall, sql: str, *given: str) -> list[tuple]:
    with sqlite3.connect(hall.database.removeprefix("sqlite:///")) as connection:
        return connection.execute(sql, given).fetchall()


def has_its_token(page: Page) -> None:
    """The tablet has asked for the token by itself."""
    expect(page.locator("[data-key-line]")).not_to_have_attribute("hidden", "", timeout=10_000)


# ------------------------------------------------------------------------------------------------ sealed


def test_two_tablets_cast_sealed_votes_that_carry_no_cookie(hall, seats, open_page):
    first, second = (joins(open_page(), hall, seats, number) for number in (0, 1))
    wall = opens_hall_screen(open_page(1920), hall, seats)
    sent = []
    first.on("request", lambda request: sent.append(request) if "sealed-ballot" in request.url else None)
    round_id = an_open_round(hall, seats, conduct=SEALED)
    expect(first.get_by_text("Sealed: your ballot leaves this tablet without your name.")).to_be_visible()
    expect(first.get_by_text("JavaScript")).to_be_hidden()
    has_its_token(first)
    first.get_by_text("How secret is this vote?").click()
    letters = first.locator("[data-key-print]").filter(has_text=re.compile(r"\S")).text_content()
    expect(wall.locator(".fm-letters")).to_have_text(letters)
    votes(first, "Yes")
    is_counted(first)
    votes(second, "No")
    is_counted(second)
    assert len(sent) == 1
    assert "cookie" not in sent[0].all_headers()
    assert set(json.loads(sent[0].post_data)) == {"token", "signature", "choice", "tracker"}
    assert turnout(hall, seats) == 2
    tracker = tracker_of(first)
    assert counts(hall, seats, round_id) == {"yes": 1, "no": 1, "abstain": 0}
    expect(first.locator("[data-verdict]")).to_be_visible()
    expect(first.locator("[data-tracker]")).to_have_text(tracker)
    assert rows(hall, "SELECT choice FROM ballot WHERE tracker = ?", tracker) == [('"yes"',)]


def test_no_sealed_ballot_is_sent_before_all_tablets_had_their_turn_for_a_token(hall, seats, open_page):
    """Whoever is first to vote would otherwise be the only one who holds a token."""
    page = joins(open_page(), hall, seats, 0)

    def crowded(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('data-present="1"', 'data-present="100"'))

    page.route("**/m/picture", crowded)
    page.evaluate(
        """() => {
          const seen = new MutationObserver(() => {
            if (document.querySelector("[data-ballot]")) window.shownAt ??= performance.now();
          });
          seen.observe(document.getElementById("picture"), { childList: true, subtree: true });
          const fetched = window.fetch;
          window.fetch = (address, how) => {
            if (String(address).includes("sealed-ballot")) window.sentAt ??= performance.now();
            return fetched(address, how);
          };
        }"""
    )
    round_id = an_open_round(hall, seats, conduct=SEALED)
    votes(page, "Yes")
    expect(page.locator('[data-stage="sent"]')).to_have_attribute("data-done", "now")
    is_counted(page)
    assert page.evaluate("window.sentAt - window.shownAt") > 2_900
    counts(hall, seats, round_id)


def test_a_sealed_vote_survives_lost_answers_and_a_reload_at_every_step(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    asked, cast = [], []

    def swallow(route: Route, seen: list[dict]) -> None:
        """The server gets it, and its answer is lost, twice."""
        seen.append(route.request.post_data_json)
        if len(seen) < 3:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/token", lambda route: swallow(route, asked))
    page.route("**/sealed-ballot", lambda route: swallow(route, cast))
    round_id = an_open_round(hall, seats, conduct=SEALED)
    page.get_by_text("Yes", exact=True).click()
    page.reload()
    votes(page, "Yes")
    expect(page.locator('[data-stage="kept"]')).to_have_attribute("data-done", "yes")
    page.reload()
    is_counted(page)
    page.reload()
    is_counted(page)
    expect(page.locator("[data-sending-words]")).to_contain_text("Your receipt:")
    assert len(asked) >= 3
    assert len({one["blinded"] for one in asked}) == 1
    assert len(cast) >= 3
    assert len({json.dumps(one, sort_keys=True) for one in cast}) == 1
    assert counts(hall, seats, round_id) == {"yes": 1, "no": 0, "abstain": 0}
    assert len(rows(hall, "SELECT member FROM blind_token WHERE round = ?", round_id)) == 1


def test_a_sealed_vote_made_offline_is_cast_after_a_reload(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    key = Shut(page, "**/key")
    round_id = an_open_round(hall, seats, conduct=SEALED)
    expect(page.get_by_role("button", name="Check my choice")).to_be_visible()
    page.context.set_offline(True)
    votes(page, "No")
    expect(page.locator("[data-sending-words]")).to_contain_text("No connection. Your vote is kept on this tablet")
    assert turnout(hall, seats) == 0
    key.open()
    page.context.set_offline(False)
    page.reload()
    is_counted(page)
    comes_to_hold(page, ["token"])
    assert counts(hall, seats, round_id) == {"yes": 0, "no": 1, "abstain": 0}
    expect(page.locator("[data-verdict]")).to_be_visible()
    comes_to_hold(page, [])


def test_a_second_tablet_of_the_same_member_is_told_where_the_token_is(hall, seats, open_page):
    first = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, conduct=SEALED)
    has_its_token(first)
    second = joins(open_page(), hall, seats, 0)
    expect(second.get_by_role("heading", name="This tablet cannot cast your vote")).to_be_visible(timeout=15_000)
    expect(second.locator("[data-cannot-words]")).to_contain_text("was given to another tablet")
    expect(second.locator("[data-cannot-paper]")).to_be_hidden()
    takes_back(first)
    votes(first, "Yes")
    is_counted(first)
    assert counts(hall, seats, round_id)["yes"] == 1


def test_a_round_that_is_opened_again_gives_the_tablet_a_new_token(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, conduct=SEALED)
    has_its_token(page)
    urn = Shut(page, "**/sealed-ballot")
    votes(page, "Yes")
    expect(page.locator("[data-sending-words]")).to_contain_text("Your vote is kept on this tablet")
    # as after an undone opening: another key, and no token given
    folder = hall.database.removeprefix("sqlite:///")
    with sqlite3.connect(folder) as connection:
        connection.execute("DELETE FROM blind_token WHERE round = ?", (round_id,))
        connection.execute("UPDATE round_key SET private = ? WHERE round = ?", (blind.new_key().in_bytes(), round_id))
    urn.open()
    is_counted(page)
    assert counts(hall, seats, round_id)["yes"] == 1


def test_a_tablet_without_https_says_so_and_casts_ordinary_votes(hall, seats, chromium):
    """Over plain HTTP by another name than the machine's own, as in a hall."""
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP hall.test 127.0.0.1"]
    with chromium.browser_type.launch(executable_path=chromium_path(), args=arguments) as browser:
        page = browser.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"http://hall.test:{hall.port}/join?code={seats.codes[0]}")
        page.get_by_role("button", name="Yes, that is me").click()
        page.wait_for_url("**/m")
        assert page.evaluate("window.isSecureContext || Boolean(crypto.subtle)") is False
        round_id = an_open_round(hall, seats, conduct=SEALED)
        expect(page.get_by_role("heading", name="This tablet cannot cast your vote")).to_be_visible()
        expect(page.get_by_text("Raise your hand and ask a helper for a ballot on paper.")).to_be_visible()
        assert counts(hall, seats, round_id)["yes"] == 0
        ordinary = an_open_round(hall, seats)
        expect(page.locator("#check")).to_be_visible()  # and not the result of the round before, which says “Yes”, too
        votes(page, "Yes")
        is_counted(page)
        assert counts(hall, seats, ordinary)["yes"] == 1


def test_a_sealed_ballot_without_javascript_sends_to_a_helper(hall, seats, open_page):
    page = joins(open_page(java_script_enabled=False), hall, seats, 0)
    round_id = an_open_round(hall, seats, conduct=SEALED)
    page.reload()
    expect(page.get_by_text("Ask a helper for a paper ballot.")).to_be_visible()
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Check my choice").click()
    expect(page.get_by_text("This vote is sealed, and sealing needs JavaScript.")).to_be_visible()
    counts(hall, seats, round_id)


def test_the_console_of_a_sealed_vote_shows_ballots_and_tokens_but_nobody_who_has_voted(hall, seats, open_page):
    page, console = joins(open_page(), hall, seats, 0), signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    join(hall, seats.codes[1])
    round_id = an_open_round(hall, seats, conduct=SEALED)
    has_its_token(page)
    votes(page, "Yes")
    is_counted(page)
    expect(console.get_by_role("heading", name="No token yet: 1 here")).to_be_visible()
    expect(console.locator("[data-region=waiting]")).to_contain_text("Member 2")
    expect(console.locator("[data-region=waiting]")).to_contain_text("nobody can see who has cast a ballot")
    expect(console.locator("[data-turnout-cast]").first).to_have_text("1")
    counts(hall, seats, round_id)


# ------------------------------------------------------------------------------------------------ changeable and open


def test_a_vote_is_changed_on_its_tablet_until_the_close(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, conduct=CHANGEABLE)
    votes(page, "Yes")
    is_counted(page)
    expect(page.get_by_text("You can change your vote until it closes.")).to_be_visible()
    first = tracker_of(page)
    page.reload()
    page.get_by_role("button", name="Change my vote").click()
    expect(page.get_by_role("radio", name="Yes", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="Keep my vote as it is").click()
    is_counted(page)
    page.get_by_role("button", name="Change my vote").click()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    votes(page, "No")
    is_counted(page)
    expect(page.get_by_role("button", name="Change my vote")).to_be_visible()
    expect(page.locator("[data-tracker]")).not_to_have_text(first)
    elsewhere = joins(open_page(), hall, seats, 0)
    expect(elsewhere.get_by_text("Your vote can be changed on the tablet that cast it.")).to_be_visible()
    expect(elsewhere.get_by_role("button", name="Change my vote")).to_be_hidden()
    takes_back(page)
    assert turnout(hall, seats) == 1
    assert counts(hall, seats, round_id) == {"yes": 0, "no": 1, "abstain": 0}
    expect(page.locator("[data-verdict]")).to_be_visible()
    comes_true(page, f"({ALL_KEPT})().then((all) => all.every((one) => one.key == null))")


def test_a_change_made_offline_arrives_and_one_after_the_close_is_told_so(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, conduct=CHANGEABLE)
    votes(page, "Yes")
    is_counted(page)
    page.get_by_role("button", name="Change my vote").click()
    page.context.set_offline(True)
    votes(page, "No")
    expect(page.locator("[data-sending-words]")).to_contain_text("Your vote is kept on this tablet")
    page.context.set_offline(False)
    page.reload()
    is_counted(page)
    page.get_by_role("button", name="Change my vote").click()
    page.get_by_text("Abstain", exact=True).click()
    assert counts(hall, seats, round_id) == {"yes": 0, "no": 1, "abstain": 0}
    expect(page.get_by_text("Your change was not sent; your vote from before counts.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-verdict]")).to_be_visible()


def test_an_open_vote_says_so_before_and_shows_names_after_the_close(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    wall = opens_hall_screen(open_page(1920), hall, seats)
    round_id = an_open_round(hall, seats, conduct={"secrecy": "open"})
    expect(page.get_by_text("Open: your name will stand beside your vote")).to_be_visible()
    expect(wall.get_by_text("Open vote: names will stand beside the votes")).to_be_visible()
    votes(page, "Yes")
    is_counted(page)
    for device in (page, console, wall):
        expect(device.get_by_role("link", name="See the votes by name")).to_be_hidden()
    counts(hall, seats, round_id)
    for device in (page, console, wall):
        device.get_by_role("link", name="See the votes by name").first.click()
        expect(device.get_by_role("row", name="Member 1 Yes")).to_be_visible()
        device.get_by_role("link", name="Back").click()


def test_the_tracker_goes_when_somebody_else_takes_the_tablet(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    votes(page, "Yes")
    is_counted(page)
    tracker = tracker_of(page)
    comes_to(page, lambda: [thing.get("tracker") for thing in all_kept(page)], [tracker])
    joins(page, hall, seats, 1)
    expect(page.get_by_role("button", name="Check my choice")).to_be_visible()
    comes_to(page, lambda: all_kept(page), [])
    counts(hall, seats, round_id)
