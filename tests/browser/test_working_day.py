"""A whole working day, held with a console, a table host, a hall screen and three members' tablets: every kind of item.

Robots fill the other chairs, by the doors of members. Pictures of the day are taken on the way (`FOLKMOOT_PICTURES`).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from devices import beside, is_connected, is_up_to_date, joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import Page, expect

from web.rehearsal.day_agenda import AGENDA
from web.rehearsal.day_words import STATEMENTS
from web.rehearsal.robot_deeds import Mind, next_deed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = ("Amina", "Ben", "Carys", "Dmitri", "Eve", "Farid", "Gwen", "Hassan", "Ines", "Jack")
LAST = ("Okafor", "Carter", "Llŵyd", "Novak", "Price")
PEOPLE = [{"id": f"v{n}", "name": f"{FIRST[n % 10]} {LAST[n // 10]}"} for n in range(50)]
ROBOTS = 12
NIGHT = "Could the last bus leave after eleven?"


@dataclass
class Robots:
    """Twelve of the members who are not sitting at a tablet of the test."""

    hall: Hall
    tokens: list[str]
    minds: list[Mind]

    def go(self, times: int = 1) -> None:
        """Everyone does so many of the things that there are to do."""
        for token, mind in zip(self.tokens, self.minds, strict=True):
            for _ in range(times):
                deed = next_deed(self.hall.get("/api/screen", token).json, mind)
                if deed is None:
                    break
                self.hall.post(deed[0], deed[1], token)


@dataclass
class Room:
    """Everyone with a screen."""

    hall: Hall
    seats: Seats
    console: Page
    wall: Page
    host: Page
    tablets: tuple[Page, Page, Page]
    robots: Robots
    pictures: Path

    def start(self, title: str) -> None:
        """The facilitator presses on, and every screen says so."""
        self.ask("#act-start-item-next")
        for tablet in self.tablets:  # whoever is in the middle of something is told, and goes on when they want
            words = tablet.locator("h1", has_text=title).or_(tablet.get_by_role("button", name="Go on"))
            expect(words.first).to_be_visible()
            if (on := tablet.get_by_role("button", name="Go on")).is_visible():
                on.click()
        for page in (self.wall, *self.tablets):
            expect(page.locator("h1").first).to_contain_text(title)
        expect(self.console.locator("#now-heading")).to_contain_text(title)

    def take(self, page: Page, name: str) -> None:
        page.screenshot(path=self.pictures / f"day_{name}.png")

    def ask(self, button: str) -> None:
        """Press a button of the console, and wait for the page that comes: the next press is on that one."""
        is_up_to_date(self.console, self.hall, self.seats)
        with self.console.expect_navigation():
            self.console.locator(button).click()


@pytest.fixture
def room(hall: Hall, open_page, picture_folder: Path) -> Room:
    with beside(hall) as desk:
        seated = desk.seat("Northmoor climate assembly", PEOPLE, agenda=[dict(row) for row in AGENDA])
        codes = tuple(one.code for one in seated.members)
        seats = Seats(seated.assembly_id, seated.session_id, "", codes, ())
        tokens = [desk.join(code).token for code in codes[3 : 3 + ROBOTS]]
        for code in codes[3 + ROBOTS : 46]:
            desk.join(code)
        link = desk.issue_link("host", seats.assembly, table=1)
        desk.plan_livestream(seats.session, used=True)
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    wall = opens_hall_screen(open_page(1920), hall, seats)
    host = open_page(820)
    host.goto(f"{hall.url}/sign-in/{link}")
    host.get_by_role("button", name="Sign in").click()
    host.wait_for_url("**/host/**")
    tablets = tuple(joins(open_page(820), hall, seats, number) for number in range(3))
    for page in (console, wall, host, *tablets):
        is_connected(page)
    robots = Robots(hall, tokens, [Mind(number, random.Random(number)) for number in range(ROBOTS)])
    return Room(hall, seats, console, wall, host, tablets, robots, picture_folder)


def test_a_working_day_from_arrivals_to_the_closing_round(room: Room) -> None:
    morning(room)
    ideas(room)
    drafts(room)
    votes_and_evaluation(room)
    page = room.console
    page.goto(f"{room.hall.url}/run/{room.seats.session}/minutes")
    for words in (
        NIGHT,
        "A bench at every stop",
        "A bus home after the late shift",
        "Should we adopt",
        "Closing round",
    ):
        expect(page.locator("main")).to_contain_text(words)
    room.take(page, "minutes")


def morning(room: Room) -> None:
    """Arrivals, the questionnaire, agreements at the tables, evidence with questions, and what stood out."""
    console, wall, host, (one, two, three) = room.console, room.wall, room.host, room.tablets
    room.start("Arrivals")
    room.start("Welcome")
    room.start("Before we begin")
    one.locator("input[type=radio]").first.check()
    expect(one.locator("[data-kept]")).to_have_text("Kept.")
    room.robots.go()
    room.ask("#evaluation-close")
    expect(two.get_by_text("The answers were counted")).to_be_visible()

    room.start("How we want to work together")
    host.get_by_role("button", name=re.compile("begins to speak")).first.click()
    expect(host.locator(".fm-round__name")).to_be_visible()
    host.get_by_label("One more note").first.fill("Let people finish.")
    host.get_by_role("button", name=re.compile("Add to “What we ask")).click()
    expect(host.get_by_text("Let people finish.").first).to_be_visible()
    room.take(host, "host")
    host.get_by_role("button", name="A technician").click()
    expect(console.get_by_text("A technician").first).to_be_visible()

    room.start("How Northmoor travels")
    console.get_by_role("button", name="Start Dr Amina Rahman").click()
    expect(wall.locator(".fm-hall__floor")).to_contain_text("Dr Amina Rahman")
    expect(wall.get_by_text("Livestream on").first).to_be_visible()
    room.take(wall, "hall_evidence")
    two.get_by_label("Ask the speakers a question").fill(NIGHT)
    two.locator("#question-send, form[data-contribute=question] button").first.click()
    expect(three.get_by_role("button", name=re.compile(f"I want this answered.*{re.escape(NIGHT)}"))).to_be_visible()

    room.start("What stood out")
    room.robots.go()
    three.get_by_label("Your note").fill("The last bus goes before my shift ends.")
    three.locator("#add-note").click()
    expect(three.locator(".fm-tablenotes li", has_text="before my shift ends")).to_be_visible()

    room.start("Questions to the speakers")
    three.get_by_role("button", name=re.compile(f"I want this answered.*{re.escape(NIGHT)}")).click()
    expect(two.get_by_text("1 person wants this answered", exact=True).first).to_be_visible()
    console.get_by_role("button", name=re.compile(f"Answer now.*{re.escape(NIGHT)}")).click()
    expect(wall.locator(".fm-hall__asked")).to_have_text(NIGHT)
    room.take(wall, "hall_question")
    room.ask("#now-answered")
    expect(wall.locator(".fm-hall__asked")).to_have_count(0)
    room.start("Break")


def ideas(room: Room) -> None:
    """Silence, one idea each, groups, and names."""
    console, wall, (one, two, three) = room.console, room.wall, room.tablets
    room.start("Ideas")
    for tablet, words in zip(room.tablets, ("A bench at every stop", "Lit paths", "A bus after ten"), strict=True):
        tablet.locator("#idea-text").fill(words)
        tablet.locator("#idea-send").click()
        expect(tablet.locator(".fm-idea", has_text=words)).to_be_visible()
    room.robots.go(3)
    room.take(one, "tablet_ideas")
    room.ask("#step-next")
    one.get_by_role("button", name="I have said it").first.click()
    expect(wall.locator(".fm-hallideas__said")).to_contain_text("A bench at every stop")

    room.start("Group the ideas")
    room.ask("#step-next")
    console.get_by_role("link", name="Put cards into groups").first.click()
    console.locator(".fm-sortcard label").nth(0).click()
    console.locator(".fm-sortcard label").nth(1).click()
    console.locator("#title").fill("The way to the bus")
    console.locator("#do-new").click()
    expect(console.get_by_role("link", name="The way to the bus (2)")).to_be_visible()
    console.goto(f"{room.hall.url}/run/{room.seats.session}")
    expect(wall.locator(".fm-hallideas__group").first).to_contain_text("The way to the bus")
    room.take(wall, "hall_ideas")
    room.ask("#step-next")
    two.get_by_text("Propose a name for group 1").click()
    two.locator("input[id^=propose-]").first.fill("From the door to the stop")
    two.locator("form[data-contribute^=name-] button").first.click()
    three.get_by_role("button", name=re.compile("From the door to the stop")).click()
    expect(three.locator(".fm-ideanames__mine")).to_contain_text("From the door to the stop")
    room.ask("#step-next")
    expect(wall.locator("main")).to_contain_text("From the door to the stop")
    room.start("Lunch")


def drafts(room: Room) -> None:
    """Opinions; then drafts are written, tested, written anew and tested again; and read aloud."""
    console, wall, (one, two, three) = room.console, room.wall, room.tablets
    room.start("Where do we stand?")
    with beside(room.hall) as desk:
        item = desk.public_screens(room.seats.session)["facilitator"]["item"]["id"]
        for statement in STATEMENTS:
            desk.add_statement(room.seats.session, item, statement, statement)
    one.locator("#answer-agree").click()
    expect(one.get_by_text(f"You have answered 1 of {len(STATEMENTS)}.")).to_be_visible()
    room.robots.go(len(STATEMENTS))
    room.ask("#opinions-close")
    room.ask("#opinions-draw")
    console.locator("#opinions-show-hall").click()
    expect(wall.locator("[data-opinions]")).to_be_visible()
    room.take(wall, "hall_opinions")

    room.start("Drafting in theme groups")
    console.locator("#theme-name").fill("Getting about")
    room.ask("#make-theme")
    for tablet in (one, two):
        tablet.get_by_role("button", name=re.compile("Work on this.*Getting about")).click()
    one.locator("#new-title").fill("A bus home after the late shift")
    one.locator("#new-what").fill("The last bus leaves at 23:00.")
    one.get_by_role("button", name="Save for the group").click()
    expect(two.get_by_role("heading", name="1. A bus home after the late shift")).to_be_visible()

    room.start("Gallery of the drafts")
    room.ask("#open-test")
    answer(one, "Lament it", "Nobody has said who pays.")
    answer(two, "Love it")
    answer(three, "Like it")
    room.robots.go(2)
    room.take(three, "tablet_answered")
    room.ask("#close-test")
    expect(wall.locator("main")).to_contain_text("can live with it")
    room.take(wall, "hall_drafts")

    room.start("Drafts, once more")
    draft = one.locator("textarea[id^=d-][id$=-concerns]").first
    draft.fill("It costs 400,000 pounds a year. Begin with two lines.")
    one.get_by_role("button", name="Save for the group").first.click()
    expect(one.get_by_text("Version 2").first).to_be_visible()
    room.start("Read-through")
    two.get_by_role("button", name="Ask to speak").click()
    expect(console.locator("#give-1")).to_be_visible()
    room.ask("#give-1")
    expect(wall.locator("main")).to_contain_text("Ben Okafor")
    room.take(console, "console_talk")
    room.ask("#floor-take")


def answer(tablet: Page, words: str, why: str = "") -> None:
    expect(tablet.get_by_role("heading", name="Can you live with it?")).to_be_visible()
    tablet.get_by_label(words).first.check()
    if why:
        tablet.locator("textarea[id^=why-]").first.fill(why)
    tablet.get_by_role("button", name="Send my answer").first.click()
    expect(tablet.get_by_text("You have answered every draft.")).to_be_visible()


def votes_and_evaluation(room: Room) -> None:
    """One secret vote, the questionnaire once more, and the closing round."""
    wall, (one, two, three) = room.wall, room.tablets
    room.start("Votes")
    with beside(room.hall) as desk:
        round_id = desk.create_round(room.seats.session, {"title": "Should we adopt the drafts?", "rule": "yes-no"})
        desk.open_round(round_id)
    for tablet in room.tablets:
        tablet.get_by_text("Yes", exact=True).click()
        tablet.locator("#check").click()
        tablet.locator("[data-send]").first.click()
        expect(tablet.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    room.ask("#act-close-round-next")
    expect(wall.locator("[data-verdict]")).to_be_visible()
    room.take(wall, "hall_result")
    room.ask("#act-acknowledge-next")
    room.start("What did you think of it?")
    room.robots.go()
    room.ask("#evaluation-close")
    room.start("Closing round")
    for page in (one, two, three):
        expect(page.locator("main")).to_contain_text("Closing round")
