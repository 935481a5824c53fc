"""The speakers' list on four screens: a member asks, the console gives the floor, the hall and the tablet show it."""

from __future__ import annotations

import re

import pytest
from devices import beside, is_connected, is_up_to_date, joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import expect
from test_axe import at_every_width, small_targets

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGENDA = [{"kind": "speakers", "title": "Questions to the speakers", "planned_minutes": 20}]
PEOPLE = [
    {"id": "v1", "name": "Carys Llŵyd-Ffestiniog ap Gwynedd", "age": "16-29"},
    {"id": "v2", "name": "فريد الهاشمي", "age": "30-49"},
]


def test_who_asks_gets_the_floor_and_sees_the_time_of_the_speech(hall: Hall, open_page):
    with beside(hall) as desk:
        seated = desk.seat("Speakers", PEOPLE, agenda=AGENDA)
        desk.start_item(seated.session_id, desk.public_screens(seated.session_id)["facilitator"]["agenda"][0]["id"])
    seats = Seats(seated.assembly_id, seated.session_id, "", tuple(one.code for one in seated.members), ())
    wall = opens_hall_screen(open_page(1920), hall, seats)
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    is_connected(console)
    tablets = [joins(open_page(), hall, seats, number) for number in (0, 1)]
    for place, tablet in enumerate(tablets, start=1):
        is_connected(tablet)
        at_every_width(tablet)
        tablet.get_by_role("button", name="Ask to speak").click()
        expect(tablet.get_by_text(f"number {place} on" if place > 1 else "You are next.")).to_be_visible()
        at_every_width(tablet)
        assert small_targets(tablet) == []
    expect(wall.get_by_text("Next: Carys")).to_be_visible()
    is_up_to_date(console, hall, seats)
    console.get_by_role("button", name="Give the floor to Carys").last.click()  # the first is in the strip above

    expect(tablets[0].get_by_text("You have the floor.")).to_be_visible()
    expect(tablets[0].locator("[data-clock]")).to_have_count(1)  # the speech's, and not the twenty minutes of the item
    expect(tablets[0].locator("[data-clock]")).to_have_text(re.compile(r"[01]:\d\d"))
    expect(tablets[1].get_by_text("Speaking now: Carys")).to_be_visible()
    expect(wall.locator(".fm-hall__floor")).to_contain_text("Carys")
    expect(wall.get_by_text("for “Questions to the speakers”")).to_be_visible()
    expect(wall.locator("[data-clock]")).to_have_count(2)
    for page in (tablets[0], console):
        at_every_width(page)
    console.get_by_role("link", name="Who has spoken how much").click()
    expect(console.get_by_role("heading", name="Who has spoken how much")).to_be_visible()
    at_every_width(console)
    console.get_by_role("link", name="Back to the session").click()
    console.get_by_role("button", name="Finished").click()
    expect(tablets[0].get_by_role("button", name="Ask to speak")).to_be_visible()
