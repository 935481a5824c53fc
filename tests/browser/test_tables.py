"""The tables from the facilitator's page to the tablet and the hall screen, and axe on each of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from devices import beside, comes_true, joins, opens_hall_screen, signs_in
from halls import Hall, an_open_round, seat
from playwright.sync_api import expect
from test_axe import at_every_width

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_plan_is_made_and_everyone_finds_their_table(hall: Hall, open_page, picture_folder: Path):
    seats = seat(hall.database, members=12, name="Tables")
    page, tablet = signs_in(open_page(), hall, "facilitator", seats.assembly), open_page()
    screen = opens_hall_screen(open_page(1920), hall, seats)
    tablet.goto(f"{hall.url}/join?code={seats.codes[4]}")
    tablet.get_by_role("button", name="Yes").click()
    tablet.wait_for_url("**/m")
    page.locator("#act-start-item-next").click()
    page.get_by_role("link", name="Plan the tables").click()
    at_every_width(page)
    page.get_by_label("Tables", exact=True).fill("1")
    page.get_by_role("button", name="Make a plan").click()
    page.get_by_text("There are 9 chairs at 1 table for 12 people.").wait_for()
    expect(page.get_by_label("Tables", exact=True)).to_have_value("1")
    page.get_by_label("Tables", exact=True).fill("3")
    page.get_by_text("Wishes: pinned seats").click()
    page.get_by_label("Or write them here").fill('{"pinned": [{"guest": "p5", "table": 3}]}')
    page.get_by_role("button", name="Make a plan").click()
    page.get_by_text("12 people at 3 tables of 4.").wait_for()
    page.set_viewport_size({"width": 820, "height": 1080})
    at_every_width(page)
    page.get_by_role("button", name="Use this plan").click()
    page.get_by_role("button", name="Everyone to the tables of round 1").click()
    tablet.get_by_text("You are at table 3").wait_for()
    expect(tablet.locator(".fm-header__who")).to_have_text(re.compile(r"table 3\s*$"))
    at_every_width(tablet)
    page.get_by_role("button", name="Show the map in the hall").click()
    screen.locator("[data-map]").wait_for()
    at_every_width(screen)
    screen.set_viewport_size({"width": 1920, "height": 1080})
    screen.wait_for_function("document.querySelector('[data-map]').style.length > 0")
    letters = "(what) => parseFloat(getComputedStyle(document.querySelector(what)).fontSize) >= 40"
    comes_true(screen, letters, ".fm-hall__tablenumber")
    comes_true(screen, letters, "[data-map] ul li")
    screen.wait_for_function("document.documentElement.scrollHeight <= innerHeight")
    page.get_by_role("button", name="Take the map off the hall screen").click()
    screen.locator("[data-map]").wait_for(state="detached")
    at_every_width(page)
    pages = {"the list by name and by table": 4, "place cards, four on a sheet of A4": 3, "place cards on A6": 12}
    for link, sheets in pages.items():
        page.get_by_role("link", name=link).click()
        at_every_width(page)
        printed = page.pdf(path=picture_folder / f"{link[:16]}.pdf", prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") == sheets, link
        page.get_by_role("link", name="Back to the tables").click()


def test_a_half_filled_ballot_stays_when_its_member_moves(hall: Hall, open_page):
    seats = seat(hall.database, members=4, name="Moved")
    tablet = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, title="Trams?")
    tablet.locator(".fm-choices label").first.click()
    with beside(hall) as desk:
        members = [row.id for row in desk.members(seats.assembly)]
        plan = [{members[0]: 7, members[1]: 7, members[2]: 7, members[3]: 8}]
        hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
        tablet.get_by_text("This vote has closed.").wait_for()
        desk.use_tables(seats.session, plan, instead_of=0)
        desk.move_tables(seats.session, 1)
    tablet.locator("[data-own-table]", has_text="7").first.wait_for()
    expect(tablet.locator(".fm-choices input").first).to_be_checked()
