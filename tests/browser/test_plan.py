"""The agenda is changed in the middle of a day, with and without JavaScript, and every screen follows."""

from __future__ import annotations

import re

import pytest
from devices import joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import expect
from test_axe import at_every_width

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_facilitator_plans_by_plain_forms_while_console_and_hall_follow(hall: Hall, seats: Seats, open_page):
    plain = signs_in(open_page(java_script_enabled=False), hall, "facilitator", seats.assembly)
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    screen = opens_hall_screen(open_page(1920), hall, seats)
    plain.get_by_role("link", name="Change the agenda").click()
    plain.get_by_label("Which day?").select_option(label="An evening, six to half past eight: 8 items")
    plain.get_by_role("button", name="Use this day").click()
    expect(screen.get_by_text("Arrivals and welcome")).to_be_visible()
    step = hall.get("/api/screen", seats.facilitator).json["seq"]
    expect(console.locator("[data-screen]")).to_have_attribute("data-seq", str(step))  # else: the session has moved on
    console.locator("#act-start-item-next").click()
    expect(console.locator("[data-drift]")).to_have_text("On time")
    expect(screen.get_by_text("We end at about")).to_be_visible()
    console.locator("#extend-300").click()
    expect(console.locator("[data-drift]")).to_have_text("5 minutes behind")
    console.get_by_text("Short of time?").click()
    console.get_by_role("button", name="Do “Questions to the speakers” first").click()
    expect(screen.locator(".fm-hall__next")).to_contain_text("Questions to the speakers")
    console.locator("#undo").click()
    expect(screen.locator(".fm-hall__next")).to_contain_text("Evidence")
    console.get_by_text("Short of time?").click()
    console.get_by_label("Skip “Evidence”").fill("The speaker is ill")
    console.locator("#skip-next").click()
    expect(console.locator("[data-drift]")).to_have_text("15 minutes in hand")
    plain.reload()
    expect(plain.get_by_text("Skipped: The speaker is ill")).to_be_visible()
    last = plain.locator("li.fm-plan__item").last
    last.get_by_text("Change it").click()
    last.get_by_label("Minutes", exact=True).fill("0")
    last.get_by_label("Title", exact=True).fill("Farewell")
    last.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("alert")).to_contain_text("0 is not a length")
    expect(last.get_by_label("Title", exact=True)).to_have_value("Farewell")
    last.get_by_label("Minutes", exact=True).fill("10")
    last.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", name="Farewell")).to_be_visible()
    at_every_width(console)


def test_the_pages_of_the_plan_are_accessible(hall: Hall, seats: Seats, open_page):
    page = signs_in(open_page(), hall, "facilitator", seats.assembly)
    page.goto(f"{hall.url}/run/{seats.session}/agenda")
    with page.expect_navigation():
        page.get_by_role("button", name="Use this day").click()
    at_every_width(page)
    last = page.locator("li.fm-plan__item").last
    last.get_by_text("Skip, split or remove it").click()
    last.get_by_label("Minutes of the first part").fill("99")
    last.get_by_role("button", name="Split it in two").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot have 99")
    at_every_width(page)
    for path in ("sheet", "sessions"):
        page.goto(f"{hall.url}/run/{seats.session}/{path}")
        at_every_width(page)


def test_the_run_sheet_of_a_whole_day_is_at_most_two_pages(hall: Hall, seats: Seats, open_page):
    page = signs_in(open_page(), hall, "facilitator", seats.assembly)
    page.goto(f"{hall.url}/run/{seats.session}/agenda")
    with page.expect_navigation():
        page.get_by_role("button", name="Use this day").click()
    page.goto(f"{hall.url}/run/{seats.session}/sheet")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 2


def test_people_are_checked_in_by_name_and_leave_on_their_own_tablet(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    tablet = joins(open_page(320), hall, seats, 0)
    expect(console.get_by_role("heading", name="In the hall: 1 of 4")).to_be_visible()
    console.get_by_label("Check in or out by name").fill("member 2")
    console.locator("#people-search").click()
    console.get_by_role("button", name=re.compile("^Arrived.*Member 2")).click()
    expect(console.get_by_role("button", name=re.compile("^Left.*Member 2"))).to_be_visible()
    at_every_width(console)
    console.goto(f"{hall.url}/run/{seats.session}")
    expect(console.get_by_role("heading", name="In the hall: 2 of 4")).to_be_visible()
    tablet.get_by_text("I have to leave").click()
    at_every_width(tablet)
    tablet.get_by_role("button", name="I am leaving now").click()
    expect(tablet.get_by_role("heading", name="You have left this session")).to_be_visible()
    at_every_width(tablet)
    expect(console.get_by_role("heading", name="In the hall: 1 of 4")).to_be_visible()
    console.get_by_text("1 left early").click()
    at_every_width(console)
    console.get_by_role("button", name=re.compile("^Back.*Member 1")).click()
    tablet.get_by_role("heading", name="You are in. We start soon.").wait_for()


def test_a_working_day_is_planned_with_its_terms_and_sessions_with_their_days(hall: Hall, seats: Seats, open_page):
    page = signs_in(open_page(), hall, "facilitator", seats.assembly)
    page.goto(f"{hall.url}/run/{seats.session}/agenda")
    page.get_by_label("Which day?").select_option(value="working")
    page.get_by_role("button", name="Use this day").click()
    expect(page.get_by_text("Goes on with “Drafting in theme groups”")).to_have_count(2)
    gallery = page.locator(".fm-plan__item", has_text="Gallery of the drafts")
    gallery.get_by_text("Change it").click()
    gallery.get_by_label("Places in a theme group").fill("many")
    gallery.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("must be a whole number")
    expect(gallery.get_by_label("Places in a theme group")).to_have_value("many")
    at_every_width(page)
    gallery.get_by_label("Places in a theme group").fill("7")
    with page.expect_navigation():
        gallery.get_by_role("button", name="Save").click()
    page.goto(f"{hall.url}/run/{seats.session}/sessions")
    page.get_by_label("On which day?").fill("2027-03-06")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("link", name="The sessions of this assembly").click()
    expect(page.get_by_text("Saturday 6 March 2027")).to_be_visible()
    at_every_width(page)
    page.get_by_role("button", name=re.compile("^Remove it.*Session 2")).click()
    expect(page.get_by_text("Saturday 6 March 2027")).to_have_count(0)


def test_a_panel_is_seated_from_a_file_in_the_browser(hall: Hall, open_page):
    page = signs_in(open_page(), hall, "recruiter")
    page.get_by_role("link", name="Seat a panel from a file").click()
    page.get_by_role("button", name="Seat them").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a name")
    at_every_width(page)
    page.get_by_label("What is the assembly called?").fill("From a file")
    panel = {"name": "panel.csv", "mimeType": "text/csv", "buffer": b"id,name\n1,Ada\n2,Bob\n"}
    page.get_by_label("The panel").set_input_files(panel)
    page.get_by_role("button", name="Seat them").click()
    expect(page.get_by_role("heading", name="2 members are seated")).to_be_visible()
