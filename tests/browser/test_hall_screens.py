"""Several hall screens: switched from the console at once, large enough for the back of the hall, and going dark."""

from __future__ import annotations

import pytest
from devices import beside, comes_to, comes_true, is_connected, signs_in
from halls import Hall, Seats, an_open_round, seat
from playwright.sync_api import Locator, Page, expect
from test_axe import at_every_width

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = ((1920, 1080), (1280, 720))
SMALL = """(least) => [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()
  && !one.closest('svg, .govuk-visually-hidden, .govuk-skip-link, .fm-hall__maphead')
  && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least).map((one) => one.outerHTML)"""


def readable(page: Page) -> None:
    """Nothing is smaller than 40 px of a projector's 1,920, and nothing is below the edge, at both usual sizes."""
    for wide, high in SIZES:
        page.set_viewport_size({"width": wide, "height": high})
        comes_to(page, lambda least=40 * wide / 1920: page.evaluate(SMALL, least), [])
        comes_true(page, "document.documentElement.scrollHeight <= innerHeight")
        comes_true(page, "document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1920, "height": 1080})


def a_screen(page: Page, hall: Hall, seats: Seats, shows: str) -> tuple[Page, str]:
    with beside(hall) as desk:
        one, token = desk.add_hall_screen(seats.session, shows.title(), shows)
    page.goto(f"{hall.url}/hall/{token}")
    is_connected(page)
    return page, one.id


def test_a_screen_is_made_on_its_page_and_switched_from_the_console(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    console.get_by_role("link", name="Set up several screens").click()
    console.get_by_label("Name").fill("Left")
    console.get_by_label("It shows").select_option(label="The timer")
    console.get_by_role("button", name="Make it").click()
    at_every_width(console)
    screen = open_page(1920)
    screen.goto(f"{hall.url}{console.get_by_role('button', name='Open it here').get_attribute('href')}")
    is_connected(screen)
    expect(screen.get_by_text("No timer is running.")).to_be_visible()
    console.get_by_role("link", name="Hall screens").click()
    at_every_width(console)
    console.set_viewport_size({"width": 1920, "height": 1080})
    console.get_by_role("link", name="Back to the session").click()
    is_connected(console)
    console.keyboard.press(";")
    console.keyboard.press("1")  # unfolds the choice
    expect(console.get_by_label("Left shows")).to_be_focused()
    console.get_by_label("Left shows").select_option(label="How to join")
    console.get_by_role("button", name="Switch Left").click()
    expect(screen.get_by_role("heading", name="Join with your badge")).to_be_visible()
    console.goto(f"{hall.url}/run/{seats.session}/screens")
    console.get_by_role("button", name="Take it away").click()
    expect(screen.get_by_text("This hall screen's link is not known any more")).to_be_visible()


def test_every_choice_can_be_read_at_ten_metres(hall: Hall, seats: Seats, open_page, picture_folder):
    with beside(hall) as desk:
        desk.next_action(seats.session)
        members = [desk.join(code).member["id"] for code in seats.codes]
        desk.open_speakers(seats.session)
        for member in members:
            desk.ask_to_speak(seats.session, member)
        desk.give_floor(seats.session, members[0])
        for number in range(1, 12):
            title = f"{number}. Should the authority pay for buses that run by night, and for trams on Sundays?"
            round_id = desk.create_round(seats.session, {"title": title, "rule": "yes-no"})
            desk.open_round(round_id)
            desk.close_round(round_id)
            desk.acknowledge(seats.session)
    screen, one = a_screen(open_page(1920), hall, seats, "queue")
    for shows, words in (
        ("queue", "Member 4"),
        ("timer", "Member 1"),
        ("seating", "Member 3"),
        ("results", "11. Should"),
        ("drafts", "There are no drafts yet."),
        ("join", "and type the code on your badge."),
    ):
        with beside(hall) as desk:
            desk.switch_hall_screen(seats.session, one, shows)
        screen.reload()
        # a long list takes turns, twelve seconds each
        expect(screen.get_by_text(words).first).to_be_visible(timeout=30_000)
        readable(screen)
        screen.screenshot(path=picture_folder / f"hall_{shows}.png")
        at_every_width(screen)
        screen.set_viewport_size({"width": 1920, "height": 1080})


def test_more_results_than_fit_are_shown_page_by_page(hall: Hall, seats: Seats, open_page):
    with beside(hall) as desk:
        for number in range(1, 12):
            round_id = desk.create_round(seats.session, {"title": f"Question {number}?", "rule": "yes-no"})
            desk.open_round(round_id)
            desk.close_round(round_id)
            desk.acknowledge(seats.session)
    screen, _ = a_screen(open_page(1920), hall, seats, "results")
    words, turn = screen.locator("[data-page-words]"), screen.get_by_role("button", name="Next page")
    expect(words).to_contain_text("of 11")
    seen = set()
    turn.click()  # from now on it stays where it is
    expect(screen.get_by_role("button", name="Go on")).to_be_visible()
    for _ in range(6):
        seen |= set(screen.locator("[data-paged] li:visible strong").all_inner_texts())
        comes_true(screen, "document.documentElement.scrollHeight <= innerHeight")
        turns(words, turn)
    assert len(seen) == 11


def turns(words: Locator, turn: Locator) -> None:
    """Press for the next page, and see that it is there."""
    before = words.inner_text()
    turn.click()
    expect(words).not_to_have_text(before)


@pytest.mark.parametrize("members", [100, 150])
def test_every_name_on_the_map_is_readable_and_every_table_has_its_turn(
    hall: Hall, open_page, members: int, picture_folder
):
    seats = seat(hall.database, members=members, name=f"Map of {members}")
    with beside(hall) as desk:
        one, token = desk.add_hall_screen(seats.session, shows="seating")
    screen = open_page(1920, reduced_motion="reduce")
    screen.goto(f"{hall.url}/hall/{token}")
    is_connected(screen)
    words, turn = screen.locator("[data-page-words]"), screen.get_by_role("button", name="Next page")
    expect(words).to_contain_text("Tables 1 to")
    first = words.inner_text()
    screen.wait_for_timeout(1500)
    assert words.inner_text() == first  # who wants no motion turns the pages by hand
    names: set[str] = set()
    for page in range(12):
        names |= set(screen.locator("[data-map] ul li:visible").all_inner_texts())
        if page == 0:
            readable(screen)
            screen.screenshot(path=picture_folder / f"hall_map_{members}.png")
        comes_to(screen, lambda: screen.evaluate(SMALL, 40), [])
        turns(words, turn)
        if words.inner_text() == first:
            break
    assert len(names) == members
    assert one.shows == "seating"


def test_the_pages_of_the_map_turn_by_themselves_and_can_be_held(hall: Hall, open_page):
    seats = seat(hall.database, members=100, name="Turning")
    with beside(hall) as desk:
        _, token = desk.add_hall_screen(seats.session, shows="seating")
    screen = open_page(1920)
    screen.clock.install()
    screen.goto(f"{hall.url}/hall/{token}")
    words = screen.locator("[data-page-words]")
    expect(words).to_contain_text("Table")
    before = words.inner_text()
    screen.clock.run_for(12_500)
    expect(words).not_to_have_text(before)
    screen.get_by_role("button", name="Pause").click()
    before = words.inner_text()
    screen.clock.run_for(30_000)
    assert words.inner_text() == before


def test_a_vote_that_opens_does_not_change_what_was_chosen(hall: Hall, seats: Seats, open_page):
    screen, _ = a_screen(open_page(1920), hall, seats, "join")
    automatic = open_page(1920)
    with beside(hall) as desk:
        _, token = desk.add_hall_screen(seats.session, "Right")
    automatic.goto(f"{hall.url}/hall/{token}")
    is_connected(automatic)
    an_open_round(hall, seats, title="Adopt?")
    expect(automatic.get_by_role("heading", name="Adopt?")).to_be_visible()
    expect(screen.get_by_role("heading", name="Join with your badge")).to_be_visible()
    expect(screen.get_by_text("Adopt?")).to_have_count(0)
