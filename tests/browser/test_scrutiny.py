"""A vote under scrutiny, with ballots on tablets and on paper, in real browsers: from the opening to the hall."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from devices import beside, is_connected, joins, opens_hall_screen, signs_in
from halls import Hall, Seats, an_open_round, seat
from playwright.sync_api import Page, expect
from test_axe import at_every_width, small_targets

from facilitation.rules import NAMES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRUTINY = {"conduct": {"scrutiny": True}}
ON_PAPER = {
    "consent": {},
    "majority-judgement": {"options": ["tram", "bus", "path"]},
    "dots": {"options": ["tram", "bus", "path"], "terms": {"points": 5}},
}
"""Crosses, a grid, and numbers."""


@pytest.fixture
def seats(hall: Hall, request: pytest.FixtureRequest) -> Seats:
    return seat(hall.database, members=6, name=request.node.name)


class Scrutineer:
    """Somebody at the scrutineer's page."""

    def __init__(self, page: Page, hall: Hall, seats: Seats, round_id: str) -> None:
        self.page, self.hall, self.seats, self.round = (
            signs_in(page, hall, "scrutineer", seats.assembly),
            hall,
            seats,
            round_id,
        )

    def prints(self, copies: int) -> list[str]:
        self.page.get_by_role("link", name="Print paper ballots").first.click()
        self.page.get_by_label("How many ballots?").fill(str(copies))
        self.page.get_by_role("button", name="Make the ballots").click()
        expect(self.page.locator("[data-paper]")).to_have_count(copies)
        numbers = [str(one.get_attribute("data-paper")) for one in self.page.locator("[data-paper]").all()]
        self.page.get_by_role("link", name="Back to the session").click()
        return numbers

    def types(self, step: str, number: str, what: str, name: str | None = None) -> None:
        form = self.page.locator(f"#{step}-{self.round}")
        form.get_by_label("Number on the paper").fill(number)
        if name is not None:
            option = form.locator("option", has_text=name)
            form.get_by_label("Whose ballot it is").select_option(option.get_attribute("value"))
        form.get_by_label(what, exact=what in ("Yes", "No")).check()
        with self.page.expect_navigation():  # the next number is typed into the page that comes
            form.get_by_role("button").click()

    def hears(self, words: str) -> None:
        expect(self.page.get_by_text(words)).to_be_visible()


def test_a_vote_with_papers_from_the_opening_to_the_hall(hall: Hall, seats: Seats, open_page) -> None:
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    screen = opens_hall_screen(open_page(1920), hall, seats)
    round_id = an_open_round(hall, seats, title="Trams for Milltown?", **SCRUTINY)
    votes(open_page(), hall, seats, 0, "Yes", helped=True)
    votes(open_page(), hall, seats, 1, "No", helped=False)
    late = joins(open_page(), hall, seats, 2)
    expect(late.get_by_role("button", name="Check my choice")).to_be_visible()

    watch = Scrutineer(open_page(), hall, seats, round_id)
    yes, spoilt, mistyped = watch.prints(3)
    is_connected(watch.page)
    watch.hears("2 of 6 members have voted.")
    console.get_by_role("button", name="End the voting").first.click()
    expect(watch.page.get_by_role("heading", name="Confirm the close")).to_be_visible()
    for device in (screen, late):
        expect(device.get_by_text("The count is being checked by the scrutineer")).to_be_visible()

    watch.types("first", yes, "Yes")
    watch.hears("Typed once.")
    watch.page.get_by_text("Waiting for the second typing: 1").wait_for()
    expect(watch.page.get_by_role("button", name="Confirm the close and count")).to_have_count(0)
    watch.types("second", yes, "Yes", "Member 3")
    watch.hears("Both typings agree.")
    watch.types("first", spoilt, "It cannot be counted: spoilt")
    watch.types("second", spoilt, "It cannot be counted: spoilt", "Member 4")
    watch.types("first", mistyped, "Yes")
    watch.types("second", mistyped, "No", "Member 5")
    watch.hears("The two typings of this ballot are not the same. Both are void now.")
    expect(watch.page.locator("input:checked[value=yes], input:checked[value=no]")).to_have_count(0)
    watch.types("first", mistyped, "No")
    watch.types("second", mistyped, "No", "Member 5")
    watch.hears("5 of 6 members have voted.")

    watch.page.get_by_role("button", name="Confirm the close and count").click()
    watch.hears("the hall has not seen this yet")
    expect(screen.locator("[data-verdict]")).to_have_count(0)
    watch.page.get_by_role("button", name="Countersign the result").click()
    watch.hears("Countersigned at")
    watch.page.get_by_text("Order a recount").click()
    watch.page.get_by_label("Why?").fill("A member asked for it")
    watch.page.get_by_role("button", name="Count the ballots again").click()
    watch.hears("Counted again: the same result.")

    observer = signs_in(open_page(), hall, "observer", seats.assembly)
    expect(observer.get_by_text("No count is published yet")).to_be_visible()
    console.get_by_role("button", name="Show the result").first.click()
    expect(screen.locator("[data-verdict]")).to_be_visible()
    expect(observer.get_by_role("heading", name="Published counts")).to_be_visible()
    with beside(hall) as desk:
        result = desk.result(round_id)
        assert (result["counts"]["yes"], result["counts"]["no"], result["spoilt"], result["cast"]) == (2, 2, 1, 5)
        assert desk.turnout_by_channel(round_id) == {"assisted": 1, "paper": 3, "tablet": 1}


def votes(page: Page, hall: Hall, seats: Seats, number: int, choice: str, *, helped: bool) -> None:
    """Choose, check, tick who was helped, send."""
    joins(page, hall, seats, number)
    page.get_by_label(choice, exact=False).first.check()
    page.get_by_role("button", name="Check my choice").click()
    if helped:
        page.get_by_label("Somebody helped me to vote").check()
    page.get_by_role("button", name="Send my vote").click()
    page.locator("[data-receipt]").wait_for()


def test_the_tablet_of_a_member_whose_paper_is_in_the_urn_says_so(hall: Hall, seats: Seats, open_page) -> None:
    round_id = an_open_round(hall, seats, **SCRUTINY)
    with beside(hall) as desk:
        number = desk.printed_papers(round_id, desk.print_papers(round_id, 1))[0]
        member = desk.members(seats.assembly)[0].id
    tablet = joins(open_page(), hall, seats, 0)
    watch = Scrutineer(open_page(), hall, seats, round_id)
    watch.types("first", number, "Yes")
    watch.types("second", number, "Yes", "Member 1")
    watch.hears("Both typings agree.")
    tablet.reload()
    expect(tablet.get_by_role("heading", name="Your paper ballot is in the urn")).to_be_visible()
    at_every_width(tablet)
    with beside(hall) as desk:
        assert member in desk.papers(round_id).voted


@pytest.mark.parametrize("rule", list(ON_PAPER))
def test_papers_and_their_boxes_for_the_keyboard(hall: Hall, seats: Seats, open_page, rule: str) -> None:
    spec = {"title": "What do you say to this?", "rule": rule, **ON_PAPER[rule], **SCRUTINY}
    round_id = an_open_round(hall, seats, **spec)
    page = open_page()
    watch = Scrutineer(page, hall, seats, round_id)
    at_every_width(page)
    number = watch.prints(2)[0]
    if rule == "consent":
        watch.types("first", number, "Nothing: it was left blank")
        page.get_by_text("Strike it").click()
        at_every_width(page)
    assert small_targets(page) == []
    page.goto(f"{hall.url}/run/{seats.session}/rounds/{round_id}/paper")
    at_every_width(page)
    page.get_by_label("How many ballots?").fill("2")
    page.get_by_role("button", name="Make the ballots").click()
    at_every_width(page)


FOUR = ["More buses in the evening", "A tram to the hospital", "Safe cycle lanes on Mill Road", "Free travel under 21"]
BIDS = {"budget": 12000, "costs": [5000, 4000, 2500, "1250.50"]}
OF_EVERY_RULE: dict[str, dict[str, Any]] = {
    **{rule: {} for rule in ("yes-no", "support", "consent", "temperature")},
    **{rule: {"options": FOUR} for rule in ("plurality", "approval", "irv", "stv", "borda", "schulze", "score")},
    "majority-judgement": {"options": FOUR},
    "dots": {"options": FOUR, "terms": {"points": 10, "cap": 5}},
    "quadratic": {"options": FOUR, "terms": {"points": 30}},
    "greedy": {"options": FOUR, "terms": BIDS},
    "equal-shares": {"options": FOUR, "terms": {**BIDS, "ballots": "score"}},
    "phragmen": {"options": FOUR, "terms": BIDS},
}


def test_papers_of_every_rule_come_out_of_the_printer_whole(
    hall: Hall, seats: Seats, open_page, picture_folder: Path
) -> None:
    """Two ballots on one sheet of A4; in large print, each on a page of its own and nothing cut off."""
    assert set(OF_EVERY_RULE) == set(NAMES)
    page = signs_in(open_page(), hall, "facilitator", seats.assembly)
    with beside(hall) as desk:
        for rule, more in OF_EVERY_RULE.items():
            made = desk.create_round(seats.session, {"title": "What should come first?", "rule": rule, **more})
            address = f"{hall.url}/run/{seats.session}/rounds/{made}/paper?sheet={desk.print_papers(made, 2)}"
            for size, sheets in (("", 1), ("&large=1", 2)):
                page.goto(address + size)
                printed = page.pdf(path=picture_folder / f"paper_{rule}{size[:6]}.pdf", prefer_css_page_size=True)
                assert printed.count(b"/Type /Page\n") == sheets, f"{rule}{size}"
                wider = "(one) => one.scrollWidth > one.clientWidth + 1"
                assert not any(one.evaluate(wider) for one in page.locator(".fm-paper__ballot, .fm-paper__stub").all())


def test_the_pages_of_a_counted_vote(hall: Hall, seats: Seats, open_page) -> None:
    round_id = an_open_round(hall, seats, **SCRUTINY)
    watch = Scrutineer(open_page(), hall, seats, round_id)
    with beside(hall) as desk:
        desk.close_round(round_id)
        desk.confirm_close(round_id)
    watch.page.get_by_role("button", name="Countersign the result").wait_for()
    watch.page.get_by_text("Order a recount").click()
    at_every_width(watch.page)
    observer = signs_in(open_page(), hall, "observer", seats.assembly)
    at_every_width(observer)
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    console.get_by_role("button", name="Let a scrutineer in").click()
    at_every_width(console)
    with beside(hall) as desk:
        desk.show_result(round_id)
    observer.get_by_role("heading", name="Published counts").wait_for()
    at_every_width(observer)
