"""The hall screen looks after itself; the console stays live and leaves forms alone."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from devices import comes_to, comes_true, is_connected, joins, opens_hall_screen, signs_in
from halls import Hall, Seats, a_hall, a_key, an_open_round, join, seat
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_hall_screen_survives_a_killed_server_untouched(tmp_path: Path, open_page):
    with a_hall(tmp_path) as hall:
        seats = seat(hall.database, members=4)
        page = opens_hall_screen(open_page(1920), hall, seats)
        page.evaluate("window.untouched = true")
        hall.stop(signal.SIGKILL)
        expect(page.locator("[data-connection-words]")).to_have_text("No connection. Trying again…")
        hall.start()
        an_open_round(hall, seats, title="Still here?")
        expect(page.get_by_role("heading", level=1)).to_have_text("Still here?")
        is_connected(page)
        assert page.evaluate("window.untouched") is True


def test_the_hall_sees_turnout_while_open_and_counts_with_their_base_after_close(hall: Hall, seats: Seats, open_page):
    page = opens_hall_screen(open_page(1920), hall, seats)
    tokens = [join(hall, code) for code in seats.codes]
    threshold = {"share": "2/3", "op": ">=", "base": "yes+no"}
    round_id = an_open_round(hall, seats, title="Adopt the report?", threshold=threshold)
    expect(page.get_by_text("0 of 4 have voted")).to_be_visible()
    for token, choice in zip(tokens, ("yes", "yes", "no", "abstain"), strict=True):
        hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": choice}, token)
    expect(page.get_by_text("4 of 4 have voted")).to_be_visible()
    expect(page.locator(".fm-bars, [data-verdict]")).to_have_count(0)
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    expect(page.locator("[data-verdict]")).to_contain_text("Passed")
    expect(page.locator(".fm-bars__row").first).to_contain_text("66.7 %")
    expect(page.get_by_text("Percentages are of the 3 yes-or-no votes.")).to_be_visible()
    expect(page.locator(".fm-bars .fm-threshold")).to_have_count(1)  # in the bar that it decides


def test_everything_on_the_hall_screen_is_large_and_fits_a_projector(hall: Hall, seats: Seats, open_page):
    page = opens_hall_screen(open_page(1920), hall, seats)
    answers = ["Safe routes to school", "More evening buses", "Cheaper train fares", "Charging points"]
    an_open_round(hall, seats, title="Which first?", rule="irv", options=answers, conduct={"changeable": True})
    expect(page.get_by_role("heading", level=1)).to_have_text("Which first?")
    small = """() => [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()
         && !one.closest('svg, .govuk-visually-hidden, .govuk-skip-link')
         && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
         .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 40).map((one) => one.outerHTML)"""
    comes_to(page, lambda: page.evaluate(small), [])
    comes_true(page, "document.documentElement.scrollHeight <= 1080")


TWELVE = [f"{n}. An answer that says at some length what should be done about buses" for n in range(1, 13)]


@pytest.mark.parametrize("rule", ["approval", "irv"])
def test_twelve_long_answers_under_a_long_question_fit_a_projector(hall: Hall, seats: Seats, open_page, rule: str):
    page = opens_hall_screen(open_page(1920), hall, seats)
    tokens = [join(hall, code) for code in seats.codes]
    title = (
        "Should the authority pay for every young person under twenty-two to travel free by bus by day and by night?"
    )
    round_id = an_open_round(hall, seats, title=title, rule=rule, options=TWELVE)
    fits = "document.documentElement.scrollHeight <= innerHeight && document.querySelector('[data-fit]') !== null"
    expect(page.get_by_text(TWELVE[11])).to_be_visible()
    comes_true(page, fits)
    for token, first in zip(tokens, (0, 0, 1, 2), strict=True):
        hall.post(
            f"/api/rounds/{round_id}/ballot",
            {"key": a_key(), "choice": [TWELVE[first], TWELVE[1]][: 2 - (first == 1)]},
            token,
        )
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    expect(page.locator("[data-verdict]")).to_be_visible()
    comes_true(page, fits)
    if rule == "irv":
        expect(page.get_by_role("columnheader", name="Round 2")).to_be_visible()


def test_the_next_action_is_seen_on_a_small_laptop_and_undo_does_not_move_it(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    console.set_viewport_size({"width": 1366, "height": 768})
    is_connected(console)
    console.locator("#act-start-item-next").click()
    expect(console.locator("#undo")).to_be_visible()
    with_undo, without = console.evaluate(  # at one moment: the page lives on
        """() => {
          const box = () => JSON.stringify(document.querySelector(".fm-big").getBoundingClientRect()), before = box();
          document.querySelector(".fm-undo").remove();
          return [before, box()];
        }"""
    )
    assert without == with_undo
    round_id = an_open_round(hall, seats, title="A question of one hundred and fifty signs. " * 4)
    for state in ("Close the vote and count", "Take the result off the screens"):
        button = console.get_by_role("button", name=state)
        expect(button).to_be_in_viewport(ratio=1)
        hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)


def test_the_timer_follows_the_servers_clock_and_the_facilitators_extension(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    screen = opens_hall_screen(open_page(1920), hall, seats)
    console.locator("#act-start-item-next").click()
    expect(screen.locator("[data-clock]")).to_have_text(re.compile(r"\d:\d\d"))
    before = _seconds(screen.locator("[data-clock]").inner_text())
    console.get_by_role("button", name="+5 minutes").click()
    expect(screen.locator("[data-clock]")).not_to_have_text("")
    comes_true(
        screen,
        "before => { const t = (document.querySelector('[data-clock]')?.textContent ?? '').split(':').map(Number);"
        " return t.reduce((a, b) => 60 * a + b) > before + 280 }",
        arg=before,
    )


def _seconds(clock: str) -> int:
    total = 0
    for part in clock.split(":"):
        total = 60 * total + int(part)
    return total


def test_a_round_is_opened_and_closed_in_two_clicks_and_undone_in_time(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    console.get_by_label("The question, as members will read it").fill("Adopt the report?")
    console.get_by_label("What it takes to pass").select_option(label="At least two thirds of the yes-or-no votes")
    console.get_by_role("button", name="Only prepare").click()
    console.get_by_role("button", name="Open this vote").click()
    expect(console.get_by_text("0 of 0 have voted")).to_be_visible()
    console.get_by_role("button", name="Undo").click()
    console.get_by_role("button", name="Open this vote").click()
    console.locator("#act-close-round-next").click()
    expect(console.locator("[data-verdict]")).to_contain_text("No decision")


def test_the_console_names_who_has_not_voted_and_never_how(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    tokens = [join(hall, code) for code in seats.codes[:2]]
    round_id = an_open_round(hall, seats)
    waiting = console.locator('[data-region="waiting"]')
    expect(waiting).to_contain_text("Member 1")
    hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, tokens[0])
    expect(waiting).not_to_contain_text("Member 1")
    expect(waiting).to_contain_text("Member 2")
    expect(console.locator(".fm-bars")).to_have_count(0)


def test_the_console_never_touches_a_form_that_is_being_filled_in(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    is_connected(console)
    field = console.get_by_label("The question, as members will read it")
    field.click()
    field.type("Half a ques")
    field.evaluate("(one) => { one.mine = true }")
    joins(open_page(320), hall, seats, 0)
    expect(console.get_by_text("In the hall: 1 of 4")).to_be_visible()
    an_open_round(hall, seats, title="Opened by somebody else")
    expect(console.get_by_role("heading", name="Opened by somebody else").first).to_be_visible()
    field.type("tion")
    expect(field).to_have_value("Half a question")
    assert field.evaluate("(one) => one.mine") is True


def test_a_picture_never_changes_under_a_finger(hall: Hall, seats: Seats, open_page):
    """A button that is replaced between pressing and letting go would never be pressed."""
    page = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    is_connected(page)
    button = page.locator('button[id^="act-"][id$="-next"]')
    page.evaluate("window.pressed = document.querySelector('button[id^=act-][id$=-next]')")
    seq = page.locator("[data-screen]").get_attribute("data-seq")
    button.hover()
    page.mouse.down()
    with page.expect_response("**/picture*"):
        join(hall, seats.codes[0])
    page.wait_for_timeout(200)
    assert page.evaluate("window.pressed.isConnected")
    page.evaluate(
        "window.pressed.form.addEventListener('submit', (event) => { event.preventDefault(); window.sent = 1; })"
    )
    page.mouse.up()
    comes_true(page, "window.sent === 1")
    expect(page.locator("[data-screen]")).not_to_have_attribute("data-seq", seq or "")
