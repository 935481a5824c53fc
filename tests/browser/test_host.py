"""A table host's tablet: taps, notes and calls reach the other screens, and nothing that is typed is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from devices import beside, comes_true, is_connected, is_up_to_date, joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import Page, expect
from test_axe import at_every_width, faults, small_targets

from facilitation.activities import ACTIVITIES
from facilitation.desk import By

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LARGE = """(() => {
  const all = [...document.querySelectorAll('.fm-hallnotes li')];
  return all.length > 0 && all.every((one) => parseFloat(getComputedStyle(one).fontSize) >= 40);
})()"""
AGENDA: list[dict[str, Any]] = [
    {"kind": "discussion", "title": "What would make you take the bus?", "planned_minutes": 20},
    {"kind": "break"},
]
NAMES = (
    "Carys Llŵyd-Ffestiniog ap Gwynedd",
    "Dai Powell",
    "فريد الهاشمي",
    "Grace Okafor",
    "Huw Parry",
    "Ines Duarte",
    "Joe Bright",
)
PEOPLE = [
    {
        "id": f"v{n}",
        "name": name,
        "table": str(1 + n // 5),
        "access needs": "reads lips; sits by the door" if n == 1 else "",
    }
    for n, name in enumerate(NAMES)
]


@pytest.fixture
def seats(hall: Hall, request: pytest.FixtureRequest) -> Seats:
    with beside(hall) as desk:
        seated = desk.seat(f"Buses for all {request.node.name[:20]}", PEOPLE, AGENDA)
    return Seats(seated.assembly_id, seated.session_id, "", tuple(one.code for one in seated.members), ())


def lets_host_in(page: Page, hall: Hall, seats: Seats, table: int) -> Page:
    with beside(hall) as desk:
        link = desk.issue_link("host", seats.assembly, table=table)
    page.goto(f"{hall.url}/sign-in/{link}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/host/*")
    is_connected(page)
    return page


def picture(page: Page, folder: Path, name: str) -> None:
    for width, high in ((320, 1400), (820, 1180), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": high})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 820, "height": 1180})


def test_two_hosts_of_one_table_run_a_go_round_and_write_notes(
    hall: Hall, open_page, seats: Seats, picture_folder: Path
):
    with beside(hall) as desk:
        for code in seats.codes[:4]:
            desk.join(code)
        desk.next_action(seats.session)
    host, other = (lets_host_in(open_page(), hall, seats, 1) for _ in range(2))
    at_every_width(host)
    host.get_by_role("button", name="Dai Powell begins to speak").click()
    expect(host.locator(".fm-round__name")).to_have_text("Dai Powell")
    expect(other.locator(".fm-round__name")).to_have_text("Dai Powell")  # the other host sees it at once
    expect(other.get_by_text("Still to speak: 3")).to_be_visible()
    expect(host.locator(".fm-round__speaking [data-clock]")).to_have_text(re.compile(r"0:5\d|1:00"))
    other.get_by_role("button", name="Passes (Grace Okafor)").click()
    expect(host.get_by_role("heading", name="Passed; may speak after all")).to_be_visible()
    other.get_by_role("button", name="Undo: Grace Okafor passed").click()
    expect(host.get_by_text("Still to speak: 3")).to_be_visible()

    box = host.get_by_label("One more note").first
    box.fill("Buses that come when my shift ends")
    host.get_by_role("button", name="Add to “What stood out”").click()
    expect(other.get_by_text("Buses that come when my shift ends").first).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    with host.expect_response(
        lambda one: one.url.endswith("/writing") and "Half a sen" in (one.request.post_data or "").replace("+", " ")
    ):  # what is typed is kept
        box.press_sequentially("Half a sen")  # while the other host goes on
    other.get_by_label("One more note").first.fill("Somebody at the stop 🚌 <b>who answers</b>")
    other.get_by_role("button", name="Add to “What stood out”").click()
    expect(host.get_by_text("🚌 <b>who answers</b>").first).to_be_visible()
    expect(box).to_have_value("Half a sen")
    host.reload()
    expect(host.get_by_label("One more note").first).to_have_value("Half a sen")
    is_connected(host)

    host.get_by_role("button", name="Access or first aid").click()
    expect(other.get_by_text("Access or first aid: called")).to_be_visible()
    at_every_width(host)
    assert small_targets(host) == []
    picture(host, picture_folder, "host")


def test_the_team_sees_a_call_and_what_was_put_together_is_on_every_screen(
    hall: Hall, open_page, seats: Seats, picture_folder: Path
):
    with beside(hall) as desk:
        for code in seats.codes[:6]:
            desk.confirm_needs(seats.session, str(desk.join(code).member["id"]))
        desk.next_action(seats.session)
        item = desk.public_screens(seats.session)["facilitator"]["item"]["id"]
        for table, heading, text in (
            (1, "What stood out", "The last bus goes before my shift ends"),
            (1, "What stood out", "Drivers are kind"),
            (2, "What stood out", "Nothing after eight in the evening"),
            (1, "What is missing", "What it would cost to run one bus an hour until midnight"),
        ):
            desk.add_note(seats.session, item, By(table=table), heading, key=text, body=text)
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    is_connected(console)
    wall = opens_hall_screen(open_page(1920), hall, seats)
    tablet = joins(open_page(), hall, seats, 0)
    is_connected(tablet)
    tablet.get_by_text("Call somebody to your table").click()
    tablet.get_by_role("button", name="My tablet does not work").click()
    expect(console.get_by_text("Table 1 asks for help, 0 min: a technician.")).to_be_visible()
    console.get_by_role("button", name="I am coming (table 1)").click()
    expect(tablet.get_by_text("Somebody is coming to your table.")).to_be_visible()
    picture(console, picture_folder, "console-notes")
    console.get_by_role("button", name="Done (table 1)").click()
    expect(tablet.get_by_text("Somebody is coming to your table.")).to_be_hidden()

    note = tablet.get_by_label("Your note")
    note.fill("One ticket for bus and train")
    tablet.get_by_label("What is missing").check()
    tablet.get_by_role("button", name="Add it to our notes").click()
    expect(tablet.get_by_role("listitem").filter(has_text="One ticket for bus and train")).to_be_visible()
    at_every_width(tablet)
    assert small_targets(tablet) == []

    console.get_by_role("link", name="Put the notes together").click()
    console.get_by_label("The last bus goes before my shift ends").check()
    console.get_by_label("Nothing after eight in the evening").check()
    console.get_by_label("Name of a new group").first.fill("Buses in the evening")
    console.get_by_role("button", name="Put together").first.click()
    expect(console.get_by_role("group", name="Buses in the evening")).to_be_visible()
    at_every_width(console)
    console.set_viewport_size({"width": 1920, "height": 1080})
    console.get_by_role("button", name="Show in the hall: What stood out").click()
    expect(wall.get_by_text("Buses in the evening")).to_be_visible()
    expect(wall.get_by_text("2 tables")).to_be_visible()
    comes_true(wall, "document.documentElement.scrollWidth <= innerWidth")
    comes_true(wall, LARGE)
    expect(tablet.get_by_role("heading", name="All tables: What stood out")).to_be_visible()
    at_every_width(tablet)
    at_every_width(wall)
    picture(console, picture_folder, "merge")
    picture(wall, picture_folder, "hall-notes")
    picture(tablet, picture_folder, "member-notes")
    with beside(hall) as desk:  # the hall stays readable however much the tables write
        for number in range(9):
            text = f"Note {number}: a bus every half an hour until midnight, also on Sundays, and one ticket for all ŵ"
            desk.add_note(seats.session, item, By(table=1 + number % 2), "What is missing", key=text, body=text)
    is_up_to_date(console, hall, seats)
    console.get_by_role("button", name="Show in the hall: What is missing").click()
    expect(wall.get_by_text("And 5 more, on the tablets.")).to_be_visible()
    wall.set_viewport_size({"width": 1920, "height": 1080})
    comes_true(wall, LARGE)
    comes_true(wall, "document.documentElement.scrollHeight <= innerHeight")
    picture(wall, picture_folder, "hall-many-notes")
    console.get_by_role("button", name="Undo").click()
    expect(console.get_by_role("group", name="Buses in the evening")).to_be_hidden()


def test_a_host_has_a_page_in_every_kind_of_item(hall: Hall, open_page, picture_folder: Path):
    with beside(hall) as desk:
        seated = desk.seat("Every kind", PEOPLE, [{"kind": kind} for kind in ACTIVITIES])
        for one in seated.members:
            desk.join(one.code)
        host = lets_host_in(open_page(), hall, Seats(seated.assembly_id, seated.session_id, "", (), ()), 1)
        for item in desk.public_screens(seated.session_id)["facilitator"]["agenda"]:
            desk.start_item(seated.session_id, item["id"])
            expect(host.get_by_role("heading", name=item["title"], exact=True).first).to_be_visible()
            assert faults(host) == [], item["kind"]
            assert small_targets(host) == [], item["kind"]
            host.screenshot(path=picture_folder / f"host-{item['kind']}.png", full_page=True)


def test_links_for_all_tables_are_printed_on_cards(hall: Hall, open_page, seats: Seats, picture_folder: Path):
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    console.get_by_role("button", name="Make the links").click()
    expect(console.locator(".fm-hostcard")).to_have_count(2)
    at_every_width(console)
    picture(console, picture_folder, "host-cards")
    link = console.locator(".fm-hostcard code").nth(1).inner_text()
    tablet = open_page()
    tablet.goto(re.sub(r"^https?://[^/]+", hall.url, link))
    tablet.get_by_role("button", name="Sign in").click()
    expect(tablet.get_by_text("Host of table 2", exact=True)).to_be_visible()
