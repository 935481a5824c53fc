"""A staff form that is refused comes back with what was typed, what is wrong above it, and a way to mend it."""

from __future__ import annotations

import re

import pytest
from devices import beside, is_connected, joins, signs_in
from halls import Hall, Seats, an_open_round
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

POOL = b"id,age\n" + b"".join(f"v{n},{'16-39' if n % 2 else '40+'}\n".encode() for n in range(8))
QUOTAS = b"feature,value,min,max\nage,16-39,1,2\nage,40+,1,2\n"


def is_told(page: Page, problem: str) -> None:
    """The error summary says so."""
    expect(page.locator(".govuk-error-summary")).to_contain_text(problem)


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without"])
def test_a_refused_round_comes_back_with_its_words(hall: Hall, seats: Seats, open_page, script: bool):
    console = signs_in(open_page(820, java_script_enabled=script), hall, "facilitator", seats.assembly)
    console.get_by_role("link", name="Another kind of question").click()
    console.get_by_role("link", name="Answers in order, one wins").click()
    console.get_by_label("The question, as members will read it").fill("Which first?")
    console.get_by_label("The answers, one on each line").fill("Tram\ntram")
    console.get_by_role("button", name="Prepare this vote").click()
    is_told(console, "cannot be told apart")
    expect(console).to_have_title(re.compile("^Error: "))
    expect(console.get_by_label("The question, as members will read it")).to_have_value("Which first?")
    expect(console.get_by_role("heading", name="Answers in order, one wins")).to_be_visible()
    console.get_by_role("link", name="cannot be told apart").click()
    console.get_by_label("The answers, one on each line").fill("Tram\nBus")
    console.get_by_role("button", name="Prepare this vote").click()
    expect(console.get_by_role("heading", name="Which first?").first).to_be_visible()
    expect(console.locator(".govuk-error-summary")).to_have_count(0)


def test_what_came_back_stays_when_somebody_joins(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(820), hall, "facilitator", seats.assembly)
    field = console.get_by_label("The question, as members will read it")
    field.fill("Adopt the report?")
    console.get_by_label("How many must vote for it to count").select_option(label="At least half of all members")
    console.get_by_role("button", name="Only prepare").click()
    is_told(console, "A minimum turnout needs a line")
    is_connected(console)
    joins(open_page(320), hall, seats, 0)
    expect(console.get_by_text("In the hall: 1 of 4")).to_be_visible()
    expect(field).to_have_value("Adopt the report?")


def test_a_minimum_turnout_is_set_on_the_console(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(820), hall, "facilitator", seats.assembly)
    console.get_by_label("The question, as members will read it").fill("Adopt the report?")
    console.get_by_label("What it takes to pass").select_option(label="At least two thirds of the yes-or-no votes")
    console.get_by_label("How many must vote for it to count").select_option(label="At least half of all members")
    console.get_by_role("button", name="Only prepare").click()
    expect(console.get_by_text("at least half of all members voting").first).to_be_visible()


def test_a_button_pressed_too_late_shows_where_the_session_is_now(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(820, java_script_enabled=False), hall, "facilitator", seats.assembly)
    with beside(hall) as desk:
        items = [item["id"] for item in desk.public_screens(seats.session)["facilitator"]["agenda"]]
        desk.start_item(seats.session, items[0])
    console.locator("#act-start-item-next").click()
    is_told(console, "The session has moved on")
    expect(console.locator(".fm-agenda__item--now")).to_have_count(1)


def test_a_refused_upload_keeps_the_other_fields(hall: Hall, open_page):
    page = signs_in(open_page(820), hall, "recruiter")
    page.get_by_role("button", name="Start").click()
    is_told(page, "The recruitment needs a title.")
    page.get_by_label("What are you recruiting for?").fill("Forms")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("How many members?").fill("fifty")
    page.get_by_label("Columns that name a household").fill("address")
    page.get_by_role("button", name="Upload and check").click()
    is_told(page, "whole number")
    expect(page.get_by_label("How many members?")).to_have_value("fifty")
    expect(page.get_by_label("Columns that name a household")).to_have_value("address")


def test_a_panel_is_drawn_with_a_public_seed(hall: Hall, open_page):
    page = signs_in(open_page(820), hall, "recruiter")
    with beside(hall) as desk:
        made = desk.new_recruitment("Seeded")
        desk.put_files(made, pool=("pool.csv", POOL), quotas=("quotas.csv", QUOTAS), size=3)
    page.goto(f"{hall.url}/recruit/{made}")
    page.get_by_text("Draw with a public seed").click()
    page.get_by_label("Seed (optional)").fill("--3 6 1 1 5 2")
    page.get_by_role("button", name="Draw the panel").click()
    page.get_by_role("button", name="Seat the panel").wait_for(timeout=90_000)
    expect(page.get_by_text("The seed was --3 6 1 1 5 2.")).to_be_visible()


def test_without_script_a_ballot_with_one_place_twice_keeps_what_was_typed(hall: Hall, seats: Seats, open_page):
    page = joins(open_page(820, java_script_enabled=False), hall, seats, 0)
    an_open_round(hall, seats, rule="irv", options=["tram", "bus", "bike"])
    page.goto(f"{hall.url}/m")
    page.get_by_role("button", name="Check my choice").click()
    expect(page.get_by_text("Rank at least one option; you need not rank them all.")).to_be_visible()
    for option in ("Tram", "Bus"):
        page.get_by_label(option).fill("1")
    page.get_by_role("button", name="Check my choice").click()
    expect(page.get_by_text("“tram” and “bus” are both on place 1.")).to_be_visible()
    expect(page.get_by_label("Bus")).to_have_value("1")
    page.get_by_label("Tram").fill("2")
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Change my choice").click()
    for option, place in (("Tram", "2"), ("Bus", "1"), ("Bike", "")):
        expect(page.get_by_label(option)).to_have_value(place)
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()


def test_a_prepared_vote_waits_until_the_open_one_is_over(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(820), hall, "facilitator", seats.assembly)
    with beside(hall) as desk:
        desk.create_round(seats.session, {"title": "Later?", "rule": "yes-no"})
    an_open_round(hall, seats, title="Now?")
    expect(console.get_by_text("when nothing else is on the screens")).to_be_visible()
    expect(console.get_by_role("button", name="Open this vote")).to_have_count(0)
