"""A facilitator makes a vote by its form, rehearses it, chooses how it is counted, practises, and opens it."""

from __future__ import annotations

import pytest
from devices import is_connected, joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import Page, expect
from test_axe import at_every_width, small_targets

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BIDS = """Trees for Mill Lane | 4200
Benches | 1500
Bike stands | 2600
A youth club | 9000
Lights in the park | 7400
A kitchen for the hall | 6100"""


def opens_details(page: Page) -> None:
    """Everything that is folded away is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without"])
def test_a_budget_is_made_rehearsed_chosen_and_opened(hall: Hall, seats: Seats, open_page, script: bool):
    console = signs_in(open_page(820, java_script_enabled=script), hall, "facilitator", seats.assembly)
    console.get_by_role("link", name="Another kind of question").click()
    console.get_by_role("link", name="Equal shares").click()
    console.get_by_label("The question, as members will read it").fill("Which bids shall be funded?")
    console.get_by_label("How much money is there?").fill("20.000,-")
    console.get_by_label("The bids, one on each line, with what they cost").fill(BIDS)
    console.get_by_text("More about how it is held").click()
    console.get_by_label("Hold the result until I show it").check()
    console.get_by_role("button", name="Prepare this vote").click()
    expect(console.locator("#budget-error")).to_contain_text("is not a sum of money")
    expect(console.get_by_label("The bids, one on each line, with what they cost")).to_have_value(BIDS)
    expect(console.get_by_label("Hold the result until I show it")).to_be_checked()
    console.get_by_label("How much money is there?").fill("£20,000")
    console.get_by_role("button", name="Prepare this vote").click()

    expect(console.get_by_role("heading", name="Which bids shall be funded?")).to_be_visible()
    expect(console.get_by_text("The hall sees the result when you show it.")).to_be_visible()
    first = console.locator("code").text_content()
    console.get_by_role("button", name="Rehearse it with robots").click()
    expect(console.get_by_text("Rehearsal: made-up ballots, nothing is stored")).to_be_visible()
    console.get_by_label("Seed of their opinions").fill("twelve beans")
    console.get_by_role("button", name="Rehearse again").click()
    expect(console.get_by_role("heading", name="What 60 robots would have decided")).to_be_visible()
    row = console.get_by_role("row", name="Most votes first")
    expect(row).to_contain_text("of 60")
    row.get_by_role("button", name="Count by this").click()

    expect(console.get_by_text("A budget by most votes first")).to_be_visible()
    expect(console.locator("code")).not_to_have_text(first or "")
    expect(console.get_by_text("Version 2 and its fingerprint")).to_be_visible()
    console.get_by_role("button", name="Open this vote").click()
    expect(console.get_by_text("0 of 0 have voted")).to_be_visible()
    console.goto(f"{hall.url}/run/{seats.session}")
    console.get_by_role("link", name="Which bids shall be funded?", exact=True).click()
    expect(console.locator("main .govuk-tag")).to_have_text(["open"], use_inner_text=True)
    expect(console.get_by_role("link", name="Change it")).to_have_count(0)


def test_practice_is_one_press_and_says_so_on_every_screen(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(820), hall, "facilitator", seats.assembly)
    tablet = joins(open_page(320), hall, seats, 0)
    screen = opens_hall_screen(open_page(1920), hall, seats)
    is_connected(console)
    console.get_by_text("Practise first").click()
    console.get_by_role("button", name="Answers in order, one wins").click()
    for page in (console, tablet, screen):
        expect(page.get_by_text("this does not count").first).to_be_visible()
        at_every_width(page)
    console.locator("#act-close-round-next").click()
    expect(screen.locator("[data-verdict]")).to_be_visible()
    for page in (console, tablet, screen):
        expect(page.get_by_text("this does not count").first).to_be_visible()


def test_enter_in_a_field_prepares_the_vote(hall: Hall, seats: Seats, open_page):
    console = signs_in(open_page(820), hall, "facilitator", seats.assembly)
    console.goto(f"{hall.url}/run/{seats.session}/rounds/new?rule=dots")
    console.get_by_label("The question, as members will read it").fill("Which first?")
    console.get_by_label("The answers, one on each line").fill("Tram\nBus")
    console.get_by_label("How many dots has each member?").press("Enter")
    expect(console.get_by_role("heading", name="Which first?")).to_be_visible()


@pytest.mark.parametrize("rule", ["yes-no", "approval", "majority-judgement", "equal-shares"])
def test_the_pages_of_a_round_before_it_is_held(hall: Hall, seats: Seats, open_page, rule: str):
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    if rule == "yes-no":
        console.goto(f"{hall.url}/run/{seats.session}/rounds/new")
        at_every_width(console)
    console.goto(f"{hall.url}/run/{seats.session}/rounds/new?rule={rule}")
    opens_details(console)
    at_every_width(console)
    assert small_targets(console) == []
    console.get_by_role("button", name="Prepare this vote").click()
    expect(console.locator(".govuk-error-summary")).to_be_visible()
    at_every_width(console)
    console.get_by_label("The question, as members will read it").fill("A question that is asked at some length?")
    if rule == "equal-shares":
        console.get_by_label("How much money is there?").fill("20000")
        console.get_by_label("The bids, one on each line, with what they cost").fill(BIDS)
    elif rule != "yes-no":
        console.get_by_label("The answers, one on each line").fill("Tram\nBus\nAn answer that goes on for a while")
    console.get_by_role("button", name="Prepare this vote").click()
    expect(console.get_by_role("button", name="Rehearse it with robots")).to_be_visible()
    at_every_width(console)
    console.get_by_role("button", name="Rehearse it with robots").click()
    expect(console.get_by_text("Rehearsal: made-up ballots, nothing is stored")).to_be_visible()
    opens_details(console)
    at_every_width(console)
