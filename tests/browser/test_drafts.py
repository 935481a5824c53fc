"""Drafts on real screens: two write at once, everyone is asked, the group rewrites, everyone is asked again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from devices import beside, comes_to, comes_true, is_connected, is_up_to_date, joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import Page, expect
from test_axe import at_every_width, faults, small_targets

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGENDA = [
    {"kind": "drafts", "title": "Writing recommendations", "planned_minutes": 60},
    {"kind": "drafts", "title": "Gallery", "planned_minutes": 30, "terms": {"step": "test"}, "continues": 1},
]
PEOPLE = [{"id": f"v{number}", "name": f"Member {number}"} for number in range(1, 11)]
WHAT = "Build one tram line from the station to the hospital.\nStart in the town.\nAsk those who live there first."


@dataclass
class Room:
    """A seated assembly in which drafts are on."""

    hall: Hall
    seats: Seats
    item: str
    members: list[str]

    @classmethod
    def open(cls, hall: Hall, name: str) -> Room:
        with beside(hall) as desk:
            seated = desk.seat(name, PEOPLE, agenda=AGENDA)
            members = [str(desk.join(one.code).member["id"]) for one in seated.members]
            item = desk.public_screens(seated.session_id)["facilitator"]["agenda"][0]["id"]
            desk.start_item(seated.session_id, item)
        codes = tuple(one.code for one in seated.members)
        return cls(hall, Seats(seated.assembly_id, seated.session_id, "", codes, ()), item, members)

    def work(self) -> dict[str, Any]:
        with beside(self.hall) as desk:
            return dict(desk.item_screen(self.seats.session, self.item, "facilitator")["work"])

    def all_answer(self, answers: str) -> None:
        """Those without a tablet here: a letter each, from the third member on."""
        words = {"o": "love", "i": "like", "w": "live with", "a": "lament", "e": "loathe"}
        draft = self.work()["drafts"][0]["id"]
        with beside(self.hall) as desk:
            for member, letter in zip(self.members[2:], answers, strict=True):
                desk.answer_draft(self.seats.session, self.item, member, draft, {"answer": words[letter]})


def pictured(page: Page, folder: Path, name: str) -> None:
    for width, height in ((320, 640), (820, 1180), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"drafts_{name}_{width}.png", full_page=True)


def fills(page: Page, prefix: str, **fields: str) -> None:
    for name, words in fields.items():
        page.locator(f"#{prefix}-{name}").fill(words)


def test_the_loop_on_tablets_hall_and_console(hall: Hall, open_page, picture_folder: Path) -> None:
    room = Room.open(hall, "Drafts")
    wall = opens_hall_screen(open_page(1920), hall, room.seats)
    console = signs_in(open_page(1920), hall, "facilitator", room.seats.assembly)
    is_connected(console)
    ada, ben = (joins(open_page(), hall, room.seats, number) for number in (0, 1))
    for name in ("Getting about", "Homes and warmth"):
        console.get_by_label("A new theme").fill(name)
        console.get_by_role("button", name="Add it").click()
        expect(console.get_by_text(f"{name}: 0 of 9")).to_be_visible()
    for tablet in (ada, ben):
        expect(tablet.get_by_role("heading", name="Choose what you want to work on")).to_be_visible()
        at_every_width(tablet)
        assert small_targets(tablet) == []
    pictured(ada, picture_folder, "themes")
    for tablet in (ada, ben):
        tablet.get_by_role("button", name=re.compile("Work on this.*Getting about")).click()
        expect(tablet.get_by_role("heading", name="Your group: Getting about")).to_be_visible()
    fills(ada, "new", title="A tram to the hospital", what=WHAT, who="The council")
    at_every_width(ada)
    ada.get_by_role("button", name="Save for the group").click()
    expect(ada.get_by_role("heading", name="1. A tram to the hospital")).to_be_visible()
    draft = room.work()["drafts"][0]["id"]

    # both write on version 1; the later save is an amendment, and nothing is lost
    expect(ben.locator(f"#d-{draft}-why")).to_be_visible()
    ben.locator(f"#d-{draft}-why").fill("My mother cannot drive any more.")
    ada.locator(f"#d-{draft}-concerns").fill("Roads will be dug up for two years.")
    ada.get_by_role("button", name="Save for the group").first.click()
    expect(ada.get_by_text("Version 2")).to_be_visible()
    expect(ben.locator(f"#d-{draft}-why")).to_have_value("My mother cannot drive any more.")
    ben.get_by_role("button", name="Save for the group").first.click()
    expect(ben.get_by_role("link", name="1 amendment waits for your group")).to_be_visible()
    ada.goto(f"{hall.url}/m/drafts/{draft}")
    expect(ada.get_by_text("Written on version 1 while the draft went on.")).to_be_visible()
    at_every_width(ada)
    pictured(ada, picture_folder, "amendment")
    ada.get_by_role("button", name="Take it up").click()
    expect(ada.get_by_text("Roads will be dug up for two years.").first).to_be_visible()
    expect(ada.get_by_text("My mother cannot drive any more.").first).to_be_visible()

    # everyone is asked
    is_up_to_date(console, hall, room.seats)
    console.get_by_role("button", name="Ask everyone about it").click()
    expect(wall.get_by_text("Can you live with it? Answer on your tablet.")).to_be_visible()
    assert faults(wall) == []
    ada.goto(f"{hall.url}/m")
    for tablet, answer, why in ((ada, "Lament it", "Two years of dug up roads are too long."), (ben, "Love it", "")):
        expect(tablet.get_by_role("heading", name="Can you live with it?")).to_be_visible()
        tablet.get_by_label(answer).check()
        tablet.get_by_label("Why? What would have to change?").fill(why)
        if why:
            tablet.get_by_label("This is an objection").check()
            at_every_width(tablet)
            assert small_targets(tablet) == []
            pictured(tablet, picture_folder, "test")
        tablet.get_by_role("button", name="Send my answer").click()
        expect(tablet.get_by_text("You have answered every draft.")).to_be_visible()
    room.all_answer("oiwwaaee")
    expect(wall.locator(".fm-halldrafts__count")).to_contain_text("10 of 10")
    is_up_to_date(console, hall, room.seats)
    console.get_by_role("button", name="Close the test and count it").click()
    expect(console.get_by_text("5 of 10 can live with it, 50.0 %")).to_be_visible()
    expect(wall.get_by_text("5 of 10 can live with it, 50.0 %")).to_be_visible()
    expect(ada.get_by_text("5 of 10 can live with it, 50.0 %").first).to_be_visible()
    expect(ada.get_by_text("Two years of dug up roads are too long.")).to_be_visible()
    at_every_width(ada)
    pictured(ada, picture_folder, "rewrite")

    # the group rewrites, and everyone is asked again
    ada.locator(f"#d-{draft}-concerns").fill("Roads will be dug up street by street, each for six weeks at most.")
    ada.get_by_role("button", name="Save for the group").first.click()
    expect(ada.get_by_text("Rewritten: to be tested again").first).to_be_visible()
    ada.goto(f"{hall.url}/m/drafts/{draft}")
    for button in ("Version 4 meets it", "Yes, it is met"):
        with ada.expect_response(lambda answer: answer.request.method == "POST"):  # it is there before anybody goes on
            ada.get_by_role("button", name=button).click()
        ada.goto(f"{hall.url}/m")
    is_up_to_date(console, hall, room.seats)
    console.get_by_role("button", name="Ask everyone about it").click()
    for tablet, answer in ((ada, "Can live with it"), (ben, "Love it")):
        expect(tablet.get_by_role("button", name="Send my answer")).to_be_visible()
        expect(tablet.get_by_text("Your answer last time")).to_be_visible()
        tablet.get_by_label(answer).check()
        tablet.get_by_role("button", name="Send my answer").click()
        expect(tablet.get_by_text("You have answered every draft.")).to_be_visible()
    room.all_answer("oiwwwwwe")
    is_up_to_date(console, hall, room.seats)
    console.get_by_role("button", name="Close the test and count it").click()
    expect(wall.get_by_text("9 of 10 can live with it, 90.0 %")).to_be_visible()
    expect(wall.get_by_text("▲ 4 up · ▼ 0 down · ● 6 stayed")).to_be_visible()
    expect(ada.get_by_text("Enough can live with it").first).to_be_visible()
    at_every_width(ada)
    at_every_width(console)
    assert [one for one in small_targets(console) if "draft" in one or "theme" in one] == []
    for page, name in ((ada, "reached"), (console, "console")):
        pictured(page, picture_folder, name)
    wall.set_viewport_size({"width": 1920, "height": 1080})
    wall.screenshot(path=picture_folder / "drafts_hall_1920.png")
    assert faults(wall) == []
    readable(wall)

    # minority statement, lineage, a vote that cites the wording
    ada.goto(f"{hall.url}/m/drafts/{draft}")
    ada.get_by_text("Write a minority statement").click()
    ada.locator("#statement-text").fill("We want buses, and say so.\n\n  To the letter.")
    ada.get_by_role("button", name="Attach it").click()
    expect(ada.locator(".fm-verbatim")).to_have_text("We want buses, and say so.\n\n  To the letter.")
    at_every_width(ada)
    pictured(ada, picture_folder, "draft")
    ada.get_by_role("link", name="Where it comes from").click()
    expect(ada.get_by_role("heading", name="Where it comes from")).to_be_visible()
    at_every_width(ada)
    pictured(ada, picture_folder, "lineage")
    console.get_by_text("Prepare a vote on drafts").click()
    console.get_by_label("How?").select_option("support")
    console.get_by_role("button", name="Prepare the vote").click()
    expect(console.get_by_role("heading", name="What the options stand for")).to_be_visible()
    at_every_width(console)
    console.get_by_role("link", name="1. A tram to the hospital").click()
    expect(console.get_by_text("as “A tram to the hospital”, version 4")).to_be_visible()
    at_every_width(console)
    console.goto(f"{hall.url}/run/{room.seats.session}/drafts/{draft}")
    at_every_width(console)
    pictured(console, picture_folder, "run_draft")


def test_what_is_half_written_follows_its_writer_to_another_tablet(hall: Hall, open_page) -> None:
    room = Room.open(hall, "Half written")
    with beside(hall) as desk:
        place = (room.seats.session, room.item)
        desk.make_theme(*place, "Homes", key="t")
        theme = desk.item_screen(*place, "member")["work"]["themes"][0]["id"]
        desk.choose_theme(*place, room.members[0], theme)
    first = joins(open_page(), hall, room.seats, 0)
    with first.expect_response(
        lambda one: one.url.endswith("/writing") and "Insulate" in (one.request.post_data or "")
    ):
        fills(first, "new", title="Warm homes", what="Insulate every school first.")
    second = joins(open_page(320), hall, room.seats, 0)
    expect(second.locator("#new-title")).to_have_value("Warm homes")
    expect(second.locator("#new-what")).to_have_value("Insulate every school first.")
    second.get_by_role("button", name="Save for the group").click()
    expect(second.get_by_role("heading", name="1. Warm homes")).to_be_visible()


def test_a_test_appears_beside_what_somebody_is_writing(hall: Hall, open_page, picture_folder: Path) -> None:
    room = Room.open(hall, "Beside")
    place = (room.seats.session, room.item)
    with beside(hall) as desk:
        desk.make_theme(*place, "Homes", key="t")
        theme = desk.item_screen(*place, "member")["work"]["themes"][0]["id"]
        desk.choose_theme(*place, room.members[0], theme)
        desk.start_draft(*place, theme, {"title": "Warm homes", "what": WHAT}, key="d", member=room.members[0])
        link = desk.issue_link("host", room.seats.assembly, table=1)
    draft = room.work()["drafts"][0]["id"]
    ada = joins(open_page(), hall, room.seats, 0)
    is_connected(ada)
    fills(ada, f"d-{draft}", why="Half of a sent")
    with beside(hall) as desk:
        desk.open_test(*place)
    expect(ada.get_by_role("heading", name="Can you live with it?")).to_be_visible()
    expect(ada.locator(f"#d-{draft}-why")).to_have_value("Half of a sent")
    ada.get_by_label("Like it").check()
    ada.get_by_role("button", name="Send my answer").click()
    expect(ada.get_by_text("You have answered every draft.")).to_be_visible()
    expect(ada.locator(f"#d-{draft}-why")).to_have_value("Half of a sent")
    host = open_page()
    host.goto(f"{hall.url}/sign-in/{link}")
    host.get_by_role("button", name="Sign in").click()
    host.goto(f"{hall.url}/host/drafts/{draft}")
    expect(host.get_by_role("heading", name="Warm homes")).to_be_visible()
    at_every_width(host)
    console = signs_in(open_page(1920), hall, "facilitator", room.seats.assembly)
    console.goto(f"{hall.url}/run/{room.seats.session}/agenda")
    console.get_by_role("link", name="How they are held, and their drafts of Gallery").click()
    expect(console.get_by_label("What people are asked first")).to_have_value("test")
    console.set_viewport_size({"width": 820, "height": 1180})
    console.screenshot(path=picture_folder / "drafts_plan_820.png", full_page=True)
    at_every_width(console)


def test_eight_drafts_are_readable_at_ten_metres(hall: Hall, open_page, picture_folder: Path) -> None:
    room = Room.open(hall, "Eight")
    place = (room.seats.session, room.item)
    long = "A recommendation with a title that is about as long as people write them in a hall"
    with beside(hall) as desk:
        desk.make_theme(*place, "Homes", key="t")
        theme = desk.item_screen(*place, "member")["work"]["themes"][0]["id"]
        for number in range(8):
            fields = {"title": f"{long} ({number})", "what": f"{WHAT}\n" * 8, "who": "The council", "why": WHAT}
            desk.start_draft(*place, theme, fields, key=str(number))
    wall = opens_hall_screen(open_page(1920), hall, room.seats)
    drafts = [row["id"] for row in room.work()["drafts"]]
    for answer in ("lament", "like"):
        with beside(hall) as desk:
            desk.open_test(*place)
        expect(wall.get_by_text("Can you live with it? Answer on your tablet.")).to_be_visible()
        readable(wall)
        with beside(hall) as desk:
            for draft in drafts:
                for member in room.members:
                    desk.answer_draft(*place, member, draft, {"answer": answer})
            desk.close_test(*place, desk.item_screen(*place, "hall")["work"]["testing"]["test"])
    expect(wall.get_by_text("▲ 10 ▼ 0").first).to_be_visible()
    readable(wall)
    wall.screenshot(path=picture_folder / "drafts_hall_eight_1920.png")
    with beside(hall) as desk:
        desk.show_draft(*place, drafts[0])
    expect(wall.get_by_text("All its words are on your tablet.")).to_be_visible()
    readable(wall)
    wall.screenshot(path=picture_folder / "drafts_hall_read_1920.png")


def readable(wall: Page) -> None:
    """Nothing that is read is smaller than 40 px, the whole picture is on the screen, and axe finds nothing."""
    comes_true(wall, "document.querySelector('[data-screen]').dataset.fit !== undefined")
    small = """body => [...body.querySelectorAll('h1, h2, p, li, span, strong, text')]
         .filter((one) => one.checkVisibility() && !one.closest('.govuk-visually-hidden') && one.textContent.trim())
         .map((one) => [parseFloat(getComputedStyle(one).fontSize), one.textContent.trim().slice(0, 40)])
         .filter(([size]) => size < 40)"""
    comes_to(wall, lambda: wall.locator(".fm-hall__body").evaluate(small), [])
    comes_true(wall, "document.documentElement.scrollHeight <= window.innerHeight")
    assert faults(wall) == []
