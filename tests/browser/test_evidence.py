"""Evidence on four screens: slots, a question that two tables ask, support, an answer, a paper, and the livestream."""

from __future__ import annotations

import re
from typing import Any

import pytest
from devices import beside, comes_true, is_connected, is_up_to_date, joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import Page, expect
from test_axe import at_every_width, faults, small_targets

from facilitation.desk import Desk
from facilitation.desk.evidence import Place

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SPEAKERS = [
    {"name": "Dr Amina Rahman", "subject": "What a heat pump does", "minutes": 10},
    {"name": "فريد الهاشمي", "subject": "What our street did", "minutes": 8},
]
AGENDA = [
    {"kind": "evidence", "title": "How we heat our homes", "terms": {"speakers": SPEAKERS}},
    {"kind": "discussion"},
]
PEOPLE = [{"id": f"v{n}", "name": f"Member {n}", "table": str(n)} for n in (1, 2)]
NIGHT = "How loud is a heat pump at night?"
NOISE = "Will the neighbours hear it? <b>Clywed</b> ŵ"


def asks(tablet: Page, words: str) -> None:
    tablet.get_by_label("Ask the speakers a question").fill(words)
    tablet.get_by_role("button", name="Send the question").click()
    expect(tablet.get_by_role("heading", name="What all tables ask")).to_be_visible()


def bank(desk: Desk, at: Place) -> dict[str, Any]:
    found: dict[str, Any] = desk.item_screen(at.session, at.item, "facilitator")["work"]["questions"]
    return found


def letters_are_large(wall: Page) -> None:
    """The smallest letters on the wall have 40 pixels of a screen that is 1920 wide."""
    wall.set_viewport_size({"width": 1920, "height": 1080})
    comes_true(
        wall,
        """() => Math.min(...[...document.querySelectorAll(".fm-hall__body *")]
          .filter((one) => one.checkVisibility() && !one.closest(".govuk-visually-hidden"))
          .filter((one) => [...one.childNodes].some((part) => part.nodeType === 3 && part.textContent.trim()))
          .map((one) => parseFloat(getComputedStyle(one).fontSize))) >= 40""",
    )


def test_two_tables_ask_the_speakers_and_the_hall_sees_the_answer(hall: Hall, open_page):
    with beside(hall) as desk:
        seated = desk.seat("Evidence", PEOPLE, agenda=AGENDA)
        at = Place(seated.session_id, desk.public_screens(seated.session_id)["facilitator"]["agenda"][0]["id"])
        desk.plan_livestream(at.session, used=True)
        desk.start_item(at.session, at.item)
    seats = Seats(seated.assembly_id, seated.session_id, "", tuple(one.code for one in seated.members), ())
    wall = opens_hall_screen(open_page(1920), hall, seats)
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    is_connected(console)
    one, two = (joins(open_page(), hall, seats, number) for number in (0, 1))
    for tablet in (one, two):
        is_connected(tablet)
        expect(tablet.get_by_text("Livestream on")).to_be_visible()

    console.get_by_role("button", name="Start Dr Amina Rahman").click()
    expect(wall.locator(".fm-hall__floor")).to_contain_text("Dr Amina Rahman")
    expect(one.locator(".fm-ev__floor [data-clock]")).to_have_text(re.compile(r"10:00|9:\d\d"))
    console.get_by_role("button", name="+1 minute").last.click()
    expect(one.locator(".fm-ev__floor [data-clock]")).to_have_text(re.compile(r"10:[345]\d"))

    half = two.get_by_label("Ask the speakers a question")
    half.fill(NOISE[:12])  # half written while others act: nothing of it is lost
    asks(one, NIGHT)
    expect(two.get_by_role("button", name=f"I want this answered ({NIGHT})")).to_be_visible()
    expect(half).to_have_value(NOISE[:12])
    asks(two, NOISE)
    expect(two.get_by_text("1 of 2 used")).to_be_visible()
    two.get_by_role("button", name=f"I want this answered ({NIGHT})").click()
    expect(one.get_by_text("1 person wants this answered", exact=True)).to_be_visible()
    for page in (one, wall):
        at_every_width(page)
    assert small_targets(one) == []
    for contrast in ("fm-contrast-high", "fm-contrast-dark"):
        one.evaluate("(name) => document.documentElement.classList.add(name)", contrast)
        assert faults(one) == []
        clocks = "[...document.querySelectorAll('.fm-timer')].map((one) => getComputedStyle(one).color)"
        ink = "getComputedStyle(document.querySelector('.fm-ev__name')).color"
        assert set(one.evaluate(clocks)) == {one.evaluate(ink)}
        one.evaluate("(name) => document.documentElement.classList.remove(name)", contrast)

    waiting = console.locator(".fm-ev__row", has=console.locator(".fm-ev__words", has_text=NOISE))
    waiting.get_by_text("What became of it, or the same as another").click()
    waiting.get_by_label("It says the same as").select_option(label=NIGHT)
    at_every_width(console)
    waiting.get_by_role("button", name="Put them together").click()
    expect(one.get_by_text("1 more question says the same")).to_be_visible()
    is_up_to_date(console, hall, seats)
    console.get_by_role("button", name=f"Answer now ({NIGHT})").click()
    expect(wall.locator(".fm-hall__asked")).to_have_text(NIGHT)
    expect(wall.get_by_text("Tables 1, 2 · 1 person wants this answered")).to_be_visible()
    at_every_width(wall)
    letters_are_large(wall)
    with beside(hall) as desk:  # as long as a question may be, it is still readable from ten metres
        desk.ask_for_table(at, 1, "long", (f"{NOISE} " * 20)[:400].strip())
        long = next(one["id"] for one in bank(desk, at)["waiting"])
        now = bank(desk, at)["now"]["id"]
        desk.mark_question(at, long, "now")
        expect(wall.locator(".fm-hall__asked--long")).to_be_visible()
        letters_are_large(wall)
        desk.mark_question(at, now, "now")
    expect(wall.locator(".fm-hall__asked")).to_have_text(NIGHT)
    console.get_by_role("button", name="Answered", exact=True).first.click()
    expect(wall.locator(".fm-hall__asked")).to_have_count(0)
    expect(one.get_by_text("2 questions are done")).to_be_visible()

    files = {"name": "Heat pumps.txt", "mimeType": "text/plain", "buffer": b"They move heat. <script>x()</script>"}
    console.get_by_label("A file").set_input_files(files)
    console.get_by_role("button", name="Hand it out").click()
    with one.expect_popup() as opened:
        one.get_by_role("link", name="Heat pumps").click()
    expect(opened.value.get_by_text("They move heat. <script>x()</script>")).to_be_visible()
    one.goto(f"{hall.url}/papers")
    at_every_width(one)

    console.get_by_role("button", name="Start “Table discussion”").click()
    expect(console.get_by_text("This part is usually private.")).to_be_visible()
    console.get_by_role("button", name="The livestream is off now").click()
    expect(wall.get_by_text("Livestream off – what is said now stays in the room")).to_be_visible()
    for page in (console, wall):
        at_every_width(page)
    two.goto(f"{hall.url}/m/items/{at.item}")
    expect(two.get_by_text("1 of 2 used")).to_be_visible()
    at_every_width(two)
    console.goto(f"{hall.url}/run/{at.session}/items/{at.item}")
    at_every_width(console)
