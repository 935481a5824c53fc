"""The console by keys alone: every act, the list under “?”, and no key while somebody types."""

from __future__ import annotations

import pytest
from devices import beside, is_connected, joins, signs_in
from halls import Hall, Seats
from playwright.sync_api import Page, expect
from test_axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def console(hall: Hall, seats: Seats, open_page) -> Page:
    page = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    is_connected(page)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def settled(page: Page) -> None:
    page.wait_for_load_state()
    is_connected(page)


def test_the_hall_screen_opens_by_a_key_and_the_keys_go_on(console: Page):
    """It is made by a form that opens a tab of its own, so the console is not left."""
    with console.expect_popup() as opened:
        press(console, "o", "h")
    is_connected(opened.value)
    assert "/hall/" in opened.value.url
    press(console, "n")
    expect(console.locator("#now-heading")).to_have_text("Welcome")


def test_a_session_is_run_by_keys_alone(hall: Hall, seats: Seats, open_page, console: Page):
    joins(open_page(320), hall, seats, 0)
    heading = console.locator("#now-heading")
    press(console, "n")
    expect(heading).to_have_text("Welcome")
    settled(console)
    press(console, "5")
    expect(console.locator(".fm-undo")).to_contain_text("300 seconds")
    settled(console)
    press(console, "u")
    expect(console.locator(".fm-undo")).to_have_count(0)
    settled(console)
    press(console, "q", "q")
    console.keyboard.type("Shall 1 bus go?")  # digits and question marks are only letters here
    settled(console)
    press(console, "Tab", "Tab", "Tab", "Tab")
    expect(console.locator("#create")).to_be_focused()
    press(console, "Enter")
    expect(console.get_by_role("heading", name="Shall 1 bus go?")).to_be_visible()
    settled(console)
    press(console, "v", "1")
    expect(console.get_by_role("dialog")).to_contain_text("Open “Shall 1 bus go?”?")
    press(console, "Escape")
    expect(console.get_by_role("dialog")).to_have_count(0)
    press(console, "v", "1", "Enter")
    expect(console.get_by_text("0 of 1 have voted").first).to_be_visible()
    settled(console)
    press(console, "n")
    expect(console.get_by_role("dialog")).to_contain_text("The vote cannot be opened again.")
    press(console, "Enter")
    expect(console.locator("[data-verdict]").first).to_contain_text("No decision")
    settled(console)
    press(console, "n")  # takes the result down, without a question
    expect(heading).to_have_text("Welcome")
    settled(console)
    press(console, "s")  # why it is skipped may be said first
    expect(console.locator("#skip-reason")).to_be_focused()
    console.keyboard.type("no time")
    press(console, "Enter")
    expect(console.locator(".fm-undo")).to_contain_text("skipped “Evidence”")
    settled(console)
    press(console, "/")
    expect(console.locator("#people-q")).to_be_focused()


def test_the_floor_is_given_by_keys(hall: Hall, seats: Seats, console: Page, open_page):
    with beside(hall) as desk:
        desk.join(seats.codes[0])
        desk.join(seats.codes[1])
    press(console, "n")
    expect(console.locator("#now-heading")).to_have_text("Welcome")
    settled(console)
    press(console, "l")
    expect(console.get_by_text("Nobody waits.")).to_be_visible()
    settled(console)
    with beside(hall) as desk:
        for number in ("p1", "p2"):
            desk.ask_to_speak(seats.session, desk.member_called(seats.assembly, number))
    strip = console.locator('[data-need="speakers"]')
    expect(strip).to_contain_text("2 people wait to speak, and nobody has the floor.")
    press(console, "g")
    expect(console.locator(".fm-floor")).to_contain_text("Member 1")
    settled(console)
    expect(strip).to_have_count(0)
    press(console, "f")
    expect(console.locator(".fm-floor")).to_have_count(0)
    settled(console)
    press(console, "h", "1")
    expect(console.locator(".fm-floor")).to_contain_text("Member 2")


def test_the_list_of_keys_is_the_page_itself_and_the_keys_can_be_turned_off(console: Page, picture_folder):
    press(console, "?")
    dialog = console.get_by_role("dialog", name="Keys of this page")
    expect(dialog).to_be_visible()
    terms = dialog.locator("dt")
    pressable = console.evaluate("document.querySelectorAll('#picture [data-key], header [data-key]').length")
    expect(terms).to_have_count(pressable)
    expect(dialog.locator("dd", has_text="Start “Welcome”")).to_have_count(1)
    for width in (320, 820, 1920):
        console.set_viewport_size({"width": width, "height": 1080})
        assert faults(console) == []
        console.screenshot(path=picture_folder / f"keys_{width}.png")
    dialog.get_by_label("Keys are on in this browser").uncheck()
    press(console, "Escape")
    expect(dialog).to_be_hidden()
    console.reload()
    settled(console)
    press(console, "n", "?")
    expect(console.locator("#now-heading")).to_have_text("Nothing is on yet")
    expect(console.get_by_role("dialog")).to_have_count(0)
    console.get_by_role("button", name="Keys (?)").click()
    console.get_by_label("Keys are on in this browser").check()
    press(console, "Escape", "n")
    expect(console.locator("#now-heading")).to_have_text("Welcome")


def test_a_key_that_is_held_or_has_a_modifier_does_nothing(console: Page):
    for combination in ("Control+u", "Alt+n", "Shift+N"):
        press(console, combination)
    console.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', repeat: true, bubbles: true}))")
    press(console, "v", "Escape", "1")
    expect(console.locator("#now-heading")).to_have_text("Nothing is on yet")
    assert console.evaluate("document.getElementById('keys-said').textContent") == ""
    press(console, "o")
    expect(console.get_by_role("status").filter(has_text="o …")).to_be_visible()


def test_the_second_of_two_facilitators_who_press_at_once_is_told(hall: Hall, seats: Seats, console: Page, open_page):
    other = signs_in(open_page(820), hall, "facilitator", seats.assembly)
    other.evaluate("document.querySelector('#picture').dataset.picture = '/nowhere'")  # its picture stays as it is
    press(console, "n")
    expect(console.locator("#now-heading")).to_have_text("Welcome")
    press(other, "n")
    expect(other.get_by_text("The session has moved on").first).to_be_visible()
    expect(other.locator("#now-heading")).to_have_text("Welcome")
